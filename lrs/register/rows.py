"""The rows of the register: one person's obligations over a period, each with its evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from lrs.intervals import merged
from lrs.people.timeline import Person, on
from lrs.programme.obligations import Fail, Obligation, Plan, of, plan, remediation
from lrs.programme.programme import Programme, Version
from lrs.programme.subject import Interval
from lrs.register.audit_exceptions import AuditException, Uncovered, audit_exception, uncovered
from lrs.register.completions import EXPORT, MANUAL, WAIVED, XAPI
from lrs.register.reconcile import Decided, Evidence, Judged, by_exercise, called
from lrs.register.verdicts import FAIL, PASS, Dated, Ruled, Terms, Verdict, came, dated, verdict

NOTHING_OWED = "nothing was owed"


@dataclass(frozen=True)
class Question:
    """What is asked: about which days, as of which day, on what the programme's versions and the
    catalogue say. Made once, for everybody."""

    period: Interval
    as_of: date
    versions: tuple[Version, ...]
    newest: Mapping[str, Sequence[tuple[date, str]]]  # versions of exercises, by their first day
    plan: Plan
    programmes: Mapping[int, Programme]
    scope: Interval | None  # the days of the period up to the one asked about, if there are any
    known: dict[tuple[int, str], Terms] = field(default_factory=dict)

    def terms(self, version: int, exercise: str) -> Terms:
        """What meets an obligation of a version of the programme."""
        at = (version, exercise)
        if at not in self.known:
            programme = self.programmes[version]
            policy = programme.policy_of(exercise)
            self.known[at] = Terms(programme.met_by(exercise), policy, self.newest)
        return self.known[at]


def question(
    period: Interval,
    as_of: date,
    versions: Sequence[Version],
    newest: Mapping[str, Sequence[tuple[date, str]]],
) -> Question:
    """A question, with what is the same for everybody worked out."""
    upto = min(period.last or as_of, as_of)
    programmes = {each.number: each.programme for each in versions}
    scope = Interval(period.first, upto) if period.first <= upto else None
    return Question(period, as_of, tuple(versions), newest, plan(versions, upto), programmes, scope)


class Rulings(NamedTuple):
    """What was ruled of obligations and attempts, as known."""

    excused: Mapping[str, Ruled]  # by obligation
    accepted: Mapping[str, Ruled]  # exceptions, by obligation
    decided: Decided


class Row(NamedTuple):
    """One obligation of one person; or, without an obligation, that nothing was owed."""

    person: Person
    obligation: Obligation | None
    window: Interval
    verdict: Verdict | None
    exception: AuditException | None
    uncovered: Uncovered | None

    @property
    def id(self) -> str:
        """What the row is called: its obligation's id, or the person's."""
        return self.obligation.id if self.obligation else self.person.id


def rows(asked: Question, person: Person, judged: Sequence[Judged], ruled: Rulings) -> list[Row]:
    """The rows of one person who is in scope, in order of anchor and exercise. `judged` are all
    attempts that are theirs, up to whatever day."""
    windows = merged(person.windows)
    there = _evidence(asked, judged, ruled) if judged else {}
    found = []
    for owed in _owed(asked, person, there):
        row = _row(asked, person, windows, owed, there, ruled)
        if _lives(row, asked, windows):
            found.append(row)
    if not found:
        window = next(each for each in windows if each.meets(asked.scope or asked.period))
        found.append(Row(person, None, window, None, None, None))
    return found


def _evidence(asked: Question, judged: Sequence[Judged], ruled: Rulings) -> dict[str, Dated]:
    """Up to the day asked about, by exercise."""
    upto = [each for each in judged if each.day <= asked.as_of]
    return {name: dated(some) for name, some in by_exercise(upto, ruled.decided).items()}


def _owed(asked: Question, person: Person, there: Mapping[str, Dated]) -> list[Obligation]:
    """What a person owes, with what fails have added."""
    # A leave that lies behind the day asked about stops no clock yet.
    if any(away.first > asked.as_of for away in person.leave):
        leave = tuple(away for away in person.leave if away.first <= asked.as_of)
        person = replace(person, leave=leave)
    owed = of(person, asked.plan)
    if not there:
        return owed
    more = [
        each
        for fail in _fails(owed, asked, there)
        for each in remediation(person, asked.plan, fail)
    ]
    if more:
        known = {each.id: each for each in [*owed, *more]}
        owed = sorted(known.values(), key=lambda each: (each.anchor, each.exercise, each.id))
    return owed


def _fails(
    owed: Sequence[Obligation], asked: Question, there: Mapping[str, Dated]
) -> Iterator[Fail]:
    """Each day on which an exercise asked for by then was failed, and not passed as well."""
    since: dict[str, tuple[date, Terms]] = {}  # the day from which it was asked for, and how
    for each in owed:  # in order of anchor
        terms = asked.terms(each.version, each.exercise)
        for name in terms.exercises:
            since.setdefault(name, (each.anchor, terms))
    for name in sorted(since.keys() & there.keys()):
        first, terms = since[name]
        results = [(each.day, came(each, terms)) for each in there[name].evidence]
        passed = {day for day, result in results if result == PASS}
        failed = {day for day, result in results if result == FAIL and day >= first}
        for day in sorted(failed - passed):
            yield Fail(name, day)


def _row(
    asked: Question,
    person: Person,
    windows: Sequence[Interval],
    owed: Obligation,
    there: Mapping[str, Dated],
    ruled: Rulings,
) -> Row:
    terms = asked.terms(owed.version, owed.exercise)
    excused, accepted = ruled.excused.get(owed.id), ruled.accepted.get(owed.id)
    found = verdict(owed, terms, windows, there, excused, asked.as_of)
    steps = asked.programmes[owed.version].escalation
    exception = audit_exception(owed, found, steps, accepted, asked.as_of)
    open_days = None
    if exception is not None:
        open_days = uncovered(owed, found, windows, asked.period, asked.as_of)
    return Row(person, owed, windows[owed.window], found, exception, open_days)


def _lives(row: Row, asked: Question, windows: Sequence[Interval]) -> bool:
    """Whether an obligation lives in the period: from its anchor to the day on which it was closed,
    or to the day asked about, on a day of access."""
    owed, found = row.obligation, row.verdict
    assert owed is not None and found is not None
    (first, until), anchor = asked.period, owed.anchor
    last = found.closed or asked.as_of
    first, last = (anchor if anchor > first else first), (anchor if anchor > last else last)
    if until is not None and until < last:
        last = until
    if first > last:
        return False
    return any(begin <= last and (end is None or end >= first) for begin, end in windows)


PROVENANCES = {
    XAPI: "statement",
    EXPORT: "LMS export",
    MANUAL: "manual, weak",
    WAIVED: "waived, weak",
}


class Told(NamedTuple):
    """The evidence of a row, in words and numbers."""

    provenance: str
    source: str  # "statement UUID" or "row SEQ.N"
    at: int | str | None
    precision: str
    original: str
    zone: str
    score: float | None
    version: str
    digest: str
    sides: str


def told(found: Evidence | None) -> Told | None:
    """What there is to tell of evidence."""
    if found is None:
        return None
    attempt = found.tells.attempt
    return Told(
        PROVENANCES[attempt.provenance],
        called(attempt),
        attempt.at,
        attempt.precision,
        attempt.original,
        attempt.zone,
        attempt.score,
        found.tells.version,
        attempt.played.digest if attempt.played else "",
        found.sides,
    )


def held(person: Person, day: date) -> tuple[str, str, str, str]:
    """Name, kind, roles and manager of somebody on a day; the last known before, if none is."""
    return (
        _one(person.names, day),
        _one(person.kinds, day),
        " ".join(on(person.roles, day)),
        _one(person.managers, day),
    )


def _one(dated: Sequence[tuple[str, Interval]], day: date) -> str:
    now = on(tuple(dated), day)
    if now:
        return now[-1]
    return dated[-1][0] if dated else ""
