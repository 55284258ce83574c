"""Quarters of the calendar: how they are written, and which days they have."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple, Self

from lrs.days import Interval
from lrs.errors import BadRequest

_WRITTEN = re.compile(r"((?:19|20)\d\d)-?[Qq]([1-4])", re.ASCII)


class Quarter(NamedTuple):
    """Three months, such as 2026-Q1."""

    year: int
    number: int  # 1 to 4

    @classmethod
    def of(cls, day: date) -> Self:
        """The one that a day is in."""
        return cls(day.year, (day.month + 2) // 3)

    @property
    def days(self) -> Interval:
        """From its first day to its last."""
        first = date(self.year, 3 * self.number - 2, 1)
        following = self.following()
        last = date(following.year, 3 * following.number - 2, 1) - timedelta(1)
        return Interval(first, last)

    def following(self) -> Quarter:
        """The next one."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"


def read(text: str) -> Quarter:
    """A quarter as somebody wrote it. Raises BadRequest."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise BadRequest(f"{text!r} is no quarter; write it like 2026-Q1")
    return Quarter(int(found[1]), int(found[2]))


def between(first: date, last: date) -> list[Quarter]:
    """Those that were over by a day, from the one that another is in."""
    found = []
    quarter = Quarter.of(first)
    while (quarter.days.last or date.max) < last:
        found.append(quarter)
        quarter = quarter.following()
    return found
