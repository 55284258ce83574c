"""Intervals of days side by side: which are one, and which days are in both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from lrs.days import Interval

Days = tuple[date, date | None]  # what an Interval is, by whatever name others call it


def later(day: date, days: int) -> date:
    """So many days later, without an overflow."""
    return day + timedelta(days) if days <= (date.max - day).days else date.max


def merged(some: Sequence[Days], gap: int = 0) -> tuple[Interval, ...]:
    """Days in order, those that overlap made one; with a gap of 1, also those that follow each
    other without a day between."""
    found: list[Interval] = []
    if len(some) > 1:  # most people have one of each
        some = sorted(some, key=lambda each: (each[0], each[1] or date.max))
    for first, last in some:
        before = found[-1] if found else None
        if last is not None and last < first:
            continue  # no day at all
        if before is None or (before.last and first > later(before.last, gap)):
            found.append(Interval(first, last))
        elif before.last is not None and (last is None or last > before.last):
            found[-1] = Interval(before.first, last)
    return tuple(found)


def common(some: Sequence[Interval], others: Sequence[Interval]) -> tuple[Interval, ...]:
    """The days that are in both."""
    return merged([cut for one in some for other in others if (cut := both(one, other))])


def both(one: Interval, other: Interval) -> Interval | None:
    """The days that two have in common, if there are any."""
    (first, last), (begin, end) = one, other
    start = max(first, begin)
    stop = last if end is None else end if last is None else min(last, end)
    return Interval(start, stop) if stop is None or start <= stop else None
