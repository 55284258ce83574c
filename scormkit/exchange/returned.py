"""What came back from a translator, whatever the format: languages, texts, and their places."""

from __future__ import annotations

from dataclasses import dataclass

from scormkit.problems import Mark, Problem

LARGEST = 16_000_000  # bytes; the texts of a large scenario with all notes have one


class Refused(Exception):
    """The file cannot be read, or not be trusted; carries the one problem to show."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True)
class Answer:
    """One unit as it came back. `target` is None where there is none yet; `open`: the file calls it
    begun, so it counts only if it is another than it was, and than the source (not every tool moves
    the state on)."""

    path: str
    source: str
    target: str | None
    open: bool
    mark: Mark  # of the unit
    target_mark: Mark  # of the target, or of the unit without one


@dataclass(frozen=True)
class Returned:
    """A file that came back: whose texts, in which language, and every answer in it."""

    file: str
    name: str  # the scenario's slug, or PLAYER
    language: str
    mark: Mark
    answers: tuple[Answer, ...]
    problems: tuple[Problem, ...] = ()
