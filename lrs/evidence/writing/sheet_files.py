"""Sheets in a folder, each as CSV, as JSON and as a page of one workbook, filled as rows come."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NamedTuple

from lrs.evidence.sheet import Sheet
from lrs.evidence.writing.lines import Digest, Lines
from lrs.register.columns import Cell, Column, Kind
from lrs.register.writing import comma_separated
from lrs.register.writing.pages import MOST_LETTERS, MOST_ROWS, Book, Page

WORKBOOK = "workbook.xlsx"
ABOUT, COLUMNS = "about", "columns"  # pages of the workbook that are no sheets
_WRAPPED = 60  # characters; a column so wide is read, not scanned
_FROZEN = ("register", "population", "exceptions")  # their first columns say who it is

# Where no text begins with what a spreadsheet might run, there is no need to look at each cell.
_ACTING = re.compile(rb'"(?:[=+@-]|\\[tru])')

Pairs = Sequence[tuple[str, Kind, Cell]]


@dataclass(frozen=True)
class Plan:
    """Where the files go, which pages the workbook has, in order, and what it says of itself."""

    folder: Path
    pages: tuple[str, ...]
    title: str
    comments: str
    known: int  # microseconds


class Written(NamedTuple):
    """A sheet that was written. `shown` are its rows in the workbook: none of them if they don't
    fit there."""

    sheet: Sheet  # without its rows
    rows: int
    digest: str
    shown: bool
    columns: tuple[str, ...]  # those in the workbook, by name

    @property
    def files(self) -> tuple[str, str]:
        """Their names in the pack."""
        return f"sheets/{self.sheet.name}.csv", f"sheets/{self.sheet.name}.json"


class SheetFiles:
    """The files of all sheets of a pack. Sheets may fill side by side."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        (plan.folder / "sheets").mkdir()
        self._book = Book(plan.folder / WORKBOOK, plan.title, plan.comments, plan.known)
        self._pages = {name: self._book.page(name) for name in (ABOUT, *plan.pages, COLUMNS)}
        self._open: dict[str, _Filling] = {}
        self._written: dict[str, Written] = {}

    def begin(self, sheet: Sheet, columns: Sequence[str] = ()) -> None:
        """Begin the files of a sheet; of its rows nothing is looked at. Its page of the workbook
        has these columns, by name, or all if none is named."""
        if sheet.name not in self._plan.pages or sheet.name in self._open | self._written:
            raise ValueError(f"the workbook's pages have no place for a sheet {sheet.name}")
        shown = [each for each in sheet.columns if not columns or each.name in columns]
        filling = _Filling(self._plan.folder, sheet, shown, self._pages[sheet.name])
        head = [(each.title, each.kind, each.width) for each in shown]
        wrapped = any(each.width >= _WRAPPED for each in shown)
        frozen = 2 if sheet.name in _FROZEN else 0
        self._book.begin(self._pages[sheet.name], head, frozen, wrapped)
        self._open[sheet.name] = filling

    def add(self, name: str, some: Lines) -> None:
        """Rows of a sheet, as lines of JSON."""
        self._open[name].add(some)

    def end(self, name: str) -> None:
        """The sheet has no more rows."""
        self._written[name] = self._open.pop(name).end()

    def close(self, about: Pairs) -> Mapping[str, Written]:
        """Finish the workbook, whose first page says what the pack is; all sheets as written."""
        some: Pairs = [
            (f"Page {each.sheet.name}", "text", _some(each)) for each in _part(self._written)
        ]
        self._book.pairs(self._pages[ABOUT], [*about, *some])
        self._book.begin(self._pages[COLUMNS], _MEANINGS, wrapped=True)
        self._pages[COLUMNS].add(_meanings(self._written.values()))
        self._pages[COLUMNS].end()
        for name in set(self._plan.pages) - set(self._written):
            raise ValueError(f"nothing was written of the sheet {name}")
        self._book.close()
        return self._written

    def drop(self) -> None:
        """Nothing comes of it; the files that are there are their folder's affair."""
        for each in self._open.values():
            each.drop()
        self._book.drop()


_MEANINGS: Sequence[tuple[str, Kind, int]] = (
    ("Sheet", "text", 20),
    ("Column", "text", 22),
    ("In CSV and JSON", "text", 22),
    ("What it says", "text", 80),
)


def _meanings(written: Iterable[Written]) -> Iterable[tuple[Cell, ...]]:
    for each in sorted(written, key=lambda each: each.sheet.name):
        for column in each.sheet.columns:
            yield each.sheet.name, column.title, column.name, column.means


class _Filling:
    """A sheet's files while its rows come."""

    def __init__(self, folder: Path, sheet: Sheet, shown: Sequence[Column], page: Page) -> None:
        self._sheet, self._page = sheet, page
        self._shown = tuple(each.name for each in shown)
        self._at = [at for at, each in enumerate(sheet.columns) if each.name in self._shown]
        self._rows, self._fits = 0, True
        self._digest = Digest(sheet.columns)
        stem = folder / "sheets" / sheet.name
        self._json = stem.with_suffix(".json").open("wb")
        self._text = TextIOWrapper(
            stem.with_suffix(".csv").open("wb"), "utf-8", "replace", newline=""
        )
        self._json.write(_before(sheet).encode("utf-8", "backslashreplace"))
        self._csv = comma_separated.table(self._text, [each.name for each in sheet.columns])

    def add(self, some: Lines) -> None:
        """Write these rows to each file."""
        if not some:
            return
        between = b",\n" if self._rows else b"\n"
        self._json.write(between + b",\n".join(some))
        self._digest.add(some)
        self._rows += len(some)
        text = b",".join(some)
        rows: list[list[Any]] = json.loads(b"[%b]" % text)
        self._csv(map(comma_separated.safely, rows) if _ACTING.search(text) else rows)
        if self._fits and self._rows <= MOST_ROWS:
            whole = len(self._at) == len(self._sheet.columns)
            self._page.add(rows if whole else ([row[at] for at in self._at] for row in rows))
        elif self._fits:
            self._fits = False
            self._page.instead(_too_many(self._sheet.name))

    def end(self) -> Written:
        """What came of it."""
        digest = self._digest.told()
        self._json.write(f'\n],\n"count": {self._rows},\n"digest": "{digest}"\n}}\n'.encode())
        if not self._rows:
            self._page.instead(f"No row. {self._sheet.searched}"[:MOST_LETTERS])
        self._page.end()
        self.drop()
        return Written(self._sheet, self._rows, digest, self._fits, self._shown)

    def drop(self) -> None:
        """Close the files."""
        self._json.close()
        self._text.close()


def _before(sheet: Sheet) -> str:
    """What a JSON file says before its rows."""
    told = {
        "name": sheet.name,
        "title": sheet.title,
        "criteria": list(sheet.criteria),
        "searched": sheet.searched,
        "made": sheet.made,
        "columns": [
            {"name": each.name, "title": each.title, "kind": each.kind, "means": each.means}
            for each in sheet.columns
        ],
    }
    lines = [
        f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}"
        for name, value in told.items()
    ]
    return "{\n" + ",\n".join((*lines, '"rows": ['))


def _part(written: Mapping[str, Written]) -> Iterable[Written]:
    """The sheets of which the workbook has not all columns."""
    return (each for each in written.values() if len(each.columns) < len(each.sheet.columns))


def _some(each: Written) -> str:
    return (
        f"{len(each.columns)} of {len(each.sheet.columns)} columns, because it is so long; all of "
        f"them are in {each.files[0]} and {each.files[1]}"
    )


def _too_many(name: str) -> str:
    return (
        f"These are more than the {MOST_ROWS:,} rows for which a page has room: "
        f"all of them are in sheets/{name}.csv and sheets/{name}.json."
    )
