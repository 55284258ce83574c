"""The register in figures: verdicts by bucket, kind, reason and exercise, ages, exceptions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from lrs.intervals import merged
from lrs.people.timeline import Person
from lrs.programme.obligations import REMEDIATION
from lrs.register.completions import WEAK
from lrs.register.rows import Question, Row, held
from lrs.register.sheet import assigned
from lrs.register.verdicts import FAILED, LATE, MET, OVERDUE, UNVERIFIED, VERDICTS

Number = int | float | None
NO_BUCKET = "after a fail"  # what is owed because of a fail is no bucket's
NOT_TOLD = "not told"
AGED = (OVERDUE, FAILED, UNVERIFIED, LATE)
BANDS = ("not due yet", "1 to 7 days", "8 to 30 days", "31 to 90 days", "over 90 days")
BY = ("bucket", "kind", "reason", "exercise")


class Figures(NamedTuple):
    """`single` are figures by name (TITLES has what they are called). `tables` are counts: by what,
    of which, of what: tables["bucket"]["finance"]["late"]; under "age", of each of AGED how many
    lie so far behind their due day."""

    single: Mapping[str, Number]
    tables: Mapping[str, Mapping[str, Mapping[str, int]]]


TITLES = {
    "population": "People with access",
    "joiners": "People who joined",
    "leavers": "People who left",
    "nothing_owed": "People who owed nothing",
    "obligations": "Obligations",
    **{each: f"Obligations: {each}" for each in VERDICTS},
    "late_days_median": "Late by days, the median",
    "late_days_most": "Late by days, the most",
    "open_days_most": "Open behind due by days, the most",
    "remediations": "Obligations after a fail",
    "remediation_days_median": "From fail to pass in days, the median",
    "remediation_days_most": "From fail to pass in days, the most",
    "exceptions_open": "Exceptions that are open",
    "exceptions_remediated": "Exceptions that were remediated",
    "exceptions_accepted": "Exceptions that were accepted",
    "exceptions_escalated": "Exceptions that were escalated",
    "uncovered_days": "Uncovered days, each obligation's counted",
    "uncovered_people": "People with uncovered days",
    "weak": "Met or late on evidence set by hand, or waived",
    "unresolved_names": "Names that mean nobody",
    "unresolved_attempts": "Attempts under such names",
}


@dataclass
class Counting:
    """Counts rows that come in pieces; all rows of a person are in one piece, one behind another.
    What it keeps doesn't grow with people."""

    single: Counter[str] = field(default_factory=Counter)
    tables: dict[str, dict[str, Counter[str]]] = field(
        default_factory=lambda: {name: {} for name in (*BY, "age")}
    )
    late: Counter[int] = field(default_factory=Counter)  # days behind due
    remediated: Counter[int] = field(default_factory=Counter)  # days from a fail to the pass
    oldest: int = 0

    def add(self, question: Question, rows: Iterable[Row]) -> None:
        """Count a piece of the answer to a question."""
        for _, some in groupby(rows, key=lambda row: row.person.id):
            theirs = list(some)
            self._person(question, theirs[0].person)
            for row in theirs:
                self._row(question, row)
            self.single["uncovered_people"] += any(row.uncovered for row in theirs)

    def figures(self, waiting: Sequence[int]) -> Figures:
        """What it comes to. `waiting` are the attempts under each name that means nobody."""
        single: dict[str, Number] = {name: self.single[name] for name in TITLES}
        for name, days in (("late", self.late), ("remediation", self.remediated)):
            single[f"{name}_days_median"] = median(days)
            single[f"{name}_days_most"] = max(days, default=None)
        single["open_days_most"] = self.oldest or None
        single |= {"unresolved_names": len(waiting), "unresolved_attempts": sum(waiting)}
        for name in AGED:
            self.tables["age"].setdefault(name, Counter())
        return Figures(single, {by: _plain(by, of) for by, of in self.tables.items()})

    def _person(self, question: Question, person: Person) -> None:
        days = question.scope
        assert days is not None and days.last is not None  # else nobody has rows
        windows = merged(person.windows)
        self.single["population"] += 1
        self.single["joiners"] += any(days.holds(each.first) for each in windows)
        self.single["leavers"] += any(each.last and days.holds(each.last) for each in windows)

    def _row(self, question: Question, row: Row) -> None:
        owed, came = row.obligation, row.verdict
        if owed is None or came is None:
            self.single["nothing_owed"] += 1
            return
        kind = held(row.person, assigned(row, question))[1] or NOT_TOLD
        told = (owed.bucket or NO_BUCKET, kind, owed.reason, owed.exercise)
        for by, of in zip(BY, told, strict=True):
            self.tables[by].setdefault(of, Counter())[came.name] += 1
        self.single["obligations"] += 1
        self.single[came.name] += 1
        if came.name in (MET, LATE) and came.evidence:
            self.single["weak"] += came.evidence.tells.attempt.provenance in WEAK
        if came.name in AGED:
            self._aged(came.name, max(((came.closed or question.as_of) - owed.due).days, 0))
        if owed.reason == REMEDIATION:
            self.single["remediations"] += 1
            if came.name in (MET, LATE) and came.closed:
                self.remediated[(came.closed - owed.anchor).days] += 1
        if row.exception:
            self.single[f"exceptions_{row.exception.state}"] += 1
            self.single["exceptions_escalated"] += row.exception.escalated is not None
        if row.uncovered:
            self.single["uncovered_days"] += row.uncovered.days

    def _aged(self, verdict: str, days: int) -> None:
        self.tables["age"].setdefault(verdict, Counter())[band(days)] += 1
        if verdict == LATE:
            self.late[days] += 1
        else:
            self.oldest = max(self.oldest, days)


def _plain(by: str, of: Mapping[str, Counter[str]]) -> dict[str, dict[str, int]]:
    """In an order that doesn't depend on who came first, each with all its columns."""
    names, columns = (AGED, BANDS) if by == "age" else (sorted(of), VERDICTS)
    return {name: {each: of[name][each] for each in columns} for name in names}


def band(days: int) -> str:
    """In which of BANDS so many days behind due are."""
    for most, name in zip((0, 7, 30, 90), BANDS, strict=False):
        if days <= most:
            return name
    return BANDS[-1]


def median(counted: Mapping[int, int]) -> Number:
    """The median of numbers that are there so many times each; None of nothing."""
    total, seen, middle = sum(counted.values()), 0, []
    for number in sorted(counted):
        before, seen = seen, seen + counted[number]
        middle += [number] * sum(before <= at < seen for at in {(total - 1) // 2, total // 2})
    found = sum(middle) / len(middle) if middle else None
    return int(found) if found is not None and found == int(found) else found


class Turn(NamedTuple):
    """A figure that was one thing and is another."""

    what: str
    before: Number
    after: Number


def turns(before: Figures, after: Figures) -> list[Turn]:
    """Which figures differ, and how."""
    found = [
        Turn(title(name), before.single.get(name), after.single.get(name))
        for name in dict.fromkeys((*before.single, *after.single))
    ]
    for by in dict.fromkeys((*before.tables, *after.tables)):
        was, now = before.tables.get(by, {}), after.tables.get(by, {})
        for of in dict.fromkeys((*was, *now)):
            some, others = was.get(of, {}), now.get(of, {})
            found += [
                Turn(f"{by} {of}, {each}", some.get(each, 0), others.get(each, 0))
                for each in dict.fromkeys((*some, *others))
            ]
    return [each for each in found if each.before != each.after]


def title(name: str) -> str:
    """What a figure is called, also one of a later version."""
    return TITLES.get(name, name.replace("_", " "))
