"""Tests of lrs register: what is printed and written, what is behind a row, what is refused."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from company import (
    FAIR,
    GOOD,
    HEAD,
    JO,
    ONBOARDING,
    ROSTER,
    company,
    export,
    instant,
    roster,
    rule,
    say,
    told,
    void,
)
from durable import opened

from lrs import cli_trace
from lrs.cli import main
from lrs.register.columns import NAMES
from lrs.xapi.store import Store

Run = Callable[..., Result]
QUARTER = ("--from", "2026-01-01", "--to", "2026-03-31", "--as-of", "2026-03-31")
EVE = "00051|parcel-scam|onboarding|2026-01-12"


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The company's database, and the instant up to which it is known."""
    path = tmp_path_factory.mktemp("company") / "lrs.db"
    with company(f"sqlite:///{path}") as store:
        known = instant(store)
    return path, known


@pytest.fixture
def database(lived: tuple[Path, str], tmp_path: Path) -> str:
    """The address of a copy, to go on from."""
    return f"sqlite:///{shutil.copy(lived[0], tmp_path / 'company.db')}"


@pytest.fixture
def run(database: str) -> Run:
    """Runs `lrs register` there, and expects an exit status."""

    def ran(*words: str | Path, exits: int = 0, columns: int | None = None) -> Result:
        places = str(columns) if columns else None
        env = {"LRS_DATABASE": database, "LRS_DURABLE": "no", "COLUMNS": places}
        texts = [str(word) for word in words]
        result = CliRunner().invoke(main, ["register", *texts], env=env)
        assert result.exit_code == exits, result.output
        return result

    return ran


@contextmanager
def going_on(address: str) -> Iterator[Store]:
    """The store, for what comes later."""
    with opened(address) as store:
        yield store


def test_both_databases_answer_the_same(address: str, run: Run) -> None:
    """The same rows with the same digest; a trace; and what changed."""
    with company(address) as store:
        before = instant(store)
        void(store, told("ana", "parcel-scam", "2026-01-12T09:30:00Z", GOOD)["id"])
        after = instant(store)

    def there(*words: str, exits: int = 0) -> Result:
        env = {"LRS_DATABASE": address, "LRS_DURABLE": "no"}
        result = CliRunner().invoke(main, ["register", *words], env=env)
        assert result.exit_code == exits, result.output
        return result

    shown = there("show", *QUARTER, "--known-at", before).stderr.splitlines()[-1]
    assert shown == run("show", *QUARTER).stderr.splitlines()[-1]
    traced = there("trace", ONBOARDING, "--as-of", "2026-03-31", "--json").stdout
    (voided,) = json.loads(traced)["voided"]
    assert (voided["record"], voided["voided_by"]) == (5, 11)
    came = there("diff", "--known-at", before, "--known-at", after, *QUARTER, exits=1)
    assert came.stdout.startswith(f"changed {ONBOARDING}\n  evidence  statement ")


# Show.


def test_the_register_is_shown(run: Run, lived: tuple[Path, str]) -> None:
    """A line for each row; on stderr what it counts, as of when, as it was known when, and how
    many names mean nobody."""
    shown = run("show", *QUARTER)
    lines = [line.split() for line in shown.stdout.splitlines()[2:]]
    assert [(line[0], line[-1]) for line in lines] == [
        ("00007", "00007"),
        ("00013", "00013|parcel-scam|onboarding|2026-02-01"),
        ("00013", "00013|parcel-scam|remediation|2026-02-03"),
        ("00042", "00042|invoice-check|onboarding|2026-01-05"),
        ("00042", ONBOARDING),
        ("00051", EVE),
        ("00064", "00064|invoice-check|onboarding|2026-03-20"),
        ("00064", "00064|parcel-scam|onboarding|2026-03-20"),
        ("00077", "00077|parcel-scam|onboarding|2026-02-02"),
    ]
    words = shown.stderr.splitlines()
    assert words[0] == (
        "9 rows of 6 people: 2 met, 1 late, 2 excused, 2 pending, 1 unverified, 1 nothing owed; "
        "6 people in scope"
    )
    assert words[1] == (
        f"2026-01-01 to 2026-03-31, as of 2026-03-31, days of Europe/Berlin; as known {lived[1]}, "
        "up to record 10"
    )
    assert words[2] == "2 names mean nobody: 2 attempts wait for a ruling"


def test_the_table_is_as_wide_as_the_terminal(run: Run) -> None:
    """Narrow ones show less; where there is none, nothing is cut."""
    narrow = run("show", *QUARTER, columns=80).stdout
    assert max(map(len, narrow.splitlines())) <= 80
    assert "Row" not in narrow
    whole = run("show", *QUARTER).stdout
    assert "the path comes to another result than it says" in whole


@pytest.mark.parametrize(
    ("words", "people"),
    [
        (("--person", "00042"), ["00042", "00042"]),
        (("--person", "ana@brightwater.example"), ["00042", "00042"]),
        (("--manager", "00042"), ["00077"]),
        (("--manager", "bo@brightwater.example"), ["00042", "00042", "00051", "00064", "00064"]),
        (("--role", "managers"), ["00007"]),
        (("--kind", "contractor"), ["00013", "00013"]),
        (("--kind", "intern", "--verdict", "pending"), ["00064", "00064"]),
        (("--verdict", "late", "--verdict", "unverified"), ["00042", "00051"]),
        (("--criterion", "CC1.4", "--manager", "00042"), ["00077"]),
    ],
)
def test_rows_are_chosen(run: Run, words: tuple[str, ...], people: list[str]) -> None:
    """By who somebody is, whom they report to, the exercise's criteria, the verdict. How many are
    in scope and how many names mean nobody is of everybody."""
    shown = run("show", *QUARTER, *words)
    assert [line.split()[0] for line in shown.stdout.splitlines()[2:]] == people
    assert "; 6 people in scope" in shown.stderr
    assert "2 names mean nobody" in shown.stderr


def test_some_rows_are_those_of_all(run: Run) -> None:
    """What is told of some people is what is told of them among all, to the cell, whoever else
    has a role that is asked for."""
    every = run("show", *QUARTER).stdout.splitlines()[2:]
    for choice, ids in ((("--person", "00042"), ["00042"]), (("--manager", "00042"), ["00077"])):
        rows = [" ".join(line.split()) for line in every if line[:5] in ids]
        some = run("show", *QUARTER, *choice).stdout.splitlines()[2:]
        assert [" ".join(line.split()) for line in some] == rows
    none = run("show", *QUARTER, "--person", "00077", "--role", "finance")
    assert none.stderr.startswith("no row; 6 people in scope")


def test_no_row_is_said(run: Run) -> None:
    """Without a table; an empty answer says what was searched."""
    shown = run("show", *QUARTER, "--verdict", "overdue")
    assert shown.stdout == ""
    assert shown.stderr.startswith("no row; 6 people in scope\n2026-01-01 to 2026-03-31")


def test_what_was_known_then_is_shown(run: Run, lived: tuple[Path, str], database: str) -> None:
    """The same as was shown then, with the same digest, whatever came since."""
    before = run("show", *QUARTER)
    with going_on(database) as store:
        say(store, "eve", "parcel-scam", "2026-01-21T12:00:00Z", GOOD)
    assert "3 met" in run("show", *QUARTER).stderr
    again = run("show", *QUARTER, "--known-at", lived[1])
    assert (again.stdout, again.stderr) == (before.stdout, before.stderr)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--to", "2025-12-31"), "--to 2025-12-31 is before --from 2026-01-01"),
        (("--as-of", "2025-12-31"), "as of 2025-12-31 nothing of the period has been"),
        (("--verdict", "overdu"), '"overdu" is no verdict; did you mean "overdue"?'),
        (("--kind", "contracter"), '"contracter" is no kind; did you mean "contractor"?'),
        (("--role", "finanse"), '"finanse" is no role; did you mean "finance"?'),
        (("--criterion", "CC9.9"), '"CC9.9" is no criterion; did you mean'),
        (("--known-at", "2026-03-31T08:15:00"), "says no zone; write it like"),
        (("--known-at", "2026-03-31"), "is no instant"),
        (("--known-at", "2999-01-01T00:00:00+02:00"), "is to come"),
        (("--as-of", "31/03/2026"), "is no day"),
        (("--person", "00042", "--manager", "00007"), "exclude each other"),
    ],
)
def test_wrong_uses(run: Run, words: tuple[str, ...], why: str) -> None:
    """Status 2, with what was written and the nearest that could be meant."""
    for command in (("show",), ("export", "--out", "a.csv")):
        refused = run(*command, *QUARTER, *words, exits=2)
        assert why in " ".join(refused.stderr.split())
        assert refused.stdout == ""


def test_somebody_who_is_not_there(run: Run) -> None:
    """Status 1, and who may be meant."""
    for option in ("--person", "--manager"):
        refused = run("show", *QUARTER, option, "42", exits=1)
        assert refused.stderr.splitlines() == [
            "error: nobody is known as 42; lrs people list shows who there is",
            "  it may be 00042: the HR id 00042 is written alike",
        ]


def test_a_day_to_come_is_warned_of(run: Run) -> None:
    """As nobody knows what will have happened."""
    shown = run("show", *QUARTER[:4], "--as-of", "2999-12-31")
    assert shown.stderr.startswith("2999-12-31 is to come: ")


def test_a_store_without_a_programme(tmp_path: Path) -> None:
    """Status 1: nothing can be owed."""
    env = {"LRS_DATABASE": f"sqlite:///{tmp_path / 'empty.db'}", "LRS_DURABLE": "no"}
    words = ["register", "show", "--from", "2026-01-01", "--to", "2026-03-31"]
    refused = CliRunner().invoke(main, words, env=env)
    assert refused.exit_code == 1
    assert refused.stderr == "error: no programme is published yet; lrs programme publish does it\n"


def test_the_readme_shows_a_real_output(run: Run) -> None:
    """Its table is what the command prints of this company, and its section names every column."""
    readme = (Path(__file__).parents[3] / "lrs" / "README.md").read_text(encoding="utf-8")
    section = readme.split("\n## The register\n")[1].split("\n## ")[0]
    assert f"\n{run('show', *QUARTER, columns=116).stdout}" in section
    assert run("show", *QUARTER).stderr.splitlines()[0] in section
    trace = run("trace", ONBOARDING, "--as-of", "2026-03-31", columns=116).stdout
    digest = re.compile(r"\b[0-9a-f]{64}\b")  # it changes with the exercise
    attempt = trace.split("Attempt 1\n")[1].split("\n\nRulings")[0]
    assert digest.sub("", attempt) in digest.sub("", section)
    assert set(NAMES) <= set(re.findall(r"`([a-z_0-9]+)`", section))


def test_an_instant_before_there_was_a_programme(run: Run) -> None:
    """Status 1: that nothing is known is no register without rows."""
    for words in (("show", *QUARTER), ("trace", ONBOARDING)):
        refused = run(*words, "--known-at", "2020-01-01T00:00:00Z", exits=1)
        assert refused.stdout == ""
        assert refused.stderr.startswith("error: no programme was published by then")


# Export.


def test_the_three_formats_tell_the_same(run: Run, tmp_path: Path) -> None:
    """Each prints the file, its rows and their digest, which is the same; the same question makes
    the same file again."""
    digests = set()
    for name in ("a.csv", "a.JSON", "a.xlsx"):
        out = tmp_path / name
        wrote = run("export", *QUARTER, "--out", out)
        path, rows, digest = wrote.stdout.rstrip("\n").split("\t")
        assert (path, rows) == (str(out), "9")
        assert "2 names mean nobody" in wrote.stderr
        digests.add(digest)
        before = out.read_bytes()
        run("export", *QUARTER, "--out", out)
        assert out.read_bytes() == before
    (digest,) = digests
    told_ = json.loads((tmp_path / "a.JSON").read_bytes())["about"]
    assert told_["digest"] == digest
    assert run(*told_["query"].split()[2:]).stderr.splitlines()[-1].endswith(digest)


def test_a_row_names_its_source(run: Run, tmp_path: Path) -> None:
    """The import's file, the row in it and its digest; of a statement its record."""
    run("export", *QUARTER, "--out", tmp_path / "a.csv", "--bare")
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["row"]: row for row in csv.DictReader(file)}
    wang = rows["00077|parcel-scam|onboarding|2026-02-02"]
    assert (wang["source_file"], wang["source_row"]) == ("march.csv", "3")
    assert (wang["provenance"], wang["note"]) == ("manual, weak", "weak: set by Noor Haddad")
    assert (rows[ONBOARDING]["sides"], rows[ONBOARDING]["record"]) == ("agree", "5")


@pytest.mark.parametrize(
    ("words", "exits", "why"),
    [
        (("--out", "a.pdf"), 2, "a.pdf ends in none of .csv, .json, .xlsx"),
        (("--out", "a.json", "--bom"), 2, "--bom and --bare are for .csv"),
        (("--out", "nowhere/a.csv"), 2, "there is no folder nowhere"),
        (("--out", "a.csv", "--person", "x"), 1, "nobody is known as x"),
    ],
)
def test_what_cannot_be_written(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    exits: int,
    why: str,
) -> None:
    """Is said, and no file is there."""
    monkeypatch.chdir(tmp_path)
    assert why in run("export", *QUARTER, *words, exits=exits).stderr
    assert [each.name for each in tmp_path.iterdir() if each.name[0] == "a"] == []


# Trace.


def test_a_trace_tells_everything_behind_a_row(run: Run) -> None:
    """Person, who told of them, rule, days, each side of an attempt with its source and its replay,
    and the records that were named."""
    text = " ".join(run("trace", ONBOARDING, "--as-of", "2026-03-31").stdout.split())
    for part in (
        f"{ONBOARDING} verdict met on 2026-01-12",
        "as of 2026-03-31, days of Europe/Berlin; as it was known at 2",
        "access from 2026-01-05",
        "manager 00007 (Bo Lee), from 2026-01-05",
        "called mbox mailto:ana@brightwater.example, from 2026-01-05",
        "told by record 4: people.csv, row 4, as of 2026-03-31: hired, kind, left, mails, manager,",
        "exercise parcel-scam: A parcel nobody ordered criteria ISO27001 A.6.3, SOC2 CC1.4",
        "rule onboarding of everyone (curriculum/everyone/onboarding): within 14 days, "
        "3 days of grace, done up to 30 days before counts",
        "programme version 1, Security awareness, in force from 2026-01-01: record 3",
        "assigned 2026-01-05: access window 1 began",
        "opens 2025-12-06",
        "announced 2026-01-19",
        "due 2026-01-22: the last day that is on time (3 days behind the day announced)",
        "came to parcel-scam passed with 100 of 100 on 2026-01-12",
        "counts yes; it decided sides agree source statement, record 5",
        'written "2026-01-12T09:30:00Z", zone UTC',
        "played version 0.1.0, path 0 1, seed 0",
        "replay played again, it comes to the same score and verdict",
        "source LMS export, record 10: march.csv, row 2, of https://lms.brightwater.example",
        'written "2026-01-12 10:31:00", zone Europe/Berlin',
        "2 names mean nobody: 2 attempts wait for a ruling",
        "record 3 programme, received",
        "record 10 lms-export, march.csv, https://lms.brightwater.example, received",
    ):
        assert part in text, part


def test_a_trace_is_data_as_well(run: Run) -> None:
    """The same, as JSON: the days, both sides, the path, hashes."""
    found = json.loads(run("trace", ONBOARDING, "--as-of", "2026-03-31", "--json").stdout)
    assert (found["row"], found["verdict"]["name"]) == (ONBOARDING, "met")
    assert found["obligation"]["due"] == "2026-01-22"
    assert found["obligation"]["reasons"][0]["within"] == 14
    (attempt,) = found["attempts"]
    assert (attempt["path"], attempt["replay"]["outcome"]) == ([0, 1], "same")
    assert attempt["person_by"] == ["mbox mailto:ana@brightwater.example"]
    (other,) = attempt["other_sides"]
    assert (other["called"], other["source"]["row"]) == ("row 10.2|parcel-scam", 2)
    assert len(attempt["source"]["leaf"]) == 64


def test_a_trace_says_why_an_attempt_does_not_count(run: Run, database: str) -> None:
    """What its replay found, what was ruled and by whom, and the exception with its days."""
    with going_on(database) as store:
        rule(store, "accept", f"obligation {EVE}", "Sees it again in April")
    text = " ".join(run("trace", EVE, "--as-of", "2026-03-31").stdout.split())
    assert "verdict unverified (the path comes to another result than it says)" in text
    assert "counts no: the path comes to another result than it says" in text
    assert "accepted by dana in record 11: Sees it again in April" in text
    assert "uncovered 61 days of access, 2026-01-30 to 2026-03-31" in text
    assert f"accept obligation {EVE} Sees it again in April (dana, record 11)" in text


def test_a_trace_shows_what_was_voided_and_who_may_be_meant(run: Run, database: str) -> None:
    """A voided statement is no attempt, and a name that nobody has may be the person's."""
    with going_on(database) as store:
        void(store, told("ana", "parcel-scam", "2026-01-12T09:30:00Z", GOOD)["id"])
        export(
            store, "mail,course,state,at\nANA@brightwater.example,parcel-scam,failed,2026-02-01\n"
        )
    shown = " ".join(run("show", *QUARTER, "--person", "00042").stdout.split())
    assert "2026-01-22 met 2026-01-12 100 lms only" in shown
    text = " ".join(run("trace", ONBOARDING, "--as-of", "2026-03-31").stdout.split())
    assert "record 5: voided by record 11 at" in text
    assert "sides lms only" in text
    assert (
        "perhaps mbox mailto:ANA@brightwater.example, 1 attempt since 2026-02-01: "
        "the mail ana@brightwater.example is written alike"
    ) in text


def test_a_trace_says_what_an_attempt_is_worth(run: Run, database: str) -> None:
    """The fail that asks for a remediation is no try at it, one before it opens meets nothing, and
    a row without a date was by the day of the export."""
    with going_on(database) as store:
        export(store, "mail,course,state\nbo@brightwater.example,parcel-scam,passed\n")
        roster(store, ROSTER.replace("2020-03-01", "2026-03-01"), "03-31")
        say(store, "bo", "parcel-scam", "2026-01-15T12:00:00Z", GOOD)
    asked_for = run("trace", "00013|parcel-scam|remediation|2026-02-03").stdout
    assert "counts      not for this: it is the fail that asks for it" in asked_for
    assert "assigned    2026-02-03: failed on that day" in asked_for
    bo = " ".join(run("trace", "00007|parcel-scam|onboarding|2026-03-01").stdout.split())
    assert "counts not for this: it was before the day on which this opens" in bo
    assert re.search(r"when by \d{4}-\d\d-\d\d, the day of the export: the row tells no date", bo)


def test_a_trace_tells_windows_and_files_apart(run: Run, database: str) -> None:
    """What was passed in a later window is shown and said to be of that one; what two files of one
    LMS tell is one attempt that is told again."""
    with going_on(database) as store:
        back = JO.replace("2026-02-01,2026-02-14", "2026-03-01,")
        roster(store, HEAD + JO + back, "03-31")
        for rest in ("2026-03-05 10:00,90", "2026-03-05,"):
            line = f"jo@brightwater.example,parcel-scam,passed,{rest}\n"
            export(store, f"mail,course,state,at,score\n{line}")
    first, second = (
        " ".join(run("trace", f"00013|parcel-scam|onboarding|2026-{day}").stdout.split())
        for day in ("02-01", "03-01")
    )
    assert "verdict excused on 2026-02-14 (left before due)" in first
    assert "counts not for this: it was in a later window of access" in first
    assert "counts yes; it decided" in second
    assert second.count("told again parcel-scam passed on 2026-03-05") == 1
    assert "later window" not in second


def test_a_trace_says_what_explains_a_row_without_a_date(run: Run, database: str) -> None:
    """It is shown behind the attempt that is dated, and adds none; what a fail asks for it asks for
    once."""
    with going_on(database) as store:
        for rest in ("2026-03-25 10:00,40", ",40"):
            line = f"lucja@brightwater.example,parcel-scam,failed,{rest}\n"
            export(store, f"mail,course,state,at,score\n{line}")
    shown = run("show", "--from", "2026-03-20", "--to", "2099-12-31", "--person", "00064").stdout
    assert re.findall(r"remediation +(\S+)", shown) == ["2026-03-25"]
    text = " ".join(run("trace", "00064|parcel-scam|onboarding|2026-03-20").stdout.split())
    assert "Attempt 2" not in text
    row = re.findall(r"called (row 1\d\.2\|parcel-scam)", text)[0]
    assert text.count("told again parcel-scam failed with 40 of 100 on") == 1
    assert f"adds nothing: {row} says the same, with a date" in text


def test_a_trace_of_nothing_owed(run: Run) -> None:
    """Is of the person alone."""
    text = run("trace", "00007").stdout
    assert "verdict     nothing was owed" in text
    assert "The days" not in text


def test_a_row_that_is_not_there(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Status 1, with the person's rows, or with the nearest person."""
    refused = run(
        "trace", "00042|parcel-scam|onboarding|2026-01-06", "--as-of", "2026-03-31", exits=1
    )
    assert refused.stderr.splitlines() == [
        "error: there is no row 00042|parcel-scam|onboarding|2026-01-06 as of 2026-03-31; "
        "of 00042 there are",
        "  00042|invoice-check|onboarding|2026-01-05",
        f"  {ONBOARDING}",
    ]
    assert refused.stdout == ""
    monkeypatch.setattr(cli_trace, "_MOST_NEAR", 1)
    nearest = run("trace", "00042|parcel-scam|onboarding|2026-01-06", exits=1).stderr.splitlines()
    assert nearest[1:] == [f"  {ONBOARDING}", "  and 1 more"]
    other = run("trace", "0042|parcel-scam|onboarding|2026-01-05", exits=1)
    assert other.stderr.endswith('nobody is known as 0042; did you mean "00042"?\n')


def test_somebody_who_was_merged_is_traced_under_the_id_that_survives(
    run: Run, database: str
) -> None:
    """With the ruling; by the old id one is told the rows of the other."""
    with going_on(database) as store:
        rule(store, "merge", "hr 00077", "One person", into="00042")
    refused = run("trace", "00077|parcel-scam|onboarding|2026-02-02", exits=1).stderr
    assert "  00042|parcel-scam|onboarding|2026-01-05" in refused.splitlines()
    text = " ".join(run("trace", ONBOARDING).stdout.split())
    assert "id 00042, also 00077" in text
    assert "merge hr 00077, into 00042 One person (dana, record 11)" in text


# Diff.


def test_what_changed_in_what_is_known(run: Run, lived: tuple[Path, str], database: str) -> None:
    """Rows that are new, gone or another, each with the records because of which; status 1. What a
    later roster says again is no reason."""
    with going_on(database) as store:
        void(store, told("ana", "parcel-scam", "2026-01-12T09:30:00Z", GOOD)["id"])
        say(store, "eve", "parcel-scam", "2026-02-20T12:00:00Z", GOOD)
        roster(store, ROSTER.replace("2026-03-20", "2026-03-17"), "04-01")
        rule(store, "excuse", "obligation 00013|parcel-scam|onboarding|2026-02-01")
        after = instant(store)
    words = ("--known-at", after, "--known-at", lived[1])
    came = run("diff", *words, *QUARTER, exits=1)
    ana = told("ana", "parcel-scam", "2026-01-12T09:30:00Z", GOOD)["id"]
    eve = told("eve", "parcel-scam", "2026-02-20T12:00:00Z", GOOD)["id"]
    forged = told("eve", "parcel-scam", "2026-01-20T12:00:00Z", FAIR)["id"]
    blocks = came.stdout.replace("\n  ", " | ").splitlines()
    assert blocks[:3] == [
        "changed 00013|parcel-scam|onboarding|2026-02-01 | closed    2026-02-14 -> 2026-02-18 | "
        "note      left before due -> She was ill (dana) | record    14: excuse obligation "
        "00013|parcel-scam|onboarding|2026-02-01 by dana: She was ill",
        f"changed {ONBOARDING} | evidence  statement {ana} -> row 10.2|parcel-scam | "
        f"record    11: statement {ana} was voided",
        f"changed {EVE} | verdict   unverified -> late | closed    none -> 2026-02-20 | "
        f"evidence  statement {forged} -> statement {eve} | exception open -> remediated | "
        "note      the path comes to another result than it says -> none | "
        f"record    12: statement {eve} told of parcel-scam passed on 2026-02-20",
    ]
    assert [line.split(" | ")[0] for line in blocks[3:]] == [
        "new 00064|invoice-check|onboarding|2026-03-17",
        "gone 00064|invoice-check|onboarding|2026-03-20",
        "new 00064|parcel-scam|onboarding|2026-03-17",
        "gone 00064|parcel-scam|onboarding|2026-03-20",
    ]
    assert all(
        line.endswith("record    13: roster as of 2026-04-01 told of 00064") for line in blocks[3:]
    )
    assert came.stderr.splitlines() == [
        "3 rows changed, 2 new, 2 gone",
        "before: 2 names mean nobody: 2 attempts wait for a ruling",
        "after: 2 names mean nobody: 2 attempts wait for a ruling",
    ]


def test_what_changed_for_programs(run: Run, lived: tuple[Path, str], database: str) -> None:
    """The same changes as JSON, with the days, both instants and records, and what waits."""
    with going_on(database) as store:
        rule(store, "link", "mbox mailto:who@elsewhere.example", "Asked her", person="00064")
        say(store, "eve", "parcel-scam", "2026-02-20T12:00:00Z", GOOD)
        after = instant(store)
    words = ("--known-at", lived[1], "--known-at", after, *QUARTER, "--json")
    found = json.loads(run("diff", *words, exits=1).stdout)
    assert {name: found[name] for name in ("from", "to", "as_of")} == {
        "from": "2026-01-01",
        "to": "2026-03-31",
        "as_of": "2026-03-31",
    }
    waits = {"unresolved_names": 2, "unresolved_attempts": 2}
    assert found["before"] == {"known_at": lived[1], "record": 10, **waits}
    waits = {"unresolved_names": 1, "unresolved_attempts": 1}
    assert found["after"] == {"known_at": after, "record": 12, **waits}
    (change,) = found["changes"]
    assert (change["what"], change["row"], change["person"]) == ("changed", EVE, "00051")
    assert change["turns"][0] == {"name": "verdict", "before": "unverified", "after": "late"}
    (cause,) = change["causes"]
    assert cause["record"] == 12
    assert cause["words"].endswith(" told of parcel-scam passed on 2026-02-20")
    same = ("--known-at", after, "--known-at", after, *QUARTER, "--json")
    assert json.loads(run("diff", *same).stdout)["changes"] == []


def test_a_withdrawn_ruling_is_a_reason(run: Run, database: str) -> None:
    """And so is a link: whose attempt it is."""
    with going_on(database) as store:
        rule(store, "excuse", f"obligation {EVE}")
        before = instant(store)
        rule(store, "withdraw", "ruling 11", "The wrong Eve")
        rule(store, "link", "mbox mailto:who@elsewhere.example", "Asked her", person="00051")
        after = instant(store)
    came = run("diff", "--known-at", before, "--known-at", after, *QUARTER, exits=1).stdout
    assert "record    12: withdraw ruling 11 by dana: The wrong Eve" in came
    assert "record    13: link mbox mailto:who@elsewhere.example by dana: Asked her" in came


def test_nothing_changed(run: Run, lived: tuple[Path, str]) -> None:
    """Status 0, and nothing but words; one instant alone is a wrong use."""
    same = run("diff", "--known-at", lived[1], "--known-at", lived[1], *QUARTER)
    assert same.stdout == ""
    assert same.stderr.startswith("0 rows changed, 0 new, 0 gone\n")
    assert "give --known-at twice" in run("diff", "--known-at", lived[1], *QUARTER, exits=2).stderr
