"""Properties of what is owed, for people and programmes of every kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st
from people_owing import Somebody

from lrs.intervals import merged
from lrs.programme.calendars import after_leave, anniversaries
from lrs.programme.obligations import Obligation, Plan, obligations, of, plan
from lrs.programme.programme import (
    Bucket,
    Cadence,
    Curriculum,
    Exercise,
    Policy,
    Programme,
    Rule,
    Version,
    YearDay,
)
from lrs.programme.subject import Interval

FIRST, LAST = date(2025, 10, 1), date(2027, 4, 30)
ROLES, KINDS, EXERCISES = "abc", ("employee", "vendor"), "pqr"

DAYS = st.dates(FIRST, LAST)
EARLY = st.dates(FIRST, FIRST + timedelta(200))  # most examples are to owe something
SPANS = st.builds(
    lambda first, length: Interval(first, None if length is None else first + timedelta(length)),
    EARLY,
    st.one_of(st.none(), st.integers(0, 400)),
)
SHORT = st.builds(
    lambda first, length: Interval(first, first + timedelta(length)), DAYS, st.integers(0, 60)
)
PEOPLE = st.builds(
    Somebody,
    st.sampled_from(["1", "2"]),
    st.lists(SPANS, min_size=1, max_size=3).map(tuple),
    st.lists(st.tuples(st.sampled_from(ROLES), SPANS), min_size=1, max_size=4).map(tuple),
    st.lists(st.tuples(st.sampled_from(KINDS), SPANS), min_size=1, max_size=2).map(tuple),
    st.lists(SHORT, max_size=3).map(tuple),
)
NAMES = st.lists(st.sampled_from(EXERCISES), min_size=1, max_size=3, unique=True).map(
    lambda names: tuple(Exercise(name) for name in names)
)
SMALL = st.integers(0, 40)
RULES = st.builds(Rule, st.sampled_from(["x", "y"]), NAMES, SMALL, SMALL, st.integers(0, 5))
CALENDAR = st.builds(
    Cadence,
    st.sampled_from(["c", "d"]),
    NAMES,
    st.one_of(st.none(), SMALL),
    SMALL,
    st.integers(0, 5),
    every=st.sampled_from([1, 3, 12]),
    in_turn=st.booleans(),
)
OTHER = st.builds(
    Cadence,
    st.sampled_from(["e", "f"]),
    NAMES,
    SMALL,
    every=st.sampled_from([1, 3, 12]),
    from_access=st.just(True),
    in_turn=st.booleans(),
) | st.builds(
    Cadence,
    st.sampled_from(["g", "h"]),
    NAMES,
    SMALL,
    on=st.lists(st.builds(YearDay, st.integers(1, 12), st.integers(1, 28)), min_size=1).map(tuple),
    in_turn=st.booleans(),
)
SOME = st.one_of(st.none(), st.sets(st.sampled_from(ROLES), min_size=1).map(frozenset))
CURRICULA = st.builds(
    Curriculum,
    st.builds(
        Bucket,
        st.sampled_from(["one", "two", "three"]),
        st.just("A bucket"),
        st.sampled_from([None, None, frozenset({"employee"})]),
        SOME,
    ),
    st.one_of(RULES, st.none()),
    st.one_of(RULES, st.none()),
    st.lists(CALENDAR | OTHER, min_size=1, max_size=2, unique_by=lambda each: each.path).map(tuple),
)


def programme(curricula: list[Curriculum]) -> Programme:
    """A programme of some buckets, as published."""
    own = []
    for curriculum in curricula:
        place = f"curriculum/{curriculum.bucket.name}"
        cadences = [replace(e, path=f"{place}/cadences/{e.path}") for e in curriculum.cadences]
        start, change = curriculum.onboarding, curriculum.role_change
        own.append(
            Curriculum(
                curriculum.bucket,
                start and replace(start, path=f"{place}/onboarding"),
                change and replace(change, path=f"{place}/role-change"),
                tuple(cadences),
            )
        )
    nothing = ("x", "x", "UTC", "x", "x@y.example", "")
    return Programme(*nothing, tuple(own), {}, Policy(), None, None, (), {})


PROGRAMMES = st.lists(
    CURRICULA, min_size=1, max_size=2, unique_by=lambda each: each.bucket.name
).map(programme)
VERSIONS = st.lists(st.tuples(EARLY, PROGRAMMES), min_size=1, max_size=2).map(
    lambda some: tuple(Version(n, starts, made) for n, (starts, made) in enumerate(some, 1))
)
quick = settings(max_examples=20, deadline=None)


def in_order(found: list[Obligation]) -> bool:
    """Whether they come by anchor and exercise."""
    return found == sorted(found, key=lambda each: (each.anchor, each.exercise))


@quick
@given(PEOPLE, VERSIONS, st.integers(0, 100), st.integers(-1, 1))
def test_a_period_in_two(
    person: Somebody, versions: tuple[Version, ...], number: int, days: int
) -> None:
    """Splitting a period in two, on a day that something comes from or beside one, gives the
    obligations of the whole, in order."""
    whole = obligations(person, versions, LAST)
    middle = whole[number % len(whole)].anchor if whole else FIRST
    middle += timedelta(days)
    halves = obligations(person, versions, middle), obligations(person, versions, LAST, middle)
    assert whole == [*halves[0], *halves[1]]
    assert in_order(whole)
    assert all(each.anchor <= middle for each in halves[0])


@quick
@given(PEOPLE, VERSIONS, DAYS, PROGRAMMES)
def test_a_later_version(
    person: Somebody, versions: tuple[Version, ...], starts: date, another: Programme
) -> None:
    """A later version never changes what is anchored before it takes effect."""
    more = (*versions, Version(len(versions) + 1, starts, another))
    before = [each for each in obligations(person, versions, LAST) if each.anchor < starts]
    assert [each for each in obligations(person, more, LAST) if each.anchor < starts] == before


T = TypeVar("T")


def mixed(chance: Random, some: tuple[T, ...]) -> tuple[T, ...]:
    """The same in another order."""
    return tuple(chance.sample(some, len(some)))


@quick
@given(PEOPLE, VERSIONS, st.randoms(use_true_random=False))
def test_no_order_matters(person: Somebody, versions: tuple[Version, ...], chance: Random) -> None:
    """In whatever order windows, roles, kinds, leave and versions are given, the same is owed."""
    same = Somebody(
        person.id,
        mixed(chance, person.windows),
        mixed(chance, person.roles),
        mixed(chance, person.kinds),
        mixed(chance, person.leave),
    )
    found = obligations(same, mixed(chance, versions), LAST)
    assert found == obligations(person, versions, LAST)


@quick
@given(PEOPLE, VERSIONS, st.lists(SHORT, max_size=2))
def test_names_are_unique_and_stable(
    person: Somebody, versions: tuple[Version, ...], more: list[Interval]
) -> None:
    """No two obligations have the same id, and more leave gives none another id."""
    ids = [each.id for each in obligations(person, versions, LAST)]
    assert len(set(ids)) == len(ids)
    other = replace(person, leave=(*person.leave, *more))
    assert [each.id for each in obligations(other, versions, LAST)] == ids


@quick
@given(PEOPLE, VERSIONS, st.lists(SHORT | SPANS, max_size=2))
def test_leave_hurries_nobody(
    person: Somebody, versions: tuple[Version, ...], more: list[Interval]
) -> None:
    """Leave never brings a due day earlier, and nothing is due on a day of leave."""
    leave = (*person.leave, *more)
    other = obligations(replace(person, leave=leave), versions, LAST)
    both = zip(obligations(person, versions, LAST), other, strict=True)
    for before, after in both:
        assert before.asked <= after.asked <= after.due
        assert before.due <= after.due
        assert after.opens == before.opens
        assert after.due == date.max or not away(leave, after.due)


def away(leave: Sequence[Interval], day: date) -> bool:
    """Whether a day is one of leave."""
    return any(each.holds(day) for each in leave)


@quick
@given(DAYS, SMALL, st.lists(SHORT, max_size=4))
def test_the_clock_counts_days(anchor: date, days: int, leave: list[Interval]) -> None:
    """The clock stops on as many days as there are days of leave up to the due day, however they
    overlap: day by day, it counts the same."""
    due, left = anchor, days
    while left or (not days and away(leave, due)):
        due += timedelta(1)
        left -= not away(leave, due) and left > 0
    assert after_leave(anchor, days, merged(leave)) == due


@quick
@given(PEOPLE, PEOPLE, VERSIONS, st.lists(SPANS, max_size=2).map(tuple))
def test_nobody_changes_anybody(
    person: Somebody,
    other: Somebody,
    versions: tuple[Version, ...],
    leave: tuple[Interval, ...],
) -> None:
    """Whoever was asked about before with the same plan, be it somebody with the same days in the
    same buckets but another leave, a person owes the same."""
    shared: Plan = plan(versions, LAST)
    for each in (other, replace(person, id="9", leave=leave), replace(person, id="8", leave=())):
        assert of(each, shared) == obligations(each, versions, LAST)
    assert of(person, shared) == obligations(person, versions, LAST)


@quick
@given(DAYS, DAYS, st.sampled_from([1, 3, 12]))
def test_anniversaries(access: date, first: date, every: int) -> None:
    """Asked about from some day on, they are those there are in all from that day on."""
    cadence = Cadence("x", (), 1, every=every, from_access=True)
    whole = list(anniversaries(cadence, access, access, LAST))
    assert list(anniversaries(cadence, access, first, LAST)) == [e for e in whole if e[0] >= first]
    assert all(day > access for day, _ in whole)


@quick
@given(PEOPLE, VERSIONS)
def test_each_is_anchored_in_access(person: Somebody, versions: tuple[Version, ...]) -> None:
    """Nothing is owed from a day without access, nor from one before the first version."""
    first = min(each.starts for each in versions)
    windows = merged(person.windows)
    for each in obligations(person, versions, LAST):
        assert windows[each.window].holds(each.anchor)
        assert each.anchor >= first
        assert each.reasons
