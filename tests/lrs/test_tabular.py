"""Tests of files of rows: encodings, delimiters, workbooks, JSON, and what is none of them."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from lrs import tabular
from lrs.tabular import Grid, TableError


def cells(data: bytes | str, name: str = "people.csv") -> list[tuple[str, ...]]:
    """The cells of each row."""
    return [row.cells for row in read(data, name).rows]


def read(data: bytes | str, name: str = "people.csv") -> Grid:
    return tabular.read(name, data.encode() if isinstance(data, str) else data)


def refused(data: bytes | str, sheet: str | None = None) -> str:
    """What is said of a file that can't be read, without the hint."""
    with pytest.raises(TableError) as error:
        tabular.read("people.csv", data.encode() if isinstance(data, str) else data, sheet=sheet)
    assert error.value.problem.hint
    return str(error.value).splitlines()[0]


TEXT = "id,näme\n7,Zoë “Zo” Ruiz\n"


@pytest.mark.parametrize(
    ("encoding", "mark", "said"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", b"\xef\xbb\xbf", "utf-8"),
        ("utf-16-le", b"\xff\xfe", "utf-16"),
        ("utf-16-be", b"\xfe\xff", "utf-16"),
        ("cp1252", b"", "cp1252"),
    ],
)
def test_every_encoding_of_an_export_is_read(encoding: str, mark: bytes, said: str) -> None:
    """UTF-8 with its mark or without, UTF-16 with it, and else Windows-1252; and it is told."""
    grid = read(mark + TEXT.encode(encoding))
    assert [row.cells for row in grid.rows] == [("id", "näme"), ("7", "Zoë “Zo” Ruiz")]
    assert (grid.encoding, grid.kind) == (said, "csv")


def test_bytes_that_are_no_text_are_refused_at_their_line() -> None:
    """A byte of neither encoding, a broken byte among UTF-8, half of UTF-16, or no text at all."""
    neither = "people.csv:2: error: this line has the byte 0x81, which is neither UTF-8 nor "
    assert refused(b"a,b\n\x81,1\n") == f"{neither}Windows-1252 [encoding]"
    mixed = "people.csv:4: error: this line has the byte 0xe9, which is not UTF-8, as the rest is"
    assert refused("é,ü\nü,ä\nß,1\n".encode() + b"\xe9,1\n") == f"{mixed} [encoding]"
    assert "broken UTF-16 [encoding]" in refused(b"\xff\xfea\0\n\0\x00\xd8")
    assert "UTF-16 without the mark" in refused("a,b\n1,2\n".encode("utf-16-le"))
    binary = "people.csv:2: error: this line has a character that no text has (0x03)"
    assert refused(b"%PDF\n\x03\x01") == f"{binary} [not-a-table]"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_outside_of_quotes(delimiter: str) -> None:
    """The one that all lines have equally often; what stands in quotes doesn't count."""
    others = ",;\t|".replace(delimiter, "")
    lines = [["id", "name", "note"], ["1", f'"Ruiz{delimiter} Ana{others}."', "x"], ["2", "Jo", ""]]
    grid = read("\n".join(delimiter.join(line) for line in lines))
    assert grid.delimiter == delimiter
    assert grid.rows[1].cells == ("1", f"Ruiz{delimiter} Ana{others}.", "x")


def test_a_header_that_begins_like_a_zip_is_a_header() -> None:
    """PK is short for primary key; a workbook begins with more than that."""
    assert cells("PK;name\n7;Ana\n") == [("PK", "name"), ("7", "Ana")]


def test_excel_s_own_line_tells_the_delimiter() -> None:
    """ "sep=;" is no row, and rows keep the numbers of their lines."""
    grid = read("sep=;\r\na;b\r\n1,5;2\r\n")
    assert grid.delimiter == ";"
    assert grid.rows == ((2, ("a", "b")), (3, ("1,5", "2")))


def test_a_row_s_number_is_the_line_in_which_it_begins() -> None:
    """Breaks in quoted cells and empty lines count as lines, and are no rows."""
    text = 'id,note\n\n1,"one\ntwo"\r\n2,x\n , \n3,y\n'
    assert [(row.number, row.cells[0]) for row in read(text).rows] == [
        (1, "id"),
        (3, "1"),
        (5, "2"),
        (7, "3"),
    ]


def test_blanks_around_cells_are_taken_off() -> None:
    """No-break spaces and marks without a width too, which copying from pages brings along."""
    assert cells("id,name\n\u00a000042 ,\u200bAna\u00a0Ruiz\ufeff\u00a0\n")[1] == (
        "00042",
        "Ana\u00a0Ruiz",
    )


def test_quotes_that_don_t_close_are_told_where_they_open() -> None:
    """At the end of the file, before the next quote, or inside of a cell."""
    never = "people.csv:3: error: this line has a quote that opens and never closes"
    assert refused('a,b\n1,2\n3,"x\n4,y\n') == f"{never} [broken-quote]"
    later = "this line has a quote that opens here; what closes it, in line 3, is no end"
    assert refused('a,b\n1,"x\n2,"y"\n') == f"people.csv:2: error: {later} [broken-quote]"
    inside = "people.csv:2: error: this line has a quote inside of a quoted cell [broken-quote]"
    assert refused('a,b\n"Ana "Zo" Ruiz",2\n') == inside
    assert "never closes" in refused('a,b\n"' + "x\n" * tabular.LONGEST_CELL)


def test_nothing_is_no_table() -> None:
    """An empty file, blank lines, an empty list and an empty workbook are each told."""
    for data in (b"", b"\n \n,,\n", b"[]", b'{"Report_Entry": []}', workbook(lambda _: None)):
        assert refused(data) == "people.csv: error: this file has no rows [no-rows]"


def test_a_file_that_is_too_large_is_refused() -> None:
    """Before anything in it is looked at."""
    assert "has 200 MB" in refused(b"a" * (tabular.LARGEST + 1))


def test_the_header_is_a_row_like_the_others_until_it_is_chosen() -> None:
    """What stands above it is left out, and rows are padded to its width."""
    sheet = tabular.headed(read("Report of May\nid,name,unit\n1,Ana\n2,Jo,X,Y\n"), 1)
    assert sheet.header == ("id", "name", "unit")
    assert sheet.rows == ((3, ("1", "Ana", "")), (4, ("2", "Jo", "X", "Y")))


# Workbooks.


def workbook(fill: Callable[[xlsxwriter.Workbook], object]) -> bytes:
    """The bytes of a workbook."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        if fill(book) is None and not book.worksheets():
            book.add_worksheet("Empty")
    return stream.getvalue()


def _values(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("People")
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(0, 0, ["id", "n", "day", "at", "time", "yes", "padded"])
    sheet.write_string(2, 0, "00042")
    sheet.write_number(2, 1, 42)
    sheet.write_datetime(2, 2, datetime(2026, 3, 31), day)
    sheet.write_datetime(2, 3, datetime(2026, 3, 31, 8, 15), day)
    sheet.write_datetime(2, 4, time(8, 15), book.add_format({"num_format": "hh:mm"}))
    sheet.write_boolean(2, 5, True)
    sheet.write_number(2, 6, 42, book.add_format({"num_format": "00000"}))
    sheet.write_number(3, 1, 1.5)


def test_a_workbook_s_values_become_texts() -> None:
    """Days as 2026-03-31, instants with a T, whole numbers without ".0", and a number as it is
    shown where its format adds zeros; rows keep their numbers."""
    grid = read(workbook(_values), "people.xlsx")
    told = ("00042", "42", "2026-03-31", "2026-03-31T08:15:00", "08:15:00", "true", "00042")
    assert grid.rows[1:] == ((3, told), (4, ("", "1.5")))
    assert grid.kind == "xlsx"


def test_of_several_sheets_one_must_be_named() -> None:
    """Where only one has rows it is that one; hidden ones count when they are named."""

    def fill(book: xlsxwriter.Workbook) -> None:
        for name in ("Notes", "People", "Leavers", "Old"):
            sheet = book.add_worksheet(name)
            if name != "Notes":
                sheet.write(0, 0, name)
            if name == "Old":
                sheet.hide()

    data = workbook(fill)
    assert refused(data) == "people.csv: error: this file has 2 sheets with rows [which-sheet]"
    assert 'has no sheet "Staff"' in refused(data, "Staff")
    assert tabular.read("x", data, sheet="Leavers").rows == ((1, ("Leavers",)),)
    assert tabular.read("x", data, sheet="Old").rows == ((1, ("Old",)),)


def test_workbooks_that_can_t_be_opened_are_told_apart() -> None:
    """Locked, of before 2007, damaged, and a zip of something else."""
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    assert "locked with a password [locked]" in refused(
        old + "EncryptedPackage".encode("utf-16-le")
    )
    assert "before 2007" in refused(old + b"Workbook")
    whole = workbook(_values)
    assert "damaged workbook [damaged]" in refused(whole[:200])
    assert "damaged workbook" in refused(_with_part(whole, "xl/worksheets/sheet1.xml", b"<x"))
    assert "is a zip, but no workbook" in refused(_zip({"people.csv": b"a,b"}))


def test_bombs_are_not_unpacked() -> None:
    """A workbook that would grow beyond measure, or whose rows are counted in millions, ends in
    one problem; so do entities, which grow while they are read."""
    bomb = _with_part(workbook(_values), "xl/media/a.bin", b"")
    big = bytearray(bomb)
    at = big.rindex(b"PK\x01\x02")  # what the directory says of the last part: 24: its size
    big[at + 24 : at + 28] = (1 << 31).to_bytes(4, "little")
    assert "grows to 2,14" in refused(bytes(big))
    doctype = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><worksheet>&a;</worksheet>'
    assert "damaged" in refused(_with_part(bomb, "xl/worksheets/sheet1.xml", doctype))
    far = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="2000000"><c r="A2000000"><v>1</v></c></row></sheetData></worksheet>'
    )
    assert "damaged" in refused(_with_part(bomb, "xl/worksheets/sheet1.xml", far))


def test_what_openpyxl_writes_is_read_as_well() -> None:
    """A workbook that somebody saved with another program."""
    book = openpyxl.Workbook()
    assert book.active
    book.active.append(["id", "day"])
    book.active.append(["7", date(2026, 3, 31)])
    stream = io.BytesIO()
    book.save(stream)
    assert cells(stream.getvalue()) == [("id", "day"), ("7", "2026-03-31")]


def _zip(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return stream.getvalue()


def _with_part(data: bytes, name: str, content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        parts = {part: old.read(part) for part in old.namelist()}
    return _zip({**parts, name: content})


# JSON.


def test_a_list_of_objects_is_a_table() -> None:
    """Its keys are the header, the place in the list the row's number; objects are flattened with
    dots, lists of plain values joined."""
    told = [
        {"id": "00042", "n": 7, "x": 1.50, "yes": True},
        {"id": "7", "name": {"first": " Ana "}, "roles": ["a", "b"], "mails": [{"value": "m"}]},
    ]
    text = json.dumps(told).replace("1.5", "1.50")
    grid = read(text)
    assert grid.rows[0] == (0, ("id", "n", "x", "yes", "name.first", "roles", "mails.0.value"))
    assert grid.rows[1] == (1, ("00042", "7", "1.50", "true", "", "", ""))
    assert grid.rows[2] == (2, ("7", "", "", "", "Ana", "a; b", "m"))
    assert read(json.dumps({"Report_Entry": told})).rows[2] == grid.rows[2]


def test_json_that_is_no_table_is_refused() -> None:
    """Broken text at its line, keys that stand twice, entries that are none, nesting."""
    broken = "people.csv:2: error: this line is no JSON from column 1 on"
    assert refused('[{"a":\n}]').startswith(broken)
    assert 'has "a" twice in one object' in refused('[{"a": 1, "a": 2}]')
    assert "entry 2 of the list is no object" in refused('[{"a": 1}, 2]')
    assert "JSON without a list of rows" in refused('{"a": 1}')
    assert "nested too deep" in refused('[{"a":' * 30 + "1" + "}]" * 30)
    assert "nested too deep" in refused('[{"a":' + "[" * 100_000 + "]" * 100_000 + "}]")


SHOWN = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Cf", "Zl", "Zp"))
WORDS = st.text(SHOWN)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(WORDS.filter(bool), min_size=2, max_size=5), min_size=1, max_size=6))
def test_what_is_written_as_csv_is_read_back(told: list[list[str]]) -> None:
    """Whatever stands in the cells, quotes and delimiters too."""
    stream = io.StringIO()
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerows(told)
    assert cells(stream.getvalue()) == [tuple(row) for row in told]


WHOLE = workbook(_values)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1))
def test_a_damaged_workbook_is_a_problem_or_a_table(changes: list[tuple[int, int]]) -> None:
    """Whichever of its bytes are others: nothing else ever comes of it."""
    data = bytearray(WHOLE)
    for at, byte in changes:
        data[at] = byte
    with suppress(TableError):
        assert tabular.read("people.xlsx", bytes(data)).rows


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60) | st.text('[]{}":,;\n\t1a', max_size=40).map(str.encode))
def test_any_bytes_are_a_problem_or_a_table(data: bytes) -> None:
    """Whatever somebody takes for a roster."""
    with suppress(TableError):
        assert read(data).rows
