"""Tests of intervals of days: which are one, and what two have in common."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrs.days import Interval
from lrs.intervals import both, common, later, merged

FIRST = date(2026, 1, 1)


def days(first: int, last: int | None) -> Interval:
    """From a day of January to another."""
    return Interval(date(2026, 1, first), date(2026, 1, last) if last else None)


spans = st.lists(
    st.builds(
        lambda first, more: Interval(
            FIRST + timedelta(first), None if more is None else FIRST + timedelta(first + more)
        ),
        st.integers(0, 30),
        st.none() | st.integers(0, 9),
    ),
    max_size=6,
)


@pytest.mark.parametrize(
    ("gap", "found"),
    [(0, [days(1, 8), days(9, 12), days(14, None)]), (1, [days(1, 12), days(14, None)])],
)
def test_what_overlaps_is_one_and_what_follows_if_it_is_asked_for(
    gap: int, found: list[Interval]
) -> None:
    """In whatever order they come; a day between is always two, and no day at all is none."""
    some = [days(14, None), days(9, 12), days(5, 8), days(1, 5), days(20, 25), days(31, 30)]
    assert merged(some, gap) == tuple(found)
    assert merged([days(31, 30)]) == ()


@settings(deadline=None)
@given(some=spans, others=spans, gap=st.integers(0, 1))
def test_a_day_is_in_what_is_made_of_intervals_if_it_was_in_them(
    some: list[Interval], others: list[Interval], gap: int
) -> None:
    """In the merged ones if it was in any; in what two have in common if it was in both."""
    one, other = merged(some, gap), merged(others)
    for n in range(-1, 45):
        day = FIRST + timedelta(n)
        assert any(e.holds(day) for e in one) == any(e.holds(day) for e in some)
        shared = any(e.holds(day) for e in some) and any(e.holds(day) for e in others)
        assert any(e.holds(day) for e in common(some, others)) == shared
    for before, after in pairwise(one):
        assert before.last is not None
        assert (after.first - before.last).days > gap
    assert common(one, other) == common(other, one)


def test_what_shares_no_day_has_nothing_in_common() -> None:
    """And no day is later than the last one that there is."""
    assert both(days(1, 5), days(6, None)) is None
    assert both(days(1, 5), days(5, None)) == days(5, 5)
    assert later(FIRST, 10_000_000) == date.max
