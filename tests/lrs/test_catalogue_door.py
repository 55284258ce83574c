"""Tests of what was built: each version on record once, verified, with the bundle to replay it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from durable import assert_indexes_are_what_a_rebuild_makes, opened

from lrs import catalogue
from lrs.catalogue import Listed, Publication
from lrs.received import records
from lrs.xapi.store import Store
from scormkit import catalogue as building
from scormkit import play, starter
from scormkit.compiler import compile_file
from scormkit.problems import report

PACKAGES = [{"edition": "scorm12", "file": "a-scorm12.zip", "bytes": 9, "sha256": "a" * 64}]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what a build leaves of one scenario."""
    folder = tmp_path_factory.mktemp("made")
    source = starter.write("parcel-scam", folder / "scenarios")[-1]
    bundle = compile_file(source).bundle
    assert bundle
    entry = building.entry(bundle, source, "c" * 64, PACKAGES)
    (folder / "bundles").mkdir()
    (folder / entry["bundle"]).write_text(json.dumps(bundle), encoding="utf-8")
    (folder / building.DATA).write_bytes(building.data([entry]))
    return folder


@pytest.fixture
def build(made: Path, tmp_path: Path) -> Path:
    """One of one's own, to be changed."""
    return Path(shutil.copytree(made, tmp_path / "build"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store on SQLite."""
    with opened(f"sqlite:///{tmp_path / 'lrs.db'}") as empty:
        yield empty


def published(store: Store, folder: Path) -> list[Listed]:
    """What a build brings that wasn't there."""
    built, problems = catalogue.read_build(folder)
    assert built, report(problems)
    added: list[Listed] = store.writer.submit("catalogue", Publication(built, "noor"))
    return added


def change(file: Path, how: Callable[[Any], None]) -> None:
    """Change what a JSON file says."""
    told = json.loads(file.read_bytes())
    how(told)
    file.write_text(json.dumps(told), encoding="utf-8")


def test_a_version_is_on_record_once(address: str, build: Path) -> None:
    """A version is a record with its bundle, which can be played; the same build again adds
    nothing; and a rebuild of the indexes finds it, on both databases."""
    with opened(address) as store:
        (added,) = published(store, build)
        assert published(store, build) == []
        with store.reading() as connection:
            assert catalogue.read(connection) == [added]
            found = catalogue.bundle(connection, added.entry["digest"])
            (record,) = records.read(connection)
        assert found
        assert play.start(found).scene
        assert "SOC2 CC1.4" in catalogue.criteria(added.entry)
        assert (record.kind, record.head["by"], record.at) == ("catalogue", "noor", added.at)
        assert set(json.loads(record.body)) == {"catalogue", "bundle"}
        assert_indexes_are_what_a_rebuild_makes(store.engine)


def test_what_was_known_before_it_was_published(store: Store, build: Path) -> None:
    """Asked of an instant before, there is neither the version nor its bundle."""
    (added,) = published(store, build)
    with store.reading() as connection:
        for known, count in ((added.at - 1, 0), (added.at, 1)):
            assert len(catalogue.read(connection, known)) == count
            bundle = catalogue.bundle(connection, added.entry["digest"], known)
            assert (bundle is not None) == (count == 1)
        assert catalogue.bundle(connection, "0" * 64) is None


def test_built_in_another_way(store: Store, build: Path) -> None:
    """The same version with other packages is another record, and the newest of its scenario."""
    published(store, build)
    change(build / "catalogue.json", lambda told: told["scenarios"][0]["packages"].pop())
    assert catalogue.read_build(build)[0] == ()  # a build has packages
    change(
        build / "catalogue.json",
        lambda told: told["scenarios"][0].update(packages=[{**PACKAGES[0], "bytes": 10}]),
    )
    (added,) = published(store, build)
    with store.reading() as connection:
        listed = catalogue.read(connection)
    assert len(listed) == 2
    assert catalogue.newest(listed) == {"parcel-scam": added}


def other_title(told: Any) -> None:
    told["title"] = "Another one"


def other_version(told: Any) -> None:
    told["scenarios"][0]["version"] = "9.9.9"


FAULTS: list[tuple[str, Callable[[Any], None], str, str]] = [
    ("bundle", other_title, "bad-digest", "is not what was built"),
    ("bundle", lambda told: told.pop("scenes"), "bad-digest", "is not what was built"),
    ("catalogue.json", other_version, "other-bundle", "0.1.0, not parcel-scam 9.9.9"),
    ("catalogue.json", lambda told: told.update(format=2), "no-catalogue", "format 1"),
    ("catalogue.json", lambda told: told["scenarios"][0].pop("pass"), "missing-key", "pass"),
]


@pytest.mark.parametrize(("file", "how", "code", "told"), FAULTS)
def test_what_isn_t_what_was_built(
    build: Path, file: str, how: Callable[[Any], None], code: str, told: str
) -> None:
    """A bundle or a catalogue that was changed since is a problem at its place, and gives
    nothing."""
    (bundle,) = (build / "bundles").iterdir()
    change(bundle if file == "bundle" else build / file, how)
    built, problems = catalogue.read_build(build)
    assert built == ()
    assert [problem.code for problem in problems] == [code]
    assert told in problems[0].message
    assert problems[0].mark.line


def test_a_missing_or_broken_bundle(build: Path) -> None:
    """A bundle that is gone, or no JSON, is told by its name; a folder without a catalogue says
    how to get one."""
    (bundle,) = (build / "bundles").iterdir()
    bundle.write_text("{", encoding="utf-8")
    assert "is not JSON" in str(catalogue.read_build(build)[1][0])
    bundle.unlink()
    (problem,) = catalogue.read_build(build)[1]
    assert (problem.code, bundle.name in problem.message) == ("no-bundle", True)
    (build / "catalogue.json").unlink()
    assert "scormkit build --out" in str(catalogue.read_build(build)[1][0])
