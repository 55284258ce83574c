"""The organisation's own names and numbers, which texts call {company} and so on, by language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scormkit import document, schema, vocabulary
from scormkit.document import Document, DocumentError
from scormkit.problems import Problem, did_you_mean, has_errors
from scormkit.store import Written

FILE = "organisation.yaml"
STORE = "lrs"  # the one key that is no value for texts


@dataclass(frozen=True)
class Organisation:
    """Its values as written, what of them reads differently in another language, what is wrong
    with either, the files that they stand in, and what they say of a learning record store."""

    values: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    files: tuple[Path, ...] = ()
    store: Written | None = None

    def told(self, language: str) -> dict[str, str]:
        """The values for texts of a language; a region's own go before those of its language."""
        told = dict(self.values)
        for tag in vocabulary.tags(language):
            told |= self.others.get(tag, {})
        return told


def beside(source: Path) -> Path | None:
    """The organisation's file in the folder of a scenario, where there is one."""
    path = source.parent / FILE
    return path if path.is_file() else None


def read(path: Path | None) -> Organisation:
    """The organisation of a file and of those beside it: organisation.<language>.yaml."""
    if path is None:
        return Organisation()
    values, store, problems = _values(path)
    others = {}
    files = sorted(path.parent.glob(f"{path.stem}.*{path.suffix}"))
    for file in files:
        own, found = _in_language(file, values)
        others[file.name.split(".")[-2]] = own
        problems += found
    return Organisation(values, others, tuple(problems), (path, *files), store)


def _values(path: Path) -> tuple[dict[str, str], Written | None, list[Problem]]:
    try:
        source = document.read(path)
    except DocumentError as error:
        return {}, None, [error.problem]
    problems = [*source.problems, *schema.violations(source, "organisation")]
    if has_errors(problems):
        return {}, None, problems
    return _texts(source), _store(source), problems


def _texts(source: Document) -> dict[str, str]:
    return {key: value for key, value in source.data.items() if key != STORE}


def _store(source: Document) -> Written | None:
    said = source.data.get(STORE)
    if said is None:
        return None
    home_page = said.get("lms_home_page", "")
    return Written(source.key((STORE,)), said["url"], said.get("key", ""), home_page)


def _in_language(path: Path, original: Mapping[str, str]) -> tuple[dict[str, str], list[Problem]]:
    """Those of the original's values that read differently: none is needed."""
    try:
        source = document.read(path)
    except DocumentError as error:
        return {}, [error.problem]
    found = [*source.problems, *schema.violations(source, "organisation")]
    problems = [problem for problem in found if problem.code != "missing-key"]
    if original and not has_errors(problems):
        problems += _odd(source, original)
    return ({} if has_errors(problems) else _texts(source)), problems


def _odd(source: Document, original: Mapping[str, str]) -> Iterator[Problem]:
    for key in source.data:
        if key == STORE:
            message = f'"{STORE}" is the same in every language'
            yield Problem(source.key((key,)), message, "unknown-key", f"write it into {FILE} alone")
        elif key not in original:
            message = f'the organisation has no value "{key}" to say in another language'
            hint = did_you_mean(key, original, f"write it into {FILE} first")
            yield Problem(source.key((key,)), message, "unknown-key", hint)
