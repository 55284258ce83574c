"""Packages that send statements: the store they know, where that is said, and what they carry."""

from __future__ import annotations

import gzip
import json
import os
import re
import uuid
import zipfile
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from click.testing import CliRunner, Result
from sample import bundle, scenario

from scormkit import archive, builder, catalogue, preview, resources, store
from scormkit.cli import main
from scormkit.editions import EDITIONS, statements
from scormkit.inspection.inspector import inspect_package
from scormkit.problems import WARNING, Mark
from scormkit.store import Given, Store, Written

URL = "https://lrs.brightwater.example/xapi/"
KEY = "player-2026:x-Yz_0123456789"
STORE = Store(URL, KEY, "https://lms.brightwater.example/")
OTHER_KEY = "player-2027:a-Bc_9876543210"
ORGANISATION = "company: Brightwater\ndomain: brightwater.example\n"
WITH_STORE = f'{ORGANISATION}lrs:\n  url: "{URL}"\n  key: "{KEY}"\n'
HEARING = {
    "lrs.js",
    *(f"record/{name}.js" for name in ("xapi", "statements", "outbox", "uuid")),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An author's folder, where the command is run; its environment holds no key."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(store.ENVIRONMENT, raising=False)
    (tmp_path / "scenarios").mkdir()
    write(tmp_path, "organisation", ORGANISATION)
    write(tmp_path, "parcel", scenario("parcel"))
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    (folder / "scenarios" / f"{name}.yaml").write_text(text, encoding="utf-8")


def build(*words: str) -> Result:
    return CliRunner().invoke(main, ["build", "--edition", "scorm12", "--quiet", *words])


def known(folder: Path) -> dict[str, Any] | None:
    """What the built package knows of a store; None if nothing."""
    with zipfile.ZipFile(folder / "build" / "parcel-scorm12.zip") as package:
        if "lrs.js" not in package.namelist():
            return None
        text = package.read("lrs.js").decode()
    match = re.fullmatch(r"export default (\{.*\});\n", text, re.S)
    assert match is not None
    found: dict[str, Any] = json.loads(match[1])
    return found


def test_nothing_is_sent_by_default(folder: Path) -> None:
    """Without a store a package has no module that could send anything, and no address."""
    assert build().exit_code == 0
    with zipfile.ZipFile(folder / "build" / "parcel-scorm12.zip") as package:
        assert HEARING.isdisjoint(package.namelist())
        page = package.read("index.html").decode()
    assert 'data-first="record/scorm12 ' in page
    assert "lrs" not in json.loads((folder / "build" / "catalogue.json").read_text())


def test_the_command_says_where(folder: Path) -> None:
    """`--lrs` and `--key` make packages that know both, in every edition."""
    done = CliRunner().invoke(main, ["build", "--quiet", "--lrs", URL, "--key", KEY])
    assert done.exit_code == 0, done.output
    for edition in EDITIONS:
        with zipfile.ZipFile(folder / "build" / f"parcel-{edition}.zip") as package:
            assert set(package.namelist()) >= HEARING
            settings = package.read("lrs.js").decode()
        assert f'"edition": "{edition}"' in settings
        assert f'"key": "{KEY}"' in settings


def test_the_organisation_says_where(folder: Path) -> None:
    """The organisation's file can name store, key and home page, and none becomes a text's value
    or part of the bundle, which is kept for years."""
    home = '  lms_home_page: "https://lms.brightwater.example/"\n'
    write(folder, "organisation", WITH_STORE + home)
    assert build().exit_code == 0
    told = known(folder)
    assert told is not None
    assert Store(told["endpoint"], told["key"], told["homePage"]) == STORE
    for kept in [*(folder / "build" / "bundles").iterdir(), folder / "build" / "catalogue.json"]:
        assert KEY.split(":")[1] not in kept.read_text(encoding="utf-8")
    assert KEY not in (folder / "build" / ".state.json").read_text(encoding="utf-8")
    write(folder, "parcel", scenario("parcel", title="The {lrs} mail"))
    assert "[unknown-text]" in build().output or build().exit_code == 1


def test_the_environment_holds_the_key(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key may come from the environment, so that it needn't stand in the file; the command's
    own goes before it, and before the file's."""
    write(folder, "organisation", f'{ORGANISATION}lrs: {{url: "{URL}"}}\n')
    monkeypatch.setenv(store.ENVIRONMENT, KEY)
    assert build().exit_code == 0
    assert (known(folder) or {})["key"] == KEY
    write(folder, "organisation", WITH_STORE)
    monkeypatch.setenv(store.ENVIRONMENT, OTHER_KEY)
    assert build().exit_code == 0
    assert (known(folder) or {})["key"] == OTHER_KEY
    assert build("--key", KEY).exit_code == 0
    assert (known(folder) or {})["key"] == KEY


def test_a_key_alone_in_the_environment_changes_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key that the environment holds for other builds is no wish to send statements."""
    monkeypatch.setenv(store.ENVIRONMENT, KEY)
    assert build().exit_code == 0
    assert known(folder) is None


def test_a_store_without_a_key(folder: Path) -> None:
    """It is an error at the place of the store, with the ways out, and only when building: whoever
    checks a scenario needn't know the key."""
    write(folder, "organisation", f'{ORGANISATION}lrs: {{url: "{URL}"}}\n')
    assert CliRunner().invoke(main, ["check"]).exit_code == 0
    done = build()
    assert done.exit_code == 1
    assert done.stderr == (
        f"scenarios/organisation.yaml:3:1: error: packages are to send statements to {URL}, and "
        "there is no key for it [no-lrs-key]\n  set SCORMKIT_LRS_KEY=KEY:SECRET, give --key, or "
        "write key: beside the url\n1 error; nothing was built\n"
    )
    assert "--lrs: error" in build("--lrs", "https://elsewhere.example/").stderr


def test_a_key_without_a_store(folder: Path) -> None:
    """A key or a home page that is given for nothing is an error: statements were expected."""
    for words in (("--key", KEY), ("--lms-home-page", "https://lms.example/")):
        done = build(*words)
        assert done.exit_code == 1
        assert "scenarios/organisation.yaml: error: there is a key or a home page" in done.stderr
        assert "[no-lrs-url]" in done.stderr


def test_a_key_in_the_file_goes_to_no_other_store() -> None:
    """The file's key is for the file's address: an address on the command line doesn't get it."""
    written = Written(Mark("organisation.yaml", 3, 1), URL, KEY, STORE.home_page)
    found, problems = store.chosen(Given(url="https://other.example/xapi"), written, "")
    assert found is None
    assert [problem.code for problem in problems] == ["no-lrs-key"]
    same, problems = store.chosen(Given(url=URL.rstrip("/")), written, "")
    assert (same, problems) == (STORE, [])
    other = Given(url="https://other.example/xapi", kept_key=OTHER_KEY)
    found, _ = store.chosen(other, written, "")
    assert found == Store("https://other.example/xapi/", OTHER_KEY, STORE.home_page)


@pytest.mark.parametrize(
    "url", ["https://lrs.example/xapi", "https://lrs.example/xapi/", f"{URL}statements"]
)
def test_an_address_is_what_comes_before_statements(url: str) -> None:
    """With or without a slash, and with the resource's name too, it is one address."""
    assert store.endpoint(url).endswith("/xapi/")


GOOD = ["https://a.example", "https://a.example:8443/x/", "http://localhost:9000/xapi/"]
BAD = [
    "http://lrs.example/xapi/",
    "http://localhost.example/",
    "lrs.example/xapi",
    "ftp://lrs.example/",
    "https://key:secret@lrs.example/",
    "https://lrs.example/xapi?x=1",
    "http://192.168.0.7/xapi/",
]


@pytest.mark.parametrize("url", BAD)
def test_addresses_that_would_show_the_key(folder: Path, url: str) -> None:
    """Only https, or this machine itself: by http others could read the key and what is told. It
    is wrong use on the command line, and an error at its place in the file."""
    done = build("--lrs", url, "--key", KEY)
    assert done.exit_code == 2
    assert f'--lrs: "{url}" does not fit; expected https://' in done.stderr
    write(folder, "organisation", WITH_STORE.replace(URL, url))
    done = build()
    assert done.exit_code == 1
    assert done.stderr.startswith(f'scenarios/organisation.yaml:4:8: error: url: "{url}" does not')
    assert "on this machine alone" in done.stderr and "[bad-form]" in done.stderr


@pytest.mark.parametrize("url", GOOD)
def test_addresses_that_are_taken(folder: Path, url: str) -> None:
    """https of any port and path, and plain http on this machine."""
    assert build("--lrs", url, "--key", KEY).exit_code == 0


@pytest.mark.parametrize("key", ["secret", ":secret", "key:", "my key:secret", "ключ:секрет"])
def test_keys_that_are_none(folder: Path, key: str) -> None:
    """A key is two parts of printable ASCII with a colon; a wrong one isn't shown again."""
    done = build("--lrs", URL, "--key", key)
    assert done.exit_code == 2
    assert "--key: expected KEY:SECRET" in done.stderr


def test_the_schema_refuses_what_it_does_not_know(folder: Path) -> None:
    """A misspelt key of the section is told with what is meant, at its place."""
    write(folder, "organisation", WITH_STORE.replace("  key:", "  kee:"))
    done = build()
    assert '5:3: error: "kee" is not a key that is known in lrs [unknown-key]' in done.stderr
    assert 'did you mean "key"?' in done.stderr


def test_the_store_is_the_same_in_every_language(folder: Path) -> None:
    """organisation.de.yaml can't name another store."""
    write(folder, "organisation", WITH_STORE)
    write(folder, "organisation.de", f'lrs: {{url: "{URL}"}}\n')
    done = build()
    assert 'organisation.de.yaml:1:1: error: "lrs" is the same in every language' in done.stderr


def test_what_changes_the_store_builds_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another address, key or home page, on the command line, in the environment or in the file,
    makes the packages anew; the same ones don't, and going back gives the first bytes."""
    scenarios = [folder / "scenarios" / "parcel.yaml"]
    out = folder / "build"

    def made(given: Given = store.NOTHING) -> bool:
        return bool(builder.build(scenarios, out, ("scorm12",), given=given).built)

    past = scenarios[0].stat().st_mtime - 60
    for path in (folder / "scenarios").iterdir():
        os.utime(path, (past, past))
    assert made()
    before = (out / "parcel-scorm12.zip").read_bytes()
    given = Given(URL, KEY)
    assert made(given) and not made(given)
    assert made(Given(URL, OTHER_KEY))
    assert made(Given(URL, OTHER_KEY, "https://lms.example/"))
    assert made(Given(URL, "", "", KEY)) and not made(Given(URL, "", "", KEY))
    assert made()
    assert (out / "parcel-scorm12.zip").read_bytes() == before


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_package_without_a_store_has_nothing_of_it(edition: str) -> None:
    """What sends statements is in no package that sends none; one that does differs from it in
    its page, the module around its record and what hears alone."""
    without = EDITIONS[edition].files(bundle(), {})
    having = EDITIONS[edition].files(bundle(), {}, STORE)
    record = min(name for name in without if name.startswith("record/scorm"))
    heard = f"{statements.heard(record.removesuffix('.js'))}.js"
    assert without.keys() - having.keys() == set()
    assert having.keys() - without.keys() == {*HEARING, heard}
    same = without.keys() & having.keys() - {"index.html", "imsmanifest.xml"}
    assert [name for name in same if without[name] != having[name]] == []


@pytest.mark.parametrize("edition", EDITIONS)
def test_what_hears_is_not_in_the_first_load(edition: str) -> None:
    """Neither the page nor a module that it loads first names what sends statements, and the page
    leaves out what the player never reads, so that the first load stays as small."""
    files = EDITIONS[edition].files(bundle(), {}, STORE)
    page = files["index.html"].decode()
    first = set(re.findall(r'(?:href|src)="([^"]+)"', page)) & files.keys()
    assert first.isdisjoint(HEARING)
    match = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.S)
    assert match is not None
    shown = json.loads(match[1])
    assert set(bundle()) - set(shown) == {"digest", "version", "format", "keywords", "audience"}
    assert "criteria" not in shown["objectives"][0]
    assert shown["scenes"] == bundle()["scenes"]
    whole = "".join(resources.player(name).decode() for name in files if resources.has_player(name))
    for key in ("digest", "version", "format", "keywords", "audience", "criteria"):
        assert not re.search(rf"\bbundle\.{key}\b", whole), key


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_first_load_is_hardly_larger(edition: str) -> None:
    """A store costs a learner less than three hundred bytes before the first decision."""
    weights = []
    for known_store in (None, STORE):
        files = EDITIONS[edition].files(bundle(), {}, known_store)
        page = files["index.html"].decode()
        first = {"index.html", *re.findall(r'(?:href|src)="([^"]+)"', page)} & files.keys()
        weights.append(sum(len(gzip.compress(files[name], mtime=0)) for name in first))
    assert weights[1] - weights[0] < 300


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_package_with_a_store_is_sound(edition: str, tmp_path: Path) -> None:
    """The manifest lists each of its files, and `scormkit inspect` finds nothing but what it has to
    say of any package that knows another host."""
    files = EDITIONS[edition].files(bundle(), {}, STORE)
    listed = set(re.findall(r'<file href="([^"]+)"', files["imsmanifest.xml"].decode()))
    assert {*HEARING, "index.html"} <= listed <= files.keys()
    archive.write_zip(tmp_path / "x.zip", files)
    (found,) = inspect_package(tmp_path / "x.zip", "").problems
    assert (found.severity, found.code, found.mark.file) == (WARNING, "external-address", "lrs.js")
    assert URL in found.message


def test_places_of_decisions() -> None:
    """Each place of a decision is an activity of choices whose definition never changes: texts of
    variants are left out."""
    found = dict(statements.interactions(bundle()))
    assert found.keys() == {"post.label", "desk"}
    assert found["post.label"] == {
        "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
        "name": {"en": "Before nine"},
        "interactionType": "choice",
        "choices": [
            {"id": "label.report", "description": {"en": "Report"}},
            {"id": "label.click", "description": {"en": "Open the link"}},
        ],
        "correctResponsesPattern": ["label.report"],
    }
    scene = bundle()["scenes"]["desk"]
    varied = {**bundle(), "scenes": {"desk": {**scene, "title": "A word from {caller.name}"}}}
    assert "name" not in dict(statements.interactions(varied))["desk"]


def test_the_catalogue_says_where_statements_go() -> None:
    """LMS administrators read which address their LMS has to allow; the key is in zips alone."""
    packages = [{"edition": "scorm12", "file": "p.zip", "bytes": 1, "sha256": "a" * 64}]
    entry = catalogue.entry(bundle(), Path("scenarios/parcel.yaml"), "c" * 64, packages, URL)
    assert entry["lrs"] == URL
    page = catalogue.page([entry]).decode()
    assert "connect-src" in page and "https://lrs.brightwater.example" in page
    quiet = {key: value for key, value in entry.items() if key != "lrs"}
    assert "connect-src" not in catalogue.page([quiet]).decode()
    schema = json.loads(resources.schema("catalogue.schema.json"))
    jsonschema_rs.Draft7Validator(schema).validate(json.loads(catalogue.data([entry])))


def test_the_preview_sends_nothing(folder: Path) -> None:
    """An author who tries an exercise leaves no evidence, whatever the organisation's file says."""
    write(folder, "organisation", WITH_STORE)
    server, workshop = preview.serve(folder / "scenarios" / "parcel.yaml")
    server.server_close()
    assert workshop.package("scorm12").keys().isdisjoint(HEARING)


def test_the_namespace_of_ids_is_the_uuid_of_our_name() -> None:
    """Whoever recomputes a registration needs one constant, and that has a rule."""
    source = resources.player("record/statements.js").decode()
    ours = re.search(r'const OURS = "([^"]+)"', source)
    namespace = re.search(r'const NAMESPACE = "([^"]+)"', source)
    assert ours and namespace
    assert str(uuid.uuid5(uuid.NAMESPACE_URL, ours[1])) == namespace[1]
