"""A workbook page by page, row by row: the same to the byte each time, every cell with its type."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from lrs import timestamps
from lrs.register.columns import Cell, Kind

MOST_ROWS = 1_048_575  # that a worksheet has, below its header
MOST_LETTERS = 32_767  # of a cell
Head = Sequence[tuple[str, Kind, int]]  # title, kind and width of each column
Takes = Callable[[Iterable[Sequence[Cell]]], None]

_EPOCH = datetime(1970, 1, 1)
_EXCEL = date(1899, 12, 30)  # day 0 of a workbook, for all days since March 1900
_UNIX = 25_569  # 1970-01-01 as a workbook counts days
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_FORMS: Mapping[Kind, dict[str, str]] = {
    "text": {},
    "day": {"num_format": "yyyy-mm-dd"},
    "instant": {"num_format": "yyyy-mm-dd hh:mm:ss"},
    "number": {},
}
_COLOURS = {  # of verdicts that somebody has to look at: ink and paper
    "overdue": ("#8A1C10", "#FBE3DF"),
    "failed": ("#8A1C10", "#FBE3DF"),
    "late": ("#6B4700", "#FCEFCF"),
    "unverified": ("#6B4700", "#FCEFCF"),
}
_VERDICT = "Verdict"
_KEPT = 5_000  # cells of a column


class Book:
    """A workbook that is being written, with the forms that its cells share. Once it is closed it
    is whole; what it was known at is when it says that it was made."""

    def __init__(self, out: Path | BinaryIO, title: str, comments: str, known: int) -> None:
        book = Workbook(str(out) if isinstance(out, Path) else out, _OPTIONS)
        book.set_properties({"title": title, "comments": comments, "created": _instant(known)})
        self._book = book
        self._title = book.add_format(
            {"bold": True, "bg_color": "#E7ECF2", "bottom": 1, "text_wrap": True, "valign": "top"}
        )
        top = {"valign": "top"}
        self._forms = {kind: book.add_format({**form, **top}) for kind, form in _FORMS.items()}
        self._wide = {
            kind: book.add_format({**form, **top, "text_wrap": True, "align": "left"})
            for kind, form in _FORMS.items()
        }
        self._label = book.add_format({"bold": True, **top})
        self._verdicts = {
            name: book.add_format({"font_color": ink, "bg_color": paper, **top})
            for name, (ink, paper) in _COLOURS.items()
        }

    def __enter__(self) -> Book:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if error is None:
            self.close()
        else:
            self.drop()

    def close(self) -> None:
        """Write the whole of it. Raises OSError where there is no room."""
        self._book.use_zip64()  # if it is very long
        try:
            self._book.close()
        except FileCreateError as error:  # around what is no fault of the workbook
            raise error.args[0] from error

    def drop(self) -> None:
        """Nothing comes of it."""
        self._book.fileclosed = True  # or it would complain when it is thrown away
        for page in self._book.worksheets():
            page.dropped()

    def add(self, name: str, head: Head, rows: Iterable[Sequence[Cell]], frozen: int = 0) -> None:
        """A page with these rows."""
        page = self.page(name)
        self.begin(page, head, frozen)
        page.add(rows)
        page.end()

    def page(self, name: str) -> Page:
        """An empty page behind those that are there."""
        page = self._book.add_worksheet(name, worksheet_class=Page)
        page.set_landscape()
        page.set_paper(9)  # A4
        page.set_footer("&L&A&RPage &P of &N")
        assert isinstance(page, Page)
        return page

    def begin(self, page: Page, head: Head, frozen: int = 0, wrapped: bool = False) -> None:
        """Give a page its header, which stays in view; it takes rows from now on. `wrapped` breaks
        long texts, for a page that has few rows."""
        page.freeze_panes(1, frozen)
        page.repeat_rows(0)
        page.set_row(0, 32)
        page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})  # ids keep their zeros
        if frozen:
            page.repeat_columns(0, frozen - 1)
        else:
            page.fit_to_pages(1, 0)
        forms = self._wide if wrapped else self._forms
        for at, (title, kind, width) in enumerate(head):
            page.set_column(at, at, width, forms[kind])
            page.write_string(0, at, title, self._title)
        page.take(head, [forms[kind] for _, kind, _ in head], self._verdicts)

    def add_pairs(self, name: str, pairs: Iterable[tuple[str, Kind, Cell]]) -> None:
        """A page that says of each thing what it is."""
        self.pairs(self.page(name), pairs)

    def pairs(self, page: Page, pairs: Iterable[tuple[str, Kind, Cell]]) -> None:
        """Fill a page so."""
        page.set_column(0, 0, 28)
        page.set_column(1, 1, 90)
        page.fit_to_pages(1, 0)
        for title, kind, cell in pairs:
            page.take((("", "text", 0), ("", kind, 0)), (self._label, self._wide[kind]), {})
            page.add([(title, cell)])


class Page(Worksheet):  # type: ignore[misc]  # xlsxwriter has no types
    """A worksheet that takes whole rows and writes their XML at once: xlsxwriter's own way, cell by
    cell, takes twenty times as long, and what begins with <r> is markup to it."""

    def take(self, head: Head, forms: Sequence[Any], verdicts: Mapping[str, Any]) -> None:
        """Rows of these columns are to come, behind those that are there."""
        self._kinds = [kind for _, kind, _ in head]
        self._names = [f'<c r="{xl_col_to_name(at)}' for at in range(len(head))]
        self._styles = [form._get_xf_index() for form in forms]
        self._marked = next((at for at, each in enumerate(head) if each[0] == _VERDICT), -1)
        self._marks = {name: form._get_xf_index() for name, form in verdicts.items()}
        self._places = range(len(head))
        self._rests: list[dict[Cell, str]] = [{} for _ in head]
        if not hasattr(self, "_begin"):
            self._rows = 1 if head[0][0] else 0
            self._begin: int | None = None  # of the rows in their file

    def add(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Take rows. Their days and instants may be texts, as JSON has them."""
        self._flush()
        for row in rows:
            self._rows += 1
            self.row_data_fh.write(self._row(row))
        self._check_dimensions(max(self._rows - 1, 0), 0)
        self._check_dimensions(max(self._rows - 1, 0), len(self._kinds) - 1)

    def _flush(self) -> None:
        """Out of xlsxwriter's hands: the header."""
        if self._begin is None:
            self._write_single_row(self._rows)
            self._begin = self.row_data_fh.tell()

    def end(self) -> None:
        """No more rows are to come; each column gets a filter."""
        self.autofilter(0, 0, max(self._rows - 1, 0), len(self._kinds) - 1)

    def instead(self, text: str) -> None:
        """Say this in the place of all rows."""
        self._flush()
        self.row_data_fh.seek(self._begin)
        self.row_data_fh.truncate()
        self._rows = 1
        self._kinds, self._marked = ["text"] * len(self._kinds), -1
        self._rests = [{} for _ in self._kinds]
        self.add([[text, *[None] * (len(self._kinds) - 1)]])

    def dropped(self) -> None:
        """Nothing comes of it."""
        self._opt_close()

    def _row(self, row: Sequence[Cell]) -> str:
        number = str(self._rows)
        parts = [f'<row r="{number}">']
        for cell, name, rests, at in zip(row, self._names, self._rests, self._places, strict=True):
            if cell is not None:
                parts += (name, number, rests.get(cell) or self._rest(at, cell))
        parts.append("</row>")
        return "".join(parts)

    def _rest(self, at: int, cell: Cell) -> str:
        """A cell as XML, behind where it is; kept, because most cells of a column are the same as
        another."""
        kind, form = self._kinds[at], self._styles[at]
        if at == self._marked:
            form = self._marks.get(str(cell), form)
        if kind == "day" or kind == "instant":
            found = f'" s="{form}"><v>{_serial(cell, kind)}</v></c>'
        elif isinstance(cell, str):
            text = _text(cell if len(cell) <= MOST_LETTERS else short(cell))
            found = f'" s="{form}" t="inlineStr"><is>{text}</is></c>'
        else:
            found = f'" s="{form}"><v>{cell!r}</v></c>'
        rests = self._rests[at]
        if len(rests) >= _KEPT:
            rests.clear()
        rests[cell] = found
        return found


def _serial(cell: Cell, kind: Kind) -> str:
    """A day or an instant as a workbook counts: days since the end of 1899."""
    if kind == "day":
        day = date.fromisoformat(cell) if isinstance(cell, str) else cell
        assert isinstance(day, date), cell
        return str((day - _EXCEL).days)
    at = timestamps.read(cell) if isinstance(cell, str) else cell
    assert isinstance(at, int), cell
    days, rest = divmod(at, 86_400_000_000)
    return f"{_UNIX + days + rest / 86_400_000_000:.16G}"


def short(text: str) -> str:
    """The beginning of a text that is too long for a cell; the whole is in CSV and JSON."""
    return f"{text[: MOST_LETTERS - 1]}…"


_SPECIAL = re.compile(r"[&<>\x00-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\t": "\t", "\n": "\n"}


def _text(text: str) -> str:
    """A text as XML."""
    space = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    return f"<t{space}>{_SPECIAL.sub(_special, text)}</t>"


def _special(found: re.Match[str]) -> str:
    """What XML can't hold is written _x001B_ (ECMA-376 part 1, 22.9.2.19), and so is a _ that would
    make a text look as if it were."""
    letter = found[0]
    return _NAMED.get(letter) or ("\ufffd" if letter > "\ud7ff" else f"_x{ord(letter):04X}_")


def _instant(microseconds: int) -> datetime:
    """As workbooks have it: in UTC, without saying so."""
    return _EPOCH + timedelta(microseconds=microseconds)
