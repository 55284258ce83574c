"""A day as somebody wrote it, and in which forms it can be read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

OPEN = date(9999, 12, 31)  # what HR systems write for "no end"
_FIRST, _LAST = 1900, 2100  # years; another one is a slip of the pen

# Forms that can be read in one way only, so that nobody has to declare them.
_PLAIN = ("%d %b %Y", "%d-%b-%Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d.%m.%Y")
_ISO_DAY = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ]00:00(?::00(?:\.0+)?)?)?(?:Z|[+-]\d\d:\d\d)?", re.ASCII
)


@lru_cache(100_000)  # a roster of 100,000 people has a few thousand days
def day(text: str, forms: tuple[str, ...] = ()) -> date | None:
    """The day, if it is written as 2026-03-31 or in one of the forms; None if it is none of them,
    is not in the calendar, or is in no year of ours."""
    found = _ISO_DAY.fullmatch(text)
    if found:
        with suppress(ValueError):
            return _ours(date(int(found[1]), int(found[2]), int(found[3])))
        return None
    for form in (*forms, *_PLAIN):
        with suppress(ValueError):
            return _ours(datetime.strptime(text, form).date())
    return None


def _ours(found: date) -> date | None:
    return found if _FIRST <= found.year <= _LAST or found == OPEN else None


def is_form(form: str) -> bool:
    """Whether a form tells day, month and year, and reads what it writes."""
    sample = datetime(2001, 2, 3)
    try:
        return datetime.strptime(sample.strftime(form), form).date() == sample.date()
    except ValueError:
        return False


def confused(forms: Sequence[str]) -> str:
    """The first form that takes for a month what one before it takes for a day, or nothing."""
    for n, form in enumerate(forms):
        if form.translate(_TURNED) != form and form.translate(_TURNED) in forms[:n]:
            return form
    return ""


_TURNED = str.maketrans("dm", "md")


@dataclass(frozen=True)
class Order:
    """What the days of a file say of the order in which they are written: the forms that follow
    from it, or the days that leave it open."""

    forms: tuple[str, ...]
    unsure: tuple[str, ...] = ()


def order(texts: Iterable[str]) -> Order:
    """Day first or month first, where the days that can be only one of them agree."""
    marks: dict[str, str] = {}
    days: list[str] = []
    months: list[str] = []
    both: list[str] = []
    for text in texts:
        found = _NUMBERS.fullmatch(text)
        if found is None:
            continue
        marks[found[2]] = text
        first, second = int(found[1]), int(found[3])
        as_day, as_month = (_is(found[4], second, first), _is(found[4], first, second))
        if as_day and as_month and first != second:
            both.append(text)
        elif as_day != as_month:
            (days if as_day else months).append(text)
    unsure = (days[0], months[0]) if days and months else () if days or months else tuple(both[:1])
    front, back = ("%m", "%d") if months and not days else ("%d", "%m")
    return Order(() if unsure else tuple(f"{front}{m}{back}{m}%Y" for m in sorted(marks)), unsure)


_NUMBERS = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4})", re.ASCII)


def _is(year: str, month: int, day: int) -> bool:
    try:
        return bool(date(int(year), month, day))
    except ValueError:
        return False


class Interval(NamedTuple):
    """Days, both ends in; `last` is None where no end is known."""

    first: date
    last: date | None = None

    def holds(self, day: date) -> bool:
        """Whether a day is one of them."""
        return self.first <= day and (self.last is None or day <= self.last)

    def meets(self, other: Interval) -> bool:
        """Whether a day is in both."""
        return not (
            (self.last is not None and self.last < other.first)
            or (other.last is not None and other.last < self.first)
        )


def of(instant: int, zone: ZoneInfo) -> date:
    """The day that an instant (microseconds) is on, in a zone."""
    return datetime.fromtimestamp(instant / 1_000_000, zone).date()


@cache  # the system's files are looked through for them
def zones() -> frozenset[str]:
    """The names of all time zones."""
    return frozenset(available_timezones())
