"""The pages of a workbook, and whether a row there is that of a sheet's JSON."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_EXCEL, _UNIX_DAY = date(1899, 12, 30), 25_569
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MOST_LETTERS = 32_767  # of a workbook's cell
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def pages_of(book: zipfile.ZipFile) -> dict[str, str]:
    """The parts of a workbook that are its pages, by name."""
    parts = {
        each.get("Id"): each.get("Target", "")
        for each in ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    }
    sheets = ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{_MAIN}sheet")
    return {each.get("name", ""): f"xl/{parts[each.get(f'{_REL}id')]}" for each in sheets}


def page_rows(book: zipfile.ZipFile, part: str, width: int) -> Iterator[list[Any]]:
    """The rows of a page of a workbook: texts and numbers."""
    with book.open(part) as file:
        for _, row in ElementTree.iterparse(file):
            if row.tag != f"{_MAIN}row":
                continue
            found: list[Any] = [None] * width
            for cell in row:
                at = _column(cell.get("r", ""))
                if at >= width:
                    raise ValueError(f"row {row.get('r')} has more cells than columns")
                if cell.get("t") == "inlineStr":
                    text = "".join(each.text or "" for each in cell.iter(f"{_MAIN}t"))
                    found[at] = _ESCAPED.sub(lambda each: chr(int(each[1], 16)), text)
                else:
                    value = cell.find(f"{_MAIN}v")
                    found[at] = float(value.text or "nan") if value is not None else None
            row.clear()
            yield found


def _column(reference: str) -> int:
    """Which column a cell is in, counted from 0: of AB7, 27."""
    number = 0
    for letter in reference:
        if not letter.isalpha():
            break
        number = number * 26 + ord(letter) - 64
    return number - 1


def same_row(row: Sequence[Any], kinds: Sequence[str], page: Sequence[Any]) -> bool:
    """Whether a row of a page is a row of the JSON; instants to a millisecond."""
    for at, kind in enumerate(kinds):
        wanted, found = _shown(row[at], kind), page[at]
        if wanted == found or (wanted is None and found == ""):
            continue
        apart = isinstance(wanted, float) and isinstance(found, float) and kind == "instant"
        if not apart or abs(wanted - found) * 86_400 > 0.001:
            return False
    return True


def _shown(cell: Any, kind: str) -> str | float | None:
    """A cell as the workbook has it: days and instants as numbers."""
    if cell is None or cell == "":
        return None
    if kind == "day":
        return float((date.fromisoformat(cell) - _EXCEL).days)
    if kind == "instant":
        at = datetime.strptime(cell, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=_EPOCH.tzinfo)
        return _UNIX_DAY + (at - _EPOCH) / timedelta(days=1)
    if isinstance(cell, str):
        if not cell.isascii():
            cell = re.sub("[\ud800-\udfff\ufffe\uffff]", "\ufffd", cell)
        return cell if len(cell) <= _MOST_LETTERS else f"{cell[: _MOST_LETTERS - 1]}…"
    return float(cell)
