"""Tests of the starter: what `new` writes is whole, teaches, and builds."""

from __future__ import annotations

from pathlib import Path

import pytest

from scormkit import builder, document, paths, starter
from scormkit.compiler import compile_file


def test_compiles_without_a_warning(tmp_path: Path) -> None:
    """What is written compiles without an error or a warning, under its new name."""
    *_, source = starter.write("parcel-scam", tmp_path)
    made = compile_file(source)
    assert made.problems == ()
    assert made.bundle is not None
    assert made.bundle["scenario"] == "parcel-scam"


def test_shows_each_kind_of_ending(tmp_path: Path) -> None:
    """The starter is an exercise: it can end well, be saved, and go wrong, and tests all three."""
    *_, source = starter.write("parcel-scam", tmp_path)
    bundle = compile_file(source).bundle
    assert bundle is not None
    assert {ending["kind"] for ending in bundle["endings"].values()} == {
        "safe",
        "recovered",
        "breached",
    }
    assert paths.explore(bundle).endings == bundle["endings"].keys()
    assert len(document.read(source).data["tests"]) == 3


def test_builds(tmp_path: Path) -> None:
    """What is written builds to a package."""
    *_, source = starter.write("parcel-scam", tmp_path / "scenarios")
    report = builder.build([source], tmp_path / "build", ["scorm12"])
    assert (report.built, report.problems) == (("parcel-scam",), ())


def test_files(tmp_path: Path) -> None:
    """The organisation's values are written once; the scenario comes last in the answer."""
    folder = tmp_path / "deep" / "scenarios"
    first = starter.write("one", folder)
    assert [path.name for path in first] == ["organisation.yaml", "one.yaml"]
    (folder / "organisation.yaml").write_text("company: Mine\ndomain: m.example\n")
    assert [path.name for path in starter.write("two", folder)] == ["two.yaml"]
    assert (folder / "organisation.yaml").read_text() == "company: Mine\ndomain: m.example\n"


@pytest.mark.parametrize("slug", ["", "A", "1a", "a_b", "a.b", "a/b", "a" * 41, "a\n", "é"])
def test_slugs(tmp_path: Path, slug: str) -> None:
    """What cannot be a slug is refused in words that say what can."""
    with pytest.raises(starter.StarterError, match="lower-case letters"):
        starter.write(slug, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("slug", ["organisation", "programme"])
def test_taken_slugs(tmp_path: Path, slug: str) -> None:
    """The names of the files that lie beside scenarios are refused."""
    with pytest.raises(starter.StarterError, match="a meaning of its own"):
        starter.write(slug, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_never_overwrites(tmp_path: Path) -> None:
    """A scenario that is there already is left as it is."""
    (tmp_path / "mine.yaml").write_text("mine")
    with pytest.raises(starter.StarterError, match="there already"):
        starter.write("mine", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.yaml"]
    assert (tmp_path / "mine.yaml").read_text() == "mine"


def test_the_longest_slug(tmp_path: Path) -> None:
    """Forty characters are a slug."""
    *_, source = starter.write("a" * 40, tmp_path)
    assert compile_file(source).problems == ()
