"""Problems of a package as they are told: safe to print, few of a kind, at a place in the zip."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from scormkit.problems import ERROR, WARNING, Mark, Problem

MOST_OF_A_KIND = 12
_LONGEST_QUOTE = 100


class Refused(Exception):
    """Reading stopped here, by our own choice; the problem says at what and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def error(mark: Mark, message: str, code: str, hint: str = "") -> Problem:
    """A problem that breaks the package, by the standard or in an LMS."""
    return Problem(mark, message, code, hint, ERROR)


def warning(mark: Mark, message: str, code: str, hint: str = "") -> Problem:
    """A problem that some LMS, learner or reviewer stumbles over."""
    return Problem(mark, message, code, hint, WARNING)


def quoted(text: str) -> str:
    """A foreign text in quotes, cut, with nothing in it that moves a terminal's cursor."""
    return f'"{shown(text)}"'


def shown(text: str, most: int = _LONGEST_QUOTE) -> str:
    """A foreign text on one line: controls, direction marks and halves of pairs as escapes."""
    cut = text if len(text) <= most else text[: most - 1] + "…"
    return "".join(c if _harmless(c) else c.encode("unicode_escape").decode() for c in cut)


def some(names: Iterable[str], most: int = 4) -> str:
    """The first few of a list of names, and how many more there are."""
    listed = list(names)
    told = ", ".join(quoted(name) for name in listed[:most])
    return f"{told} and {len(listed) - most} more" if len(listed) > most else told


def settled(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems by place, each once; of one kind a dozen, then how many were left out."""
    kinds: dict[tuple[str, str], list[Problem]] = defaultdict(list)
    for problem in sorted(set(problems)):
        kinds[problem.code, problem.severity].append(problem)
    told: list[Problem] = []
    for (code, severity), alike in kinds.items():
        told += alike[:MOST_OF_A_KIND]
        if more := len(alike) - MOST_OF_A_KIND:
            if more < 0:
                continue
            last = alike[MOST_OF_A_KIND].mark
            message = f"and {more} more of this kind, from here on"
            told.append(Problem(last, message, code, severity=severity))
    return tuple(sorted(told))


def _harmless(character: str) -> bool:
    return character == " " or unicodedata.category(character)[0] not in "CZ"
