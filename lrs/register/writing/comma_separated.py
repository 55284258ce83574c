"""The register as CSV that no spreadsheet takes for formulas (RFC 4180)."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from typing import TextIO

from lrs.register.about import About, entries
from lrs.register.columns import NAMES
from lrs.register.sheet import Sheet, plain, plain_cell

BOM = "\ufeff"
_ACTING = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet may take for more than a text
_Plain = str | int | float | None


def write(file: TextIO, sheet: Sheet, about: About, *, bare: bool = False) -> None:
    """Lines that begin with # and say what this is, unless it is to be bare; then the names of the
    columns, and the rows."""
    if not bare:
        out = csv.writer(file, lineterminator="\r\n")
        for each in entries(about):
            out.writerow([f"# {each.title}", safe(plain_cell(each.value, each.kind))])
    table(file, NAMES)(safely(plain(cells)) for cells in sheet.cells())


def table(
    file: TextIO, names: Sequence[str]
) -> Callable[[Iterable[Sequence[str | int | float | None]]], None]:
    """Begin a table with the names of its columns; the answer takes its rows as they come, with
    days and instants as texts, and made safe."""
    out = csv.writer(file, lineterminator="\r\n")
    out.writerow(names)
    return out.writerows


def safely(row: Iterable[_Plain]) -> list[_Plain]:
    """The cells of a row, none of which a spreadsheet might run."""
    return [safe(cell) for cell in row]


def safe(cell: _Plain) -> _Plain:
    """The cell; with a ' before a text that a spreadsheet might run."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_ACTING) else cell
