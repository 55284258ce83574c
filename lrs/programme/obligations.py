"""What one person must complete, why and by when: people x programme x time, and nothing else.

README.md beside this file says each rule in words, and tests/lrs/programme holds them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any, NamedTuple

from lrs.intervals import common, later, merged
from lrs.programme.calendars import DAY, after_leave, anchors, anniversaries, days_to_end
from lrs.programme.programme import Bucket, Cadence, Curriculum, Rule, Version, in_force
from lrs.programme.subject import Interval, Subject

ONBOARDING, ROLE_CHANGE, CADENCE, REMEDIATION = REASONS = (
    *("onboarding", "role-change", "cadence", "remediation"),
)


class Reason(NamedTuple):
    """Why something is owed: one of REASONS, for the bucket, by the rule at a path."""

    name: str
    bucket: str
    rule: str


class Obligation(NamedTuple):
    """One exercise that one person owes. A completion from `opens` on counts; `asked` is the day
    that the person is told, `due` the last one that is on time: later by grace, and both later by
    leave (PAUSED while no end of it is known). What is done behind `last` is nothing of it: of who
    left before it was due and came back, it is the next window's."""

    id: str  # person|exercise|reason|anchor, for ever
    person: str
    exercise: str
    anchor: date  # the day it comes from
    opens: date
    asked: date
    due: date
    window: int  # which of the person's access windows, from 0, in order
    version: int  # of the programme: the one in force on the anchor day
    reasons: tuple[Reason, ...]  # in the order of REASONS; the first names it
    last: date = date.max

    @property
    def reason(self) -> str:
        """The first of its reasons."""
        return self.reasons[0].name

    @property
    def bucket(self) -> str:
        """The bucket of the first reason; of a remediation none."""
        return self.reasons[0].bucket

    @property
    def rule(self) -> str:
        """The path of the first reason's rule in the programme."""
        return self.reasons[0].rule


class Fail(NamedTuple):
    """An exercise that was attempted to the end and not passed, and the day."""

    exercise: str
    day: date


class _Piece(NamedTuple):
    """An obligation of whoever is in the bucket, as far as it is the same for everybody."""

    key: str  # anchor and exercise: two pieces of one person with the same key are one obligation
    anchor: date
    exercise: str
    opens: date
    asked: date
    due: date
    version: int
    reasons: tuple[Reason, ...]
    tail: str  # of the id, behind the person
    within: int
    grace: int


Audience = tuple[frozenset[str] | None, frozenset[str] | None]  # kinds and roles
_Members = Sequence[tuple[int, date, date]]  # window, first and last day in the bucket
# Segment, part, window; first and last day, whether the bucket is entered on the first, and since
# when there was access, where that matters. People with the same spans owe the same.
_Span = tuple[int, int, int, date, date, bool, date | None]
_Owed = list[tuple[str, tuple[Any, ...]]]
_MOST_KNOWN = 5_000  # some 4 KB each


@dataclass(frozen=True)
class _Part:
    """What one version asks of one bucket; what comes by the calendar is worked out, what begins
    on somebody's own day is when it is first needed."""

    curriculum: Curriculum
    audience: Audience
    version: int
    days: list[date]  # of the pieces below, in order
    pieces: list[_Piece]
    from_access: tuple[Cadence, ...]
    known: dict[tuple[str, date, int], list[_Piece]] = field(default_factory=dict)

    def owed(self, begin: date, end: date, enters: bool, access: date | None) -> Iterator[_Piece]:
        """The pieces of whoever is in the bucket from a day to another; `enters` says that the
        first is the day on which this begins, with access from that day on or an earlier one."""
        asked = self.curriculum
        if enters and access is not None:
            changed = begin > access
            rule = asked.role_change if changed else asked.onboarding
            if rule:
                yield from self.anchored(rule, ROLE_CHANGE if changed else ONBOARDING, begin)
        first, behind = bisect_left(self.days, begin), bisect_right(self.days, end)
        yield from self.pieces[first:behind]
        for cadence in self.from_access:
            for day, place in anniversaries(cadence, access or begin, begin, end):
                yield from self.anchored(cadence, CADENCE, day, place)

    def anchored(self, rule: Rule, reason: str, day: date, place: int = 0) -> list[_Piece]:
        """The pieces of a rule on a day."""
        at = (rule.path, day, place)
        if at not in self.known:
            self.known[at] = _pieces(rule, reason, self.curriculum.bucket, self.version, day, place)
        return self.known[at]


@dataclass(frozen=True)
class _Segment:
    """The days on which one version is in force."""

    first: date
    last: date
    parts: tuple[_Part, ...]


@dataclass(frozen=True)
class Plan:
    """What the versions ask for on some days, worked out once for everybody."""

    versions: tuple[Version, ...]  # in the order in which they take effect
    segments: tuple[_Segment, ...]
    known: dict[tuple[_Span, ...], _Owed] = field(default_factory=dict)
    failed: dict[Fail, list[_Piece]] = field(default_factory=dict)

    def behind(self, fail: Fail) -> list[_Piece]:
        """What a fail asks of whoever it was."""
        if fail not in self.failed:
            self.failed[fail] = _remediation(in_force(self.versions, fail.day), fail)
        return self.failed[fail]


def _remediation(version: Version | None, fail: Fail) -> list[_Piece]:
    asks = version.programme.remediation if version else None
    if version is None or asks is None:
        return []
    reason = Reason(REMEDIATION, "", REMEDIATION)
    piece = partial(_piece, fail.day, reason, version.number, asks.within, asks.grace, 0)
    return [piece(each) for each in asks.after(fail.exercise)]


def obligations(
    person: Subject, versions: Iterable[Version], upto: date, after: date | None = None
) -> list[Obligation]:
    """All that a person owes with an anchor up to a day, and behind another if one is given, in
    order of anchor and exercise. Of many people, make one plan and ask `of` for each."""
    return of(person, plan(versions, upto, after))


def plan(versions: Iterable[Version], upto: date, after: date | None = None) -> Plan:
    """The plan of the days behind `after` (None: from the first version on) up to another."""
    ordered = tuple(sorted(versions, key=lambda each: (each.starts, each.number)))
    ends = [each.starts - DAY for each in ordered[1:]] + [upto]
    segments = []
    for version, end in zip(ordered, ends, strict=True):
        first = max(version.starts, after + DAY) if after else version.starts
        last = min(end, upto)
        if first <= last:
            asked = version.programme.curricula
            parts = tuple(_part(each, version.number, first, last) for each in asked)
            segments.append(_Segment(first, last, parts))
    return Plan(ordered, tuple(segments))


def of(person: Subject, plan: Plan) -> list[Obligation]:
    """All that a person owes by a plan, in order of anchor and exercise."""
    windows, leave = merged(person.windows), merged(person.leave)
    spans = tuple(_spans(person, windows, plan))
    owed = None if leave else plan.known.get(spans)
    if owed is None:
        owed = _owed(plan, spans, leave)
        if not leave and len(plan.known) < _MOST_KNOWN:
            plan.known[spans] = owed
    return _obligations(person.id, windows, owed)


def _spans(person: Subject, windows: Sequence[Interval], plan: Plan) -> Iterator[_Span]:
    members: dict[Audience, _Members] = {}
    for segment_number, segment in enumerate(plan.segments):
        begin, end = segment.first, segment.last
        for number, part in enumerate(segment.parts):
            audience = part.audience
            days = members.get(audience)
            if days is None:
                days = members[audience] = _memberships(person, windows, audience)
            for window, first, last in days:
                if first <= end and last >= begin:
                    enters = begin <= first
                    access = windows[window].first if enters or part.from_access else None
                    span = (max(first, begin), min(last, end), enters, access)
                    yield segment_number, number, window, *span


def _owed(plan: Plan, spans: Iterable[_Span], leave: Sequence[Interval]) -> _Owed:
    """What is owed by whoever has these spans, in order: the end of the id, and what follows the
    person in an obligation."""
    found: dict[str, tuple[int, _Piece]] = {}
    for segment, number, window, begin, end, enters, access in spans:
        part = plan.segments[segment].parts[number]
        for piece in part.owed(begin, end, enters, access):
            own = _paused(piece, leave) if leave else piece
            there = found.get(own.key)
            found[own.key] = (window, _both(there[1], own) if there else own)
    return [_rest(*found[key]) for key in sorted(found)]


def _rest(window: int, piece: _Piece) -> tuple[str, tuple[Any, ...]]:
    _, anchor, exercise, opens, asked, due, version, reasons, tail, _, _ = piece
    return tail, (exercise, anchor, opens, asked, due, window, version, reasons, date.max)


def _obligations(own: str, windows: Sequence[Interval], owed: _Owed) -> list[Obligation]:
    """What is owed, as one person's, who has these windows."""
    found = [Obligation._make((own + tail, own, *rest)) for tail, rest in owed]
    if len(windows) == 1:  # so it is with most people
        return found
    return [each._replace(last=_last(each, windows)) for each in found]


def _last(owed: Obligation, windows: Sequence[Interval]) -> date:
    """The day before the next window of who left before it was due."""
    ended, following = windows[owed.window].last, owed.window + 1
    if ended is None or ended >= owed.due or following == len(windows):
        return date.max
    return windows[following].first - DAY


def remediation(person: Subject, plan: Plan, fail: Fail) -> list[Obligation]:
    """What a person owes because of a fail, by the version in force on its day; nothing where
    that asks for none, or the person had no access."""
    windows = merged(person.windows)
    window = next((n for n, each in enumerate(windows) if each.holds(fail.day)), None)
    if window is None:
        return []
    pieces = plan.behind(fail)
    leave = merged(person.leave)
    owed = [_rest(window, _paused(each, leave) if leave else each) for each in pieces]
    return _obligations(person.id, windows, owed)


def _part(curriculum: Curriculum, version: int, first: date, last: date) -> _Part:
    by_calendar = [each for each in curriculum.cadences if not each.from_access]
    pieces = [
        piece
        for cadence in by_calendar
        for day, place in anchors(cadence, first, last)
        for piece in _pieces(cadence, CADENCE, curriculum.bucket, version, day, place)
    ]
    pieces.sort(key=lambda piece: piece.anchor)
    from_access = tuple(each for each in curriculum.cadences if each.from_access)
    audience = (curriculum.bucket.kinds, curriculum.bucket.roles)
    return _Part(
        curriculum, audience, version, [each.anchor for each in pieces], pieces, from_access
    )


def _pieces(
    rule: Rule, reason: str, bucket: Bucket, version: int, day: date, place: int
) -> list[_Piece]:
    exercises = rule.exercises
    within = rule.within
    if isinstance(rule, Cadence):
        if rule.in_turn:
            exercises = (exercises[place % len(exercises)],)
        if within is None:
            within = days_to_end(day, rule.every)
    why = Reason(reason, bucket.name, rule.path)
    return [
        _piece(day, why, version, within or 0, rule.grace, rule.earlier, each.name)
        for each in exercises
    ]


def _piece(
    day: date, why: Reason, version: int, within: int, grace: int, earlier: int, exercise: str
) -> _Piece:
    asked = later(day, within)
    return _Piece(
        key=f"{day.isoformat()}|{exercise}",
        anchor=day,
        exercise=exercise,
        opens=day - timedelta(days=earlier),
        asked=asked,
        due=later(asked, grace),
        version=version,
        reasons=(why,),
        tail=f"|{exercise}|{why.name}|{day.isoformat()}",
        within=within,
        grace=grace,
    )


def _memberships(person: Subject, windows: Sequence[Interval], audience: Audience) -> _Members:
    """The days on which a person is in a bucket, apart for each window of access."""
    days = windows
    for names, dated in zip(audience, (person.kinds, person.roles), strict=True):
        if names is not None:
            # An interval that follows another without a day between goes on with it.
            held = merged([each for name, each in dated if name in names], gap=1)
            if not held:
                return ()
            days = held if days is windows else common(days, held)
    if days is windows:
        return [(n, first, last or date.max) for n, (first, last) in enumerate(windows)]
    return [
        (n, first, last or date.max)
        for n, window in enumerate(windows)
        for first, last in common([window], days)
    ]


def _paused(piece: _Piece, leave: Sequence[Interval]) -> _Piece:
    """A piece for somebody who was away: each day of leave moves its days by one."""
    asked = after_leave(piece.anchor, piece.within, leave)
    return piece._replace(asked=asked, due=after_leave(asked, piece.grace, leave))


def _both(one: _Piece, other: _Piece) -> _Piece:
    """The same exercise owed from the same day for two reasons: whatever is stricter holds."""
    reasons = {*one.reasons, *other.reasons}
    ordered = sorted(reasons, key=lambda each: (REASONS.index(each.name), each))
    return one._replace(
        opens=max(one.opens, other.opens),
        asked=min(one.asked, other.asked),
        due=min(one.due, other.due),
        reasons=tuple(ordered),
        tail=f"|{one.exercise}|{ordered[0].name}|{one.anchor.isoformat()}",
    )
