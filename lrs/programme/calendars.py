"""Days: when a cadence comes, and how leave stops the clock."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from lrs.days import Interval
from lrs.intervals import later
from lrs.programme.programme import Cadence

PAUSED = date.max  # due when leave ends, and no end of it is known
DAY = timedelta(days=1)
YEAR = 12  # months


def anchors(cadence: Cadence, first: date, last: date) -> Iterator[tuple[date, int]]:
    """The days from `first` to `last` on which a cadence of the calendar comes, in order, each
    with its place in its year: of a quarterly one 0 to 3."""
    if not cadence.every:
        yield from _named(cadence, first, last)
        return
    for year in range(first.year, last.year + 1):
        for place, month in enumerate(range(1, YEAR + 1, cadence.every)):
            if first <= (day := date(year, month, 1)) <= last:
                yield day, place


def _named(cadence: Cadence, first: date, last: date) -> Iterator[tuple[date, int]]:
    for year in range(first.year, last.year + 1):
        here = [each for each in cadence.on if each.year in (None, year)]
        for place, day in enumerate(sorted({date(year, each.month, each.day) for each in here})):
            if first <= day <= last:
                yield day, place


def anniversaries(
    cadence: Cadence, access: date, first: date, last: date
) -> Iterator[tuple[date, int]]:
    """The same counted from the day access began, which is not one itself: onboarding is for
    that. From the 31st, a shorter month's last day."""
    gone = (first.year - access.year) * YEAR + first.month - access.month
    times = max(1, gone // cadence.every)
    while (day := months_later(access, times * cadence.every)) <= last:
        if day >= first:
            yield day, (times - 1) % (YEAR // cadence.every)
        times += 1


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    years, month = divmod(day.month - 1 + months, YEAR)
    year, month = day.year + years, month + 1
    if year > date.max.year:
        return date.max
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def days_to_end(day: date, months: int) -> int:
    """From a day to the last one of its month, quarter or year of the calendar."""
    begin = date(day.year, (day.month - 1) // months * months + 1, 1)
    return (months_later(begin, months) - DAY - day).days


def after_leave(day: date, days: int, leave: Sequence[Interval]) -> date:
    """The day on which so many days have gone by since another, days of leave left out; the
    leave in order, as `merged` gives it."""
    if day == PAUSED:
        return PAUSED
    found = later(day, days)
    counted = day + DAY if days else day  # within 0 days: the day itself, or the first one back
    for first, last in leave:
        if last is not None and last < counted:
            continue
        if first > found:
            break
        if last is None:
            return PAUSED
        found = later(found, (last - max(first, counted)).days + 1)
    return found
