"""What the last build left behind, so that the next one knows what is still good."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scormkit import archive, resources
from scormkit.catalogue import DATA, PAGE, Entry
from scormkit.problems import Mark, Problem

STATE = ".state.json"
_FORMAT = 1
_UNREADABLE = (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError)


@dataclass(frozen=True)
class Record:
    """One scenario as it was last built; paths are relative to the folder of the packages."""

    source: str
    inputs: tuple[str, ...]
    tools: str
    warnings: tuple[Problem, ...]
    bundle_sha256: str
    entry: Entry

    def is_fresh(
        self, source: Path, out: Path, editions: Sequence[str], tools: str, inputs: Inputs
    ) -> bool:
        """Whether its packages are whole and what a build of the source would make again."""
        if self.tools != tools or self.source != relative(source, out):
            return False
        if sorted(editions) != sorted(package["edition"] for package in self.entry["packages"]):
            return False
        known = [out / name for name in self.inputs]
        if self.entry["inputs"] != inputs.digest(source, known):
            return False
        files = {package["file"]: package["sha256"] for package in self.entry["packages"]}
        files[self.entry["bundle"]] = self.bundle_sha256
        return all(sha256_of(out / name) == digest for name, digest in files.items())

    def packages(self) -> list[str]:
        """The names of its zips."""
        return [package["file"] for package in self.entry["packages"]]

    def source_exists(self, out: Path) -> bool:
        """Whether there is still a source to build it from."""
        return (out / self.source).is_file()


@dataclass(frozen=True)
class State:
    """Every scenario that was built, by slug, and what the catalogue's files were."""

    records: dict[str, Record] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    strays: frozenset[str] = frozenset()  # known from the catalogue alone

    def packages(self) -> set[str]:
        """The names of all zips that builds have made here."""
        names = {name for record in self.records.values() for name in record.packages()}
        return names | self.strays

    def pages_stand(self, out: Path) -> bool:
        """Whether the catalogue and its page are as they were written."""
        return self.pages.keys() == {DATA, PAGE} and all(
            sha256_of(out / name) == digest for name, digest in self.pages.items()
        )


class Inputs:
    """Digests of authored files; each file is read once in a build, however many share it."""

    def __init__(self) -> None:
        self._digests: dict[Path, str] = {}
        self._names: dict[Path, list[str]] = {}

    def digest(self, source: Path, others: Iterable[Path] = ()) -> str:
        """What an author wrote for one scenario: its source, translations, organisation, media."""
        whole = hashlib.sha256()
        for path in self.files(source, others):
            whole.update(f"{relative(path, source.parent)}\0{self._digest(path)}\n".encode())
        return whole.hexdigest()

    def files(self, source: Path, others: Iterable[Path] = ()) -> list[Path]:
        """The files that decide what a scenario becomes, whether they are there or not yet."""
        folder = source.parent
        starts = (f"{source.stem}.", "organisation.")
        near = [name for name in self._listed(folder) if name.startswith(starts)]
        files = {folder / name for name in near if name.endswith(".yaml")}
        files |= {source, folder / "organisation.yaml"}
        return sorted({path.absolute() for path in (*files, *map(_normal, others))})

    def _digest(self, path: Path) -> str:
        if path not in self._digests:
            self._digests[path] = sha256_of(path)
        return self._digests[path]

    def _listed(self, folder: Path) -> list[str]:
        if folder not in self._names:
            self._names[folder] = [path.name for path in folder.iterdir()]
        return self._names[folder]


def _normal(path: Path) -> Path:
    """Without `..`, so that one file has one path; symbolic links are left alone."""
    return Path(os.path.normpath(path))


def sha256_of(path: Path) -> str:
    """The file's SHA-256, or nothing where there is no such file."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""


def tools_digest() -> str:
    """What a package depends on apart from what its author wrote: our code and what runs it."""
    whole = hashlib.sha256()
    dates = archive.timestamp().isoformat()
    whole.update(f"{sys.version_info} {zlib.ZLIB_RUNTIME_VERSION} {dates}\n".encode())
    for name, content in resources.shipped():
        whole.update(f"{name}\0{len(content)}\0".encode())
        whole.update(content)
    return whole.hexdigest()


def relative(path: Path, folder: Path) -> str:
    """The path as seen from the folder, so that a state survives a move of the whole tree."""
    return Path(os.path.relpath(path, folder)).as_posix()


def read_state(out: Path) -> State:
    """The state of the folder; an unreadable one, or another release's, counts as none.

    Then all is built again, and the catalogue still tells which packages were ours.
    """
    try:
        stored = json.loads((out / STATE).read_bytes())
        if stored["format"] == _FORMAT:
            records = {slug: _record(row) for slug, row in stored["scenarios"].items()}
            return State(records, stored["pages"])
    except _UNREADABLE:
        pass
    try:
        rows = json.loads((out / DATA).read_bytes())["scenarios"]
        return State(strays=frozenset(p["file"] for row in rows for p in row["packages"]))
    except _UNREADABLE:
        return State()


def write_state(out: Path, records: Mapping[str, Record], pages: Mapping[str, bytes]) -> None:
    """Remember what stands in the folder now."""
    stored = {
        "format": _FORMAT,
        "pages": {name: hashlib.sha256(content).hexdigest() for name, content in pages.items()},
        "scenarios": {slug: _row(records[slug]) for slug in sorted(records)},
    }
    text = json.dumps(stored, ensure_ascii=False)
    archive.write_file(out / STATE, text.encode(), lasting=False)  # without it all is built again


def _row(record: Record) -> dict[str, Any]:
    """As JSON takes it; `asdict` would copy every value of every record."""
    return {**vars(record), "warnings": [vars(warning) for warning in record.warnings]}


def _record(row: dict[str, Any]) -> Record:
    warnings = tuple(Problem(**{**p, "mark": Mark(*p["mark"])}) for p in row["warnings"])
    return Record(**{**row, "inputs": tuple(row["inputs"]), "warnings": warnings})
