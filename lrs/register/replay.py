"""Whether an attempt is what it says: its path played again by the rules of its version."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lrs.register.completions import JUDGED, WAIVER, Attempt, Played
from scormkit import play

GOOD = ""
NO_PATH, UNKNOWN, UNPLAYABLE, TRUNCATED, OTHER, TOO_FAST = (
    *("no-path", "unknown-version", "unplayable", "truncated", "other-result", "too-fast"),
)
FLAWS: Mapping[str, str] = {
    NO_PATH: "it carries no path that could be played again",
    UNKNOWN: "no version of this digest was ever published in the catalogue",
    UNPLAYABLE: "its path leaves the story",
    TRUNCATED: "its path ends before an ending",
    OTHER: "the path comes to another result than it says",
    TOO_FAST: "nobody reads so fast",
}
WORDS_A_SECOND = 20
_WORD = re.compile(r"\w+")
_TAG = re.compile(r"<[^>]*>")


def flaw(attempt: Attempt, bundle: Mapping[str, Any] | None) -> str:
    """What keeps an attempt from counting, one of FLAWS; GOOD if it comes to what it says. Of one
    that says no more than that it was gone through, its path has to come to an ending; where an LMS
    waives something, nothing was played."""
    played = attempt.played
    if attempt.kind == WAIVER:
        return GOOD
    if played is None:
        return NO_PATH
    if bundle is None:
        return UNKNOWN
    try:
        state = play.start(bundle, played.seed, played.missed)
        scenes = [state.scene]
        for act in played.path:
            state = play.take(bundle, state, act)
            scenes.append(state.scene)
    except play.PlayError:
        return UNPLAYABLE
    if state.ending is None:
        return TRUNCATED
    result = play.result(bundle, state)
    said = (attempt.score, attempt.passed)
    if attempt.kind == JUDGED and said != (result.score, result.passed):
        return OTHER
    if attempt.seconds is not None and attempt.seconds < _least(bundle, scenes):
        return TOO_FAST
    return GOOD


def _least(bundle: Mapping[str, Any], scenes: list[str]) -> float:
    """The seconds in which the texts of these scenes can be read."""
    words = sum(_words(bundle["scenes"][name]) for name in dict.fromkeys(scenes) if name)
    return words / WORDS_A_SECOND


def _words(value: Any) -> int:
    """The words of all texts in a part of a bundle; what has no space is a name, not a text."""
    return sum(len(_WORD.findall(_TAG.sub(" ", text))) for text in _texts(value) if " " in text)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def as_played(text: Mapping[str, Any]) -> Played:
    """What a replay needs, from JSON that was kept."""
    return Played(text["digest"], tuple(text["path"]), text["seed"], tuple(text["missed"]))
