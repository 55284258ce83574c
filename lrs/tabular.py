"""A file of rows, whatever wrote it: CSV, a workbook or JSON, every cell a text."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Literal, NamedTuple
from zipfile import ZipFile

from scormkit.problems import Mark, Problem, one_of

Kind = Literal["csv", "xlsx", "json"]
LARGEST = 200_000_000  # bytes of a file; a roster of 100,000 people has about 15
LARGEST_OPENED = 1_000_000_000  # bytes of a workbook's parts, once they are unpacked
LAST_ROW = 1_048_576  # of a worksheet
LONGEST_CELL = 100_000  # characters; nothing that is meant is as long as this
DEEPEST = 20  # objects within each other
JOINED = "; "  # stands between the entries of a JSON list of plain values


class Row(NamedTuple):
    """One row: the line of the file in which it begins, the row of the workbook, or its place in
    the JSON list, all counted from 1; and its cells, without blanks around them."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """All rows of a file that have anything in them; which of them is the header is not known."""

    name: str
    rows: tuple[Row, ...]
    encoding: str
    delimiter: str
    kind: Kind


@dataclass(frozen=True)
class Sheet:
    """A header and the rows below it, each at least as wide as the header."""

    name: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    encoding: str
    delimiter: str
    kind: Kind


class TableError(Exception):
    """The file has no rows that could be read; carries the problem to show."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def read(name: str, data: bytes, *, sheet: str | None = None) -> Grid:
    """The rows of a file; `sheet` names one of a workbook. Raises TableError."""
    if len(data) > LARGEST:
        size = f"has {len(data) / 1e6:,.0f} MB; the most is {LARGEST / 1e6:,.0f}"
        raise _refusal(name, size, "too-large", "split it, with the header in each part")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):  # "PK" alone may be a header
        grid = _workbook(name, data, sheet)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise _old_workbook(name, data)
    else:
        text, encoding = _decoded(name, data)
        if _JSON.match(text):
            grid = Grid(name, tuple(_objects(name, text)), encoding, "", "json")
        else:
            grid = _separated(name, text, encoding)
    if not grid.rows:
        raise _refusal(name, "has no rows", "no-rows", "export it again, and look into it")
    return grid


def headed(grid: Grid, at: int = 0) -> Sheet:
    """The grid with the row at a place, counted from 0, as its header; what stands above it is
    left out."""
    header = grid.rows[at].cells
    width = len(header)
    rows = tuple(
        row if len(row.cells) >= width else Row(row.number, _padded(row.cells, width))
        for row in grid.rows[at + 1 :]
    )
    return Sheet(grid.name, header, rows, grid.encoding, grid.delimiter, grid.kind)


def _padded(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    return cells + ("",) * (width - len(cells))


def _kept(numbered: Iterable[tuple[int, Iterable[str]]]) -> Iterator[Row]:
    """Rows without blanks around their cells, and without empty cells at their ends; none that
    is empty."""
    for number, cells in numbered:
        told = [_trimmed(cell) for cell in cells]
        while told and not told[-1]:
            told.pop()
        if told:
            yield Row(number, tuple(told))


_UNSEEN = "\ufeff\u200b\u200e\u200f\u2060"  # marks without a width, which copying brings along


def _trimmed(cell: str) -> str:
    cell = cell.strip()  # no-break spaces too
    return cell if cell.isascii() else cell.strip(_UNSEEN).strip()


def _refusal(name: str, message: str, code: str, hint: str, line: int = 0) -> TableError:
    what = "this line" if line else "this file"
    return TableError(Problem(Mark(name, line), f"{what} {message}", code, hint))


# Characters. What a file says of itself goes first; what it may be by chance goes last.

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_HIGH = re.compile(rb"[\x80-\xff]")
_MULTIPLE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)


def _decoded(name: str, data: bytes) -> tuple[str, str]:
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return _checked(name, _utf16(name, data[2:], encoding)), "utf-16"
    try:
        return _checked(name, data.decode("utf-8-sig")), "utf-8"
    except UnicodeDecodeError as error:
        first = error.start
    line = data.count(b"\n", 0, first) + 1
    whole = sum(len(found) for found in _MULTIPLE.findall(data))
    broken = len(_HIGH.findall(data)) - whole
    said = f"has the byte 0x{data[first]:02x}"
    if whole > 2 * broken:
        raise _refusal(name, f"{said}, which is not UTF-8, as the rest is", "encoding", _SAVE, line)
    try:
        return _checked(name, data.decode("cp1252")), "cp1252"
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        said = f"has the byte 0x{data[error.start]:02x}"
        message = f"{said}, which is neither UTF-8 nor Windows-1252"
        raise _refusal(name, message, "encoding", _SAVE, line) from error


_SAVE = "save it as CSV UTF-8, or as a workbook (.xlsx)"


def _utf16(name: str, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].decode(encoding, "replace").count("\n") + 1
        raise _refusal(name, "is broken UTF-16", "encoding", "export it again", line) from error


def _checked(name: str, text: str) -> str:
    """The text, if it is one."""
    found = _CONTROL.search(text)
    if found is None:
        return text
    line = text.count("\n", 0, found.start()) + 1
    if found[0] == "\0" and text.count("\0") * 3 > len(text):
        raise _refusal(name, "is UTF-16 without the mark that says so", "encoding", _SAVE)
    what = f"has a character that no text has (0x{ord(found[0]):02x})"
    hint = "it is no CSV, workbook (.xlsx) or JSON; export it as one of them"
    raise _refusal(name, what, "not-a-table", hint, line)


# CSV (RFC 4180, and what is written in its place).

_DELIMITERS = ",;\t|"
_TOLD = re.compile(r"sep=(.)(?:\r\n|\r|\n)")  # Excel's own line
_SAMPLE = 50  # lines in which delimiters are counted
_QUOTED = re.compile(r'"(?:[^"]|"")*(?:"|\Z)')


def _separated(name: str, text: str, encoding: str) -> Grid:
    told = _TOLD.match(text)
    before = 1 if told else 0
    body = text[told.end() :] if told else text
    delimiter = told[1] if told else _delimiter(body)
    rows = tuple(_kept(_lines(name, body, delimiter, before)))
    return Grid(name, rows, encoding, delimiter, "csv")


def _delimiter(text: str) -> str:
    """The one that stands in most lines equally often, outside of quotes."""
    plain = _QUOTED.sub("", text[:200_000])
    lines = [line for line in plain.splitlines()[:_SAMPLE] if line.strip()]
    return max(_DELIMITERS, key=lambda each: _weight(each, lines))


def _weight(delimiter: str, lines: list[str]) -> tuple[int, int]:
    counts = Counter(line.count(delimiter) for line in lines)
    return max(((times * n, n) for times, n in counts.items() if times), default=(0, 0))


def _lines(name: str, text: str, delimiter: str, before: int) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        begins = reader.line_num + 1 + before
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _broken_line(name, str(error), begins, reader.line_num + before) from error
        yield begins, cells


def _broken_line(name: str, said: str, begins: int, ends: int) -> TableError:
    """A quote that opens and doesn't close takes in everything up to the next quote, or the end."""
    if "expected after" in said:
        message = "has a quote inside of a quoted cell"
        if ends > begins:
            message = f"has a quote that opens here; what closes it, in line {ends}, is no end"
        hint = 'write "" for a quote inside of a cell, and close every cell that begins with one'
        return _refusal(name, message, "broken-quote", hint, begins)
    message = "has a quote that opens and never closes"
    return _refusal(name, message, "broken-quote", "close it, or take it out", begins)


# JSON: a list of objects, or an object that holds one (Workday's Report_Entry).

_JSON = re.compile(r"\s*(?:\[\s*[{\]]|\{)")


def _objects(name: str, text: str) -> Iterator[Row]:
    entries = _entries(name, _json(name, text))
    flat = []
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, dict):
            what = f"entry {number} of the list is no object"
            raise TableError(Problem(Mark(name, number), what, "not-a-table", 'write {"key": ...}'))
        flat.append(dict(_flat(name, number, entry)))
    header = tuple(dict.fromkeys(key for entry in flat for key in entry))
    if not header:
        return
    yield Row(0, header)
    for number, each in enumerate(flat, 1):
        yield Row(number, tuple(_trimmed(each.get(key, "")) for key in header))


def _json(name: str, text: str) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice = next(key for key, n in Counter(key for key, _ in pairs).items() if n > 1)
            raise _refusal(name, f'has "{twice}" twice in one object', "broken-json", _FRESH)
        return found

    try:
        return json.loads(text, object_pairs_hook=once, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        message = f"is no JSON from column {error.colno} on: {error.msg.lower()}"
        raise _refusal(name, message, "broken-json", _FRESH, error.lineno) from error
    except RecursionError as error:
        raise _refusal(name, "is nested too deep", "broken-json", _FRESH) from error


_FRESH = "export it again"


def _entries(name: str, told: Any) -> list[Any]:
    if isinstance(told, list):
        return told
    lists = [each for each in told.values() if isinstance(each, list)]
    if len(lists) == 1:
        return list(lists[0])
    hint = 'write [{...}, {...}], or {"Report_Entry": [{...}]}'
    raise _refusal(name, "is JSON without a list of rows", "not-a-table", hint)


def _flat(name: str, number: int, value: Any, path: str = "", deep: int = 0) -> Iterator[Any]:
    """Each plain value with the way to it: {"a": {"b": 1}} is a.b, and [{"b": 1}] is a.0.b."""
    if deep > DEEPEST:
        what = f"entry {number} of the list is nested too deep"
        raise TableError(Problem(Mark(name, number), what, "broken-json", _FRESH))
    if isinstance(value, list) and not any(isinstance(each, dict | list) for each in value):
        yield path, JOINED.join(filter(None, map(_plain, value)))
    elif isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for key, each in inner:
            yield from _flat(name, number, each, f"{path}.{key}" if path else str(key), deep + 1)
    else:
        yield path, _plain(value)


# Workbooks.


def _workbook(name: str, data: bytes, wanted: str | None) -> Grid:
    import openpyxl  # late: it takes a third of a second

    _check_parts(name, data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except Exception as error:  # it has no base of its own for what a damaged one leads to
        raise _damaged(name) from error
    with closing(book):
        sheets = [each for each in book.worksheets if each.sheet_state == "visible"]
        if wanted is not None:
            sheets = [each for each in book.worksheets if each.title == wanted]
        try:
            found = {each.title: tuple(_kept(_cells(name, each))) for each in sheets}
        except TableError:
            raise
        except Exception as error:  # as above
            raise _damaged(name) from error
    full = {title: rows for title, rows in found.items() if rows}
    if not sheets or len(full) > 1:
        titles = one_of(f'"{each.title}"' for each in book.worksheets)
        what = f'has no sheet "{wanted}"' if wanted else f"has {len(full)} sheets with rows"
        hint = f'write "sheet: NAME" into the profile: {titles}'
        raise _refusal(name, what, "which-sheet", hint)
    return Grid(name, next(iter(full.values()), ()), "utf-8", "", "xlsx")


def _check_parts(name: str, data: bytes) -> None:
    """Refuse what grows beyond measure when it is unpacked, and entities, which can."""
    try:
        with ZipFile(io.BytesIO(data)) as opened:
            parts = opened.infolist()
            if any(part.flag_bits & 1 for part in parts):
                raise _refusal(name, "is locked with a password", "locked", "save it without one")
            if "xl/workbook.xml" not in opened.namelist():
                message = "is a zip, but no workbook"
                raise _refusal(name, message, "not-a-table", "take the file out of it")
            size = sum(part.file_size for part in parts)
            if size > LARGEST_OPENED or len(parts) > 10_000:
                message = f"grows to {size / 1e6:,.0f} MB when it is unpacked"
                raise _refusal(name, message, "too-large", "save it with the rows alone, as CSV")
            for part in parts:
                with opened.open(part) as content:
                    if b"<!DOCTYPE" in content.read(1_000):
                        raise _damaged(name)
    except TableError:
        raise
    except Exception as error:  # zlib's, struct's and others', with no base of their own
        raise _damaged(name) from error


def _cells(name: str, sheet: Any) -> Iterator[tuple[int, list[str]]]:
    sheet.reset_dimensions()  # some writers tell a size that isn't so
    for number, row in enumerate(sheet.iter_rows(), 1):
        if number > LAST_ROW:
            raise _damaged(name)
        yield number, ["" if cell.value is None else _written(cell) for cell in row]


def _written(cell: Any) -> str:
    """A cell as it is shown where that matters: 42 in the format 00000 is 00042."""
    value = cell.value
    if isinstance(value, str):
        return value
    text = _plain(value)
    if text.isdigit() and (shown := str(cell.number_format)).strip("0") == "":
        return text.zfill(len(shown))
    return text


def _plain(value: object) -> str:
    """A value of a workbook or of JSON as text."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return (value.date() if value.time() == time() else value).isoformat()[:19]
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _damaged(name: str) -> TableError:
    return _refusal(name, "is a damaged workbook", "damaged", "open it in Excel and save it again")


def _old_workbook(name: str, data: bytes) -> TableError:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return _refusal(name, "is locked with a password", "locked", "save it without one")
    message = "is a workbook of before 2007 (.xls)"
    return _refusal(name, message, "not-a-table", "save it as .xlsx or as CSV")
