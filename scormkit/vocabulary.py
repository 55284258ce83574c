"""The player's own words, and the verbs that acts can be."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from scormkit import document, resources

VERBS = tuple(
    "open headers sender inspect preview directory profile address certificate watch roster "
    "report delete reply forward ignore click download answer decline voicemail say hang-up "
    "call-back look-up ask approve deny enter leave block share wait archive escalate "
    "request-changes comment revoke continue".split()
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
            return {**base, **{key: word for key, word in own.items() if key != "sources"}}
    return base


def used(words: Mapping[str, str], scenes: Mapping[str, Any]) -> dict[str, str]:
    """The words that a story of these scenes can come to show: the shell's always, others with the
    channel, verb, kind of cue, timer or links that they are for."""
    every = list(scenes.values())
    channels = {scene["channel"] for scene in every}
    pages = {scene["content"].get("page", {}).get("kind") for scene in every}
    named = {
        "do": {act["do"] for scene in every for act in scene["acts"]},
        "cue": {cue["kind"] for scene in every for cue in scene["cues"].values()},
        "channel": channels,
    }
    groups = {
        "timer": any("timer" in scene for scene in every),
        "phone": bool(channels & {"phone", "video"}),
        "chat": bool(channels & {"phone", "sms", "chat", "video"}),
        "link": bool(channels & {"inbox", "browser"})
        or any(scene["content"].get("links") for scene in every),
        "review": "code-review" in pages,
        "ticket": "ticket" in pages,
        **{name: name in channels for name in ("inbox", "browser", "push", "sms", "video")},
    }

    def is_used(key: str) -> bool:
        group, _, name = key.replace("inbox.done.", "do.").partition(".")
        return name in named[group] if group in named else groups.get(group, True)

    return {key: word for key, word in words.items() if is_used(key)}


def direction(language: str) -> str:
    """In which direction the language is written: "ltr" or "rtl"."""
    return "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "ltr"
