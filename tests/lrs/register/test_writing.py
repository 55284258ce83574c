"""Tests of how the register is written: a table for the terminal, CSV, JSON, a workbook."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from io import BytesIO, StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from answers import Made, Waits, answer, said, sheet
from cases import asked, day, somebody, span
from openpyxl.utils.escape import unescape

from lrs.errors import BadRequest
from lrs.people.timeline import Person
from lrs.register.columns import COLUMNS, NAMES
from lrs.register.sheet import Sheet
from lrs.register.writing import comma_separated, files, pages, plain_text, table, workbook

FORMULA = '=HYPERLINK("https://x.example","Ana")'


def called(name: str, id: str) -> Person:
    """Somebody of that name."""
    return replace(somebody("01-05..", id=id), names=((name, span("01-05..")),))


def made() -> Made:
    """Four people; one is called like a formula, one like a mischief, one in other letters."""
    people = [
        called(FORMULA, "00001"),
        called("Ana \x1b[31mRuiz\u202e", "00002"),
        called("王小明", "00003"),
        called("Zoë Ruíz", "00004"),
    ]
    attempts = {
        "00001": ["phishing 01-10 pass 85 lms"],
        "00002": ["phishing 02-03 pass 85.5 xapi v1.0.0"],
        "00003": ["phishing 01-10 pass - hand"],
    }
    return answer(
        asked(), people, attempts, waiting=[Waits("mbox mailto:=1@x.example", day("02-01"), 3)]
    )


def written(name: str, tmp_path: Path, **options: bool) -> Path:
    """The file of that name."""
    of = sheet(made())
    files.write(tmp_path / name, of, said(of), **options)
    return tmp_path / name


# Files.


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.xlsx"])
def test_the_same_question_makes_the_same_file(name: str, tmp_path: Path) -> None:
    """To the byte, over what was there."""
    first = written(name, tmp_path).read_bytes()
    (tmp_path / name).write_text("something else", encoding="utf-8")
    assert written(name, tmp_path).read_bytes() == first
    assert [each.name for each in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.xlsx"])
def test_a_file_is_there_whole_or_not_at_all(name: str, tmp_path: Path) -> None:
    """After an error in the midst of it, what was there before is as it was, and nothing else."""
    (tmp_path / name).write_text("before", encoding="utf-8")
    of = sheet(made())
    broken: Any = [*of.rows, "no row"]
    with pytest.raises(AttributeError):
        files.write(tmp_path / name, replace(of, rows=broken), said(of))
    assert (tmp_path / name).read_text(encoding="utf-8") == "before"
    assert [each.name for each in tmp_path.iterdir()] == [name]


# CSV.


def test_csv_has_what_it_is_before_its_rows(tmp_path: Path) -> None:
    """In lines that begin with #, so that what reads comments finds a table; bare, without."""
    text = written("a.csv", tmp_path).read_bytes().decode()
    lines = text.split("\r\n")
    told = dict(next(csv.reader([line])) for line in lines if line.startswith("# "))
    assert told["# Rows"] == "4"
    assert told["# Names that mean nobody"] == "1"
    assert told["# SHA-256 of the rows"] == said(sheet(made())).digest
    rest = "\r\n".join(line for line in lines if not line.startswith("#"))
    assert written("b.csv", tmp_path, bare=True).read_bytes().decode() == rest
    rows = list(csv.DictReader(StringIO(rest)))
    assert list(rows[0]) == list(NAMES)
    assert [row["name"] for row in rows[2:]] == ["王小明", "Zoë Ruíz"]
    assert (rows[1]["score"], rows[1]["due"]) == ("85.5", "2026-01-19")


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_csv_is_run(sign: str) -> None:
    """What a spreadsheet might take for a formula is a text, with a ' before it; a number isn't
    touched, nor what has the sign within."""
    assert comma_separated.safe(f"{sign}1+1") == f"'{sign}1+1"
    assert comma_separated.safe(f"1{sign}1") == f"1{sign}1"
    assert comma_separated.safe(-1) == -1
    assert comma_separated.safe(None) is None


def test_a_name_like_a_formula_is_none_in_csv(tmp_path: Path) -> None:
    """In a row as it is written."""
    rows = list(csv.DictReader(StringIO(written("a.csv", tmp_path, bare=True).read_text("utf-8"))))
    assert rows[0]["name"] == f"'{FORMULA}"


def test_csv_has_a_bom_on_request(tmp_path: Path) -> None:
    """One, at its very beginning."""
    plain_one = written("a.csv", tmp_path).read_bytes()
    assert written("b.csv", tmp_path, bom=True).read_bytes() == b"\xef\xbb\xbf" + plain_one
    assert not plain_one.startswith(b"\xef")


# JSON.


def test_json_has_the_rows_of_which_it_has_the_digest(tmp_path: Path) -> None:
    """Whoever has the file can make the digest again; days and instants are texts."""
    told = json.loads(written("a.json", tmp_path).read_bytes())
    names = [each["name"] for each in told["columns"]]
    lines = [names, *([row[name] for name in names] for row in told["rows"])]
    text = "".join(
        json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines
    )
    assert sha256(text.encode()).hexdigest() == told["about"]["digest"]
    assert told["rows"][1]["attempt_at"] == "2026-02-03T12:00:00.000000Z"
    assert told["rows"][0]["name"] == FORMULA
    assert told["unresolved"] == [
        {"name": "mbox mailto:=1@x.example", "since": "2026-02-01", "attempts": 3}
    ]
    assert told["about"]["rows_met"] == 2


def test_json_of_no_row_is_json(tmp_path: Path) -> None:
    """An empty register says what was searched."""
    of = sheet(made(), [])
    files.write(tmp_path / "a.json", of, said(of))
    told = json.loads((tmp_path / "a.json").read_bytes())
    assert (told["rows"], told["about"]["rows"], told["about"]["population"]) == ([], 0, 4)


# The workbook.


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    """The workbook, read back."""
    return openpyxl.load_workbook(written("a.xlsx", tmp_path_factory.mktemp("book")))


def test_a_workbook_has_typed_cells(book: openpyxl.Workbook) -> None:
    """Numbers are numbers, days and instants are dates with their forms, all else are texts."""
    page = book["Register"]
    assert [cell.value for cell in page[1]] == [each.title for each in COLUMNS]
    kinds = {"text": {"s"}, "number": {"n"}, "day": {"d"}, "instant": {"d"}}
    for row, cells in zip(page.iter_rows(min_row=2), sheet(made()).cells(), strict=True):
        for written_cell, cell, column in zip(row, cells, COLUMNS, strict=True):
            assert (written_cell.value is None) == (cell is None)
            if cell is not None:
                assert written_cell.data_type in kinds[column.kind], column.name
    at = {name: page.cell(3, n) for n, name in enumerate(NAMES, 1)}
    assert (at["due"].value, at["due"].number_format) == (datetime(2026, 1, 19), "yyyy-mm-dd")
    assert at["attempt_at"].value == datetime(2026, 2, 3, 12)
    assert at["attempt_at"].number_format == "yyyy-mm-dd hh:mm:ss"
    assert (at["score"].value, at["days_late"].value) == (85.5, 15)


def test_no_cell_of_a_workbook_is_run(book: openpyxl.Workbook) -> None:
    """A name like a formula is a text, on every page; nothing is a link."""
    assert book["Register"]["B2"].value == FORMULA
    for page in book:
        cells = [cell for row in page.iter_rows() for cell in row]
        assert not any(cell.data_type == "f" or cell.hyperlink for cell in cells)


def test_no_text_of_a_workbook_is_markup() -> None:
    """Whatever stands in a text comes back from the workbook to the letter: markup, control signs,
    what only looks like one of them, blanks at its ends; and half a letter as a mark."""
    texts = ["<r><t>x</t></r>", "a & b < c > d", "\x1b[31m \x00", "_x001B_", " so ", "a\nb\tc", ""]
    file = BytesIO()
    with pages.Book(file, "Texts", "", 0) as book:
        book.add("Texts", [("Text", "text", 20)], [[each] for each in (*texts, "\ud800")])
    page = openpyxl.load_workbook(file)["Texts"]
    found = [unescape(str(cell.value or "")) for cell in next(page.iter_cols(min_row=2))]
    assert found == [*texts, "�"]


def test_a_workbook_is_ready_to_be_read(book: openpyxl.Workbook) -> None:
    """The header and who it is stay in view, each column has a filter, and every page is named."""
    assert book.sheetnames == ["Register", "About", "Unresolved names", "Columns"]
    page = book["Register"]
    assert page.freeze_panes == "C2"
    assert page.auto_filter.ref == page.dimensions
    assert page.print_title_rows == "$1:$1"
    assert page.column_dimensions["A"].width < 15 < page.column_dimensions["B"].width
    at = NAMES.index("verdict") + 1
    inks = {page.cell(n, at).value: page.cell(n, at).font.color for n in range(2, 6)}
    assert (inks["late"].rgb, inks["overdue"].rgb) == ("FF6B4700", "FF8A1C10")


def test_a_workbook_says_what_it_is(book: openpyxl.Workbook) -> None:
    """What was asked, the counts, the digest, the instant; who waits; what each column means; and
    it was made when that was known."""
    told = {row[0].value: row[1].value for row in book["About"].iter_rows()}
    assert told["Period from"] == datetime(2026, 1, 1)
    assert told["As it was known (UTC)"] == datetime(2026, 3, 31, 23, 33, 20)
    assert (told["Rows"], told["Rows: met"]) == (4, 2)
    assert told["SHA-256 of the rows"] == said(sheet(made())).digest
    waiting = [cell.value for cell in book["Unresolved names"][2]]
    assert waiting == ["mbox mailto:=1@x.example", datetime(2026, 2, 1), 3]
    assert [row[1].value for row in book["Columns"].iter_rows(min_row=2)] == list(NAMES)
    assert book.properties.created == datetime(2026, 3, 31, 23, 33, 20)


def test_what_a_worksheet_has_no_room_for_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the way out; what a cell has none for ends with a mark."""
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    of = sheet(made())
    with pytest.raises(
        BadRequest, match=r"room for 3 rows, and these are 4; write \.csv or \.json"
    ):
        workbook.write(BytesIO(), of, said(of))
    monkeypatch.setattr(workbook, "MOST_ROWS", 4)
    monkeypatch.setattr(pages, "MOST_LETTERS", 5)
    file = BytesIO()
    workbook.write(file, of, said(of))
    assert openpyxl.load_workbook(file)["Register"]["B5"].value == "Zoë …"


# The table.


def plainly(_: str, text: str) -> str:
    return text


def lines(places: int | None, of: Sheet | None = None) -> list[str]:
    """The table's lines on a terminal of so many places."""
    return list(table.table(of or sheet(made()), places, plainly))


@pytest.mark.parametrize("places", [60, 80, 100, 120, 160, 240])
def test_a_table_fits_its_terminal(places: int) -> None:
    """No line is wider, whatever letters it has; the columns stand below each other."""
    found = lines(places)
    assert max(map(plain_text.width, found)) <= places
    at = found[0].index("Verdict")
    assert [line for line in found[2:] if "met" in line or "late" in line]
    for line in found[2:]:
        before = plain_text.cut(line, at).removesuffix("…")
        assert plain_text.width(before) <= at


def test_a_wider_terminal_shows_more() -> None:
    """Never less; the row's name, by which it can be traced, from 160 places on."""
    titles = [set(lines(places)[0].split("  ")) - {""} for places in (80, 100, 120, 160, 240)]
    stripped = [{title.strip() for title in some} for some in titles]
    assert {"Person", "Name", "Exercise", "Due", "Verdict"} <= stripped[0]
    assert all(len(less) <= len(more) for less, more in pairwise(stripped))
    assert "Row" in stripped[3]
    assert stripped[4] == {title.strip() for title in lines(None)[0].split("  ") if title}


def test_a_table_that_goes_into_a_file_is_not_cut() -> None:
    """Where the output is no terminal, all there is to show is shown."""
    assert not any("…" in line for line in lines(None))
    assert any("00002|phishing|onboarding|2026-01-05" in line for line in lines(None))


def test_a_column_of_nothing_is_left_out() -> None:
    """Unless it is one of those that are always there."""
    pending = sheet(answer(asked(as_of="01-10"), [somebody("01-05..")]))
    titles = lines(None, pending)[0]
    assert "Verdict" in titles
    assert "Days late" not in titles
    assert "Exception" not in titles


def test_nothing_acts_on_the_terminal() -> None:
    """Escapes and turns of direction in a name are shown as what they are: nothing to show."""
    text = "\n".join(lines(None))
    assert "\x1b" not in text
    assert "Ana �[31mRuiz�" in text


@pytest.mark.parametrize(
    ("text", "places", "came"),
    [
        ("Ana Ruiz", 8, "Ana Ruiz"),
        ("Ana Ruiz", 6, "Ana R…"),
        ("Ana Ruiz", 5, "Ana…"),
        ("王小明", 5, "王小…"),
        ("王小明", 4, "王…"),
        ("Zoe\u0308", 3, "Zoe\u0308"),
    ],
)
def test_a_text_is_cut_by_its_places(text: str, places: int, came: str) -> None:
    """Wide letters take two of them, accents none; a mark says that it goes on."""
    assert plain_text.cut(text, places) == came
    assert plain_text.width(plain_text.padded(text, places)) == places


def test_a_verdict_may_have_a_colour() -> None:
    """The style is asked for each cell, of which it knows the column."""

    def style(column: str, text: str) -> str:
        return text.upper() if column == "verdict" else text

    found = list(table.table(sheet(made()), 80, style))
    assert [line.upper() for line in found[2:]] != found[2:]
    came = ["MET", "LATE", "MET", "OVERDUE"]
    assert all(name in line for name, line in zip(came, found[2:], strict=True))
