"""One person's attempts at one exercise, as each side tells of them: what agrees, what differs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from lrs.register.completions import COMPLETION, MANUAL, WAIVER, Attempt, Source
from lrs.register.replay import FLAWS

REJECTED = "rejected by a ruling"
AGREE, LMS_ONLY, STATEMENT_ONLY, BY_HAND = "agree", "lms only", "statement only", "by hand"
_NEAR = 1  # days between a play and what an LMS makes of it
_CLOSE = 1  # points of 100 that two systems may round apart
_MINUTE = 60_000_000  # microseconds


class Judged(NamedTuple):
    """An attempt with what is known of it beside: the exercise, the day in the programme's zone,
    the scenario's version where it is told, and what its replay found (GOOD of an export)."""

    attempt: Attempt
    exercise: str
    day: date
    version: str
    flaw: str


class Evidence(NamedTuple):
    """What was once attempted, by all who tell of it. `against` says why it doesn't count; empty
    where it does. `tells` is the attempt that decides."""

    day: date
    passed: bool  # as it says itself
    tells: Judged
    others: tuple[Judged, ...]
    sides: str  # AGREE, LMS_ONLY, STATEMENT_ONLY, BY_HAND, or "differ: ..."
    against: str
    accepted: bool  # a ruling made it count
    counts: bool

    @property
    def claims(self) -> bool:
        """Whether any side says that it was passed."""
        return self.passed or any(each.attempt.passed for each in self.others)


class Decided(NamedTuple):
    """What rulings say of attempts, as `called` calls them."""

    accepted: Collection[str]
    rejected: Collection[str]


def called(attempt: Attempt) -> str:
    """How a ruling calls an attempt: "statement UUID", or "row 17.3|phishing" for what the third
    line of the file of the import that is record 17 says of an exercise."""
    if attempt.statement:
        return f"statement {attempt.statement}"
    return f"row {attempt.source.seq}.{attempt.row}|{attempt.activity}"


def evidence(judged: Sequence[Judged], decided: Decided) -> list[Evidence]:
    """What the attempts of one person come to, in order of day; the order given plays no part."""
    found = [each for some in by_exercise(judged, decided).values() for each in some]
    return sorted(found, key=_tells)


def by_exercise(judged: Sequence[Judged], decided: Decided) -> dict[str, list[Evidence]]:
    """The same, the evidence of each exercise apart."""
    tried: dict[str, list[Judged]] = {}
    for each in judged:
        tried.setdefault(each.exercise, []).append(each)
    return {exercise: _paired(some, decided) for exercise, some in tried.items()}


def _order(judged: Judged) -> tuple[date, str, Source]:
    return judged.day, str(judged.attempt.at), judged.attempt.source


def _tells(found: Evidence) -> tuple[date, str, Source]:
    return _order(found.tells)


def _paired(some: list[Judged], decided: Decided) -> list[Evidence]:
    """The attempts at one exercise, in order of day: each row of an LMS, with those that tell of
    the same again, and with the statement nearest to it. What says no more than that it was gone
    through has no result that could be compared: it stands alone."""
    some.sort(key=_order)
    played: list[Judged] = []
    told: list[Judged] = []
    alone: list[list[Judged]] = []
    for each in some:
        if each.attempt.kind == COMPLETION:
            alone.append([each])
        else:
            (played if each.attempt.statement else told).append(each)
    if len(played) == len(some):
        return [_both(each, (), decided) for each in played]
    partners: dict[Source, list[Judged]] = {}
    for rows in _once(told, decided):
        row = rows[0]
        near = [each for each in played if _is_near(row, each)]
        if near:
            partner = min(near, key=lambda each: _distance(row, each))
            partners.setdefault(partner.attempt.source, []).extend(rows)
        else:
            alone.append(rows)
    both = [_both(each, partners.get(each.attempt.source, ()), decided) for each in played]
    return sorted([*both, *(_both(one, rest, decided) for one, *rest in alone)], key=_tells)


def _once(told: Sequence[Judged], decided: Decided) -> list[list[Judged]]:
    """The rows of LMSs, those together that tell of one attempt in several files: first the one
    that says most. What has no date goes with the last attempt that explains it, unless a ruling
    is about it: that one speaks of no other."""
    if len(told) < 2:
        return [[each] for each in told]
    found: list[list[Judged]] = []
    for row in sorted(told, key=_says):
        there = next((rows for rows in found if all(_is_same(each, row) for each in rows)), None)
        if not row.attempt.dated and not _is_ruled(row, decided):
            known = [rows for rows in found if _is_explained(row, rows)]
            there = max(known, key=lambda rows: rows[0].day, default=there)
        if there is None:
            found.append([row])
        else:
            there.append(row)
    return found


def _says(row: Judged) -> tuple[bool, bool, int, tuple[date, str, Source]]:
    """Rows that say more come before those that say less, and whatever has a date before what has
    none."""
    exact = ("second", "minute", "day").index(row.attempt.precision)
    return not row.attempt.dated, row.attempt.score is None, exact, _order(row)


def _is_same(said: Judged, row: Judged) -> bool:
    """Whether two rows of an LMS may tell of one attempt: the same result, by the same hand, on
    the same day, and nothing that differs. Two rows of one file are two attempts: whoever wrote it
    had both before them."""
    one, other = said.attempt, row.attempt
    if not _is_alike(one, other) or one.dated != other.dated or said.day != row.day:
        return False
    if _differ(one.number, other.number) or _differ(one.score, other.score):
        return False
    if isinstance(one.at, str) or isinstance(other.at, str):
        return True
    unit = _MINUTE if "minute" in (one.precision, other.precision) else 1
    return one.at // unit == other.at // unit


def _is_alike(one: Attempt, other: Attempt) -> bool:
    """Whether two files of an LMS tell of the same result by the same hand."""
    told = (one.lms, one.passed, one.by) == (other.lms, other.passed, other.by)
    return told and one.source.seq != other.source.seq


def _is_explained(row: Judged, rows: Sequence[Judged]) -> bool:
    """Whether one of the rows of an attempt explains another, and none is of that one's file."""
    apart = all(each.attempt.source.seq != row.attempt.source.seq for each in rows)
    return apart and any(explains(each, row) for each in rows)


def explains(said: Judged, row: Judged) -> bool:
    """Whether a row without a date says nothing but what another one says with a date: the same
    result in the same course, by then, and the same score and number, as far as it has them. Then
    it tells of how things stood, and not of another attempt."""
    one, other = said.attempt, row.attempt
    if other.dated or not one.dated or said.day > row.day:
        return False
    if not _is_alike(one, other) or one.course != other.course:
        return False
    return other.number in (None, one.number) and other.score in (None, one.score)


def _is_ruled(row: Judged, decided: Decided) -> bool:
    name = called(row.attempt)
    return name in decided.accepted or name in decided.rejected


def _differ(one: float | None, other: float | None) -> bool:
    return None not in (one, other) and one != other


def _is_near(row: Judged, played: Judged) -> bool:
    apart = abs((row.day - played.day).days)
    return apart == 0 or (apart <= _NEAR and row.attempt.passed == played.attempt.passed)


def _distance(row: Judged, played: Judged) -> tuple[bool, bool, float, int, Source]:
    """How far a statement is from a row: another verdict is farther than a waiver, that farther
    than another score, that farther than another day."""
    scores = (row.attempt.score, played.attempt.score)
    apart = abs(scores[0] - scores[1]) if None not in scores else 0.0  # type: ignore[operator]  # neither is None
    days = abs((row.day - played.day).days)
    other = row.attempt.passed != played.attempt.passed
    return other, played.attempt.kind == WAIVER, apart, days, played.attempt.source


def _both(one: Judged, rows: Sequence[Judged], decided: Decided) -> Evidence:
    sides = _sides(one, rows)
    against = FLAWS[one.flaw] if one.flaw else ""
    if not against and sides.startswith("differ"):
        against = f"the LMS and the statement {sides}"
    others, accepted = tuple(rows), False
    if decided.accepted or decided.rejected:
        everyone = (one, *rows)
        named = [each for each in everyone if called(each.attempt) in decided.accepted]
        if named:
            one, against, accepted = named[0], "", True
            others = tuple(each for each in everyone if each is not one)
        elif any(called(each.attempt) in decided.rejected for each in everyone):
            against = REJECTED
    return Evidence(one.day, one.attempt.passed, one, others, sides, against, accepted, not against)


def _sides(one: Judged, rows: Sequence[Judged]) -> str:
    if not one.attempt.statement:
        return BY_HAND if one.attempt.provenance == MANUAL else LMS_ONLY
    if not rows:
        return STATEMENT_ONLY
    found = dict.fromkeys(filter(None, (_difference(one.attempt, each.attempt) for each in rows)))
    return f"differ: {'; '.join(found)}" if found else AGREE


def _difference(played: Attempt, row: Attempt) -> str:
    if played.passed != row.passed:
        return f"{row.told} in the LMS, {played.told} in the statement"
    if row.score is None or played.score is None or abs(row.score - played.score) <= _CLOSE:
        return ""
    return f"{row.score:g} in the LMS, {played.score:g} in the statement"
