"""A piece of the register on its way into the pack: some people, with windows and evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from lrs.days import Interval
from lrs.intervals import common, merged
from lrs.people.timeline import Person
from lrs.programme.obligations import ONBOARDING
from lrs.register.columns import Cell
from lrs.register.reconcile import Evidence, evidence
from lrs.register.rows import Row, held
from lrs.register.sheet import Answer, Exercise, Sheet, SourceFile
from lrs.register.verdicts import (
    EXCUSED,
    FAILED,
    LATE,
    MET,
    OVERDUE,
    PENDING,
    UNVERIFIED,
)

EXTERNAL = ("contractor", "vendor")  # whom somebody else pays
NOTHING = "nothing owed"
EARLIER = "before the period"
_WORST = (OVERDUE, FAILED, UNVERIFIED, LATE, PENDING, EXCUSED, MET)


class Window(NamedTuple):
    """A window of access that touches the period: `days` are those of it that lie in it, and
    `rows` what is owed because of it."""

    person: Person
    number: int  # from 1, among all the person's
    whole: Interval
    days: Interval
    rows: tuple[Row, ...]

    @property
    def joined(self) -> bool:
        """Whether it began in the period."""
        return self.whole.first == self.days.first

    @property
    def left(self) -> bool:
        """Whether it ended in the period."""
        return self.whole.last is not None and self.whole.last == self.days.last

    @property
    def onboarding(self) -> tuple[Row, ...]:
        """What is owed because of its beginning."""
        return tuple(each for each in self.rows if _is_onboarding(each))

    @property
    def kind(self) -> str:
        """What the person was on the last of its days."""
        return held(self.person, last_of(self.days))[1]

    @property
    def external(self) -> str:
        """The kind that made somebody an outside party on one of its days, or nothing."""
        kinds = [
            kind for kind, days in self.person.kinds if kind in EXTERNAL and days.meets(self.days)
        ]
        return kinds[-1] if kinds else ""


class Whose(NamedTuple):
    """One person's part of a piece: their windows that touch the days asked about, all their rows,
    and what was attempted on these days by all who tell of it."""

    person: Person
    windows: tuple[Window, ...]
    rows: tuple[Row, ...]
    evidence: tuple[Evidence, ...]

    @property
    def last(self) -> date:
        """Their last day of access among those asked about: what they are called and are is said
        as of it."""
        return last_of(self.windows[-1].days)


@dataclass(frozen=True)
class Piece:
    """All rows of some people, of a register that is too large to be in memory whole. The rest of
    the answer is the same in each piece. What it takes to fill cells comes from the material."""

    answer: Answer
    exercises: Mapping[str, Exercise]
    files: Mapping[int, SourceFile]

    @property
    def scope(self) -> Interval | None:
        """The days asked about: those of the period, up to the day of the verdicts."""
        return self.answer.question.scope

    @cached_property
    def cells(self) -> tuple[tuple[Cell, ...], ...]:
        """The register's cells of its rows, in the order of lrs.register.sheet.COLUMNS."""
        rows = self.answer.rows
        return tuple(Sheet(self.answer, rows, self.exercises, self.files).cells())

    @cached_property
    def people(self) -> tuple[Whose, ...]:
        """The people of its rows, in their order."""
        return tuple(_people(self.answer, self.scope)) if self.scope else ()


def _people(answer: Answer, scope: Interval) -> Iterator[Whose]:
    for id, some in groupby(answer.rows, key=_id):
        rows = tuple(some)
        person = rows[0].person
        judged = [e for e in answer.judged.get(id, ()) if e.day <= answer.question.as_of]
        told = evidence(judged, answer.rulings.decided) if judged else ()
        there = tuple(each for each in told if scope.holds(each.day))
        yield Whose(person, tuple(_windows(person, rows, scope)), rows, there)


def _id(row: Row) -> str:
    return row.person.id


def _windows(person: Person, rows: Sequence[Row], scope: Interval) -> Iterator[Window]:
    for number, whole in enumerate(merged(person.windows)):
        if whole.meets(scope):
            owed = tuple(r for r in rows if r.obligation and r.obligation.window == number)
            yield Window(person, number + 1, whole, common([whole], [scope])[0], owed)


def _is_onboarding(row: Row) -> bool:
    return row.obligation is not None and any(
        reason.name == ONBOARDING for reason in row.obligation.reasons
    )


def worst(rows: Iterable[Row]) -> str:
    """The verdict that says most against what is owed, or that nothing is."""
    found = {row.verdict.name for row in rows if row.verdict}
    return next((name for name in _WORST if name in found), NOTHING)


def last_of(days: Interval) -> date:
    """The last of days that have one."""
    assert days.last is not None
    return days.last
