"""Tests of the starter: what `new` writes is whole, teaches, and builds."""

from __future__ import annotations

from pathlib import Path

import pytest

from scormkit import builder, document, paths, resources, starter
from scormkit.compiler import compile_file

ROOT = Path(__file__).parents[2]
SCENARIOS = ROOT / "scenarios"


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
    assert [path.name for path in first] == [".schemas", "organisation.yaml", "one.yaml"]
    (folder / "organisation.yaml").write_text("company: Mine\ndomain: m.example\n")
    assert [path.name for path in starter.write("two", folder)] == ["two.yaml"]
    assert (folder / "organisation.yaml").read_text() == "company: Mine\ndomain: m.example\n"


def _pointed_at(source: Path) -> Path:
    """The schema that an editor is pointed to by a file's first line."""
    first = source.read_text(encoding="utf-8").split("\n", 1)[0]
    assert first.startswith("# yaml-language-server: $schema="), source
    return source.parent / first.partition("=")[2]


def test_editors_find_the_schemas(tmp_path: Path) -> None:
    """What is written points an editor to schemas that lie there, as they are in this release; a
    second scenario brings them up to date."""
    organisation, source = starter.write("one", tmp_path)[-2:]
    for file, name in ((source, "scenario"), (organisation, "organisation")):
        schema = _pointed_at(file)
        assert schema.read_bytes() == resources.schema(f"{name}.schema.json")
        schema.write_text("{}")
    assert (tmp_path / ".schemas/translation.schema.json").is_file()
    starter.write("two", tmp_path)
    assert _pointed_at(source).read_bytes() == resources.schema("scenario.schema.json")


def test_beside_our_schemas_there_is_no_copy(tmp_path: Path) -> None:
    """In a checkout the schemas lie beside the scenarios' folder, and editors are pointed there."""
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas/scenario.schema.json").write_text("{}")
    written = starter.write("one", tmp_path / "scenarios")
    assert [path.name for path in written] == ["organisation.yaml", "one.yaml"]
    assert _pointed_at(written[-1]).resolve() == tmp_path / "schemas/scenario.schema.json"
    assert not (tmp_path / "scenarios/.schemas").exists()


@pytest.mark.parametrize("file", sorted(SCENARIOS.glob("*.yaml")), ids=lambda path: path.name)
def test_shipped_files_point_to_their_schema(file: Path) -> None:
    """The first line of every authored file points an editor to its schema; an organisation's
    values in another language are a part of the whole, so no schema of the whole fits them."""
    if file.name.startswith("organisation."):
        wanted = "organisation" if file.stem == "organisation" else ""
    else:
        wanted = "programme" if file.stem == "programme" else "scenario"
        wanted = "translation" if "." in file.stem else wanted
    if wanted:
        assert _pointed_at(file).resolve() == ROOT / f"schemas/{wanted}.schema.json"


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


def test_not_inside_of_scenarios(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever types it inside of scenarios is told, and no second folder comes about in it."""
    folder = tmp_path / "scenarios"
    starter.write("one", folder)
    monkeypatch.chdir(folder)
    with pytest.raises(starter.StarterError, match=r"you are inside the folder scenarios; cd \.\."):
        starter.write("two", Path("scenarios"))
    assert not (folder / "scenarios").exists()
    assert starter.write("two", Path()) == [Path("two.yaml")]


def test_the_longest_slug(tmp_path: Path) -> None:
    """Forty characters are a slug."""
    *_, source = starter.write("a" * 40, tmp_path)
    assert compile_file(source).problems == ()
