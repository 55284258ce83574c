"""The register as a workbook, the same to the byte each time, in which every cell has its type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from lrs.errors import BadRequest
from lrs.register.about import About, entries
from lrs.register.columns import COLUMNS, Cell
from lrs.register.sheet import Sheet
from lrs.register.writing.pages import MOST_ROWS, Book, Head


def write(file: BinaryIO, sheet: Sheet, about: About) -> None:
    """The rows; what they are; the names that mean nobody; what each column means."""
    if len(sheet.rows) > MOST_ROWS:
        raise BadRequest(
            f"a worksheet has room for {MOST_ROWS:,} rows, and these are {len(sheet.rows):,}; "
            "write .csv or .json, or ask for a part"
        )
    title = f"Completion register, {about.first} to {about.last}"
    with Book(file, title, f"SHA-256 of the rows: {about.digest}", about.known) as book:
        head = [(each.title, each.kind, each.width) for each in COLUMNS]
        book.add("Register", head, sheet.cells(), frozen=2)
        book.add_pairs("About", ((each.title, each.kind, each.value) for each in entries(about)))
        book.add("Unresolved names", _UNRESOLVED, _waiting(sheet))
        book.add("Columns", _MEANINGS, ((c.title, c.name, c.means) for c in COLUMNS))


_UNRESOLVED: Head = (("Name", "text", 60), ("Since", "day", 12), ("Attempts", "number", 10))
_MEANINGS: Head = (
    ("Column", "text", 22),
    ("In CSV and JSON", "text", 22),
    ("What it says", "text", 80),
)


def _waiting(sheet: Sheet) -> Iterator[tuple[Cell, ...]]:
    return ((each.name, each.since, each.attempts) for each in sheet.answer.waiting)
