"""Tests of the tally: whatever the cut, the pieces together count what the whole counts."""

from __future__ import annotations

import pickle
from dataclasses import fields, replace
from datetime import date, timedelta
from itertools import groupby
from random import Random

from answers import EXERCISES, Made, Waits, answer
from cases import asked, day, programme, ruled, somebody
from hypothesis import given, settings
from hypothesis import strategies as st

from lrs.days import Interval
from lrs.evidence.piece import Piece
from lrs.evidence.tally import Tally
from lrs.people.timeline import Person
from lrs.register.rows import Row

WHOLE = programme(
    "everyone:\n  onboarding: {within: 14, exercises: [phishing]}\n"
    "  cadences: {q: {every: quarter, exercises: [smishing], earlier: 30}}",
    "remediation: {within: 10}\nescalation: [{after: 1, to: [person], notice: n}]\n"
    'notices: {n: {subject: "{exercise}", text: "{due}"}}\n',
)
DAYS = st.integers(0, 420).map(lambda n: date(2025, 11, 20) + timedelta(n))
TRIES = st.tuples(
    st.sampled_from(["phishing", "smishing"]),
    DAYS,
    st.sampled_from(["pass 85 xapi", "fail 20 xapi", "pass 85 lms", "pass 85 hand"]),
    st.sampled_from(["", " truncated"]),
)


@st.composite
def registers(draw: st.DrawFn) -> Made:
    """The year of some people: who they are, what they tried, what was ruled."""
    question = asked(WHOLE, as_of=draw(st.sampled_from(["06-30", "12-31"])))
    assert question.scope
    people: list[Person] = []
    attempts: dict[str, list[str]] = {}
    for n in range(draw(st.integers(0, 5))):
        first = draw(DAYS)
        ends = draw(st.none() | st.integers(0, 300).map(lambda n: timedelta(n)))
        window = Interval(first, first + ends if ends is not None else None)
        if not window.meets(question.scope):
            continue
        who = somebody("01-05..", id=f"0000{n}")
        kinds = (draw(st.sampled_from(["employee", "contractor", "vendor"])), window)
        people.append(replace(who, windows=(window,), kinds=(kinds,)))
        tries = draw(st.lists(TRIES, max_size=5))
        attempts[who.id] = [f"{e} {d} {came}{flaw}" for e, d, came, flaw in tries]
    excused = [f"{each.id}|smishing|cadence|2026-04-01" for each in people[:1]]
    waiting = [Waits("mbox mailto:who@x.example", day("02-01"), 3)]
    return answer(question, people, attempts, ruled(excused=excused), waiting)


def tally(*pieces: Made) -> Tally:
    """What is counted of them, in this order."""
    found = Tally()
    for each in pieces:
        found.add(Piece(each, EXERCISES, {}))
    return found


def pieces(whole: Made, cuts: list[bool]) -> list[Made]:
    """The register cut between people, where it is said."""
    some: list[list[Row]] = [[]]
    each_person = [list(g) for _, g in groupby(whole.rows, key=lambda row: row.person.id)]
    for n, theirs in enumerate(each_person):
        if n and cuts[n % len(cuts)]:
            some.append([])
        some[-1] += theirs
    found = []
    for rows in some:
        ids = {row.person.id for row in rows}
        judged = {id: told for id, told in whole.judged.items() if id in ids}
        found.append(replace(whole, rows=rows, judged=judged))
    return found


@settings(max_examples=150, deadline=None)
@given(registers(), st.lists(st.booleans(), min_size=1, max_size=5), st.randoms())
def test_pieces_count_what_the_whole_counts(whole: Made, cuts: list[bool], mixed: Random) -> None:
    """Whatever the cut and whatever the order, in one tally or in several that are merged."""
    expected = tally(whole)
    some = pieces(whole, cuts)
    assert tally(*some) == expected
    mixed.shuffle(some)
    assert tally(*some) == expected
    merged = Tally()
    for each in some:
        merged = merged.merge(pickle.loads(pickle.dumps(tally(each))))
    assert merged == expected


@settings(max_examples=50, deadline=None)
@given(registers())
def test_each_row_is_counted_once(whole: Made) -> None:
    """By verdict, by what is owed, and as an exception."""
    found = tally(whole)
    owed = [row for row in whole.rows if row.obligation]
    assert sum(found.rows.values()) == len(whole.rows)
    assert sum(found.owed.values()) == len(owed)
    assert sum(found.found.values()) == sum(row.exception is not None for row in owed)
    assert sum(found.evidence.values()) == sum(
        row.verdict is not None and row.verdict.evidence is not None for row in owed
    )


@settings(max_examples=50, deadline=None)
@given(registers())
def test_a_day_of_a_person_is_uncovered_once(whole: Made) -> None:
    """However many obligations are open on it; counted day by day, as slowly as one can."""
    scope = whole.question.scope
    assert scope is not None and scope.last is not None
    days = [scope.first + timedelta(n) for n in range((scope.last - scope.first).days + 1)]
    spans: dict[str, list[Interval]] = {}
    for row in whole.rows:
        if row.uncovered:
            open_days = Interval(row.uncovered.first, row.uncovered.last)
            spans.setdefault(row.person.id, []).append(open_days)
    people = {row.person.id: row.person for row in whole.rows}
    access = [sum(each.has_access(on) for each in people.values()) for on in days]
    uncovered = [
        sum(
            each.has_access(on) and any(one.holds(on) for one in spans.get(each.id, ()))
            for each in people.values()
        )
        for on in days
    ]
    found = tally(whole)
    assert found.daily(found.access, scope) == access
    assert found.daily(found.uncovered, scope) == uncovered


def test_a_tally_does_not_grow_with_people() -> None:
    """A thousand people who do alike leave as many keys as ten."""

    def size(many: int) -> int:
        people = [somebody("01-05..", id=f"{n:05}") for n in range(many)]
        attempts = {each.id: ["phishing 01-10 pass 85 lms"] for each in people}
        found = tally(answer(asked(WHOLE), people, attempts))
        return sum(len(getattr(found, each.name)) for each in fields(Tally))

    assert size(1_000) == size(10)
