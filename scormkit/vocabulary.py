"""The player's own words, and the verbs that acts can be."""

from __future__ import annotations

from functools import cache

from scormkit import document, resources

VERBS = tuple(
    "open headers sender inspect preview directory profile address certificate report delete "
    "reply forward ignore click download answer decline voicemail say hang-up call-back look-up "
    "ask approve deny enter leave block share wait archive escalate request-changes comment "
    "revoke continue".split()
)
RIGHT_TO_LEFT = ("ar", "fa", "he", "ur", "yi", "ps", "sd")


@cache
def words(language: str) -> dict[str, str]:
    """The player's words in a language, those of English where it has none of its own."""
    base = words("en") if language != "en" else {}
    for tag in (language, language.split("-")[0]):
        name = f"words/{tag}.yaml"
        if resources.has(name):
            own = document.parse(resources.text(name).encode(), name).data
            return {**base, **own}
    return base


def direction(language: str) -> str:
    """In which direction the language is written: "ltr" or "rtl"."""
    return "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "ltr"
