"""Tests of instants: no text is taken for more than it says, and no clock is believed twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrs import instants
from lrs.instants import Local, Moment

EIGHT = datetime(2026, 3, 31, 8, 15)
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")


def moment(text: str, zone: str = "Europe/Berlin", *forms: str) -> tuple[Moment, str]:
    """What a text is in a zone, and what is doubtful of it."""
    read = instants.local(text, forms)
    clock = instants.clock(zone)
    assert read and clock
    return instants.moment(read, text, clock)


def utc(text: str) -> int:
    """An instant in microseconds."""
    return int(datetime.fromisoformat(text).timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("text", "forms", "told"),
    [
        ("2026-03-31T08:15:00", [], Local(EIGHT, "second")),
        ("2026-03-31 08:15", [], Local(EIGHT, "minute")),
        ("2026-03-31", [], Local(datetime(2026, 3, 31), "day")),
        ("2026-03-31T08:15:00.123Z", [], Local(EIGHT, "second", "UTC")),
        ("2026-03-31 08:15:00+0200", [], Local(EIGHT, "second", "+02:00")),
        ("31/03/2026 08:15", ["%d/%m/%Y %H:%M"], Local(EIGHT, "minute")),
        ("31/3/2026", ["%d/%m/%Y %H:%M", "%d/%m/%Y"], Local(datetime(2026, 3, 31), "day")),
        ("31/03/26, 08:15", ["%d/%m/%y, %H:%M"], Local(EIGHT, "minute")),
        ("3/31/2026 8:15 AM", ["%m/%d/%Y %I:%M %p"], Local(EIGHT, "minute")),
        ("3/31/2026 8:15 p.m.", ["%m/%d/%Y %I:%M %p"], Local(EIGHT.replace(hour=20), "minute")),
        ("3/31/2026 12:05 am", ["%m/%d/%Y %I:%M %p"], Local(datetime(2026, 3, 31, 0, 5), "minute")),
        (
            "3/31/2026 8:15 AM America/New York",
            ["%m/%d/%Y %I:%M %p %Z"],
            Local(EIGHT, "minute", "America/New_York"),
        ),
        (
            "3/31/2026 8:15 AM ET",
            ["%m/%d/%Y %I:%M %p %Z"],
            Local(EIGHT, "minute", "America/New_York"),
        ),
        ("31 Mar 2026 08:15:00", ["%d %b %Y %H:%M:%S"], Local(EIGHT, "second")),
        ("31 march 2026, 8:15 AM", ["%d %B %Y, %I:%M %p"], Local(EIGHT, "minute")),
        ("46112", [], Local(datetime(2026, 3, 31), "day")),
        ("46112.34375", [], Local(EIGHT, "second")),
        ("2026-03-31 00:00:00", [], Local(datetime(2026, 3, 31), "day")),
        ("31/03/2026 00:00", ["%d/%m/%Y %H:%M"], Local(datetime(2026, 3, 31), "day")),
    ],
)
def test_a_text_says_as_much_as_it_says(text: str, forms: list[str], told: Local) -> None:
    """Second, minute or day, and a zone where it tells one. Midnight to the second is how reports
    write that they know only the day."""
    assert instants.local(text, forms, {"ET": "America/New_York"}) == told


@pytest.mark.parametrize(
    "text",
    [
        *("31/02/2026 08:15", "03/31/2026 08:15", "31/03/2026", "31/03/2026 24:00", "2026-02-30"),
        *("2026-03-31 08:15 Nowhere", "1970-01-01", "0001-01-01", "12345", "", "yesterday", "4611"),
        "31/03/2026 08:60",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    """Neither what the calendar or a clock doesn't have, nor another form, nor a system's zero."""
    assert instants.local(text, ["%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M %Z"]) is None


@pytest.mark.parametrize(
    ("form", "is_one"),
    [
        ("%d/%m/%Y %H:%M", True),
        ("%m/%d/%y %I:%M %p %Z", True),
        ("%B %d, %Y", True),
        ("%d/%m %H:%M", False),
        ("%d/%m/%Y %y", False),
        ("%d/%m/%Y %H %I", False),
        ("%d/%m/%Y %Q", False),
        ("%d/%m/%Y %", False),
    ],
)
def test_a_form_has_day_month_and_year_once(form: str, is_one: bool) -> None:
    """And only parts that are known."""
    assert instants.is_form(form) is is_one


def test_a_time_in_a_zone_is_an_instant() -> None:
    """The text's own zone goes before the one that was declared; a day stays one."""
    assert moment("2026-03-31 08:15:00") == (
        Moment(utc("2026-03-31T06:15:00Z"), "second", "2026-03-31 08:15:00", "Europe/Berlin"),
        "",
    )
    assert moment("2026-03-31 08:15:00Z")[0].at == utc("2026-03-31T08:15:00Z")
    assert moment("2026-03-31 08:15:00-03:30")[0].at == utc("2026-03-31T11:45:00Z")
    assert moment("2026-03-31") == (
        Moment(date(2026, 3, 31), "day", "2026-03-31", "Europe/Berlin"),
        "",
    )


@pytest.mark.parametrize(
    ("text", "zone", "doubt"),
    [
        ("2026-10-25 01:59:59", "Europe/Berlin", ""),
        ("2026-10-25 02:00:00", "Europe/Berlin", "twice"),
        ("2026-10-25 02:59:59", "Europe/Berlin", "twice"),
        ("2026-10-25 03:00:00", "Europe/Berlin", ""),
        ("2026-03-29 01:59:59", "Europe/Berlin", ""),
        ("2026-03-29 02:00:00", "Europe/Berlin", "never"),
        ("2026-03-29 03:00:00", "Europe/Berlin", ""),
        ("2026-03-29 02:30:00", "UTC", ""),
        ("2026-11-01 01:30:00", "America/New_York", "twice"),
        ("2026-04-05 01:45:00", "Australia/Lord_Howe", "twice"),  # half an hour
        ("2026-04-05 01:15:00", "Australia/Lord_Howe", ""),
        ("2026-10-25 02:30:00+02:00", "Europe/Berlin", ""),
    ],
)
def test_of_an_hour_that_came_twice_or_never_only_the_day_is_sure(
    text: str, zone: str, doubt: str
) -> None:
    """Nothing is guessed: the day is kept, and why is said."""
    found, said = moment(text, zone)
    assert said == doubt
    assert (found.precision == "day") is bool(doubt)
    assert instants.day_of(found) == date.fromisoformat(text[:10])
    assert found.original == text


@settings(max_examples=100, deadline=None)
@given(st.datetimes(datetime(1995, 1, 1), datetime(2035, 1, 1)), st.sampled_from(ZONES))
def test_what_a_clock_shows_is_read_back(when: datetime, zone: str) -> None:
    """Every instant, written as a clock shows it there, is that instant again, or is doubtful
    because the clock showed the same at another one."""
    sent = when.replace(microsecond=0, tzinfo=UTC)
    shown = sent.astimezone(ZoneInfo(zone))
    found, doubt = moment(f"{shown:%Y-%m-%d %H:%M:%S}", zone)
    assert instants.day_of(found) == shown.date()
    if doubt:
        hours = (timedelta(minutes=minutes) for minutes in (-60, -30, 30, 60))
        others = ((sent + each).astimezone(ZoneInfo(zone)) for each in hours)
        assert doubt == "twice" and any(
            each.replace(tzinfo=None, fold=0) == shown.replace(tzinfo=None, fold=0)
            for each in others
        )
    elif found.precision == "second":
        assert found.at == int(sent.timestamp()) * 1_000_000
    else:
        assert shown.hour == shown.minute == shown.second == 0


def test_a_zone_that_isn_t_one_has_no_clock() -> None:
    """Nor has a path."""
    assert instants.clock("Europe/Berln") is None
    assert instants.clock("../../etc/passwd") is None
