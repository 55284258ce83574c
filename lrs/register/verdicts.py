"""The one verdict of an obligation, as of a day: README.md says each rule in words."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from lrs.programme.calendars import PAUSED
from lrs.programme.obligations import Obligation
from lrs.programme.programme import Policy
from lrs.programme.subject import Interval
from lrs.register.reconcile import Evidence

MET, LATE, OVERDUE, FAILED, EXCUSED, PENDING, UNVERIFIED = VERDICTS = (
    *("met", "late", "overdue", "failed", "excused", "pending", "unverified"),
)
OPEN = frozenset((OVERDUE, FAILED, PENDING, UNVERIFIED))
AFTER_ACCESS = "passed after access ended"


class Ruled(NamedTuple):
    """A ruling about an obligation: who, why, and when it was given (microseconds)."""

    by: str
    why: str
    at: int
    seq: int


class Verdict(NamedTuple):
    """What came of an obligation. `closed` is the day on which it ended, None while it is open;
    `evidence` is what decided, `tries` is how often it was attempted."""

    name: str
    closed: date | None
    evidence: Evidence | None
    tries: int
    note: str = ""


class Terms(NamedTuple):
    """On what an obligation is judged: what meets it, and which passes count."""

    exercises: Sequence[str]
    policy: Policy
    newest: Mapping[str, Sequence[tuple[date, str]]]  # versions by exercise, by their first day


class Dated(NamedTuple):
    """Somebody's evidence of one exercise, in order of day, and the days beside."""

    days: Sequence[date]
    evidence: Sequence[Evidence]

    def between(self, first: date, last: date) -> Sequence[Evidence]:
        """What there is from a day to another."""
        begin, end = bisect_left(self.days, first), bisect_right(self.days, last)
        return self.evidence[begin:end]


def verdict(
    owed: Obligation,
    terms: Terms,
    windows: Sequence[Interval],
    evidence: Mapping[str, Dated],
    excused: Ruled | None,
    as_of: date,
) -> Verdict:
    """What came of an obligation up to and with a day. `windows` and `evidence` (by exercise) are
    the person's."""
    some: Sequence[Evidence] = ()
    for name in terms.exercises:
        if name in evidence:
            more = evidence[name].between(owed.opens, as_of)
            some = sorted((*some, *more), key=lambda each: each.day) if some else more
    first = None
    for each in some:
        if each.counts and _passes(each, terms):
            first = each
            break
    ended = windows[owed.window].last
    left_before = ended is not None and ended < owed.due and ended < as_of
    tries = len(some)
    if first is not None and first.day <= owed.due and not _behind(first.day, ended):
        return Verdict(MET, first.day, first, tries, _weak(first))
    if first is not None and not left_before:
        note = "" if any(each.holds(first.day) for each in windows) else AFTER_ACCESS
        return Verdict(LATE, first.day, first, tries, note or _weak(first))
    if excused is not None:
        return Verdict(EXCUSED, min(owed.due, as_of), None, tries, f"{excused.why} ({excused.by})")
    if left_before and ended is not None:
        note = f"left before due; {AFTER_ACCESS}" if first is not None else "left before due"
        return Verdict(EXCUSED, ended, first, tries, note)
    if owed.due == PAUSED:
        return Verdict(EXCUSED, None, None, tries, "on leave, no end of it known")
    return _open(owed, some, as_of)


def _behind(day: date, ended: date | None) -> bool:
    return ended is not None and day > ended


def _weak(evidence: Evidence) -> str:
    by = evidence.tells.attempt.by
    return f"weak: set by {by}" if by and not evidence.accepted else ""


def _open(owed: Obligation, some: Sequence[Evidence], as_of: date) -> Verdict:
    claims = [each for each in some if each.passed and not each.counts]
    if claims:
        return Verdict(UNVERIFIED, None, claims[0], len(some), claims[0].against)
    tried = [each for each in some if each.counts]
    if tried:
        last = tried[-1]
        note = "passed, but not by the programme's rule" if last.passed else ""
        return Verdict(FAILED, None, last, len(some), note)
    return Verdict(PENDING if as_of <= owed.due else OVERDUE, None, None, len(some))


def _passes(evidence: Evidence, terms: Terms) -> bool:
    """Whether it is a pass by the programme's rule."""
    if not evidence.passed:
        return False
    attempt, policy = evidence.tells.attempt, terms.policy
    if policy.score is not None and (attempt.score is None or attempt.score < policy.score):
        return False
    version = evidence.tells.version
    if not version:  # an export doesn't say which
        return True
    known = terms.newest.get(evidence.tells.exercise, ())
    newest = [name for day, name in known if day <= evidence.day]
    return policy.takes(version, newest[-1] if newest else version)
