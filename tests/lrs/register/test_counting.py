"""Tests of the register in figures, against what was argued of the worked year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from statistics import median

import pytest
import worked_year
from hypothesis import given, settings
from hypothesis import strategies as st
from worked_year.expectations import views

from lrs import app, attempts, known
from lrs.config import Settings
from lrs.days import Interval
from lrs.known import Asked, Register
from lrs.register import counting
from lrs.register.counting import BANDS, Counting, Figures, Turn
from lrs.register.verdicts import VERDICTS
from lrs.xapi.store import Store

WHOLE = next(views())


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that has been through the worked year."""
    address = f"sqlite:///{tmp_path_factory.mktemp('year') / 'lrs.db'}"
    store = app.opened(Settings(database=address, durable=False))
    worked_year.load(store)
    attempts.follow(store.engine)
    yield store
    store.writer.close()


def register(store: Store, first: date, last: date) -> Register:
    """Its register of some days, as of the last of them."""
    with store.reading() as connection:
        return known.register(connection, Asked(Interval(first, last), last, WHOLE.known))


@pytest.fixture(scope="module")
def year(lived: Store) -> Register:
    """That of the whole year."""
    return register(lived, date(2026, 1, 1), WHOLE.day)


def figures(*pieces: Register) -> Figures:
    """What pieces come to."""
    counts = Counting()
    for piece in pieces:
        counts.add(piece.question, piece.rows)
    return counts.figures([each.attempts for each in pieces[-1].waiting])


def test_the_year_in_figures_is_what_was_argued_of_each_row(year: Register) -> None:
    """Verdicts, evidence set by hand, exceptions, uncovered days and people come to what the
    expectations of single rows add up to."""
    found = figures(year).single
    expected = Counter(each.verdict for each in WHOLE.rows)
    assert {name: found[name] for name in VERDICTS} == {n: expected[n] for n in VERDICTS}
    assert found["obligations"] == len(WHOLE.rows)
    assert found["population"] == len(WHOLE.people)
    assert found["weak"] == sum(bool(each.more.get("weak")) for each in WHOLE.rows)
    states = Counter(each.more.get("exception") for each in WHOLE.rows)
    for state in ("open", "remediated", "accepted"):
        assert found[f"exceptions_{state}"] == states[state] > 0
    late = [
        (each.more["passed"] - each.more["due"]).days
        for each in WHOLE.rows
        if each.verdict == "late"
    ]
    assert found["late_days_most"] == max(late)
    assert found["late_days_median"] == median(late)
    open_for = {each.obligation.split("|")[0] for each in WHOLE.rows if each.more.get("uncovered")}
    assert found["uncovered_people"] == len(open_for) > 0
    assert found["unresolved_names"] == len(WHOLE.unresolved)


@pytest.mark.parametrize("last", [date(2026, 3, 31), date(2026, 9, 30), WHOLE.day])
def test_joiners_and_leavers_are_told_by_access_windows(lived: Store, last: date) -> None:
    """Whoever's access begins in the period joined, also again; whoever's ends in it left."""
    first = date(last.year, last.month - 2, 1)
    asked = register(lived, first, last)
    found = figures(asked).single
    people = {row.person.id: row.person for row in asked.rows}.values()
    assert found["population"] == len(people)
    assert found["joiners"] == sum(any(first <= w.first <= last for w in p.windows) for p in people)
    ends = [[w.last for w in p.windows if w.last] for p in people]
    assert found["leavers"] == sum(any(first <= end <= last for end in some) for some in ends)
    assert found["joiners"]


def test_evidence_set_by_hand_is_weak_also_when_it_is_late(year: Register) -> None:
    """A row that was met on it counts among the weak, and would if it had come behind due."""
    late = [
        row._replace(verdict=row.verdict._replace(name="late"))
        if row.verdict and row.verdict.note.startswith("weak")
        else row
        for row in year.rows
    ]
    before, after = figures(year).single, figures(replace(year, rows=late)).single
    assert after["weak"] == before["weak"] and before["weak"]
    assert after["late"] != before["late"]


def test_every_table_has_every_obligation_once(year: Register) -> None:
    """By bucket, kind, reason and exercise the same verdicts are counted; what is owed because of
    a fail has a line of its own among the buckets."""
    found = figures(year)
    for by in counting.BY:
        total: Counter[str] = Counter()
        for counts in found.tables[by].values():
            total.update(counts)
        assert {name: total[name] for name in VERDICTS} == {n: found.single[n] for n in VERDICTS}
    after = sum(found.tables["bucket"][counting.NO_BUCKET].values())
    assert (
        after == found.single["remediations"] == sum(found.tables["reason"]["remediation"].values())
    )
    for name in counting.AGED:
        assert sum(found.tables["age"][name].values()) == found.single[name]


class Held:
    """A register whose text isn't told in full wherever a test is."""

    def __init__(self, register: Register) -> None:
        self.register = register


@pytest.fixture(scope="module")
def held(year: Register) -> Held:
    """The year's."""
    return Held(year)


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_pieces_come_to_the_same_as_the_whole(held: Held, data: st.DataObject) -> None:
    """However the people are parted, the figures are those of one pass over all."""
    year = held.register
    ids = list(dict.fromkeys(row.person.id for row in year.rows))
    cuts = sorted({0, len(ids), *data.draw(st.sets(st.integers(0, len(ids)), max_size=6))})
    parts = []
    for begin, end in pairwise(cuts):
        wanted = set(ids[begin:end])
        rows = [row for row in year.rows if row.person.id in wanted]
        parts.append(replace(year, rows=rows))
    assert figures(*parts) == figures(year)


@settings(deadline=None)
@given(numbers=st.lists(st.integers(0, 400), min_size=1))
def test_the_median_of_counted_numbers_is_the_median(numbers: list[int]) -> None:
    """Counted numbers have the same median as the numbers one by one; nothing has none."""
    assert counting.median(Counter(numbers)) == median(numbers)
    assert counting.median({}) is None


@pytest.mark.parametrize(
    ("days", "name"),
    [(0, 0), (1, 1), (7, 1), (8, 2), (30, 2), (31, 3), (90, 3), (91, 4), (900, 4)],
)
def test_a_band_ends_with_its_last_day(days: int, name: int) -> None:
    """One to seven days are a week, ninety-one are over ninety."""
    assert counting.band(days) == BANDS[name]


def test_what_differs_is_told_figure_by_figure() -> None:
    """A figure that is another, a line that is new and one that is gone are told with both
    numbers; what is the same isn't."""
    before = Figures({"late": 1, "met": 4}, {"bucket": {"staff": {"met": 4}, "gone": {"late": 1}}})
    after = Figures({"late": 2, "met": 4}, {"bucket": {"staff": {"met": 4}, "new": {"late": 2}}})
    assert counting.turns(before, after) == [
        Turn("Obligations: late", 1, 2),
        Turn("bucket gone, late", 1, 0),
        Turn("bucket new, late", 0, 2),
    ]
    assert counting.turns(after, after) == []
