"""The typed scenario: what the compiler knows of a story, whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scormkit.conditions import Condition, Names
from scormkit.document import Document, Route

CHANNELS = ("inbox", "phone", "sms", "chat", "video", "push", "browser")
SPEAKERS = ("you", "narrator")
SOMEONE = ("from", "caller", "sender", "author", "requester")  # keys that hold a person
PEOPLE = ("members", "participants")  # keys that hold a list of the cast's names
SCRIPTS = ("lines", "chat", "history", "comments")  # keys that hold who says what


@dataclass(frozen=True)
class Target:
    """One way on: where to, and under which condition (True for always)."""

    when: Condition
    to: str


@dataclass(frozen=True)
class Act:
    """What the learner can do in a scene; `thing` is the message it is done to."""

    id: str
    do: str
    route: Route
    data: Mapping[str, Any]
    thing: str = ""
    at: str = ""
    label: str = ""
    when: Condition = True
    decision: bool = False
    then: tuple[Target, ...] = ()
    sets: tuple[tuple[str, str, bool | int | str], ...] = ()
    cues: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cue:
    """What gives the attack away: of which kind, and where (`thing`, `on`, `line` of a diff)."""

    id: str
    kind: str
    route: Route
    thing: str = ""
    on: str = ""
    line: int | None = None


@dataclass(frozen=True)
class Scene:
    """One moment on one channel; `content` is that channel's, as written."""

    id: str
    channel: str
    data: Mapping[str, Any]
    content: Mapping[str, Any]
    acts: tuple[Act, ...]
    cues: tuple[Cue, ...]
    next: tuple[Target, ...]
    timer: tuple[int, int] | None  # seconds, index of the act


@dataclass(frozen=True)
class Scenario:
    """All of it; `data` is the source, for what needs no resolving."""

    slug: str
    document: Document
    data: Mapping[str, Any]
    start: tuple[Target, ...]
    scenes: Mapping[str, Scene]
    names: Names

    def conditions(self) -> Iterator[Condition]:
        """Every condition of the story, of acts and of ways."""
        yield from (way.when for way in self.start)
        for scene in self.scenes.values():
            yield from (way.when for way in scene.next)
            for act in scene.acts:
                yield act.when
                yield from (way.when for way in act.then)
