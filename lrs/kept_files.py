"""A file that was imported, without the rows of somebody: kept as the rows that were read of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection

from lrs import tabular
from lrs.substitution import ERASED, Substitution
from lrs.tabular import Row, TableError

# The header of the first column, which has each row's number in the file as it came.
NUMBERED = "row of the file that was imported"


def redacted(
    name: str, content: bytes, rows: Collection[int], others: Collection[int], instead: Substitution
) -> bytes | None:
    """The file as CSV; the content itself if nothing of it is theirs; None if it can't be read.

    `rows` are the numbers of rows known to be theirs, `others` those of rows that name them as
    somebody's manager. Of a row of theirs nothing stays, since files have columns that nobody asked
    for; of other rows, all but their names."""
    try:
        grid = tabular.read(name, content)
    except TableError:
        return None
    found = [_numbered(row) for row in grid.rows] if _is_numbered(grid.rows[0]) else [*grid.rows]
    made = [_row(row, rows, row.number in others, instead) for row in found]
    if made == found:
        return content
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow((NUMBERED,))
    lines.writerows((row.number, *row.cells) for row in made)
    return text.getvalue().encode("utf-8", "surrogatepass")


def _is_numbered(first: Row) -> bool:
    """Whether an earlier erasure has written the file."""
    return first.cells[0] == NUMBERED


def _numbered(row: Row) -> Row:
    number, *cells = row.cells
    return Row(int(number) if number.isdecimal() else 0, tuple(cells))


def _row(row: Row, theirs: Collection[int], manages: bool, instead: Substitution) -> Row:
    if row.number in theirs or any(map(instead.identifies, row.cells)):
        cells = (instead.id(cell) if cell in instead.ids else cell and ERASED for cell in row.cells)
        return Row(row.number, tuple(cells))
    return Row(row.number, tuple(_cell(cell, manages, instead) for cell in row.cells))


def _cell(cell: str, manages: bool, instead: Substitution) -> str:
    """A cell of somebody else's row."""
    if cell in instead.ids and (manages or instead.is_theirs(cell)):
        return instead.id(cell)
    return ERASED if instead.is_theirs(cell) else instead.text(cell, ids=False)
