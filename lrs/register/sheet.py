"""The register as a sheet: its columns, and the cells of each row, typed and never formatted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple, Protocol

from lrs import timestamps
from lrs.people.identities import Identities
from lrs.people.timeline import on
from lrs.programme.calendars import PAUSED
from lrs.programme.obligations import REMEDIATION, Obligation
from lrs.register.audit_exceptions import ACCEPTED
from lrs.register.columns import COLUMNS, EVIDENCE, EXCEPTION, NAMES, WHO, Cell, Kind
from lrs.register.reconcile import Judged
from lrs.register.rows import NOTHING_OWED, Question, Row, Rulings, held, told
from lrs.register.sittings import Sitting
from lrs.register.verdicts import LATE, MET, OPEN, is_try

NO_VERDICT = "nothing owed"  # in counts, of rows that have none


class Unresolved(Protocol):
    """A name that means nobody."""

    @property
    def name(self) -> str:
        """As identities write it."""

    @property
    def since(self) -> date:
        """The first day on which it was used."""

    @property
    def attempts(self) -> int:
        """How many attempts wait for somebody to say whose they are."""


class Answer(Protocol):
    """The register as far as its sheet needs it; lrs/known.py has it whole."""

    @property
    def question(self) -> Question:
        """What was asked."""

    @property
    def rows(self) -> Sequence[Row]:
        """All rows, in order of person."""

    @property
    def people(self) -> Identities:
        """Everybody, with their names."""

    @property
    def population(self) -> int:
        """How many people are in scope."""

    @property
    def waiting(self) -> Sequence[Unresolved]:
        """The names that mean nobody."""

    @property
    def judged(self) -> Mapping[str, Sequence[Judged]]:
        """All attempts, by person."""

    @property
    def sittings(self) -> Mapping[str, Sequence[Sitting]]:
        """When anybody was at an exercise, by person."""

    @property
    def rulings(self) -> Rulings:
        """What was ruled."""


class Exercise(NamedTuple):
    """What the catalogue says of one: of the newest version, and each version's pass score."""

    title: str
    activity: str  # the IRI by which statements call it
    criteria: tuple[str, ...]
    passes: dict[str, int]


class SourceFile(NamedTuple):
    """A file that was imported."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Sheet:
    """Rows with what it takes to fill their cells."""

    answer: Answer
    rows: Sequence[Row]  # those of the answer that were chosen
    exercises: Mapping[str, Exercise]  # by slug
    files: Mapping[int, SourceFile]  # by the number of their record

    def cells(self) -> Iterator[tuple[Cell, ...]]:
        """Each row's cells, in the order of COLUMNS."""
        return (_cells(self, row) for row in self.rows)


def digest(sheet: Sheet) -> str:
    """SHA-256 of the rows, whatever file they are written to: of a line of JSON for the names of
    the columns, then one for the cells of each row, in UTF-8 and without spaces between."""
    return digested(sheet.cells())


def digested(rows: Iterable[Iterable[Cell]]) -> str:
    """The same of cells that come one row after another."""
    found = sha256(_line(NAMES))
    for cells in rows:
        found.update(_line(plain(cells)))
    return found.hexdigest()


def _line(values: Iterable[object]) -> bytes:
    return f"{_written(list(values))}\n".encode()


_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def plain(cells: Iterable[Cell]) -> list[str | int | float | None]:
    """Cells as JSON has them: days as 2026-03-31, instants as 2026-03-31T08:15:00.000000Z."""
    found: list[Any] = list(cells)
    for at, kind in _WRITTEN:
        if found[at] is not None:
            found[at] = plain_cell(found[at], kind)
    return found


_WRITTEN = [(at, c.kind) for at, c in enumerate(COLUMNS) if c.kind in ("day", "instant")]


def plain_cell(cell: Cell, kind: Kind) -> str | int | float | None:
    """One of them."""
    if isinstance(cell, date):
        return cell.isoformat()
    if kind == "instant" and isinstance(cell, int):
        return timestamps.written(cell)
    return cell


def assigned(row: Row, question: Question) -> date:
    """The day as of which the person of a row is described."""
    if row.obligation:
        return row.obligation.anchor
    return max(row.window.first, question.period.first)


def _cells(sheet: Sheet, row: Row) -> tuple[Cell, ...]:
    owed = row.obligation
    if owed is None:
        nothing: list[Cell] = [None] * (len(COLUMNS) - len(WHO) - 1)
        nothing[NAMES.index("note") - len(WHO)] = NOTHING_OWED
        return (*_who(sheet, row), *nothing, row.id)
    return (
        *_who(sheet, row),
        *_owed(sheet, owed),
        *_came(sheet, row, owed),
        *_evidence(sheet, row, owed),
        *_exception(row),
        row.id,
    )


def _who(sheet: Sheet, row: Row) -> tuple[Cell, ...]:
    person, day = row.person, assigned(row, sheet.answer.question)
    name, kind, roles, manager = held(person, day)
    boss = sheet.answer.people.resolve(f"hr {manager}", day) if manager else None
    boss_name = held(sheet.answer.people.people[boss], day)[0] if boss else None
    window = row.obligation.window + 1 if row.obligation else None
    hired = on(person.hires, day)
    access = (
        *(window, row.window.first, row.window.last),
        date.fromisoformat(hired[-1]) if hired else None,
    )
    who = (name or None, kind or None, roles or None, boss or manager or None)
    return (person.id, *who, boss_name or None, *access)


def _owed(sheet: Sheet, owed: Obligation) -> tuple[Cell, ...]:
    exercise = sheet.exercises.get(slug(owed.exercise))
    reasons = owed.reasons
    return (
        owed.exercise,
        exercise.title if exercise else None,
        ", ".join(exercise.criteria) or None if exercise else None,
        _each(reason.name for reason in reasons),
        _each(reason.bucket for reason in reasons),
        _each(reason.rule for reason in reasons),
        owed.version,
        owed.anchor,
        owed.opens,
        _day(owed.asked),
        _day(owed.due),
    )


@lru_cache(10_000)
def slug(exercise: str) -> str:
    """The scenario that an exercise is, or is a variant of."""
    return exercise.split("/")[0]


def _each(words: Iterable[str]) -> str | None:
    return ", ".join(dict.fromkeys(filter(None, words))) or None


def _day(day: date) -> date | None:
    return None if day == PAUSED else day


def _came(sheet: Sheet, row: Row, owed: Obligation) -> tuple[Cell, ...]:
    came = row.verdict
    assert came is not None
    as_of = sheet.answer.question.as_of
    completed = came.closed if came.name in (MET, LATE) else None
    until = completed or (as_of if came.name in OPEN else owed.due)
    late = (until - owed.due).days if until > owed.due else None
    first = _first_attempt(sheet.answer, owed) if came.tries else None
    launched = next((e.day for e in sat(sheet.answer, owed) if e.began), None)
    return came.name, completed, late, came.note or None, launched, came.tries, first


def sat(answer: Answer, owed: Obligation) -> list[Sitting]:
    """The sittings at what meets an obligation, on the days on which it can be met, in order of
    day."""
    meets = answer.question.programmes[owed.version].met_by(owed.exercise)
    upto = min(owed.last, answer.question.as_of)
    return [
        each
        for each in answer.sittings.get(owed.person, ())
        if each.exercise in meets and owed.opens <= each.day <= upto
    ]


def _first_attempt(answer: Answer, owed: Obligation) -> date | None:
    terms = answer.question.terms(owed.version, owed.exercise)
    upto = min(owed.last, answer.question.as_of)
    days = (
        each.day
        for each in answer.judged.get(owed.person, ())
        if each.exercise in terms.exercises
        and is_try(each.attempt, terms.policy)
        and owed.opens <= each.day <= upto
        and not asks_for(each, owed)
    )
    return min(days, default=None)


def asks_for(judged: Judged, owed: Obligation) -> bool:
    """Whether an attempt is the fail because of which something is owed: no try at it."""
    same_day = owed.reason == REMEDIATION and judged.day == owed.anchor
    return same_day and judged.attempt.told == "failed"


def _evidence(sheet: Sheet, row: Row, owed: Obligation) -> tuple[Cell, ...]:
    found = row.verdict.evidence if row.verdict else None
    what = told(found)
    if found is None or what is None:
        return None, pass_score(sheet, owed, ""), *[None] * (len(EVIDENCE) - 2)
    attempt = found.tells.attempt
    record = attempt.source.seq
    file = sheet.files.get(record)
    return (
        _number(what.score),
        pass_score(sheet, owed, what.version),
        what.version or None,
        what.digest or None,
        what.provenance,
        what.sides,
        what.source,
        found.day,
        what.at if isinstance(what.at, int) else None,
        what.precision,
        what.original or None,
        what.zone or None,
        record,
        file.name if file else None,
        attempt.row or None,
        file.sha256 if file else None,
    )


def _number(score: float | None) -> float | None:
    """A score, written without a fraction that is none."""
    return int(score) if score is not None and score == int(score) else score


def pass_score(sheet: Sheet, owed: Obligation, version: str) -> int | None:
    """The points that a pass needs: the programme's, or else those of the version that was played,
    or of the newest."""
    policy = sheet.answer.question.programmes[owed.version].policy_of(owed.exercise)
    if policy.score is not None:
        return policy.score
    exercise = sheet.exercises.get(slug(owed.exercise))
    if exercise is None:
        return None
    return exercise.passes.get(version or next(reversed(exercise.passes), ""))


def _exception(row: Row) -> tuple[Cell, ...]:
    found, days = row.exception, row.uncovered
    uncovered = (days.first, days.last, days.days) if days else (None, None, None)
    if found is None:
        return *[None] * (len(EXCEPTION) - 3), *uncovered
    ruled = found.accepted if found.state == ACCEPTED else None
    accepted = (ruled.by, ruled.why, ruled.day) if ruled else (None, None, None)
    return found.state, found.opened, found.escalated, found.remediated, *accepted, *uncovered


def roles_of(row: Row, question: Question) -> tuple[str, ...]:
    """The roles that a row's person had on the day of assignment."""
    return on(row.person.roles, assigned(row, question))
