"""Tests of names that mean nobody: counted without everybody, they are the same ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import worked_year
from click.testing import CliRunner
from company import ANA, HEAD, JO, ROSTER, company, day, instant, roster, rule, say
from sqlalchemy import event
from worked_year.expectations import View, views

from lrs import app, attempts, known, timestamps
from lrs.cli import main
from lrs.config import Settings
from lrs.days import Interval
from lrs.known import Asked, Register
from lrs.people import directory, timeline
from lrs.people.facts import Known
from lrs.people.timeline import Person
from lrs.xapi.store import Store

WHOLE, *PARTS = views()
EVERYBODY = "FROM people_facts ORDER BY"  # how all facts are asked for


def both(store: Store, person: str, **asked: Any) -> tuple[Register, Register]:
    """The register of everybody, and of one person with the names that mean nobody."""
    attempts.follow(store.engine)
    with store.reading() as connection:
        return (
            known.register(connection, Asked(**asked)),
            known.register(connection, Asked(**asked, person=person, counting=True)),
        )


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that has been through the worked year."""
    address = f"sqlite:///{tmp_path_factory.mktemp('waiting') / 'lrs.db'}"
    store = app.opened(Settings(database=address, durable=False))
    worked_year.load(store)
    yield store
    store.writer.close()


@pytest.mark.parametrize("view", [WHOLE, *PARTS], ids=lambda view: f"{view.day}-{view.known}")
def test_one_person_counts_the_names_of_all(year: Store, view: View) -> None:
    """Whoever asks about one person is told the same names that mean nobody, as known at any
    instant, and everything about the person that all together tell."""
    period = Interval(day("01-01"), day("12-31"))
    every, one = both(year, "00042", period=period, as_of=view.day, known=view.known)
    assert one.waiting == every.waiting
    assert list(one.rows) == [row for row in every.rows if row.person.id == "00042"]
    with year.reading() as connection:
        assert known.in_scope(connection, one.question, view.known) == every.population


QUARTER: dict[str, Any] = {"period": Interval(day("01-01"), day("03-31")), "as_of": day("03-31")}


def test_what_one_needs_of_others(address: str) -> None:
    """On both databases: a mail that two have had, one that its person lost, one that a ruling
    gives or takes, and people whom HR gave another id; the manager is named."""
    with company(address) as store:
        waits = {each.name for each in both(store, "00042", **QUARTER)[1].waiting}
        assert waits == {
            "mbox mailto:nobody@brightwater.example",
            "mbox mailto:who@elsewhere.example",
        }
        lost = ANA.replace("ana@", "ana.ruiz@")
        twin = "00099,Al Roe,wang@brightwater.example,employee,,00007,2026-01-01,\n"
        roster(store, HEAD + lost + twin, "04-15")
        say(store, "ana", "parcel-scam", "2026-03-20T12:00:00Z", (2,))
        say(store, "wang", "parcel-scam", "2026-03-20T12:00:00Z", (2,))
        every, one = both(store, "00042", **QUARTER)
        assert one.waiting == every.waiting
        assert "mbox mailto:wang@brightwater.example" in {each.name for each in one.waiting}
        (boss,) = {boss for boss, _ in one.people.people["00042"].managers}
        assert one.people.people[boss].names == every.people.people[boss].names
        before = instant(store)
        rule(store, "unlink", "mbox mailto:ana@brightwater.example", person="00042")
        rule(store, "link", "mbox mailto:nobody@brightwater.example", person="00042")
        rule(store, "merge", "hr 00099", into="00077")
        roster(store, ROSTER.replace("wang@", "w@"), "04-30")
        every, one = both(store, "00042", **QUARTER)
        assert one.waiting == every.waiting
        assert [each.name for each in one.waiting] == [
            "mbox mailto:ana@brightwater.example",
            "mbox mailto:who@elsewhere.example",
        ]
        then = both(store, "00042", **QUARTER, known=timestamps.read(before))
        assert then[1].waiting == then[0].waiting


def test_a_name_that_was_taken_back(tmp_path: Path) -> None:
    """What another roster of the same day says instead, and what one of a later day had said of
    the same time already, is nobody's name, though somebody was once called so."""
    with company(f"sqlite:///{tmp_path / 'lrs.db'}") as store:
        roster(store, HEAD + ANA.replace("ana@", "ana.ruiz@"))
        roster(store, HEAD + JO.replace("jo@", "jo.roe@"), "02-28")
        say(store, "jo.roe", "parcel-scam", "2026-02-04T12:00:00Z", (2,))
        every, one = both(store, "00042", **QUARTER)
        assert one.waiting == every.waiting
        names = [each.name.partition(":")[2].partition("@")[0] for each in one.waiting]
        assert names == ["ana", "jo.roe", "nobody", "who"]


def test_nobody_else_is_loaded(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The facts of everybody are not asked for to say what is behind one person's row, and nobody
    else is made of them to show it, whatever is counted."""
    asked: list[str] = []
    with company(address) as store:
        attempts.follow(store.engine)
        with store.reading() as connection:
            event.listen(
                connection,
                "before_cursor_execute",
                lambda _connection, _cursor, statement, *_: asked.append(statement),
            )
            one = known.register(connection, Asked(**QUARTER, person="00042", counting=True))
            assert len(one.waiting) == 2 and asked
            assert not [each for each in asked if EVERYBODY in each]
            known.register(connection, Asked(**QUARTER))
            assert [each for each in asked if EVERYBODY in each]
    made: list[str] = []

    def person(id: str, facts: Sequence[Known]) -> Person:
        made.append(id)
        return timeline.person(id, facts)

    monkeypatch.setattr(directory, "person", person)
    monkeypatch.setenv("LRS_DATABASE", address)
    days = ("--from", "2026-01-01", "--to", "2026-03-31", "--as-of", "2026-03-31")
    shown = CliRunner().invoke(main, ["register", "show", *days, "--person", "00042"])
    assert "6 people in scope" in shown.stderr
    assert "2 names mean nobody" in shown.stderr
    assert set(made) == {"00042", "00007"}  # and the manager
