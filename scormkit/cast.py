"""The people of a scenario: everybody who is named in its scenes is one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scormkit.document import Route
from scormkit.problems import Problem, did_you_mean
from scormkit.reading import Reading
from scormkit.scenario import PEOPLE, SCRIPTS, SOMEONE, SPEAKERS


def persons(reading: Reading, channel: str, data: Any, route: Route) -> None:
    """Every person named in a channel's content is one of people."""
    people = reading.data.get("people", {})
    if isinstance(data, list):
        for n, each in enumerate(data):
            persons(reading, channel, each, (*route, n))
    if not isinstance(data, dict):
        return
    for key, value in data.items():
        at = (*route, key)
        if key in SOMEONE and isinstance(value, str):
            way = "list them under people, or write {name: …, address: …}"
            reading.known(at, value, people, "a person", "unknown-person", way)
        elif key in PEOPLE:
            for n, name in enumerate(value):
                if name != "you":
                    reading.known((*at, n), name, people, "a person", "unknown-person")
        elif key in SCRIPTS and isinstance(value, list):
            _speakers(reading, value, at)
        elif key != "acts":
            persons(reading, channel, value, at)


def answer_speakers(reading: Reading, answer: Any, route: Route) -> None:
    if isinstance(answer, list):
        _speakers(reading, answer, route)


def _speakers(reading: Reading, lines: list[dict[str, str]], route: Route) -> None:
    known = [*SPEAKERS, *reading.data.get("people", {})]
    for n, line in enumerate(lines):
        speaker = next(iter(line))
        at = (*route, n, speaker)
        if speaker not in known:
            hint = did_you_mean(speaker, known, 'list them under "people"')
            mark = reading.document.key(at)
            message = f'"{speaker}" speaks, but is not one of the people'
            reading.problems.append(Problem(mark, message, "unknown-person", hint))


def others(data: Mapping[str, Any], content: Mapping[str, Any]) -> list[str]:
    """The people in a conversation, in order, without the learner."""
    named = [
        *(name for key in PEOPLE for name in content.get(key, ())),
        *(speaker for line in content.get("lines", ()) for speaker in line),
    ]
    people = data.get("people", {})
    return [name for name in dict.fromkeys(named) if name in people]
