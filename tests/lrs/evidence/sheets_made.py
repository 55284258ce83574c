"""Sheets made by hand, for tests of what is written of them and how that is verified."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from lrs.evidence.sheet import Sheet
from lrs.evidence.writing.lines import lines
from lrs.evidence.writing.sheet_files import Plan, SheetFiles, Written
from lrs.register.columns import Cell, Column

KNOWN = 1_775_000_000_000_001  # 2026-03-31T23:33:20.000001Z
COLUMNS = (
    Column("person", "Person", "text", 10, "Who."),
    Column("note", "Note", "text", 60, "What of them."),
    Column("due", "Due", "day", 12, "By when."),
    Column("at", "At", "instant", 20, "When."),
    Column("score", "Score", "number", 8, "How well."),
)
ROWS: Sequence[tuple[Cell, ...]] = (
    ("00042", "=1+1", date(2026, 3, 31), KNOWN, 85),
    ("00051", "", None, None, 85.5),
    ("00077", '王小明, "so"\r\n_x0041_ <r>&\x1b', date(1999, 12, 31), 0, -3),
    ("'@", "half a letter: \ud800; \t", date(2100, 2, 28), KNOWN + 999_999, 0),
)


def sheet(name: str, rows: Sequence[tuple[Cell, ...]] = ROWS) -> Sheet:
    """One of these."""
    return Sheet(name, name.capitalize(), COLUMNS, rows, f"All of {name}.", "By hand.", ("CC2.2",))


def written(folder: Path, *sheets: Sheet, piece: int = 3) -> dict[str, Written]:
    """Their files, filled in pieces side by side."""
    files = SheetFiles(Plan(folder, tuple(each.name for each in sheets), "Test", "", KNOWN))
    for each in sheets:
        files.begin(each)
    for each in sheets:
        rows = list(each.rows)
        for first in range(0, len(rows) + 1, piece):
            found = lines(each.columns, rows[first : first + piece])
            files.add(each.name, [line for some in found for line in some])
    for each in sheets:
        files.end(each.name)
    return dict(files.close([("Organisation", "text", "Brightwater")]))
