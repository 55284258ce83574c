"""Tests of what waits for somebody: names that mean nobody, and roles that no programme has."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from cases import somebody, span
from click.testing import CliRunner, Result
from company import LMS, PROGRAMME, ROSTER, company, instant, roster, say
from durable import opened

from lrs.cli import main
from lrs.people.timeline import Person
from lrs.programme import publishing
from lrs.unresolved import Role, roles

Run = Callable[..., Result]
ROLES = PROGRAMME.replace("roles: [finance]", "roles: [finance, managers]")
TYPO = """\
person,name,roles,hired
00042,Ana Ruiz,finanse,2026-01-05
00043,Al Roe,finanse,2026-01-05
"""


@pytest.fixture
def run() -> Run:
    """Runs lrs on a database, and expects an exit status."""

    def ran(address: str, *words: str | Path, exits: int = 0) -> Result:
        env = {"LRS_DATABASE": address, "LRS_DURABLE": "no"}
        result = CliRunner().invoke(main, [str(word) for word in words], env=env)
        assert result.exit_code == exits, result.output
        return result

    return ran


def test_the_queue_of_names(address: str, run: Run) -> None:
    """Each name with the days and records in which it was used, where, who may be meant and why,
    and the command that links it: which does."""
    with company(address) as store:
        say(store, "Ana", "parcel-scam", "2026-02-20T12:00:00Z", (2,))
        say(store, "Ana", "parcel-scam", "2026-02-22T12:00:00Z", (0, 1))
        known = instant(store)
    told = json.loads(run(address, "people", "unresolved", "--json").stdout)
    ana, nobody, who = told["names"]
    assert ana == {
        "name": "mbox mailto:Ana@brightwater.example",
        "attempts": 2,
        "first": "2026-02-20",
        "last": "2026-02-22",
        "records": [11, 12],
        "seen_in": ["statements"],
        "proposals": [
            {"person": "00042", "why": "the mail ana@brightwater.example is written alike"}
        ],
        "commands": [
            "lrs people link 'mbox mailto:Ana@brightwater.example' 00042 --why",
        ],
    }
    assert (nobody["name"], nobody["proposals"]) == ("mbox mailto:nobody@brightwater.example", [])
    assert nobody["commands"] == [
        "lrs people link 'mbox mailto:nobody@brightwater.example' HR-ID --why"
    ]
    assert (who["first"], who["seen_in"]) == ("2026-02-11", [f"march.csv of {LMS}"])
    words = shlex.split(ana["commands"][0])[1:]
    run(address, *words, exits=2)
    run(address, *words, "Asked Ana")
    left = json.loads(run(address, "people", "unresolved", "--json").stdout)
    assert [each["name"] for each in left["names"]] == [nobody["name"], who["name"]]
    then = json.loads(run(address, "people", "unresolved", "--json", "--known-at", known).stdout)
    assert then["names"] == told["names"]
    assert then["known_at"] == known


def test_the_queue_as_a_table(tmp_path: Path, run: Run) -> None:
    """Under each name who may be meant, and the command; then the roles; what they come to is on
    stderr."""
    address = f"sqlite:///{tmp_path / 'lrs.db'}"
    with company(address) as store:
        say(store, "Ana", "parcel-scam", "2026-02-20T12:00:00Z", (2,))
    shown = run(address, "people", "unresolved", "--on", "2026-03-31")
    lines = shown.stdout.splitlines()
    assert lines[0].split() == ["Name", "Attempts", "First", "Last", "Records", "Seen", "in"]
    assert lines[2].split() == [
        *("mbox", "mailto:Ana@brightwater.example", "1", "2026-02-20", "2026-02-20"),
        *("11", "statements"),
    ]
    assert lines[3:5] == [
        "  it may be 00042: the mail ana@brightwater.example is written alike",
        "  lrs people link 'mbox mailto:Ana@brightwater.example' 00042 --why",
    ]
    assert lines[-1].split() == ["managers", "1", "00007"]
    assert shown.stderr.splitlines() == [
        "3 names mean nobody: 3 attempts wait for a ruling",
        "1 role is held on 2026-03-31 of which version 1 of the programme asks nothing",
    ]


def test_nothing_waits(tmp_path: Path, run: Run) -> None:
    """An empty list says what was looked at; without a programme nobody can say which roles it
    has."""
    address = f"sqlite:///{tmp_path / 'lrs.db'}"
    with opened(address) as store:
        roster(store, ROSTER)
    empty = run(address, "people", "unresolved", "--on", "2026-03-31")
    assert empty.stdout == ""
    assert empty.stderr.splitlines() == [
        "every name means somebody",
        "no programme is in force on 2026-03-31, so nobody can say which roles it has",
    ]
    with opened(address) as store:
        first = date(2026, 1, 1)
        publishing.publish(store, ROLES.encode(), first, first, "noor")
    empty = run(address, "people", "unresolved", "--on", "2026-03-31")
    said = "version 1 of the programme asks something of every role held on 2026-03-31"
    assert empty.stderr.splitlines()[1] == said


def test_an_import_tells_of_roles_that_the_programme_doesn_t_have(tmp_path: Path, run: Run) -> None:
    """Once each, at the first row, with the nearest that there is; and nothing is refused for it.
    A day on which no programme is in force can't be told of."""
    address, file = f"sqlite:///{tmp_path / 'lrs.db'}", tmp_path / "people.csv"
    file.write_text(TYPO, encoding="utf-8")
    with opened(address) as store:
        first = date(2026, 1, 1)
        publishing.publish(store, PROGRAMME.encode(), first, first, "noor")
    words = ("people", "import", file, "--profile", "plain", "--as-of", "2026-03-01")
    said = (
        'people.csv:2: warning: 2 people have the role "finanse", of which version 1 of the '
        'programme asks nothing [unknown-role]\n  did you mean "finance"?\n'
    )
    dry = run(address, *words, "--dry-run")
    assert said in dry.stderr
    assert "nothing is stored: a dry run" in dry.stderr
    taken = run(address, *words)
    assert said in taken.stderr
    assert taken.stdout == "2\n"
    before = run(address, *words[:-1], "2025-12-31", "--dry-run")
    assert "unknown-role" not in before.stderr
    told = json.loads(run(address, "people", "unresolved", "--json", "--on", "2026-03-31").stdout)
    assert told["roles"] == [
        {"role": "finanse", "people": ["00042", "00043"], "hint": 'did you mean "finance"?'}
    ]


def test_a_programme_that_drops_a_role(tmp_path: Path, run: Run) -> None:
    """Whoever publishes it is told how many people hold it, in a dry run as well; of one that
    nobody holds nothing is said."""
    address, file = f"sqlite:///{tmp_path / 'lrs.db'}", tmp_path / "programme.yaml"
    with company(address):
        pass
    file.write_text(PROGRAMME.replace("roles: [finance]", "roles: [financial]"), encoding="utf-8")
    words = ("programme", "publish", file, "--from", "2026-04-01", "--as-of", "2026-03-31")
    said = (
        'warning: 2 people have the role "finance" on 2026-04-01, of which nothing is asked any '
        'more; did you mean "financial"?'
    )
    other = 'warning: 1 person has the role "managers" on 2026-04-01, of which nothing is asked'
    for more in (("--dry-run",), ()):
        lines = run(address, *words, *more).stderr.splitlines()
        assert [line for line in lines if line.startswith("warning")] == [said, other]


def test_roles_are_those_of_people_with_access() -> None:
    """Who has left, and what was held before, waits for nobody."""

    def holds(id: str, access: str, role: str, days: str) -> Person:
        return replace(somebody(access, id=id), roles=((role, span(days)),))

    people = [
        holds("1", "01-01..", "it", "01-01.."),
        holds("2", "01-01..02-28", "it", "01-01.."),
        holds("3", "01-01..", "it", "01-01..02-28"),
        holds("4", "01-01..", "finance", "01-01.."),
    ]
    assert roles(people, {"finance"}, date(2026, 3, 31)) == [Role("it", ("1",), "")]
