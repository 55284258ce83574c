"""The register as a workbook, the same to the byte each time, in which every cell has its type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, BinaryIO

from xlsxwriter import Workbook

from lrs.errors import BadRequest
from lrs.register.about import About, entries
from lrs.register.sheet import COLUMNS, Cell, Kind, Sheet

MOST_ROWS = 1_048_575  # that a worksheet has, below its header
MOST_LETTERS = 32_767  # of a cell
_EPOCH = datetime(1970, 1, 1)
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
_Head = Sequence[tuple[str, Kind, int]]  # title, kind and width of each column


def write(file: BinaryIO, sheet: Sheet, about: About) -> None:
    """The rows; what they are; the names that mean nobody; what each column means."""
    if len(sheet.rows) > MOST_ROWS:
        raise BadRequest(
            f"a worksheet has room for {MOST_ROWS:,} rows, and these are {len(sheet.rows):,}; "
            "write .csv or .json, or ask for a part"
        )
    book = Workbook(file, _OPTIONS)
    book.set_properties(
        {
            "title": f"Completion register, {about.first} to {about.last}",
            "comments": f"SHA-256 of the rows: {about.digest}",
            "created": _instant(about.known),
        }
    )
    pages = _Pages(book)
    head = [(each.title, each.kind, each.width) for each in COLUMNS]
    pages.add("Register", head, sheet.cells(), frozen=2)
    pages.add_pairs("About", ((each.title, each.kind, each.value) for each in entries(about)))
    pages.add("Unresolved names", _UNRESOLVED, _waiting(sheet))
    pages.add("Columns", _MEANINGS, ((c.title, c.name, c.means) for c in COLUMNS))
    book.close()


_UNRESOLVED: _Head = (("Name", "text", 60), ("Since", "day", 12), ("Attempts", "number", 10))
_MEANINGS: _Head = (
    ("Column", "text", 22),
    ("In CSV and JSON", "text", 22),
    ("What it says", "text", 80),
)


def _waiting(sheet: Sheet) -> Iterator[tuple[Cell, ...]]:
    return ((each.name, each.since, each.attempts) for each in sheet.answer.waiting)


class _Pages:
    """A workbook that is being written, with the forms that its cells share."""

    def __init__(self, book: Workbook) -> None:
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

    def add(self, name: str, head: _Head, rows: Iterable[Sequence[Cell]], frozen: int = 0) -> None:
        """A page with a header that stays in view, and a filter on each column."""
        page = self._page(name)
        page.freeze_panes(1, frozen)
        page.repeat_rows(0)
        page.set_row(0, 32)
        page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})  # ids keep their zeros
        if frozen:
            page.repeat_columns(0, frozen - 1)
        else:
            page.fit_to_pages(1, 0)
        for at, (title, kind, width) in enumerate(head):
            page.set_column(at, at, width, self._forms[kind])
            page.write_string(0, at, title, self._title)
        last = 0
        for last, row in enumerate(rows, 1):
            for at, (cell, (title, kind, _)) in enumerate(zip(row, head, strict=True)):
                form = self._forms[kind]
                if title == _VERDICT and isinstance(cell, str):
                    form = self._verdicts.get(cell, form)
                _write(page, last, at, cell, kind, form)
        page.autofilter(0, 0, last, len(head) - 1)

    def add_pairs(self, name: str, pairs: Iterable[tuple[str, Kind, Cell]]) -> None:
        """A page that says of each thing what it is."""
        page = self._page(name)
        page.set_column(0, 0, 28)
        page.set_column(1, 1, 90)
        page.fit_to_pages(1, 0)
        for at, (title, kind, cell) in enumerate(pairs):
            page.write_string(at, 0, title, self._label)
            _write(page, at, 1, cell, kind, self._wide[kind])

    def _page(self, name: str) -> Any:
        page = self._book.add_worksheet(name)
        page.set_landscape()
        page.set_paper(9)  # A4
        page.set_footer("&L&A&RPage &P of &N")
        return page


def _write(page: Any, row: int, at: int, cell: Cell, kind: Kind, form: Any) -> None:
    if cell is None:
        return
    if isinstance(cell, str):
        page.write_string(row, at, _short(cell), form)
    elif isinstance(cell, date):
        page.write_datetime(row, at, cell, form)
    elif kind == "instant":
        page.write_datetime(row, at, _instant(int(cell)), form)
    else:
        page.write_number(row, at, cell, form)


def _short(text: str) -> str:
    """A text that fits into a cell; the whole of a longer one is in the JSON."""
    return text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 1]}…"


def _instant(microseconds: int) -> datetime:
    """As workbooks have it: in UTC, without saying so."""
    return _EPOCH + timedelta(microseconds=microseconds)
