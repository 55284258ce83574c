"""A scenario as far as it can be told: its bundle even where the checks find errors.

For whoever draws or plays a story while it is being written; packages are made of `compile_file`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scormkit import bundle as bundles
from scormkit import paths
from scormkit.compiler import Compiled, compile_file
from scormkit.drawing.notes import Note, notes
from scormkit.paths import Paths
from scormkit.problems import Problem


@dataclass(frozen=True)
class Draft:
    """A bundle (None where a name leads nowhere) and the ways through it, every problem, each
    where it belongs, and the author's tests."""

    bundle: dict[str, Any] | None
    ways: Paths | None
    problems: tuple[Problem, ...]
    notes: tuple[Note, ...]
    tests: dict[str, Any]


def draft(path: Path, organisation: Path | None = None) -> Draft:
    """The scenario in a file, with whatever is wrong with it."""
    return draft_of(compile_file(path, organisation))


def draft_of(compiled: Compiled) -> Draft:
    """The same of what the compiler has made already."""
    if compiled.source is None:
        unplaced = tuple(Note("", "", problem) for problem in compiled.problems)
        return Draft(None, None, compiled.problems, unplaced, {})
    found = notes(compiled.source, compiled.problems)
    bundle, ways = compiled.draft, compiled.ways
    if bundle is not None and ways is None:  # a text is wrong, which changes no way
        ways = paths.explore(bundle)
        bundle = bundles.completed(bundle, ways.full, ways.left, bundle["languages"])
        ways = replace(ways, bundle=bundle)
    tests = {} if bundle is None else compiled.source.data.get("tests", {})
    return Draft(bundle, ways, compiled.problems, found, tests)
