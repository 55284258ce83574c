"""The register as CSV that no spreadsheet takes for formulas (RFC 4180)."""

from __future__ import annotations

import csv
from typing import TextIO

from lrs.register.about import About, entries
from lrs.register.sheet import NAMES, Sheet, plain, plain_cell

BOM = "\ufeff"
_ACTING = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet may take for more than a text
_Plain = str | int | float | None


def write(file: TextIO, sheet: Sheet, about: About, *, bare: bool = False) -> None:
    """Lines that begin with # and say what this is, unless it is to be bare; then the names of the
    columns, and the rows."""
    out = csv.writer(file, lineterminator="\r\n")
    if not bare:
        for each in entries(about):
            out.writerow([f"# {each.title}", safe(plain_cell(each.value, each.kind))])
    out.writerow(NAMES)
    out.writerows(map(safe, plain(cells)) for cells in sheet.cells())


def safe(cell: _Plain) -> _Plain:
    """The cell; with a ' before a text that a spreadsheet might run."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_ACTING) else cell
