"""The register as a sheet: its columns, and the cells of each row, typed and never formatted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any, Literal, NamedTuple, Protocol

from lrs import timestamps
from lrs.people.identities import Identities
from lrs.people.timeline import on
from lrs.programme.calendars import PAUSED
from lrs.programme.obligations import REMEDIATION, Obligation
from lrs.register.audit_exceptions import ACCEPTED
from lrs.register.reconcile import Judged
from lrs.register.rows import NOTHING_OWED, Question, Row, Rulings, held, told
from lrs.register.verdicts import LATE, MET, OPEN

Kind = Literal["text", "day", "instant", "number"]
Cell = str | int | float | date | None  # of an instant: microseconds in UTC


class Column(NamedTuple):
    """`name` is for programs, `title` for people; `width` in characters, for workbooks."""

    name: str
    title: str
    kind: Kind
    width: int
    means: str


WHO = (
    Column("person", "Person", "text", 10, "HR id; of several that were merged, the surviving."),
    Column("name", "Name", "text", 20, "As of the day of assignment, as are the next four."),
    Column("kind", "Kind", "text", 11, "Employee, contractor, intern or vendor."),
    Column("roles", "Roles", "text", 18, "The roles that HR gave."),
    Column("manager", "Manager", "text", 10, "HR id."),
    Column("manager_name", "Manager's name", "text", 20, "Where it is known."),
    Column("window", "Access window", "number", 9, "Which of the person's; 2 is a rehire."),
    Column("access_from", "Access from", "day", 12, "First day of that window."),
    Column("access_to", "Access to", "day", 12, "Its last day; empty while it is open."),
)
OWED = (
    Column("exercise", "Exercise", "text", 22, "By its slug; behind a / the variant."),
    Column("title", "Title", "text", 24, "Of the newest version in the catalogue."),
    Column("criteria", "Criteria", "text", 20, "That its objectives name."),
    Column("reason", "Reason", "text", 14, "Why it is owed; several if it is for several."),
    Column("bucket", "Bucket", "text", 14, "For whose curriculum."),
    Column("rule", "Rule", "text", 34, "Its path in the programme."),
    Column("programme", "Programme", "number", 11, "Version: that in force on the day."),
    Column("assigned", "Assigned", "day", 12, "The day it comes from."),
    Column("opens", "Opens", "day", 12, "A completion from this day on counts."),
    Column("announced", "Announced due", "day", 12, "The due day that the person is told."),
    Column("due", "Due", "day", 12, "With grace and leave; empty while on leave without an end."),
)
CAME = (
    Column("verdict", "Verdict", "text", 11, "As of the day asked about."),
    Column("completed", "Completed", "day", 12, "The day of the pass that met it, late or not."),
    Column(
        "days_late", "Days late", "number", 8, "Behind due, to the pass or the day asked about."
    ),
    Column("note", "Note", "text", 30, "What else there is to say of the verdict."),
    Column("attempts", "Attempts", "number", 9, "Judged ones, from the day it opens on."),
    Column("first_attempt", "First attempt", "day", 12, "Day of the first of them."),
)
EVIDENCE = (
    Column("score", "Score", "number", 7, "Points of 100 of the attempt that decided."),
    Column("pass_score", "Pass score", "number", 7, "The programme's, or else the scenario's."),
    Column("version", "Version", "text", 9, "Of the scenario; LMSs' exports tell none."),
    Column("digest", "Digest", "text", 16, "Of the scenario as it was played."),
    Column("provenance", "Provenance", "text", 14, "Statement, LMS export, or manual: weak."),
    Column("sides", "Sides", "text", 16, "Whether the LMS and the statement agree."),
    Column("evidence", "Evidence", "text", 24, "What rulings and traces call the attempt."),
    Column("attempt_day", "Attempt", "day", 12, "Its day, in the programme's zone."),
    Column("attempt_at", "Attempt (UTC)", "instant", 20, "Its instant, where one was told."),
    Column("precision", "Precision", "text", 10, "How exactly it was told: second, minute, day."),
    Column("original", "As written", "text", 24, "The date as the source has it, to the letter."),
    Column("original_zone", "Zone", "text", 15, "In which that was read."),
    Column("record", "Record", "number", 9, "Its number in the log of all that was received."),
    Column("source_file", "File", "text", 24, "From which it was imported."),
    Column("source_row", "Row of file", "number", 8, "Where it stands there."),
    Column("source_sha256", "SHA-256 of file", "text", 16, "So that the file can be told again."),
)
EXCEPTION = (
    Column(
        "exception", "Exception", "text", 11, "Open, remediated or accepted; called by the row."
    ),
    Column("exception_opened", "Opened", "day", 12, "The day behind due."),
    Column("escalated", "Escalated", "day", 12, "First step behind due that it reached open."),
    Column("remediated", "Remediated", "day", 12, "The day of the pass."),
    Column("accepted_by", "Accepted by", "text", 14, "Who ruled so."),
    Column("accepted_why", "Accepted because", "text", 30, "Their reason."),
    Column("accepted_on", "Accepted", "day", 12, "The day on which they did."),
    Column(
        "uncovered_from", "Uncovered from", "day", 12, "First day of access in the period on it."
    ),
    Column("uncovered_to", "Uncovered to", "day", 12, "Last such day."),
    Column("uncovered_days", "Uncovered days", "number", 9, "How many."),
)
ROW = Column("row", "Row", "text", 44, "What the row, and its exception, is called for ever.")
COLUMNS = (*WHO, *OWED, *CAME, *EVIDENCE, *EXCEPTION, ROW)
NAMES = tuple(each.name for each in COLUMNS)
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
    access = (window, row.window.first, row.window.last)
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
    return came.name, completed, late, came.note or None, came.tries, first


def _first_attempt(answer: Answer, owed: Obligation) -> date | None:
    meets = answer.question.programmes[owed.version].met_by(owed.exercise)
    days = (
        each.day
        for each in answer.judged.get(owed.person, ())
        if each.exercise in meets
        and owed.opens <= each.day <= answer.question.as_of
        and not asks_for(each, owed)
    )
    return min(days, default=None)


def asks_for(judged: Judged, owed: Obligation) -> bool:
    """Whether an attempt is the fail because of which something is owed: no try at it."""
    same_day = owed.reason == REMEDIATION and judged.day == owed.anchor
    return same_day and not judged.attempt.passed


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
