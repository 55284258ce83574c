"""Tests of quarters: how they are written, and which days they have."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrs import quarters
from lrs.days import Interval
from lrs.errors import BadRequest
from lrs.quarters import Quarter


@settings(deadline=None)
@given(day=st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_every_day_is_in_one_quarter(day: date) -> None:
    """A quarter holds its days, the next one begins behind its last, and what is written is read
    back."""
    quarter = Quarter.of(day)
    assert quarter.days.holds(day)
    assert quarter.days.last
    assert quarter.days.last + timedelta(1) == quarter.following().days.first
    assert quarters.read(str(quarter)) == quarter


def test_quarters_are_those_of_the_calendar() -> None:
    """The first is from January to March, and may be written without a dash or a capital."""
    assert Quarter(2026, 1).days == Interval(date(2026, 1, 1), date(2026, 3, 31))
    assert quarters.read("2026q4") == Quarter(2026, 4)
    assert Quarter(2026, 4).following() == Quarter(2027, 1)


@pytest.mark.parametrize("text", ["2026-Q5", "2026-Q0", "Q1 2026", "2026", "", "26-Q1", "2026-Q²"])
def test_what_is_no_quarter_is_refused(text: str) -> None:
    """It says how one is written."""
    with pytest.raises(BadRequest, match="write it like 2026-Q1"):
        quarters.read(text)


def test_quarters_that_are_over() -> None:
    """From the one of a first day, up to the last that was over on a day: not on its last one."""
    first = date(2025, 11, 3)
    assert [*map(str, quarters.between(first, date(2026, 4, 1)))] == ["2025-Q4", "2026-Q1"]
    assert [*map(str, quarters.between(first, date(2026, 3, 31)))] == ["2025-Q4"]
    assert quarters.between(first, first) == []
