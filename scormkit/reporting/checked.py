"""One scenario with what `check` found in it, each problem at the test that it belongs to."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from scormkit.compiler import compile_file
from scormkit.document import Document
from scormkit.problems import Mark, Problem

OF_TESTS = ("test-failed", "test-path")


@dataclass(frozen=True)
class Checked:
    """`played` says whether the scenario was whole enough for its tests to be played; `source` is
    what was read, where it could be."""

    path: Path
    problems: tuple[Problem, ...]
    played: bool
    seconds: float
    source: Document | None = None


def check(path: Path) -> Checked:
    """What is wrong with a scenario, and how long it took to find out."""
    began = perf_counter()
    compiled = compile_file(path)
    seconds = perf_counter() - began
    return Checked(path, compiled.problems, compiled.ways is not None, seconds, compiled.source)


def by_test(checked: Checked) -> dict[str, tuple[Mark, list[Problem]]]:
    """The author's tests by name, each with its place and what came out otherwise."""
    source = checked.source
    tests = source.data.get("tests") if source and isinstance(source.data, dict) else None
    if source is None or not isinstance(tests, dict):
        return {}
    found: dict[str, tuple[Mark, list[Problem]]] = {
        name: (source.key(("tests", name)), []) for name in tests
    }
    names = sorted(found, key=lambda name: found[name][0])
    marks = [found[name][0] for name in names]
    for problem in checked.problems:
        at = bisect_right(marks, problem.mark) - 1
        if problem.code in OF_TESTS and at >= 0:
            found[names[at]][1].append(problem)
    return found
