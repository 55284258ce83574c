"""The whole way from a source file to what a package is made of, on one screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scormkit import bundle as bundles
from scormkit import document, paths, schema
from scormkit import organisation as organisations
from scormkit.checks import CHECKS
from scormkit.checks.subject import Subject
from scormkit.document import Document, DocumentError
from scormkit.organisation import Organisation
from scormkit.overlay import overlay
from scormkit.paths import Paths
from scormkit.problems import Problem, has_errors
from scormkit.resolve import resolve
from scormkit.scenario import Scenario
from scormkit.store import Written
from scormkit.translation import Translation, translated, translations


@dataclass(frozen=True)
class Compiled:
    """What came of one scenario: its bundle and media (None and empty with an error), every
    problem, the files that were read, and the store that its organisation has written down.

    As far as it came to them, whatever is wrong: the scenario as it was read, its bundle (`draft`),
    and every way through that, which is there once the checks have looked at it.
    """

    bundle: dict[str, Any] | None
    media: dict[str, bytes]
    problems: tuple[Problem, ...]
    inputs: tuple[Path, ...]
    source: Document | None = None
    draft: dict[str, Any] | None = None
    ways: Paths | None = None
    store: Written | None = None


def compile_file(path: Path, organisation: Path | None = None) -> Compiled:
    """The scenario in a file; `organisation` is by default the organisation.yaml beside it."""
    own = organisations.read(organisation or organisations.beside(path))
    inputs, problems = [path, *own.files], [*own.problems]
    try:
        source = document.read(path)
    except DocumentError as error:
        return _failed([*problems, error.problem], inputs)
    problems += [*source.problems, *schema.violations(source, "scenario")]
    if has_errors(problems):
        return _failed([*problems, *_names_besides(source, own)], inputs, source)
    scenario, found = resolve(source)
    problems += found
    if scenario is None:
        return _failed(problems, inputs, source)
    others, found = translations(path, scenario)
    problems += found
    inputs += [each.path for each in others]
    whole, media, found, ways = _whole(scenario, own, others, path.parent)
    if has_errors(own.problems):
        found = [problem for problem in found if not _asks(problem)]
    inputs += [path.parent / entry["file"] for entry in source.data.get("media", {}).values()]
    problems = sorted(dict.fromkeys([*problems, *found]))
    if has_errors(problems):
        return replace(_failed(problems, inputs, source), draft=whole, ways=ways)
    return Compiled(whole, media, tuple(problems), tuple(inputs), source, whole, ways, own.store)


def compile_text(text: str, slug: str, organisation: Mapping[str, str]) -> Compiled:
    """The scenario in a text, without translations or media: for tools and tests."""
    try:
        source = document.parse(text.encode(), f"{slug}.yaml")
    except DocumentError as error:
        return _failed([error.problem], [])
    problems = [*source.problems, *schema.violations(source, "scenario")]
    scenario = None
    if not has_errors(problems):
        scenario, found = resolve(source)
        problems += found
    if scenario is None:
        return _failed(problems, [])
    whole, _, found, _ = _whole(scenario, Organisation(organisation), [], Path())
    problems = sorted([*problems, *found])
    return (
        _failed(problems, []) if has_errors(problems) else Compiled(whole, {}, tuple(problems), ())
    )


def _whole(
    scenario: Scenario,
    organisation: Organisation,
    others: list[Translation],
    folder: Path,
) -> tuple[dict[str, Any], dict[str, bytes], list[Problem], Paths | None]:
    """The bundle with every language in it, its media, what the checks find, and the ways through
    it, which are not gone where a text is wrong."""
    values = organisation.told(scenario.data["language"])
    first, shown, problems = bundles.render(scenario, values)
    languages = {}
    for other in others:
        told = translated(scenario, other)
        rendered, _, found = bundles.render(told, organisation.told(other.language))
        problems += found
        languages[other.language] = overlay(first, rendered)
    if has_errors(problems):
        return bundles.completed(first, {}, {}, languages), {}, problems, None
    unfinished = bundles.completed(first, {}, {}, languages)
    ways = paths.explore(unfinished)
    whole = bundles.completed(first, ways.full, ways.left, languages)
    ways = replace(ways, bundle=whole)
    subject = Subject(scenario, whole, ways, folder)
    for check in CHECKS:
        problems += check(subject)
    media = {} if has_errors(problems) else _media(scenario, shown, folder)
    return whole, media, problems, ways


def _asks(problem: Problem) -> bool:
    """Whether a text asks for a value, which may well stand in a file that could not be read."""
    return problem.code == "unknown-value" and problem.message.startswith('"{')


def _names_besides(source: Document, own: Organisation) -> Iterator[Problem]:
    """Names that lead nowhere in a document whose shape is wrong elsewhere: an author has them all
    at once. What else the rest lacks may come of what is wrong, and is told once that is mended."""
    rest = schema.readable(source, "scenario")
    if rest is None or source.problems:  # of a key that stands there twice, one half is gone
        return
    scenario, found = resolve(rest)
    if scenario is not None:
        *_, complaints = bundles.render(scenario, own.told(scenario.data["language"]))
        found = [*found, *complaints]
    wrong = has_errors(own.problems)
    for problem in found:
        if problem.code.startswith("unknown-") and not (wrong and _asks(problem)):
            yield problem


def _media(scenario: Scenario, shown: set[str], folder: Path) -> dict[str, bytes]:
    files = [scenario.data["media"][name]["file"] for name in sorted(shown)]
    return {f"media/{file.rsplit('/', 1)[-1]}": (folder / file).read_bytes() for file in files}


def _failed(
    problems: list[Problem], inputs: list[Path], source: Document | None = None
) -> Compiled:
    return Compiled(None, {}, tuple(sorted(dict.fromkeys(problems))), tuple(inputs), source)
