"""Obligations that were not met in time: since when, what was done, and which days it left open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from lrs.programme.obligations import Obligation
from lrs.programme.programme import Step
from lrs.programme.subject import Interval
from lrs.register.verdicts import EXCUSED, LATE, MET, Ruled, Verdict

OPEN, REMEDIATED, ACCEPTED = "open", "remediated", "accepted"
_DAY = timedelta(days=1)


class AuditException(NamedTuple):
    """One finding, with the days that led to where it stands."""

    state: str
    opened: date
    escalated: date | None
    remediated: date | None
    accepted: Ruled | None


def audit_exception(
    owed: Obligation,
    verdict: Verdict,
    steps: Sequence[Step],
    accepted: Ruled | None,
    as_of: date,
) -> AuditException | None:
    """The exception of an obligation as of a day; None where it was met, excused, or isn't due."""
    if verdict.name in (MET, EXCUSED) or as_of <= owed.due:
        return None
    last = verdict.closed if verdict.name == LATE and verdict.closed else as_of
    behind = [owed.due + timedelta(step.days) for step in steps if step.days > 0] if steps else ()
    escalated = min([day for day in behind if day <= last], default=None)
    state = ACCEPTED if accepted else OPEN
    if verdict.name == LATE:
        state = REMEDIATED
    remediated = verdict.closed if verdict.name == LATE else None
    return AuditException(state, owed.due + _DAY, escalated, remediated, accepted)


class Uncovered(NamedTuple):
    """The days of access on which an obligation was open past its due day: the first and last, and
    how many there are."""

    first: date
    last: date
    days: int


def uncovered(
    owed: Obligation, verdict: Verdict, windows: Sequence[Interval], period: Interval, as_of: date
) -> Uncovered | None:
    """The days of the period that an obligation with an exception left uncovered; None where there
    is none."""
    first = max(owed.due + _DAY, period.first)
    last = verdict.closed - _DAY if verdict.closed else as_of
    last = min(last, period.last or last)
    spans = []
    for window in windows:
        begin, end = max(first, window.first), min(last, window.last or last)
        if begin <= end:
            spans.append((begin, end))
    if not spans:
        return None
    days = sum([(end - begin).days + 1 for begin, end in spans])
    return Uncovered(spans[0][0], spans[-1][1], days)
