"""The one verdict of an obligation, as of a day: README.md says each rule in words."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from lrs.programme.calendars import PAUSED
from lrs.programme.obligations import REMEDIATION, Obligation
from lrs.programme.programme import Policy
from lrs.programme.subject import Interval
from lrs.register.completions import COMPLETION, WAIVER, Attempt
from lrs.register.reconcile import Evidence

MET, LATE, OVERDUE, FAILED, EXCUSED, PENDING, UNVERIFIED = VERDICTS = (
    *("met", "late", "overdue", "failed", "excused", "pending", "unverified"),
)
OPEN = frozenset((OVERDUE, FAILED, PENDING, UNVERIFIED))
PASS, FAIL, UNPROVEN = "pass", "fail", "unproven"
UNPROVEN_NOTE = "it doesn't tell the score or version that the programme asks for"
NO_REASON = "no reason told"
WAIVER_NOTE = "the programme takes no waiver without a ruling"
AFTER_ACCESS = "passed after access ended"
LATER_ACCESS = "passed in a later window of access"


class Ruled(NamedTuple):
    """A ruling about an obligation: who, why, and on which day it was given."""

    by: str
    why: str
    day: date
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
    judged: bool  # all of it, so that all of it is a try

    def between(self, first: date, last: date) -> Sequence[Evidence]:
        """What there is from a day to another."""
        begin, end = bisect_left(self.days, first), bisect_right(self.days, last)
        return self.evidence[begin:end]


def dated(some: Sequence[Evidence]) -> Dated:
    """Evidence of one exercise, which is in order of day."""
    judged = all(each.tells.attempt.kind != COMPLETION for each in some)
    return Dated([each.day for each in some], some, judged)


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
    some = _tries(owed, terms, evidence, min(owed.last, as_of))
    first = None
    for each in some:
        if each.counts and came(each, terms) == PASS:
            first = each
            break
    ended = windows[owed.window].last
    left_before = ended is not None and ended < owed.due and ended < as_of
    tries = len(some)
    if first is not None and first.day <= owed.due and not _behind(first.day, ended):
        return Verdict(MET, first.day, first, tries, _weak(first))
    if excused is not None and excused.day <= owed.due:
        return _excused(owed, excused, tries, as_of)
    if first is not None and not left_before:
        note = _outside(first.day, owed, windows) or _weak(first)
        return Verdict(LATE, first.day, first, tries, note)
    if excused is not None:
        return _excused(owed, excused, tries, as_of)
    if left_before and ended is not None:
        note = f"left before due; {AFTER_ACCESS}" if first is not None else "left before due"
        return Verdict(EXCUSED, ended, first, tries, note)
    if owed.due == PAUSED:
        return Verdict(EXCUSED, None, None, tries, "on leave, no end of it known")
    return _open(owed, terms, some, as_of)


def _outside(day: date, owed: Obligation, windows: Sequence[Interval]) -> str:
    """What there is to say of a late pass on a day that isn't in the obligation's own window."""
    if windows[owed.window].holds(day):
        return ""
    return LATER_ACCESS if any(each.holds(day) for each in windows) else AFTER_ACCESS


def _tries(
    owed: Obligation, terms: Terms, evidence: Mapping[str, Dated], upto: date
) -> Sequence[Evidence]:
    """What was attempted of an obligation up to a day, in order of day. The fail that asks for a
    remediation is no try at it."""
    some: Sequence[Evidence] = ()
    for name in terms.exercises:
        if name in evidence:
            more = evidence[name].between(owed.opens, upto)
            if not evidence[name].judged:
                more = [each for each in more if is_try(each.tells.attempt, terms.policy)]
            some = sorted((*some, *more), key=lambda each: each.day) if some else more
    if owed.reason == REMEDIATION:
        return [each for each in some if each.day > owed.anchor or came(each, terms) == PASS]
    return some


def is_try(attempt: Attempt, policy: Policy) -> bool:
    """Whether something is a try at what is asked for: to have gone through an exercise is none,
    unless that is what is asked."""
    return attempt.kind != COMPLETION or policy.completion


def _excused(owed: Obligation, ruled: Ruled, tries: int, as_of: date) -> Verdict:
    return Verdict(EXCUSED, min(owed.due, as_of), None, tries, f"{ruled.why} ({ruled.by})")


def _behind(day: date, ended: date | None) -> bool:
    return ended is not None and day > ended


def _weak(evidence: Evidence) -> str:
    attempt = evidence.tells.attempt
    weak = "" if evidence.accepted else "weak: "
    if attempt.kind == WAIVER:
        return f"{weak}{waived(attempt)}"
    return f"{weak}set by {attempt.by}" if attempt.by and weak else ""


def waived(attempt: Attempt) -> str:
    """That an LMS asks for something no more, and its reason."""
    return f"waived in the LMS ({attempt.reason or NO_REASON})"


def unproven(attempt: Attempt) -> str:
    """Why what counts by itself isn't what the programme's rule asks for."""
    return f"{waived(attempt)}: {WAIVER_NOTE}" if attempt.kind == WAIVER else UNPROVEN_NOTE


def _open(owed: Obligation, terms: Terms, some: Sequence[Evidence], as_of: date) -> Verdict:
    enough = terms.policy.completion
    claims = [
        each
        for each in some
        if (each.claims or (enough and each.tells.attempt.complete))
        and came(each, terms) == UNPROVEN
    ]
    if claims:
        note = claims[0].against or unproven(claims[0].tells.attempt)
        return Verdict(UNVERIFIED, None, claims[0], len(some), note)
    tried = [each for each in some if each.counts]
    if tried:
        note = "passed, but not by the programme's rule" if tried[-1].passed else ""
        return Verdict(FAILED, None, tried[-1], len(some), note)
    return Verdict(PENDING if as_of <= owed.due else OVERDUE, None, None, len(some))


def came(evidence: Evidence, terms: Terms) -> str:
    """What evidence comes to by the programme's rule: PASS, FAIL, or UNPROVEN where it doesn't
    count, or doesn't tell what the rule asks for."""
    attempt, policy = evidence.tells.attempt, terms.policy
    if not evidence.counts or not is_try(attempt, policy):
        return UNPROVEN
    if attempt.kind == WAIVER:
        return PASS if policy.waivers or evidence.accepted else UNPROVEN
    if not (evidence.passed or (policy.completion and attempt.complete)):
        return FAIL
    version = evidence.tells.version
    if version and policy.asks_for_version:  # an export doesn't say which
        known = terms.newest.get(evidence.tells.exercise, ())
        newest = [name for day, name in known if day <= evidence.day]
        if not policy.takes(version, newest[-1] if newest else version):
            return UNPROVEN
    if policy.score is None:
        return PASS
    if attempt.score is None:
        return UNPROVEN
    return PASS if attempt.score >= policy.score else FAIL
