"""Tests of timelines: what was so on which day, from all that became known in some order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lrs.days import Interval
from lrs.people import facts, timeline
from lrs.people.facts import ABSENT, Fact, Known
from lrs.people.timeline import Person, on
from lrs.programme.subject import Subject


def day(text: str) -> date:
    """05-31 is in 2026."""
    return date.fromisoformat(text if len(text) == 10 else f"2026-{text}")


def span(first: str, last: str = "") -> Interval:
    return Interval(day(first), day(last) if last else None)


def fact(**told: Any) -> Fact:
    """A fact of person 7; days and access may be given as texts."""
    for name in ("hired", "left"):
        if told.get(name):
            told[name] = day(told[name])
    return facts.made(2, "7", told)


def known(*told: tuple[str, Fact]) -> list[Known]:
    """Facts in the order in which they became known, each with the day that it is of."""
    return [Known(n, n, day(as_of), each) for n, (as_of, each) in enumerate(told, 1)]


def person(*told: tuple[str, Fact]) -> Person:
    return timeline.person("7", known(*told))


def test_a_person_is_what_obligations_ask_for() -> None:
    """The programme's subject: an id, windows, roles, kinds and leave."""
    subject: Subject = person(("03-01", fact(hired="01-05", kind="intern", roles=("it",))))
    assert subject.windows == (span("01-05"),)
    assert subject.roles == (("it", span("01-05")),)
    assert subject.kinds == (("intern", span("01-05")),)


def test_a_hire_date_is_not_the_first_day_of_access() -> None:
    """It holds from the start of the window of whose time it was told; a rehire has another, and a
    correction of the same day takes its place."""
    begins = (span("01-12", "03-31"),)
    first = ("01-15", fact(hired="01-05", access=begins))
    assert person(first).hires == (("2026-01-05", span("01-12")),)
    again = ("06-01", fact(hired="05-20", access=(span("06-01"),)))
    assert [on(person(first, again).hires, day(each)) for each in ("02-01", "06-01")] == [
        ("2026-01-05",),
        ("2026-05-20",),
    ]
    corrected = ("01-15", fact(hired="01-07", access=begins))
    assert person(first, corrected).hires == (("2026-01-07", span("01-12")),)


# Access.


def test_the_newest_fact_known_of_a_window_corrects_it() -> None:
    """Its start, its end, and that it has none after all."""
    first = ("01-10", fact(hired="01-10", left=None))
    assert person(first, ("02-01", fact(hired="01-05", left=None))).windows == (span("01-05"),)
    ended = ("02-01", fact(hired="01-10", left="03-31"))
    assert person(first, ended).windows == (span("01-10", "03-31"),)
    assert person(first, ended, ("02-02", fact(hired="01-10", left=None))).windows == (
        span("01-10"),
    )


def test_what_begins_after_the_end_is_another_window() -> None:
    """A rehire under the same id, and a contract that follows another."""
    first = ("01-10", fact(hired="01-10", left="03-31"))
    assert person(first, ("06-01", fact(hired="06-01", left=None))).windows == (
        span("01-10", "03-31"),
        span("06-01"),
    )
    assert person(first, ("04-01", fact(hired="04-01", left=None))).windows == (
        span("01-10", "03-31"),
        span("04-01"),
    )


def test_a_file_that_speaks_of_no_end_takes_none_away() -> None:
    """A list of names and first days says nothing of who has left."""
    first = ("01-10", fact(hired="01-10", left="03-31"))
    assert person(first, ("04-01", fact(hired="01-10"))).windows == (span("01-10", "03-31"),)
    assert person(first, ("04-01", fact(hired="01-05"))).windows == (span("01-05", "03-31"),)


def test_a_last_day_alone_ends_the_window() -> None:
    """A list of leavers; the newest window that had begun."""
    rehired = known(
        ("01-10", fact(hired="01-10", left="03-31")),
        ("06-01", fact(hired="06-01", left=None)),
        ("07-01", fact(left="06-30")),
    )
    assert timeline.person("7", rehired).windows == (
        span("01-10", "03-31"),
        span("06-01", "06-30"),
    )


def test_who_is_absent_lost_access_and_who_is_back_never_did() -> None:
    """A window that ended before stays as it is; a roster that has them again corrects it."""
    first = ("01-10", fact(hired="01-10", left=None))
    gone = ("03-01", fact(left="02-28", code=ABSENT))
    assert person(first, gone).windows == (span("01-10", "02-28"),)
    assert person(first, gone, ("04-01", fact(hired="01-10", left=None))).windows == (
        span("01-10"),
    )
    ended = ("01-10", fact(hired="01-10", left="01-31"))
    assert person(ended, gone).windows == (span("01-10", "01-31"),)


def test_access_goes_before_employment() -> None:
    """A contractor's window is that of the contract."""
    told = fact(hired="01-05", left=None, access=(span("02-01", "02-14"),))
    assert person(("03-01", told)).windows == (span("02-01", "02-14"),)


def test_leave_is_kept_and_corrected() -> None:
    """A roster without the column takes none away; one that overlaps is the same leave."""
    away = fact(hired="01-05", leave=(span("03-01"),))
    back = fact(hired="01-05", leave=(span("03-01", "05-31"),))
    again = fact(hired="01-05", leave=(span("09-01", "09-30"),))
    found = person(("03-01", away), ("04-01", fact(hired="01-05")), ("06-01", back))
    assert found.leave == (span("03-01", "05-31"),)
    assert person(("06-01", back), ("09-01", again)).leave == (
        span("03-01", "05-31"),
        span("09-01", "09-30"),
    )


def test_a_leave_without_an_end_does_not_pause_the_clock_for_ever() -> None:
    """It ended before the day on which a roster shows none, or shows the next one; what is planned
    for later, or is over, stays."""
    away = ("03-01", fact(hired="01-05", leave=(span("03-01"),)))
    none = fact(hired="01-05", leave=())
    assert person(away, ("06-01", none)).leave == (span("03-01", "05-31"),)
    assert person(away, ("06-01", none), ("07-01", none)).leave == (span("03-01", "05-31"),)
    assert person(away, ("03-01", none)).leave == ()
    planned = ("03-01", fact(hired="01-05", leave=(span("08-01", "08-31"),)))
    assert person(planned, ("06-01", none)).leave == (span("08-01", "08-31"),)
    following = ("09-05", fact(hired="01-05", leave=(span("09-01", "09-30"),)))
    assert person(away, following).leave == (span("03-01", "08-31"), span("09-01", "09-30"))


# What has no day of its own.


def test_what_has_no_day_of_its_own_holds_from_the_day_of_its_row() -> None:
    """The first thing known holds from the start of the window."""
    found = person(
        ("02-01", fact(hired="01-05", name="Ana Ruiz", roles=("it",), manager="1")),
        ("04-01", fact(hired="01-05", name="Ana Bell", roles=("it", "finance"), manager=None)),
    )
    assert found.names == (
        ("Ana Ruiz", span("01-05", "03-31")),
        ("Ana Bell", span("04-01")),
    )
    assert found.roles == (("it", span("01-05")), ("finance", span("04-01")))
    assert found.managers == (("1", span("01-05", "03-31")),)


def test_a_later_import_of_an_earlier_day_corrects_up_to_the_next_change() -> None:
    """What was said of April stands."""
    found = person(
        ("02-01", fact(hired="01-05", unit="A")),
        ("04-01", fact(hired="01-05", unit="C")),
        ("03-01", fact(hired="01-05", unit="B")),
    )
    assert found.units == (
        ("A", span("01-05", "02-28")),
        ("B", span("03-01", "03-31")),
        ("C", span("04-01")),
    )


def test_a_rehire_does_not_begin_with_what_held_before() -> None:
    """The first thing said of the second window holds from its start."""
    found = person(
        ("01-10", fact(hired="01-10", left="03-31", roles=("engineering",))),
        ("07-01", fact(hired="06-01", left=None, roles=("finance",))),
    )
    assert on(found.roles, day("06-01")) == ("finance",)
    assert on(found.roles, day("03-31")) == ("engineering",)


def test_a_leaver_s_row_is_of_the_time_when_they_were_there() -> None:
    """Two rows of one file, each with its window, tell of two times."""
    old = fact(hired="2024-01-01", left="2024-06-30", kind="intern")
    new = fact(hired="01-05", left=None, kind="employee")
    found = person(("03-01", old), ("03-01", new))
    assert on(found.kinds, day("2024-03-01")) == ("intern",)
    assert on(found.kinds, day("01-05")) == ("employee",)


def test_who_is_to_begin_is_known_before() -> None:
    """A row of December tells the role of a window that begins in January."""
    found = person(("2025-12-20", fact(hired="01-05", roles=("it",))))
    assert found.roles == (("it", span("01-05")),)


# Several HR ids.


def test_merged_ids_have_the_windows_of_all() -> None:
    """Of a manager, that of the id whose access began last; the sources of both."""
    parts = [
        timeline.person("1", known(("01-10", fact(hired="01-10", left="03-31", manager="8")))),
        timeline.person("2", known(("06-01", fact(hired="06-01", left=None, manager="9")))),
    ]
    found = timeline.merged("1", parts)
    assert (found.id, found.ids) == ("1", ("1", "2"))
    assert found.windows == (span("01-10", "03-31"), span("06-01"))
    assert on(found.managers, day("02-01")) == ("8",)
    assert on(found.managers, day("07-01")) == ("9",)


def test_a_role_under_one_id_ends_with_the_access_of_that_id() -> None:
    """A contractor who comes back as an employee with a new id is no contractor any more, with or
    without a role; who still has access under the first has both."""
    before = {"kind": "contractor", "roles": ("it",), "hired": "01-05"}
    after = {"kind": "employee", "roles": ("sales",), "hired": "05-01"}
    first = person(("01-05", fact(**before, left="02-14")))
    open_ = person(("01-05", fact(**before)))
    second = replace(person(("05-01", fact(**after))), id="2")
    left, both = (timeline.merged("1", [each, second]) for each in (first, open_))
    told = [
        (timeline.on(each.kinds, day("05-01")), timeline.on(each.roles, day("05-01")))
        for each in (left, both)
    ]
    assert told == [
        (("employee",), ("sales",)),
        (("contractor", "employee"), ("it", "sales")),
    ]
    assert timeline.on(left.roles, day("02-14")) == ("it",)


def test_what_follows_itself_under_another_id_goes_on() -> None:
    """A manager, a kind or a role who is the same from one day to the next has not changed; access
    that only follows is another window."""
    told = {"kind": "employee", "roles": ("it",), "manager": "8"}
    one = timeline.person("1", known(("01-10", fact(**told, hired="01-10", left="03-31"))))
    two = timeline.person("2", known(("04-01", fact(**told, hired="04-01", left=None))))
    found = timeline.merged("2", [one, two])
    whole = span("01-10")
    assert found.kinds == (("employee", whole),)
    assert found.roles == (("it", whole),)
    assert found.managers == (("8", whole),)
    assert found.windows == (span("01-10", "03-31"), span("04-01"))


def test_two_jobs_at_one_time_are_one_access() -> None:
    """Windows that share days are one; roles are those of both."""
    one = timeline.person("1", known(("01-10", fact(hired="01-10", left="03-31", roles=("a",)))))
    two = timeline.person("2", known(("03-01", fact(hired="03-01", left=None, roles=("b",)))))
    found = timeline.merged("2", [one, two])
    assert found.windows == (span("01-10"),)
    assert on(found.roles, day("03-15")) == ("a", "b")


def test_an_id_of_which_nothing_is_known_can_survive() -> None:
    """An HR system may say who somebody was before the first roster."""
    found = timeline.merged("0", [person(("01-10", fact(hired="01-10")))])
    assert (found.id, found.ids) == ("0", ("0", "7"))


# Properties.

DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 1))


@st.composite
def told(draw: st.DrawFn) -> tuple[str, Fact]:
    """A row with its day: a window or none, and some of what has no day of its own."""
    said: dict[str, Any] = {}
    if draw(st.booleans()):
        said["hired"] = draw(DAYS)
        if draw(st.booleans()):
            length = draw(st.none() | st.integers(0, 20))
            said["left"] = None if length is None else said["hired"] + timedelta(length)
    if draw(st.booleans()):
        first = draw(DAYS)
        length = draw(st.none() | st.integers(0, 20))
        last = None if length is None else first + timedelta(length)
        said["leave"] = draw(st.sampled_from([(), (Interval(first, last),)]))
    if draw(st.booleans()):
        said["unit"] = draw(st.sampled_from("AB"))
    if draw(st.booleans()):
        said["roles"] = draw(st.sampled_from([(), ("x",), ("y",), ("x", "y")]))
    return draw(DAYS).isoformat(), facts.made(2, "7", said)


SOME = st.lists(told(), min_size=1, max_size=6)


@settings(max_examples=80, deadline=None)
@given(SOME)
def test_what_is_told_again_changes_nothing(some: list[tuple[str, Fact]]) -> None:
    """The last row once more, of the same day."""
    once, twice = person(*some), person(*some, some[-1])
    assert _without_sources(once) == _without_sources(twice)


@settings(max_examples=80, deadline=None)
@given(SOME)
def test_windows_never_share_a_day(some: list[tuple[str, Fact]]) -> None:
    """They are in order, and each ends after it begins; so it is with leaves."""
    found = person(*some)
    for intervals in (found.windows, found.leave):
        for one, other in pairwise(intervals):
            assert not one.meets(other) and one.first < other.first
        assert all(each.last is None or each.first <= each.last for each in intervals)


@settings(max_examples=80, deadline=None)
@given(SOME, DAYS)
def test_one_unit_holds_at_a_time(some: list[tuple[str, Fact]], asked: date) -> None:
    """And from the first window on there is one, if any was ever said."""
    found = person(*some)
    assert len(on(found.units, asked)) <= 1
    if found.units and found.windows and found.units[0][1].first <= asked:
        assert len(on(found.units, asked)) == 1


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(DAYS, st.sampled_from("ABC")), unique_by=lambda each: each[0]), DAYS)
def test_the_order_in_which_days_become_known_does_not_matter(
    some: list[tuple[date, str]], hired: date
) -> None:
    """Rows of different days of one window tell the same, whichever came first."""
    rows = [(each.isoformat(), facts.made(2, "7", {"hired": hired, "unit": u})) for each, u in some]
    assert person(*rows).units == person(*reversed(rows)).units


@settings(max_examples=60, deadline=None)
@given(SOME, SOME)
def test_what_was_known_then_is_never_changed_by_what_comes(
    then: list[tuple[str, Fact]], since: list[tuple[str, Fact]]
) -> None:
    """The facts known at an instant are those before it, whatever follows."""
    everything = known(*then, *since)
    before = [each for each in everything if each.at <= len(then)]
    assert timeline.person("7", before) == person(*then)


def _without_sources(found: Person) -> Sequence[object]:
    names = ("windows", "leave", "names", "kinds", "roles", "managers", "units", "aliases")
    return [getattr(found, name) for name in names]
