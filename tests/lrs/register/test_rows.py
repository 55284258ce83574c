"""Tests of which rows there are, and of what must hold for every register."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from cases import BASELINE, NOTHING, asked, day, programme, register, somebody, span, told, tries
from hypothesis import given, settings
from hypothesis import strategies as st

from lrs.days import Interval
from lrs.people.timeline import Person
from lrs.register import population, rows
from lrs.register.verdicts import VERDICTS

WHOLE = programme(
    "everyone:\n  onboarding: {within: 14, exercises: [phishing]}\n"
    "  cadences: {q: {every: quarter, exercises: [smishing], earlier: 30}}",
    "remediation: {within: 10}\n",
)


def test_who_owes_nothing_has_a_row() -> None:
    """Whoever held access is in the register."""
    old = somebody("2019-01-01..")
    assert told(register(asked(BASELINE), old)) == [rows.NOTHING_OWED]


def test_the_population_is_everybody_with_a_day_of_access() -> None:
    """A joiner on day 364 and a contractor of two weeks are in it; who left before isn't."""
    period = span("01-01..12-31")
    assert population.in_scope(somebody("12-30.."), period)
    assert population.in_scope(somebody("06-01..06-14"), period)
    assert population.in_scope(somebody("2019-01-01..01-01"), period)
    assert not population.in_scope(somebody("2019-01-01..2025-12-31"), period)
    assert not population.in_scope(somebody("2027-01-01.."), period)


def test_the_last_days_of_a_period() -> None:
    """Who comes on day 364 owes the onboarding, which is pending at the period's end."""
    assert told(register(asked(BASELINE), somebody("12-30.."))) == ["phishing onboarding pending"]


def test_what_was_open_before_a_period_is_in_it() -> None:
    """What was closed before isn't."""
    second = "07-01..12-31"
    person = somebody("01-05..")
    assert told(register(asked(BASELINE, second), person)) == ["phishing onboarding overdue"]
    late = register(asked(BASELINE, second), person, "phishing 07-03 pass 85 xapi")
    assert told(late) == ["phishing onboarding late 07-03"]
    met = register(asked(BASELINE, second), person, "phishing 01-10 pass 85 xapi")
    assert told(met) == [rows.NOTHING_OWED]


DAYS = st.integers(0, 420).map(lambda n: date(2025, 11, 20) + timedelta(n))


@st.composite
def people(draw: st.DrawFn) -> Person:
    """Anybody: one or two windows, perhaps a leave."""
    days = sorted(draw(st.lists(DAYS, min_size=4, max_size=4, unique=True)))
    windows = [f"{days[0]}..{days[1]}"]
    if draw(st.booleans()):
        windows.append(f"{days[2]}..{days[3] if draw(st.booleans()) else ''}")
    leave = []
    if draw(st.booleans()):
        first = draw(DAYS)
        leave.append(f"{first}..{first + timedelta(draw(st.integers(0, 60)))}")
    return somebody(*windows, leave=leave)


@st.composite
def attempts(draw: st.DrawFn) -> list[str]:
    """Attempts at either exercise, told by either side, some of them flawed."""
    lines = []
    for _ in range(draw(st.integers(0, 6))):
        exercise = draw(st.sampled_from(["phishing", "smishing"]))
        came = draw(st.sampled_from(["pass 85", "fail 40"]))
        side = draw(st.sampled_from(["xapi", "xapi", "lms", "hand", "xapi other-result"]))
        lines.append(f"{exercise} {draw(DAYS)} {came} {side}")
    return lines


def verdicts(found: list[rows.Row]) -> dict[str, Any]:
    return {row.id: row.verdict and row.verdict[:2] for row in found if row.obligation}


@settings(max_examples=60, deadline=None)
@given(people(), attempts(), DAYS)
def test_splitting_a_period_in_two_gives_the_rows_of_the_whole(
    person: Person, lines: list[str], cut: date
) -> None:
    """As of the same day."""
    first, last = day("01-01"), day("12-31")
    cut = min(max(cut, first), last - timedelta(1))
    parts = (f"{first}..{cut}", f"{cut + timedelta(1)}..{last}")
    found: dict[str, Any] = {}
    for part in parts:
        if population.in_scope(person, span(part)):
            found |= verdicts(register(asked(WHOLE, part), person, *lines))
    whole = {}
    if population.in_scope(person, Interval(first, last)):
        whole = verdicts(register(asked(WHOLE, f"{first}..{last}"), person, *lines))
    assert found == whole


@settings(max_examples=40, deadline=None)
@given(people(), attempts(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_no_verdict(
    person: Person, lines: list[str], chance: Any
) -> None:
    """Attempts are sorted by when they were, not by when they became known."""
    if not population.in_scope(person, span("01-01..12-31")):
        return
    judged = tries(*lines)
    mixed = list(judged)
    chance.shuffle(mixed)
    question = asked(WHOLE)
    one = rows.rows(question, person, judged, NOTHING)
    other = rows.rows(question, person, mixed, NOTHING)
    assert one == other


@settings(max_examples=60, deadline=None)
@given(people(), attempts(), DAYS)
def test_each_obligation_has_one_verdict(person: Person, lines: list[str], as_of: date) -> None:
    """Of the seven; what is open past its due day has an exception, and what is met or excused has
    none."""
    question = asked(WHOLE, as_of=str(as_of))
    if question.scope is None or not population.in_scope(person, question.scope):
        return
    found = register(question, person, *lines)
    assert found
    ids = [row.id for row in found]
    assert len(ids) == len(set(ids))
    for row in found:
        if row.obligation is None or row.verdict is None:
            assert ids == [person.id]
            continue
        assert row.verdict.name in VERDICTS
        overdue = row.verdict.name not in ("met", "excused") and as_of > row.obligation.due
        assert (row.exception is not None) == overdue
        if row.verdict.closed:
            assert row.verdict.closed <= as_of


@settings(max_examples=40, deadline=None)
@given(people(), attempts(), attempts())
def test_more_of_anything_after_a_pass_in_time_changes_nothing(
    person: Person, lines: list[str], more: list[str]
) -> None:
    """What was met on a day stays met, whatever is attempted later."""
    if not population.in_scope(person, span("01-01..12-31")):
        return
    before = verdicts(register(asked(WHOLE), person, *lines))
    latest = max((line.split()[1] for line in lines), default="2025-01-01")
    later = [
        line for line in more if line.split()[1] > str(date.fromisoformat(latest) + timedelta(2))
    ]
    after = verdicts(register(asked(WHOLE), person, *lines, *later))
    for name, came in before.items():
        if came and came[0] == "met":
            assert after[name] == came
