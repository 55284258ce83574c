"""A worked year: what the store holds of it, against what was argued from the rules alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import worked_year
from durable import assert_indexes_are_what_a_rebuild_makes
from sqlalchemy import Connection
from worked_year.expectations import View, views

from lrs import app, rulings
from lrs.config import Settings
from lrs.people import directory, identities
from lrs.people.identities import Identities
from lrs.programme import obligations, versions
from lrs.received import records
from lrs.xapi.store import Store

WHOLE, *PARTS = views()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that has been through the year."""
    address = f"sqlite:///{tmp_path_factory.mktemp('year') / 'lrs.db'}"
    opened = app.opened(Settings(database=address, durable=False))
    worked_year.load(opened)
    yield opened
    opened.writer.close()


def everybody(connection: Connection, known: int) -> Identities:
    """The people as they were known at an instant."""
    given = rulings.read(connection, known, ("link", "unlink", "merge"))
    said = identities.of_rulings((r.kind, r.subject, r.told) for _, _, r in given)
    return directory.everybody(connection, said, known)


def test_every_record_has_the_instant_at_which_it_came(store: Store) -> None:
    """The store takes the year's clock for its own, and nothing comes before what came before."""
    with store.reading() as connection:
        came = [each.at for each in records.read(connection)]
    first, last = worked_year.FIRST, worked_year.LAST
    assert came == sorted(set(came))
    assert (came[0], came[-1]) == (first, last)


def test_what_is_owed_is_what_was_argued(store: Store) -> None:
    """Each obligation of the programme is expected, with its due day, and no other; remediation,
    which comes of results, is the register's affair."""
    with store.reading() as connection:
        people = everybody(connection, WHOLE.known).people
        plan = obligations.plan(versions.load(connection, WHOLE.known), WHOLE.day)
    owed = {each.id: each for one in people.values() for each in obligations.of(one, plan)}
    expected = {each.obligation: each for each in WHOLE.rows}
    assert set(people) == set(WHOLE.people)
    assert {id for id in expected if "|remediation|" not in id} == set(owed)
    for id, each in owed.items():
        assert expected[id].more.get("due", each.due) == each.due, id


@pytest.mark.parametrize("view", PARTS, ids=lambda view: f"{view.day} known {view.known}")
def test_nothing_is_expected_that_nobody_owes(store: Store, view: View) -> None:
    """What other views speak of is owed by what was known then; what is gone isn't."""
    with store.reading() as connection:
        people = everybody(connection, view.known).people
        plan = obligations.plan(versions.load(connection, view.known), view.day)
    owed = {each.id for one in people.values() for each in obligations.of(one, plan)}
    wanted = {each.obligation for each in view.rows if "|remediation|" not in each.obligation}
    assert wanted <= owed
    assert not owed & set(view.gone)


def test_the_year_is_rebuilt_as_it_was_taken(store: Store) -> None:
    """Every index of the year is what a rebuild makes of its log."""
    assert_indexes_are_what_a_rebuild_makes(store.engine)
