"""A worked year: what the register says of it, against what was argued from the rules alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import pytest
import worked_year
from durable import assert_indexes_are_what_a_rebuild_makes
from sqlalchemy import Connection
from worked_year.expectations import Expected, View, views

from lrs import app, attempts, database, known, rebuild, rulings, timestamps
from lrs.config import Settings
from lrs.days import Interval
from lrs.known import Asked, Register
from lrs.people import directory, identities
from lrs.people.identities import Identities
from lrs.programme import obligations, versions
from lrs.received import records
from lrs.received.tables import CONTENTS, RECEIVED
from lrs.register.rows import Row
from lrs.xapi.store import Store

YEAR = Interval(date(2026, 1, 1), date(2026, 12, 31))
WHOLE, *PARTS = views()


class Dispute(NamedTuple):
    """What the code says, and the argument for what is expected."""

    code: str
    why: str


# What code and expected.yaml see differently, and nobody has decided yet. What is decided goes.
DISPUTED: dict[str, Dispute] = {}


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that has been through the year. On SQLite, where it has no clock but ours."""
    address = f"sqlite:///{tmp_path_factory.mktemp('year') / 'lrs.db'}"
    opened = app.opened(Settings(database=address, durable=False))
    worked_year.load(opened)
    attempts.follow(opened.engine)
    yield opened
    opened.writer.close()


@pytest.fixture(scope="module")
def store(kind: str, request: pytest.FixtureRequest, taken: Store) -> Iterator[Store]:
    """The same; and one on PostgreSQL that has its log, and made its own indexes of it."""
    if kind == "sqlite":
        yield taken
        return
    address = request.getfixturevalue("postgresql")()
    opened = app.opened(Settings(database=address, durable=False))
    with taken.engine.connect() as source, database.writing(opened.engine) as connection:
        for table in (RECEIVED, CONTENTS):
            lines = [row._asdict() for row in source.execute(table.select())]
            connection.execute(table.insert(), lines)
        rebuild.rebuild(connection)
    yield opened
    opened.writer.close()
    opened.engine.dispose()


def register(store: Store, view: View, **more: Any) -> Register:
    """The register of a view, over the year if nothing else is asked."""
    with store.reading() as connection:
        return known.register(
            connection, Asked(**{"period": YEAR, "as_of": view.day, "known": view.known, **more})
        )


def of(register: Register) -> dict[str, Row]:
    """The rows by what they are called."""
    found = {row.id: row for row in register.rows}
    assert len(found) == len(register.rows)
    return found


def said(row: Row) -> dict[str, Any]:
    """What a row says, in the words of expected.yaml."""
    came, owed = row.verdict, row.obligation
    assert came and owed
    sides = came.evidence.sides if came.evidence else ""
    return {
        "verdict": came.name,
        "due": owed.due,
        "passed": came.closed,
        "told": sides.partition(":")[0],
        "weak": came.note.startswith("weak"),
        "exception": row.exception.state if row.exception else None,
        "uncovered": [row.uncovered.first, row.uncovered.last] if row.uncovered else None,
    }


def differences(view: View, rows: dict[str, Row]) -> dict[str, str]:
    """Where a view and the rows don't say the same, with both."""
    found = {}
    for each in view.rows:
        if each.obligation not in rows:
            found[each.obligation] = f"no row; expected {each.verdict}: {each.because}"
            continue
        told, wanted = said(rows[each.obligation]), _wanted(view, each)
        other = {name: told[name] for name in wanted if told[name] != wanted[name]}
        if other:
            found[each.obligation] = f"{other}; expected {wanted}: {each.because}"
    return found


def _wanted(view: View, each: Expected) -> dict[str, Any]:
    """What must hold. In a whole view, also that there is no exception and no uncovered day where
    none is told."""
    base: dict[str, Any] = {"exception": None, "uncovered": None} if view.whole else {}
    return {**base, "verdict": each.verdict, **each.more}


def everybody(connection: Connection, known: int) -> Identities:
    """The people as they were known at an instant."""
    given = rulings.read(connection, known, ("link", "unlink", "merge"))
    facts = identities.of_rulings((r.kind, r.subject, r.told) for _, _, r in given)
    return directory.everybody(connection, facts, known)


def named(view: View) -> str:
    """A view in a test's name."""
    return f"{view.day}-known-{timestamps.written(view.known)[:10]}"


@pytest.mark.parametrize("view", [WHOLE, *PARTS], ids=named)
def test_each_verdict_is_what_was_argued(store: Store, view: View) -> None:
    """Every verdict, with its due day, evidence, exception and uncovered days, is the expected one,
    as of each day and as known at each instant; but for what is disputed."""
    found = differences(view, of(register(store, view)))
    assert {id: why for id, why in found.items() if id not in DISPUTED} == {}


def test_what_is_disputed_is_seen_as_it_was(store: Store) -> None:
    """A dispute that the code has settled is none any more, nor is one in which it says another
    thing by now."""
    found: dict[str, str] = {}
    for view in (WHOLE, *PARTS):
        rows = of(register(store, view))
        other = set(differences(view, rows))
        if view.whole:
            expected = {each.obligation for each in view.rows}
            other |= {id for id, row in rows.items() if row.obligation} - expected
        found |= {id: _seen(rows.get(id)) for id in other}
    assert found == {id: each.code for id, each in DISPUTED.items()}


def _seen(row: Row | None) -> str:
    """What the code says of something disputed, in a word."""
    if row is None:
        return "no row"
    told = said(row)
    opened = f", open from {row.exception.opened}" if row.exception and told["passed"] else ""
    return f"{told['verdict']}{opened}"


def test_everybody_has_a_row_and_nobody_else(store: Store) -> None:
    """Each person of the year is in the register, who owes nothing with one row that says so; and
    no row is there that nobody expected."""
    rows = of(register(store, WHOLE))
    idle = set(WHOLE.people) - {each.obligation.partition("|")[0] for each in WHOLE.rows}
    assert idle == {id for id, row in rows.items() if row.obligation is None}
    expected = {each.obligation for each in WHOLE.rows}
    assert set(rows) - idle - set(DISPUTED) == expected - set(DISPUTED)
    assert {row.person.id for row in rows.values()} == set(WHOLE.people)


@pytest.mark.parametrize("view", [WHOLE, *PARTS], ids=named)
def test_names_of_nobody_wait(store: Store, view: View) -> None:
    """What came under a name that nobody has is counted, and what is gone is in no row."""
    found = register(store, view)
    waiting = {each.name for each in found.waiting}
    assert set(view.unresolved) <= waiting
    assert not view.whole or waiting == set(view.unresolved)
    assert not set(view.gone) & set(of(found))


def test_halves_of_the_year_are_the_whole(store: Store) -> None:
    """The rows of both halves are those of the year, as of its end; only the uncovered days and who
    owes nothing in a half are others."""
    halves = (Interval(YEAR.first, date(2026, 6, 30)), Interval(date(2026, 7, 1), YEAR.last))
    rows = of(register(store, WHOLE))
    parts = [of(register(store, WHOLE, period=half)) for half in halves]
    found = {id: row for part in parts for id, row in part.items() if row.obligation}
    assert set(found) == {id for id, row in rows.items() if row.obligation}
    for id, row in found.items():
        assert row._replace(uncovered=None) == rows[id]._replace(uncovered=None)


def test_one_person_alone_is_as_among_all(store: Store) -> None:
    """To ask about somebody, or about a manager's people, gives their rows of the whole."""
    rows = register(store, WHOLE).rows
    for person in WHOLE.people:
        alone = register(store, WHOLE, person=person).rows
        assert list(alone) == [row for row in rows if row.person.id == person]
    noors = register(store, WHOLE, manager="00001")
    ids = {row.person.id for row in noors.rows}
    assert list(noors.rows) == [row for row in rows if row.person.id in ids]
    assert {"00015", "00003"} <= ids and not ids & {"00001", "00013"}


def test_every_record_has_the_instant_at_which_it_came(store: Store) -> None:
    """The store takes the year's clock for its own, and nothing comes before what came before."""
    with store.reading() as connection:
        came = [each.at for each in records.read(connection)]
    first, last = worked_year.FIRST, worked_year.LAST
    assert came == sorted(set(came))
    assert (came[0], came[-1]) == (first, last)


def test_what_is_owed_is_what_was_argued(store: Store) -> None:
    """Each obligation of the programme is expected, and no other; remediation, which comes of
    results, is the register's affair."""
    with store.reading() as connection:
        people = everybody(connection, WHOLE.known).people
        plan = obligations.plan(versions.load(connection, WHOLE.known), WHOLE.day)
    owed = {each.id for one in people.values() for each in obligations.of(one, plan)}
    expected = {each.obligation for each in WHOLE.rows}
    assert {id for id in expected if "|remediation|" not in id} == owed


def test_the_year_is_rebuilt_as_it_was_taken(store: Store) -> None:
    """Every index of the year is what a rebuild makes of its log, and so is the register."""
    before = register(store, WHOLE)
    assert_indexes_are_what_a_rebuild_makes(store.engine)
    assert register(store, WHOLE).rows == before.rows
