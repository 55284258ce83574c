"""Instants as files write them, to moments that claim no more than the text does."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from lrs import days

Precision = Literal["second", "minute", "day"]
EARLIEST = 1990  # what is before is a zero that some system took for a date
_EPOCH = datetime(1970, 1, 1)
_SERIAL_ZERO = datetime(1899, 12, 30)  # a workbook counts days from here
_MICROSECOND = timedelta(microseconds=1)
_HALF_A_SECOND = timedelta(milliseconds=500)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_PARTS = {
    "Y": r"(?P<Y>\d{4})",
    "y": r"(?P<y>\d\d)",
    "m": r"(?P<m>\d{1,2})",
    "b": r"(?P<b>[a-z]{3})\.?",
    "B": r"(?P<b>[a-z]{3})[a-z]*",
    "d": r"(?P<d>\d{1,2})",
    "H": r"(?P<H>\d{1,2})",
    "I": r"(?P<I>\d{1,2})",
    "p": r"(?P<p>[ap])\.?m\.?",
    "M": r"(?P<M>\d\d)",
    "S": r"(?P<S>\d\d)",
    "f": r"\d{1,6}",  # less than a second is told to nobody
    "z": r"(?P<z>Z|[+-]\d\d:?\d\d)",
    "Z": r"(?P<Z>[a-z][a-z0-9_+/ -]+)",
    "%": "%",
}
# What is always understood, because it can't be mistaken (RFC 3339, and without its T or zone).
_ISO = re.compile(
    r"(?P<Y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)"
    r"(?:[T ](?P<H>\d\d):(?P<M>\d\d)(?::(?P<S>\d\d)(?:\.\d+)?)?(?P<z>Z|[+-]\d\d:?\d\d)?)?",
    re.A,
)


class Moment(NamedTuple):
    """When something was, as exactly as it was told: microseconds in UTC, or a day in its zone.
    `original` is the text in the file, to the letter."""

    at: int | date
    precision: Precision
    original: str
    zone: str


class Local(NamedTuple):
    """What a text says by itself: a clock's time, how exact, and a zone if it tells one."""

    time: datetime
    precision: Precision
    zone: str = ""


class Clock(NamedTuple):
    """A zone that was declared, with its name."""

    name: str
    zone: tzinfo


def clock(name: str) -> Clock | None:
    """The clock of a zone's IANA name; None if there is no such zone."""
    zone = _zone(name)
    return None if zone is None else Clock(name, zone)


@lru_cache(500)
def _zone(name: str) -> tzinfo | None:
    return ZoneInfo(name) if name in days.zones() else None


def is_form(pattern: str) -> bool:
    """Whether a form has a day, a month and a year, each once, and only parts that are known."""
    parts = re.findall("%(.?)", pattern)
    if not all(part in _PARTS for part in parts):
        return False
    named = [part for part in "".join(parts).translate(_SAME) if part not in "%f"]
    return len(set(named)) == len(named) and set("dmY") <= set(named)


_SAME = str.maketrans("ybBI", "YmmH")


@lru_cache(500)
def _form(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"%(.)", pattern)
    made = re.escape(parts[0]).replace(r"\ ", r"\s+")
    for part, after in zip(parts[1::2], parts[2::2], strict=True):
        made += _PARTS[part] + re.escape(after).replace(r"\ ", r"\s+")
    return re.compile(made, re.I | re.A)


def local(
    text: str, forms: Sequence[str] = (), zones: Mapping[str, str] | None = None
) -> Local | None:
    """What a text says, in the first form that reads it; None for what is no date. 2026-03-31
    08:15:00 and its kin need no form. `zones` are the IANA names of what the file calls zones."""
    match = _ISO.fullmatch(text)
    if match is None and text[:5].isdigit() and _SERIAL.fullmatch(text):
        return _serial(text)
    for form in forms if match is None else ():
        match = _form(form).fullmatch(text)
        if match is not None:
            break
    return None if match is None else _read(match.groupdict(), zones or {})


def is_serial(text: str) -> bool:
    """Whether a date is written as a workbook counts days, which no other date looks like."""
    return _SERIAL.fullmatch(text) is not None


def _read(told: Mapping[str, str], zones: Mapping[str, str]) -> Local | None:
    time = _time(told)
    zone = _named(told, zones)
    if time is None or time.year < EARLIEST or zone is None:
        return None
    if not told.get("M") or not (time.hour or time.minute or time.second):
        return Local(time, "day", zone)  # reports that know only days write midnight
    return Local(time, "second" if told.get("S") else "minute", zone)


def _time(told: Mapping[str, str]) -> datetime | None:
    year = int(told["Y"]) if "Y" in told else 2000 + int(told["y"])
    month = told.get("m")
    if month is None:
        name = told["b"].lower()
        month = str(_MONTHS.index(name) + 1) if name in _MONTHS else "0"
    hour = int(told.get("H") or 0)
    if "I" in told:
        hour = int(told["I"])
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if told.get("p", "a") in "pP" else 0)
    minute, second = int(told.get("M") or 0), int(told.get("S") or 0)
    try:
        return datetime(year, int(month), int(told["d"]), hour, minute, second)
    except ValueError:
        return None


def _named(told: Mapping[str, str], zones: Mapping[str, str]) -> str | None:
    """The zone that a text tells: "" for none, None for one that nobody knows."""
    if offset := told.get("z"):
        return "UTC" if offset in "Zz" else f"{offset[:3]}:{offset[-2:]}"
    if name := told.get("Z"):
        known = zones.get(name, name).replace(" ", "_")
        return known if _zone(known) else None
    return ""


def _serial(text: str) -> Local | None:
    time = _SERIAL_ZERO + timedelta(days=float(text))
    time = (time + _HALF_A_SECOND).replace(microsecond=0)  # its fractions are never exact
    if time.year < EARLIEST:
        return None
    return Local(time, "second" if time.time() != _EPOCH.time() else "day")


def moment(told: Local, original: str, declared: Clock) -> tuple[Moment, str]:
    """What a clock's time in a zone is, and what is doubtful of it: "twice" for an hour that the
    clock showed twice, "never" for one that it left out, "" for nothing. Of a doubtful time only
    the day is kept: that much is sure."""
    name = told.zone or declared.name
    if told.precision == "day":
        return Moment(told.time.date(), "day", original, name), ""
    if name[0] in "+-":
        offset: timedelta | None = _offset(name)
    else:
        zone = declared.zone if name == declared.name else _zone(name)
        assert zone is not None, name
        offset = zone.utcoffset(told.time)
        other = zone.utcoffset(told.time.replace(fold=1))
        if offset != other:
            assert offset is not None and other is not None
            day = Moment(told.time.date(), "day", original, name)
            return day, "twice" if offset > other else "never"
    assert offset is not None
    at = (told.time - offset - _EPOCH) // _MICROSECOND
    return Moment(at, told.precision, original, name), ""


def _offset(name: str) -> timedelta:
    size = timedelta(hours=int(name[1:3]), minutes=int(name[4:6]))
    return -size if name[0] == "-" else size


def day_of(when: Moment) -> date:
    """The day on which it was, where its clock stood."""
    return day(when.at, when.zone) if isinstance(when.at, int) else when.at


def day(instant: int, zone: str) -> date:
    """The day of an instant in a zone."""
    utc = _EPOCH + instant * _MICROSECOND
    if zone[0] in "+-":
        return (utc + _offset(zone)).date()
    there = _zone(zone)
    assert there is not None, zone
    return utc.replace(tzinfo=UTC).astimezone(there).date()
