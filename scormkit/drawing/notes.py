"""Problems at the scene, act or ending that they belong to, found by their place in the file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from scormkit.document import Document, Route
from scormkit.problems import Problem


@dataclass(frozen=True)
class Note:
    """One problem; `place` is a scene or an ending ("" for the scenario as a whole), `act` the id
    of an act of the scene ("" for none)."""

    place: str
    act: str
    problem: Problem


def notes(document: Document, problems: Iterable[Problem]) -> tuple[Note, ...]:
    """Every problem, each where its line and column say."""
    known = sorted(
        (mark.line, mark.column, *_owner(route)) for route, mark in document.keys.items()
    )
    starts = [(line, column) for line, column, _, _ in known]
    found = []
    for problem in problems:
        mark = problem.mark
        at = bisect_right(starts, (mark.line, mark.column)) - 1
        place, act = known[at][2:] if mark.file == document.file and at >= 0 else ("", "")
        found.append(Note(place, act, problem))
    return tuple(found)


def _owner(route: Route) -> tuple[str, str]:
    """The place and the act that a key of the document belongs to."""
    match route:
        case ("scenes", str(scene), "acts", str(act), *_):
            return scene, act
        case ("scenes", str(scene), _, "messages", str(thing), "acts", str(act), *_):
            return scene, f"{thing}.{act}"
        case ("scenes", str(scene), *_) | ("endings", str(scene), *_):
            return scene, ""
    return "", ""
