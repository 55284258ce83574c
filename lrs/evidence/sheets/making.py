"""What a sheet is before its rows are there: columns, what is searched, how it is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from lrs.evidence.material import Material
from lrs.evidence.piece import Piece
from lrs.evidence.sheet import Sheet
from lrs.evidence.tally import Tally
from lrs.register.columns import Cell, Column

Cells = Sequence[Cell]


@dataclass(frozen=True)
class Form:
    """All of a sheet that is there before its rows. `searched` says it of one pack."""

    name: str
    title: str
    columns: tuple[Column, ...]
    searched: Callable[[Material], str]
    made: str
    criteria: tuple[str, ...] = ()
    design: bool = False  # whether it says what is meant, so that a Type I pack has it, too

    def sheet(self, material: Material, rows: Iterable[Cells]) -> Sheet:
        """The sheet with its rows."""
        told = self.searched(material)
        return Sheet(self.name, self.title, self.columns, rows, told, self.made, self.criteria)


@dataclass(frozen=True)
class Streamed:
    """A sheet with a row for so many people that its rows are made piece by piece, in the one pass
    over the register: those of a sheet are those of all its pieces, in their order."""

    form: Form
    rows: Callable[[Piece, Material], Iterable[Cells]]


@dataclass(frozen=True)
class Whole:
    """A sheet that is made of the material and of the tally, once the pass is over."""

    form: Form
    rows: Callable[[Material, Tally], Iterable[Cells]]

    def sheet(self, material: Material, tally: Tally) -> Sheet:
        """The sheet, with its rows in a tuple."""
        return self.form.sheet(material, tuple(self.rows(material, tally)))


def text(name: str, title: str, width: int, means: str) -> Column:
    """A column of words."""
    return Column(name, title, "text", width, means)


def day(name: str, title: str, means: str) -> Column:
    """A column of days."""
    return Column(name, title, "day", 12, means)


def number(name: str, title: str, means: str, width: int = 9) -> Column:
    """A column of numbers."""
    return Column(name, title, "number", width, means)


def instant(name: str, title: str, means: str) -> Column:
    """A column of instants in UTC."""
    return Column(name, title, "instant", 20, means)


def yes(is_so: object) -> str:
    """How a sheet says whether something is so."""
    return "yes" if is_so else "no"


def listed(words: Iterable[str]) -> str | None:
    """Several words in a cell, or nothing."""
    return ", ".join(dict.fromkeys(filter(None, words))) or None


def days_of(material: Material) -> str:
    """The days that a pack is about, in words."""
    asked = material.asked
    if not asked.operating:
        return f"{asked.last}"
    told = f"the period from {asked.period.first} to {asked.last}, both days included"
    return told if asked.as_of == asked.last else f"{told}, as of {asked.as_of}"


def during(material: Material) -> str:
    """On or in these days."""
    return f"{'in' if material.asked.operating else 'on'} {days_of(material)}"


def log(material: Material) -> str:
    """Up to where the log was read, in words."""
    return f"records 1 to {material.newest} of the log" if material.newest else "an empty log"
