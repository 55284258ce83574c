"""A scenario as far as it can be told: its bundle even where the checks find errors.

For whoever draws or plays a story while it is being written; packages are made of `compile_file`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scormkit import bundle as bundles
from scormkit import document, paths, schema
from scormkit import organisation as organisations
from scormkit.compiler import compile_file
from scormkit.document import Document, DocumentError
from scormkit.drawing.notes import Note, notes
from scormkit.problems import Problem, has_errors
from scormkit.resolve import resolve


@dataclass(frozen=True)
class Draft:
    """A bundle (None where a name leads nowhere), every problem, and each where it belongs."""

    bundle: dict[str, Any] | None
    problems: tuple[Problem, ...]
    notes: tuple[Note, ...]


def draft(path: Path, organisation: Path | None = None) -> Draft:
    """The scenario in a file, with whatever is wrong with it."""
    compiled = compile_file(path, organisation)
    if not compiled.problems:
        return Draft(compiled.bundle, (), ())
    try:
        source = document.read(path)
    except DocumentError:
        return Draft(None, compiled.problems, tuple(Note("", "", p) for p in compiled.problems))
    found = notes(source, compiled.problems)
    bundle = compiled.bundle or _rendered(source, organisation)
    return Draft(bundle, compiled.problems, found)


def _rendered(source: Document, organisation: Path | None) -> dict[str, Any] | None:
    """The bundle of a scenario whose names all lead somewhere, in its first language."""
    if has_errors([*source.problems, *schema.violations(source, "scenario")]):
        return None
    scenario, _ = resolve(source)
    if scenario is None:
        return None
    own = organisations.read(organisation or organisations.beside(Path(source.file)))
    rendered, _, _ = bundles.render(scenario, own.told(scenario.data["language"]))
    ways = paths.explore(bundles.completed(rendered, {}, {}, {}))
    return bundles.completed(rendered, ways.full, ways.left, {})
