"""Registers made by hand, for tests of what is written of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from cases import NOTHING, tries

from lrs.people.identities import Identities
from lrs.people.timeline import Person
from lrs.register import rows
from lrs.register.about import About, about
from lrs.register.columns import NAMES, Cell
from lrs.register.completions import XAPI
from lrs.register.reconcile import Judged
from lrs.register.rows import Question, Row, Rulings
from lrs.register.selection import Selection
from lrs.register.sheet import Exercise, Sheet, SourceFile
from lrs.register.sittings import Sitting

EXERCISES = {
    "phishing": Exercise("The Monday inbox", "https://x.example/p", ("SOC2 CC1.4",), {"1.0.0": 60}),
    "smishing": Exercise("By text", "https://x.example/s", ("SOC2 CC2.2",), {"1.0.0": 70}),
}
KNOWN = 1_775_000_000_000_000  # 2026-03-31T23:33:20Z


class Waits(NamedTuple):
    """A name that means nobody."""

    name: str
    since: date
    attempts: int


@dataclass(frozen=True)
class Made:
    """What lrs.known.register would answer."""

    question: Question
    rows: Sequence[Row]
    people: Identities
    population: int
    judged: Mapping[str, Sequence[Judged]]
    rulings: Rulings
    waiting: Sequence[Waits] = field(default_factory=tuple)
    sittings: Mapping[str, Sequence[Sitting]] = field(default_factory=dict)


def answer(
    question: Question,
    people: Sequence[Person],
    attempts: Mapping[str, Sequence[str]] | None = None,
    rulings: Rulings = NOTHING,
    waiting: Sequence[Waits] = (),
) -> Made:
    """The register of these people with their attempts, by id, as cases.py writes them."""
    judged = {id: [*map(_placed, tries(*lines))] for id, lines in (attempts or {}).items()}
    found = [
        row
        for each in people
        for row in rows.rows(question, each, judged.get(each.id, ()), rulings)
    ]
    everybody = Identities({each.id: each for each in people})
    return Made(question, found, everybody, len(people), judged, rulings, waiting)


def _placed(judged: Judged) -> Judged:
    """What an export told, in row 17 of its file."""
    row = 0 if judged.attempt.provenance == XAPI else 17
    return judged._replace(attempt=judged.attempt._replace(row=row))


def sheet(made: Made, only: Sequence[Row] | None = None) -> Sheet:
    """Its sheet."""
    files = {100: SourceFile("march.csv", "f" * 64)}
    rows = made.rows if only is None else only
    return Sheet(made, rows, EXERCISES, files)


def said(of: Sheet, wanted: Selection | None = None) -> About:
    """What it says of itself."""
    return about(of, (), wanted or Selection(), KNOWN, 12, "1.2.3")


def cells(of: Sheet) -> list[dict[str, Cell]]:
    """Its rows by the names of their columns."""
    return [dict(zip(NAMES, each, strict=True)) for each in of.cells()]
