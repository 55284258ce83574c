"""What is counted while the register's rows go by once; it grows with what there is to count by,
and never with the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from lrs.days import Interval
from lrs.evidence.piece import Piece, Whose, Window, last_of, worst
from lrs.intervals import common, merged
from lrs.people.timeline import Person, on
from lrs.programme.calendars import PAUSED
from lrs.programme.obligations import Obligation
from lrs.programme.programme import Curriculum, Version
from lrs.register.audit_exceptions import ACCEPTED, OPEN, REMEDIATED
from lrs.register.replay import GOOD
from lrs.register.rows import PROVENANCES, Question, Row, held
from lrs.register.sheet import NO_VERDICT, Answer
from lrs.register.verdicts import AFTER_ACCESS, EXCUSED, LATE, MET, Ruled, Verdict

_DAY = timedelta(days=1)
DIFFER = "differ"
BY_RULING, LEFT_BEFORE, ON_LEAVE = "by ruling", "left before due", "on leave"


class Owed(NamedTuple):
    """By what obligations are counted; the month is that of the due day, or empty while it isn't
    known. The bucket is that of the first reason, empty of a remediation."""

    exercise: str
    reason: str
    bucket: str
    month: str
    verdict: str


class Depth(NamedTuple):
    """By what it is counted what a bucket got: an obligation for several buckets counts in each."""

    bucket: str
    exercise: str
    verdict: str


class Joined(NamedTuple):
    """By what windows are counted that began in the period."""

    month: str
    kind: str
    result: str  # the worst verdict on what is owed for its beginning


class Evidenced(NamedTuple):
    """By what rows are counted that have evidence."""

    provenance: str
    sides: str
    verdict: str
    accepted: bool  # it counts because of a ruling


class Found(NamedTuple):
    """By what exceptions are counted. `days` go from the due day to the pass of one that is
    remediated, and to the day asked about of any other."""

    exercise: str
    state: str
    verdict: str
    days: int


class Waits(NamedTuple):
    """A name that means nobody."""

    name: str
    since: date
    attempts: int


@dataclass
class Tally:
    """Counters. Of two that were filled from different people of the same answer, `merge` makes the
    one that both together would have filled."""

    people: Counter[str] = field(default_factory=Counter)  # by what is said of them: PEOPLE
    kinds: Counter[str] = field(default_factory=Counter)  # people, on their last day of access
    unknown_roles: Counter[str] = field(default_factory=Counter)  # that no bucket asks for: people
    members: Counter[str] = field(default_factory=Counter)  # people, by bucket
    windows: Counter[str] = field(default_factory=Counter)  # by what is said of them
    joiners: Counter[Joined] = field(default_factory=Counter)
    externals: Counter[tuple[str, str]] = field(default_factory=Counter)  # kind, worst verdict
    rows: Counter[str] = field(default_factory=Counter)  # by verdict
    owed: Counter[Owed] = field(default_factory=Counter)
    depth: Counter[Depth] = field(default_factory=Counter)
    depth_people: Counter[tuple[str, str]] = field(default_factory=Counter)  # bucket, exercise
    excused: Counter[str] = field(default_factory=Counter)  # by why
    notes: Counter[str] = field(default_factory=Counter)  # rows of which there is more to say
    found: Counter[Found] = field(default_factory=Counter)  # exceptions
    events: Counter[tuple[str, str]] = field(default_factory=Counter)  # month, what happened
    evidence: Counter[Evidenced] = field(default_factory=Counter)
    attempts: Counter[tuple[str, str]] = field(default_factory=Counter)  # provenance, flaw
    # How LMS and statement go together of what was attempted, and whether it counts.
    sides: Counter[tuple[str, bool]] = field(default_factory=Counter)
    present: Counter[tuple[bool, bool]] = field(default_factory=Counter)  # people: in LMS, in LRS
    access: Counter[date] = field(default_factory=Counter)  # people more than on the day before
    uncovered: Counter[date] = field(default_factory=Counter)  # the same of those not covered
    waiting: dict[str, Waits] = field(default_factory=dict)  # names that mean nobody

    def add(self, piece: Piece) -> None:
        """Count a piece of the register: all rows of some people."""
        answer, scope = piece.answer, piece.scope
        for each in answer.waiting:
            self.waiting[each.name] = Waits(each.name, each.since, each.attempts)
        if scope is None:
            return
        audiences = _audiences(answer.question, scope)
        for whose in piece.people:
            _person(self, answer, whose, scope, audiences)

    def merge(self, other: Tally) -> Tally:
        """What one pass over the pieces of both would have counted."""
        made = Tally()
        for each in fields(Tally):
            mine, theirs = getattr(self, each.name), getattr(other, each.name)
            into = getattr(made, each.name)
            into.update(mine)
            into.update(theirs)
        return made

    @property
    def rows_owed(self) -> Counter[str]:
        """Obligations by verdict."""
        return Counter({name: n for name, n in self.rows.items() if name != NO_VERDICT})

    def daily(self, counts: Counter[date], days: Interval) -> list[int]:
        """`access` or `uncovered` as people on each of some days."""
        first, last = days.first, last_of(days)
        before = sum(change for day, change in counts.items() if day < first)
        each = [counts[first + _DAY * n] for n in range((last - first).days + 1)]
        return list(accumulate(each, initial=before))[1:]


# What people and windows are counted by.
IN_SCOPE, MERGED, NO_MANAGER, NO_KIND, NO_NAME, NO_BUCKET, IDLE, UNCOVERED = (
    *("in scope", "merged", "no manager", "no kind", "no name", "no bucket", "nothing owed"),
    "uncovered",
)
WINDOWS, JOINED, LEFT, EXTERNAL_WINDOWS, SHORT = (
    *("windows", "joined", "left", "external", "two weeks or less"),
)
# What happens in months.
HAD_ACCESS, STARTED, ENDED, ASSIGNED, COMPLETED, OPENED, CLOSED, ESCALATED = (
    *("access", "joined", "left", "assigned", "completed"),
    *("opened", "remediated", "escalated"),
)
AFTER, EXCUSED_LATE = AFTER_ACCESS, "excused after due"
_SHORT = 14  # days


@lru_cache(10_000)
def month(day: date) -> str:
    """Such as 2026-03."""
    return day.isoformat()[:7]


class _Audience(NamedTuple):
    bucket: str
    kinds: frozenset[str] | None
    roles: frozenset[str] | None
    days: Interval  # on which a version with this bucket is in force


def _audiences(asked: Question, scope: Interval) -> tuple[_Audience, ...]:
    """The buckets of the versions in force on the days asked about."""
    found = []
    for version, days in _in_force(asked.plan.versions, scope):
        for each in version.programme.curricula:
            found.append(_audience(each, days))
    return tuple(dict.fromkeys(found))


def _in_force(versions: Sequence[Version], scope: Interval) -> Iterator[tuple[Version, Interval]]:
    """Versions in the order in which they take effect, with their days in the scope."""
    for n, version in enumerate(versions):
        after = versions[n + 1].starts if n + 1 < len(versions) else None
        if after is not None and after <= version.starts:
            continue
        days = common([Interval(version.starts, after - _DAY if after else None)], [scope])
        if days:
            yield version, days[0]


def _audience(curriculum: Curriculum, days: Interval) -> _Audience:
    bucket = curriculum.bucket
    return _Audience(bucket.name, bucket.kinds, bucket.roles, days)


def _person(
    tally: Tally, answer: Answer, whose: Whose, scope: Interval, audiences: Sequence[_Audience]
) -> None:
    person, there, rows, _ = whose
    tally.people.update(_said(whose))
    tally.kinds[held(person, whose.last)[1]] += 1
    buckets = {each.bucket for each in audiences if _is_in(person, there, each)}
    tally.members.update(buckets)
    tally.people[NO_BUCKET] += not buckets
    asked_for = {role for each in audiences for role in each.roles or ()}
    roles = {name for name, days in person.roles if days.meets(scope)}
    tally.unknown_roles.update(roles - asked_for)
    for window in there:
        _window(tally, window)
    months = {name for window in there for name in _months(window.days)}
    tally.events.update((name, HAD_ACCESS) for name in months)
    for row in rows:
        _row(tally, answer, row)
    tally.depth_people.update(_asked(rows))
    _attempts(tally, answer, whose, scope)
    _days(tally.access, [each.days for each in there])
    open_days = _open_days(rows, person, scope)
    tally.people[UNCOVERED] += bool(open_days)
    _days(tally.uncovered, open_days)


def _asked(rows: Iterable[Row]) -> set[tuple[str, str]]:
    """For which buckets what was asked of a person."""
    return {
        (reason.bucket, row.obligation.exercise)
        for row in rows
        if row.obligation
        for reason in row.obligation.reasons
        if reason.bucket
    }


def _said(whose: Whose) -> Iterator[str]:
    person, last = whose.person, whose.last
    name, kind, _, manager = held(person, last)
    yield IN_SCOPE
    if len(person.ids) > 1:
        yield MERGED
    if not manager or not on(person.managers, last):
        yield NO_MANAGER
    if not kind:
        yield NO_KIND
    if not name:
        yield NO_NAME
    if all(row.obligation is None for row in whose.rows):
        yield IDLE


def _is_in(person: Person, there: Sequence[Window], audience: _Audience) -> bool:
    """Whether somebody is in a bucket on a day asked about."""
    spans = [each.days for each in there]
    for names, dated in ((audience.kinds, person.kinds), (audience.roles, person.roles)):
        if names is not None:
            held_on = [days for name, days in dated if name in names]
            if not held_on:
                return False
            spans = list(common(spans, held_on))
    return any(each.meets(audience.days) for each in spans)


def _window(tally: Tally, window: Window) -> None:
    tally.windows[WINDOWS] += 1
    first, last = window.days.first, last_of(window.days)
    if window.joined:
        tally.windows[JOINED] += 1
        tally.events[month(first), STARTED] += 1
        tally.joiners[Joined(month(first), window.kind, worst(window.onboarding))] += 1
    if window.left:
        tally.windows[LEFT] += 1
        tally.events[month(last), ENDED] += 1
    whole = window.whole
    if whole.last is not None and (whole.last - whole.first).days < _SHORT:
        tally.windows[SHORT] += 1
    if window.external:
        tally.windows[EXTERNAL_WINDOWS] += 1
        tally.externals[window.external, worst(window.rows)] += 1


@lru_cache(10_000)
def _months(days: Interval) -> tuple[str, ...]:
    """The months that days are in."""
    found, day, last = [], days.first.replace(day=1), last_of(days)
    while day <= last:
        found.append(month(day))
        day = (day + _DAY * 31).replace(day=1)
    return tuple(found)


def _row(tally: Tally, answer: Answer, row: Row) -> None:
    owed, came = row.obligation, row.verdict
    if owed is None or came is None:
        tally.rows[NO_VERDICT] += 1
        return
    tally.rows[came.name] += 1
    due = "" if owed.due == PAUSED else month(owed.due)
    tally.owed[Owed(owed.exercise, owed.reason, owed.bucket, due, came.name)] += 1
    for bucket in _buckets(owed):
        tally.depth[Depth(bucket, owed.exercise, came.name)] += 1
    tally.events[month(owed.anchor), ASSIGNED] += 1
    if came.name in (MET, LATE) and came.closed:
        tally.events[month(came.closed), COMPLETED] += 1
    if came.name == EXCUSED:
        _excused(tally, answer.rulings.excused.get(owed.id), owed, came)
    elif came.note == AFTER_ACCESS:
        tally.notes[AFTER] += 1
    if came.evidence is not None:
        _evidence(tally, came)
    if row.exception is not None:
        _exception(tally, answer, row)


def _buckets(owed: Obligation) -> Iterable[str]:
    """The buckets for which it is owed, each once."""
    if len(owed.reasons) == 1:
        return (owed.bucket,) if owed.bucket else ()
    return {reason.bucket for reason in owed.reasons if reason.bucket}


def _excused(tally: Tally, ruled: Ruled | None, owed: Obligation, came: Verdict) -> None:
    """Why it is excused: a ruling goes before everything else."""
    if ruled:
        tally.excused[BY_RULING] += 1
        tally.notes[EXCUSED_LATE] += ruled.day > owed.due
        return
    left = came.note.startswith(LEFT_BEFORE)
    tally.excused[LEFT_BEFORE if left else ON_LEAVE] += 1
    tally.notes[AFTER] += came.note.endswith(AFTER_ACCESS)


def _evidence(tally: Tally, came: Verdict) -> None:
    found = came.evidence
    assert found is not None
    provenance = PROVENANCES[found.tells.attempt.provenance]
    tally.evidence[Evidenced(provenance, side(found.sides), came.name, found.accepted)] += 1


def _exception(tally: Tally, answer: Answer, row: Row) -> None:
    owed, came, what = row.obligation, row.verdict, row.exception
    assert owed is not None and came is not None and what is not None
    until = what.remediated or answer.question.as_of
    days = (until - owed.due).days
    tally.found[Found(owed.exercise, what.state, came.name, days)] += 1
    tally.events[month(what.opened), OPENED] += 1
    if what.escalated:
        tally.events[month(what.escalated), ESCALATED] += 1
    if what.remediated:
        tally.events[month(what.remediated), CLOSED] += 1


def _attempts(tally: Tally, answer: Answer, whose: Whose, scope: Interval) -> None:
    """What was attempted on the days asked about, whatever it meets."""
    there = [e for e in answer.judged.get(whose.person.id, ()) if scope.holds(e.day)]
    for each in there:
        tally.attempts[each.attempt.provenance, each.flaw] += 1
    lrs = any(each.attempt.statement for each in there)
    tally.present[any(not each.attempt.statement for each in there), lrs] += 1
    for told_of in whose.evidence:
        tally.sides[side(told_of.sides), told_of.counts] += 1


def side(told_of: str) -> str:
    """How the two sides go together, without in what they differ."""
    return DIFFER if told_of.startswith(DIFFER) else told_of


def _open_days(rows: Iterable[Row], person: Person, scope: Interval) -> tuple[Interval, ...]:
    """The days of access on which anything was open past its due day."""
    spans = [Interval(row.uncovered.first, row.uncovered.last) for row in rows if row.uncovered]
    if not spans:
        return ()
    return common(merged(spans, gap=1), common(merged(person.windows), [scope]))


def _days(counts: Counter[date], spans: Iterable[Interval]) -> None:
    """One more on each day of these, in changes from day to day."""
    for first, last in merged(list(spans), gap=1):
        assert last is not None
        counts[first] += 1
        counts[last + _DAY] -= 1


def states(tally: Tally) -> Counter[str]:
    """Exceptions by what became of them."""
    found: Counter[str] = Counter({OPEN: 0, REMEDIATED: 0, ACCEPTED: 0})
    for each, count in tally.found.items():
        found[each.state] += count
    return found


def flawed(tally: Tally) -> Counter[str]:
    """Attempts that don't count by themselves, by what their replay found."""
    found: Counter[str] = Counter()
    for (_, flaw), count in tally.attempts.items():
        if flaw != GOOD:
            found[flaw] += count
    return found


def obligations(tally: Tally) -> int:
    """The rows of the register, without those that say that nothing was owed."""
    return sum(tally.rows.values()) - tally.rows[NO_VERDICT]
