"""Whether CSV, JSON and workbook say the same, row beside row."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Iterator
from typing import IO, Any
from xml.etree import ElementTree

from lrs.evidence.verifying.files import BROKEN, ODD, Files
from lrs.evidence.verifying.names import WORKBOOK, Json
from lrs.evidence.verifying.outside import Found
from lrs.evidence.verifying.report import Report
from lrs.evidence.verifying.sheet_file import MOST_LINE, SheetFile
from lrs.evidence.verifying.workbook import page_rows, pages_of, same_row
from lrs.evidence.verifying.zips import hostile

_ACTING = ("=", "+", "-", "@", "\t", "\r")


def sheets_agree(files: Files, found: Found, report: Report) -> None:
    """Whether CSV, JSON and workbook say the same."""
    if not found.intact:
        report.note("sheets: not compared with each other, because files were changed")
        return
    sheets = found.manifest["sheets"]
    try:
        with tempfile.TemporaryFile() as copy:
            for some in files.pieces(WORKBOOK):
                copy.write(some)
            with zipfile.ZipFile(copy) as book:
                refused = list(hostile(book.infolist()))
                if refused:
                    raise ValueError(f"{WORKBOOK} is refused: {refused[0]}")
                problems = [each for told in sheets for each in _sheet(files, told, book)]
    except (*BROKEN, *ODD, csv.Error, ElementTree.ParseError) as error:
        report.bad(f"sheets: they can't be compared with each other: {error}")
        return
    rows = sum(each["rows"] for each in sheets)
    report.all_of(
        problems,
        f"sheets: CSV, JSON and workbook say the same in {len(sheets)} sheets with {rows:,} rows",
    )


def _sheet(files: Files, told: Json, book: zipfile.ZipFile) -> Iterator[str]:
    """What of a sheet is not the same everywhere. Stops at the first row that differs."""
    name = told["name"]
    with files.open(told["json"]) as file, files.open(told["csv"]) as lines:
        sheet = SheetFile(file)
        names = [each["name"] for each in sheet.head["columns"]]
        shown = [names.index(each) for each in told["workbook_columns"]]
        kinds = [sheet.head["columns"][at]["kind"] for at in shown]
        if sheet.head["name"] != name:
            yield f"{told['json']}: it is the sheet {sheet.head['name']}"
        table = _csv_rows(lines)
        if next(table, None) != names:
            yield f"{told['csv']}: its columns are not those of the JSON"
        pages: Iterator[list[Any]] | None = None
        part = pages_of(book).get(name)
        if part is None:
            yield f"{WORKBOOK}: it has no page {name}"
        else:
            pages = page_rows(book, part, len(shown))
            titles = [sheet.head["columns"][at]["title"] for at in shown]
            if next(pages, None) != titles:
                yield f"{WORKBOOK}: the columns of its page {name} are not those of the JSON"
        beside = pages if pages is not None and told["in_workbook"] and told["rows"] else None
        for row in sheet:
            if next(table, None) != [_in_csv(cell) for cell in row]:
                yield f"{told['csv']}: its row {sheet.count} is not that of the JSON"
                return
            if beside is not None:
                page = next(beside, None)
                if page is None or not same_row([row[at] for at in shown], kinds, page):
                    yield f"{WORKBOOK}: row {sheet.count} of page {name} is not that of the JSON"
                    return
        if next(table, None) is not None:
            yield f"{told['csv']}: it has more rows than the JSON"
        # A page without the rows says so in one; so does one of a sheet that has none.
        left = 0 if pages is None else sum(1 for _ in pages)
        if left != (0 if beside is not None or pages is None else 1):
            yield f"{WORKBOOK}: its page {name} has other rows than the JSON"
        if (sheet.count, sheet.digest) != (told["rows"], told["digest"]):
            yield f"{told['json']}: its rows are not those that the manifest counts and digests"
        if (sheet.tail.get("count"), sheet.tail.get("digest")) != (sheet.count, sheet.digest):
            yield f"{told['json']}: its rows are not those that it counts and digests itself"


def _in_csv(cell: Any) -> str:
    """A cell as CSV has it."""
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return repr(cell)
    if not cell.isascii():
        cell = cell.encode("utf-8", "replace").decode()
    return f"'{cell}" if cell.startswith(_ACTING) else cell


def _csv_rows(file: IO[bytes]) -> Iterator[list[str]]:
    csv.field_size_limit(MOST_LINE)
    return csv.reader(io.TextIOWrapper(file, "utf-8", newline=""), strict=True)
