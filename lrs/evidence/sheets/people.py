"""Sheets of people: everybody with access, who began in the period, and who is from outside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from lrs.days import Interval
from lrs.evidence.material import Material
from lrs.evidence.piece import EARLIER, NOTHING, Piece, Whose, Window, last_of, worst
from lrs.evidence.sheets.making import (
    Cells,
    Form,
    Streamed,
    day,
    days_of,
    listed,
    log,
    number,
    text,
    yes,
)
from lrs.intervals import common, merged
from lrs.people.timeline import on
from lrs.programme.calendars import PAUSED
from lrs.register.columns import Cell
from lrs.register.rows import Row, held
from lrs.register.verdicts import EXCUSED, FAILED, LATE, MET, OPEN, OVERDUE, PENDING, UNVERIFIED

_PERSON = text("person", "Person", 10, "HR id; of several that were merged, the surviving.")
_NAME = text("name", "Name", 20, "As of the last day of access in the period.")
_WINDOW = number("window", "Access window", "Which of the person's; 2 is a rehire.")
_ACCESS_FROM = day("access_from", "Access from", "First day of that window.")
_ACCESS_TO = day("access_to", "Access to", "Its last day; empty while it is open.")


# Everybody.


def _population_rows(piece: Piece, material: Material) -> Iterator[Cells]:
    for whose in piece.people:
        for window in whose.windows:
            yield _of_window(whose, window)


def _of_window(whose: Whose, window: Window) -> Cells:
    person, last = whose.person, last_of(window.days)
    name, kind, roles, manager = held(person, last)
    away = common(merged(person.leave), [window.days])
    return (
        person.id,
        listed(person.ids[1:]),
        name or None,
        kind or None,
        roles or None,
        manager or None,
        listed(on(person.units, last)),
        window.number,
        window.whole.first,
        window.whole.last,
        window.days.first,
        last,
        _length(window.days),
        yes(window.joined),
        yes(window.left),
        sum(map(_length, away)),
        ", ".join(map(str, person.sources)),
    )


def _length(days: Interval) -> int:
    return (last_of(days) - days.first).days + 1


POPULATION = Streamed(
    Form(
        "population",
        "Population: everyone with access",
        (
            _PERSON,
            text("other_ids", "Other HR ids", 14, "That mean the same person."),
            _NAME,
            text("kind", "Kind", 11, "Employee, contractor, intern or vendor, on that day."),
            text("roles", "Roles", 18, "That HR gave, on that day."),
            text("manager", "Manager", 10, "HR id, on that day."),
            text("unit", "Unit", 16, "Of the organisation, on that day."),
            _WINDOW,
            _ACCESS_FROM,
            _ACCESS_TO,
            day("from", "In the period from", "First day of access in the period."),
            day("to", "In the period to", "Last such day."),
            number("days", "Days", "Of access in the period."),
            text("joined", "Joined", 8, "Whether the window began in the period."),
            text("left", "Left", 8, "Whether it ended in the period."),
            number("leave_days", "Days of leave", "Of these days; leave stops the clock."),
            text("records", "Records", 14, "Numbers in the log of the rosters that tell of them."),
        ),
        lambda material: (
            f"Every person of every roster in {log(material)}: whoever has a window of access on "
            f"any day of {days_of(material)}. Nobody is chosen or left out by what they completed."
        ),
        "One row for each person and window of access. Windows come from HR's rosters, a newer "
        "roster correcting an older one; rulings and HR's own notes merge ids. The sheet "
        "completeness names each roster.",
        ("CC1.4", "CC2.3"),
        design=True,
    ),
    _population_rows,
)


# Who joined.


def _joiner_rows(piece: Piece, material: Material) -> Iterator[Cells]:
    as_of = piece.answer.question.as_of
    for whose in piece.people:
        for window in whose.windows:
            if window.joined:
                yield _joiner(whose, window, as_of)


def _joiner(whose: Whose, window: Window, as_of: date) -> Cells:
    person, rows = whose.person, window.onboarding
    name, kind, roles, _ = held(person, window.whole.first)
    return (
        person.id,
        name or None,
        kind or None,
        roles or None,
        window.number,
        window.whole.first,
        window.whole.last,
        len(rows),
        max((day for row in rows if (day := _due(row))), default=None),
        worst(rows),
        _completed(rows),
        max((days for row in rows if (days := _late(row, as_of))), default=None),
        listed(row.obligation.exercise for row in rows if row.obligation),
        listed(row.id for row in rows),
    )


def _due(row: Row) -> date | None:
    due = row.obligation.due if row.obligation else PAUSED
    return None if due == PAUSED else due


def _completed(rows: Sequence[Row]) -> date | None:
    """The day on which the last of them was passed, if all were."""
    days = [r.verdict.closed for r in rows if r.verdict and r.verdict.name in (MET, LATE)]
    done = [each for each in days if each]
    return max(done, default=None) if len(done) == len(rows) else None


def _late(row: Row, as_of: date) -> int | None:
    """Days after due, to the pass or to the day asked about."""
    due, came = _due(row), row.verdict
    if due is None or came is None:
        return None
    until = came.closed if came.name == LATE else as_of if came.name in OPEN else None
    return (until - due).days if until and until > due else None


JOINERS = Streamed(
    Form(
        "joiners",
        "Joiners and their onboarding",
        (
            _PERSON,
            text("name", "Name", 20, "On the first day of access."),
            text("kind", "Kind", 11, "Employee, contractor, intern or vendor, on that day."),
            text("roles", "Roles", 18, "That HR gave, on that day."),
            _WINDOW,
            _ACCESS_FROM,
            _ACCESS_TO,
            number("owed", "Owed", "Obligations for the beginning of the window."),
            day("due", "Due", "The last of their due days."),
            text("result", "Result", 14, "The worst of their verdicts, or that nothing is owed."),
            day("completed", "Completed", "The last of their passes, if all were passed."),
            number(
                "days_late", "Days late", "The most of any: to the pass or the day asked about."
            ),
            text("exercises", "Exercises", 28, "That are owed."),
            text("rows", "Rows", 44, "The register's rows of them."),
        ),
        lambda material: (
            "Every row of the sheet population whose window of access began on a day of "
            f"{days_of(material)}, the last day as well."
        ),
        "A rehire is a joiner again. The result is the worst verdict on all that is owed because "
        "access began: overdue, failed, unverified, late, pending, excused, met, in this order.",
        ("CC1.4", "CC2.2"),
    ),
    _joiner_rows,
)


# Who is from outside.


def _external_rows(piece: Piece, material: Material) -> Iterator[Cells]:
    for whose in piece.people:
        for window in whose.windows:
            if window.external:
                yield _external(whose, window)


def _external(whose: Whose, window: Window) -> Cells:
    person = whose.person
    name, _, roles, manager = held(person, last_of(window.days))
    first: Cell = worst(window.onboarding)
    if first == NOTHING and not window.joined:
        first = EARLIER
    verdicts = [row.verdict.name for row in window.rows if row.verdict]
    return (
        person.id,
        name or None,
        window.external,
        roles or None,
        manager or None,
        window.number,
        window.whole.first,
        window.whole.last,
        _length(window.days),
        first,
        worst(window.rows),
        len(verdicts),
        verdicts.count(MET),
        verdicts.count(LATE),
        sum(map(verdicts.count, (OVERDUE, FAILED, UNVERIFIED))),
        verdicts.count(PENDING),
        verdicts.count(EXCUSED),
    )


EXTERNAL = Streamed(
    Form(
        "external-parties",
        "External parties: contractors and vendors' staff",
        (
            _PERSON,
            _NAME,
            text("kind", "Kind", 11, "Contractor or vendor, on a day of the window in the period."),
            text("roles", "Roles", 18, "That HR gave, on the last day of access in the period."),
            text("manager", "Sponsor", 10, "HR id of who answers for them here."),
            _WINDOW,
            _ACCESS_FROM,
            _ACCESS_TO,
            number("days", "Days", "Of access in the period."),
            text("baseline", "Baseline", 16, "The worst verdict on what they owe to begin with."),
            text("result", "Result", 14, "The worst verdict on all that they owe."),
            number("owed", "Owed", "Obligations of the window that live in the period."),
            number("met", "Met", "Of these, in time."),
            number("late", "Late", "Met after the due day."),
            number("open", "Open", "Overdue, failed or unverified."),
            number("pending", "Pending", "Not due yet."),
            number("excused", "Excused", "By a ruling, leave, or because access ended first."),
        ),
        lambda material: (
            "Every row of the sheet population in which the person was a contractor or a vendor's "
            f"staff on any day of {days_of(material)}."
        ),
        "Interns are on our payroll and are not listed here. Somebody who became an employee is "
        "listed with the days before. A baseline that was due and closed before the period is "
        "said to be so.",
        ("CC1.1", "CC1.4", "CC2.3"),
    ),
    _external_rows,
)
