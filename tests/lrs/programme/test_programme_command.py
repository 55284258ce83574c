"""Tests of programmes that are published, shown and compared, and of the commands for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from durable import assert_indexes_are_what_a_rebuild_makes, opened
from people_owing import BASELINE, HEAD, QUARTERLY, ana, day, told

from lrs import catalogue
from lrs.catalogue import Built, Publication
from lrs.cli import main
from lrs.errors import BadRequest, LrsError, NotFound
from lrs.programme import difference, obligations, publishing, versions
from lrs.programme.exercises import Known
from lrs.programme.versions import Outcome
from lrs.received import records
from lrs.xapi.store import Store

Run = Callable[..., Result]
TODAY = day("2026-03-01")


def text(curriculum: str = BASELINE) -> bytes:
    """A programme's text."""
    return (HEAD + "curriculum:\n  " + curriculum.replace("\n", "\n  ") + "\n").encode()


def publish(
    store: Store, first: str, what: bytes | None = None, backdated: bool = False
) -> Outcome:
    """Put a programme in force from a day on, on the first of March."""
    return publishing.publish(store, what or text(), day(first), TODAY, "noor", backdated)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store on SQLite."""
    with opened(f"sqlite:///{tmp_path / 'lrs.db'}") as empty:
        yield empty


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs the command on a database of its own, and expects an exit status."""
    env = {"LRS_DATABASE": f"sqlite:///{tmp_path / 'lrs.db'}", "LRS_DURABLE": "no"}

    def ran(*words: str | Path, exits: int = 0) -> Result:
        result = CliRunner().invoke(main, [str(word) for word in words], env=env)
        assert result.exit_code == exits, result.output
        return result

    return ran


def known(store: Store) -> None:
    """Let the store's catalogue have two exercises."""
    entry = {"digest": "0" * 64, "version": "1.0.0"}
    built = tuple(Built({**entry, "slug": s}, {"version": "1.0.0"}) for s in ("phishing", "bait"))
    store.writer.submit("catalogue", Publication(built, "noor"))


def test_a_version_is_a_record(address: str) -> None:
    """A version is kept as it was written, found by a day, and found again after a rebuild, on
    both databases; the same text from the same day on is published once."""
    other = text(QUARTERLY)
    with opened(address) as store:
        assert publish(store, "2026-01-01") == (1, True)
        assert publish(store, "2026-07-01", other) == (2, True)
        assert publish(store, "2026-07-01", other) == (2, False)
        assert publish(store, "2026-01-01") == (1, False)
        assert publish(store, "2026-09-01", other) == (3, True)
        with store.reading() as connection:
            listed = versions.read(connection)
            found = [versions.on(connection, day(f"2026-0{n}-30")).number for n in (6, 7)]
            assert versions.text(connection, listed[1]) == other
            heads = [record.head for record in records.read(connection)]
        assert found == [1, 2]
        assert [(head["version"], head["from"], head["by"]) for head in heads] == [
            (1, "2026-01-01", "noor"),
            (2, "2026-07-01", "noor"),
            (3, "2026-09-01", "noor"),
        ]
        assert_indexes_are_what_a_rebuild_makes(store.engine)


def test_days_gone_by(store: Store) -> None:
    """The first version may begin on any day. Later ones don't change days that have gone by,
    unless that is said; of two from the same day the later one holds."""
    publish(store, "2020-01-01")
    with pytest.raises(BadRequest, match="--backdated"):
        publish(store, "2026-02-28", text(QUARTERLY))
    assert publish(store, "2026-03-01", text(QUARTERLY)).number == 2
    assert publish(store, "2026-03-01").number == 3
    assert publish(store, "2020-01-01", text(QUARTERLY), backdated=True).number == 4
    with store.reading() as connection:
        listed = versions.read(connection)
        assert versions.on(connection, day("2026-02-28")).number == 4
        assert versions.on(connection, TODAY).number == 3
        with pytest.raises(NotFound, match="no programme was in force on 2019-12-31"):
            versions.on(connection, day("2019-12-31"))
        before = versions.load(connection, listed[2].at)
    person = ana("2020-05-05..2026-12-31")
    was = obligations.obligations(person, before, day("2020-12-31"))
    assert told(was) == ["phishing onboarding 2020-05-05 2020-05-19"]


def test_what_no_version_of_ours_can_read(store: Store) -> None:
    """A published text that can't be understood is told, and nobody owes nothing by silence."""
    store.writer.submit("programme", versions.Publication(b"programme: x", TODAY, "noor"))
    with store.reading() as connection, pytest.raises(LrsError, match="can't be read"):
        versions.load(connection)


def test_from_file_to_show(run: Run, tmp_path: Path, store: Store) -> None:
    """A file is judged against the store's catalogue, tried, published and shown as written."""
    file = tmp_path / "programme.yaml"
    file.write_bytes(text(BASELINE + "\n" + QUARTERLY.replace("everyone", "staff")))
    words = ("programme", "publish", file, "--from", "2026-02-01", "--as-of", "2026-01-15")
    refused = run(*words, exits=1)
    assert refused.stderr.splitlines() == [
        f"{file}: error: there is no exercise that it could ask for [unknown-exercise]",
        "  first make known what was built: lrs catalogue publish build",
        "1 error; nothing was published",
    ]
    known(store)
    wrong = tmp_path / "wrong.yaml"
    wrong.write_bytes(file.read_bytes().replace(b"phishing", b"phising"))
    refused = run(*words[:2], wrong, *words[3:], exits=1)
    assert '"phising" is not an exercise [unknown-exercise]' in refused.stderr
    assert refused.stderr.strip().endswith("nothing was published")
    tried = run(*words, "--dry-run")
    assert tried.stdout == "1\n"
    assert "version 1 would be in force from 2026-02-01" in tried.stderr
    assert run("programme", "list").stdout == ""
    assert run(*words, "--by", "noor").stderr.splitlines()[-2:] == [
        "version 1 is in force from 2026-02-01",
        "curriculum/staff/cadences/q comes first on 2026-04-01",
    ]
    assert "already" in run(*words).stderr
    earlier = run("programme", "publish", file, "--from", "2026-01-20", "--as-of", "2026-01-15")
    assert "only until version 1 takes its place on 2026-02-01" in earlier.stderr
    shown = run("programme", "show", "--on", "2026-03-01")
    assert shown.stdout.encode() == file.read_bytes()
    assert shown.stderr.startswith("version 1, in force from 2026-02-01; by noor, 20")
    assert run("programme", "show", "--version", "1").stdout == shown.stdout
    lines = [line.split("\t") for line in run("programme", "list").stdout.splitlines()]
    assert [line[:2] for line in lines] == [["1", "2026-02-01"], ["2", "2026-01-20"]]
    assert run("programme", "diff", "1", file).stdout == ""


@pytest.mark.parametrize(
    ("words", "exits", "told"),
    [
        (("show",), 1, "no programme is published yet"),
        (("show", "--on", "2026-01-01"), 1, "no programme was in force on 2026-01-01"),
        (("show", "--version", "1"), 1, "none is published yet"),
        (("show", "--version", "1", "--on", "2026-01-01"), 2, "exclude each other"),
        (("show", "--on", "31.12.2026"), 2, "write it like 2026-03-31"),
        (("show", "--on", "20261231"), 2, "write it like 2026-03-31"),
        (("diff", "1", "2"), 1, "no version 1"),
        (("diff", "nothing.yaml", "2"), 2, "no number of a version"),
        (("check", "nothing.yaml"), 2, "nothing.yaml"),
    ],
)
def test_what_can_t_be(run: Run, words: tuple[str, ...], exits: int, told: str) -> None:
    """A wrong use is told in a line that says what to do."""
    assert told in run("programme", *words, exits=exits).stderr


def test_check(run: Run, tmp_path: Path) -> None:
    """Problems are exit status 1, warnings only if asked; for programs there is a list."""
    file = tmp_path / "programme.yaml"
    (tmp_path / "phishing.yaml").write_text("version: 1.0.0\n", encoding="utf-8")
    file.write_bytes(text())
    assert "the bucket" in run("programme", "check", file).stderr
    run("programme", "check", file, "--strict", exits=1)
    file.write_bytes(text(BASELINE.replace("phishing", "phishin")))
    listed = run("programme", "check", file, "--json", exits=1).stdout
    assert '"code": "unknown-exercise"' in listed


def test_differences(run: Run, tmp_path: Path) -> None:
    """What came, what went and what is another now is told by its place; the order of keys, and
    remarks, are no difference."""
    one, other = tmp_path / "one.yaml", tmp_path / "other.yaml"
    one.write_text("a: {b: 1, c: [x, y], e: true}\nd: 5\n", encoding="utf-8")
    other.write_text("# new\nd: 6\na: {c: [y, z], b: 1, f: {g: null}}\n", encoding="utf-8")
    found = run("programme", "diff", one, other, exits=1).stdout.splitlines()
    assert found == ["- a/c: x", "+ a/c: z", "- a/e: true", "+ a/f: {g: null}", "~ d: 5 -> 6"]
    other.write_text("# new\nd: 5\na: {e: true, c: [x, y], b: 1}\n", encoding="utf-8")
    same = run("programme", "diff", one, other)
    assert (same.stdout, "no difference" in same.stderr) == ("", True)
    assert list(difference.differences([1, 2], [2, 1])) == ["~ : [1, 2] -> [2, 1]"]
    other.write_text("d: [", encoding="utf-8")
    assert "other.yaml" in run("programme", "diff", one, other, exits=1).stderr


def test_exercises_of_the_catalogue(store: Store) -> None:
    """What a programme may ask for is the newest of each exercise that was published."""
    known(store)
    pools = {"lure": {"options": [{"id": "a"}, {"id": "b"}]}}
    newer = Built(
        {"slug": "bait", "digest": "1" * 64, "version": "2.0.0"},
        {"version": "2.0.0", "variants": pools},
    )
    store.writer.submit("catalogue", Publication((newer,), "noor"))
    assert publishing.built(store) == {
        "bait": Known("2.0.0", {"lure": ("a", "b")}),
        "phishing": Known("1.0.0"),
    }
    with store.reading() as connection:
        assert len(catalogue.read(connection)) == 3


def test_rulings(run: Run) -> None:
    """A ruling is added with its reason, listed, withdrawn, and then listed only if all are."""
    subject = "obligation 00042|phishing|onboarding|2026-01-05"
    reason = ("--why", "In hospital", "--by", "noor")
    added = run("ruling", "add", "excuse", subject, *reason)
    assert added.stdout == "1\n"
    (line,) = run("ruling", "list", "--kind", "excuse").stdout.splitlines()
    told = line.split("\t")
    assert told[0] == "1"
    assert told[2:] == ["excuse", subject, "noor", "In hospital"]
    assert run("ruling", "list", "--kind", "accept").stdout == ""
    run("ruling", "withdraw", "1", "--why", "The wrong Ana", "--by", "noor")
    assert run("ruling", "list").stdout == ""
    assert len(run("ruling", "list", "--all").stdout.splitlines()) == 2
    run("ruling", "add", "excuse", subject, "--why", "In two\nlines\x1b[2J", "--by", "noor")
    (line,) = run("ruling", "list").stdout.splitlines()  # on one line, whatever was written
    assert "In two�lines�[2J" in line
    assert "withdrawn already" in run("ruling", "withdraw", "1", *reason, exits=1).stderr
    assert "add" in run("ruling", "add", "link", "hr 1", *reason, exits=2).stderr


def test_a_ruling_about_what_is_not_there_is_told(run: Run) -> None:
    """It is kept, since what it is about may come, and never without a word."""
    subject = "obligation 00042|phishing|onboarding|2026-01-05"
    added = run("ruling", "add", "excuse", subject, "--why", "In hospital")
    assert added.stdout == "1\n"
    assert added.stderr.startswith(f"warning: there is no {subject} today")
    bare = subject.removeprefix("obligation ")
    refused = run("ruling", "add", "excuse", bare, "--why", "In hospital", exits=1)
    assert f'for a row of the register write "{subject}"' in refused.stderr
    refused = run("ruling", "add", "reject", "row 12.14", "--why", "A slip", exits=1)
    assert "'12.14' names no exercise of a row" in refused.stderr


def test_catalogue_command(run: Run, tmp_path: Path) -> None:
    """A folder in which nothing was built is told, and nothing is published."""
    (tmp_path / "build").mkdir()
    said = run("catalogue", "publish", tmp_path / "build", exits=1).stderr
    assert "scormkit build" in said
    assert said.strip().endswith("nothing was published")
    assert run("catalogue", "list").stdout == ""


def test_first_days() -> None:
    """When each cadence of the calendar comes first is told, in order; one from access has none."""
    own = """everyone:
  cadences:
    y: {every: year, exercises: [a]}
    m: {every: month, exercises: [b]}
    d: {on: [2025-01-01], within: 1, exercises: [c]}
    x: {every: year, from: access, within: 1, exercises: [a]}"""
    made = versions.understood(text(own))
    found = publishing.first_days(made, date(2026, 1, 2))
    assert found == [
        ("curriculum/everyone/cadences/m", date(2026, 2, 1)),
        ("curriculum/everyone/cadences/y", date(2027, 1, 1)),
    ]
