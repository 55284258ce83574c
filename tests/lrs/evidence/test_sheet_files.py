"""Tests of sheets as files: CSV, JSON and workbook have the same rows, which are what they were."""

from __future__ import annotations

import csv
import errno
import json
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from answers import answer
from answers import sheet as register_sheet
from cases import asked, somebody
from sheets_made import COLUMNS, KNOWN, ROWS, sheet, written

from lrs.evidence.writing.lines import Digest, cells, lines
from lrs.evidence.writing.sheet_files import Plan, SheetFiles
from lrs.register import columns
from lrs.register import sheet as register
from lrs.register.writing import pages


def files(folder: Path) -> dict[str, bytes]:
    """All that was written."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*")}


def test_the_same_rows_make_the_same_files(tmp_path: Path) -> None:
    """To the byte, in whatever pieces they come; a sheet without rows in a piece loses nothing."""
    made = []
    for piece in (1, 2, 100):
        folder = tmp_path / str(piece)
        folder.mkdir()
        written(folder, sheet("some"), sheet("none", ()), piece=piece)
        made.append(files(folder))
    assert made[0] == made[1] == made[2]
    assert set(made[0]) == {
        *("workbook.xlsx", "sheets/some.csv", "sheets/some.json"),
        *("sheets/none.csv", "sheets/none.json"),
    }


def test_json_says_what_the_rows_are(tmp_path: Path) -> None:
    """Columns with what they mean, what was searched, how it was made; and its own digest."""
    done = written(tmp_path, sheet("some"))["some"]
    told = json.loads((tmp_path / "sheets/some.json").read_bytes())
    assert (told["searched"], told["made"], told["criteria"]) == (
        "All of some.",
        "By hand.",
        ["CC2.2"],
    )
    assert told["columns"][2] == {"name": "due", "title": "Due", "kind": "day", "means": "By when."}
    assert told["rows"][0] == ["00042", "=1+1", "2026-03-31", "2026-03-31T23:33:20.000001Z", 85]
    assert told["rows"][1] == ["00051", None, None, None, 85.5]
    assert told["rows"][3][1] == "half a letter: \ud800; \t"
    rows = [[each["name"] for each in told["columns"]], *told["rows"]]
    text = "".join(
        json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows
    )
    assert done.digest == told["digest"]
    assert done.digest == sha256(text.encode("utf-8", "backslashreplace")).hexdigest()
    assert (done.rows, told["count"]) == (4, 4)


def test_csv_is_a_plain_table_that_nobody_runs(tmp_path: Path) -> None:
    """The columns' names and the rows, no other line; no cell begins as a formula does."""
    written(tmp_path, sheet("some"))
    with (tmp_path / "sheets/some.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["person", "note", "due", "at", "score"]
    assert rows[1][1] == "'=1+1"
    assert rows[3][1] == '王小明, "so"\r\n_x0041_ <r>&\x1b'
    assert rows[3][4] == "-3"  # a number is none
    assert rows[4][:2] == ["'@", "half a letter: ?; \t"]


def test_a_workbook_has_a_page_for_each_sheet(tmp_path: Path) -> None:
    """Between one that says what it is and one that says what columns mean, in the order given."""
    written(tmp_path, sheet("some"), sheet("none", ()))
    book = openpyxl.load_workbook(tmp_path / "workbook.xlsx")
    assert book.sheetnames == ["about", "some", "none", "columns"]
    assert [cell.value for cell in book["about"][1]] == ["Organisation", "Brightwater"]
    row = [cell.value for cell in book["some"][2]]
    assert row[:3] == ["00042", "=1+1", datetime(2026, 3, 31)]
    assert book["some"]["B2"].data_type == "s"
    assert book["none"]["A2"].value == "No row. All of none."
    assert book["some"].freeze_panes == "A2"
    assert book["some"].auto_filter.ref == "A1:E5"
    meanings = [[cell.value for cell in row] for row in book["columns"].iter_rows(min_row=2)]
    assert ["some", "Due", "due", "By when."] in meanings


def test_what_a_page_has_no_room_for_is_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page says so, and the other files have all rows."""
    from lrs.evidence.writing import sheet_files

    monkeypatch.setattr(sheet_files, "MOST_ROWS", 3)
    done = written(tmp_path, sheet("some"), sheet("few", ROWS[:2]), piece=1)
    page = openpyxl.load_workbook(tmp_path / "workbook.xlsx")["some"]
    assert page.max_row == 2
    assert "more than the 3 rows" in str(page["A2"].value)
    assert "sheets/some.csv" in str(page["A2"].value)
    assert (done["some"].shown, done["few"].shown) == (False, True)
    assert len(json.loads((tmp_path / "sheets/some.json").read_bytes())["rows"]) == 4


def test_a_page_may_have_the_main_columns(tmp_path: Path) -> None:
    """Of a long sheet; the workbook's first page says so, and the other files have all."""
    made = SheetFiles(Plan(tmp_path, ("some",), "Test", "", KNOWN))
    made.begin(sheet("some"), ("score", "person"))
    for some in lines(COLUMNS, ROWS):
        made.add("some", some)
    made.end("some")
    done = made.close([])["some"]
    assert done.columns == ("person", "score")
    book = openpyxl.load_workbook(tmp_path / "workbook.xlsx")
    assert [[cell.value for cell in row] for row in book["some"].iter_rows(max_row=2)] == [
        ["Person", "Score"],
        ["00042", 85],
    ]
    assert "2 of 5 columns" in str(book["about"]["B1"].value)
    assert len(json.loads((tmp_path / "sheets/some.json").read_bytes())["rows"][0]) == 5


def test_lines_can_be_read_back() -> None:
    """Into the cells that they were made of; but an empty text is no text."""
    (some,) = lines(COLUMNS, ROWS)
    found = list(cells(COLUMNS, some))
    assert found == [tuple(None if cell == "" else cell for cell in row) for row in ROWS]


def test_the_digest_is_that_of_the_register() -> None:
    """What `lrs register` prints for the same rows."""
    of = register_sheet(
        answer(asked(), [somebody("01-05..")], {"42": ["phishing 01-10 pass 85 lms"]})
    )
    digest = Digest(columns.COLUMNS)
    for some in lines(columns.COLUMNS, of.cells()):
        digest.add(some)
    assert digest.told() == register.digest(of)


def test_a_row_has_a_cell_for_each_column() -> None:
    """One that has not is a fault of ours and no sheet."""
    with pytest.raises(ValueError, match="2 cells under 5 columns"):
        list(lines(COLUMNS, [("a", "b")]))


def test_each_sheet_has_one_page(tmp_path: Path) -> None:
    """A sheet that was not planned, one that comes twice and one that never comes are faults."""
    made = SheetFiles(Plan(tmp_path, ("some",), "Test", "", KNOWN))
    with pytest.raises(ValueError, match="no place for a sheet other"):
        made.begin(sheet("other"))
    made.begin(sheet("some"))
    with pytest.raises(ValueError, match="no place for a sheet some"):
        made.begin(sheet("some"))
    with pytest.raises(ValueError, match="nothing was written of the sheet some"):
        made.close([])
    made.drop()


@pytest.mark.parametrize("cell", ["a\nb", " a", "x" * 40_000, "_x000d_", "\ufffe"])
def test_long_and_odd_texts(cell: Any, tmp_path: Path) -> None:
    """A page shows them, as far as it can: the whole is in the other files."""
    written(tmp_path, sheet("some", ((cell, None, None, None, None),)))
    page = openpyxl.load_workbook(tmp_path / "workbook.xlsx")["some"]
    assert len(str(page["A2"].value)) <= pages.MOST_LETTERS
    told = json.loads((tmp_path / "sheets/some.json").read_bytes())
    assert told["rows"][0][0] == cell


def test_a_full_disk_is_told_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the workbook is put together, in another's code."""

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(ZipFile, "write", full)
    with pytest.raises(OSError, match="No space left") as caught:
        written(tmp_path, sheet("some"))
    assert caught.value.errno == errno.ENOSPC
