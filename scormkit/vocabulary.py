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
    """The player's words in a language; where it has none of its own those of the language that
    it is a kind of, and else of English."""
    told: dict[str, str] = {}
    for tag in ("en", *tags(language)):
        name = f"words/{tag}.yaml"
        if resources.has(name):
            own = document.parse(resources.text(name).encode(), name).data
            told |= {key: word for key, word in own.items() if key != "sources"}
    return told


def tags(language: str) -> list[str]:
    """A language and all that it is a kind of, the widest first: de, de-AT (RFC 4647 3.4)."""
    parts = language.split("-")
    return ["-".join(parts[:size]) for size in range(1, len(parts) + 1)]


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
