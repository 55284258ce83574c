"""What every output of the register says of itself: what was asked, what it counts, its digest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from shlex import quote
from typing import NamedTuple

from lrs import timestamps
from lrs.days import Interval
from lrs.register import sheet as sheets
from lrs.register.columns import Cell, Kind
from lrs.register.selection import Selection
from lrs.register.sheet import NO_VERDICT, Sheet
from lrs.register.verdicts import VERDICTS


@dataclass(frozen=True)
class About:
    """`known` is the instant asked for, or else that of the newest record: the same question to
    the same log has the same answer, to the byte."""

    programme: str
    zone: str
    first: date
    last: date
    as_of: date
    known: int
    newest: int
    query: str  # the command that gives the same rows again
    population: int
    people: int
    rows: int
    by_verdict: tuple[tuple[str, int], ...]
    names: int  # unresolved
    attempts: int  # that wait for them
    digest: str
    version: str


class Entry(NamedTuple):
    """One thing that is said, for programs and for people."""

    name: str
    title: str
    kind: Kind
    value: Cell


def about(
    sheet: Sheet,
    asked: Iterable[tuple[str, str]],
    wanted: Selection,
    known: int,
    newest: int,
    version: str,
) -> About:
    """What a sheet says of itself. `asked` are the options that chose its people, `newest` is the
    number of the last record that was known then."""
    answer, rows = sheet.answer, sheet.rows
    question = answer.question
    period, programmes = question.period, list(question.programmes.values())
    assert period.last is not None
    told = [row.verdict.name if row.verdict else NO_VERDICT for row in rows]
    return About(
        programmes[-1].title if programmes else "",
        programmes[-1].zone if programmes else "UTC",
        period.first,
        period.last,
        question.as_of,
        known,
        newest,
        query(period, question.as_of, known, (*asked, *wanted.options())),
        answer.population,
        len({row.person.id for row in rows}),
        len(rows),
        tuple((each, told.count(each)) for each in (*VERDICTS, NO_VERDICT)),
        len(answer.waiting),
        sum(each.attempts for each in answer.waiting),
        sheets.digest(sheet),
        version,
    )


def query(period: Interval, as_of: date, known: int, more: Iterable[tuple[str, str]] = ()) -> str:
    """The command that shows the rows of a period again."""
    assert period.last is not None
    words = [
        ("--from", period.first.isoformat()),
        ("--to", period.last.isoformat()),
        ("--as-of", as_of.isoformat()),
        ("--known-at", timestamps.written(known)),
        *more,
    ]
    return " ".join(["lrs register show", *(f"{name} {quote(value)}" for name, value in words)])


def entries(about: About) -> Iterator[Entry]:
    """Everything that is said, in the order in which it is read."""
    yield Entry("programme", "Programme", "text", about.programme)
    yield Entry("from", "Period from", "day", about.first)
    yield Entry("to", "Period to", "day", about.last)
    yield Entry("as_of", "Verdicts as of", "day", about.as_of)
    yield Entry("zone", "Days are those of", "text", about.zone)
    yield Entry("known_at", "As it was known (UTC)", "instant", about.known)
    yield Entry("newest_record", "Newest record looked at", "number", about.newest)
    yield Entry("query", "Asked again by", "text", about.query)
    yield Entry("population", "People in scope", "number", about.population)
    yield Entry("people", "People in these rows", "number", about.people)
    yield Entry("rows", "Rows", "number", about.rows)
    for verdict, count in about.by_verdict:
        name = f"rows_{verdict.replace(' ', '_')}"
        yield Entry(name, f"Rows: {verdict}", "number", count)
    yield Entry("unresolved_names", "Names that mean nobody", "number", about.names)
    yield Entry("unresolved_attempts", "Attempts under such names", "number", about.attempts)
    yield Entry("digest", "SHA-256 of the rows", "text", about.digest)
    yield Entry("written_by", "Written by", "text", f"scormkit {about.version}")


def words(about: About) -> Iterator[str]:
    """The same for the end of a table, in a few lines."""
    counts = ", ".join(f"{count:,} {name}" for name, count in about.by_verdict if count)
    scope = _count(about.population, "person in scope", "people in scope")
    shown = _count(about.people, "person", "people")
    rows = _count(about.rows, "row", "rows")
    yield f"{rows} of {shown}: {counts}; {scope}" if about.rows else f"no row; {scope}"
    known = f"as known {timestamps.written(about.known)}, up to record {about.newest}"
    days = f"{about.first} to {about.last}, as of {about.as_of}"
    yield f"{days}, days of {about.zone}; {known}"
    yield unresolved(about.names, about.attempts)
    yield f"SHA-256 of the rows: {about.digest}"


def unresolved(names: int, attempts: int) -> str:
    """How many names mean nobody, in words."""
    if not names:
        return "every name means somebody"
    verb = "mean" if names != 1 else "means"
    waits = "wait" if attempts != 1 else "waits"
    told = f"{_count(names, 'name', 'names')} {verb} nobody"
    return f"{told}: {_count(attempts, 'attempt', 'attempts')} {waits} for a ruling"


def _count(number: int, one: str, several: str) -> str:
    return f"{number:,} {one if number == 1 else several}"
