"""Tests of the builder: only what changed, all or nothing, and never by half."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import time
from pathlib import Path
from typing import Any

import pytest
from sample import scenario

from scormkit import builder, resources
from scormkit.builder import Report
from scormkit.problems import WARNING

EDITIONS = ("scorm12", "scorm2004-4")
ORGANISATION = "company: Brightwater\ndomain: brightwater.example\n"
BROKEN = scenario("broken").replace("then: safe-day\n", "then: nowhere\n")
UNTAUGHT = scenario("one").replace("        feedback: She may click.\n", "")  # a warning


class Workshop:
    """A folder with scenarios and what is built from them."""

    def __init__(self, root: Path) -> None:
        self.sources = root / "scenarios"
        self.out = root / "build"
        self.sources.mkdir(parents=True)
        self.write("organisation", ORGANISATION)

    def write(self, slug: str, text: str | None = None) -> Path:
        path = self.sources / f"{slug}.yaml"
        path.write_text(scenario(slug) if text is None else text, encoding="utf-8")
        past = time.time() - 60  # saved well before any build begins
        os.utime(path, (past, past))
        return path

    def build(self, editions: tuple[str, ...] = EDITIONS, **options: Any) -> Report:
        found = [p for p in self.sources.glob("*.yaml") if "." not in p.stem]
        sources = [path for path in found if path.name != "organisation.yaml"]
        return builder.build(sources, self.out, editions, **options)

    def contents(self) -> dict[str, bytes]:
        """Everything that an LMS administrator would see."""
        files = (path for path in self.out.rglob("*") if path.is_file())
        return {
            path.relative_to(self.out).as_posix(): path.read_bytes()
            for path in files
            if not path.name.startswith(".")
        }

    def catalogue(self) -> dict[str, Any]:
        rows = json.loads((self.out / "catalogue.json").read_bytes())["scenarios"]
        return {row["slug"]: row for row in rows}


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


def test_builds_every_edition(shop: Workshop) -> None:
    """A first build makes each edition's zip, the bundle, the catalogue and its page."""
    shop.write("one")
    report = shop.build()
    assert (report.built, report.packages, report.refused) == (("one",), 2, False)
    bundle = shop.catalogue()["one"]["bundle"]
    assert shop.contents().keys() == {
        "one-scorm12.zip",
        "one-scorm2004-4.zip",
        bundle,
        "catalogue.json",
        "index.html",
    }
    assert json.loads((shop.out / bundle).read_bytes())["scenario"] == "one"


def test_catalogue_tells_the_truth(shop: Workshop) -> None:
    """The catalogue's sizes and checksums are those of the files that lie there."""
    shop.write("one")
    shop.build()
    for package in shop.catalogue()["one"]["packages"]:
        data = (shop.out / package["file"]).read_bytes()
        assert package["bytes"] == len(data)
        assert package["sha256"] == hashlib.sha256(data).hexdigest()


def test_nothing_changed(shop: Workshop) -> None:
    """A second build makes nothing and touches nothing."""
    shop.write("one")
    shop.write("two")
    shop.build()
    before = {path: path.stat().st_mtime_ns for path in shop.out.rglob("*") if path.is_file()}
    report = shop.build()
    assert (report.built, report.unchanged) == ((), ("one", "two"))
    after = {path: path.stat().st_mtime_ns for path in shop.out.rglob("*") if path.is_file()}
    lock = shop.out / ".lock"
    assert {**after, lock: 0} == {**before, lock: 0}


def test_only_what_changed(shop: Workshop) -> None:
    """When one source changes, its packages alone are made again."""
    shop.write("one")
    shop.write("two")
    shop.build()
    before = shop.contents()
    shop.write("two", scenario("two", title="Another title"))
    report = shop.build()
    assert (report.built, report.unchanged) == (("two",), ("one",))
    after = shop.contents()
    assert after["one-scorm12.zip"] == before["one-scorm12.zip"]
    assert after["two-scorm12.zip"] != before["two-scorm12.zip"]
    assert shop.catalogue()["two"]["title"] == "Another title"


def test_organisation_changes_all(shop: Workshop) -> None:
    """A change of the organisation's values rebuilds every scenario."""
    shop.write("one")
    shop.build()
    shop.write("organisation", ORGANISATION.replace("brightwater", "other"))
    assert shop.build().built == ("one",)
    assert shop.catalogue()["one"]["activity"] == "https://other.example/training/one"
    shop.write("organisation.de", "company: Hellwasser\n")
    assert shop.build().built == ("one",), "what it is called in a language counts too"
    assert shop.build().built == ()


def test_translation_counts(shop: Workshop) -> None:
    """A translation that comes, changes or goes rebuilds its scenario, and no other."""
    text = "scenario: one\nlanguage: de\ntexts: {title: Pakete}\n"
    shop.write("one")
    shop.write("two")
    shop.build()
    translation = shop.write("one.de", text)
    assert shop.build().built == ("one",)
    assert shop.catalogue()["one"]["languages"] == ["en", "de"]
    shop.write("one.de", text.replace("Pakete", "Päckchen"))
    assert shop.build().built == ("one",)
    translation.unlink()
    assert shop.build().built == ("one",)
    assert shop.catalogue()["one"]["languages"] == ["en"]


def test_media_count(shop: Workshop) -> None:
    """A changed picture rebuilds the scenario that shows it."""
    text = scenario("one").replace(
        "    title: Before nine\n", '    title: Before nine\n    intro: "![](badge)"\n'
    )
    text += "media:\n  badge: {file: media/badge.svg, alt: A badge}\n"
    picture = shop.sources / "media" / "badge.svg"
    picture.parent.mkdir()
    picture.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    shop.write("one", text)
    assert shop.build().problems == ()
    picture.write_text("<svg xmlns='http://www.w3.org/2000/svg' width='2'/>")
    assert shop.build().built == ("one",)


def test_tools_count(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change in the compiler, the player, its words or the schemas rebuilds everything."""
    shop.write("one")
    shop.build()
    shipped = list(resources.shipped())
    monkeypatch.setattr(resources, "shipped", lambda: iter([*shipped, ("new.py", b"")]))
    assert shop.build().built == ("one",)


def test_what_counts_as_tools() -> None:
    """Code, player, words and schemas are all among what a package depends on."""
    names = {name for name, _ in resources.shipped()}
    assert {
        "scormkit/archive.py",
        "scormkit/player/engine.js",
        "scormkit/player/index.html",
        "scormkit/player/style/base.css",
        "scormkit/words/en.yaml",
        "scormkit/schemas/scorm12/imscp_rootv1p1p2.xsd",
        "scormkit/schemas/scenario.schema.json",
    } <= names


def test_epoch_counts(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another SOURCE_DATE_EPOCH makes other bytes, so it rebuilds."""
    shop.write("one")
    shop.build()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    assert shop.build().built == ("one",)


def test_an_error_changes_nothing(shop: Workshop) -> None:
    """With an error in one scenario, every file stays as it was, those of good scenarios too."""
    shop.write("one")
    shop.write("two")
    shop.build()
    before = shop.contents()
    shop.write("one", scenario("one", title="Better"))
    shop.write("two", scenario("two").replace("then: safe-day\n", "then: nowhere\n"))
    report = shop.build()
    assert report.refused and report.built == ()
    assert [problem.code for problem in report.problems] == ["unknown-scene"] * 2
    assert shop.contents() == before
    shop.write("two")
    assert shop.build().built == ("one",)


def test_an_error_in_a_first_build(shop: Workshop) -> None:
    """A first build with an error leaves no package and no staging folder behind."""
    shop.write("one")
    shop.write("broken", BROKEN)
    assert shop.build().refused
    assert shop.contents() == {}
    assert [path.name for path in shop.out.iterdir()] == [".lock"]


def test_strict(shop: Workshop) -> None:
    """When strict, a warning counts like an error, in an unchanged scenario too."""
    shop.write("one", UNTAUGHT)
    loose = shop.build()
    assert [problem.severity for problem in loose.problems] == [WARNING]
    assert shop.build(strict=True).refused


def test_warnings_are_shown_again(shop: Workshop) -> None:
    """The warnings of a scenario that isn't built again are still reported."""
    shop.write("one", UNTAUGHT)
    first = shop.build().problems
    again = shop.build()
    assert again.built == ()
    assert again.problems == first != ()


def test_gone(shop: Workshop) -> None:
    """The packages of a scenario whose source is gone are removed, here and in the catalogue."""
    path = shop.write("one")
    shop.write("two")
    shop.build()
    bundle = shop.catalogue()["one"]["bundle"]
    path.unlink()
    report = shop.build()
    assert (report.removed, report.unchanged) == (("one",), ("two",))
    assert shop.catalogue().keys() == {"two"}
    assert not [name for name in shop.contents() if name.startswith("one-")]
    assert bundle in shop.contents(), "a bundle stays: old attempts are replayed with it"


def test_a_part_of_the_scenarios(shop: Workshop) -> None:
    """Building one scenario by name leaves the others, whose sources are still there, alone."""
    one = shop.write("one")
    shop.write("two")
    shop.build()
    report = builder.build([one], shop.out, EDITIONS)
    assert report.removed == ()
    assert shop.catalogue().keys() == {"one", "two"}


def test_foreign_files_stay(shop: Workshop) -> None:
    """A zip that no build made is never removed."""
    shop.write("one")
    shop.build()
    (shop.out / "mine-scorm12.zip").write_bytes(b"mine")
    shop.write("one", scenario("one", title="Other"))
    shop.build()
    assert (shop.out / "mine-scorm12.zip").read_bytes() == b"mine"


def test_fewer_editions(shop: Workshop) -> None:
    """What is built is what was asked for: a package of another edition would be out of date."""
    shop.write("one")
    shop.build()
    shop.build(editions=("scorm12",))
    assert [name for name in shop.contents() if name.endswith(".zip")] == ["one-scorm12.zip"]


@pytest.mark.parametrize("harm", ["missing", "damaged", "emptied"])
@pytest.mark.parametrize("which", ["zip", "bundle", "catalogue", "page", "state"])
def test_harm_is_mended(shop: Workshop, harm: str, which: str) -> None:
    """A file that is missing or damaged is made again as it was."""
    shop.write("one")
    shop.build()
    before = shop.contents()
    name = {
        "zip": "one-scorm12.zip",
        "bundle": shop.catalogue()["one"]["bundle"],
        "catalogue": "catalogue.json",
        "page": "index.html",
        "state": ".state.json",
    }[which]
    path = shop.out / name
    if harm == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1] + b"?" if harm == "damaged" else b"")
    shop.build()
    assert shop.contents() == before


def test_lost_state_still_knows_its_files(shop: Workshop) -> None:
    """Without its state, a build still knows from the catalogue which packages were its own."""
    path = shop.write("one")
    shop.write("two")
    shop.build()
    (shop.out / ".state.json").unlink()
    path.unlink()
    shop.build()
    assert not [name for name in shop.contents() if name.startswith("one-")]


def test_interrupted_while_replacing(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build cut short while it replaces files is finished by the next one."""
    shop.write("one")
    shop.write("two")
    shop.build()
    for slug in ("one", "two"):
        shop.write(slug, scenario(slug, title="New"))
    replace = Path.replace
    calls: list[Path] = []

    def stops(self: Path, target: Path) -> Path:
        calls.append(self)
        if len(calls) > 8:
            raise KeyboardInterrupt
        return replace(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", stops)
        with pytest.raises(KeyboardInterrupt):
            shop.build()
    shop.build()
    assert {row["title"] for row in shop.catalogue().values()} == {"New"}
    for row in shop.catalogue().values():
        for package in row["packages"]:
            data = (shop.out / package["file"]).read_bytes()
            assert hashlib.sha256(data).hexdigest() == package["sha256"]


def test_saved_while_it_is_built(shop: Workshop) -> None:
    """A source saved while it was being read is built again: nobody knows which text it was."""
    path = shop.write("one")
    future = time.time() + 60
    os.utime(path, (future, future))
    shop.build()
    assert shop.build().built == ("one",)


def test_several_processes_make_the_same(shop: Workshop, tmp_path: Path) -> None:
    """One process or several, in whatever order: the same bytes."""
    other = Workshop(tmp_path / "other")
    for number in range(9):
        shop.write(f"s{number}")
        other.write(f"s{number}")
    assert len(shop.build(jobs=1).built) == 9
    assert len(other.build(jobs=3).built) == 9
    assert shop.contents() == other.contents()


def test_progress(shop: Workshop) -> None:
    """Progress counts what is built, not what is still good."""
    for number in range(3):
        shop.write(f"s{number}")
    seen: list[tuple[int, int, str]] = []
    shop.build(progress=lambda done, total, slug: seen.append((done, total, slug)))
    assert seen == [(1, 3, "s0"), (2, 3, "s1"), (3, 3, "s2")]
    shop.build(progress=lambda done, total, slug: seen.append((done, total, slug)))
    assert len(seen) == 3


def test_two_of_one_name(shop: Workshop) -> None:
    """Two sources of one name would write one another's packages: an error, before anything."""
    one = shop.write("one")
    second = Workshop(shop.out.parent / "second").write("one")
    report = builder.build([one, second], shop.out, EDITIONS)
    assert report.refused
    assert [problem.code for problem in report.problems] == ["duplicate-scenario"]


def _build(sources: list[Path], out: Path) -> None:
    builder.build(sources, out, EDITIONS)


def test_two_builds_at_once(shop: Workshop) -> None:
    """Two builds of one folder at the same time wait for each other, and all comes out whole."""
    sources = [shop.write(f"s{number}") for number in range(4)]
    context = multiprocessing.get_context("fork")
    builds = [context.Process(target=_build, args=(sources, shop.out)) for _ in range(3)]
    for process in builds:
        process.start()
    for process in builds:
        process.join()
    assert [process.exitcode for process in builds] == [0, 0, 0]
    report = shop.build()
    assert (report.built, len(report.unchanged)) == ((), 4)


def test_moved_tree(shop: Workshop, tmp_path: Path) -> None:
    """A tree that was moved as a whole is still up to date."""
    shop.write("one")
    shop.build()
    moved = tmp_path / "moved"
    moved.mkdir()
    shop.sources.rename(moved / "scenarios")
    shop.out.rename(moved / "build")
    shop.sources, shop.out = moved / "scenarios", moved / "build"
    assert shop.build().unchanged == ("one",)
