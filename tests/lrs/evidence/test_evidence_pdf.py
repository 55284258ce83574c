"""The document in print: what is in it, in which order, and what it claims to be."""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations, pairwise
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import typst
from hatchling.builders.wheel import WheelBuilder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from in_print import (
    BARS,
    DAY,
    DUE,
    FILES,
    NAME,
    PERSON,
    SCORE,
    VERDICT,
    document,
    pages,
    printed,
    sheet,
    structure,
)

from lrs.evidence import columns, composition, letters, pdf
from lrs.evidence.document import Attachment, Bars, Chapter, Document, Facts, Section, Table, Text
from lrs.register.columns import COLUMNS, Cell, Kind

ROOT = Path(__file__).parents[3]
SCALE = 4  # places for a point, where pages are drawn
# Names as rosters have them, in every script that the fonts draw.
NAMES = (
    *("Zoë Żółkiewska", "Nguyễn Thị Minh Khai", "Юрий Лотман", "Ελένη Παπαδοπούλου"),
    *("田中 太郎", "山田 はなこ", "김철수", "李小龍", "Գևորգ", "გიორგი", "አበበ", "สมชาย ใจดี"),
    *("अनन्या शर्मा", "তাহমিনা", "நளினி", "Kim 😀 Lee", "O'Brien, Seán", "Đặng Ðurđa Ærøskøbing"),
)
HOSTILE = (
    '#panic() #set text(red) #include "x" #{1+1}',
    "*bold* _it_ $x^2$ `code` @ref <label> // no /* none */ \\ [a](b)",
    "= no heading - no list + no enum / term: none",
    'it\'s "quoted" -- and --- then ... ~ 1/2',
    "=SUM(A1) <script>alert(1)</script> &amp; %d {0} ${HOME}",
)


@pytest.fixture(scope="module")
def whole() -> bytes:
    """A document that has something of everything."""
    rows = [
        (f"P{at:03}", NAMES[at % len(NAMES)], "overdue" if at % 9 == 8 else "met", at, DAY)
        for at in range(150)
    ]
    return printed(
        document(
            Text("The first paragraph.\n\nThe second."),
            Facts([("Due", "number", 6211), ("Newest record", "instant", 1798761599000000)]),
            BARS,
            Section(
                "Who is in it",
                [
                    Table(sheet((PERSON, NAME, VERDICT, SCORE, DUE), rows, "Everybody")),
                    Section("Who is not", [Table(sheet((PERSON, NAME), [], "External parties"))]),
                ],
            ),
            attachments=FILES,
        )
    )


@pytest.fixture
def opened(whole: bytes) -> Iterator[pikepdf.Pdf]:
    """The same, for those who look inside."""
    with pikepdf.open(io.BytesIO(whole)) as file:
        yield file


def test_it_claims_to_be_pdf_a_3a_and_pdf_ua_1(opened: pikepdf.Pdf) -> None:
    """The metadata name part 3, conformance A, and PDF/UA part 1; the title is shown for the file's
    name; the language and the colours meant are said."""
    with opened.open_metadata() as metadata:
        assert metadata.pdfa_status == "3A"
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "Evidence of training"
    assert opened.Root.MarkInfo.Marked
    assert opened.Root.Lang == "en-GB"
    assert opened.Root.ViewerPreferences.DisplayDocTitle
    intent = opened.Root.OutputIntents[0]
    assert intent.S == "/GTS_PDFA1"
    assert len(intent.DestOutputProfile.read_bytes()) > 100
    assert not opened.is_encrypted
    assert opened.check_pdf_syntax() == []


def test_nothing_in_it_acts_or_points_outside(opened: pikepdf.Pdf) -> None:
    """No scripts, no forms, no links but those of the contents."""
    assert "/OpenAction" not in opened.Root and "/AcroForm" not in opened.Root
    for page in opened.pages:
        for note in page.get("/Annots", []):
            assert note.Subtype == "/Link"
            assert "/URI" not in note.get("/A", {})
            assert str(note.Contents) and "/StructParent" in note  # ISO 14289-1, 7.18.5
        assert page.Tabs == "/S" or "/Annots" not in page  # 7.18.3


def test_all_that_is_drawn_is_marked(opened: pikepdf.Pdf) -> None:
    """What shows text, or paints, stands in marked content: of the structure, or an artifact."""
    painting = {"Tj", "TJ", "'", '"', "f", "f*", "S", "s", "B", "B*", "b", "b*", "Do", "sh"}
    for page in opened.pages:
        depth, drawn = 0, 0
        for instruction in pikepdf.parse_content_stream(page):
            name = str(instruction.operator)
            depth += (name in ("BDC", "BMC")) - (name == "EMC")
            drawn += name in painting
            assert depth or name not in painting
        assert drawn and depth == 0


def test_the_heading_levels_go_down_one_by_one(opened: pikepdf.Pdf) -> None:
    """After the title, headings begin with the first level and skip none."""
    levels = [int(tag.name[1]) for tag in structure(opened).all("H1", "H2", "H3", "H4")]
    assert levels[:4] == [1, 1, 2, 3]  # contents, the chapter, its section, and that one's
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert [tag.name for tag in structure(opened).inside[0].inside][:3] == ["P", "Title", "P"]


def test_a_table_has_headers_and_rows_of_one_length(opened: pikepdf.Pdf) -> None:
    """Each table has one head, whose cells are headers of columns, and as many cells in each row;
    it is one table for the reader, over however many pages it goes."""
    tables = list(structure(opened).all("Table"))
    heads = []
    for table in tables:
        (head,) = table.all("THead")
        cells = list(head.all("TH"))
        heads.append(len(list(table.all("TR"))) - 1)
        for cell in cells:
            (scope,) = (each.Scope for each in cell.element.A if "/Scope" in each)
            assert scope == "/Column"
        for body in table.all("TBody"):
            assert {len(list(row.all("TD"))) for row in body.all("TR")} == {len(cells)}
    assert heads == [3, 150, 2]  # the chart's figures, everybody, the files carried


def test_the_head_of_a_table_is_on_each_of_its_pages(whole: bytes) -> None:
    """A table that goes over pages repeats its head, for the eye alone."""
    with_rows = [page for page in pages(whole) if re.search(r"P\d\d\d .* 2026-12-31", page)]
    assert len(with_rows) >= 3
    assert all("Person Name Verdict Score Due" in page for page in with_rows)


def test_a_chart_has_its_alternative_and_its_figures(opened: pikepdf.Pdf, whole: bytes) -> None:
    """What a chart shows is told in words, and stands as a table after it, with totals."""
    figures = list(structure(opened).all("Figure"))
    assert [str(each.element.Alt) for each in figures] == ["March has most late ones."]
    text = " ".join(pages(whole))
    assert "Month met late failed Together January 480 10 0 490 February 455 12 0 467" in text
    assert "March 489 41 1 531" in text


def test_parts_of_a_bar_are_told_apart_without_colour() -> None:
    """Printed in grey, a chart of eight series has eight fillings: no two look the same."""
    bars = Bars("All", "Eight.", ["x"], [(f"s{at}", [100]) for at in range(8)])
    content = printed(document(bars))
    with pikepdf.open(io.BytesIO(content)) as file:
        (figure,) = structure(file).all("Figure")
        (box,) = (each.BBox for each in figure.element.A if "/BBox" in each)
        left, bottom, right = (float(box[at]) for at in (0, 1, 2))
    with pypdfium2.PdfDocument(content) as file:
        page = file[2]
        drawn = page.render(scale=SCALE, grayscale=True)
        grey, stride, top = bytes(drawn.buffer), drawn.stride, page.get_height()
    lines = range(round((top - bottom - 7) * SCALE), round((top - bottom - 2) * SCALE))
    middle = grey[lines[0] * stride :][:stride]
    start, end = _bar(middle, round(left * SCALE), round(right * SCALE))
    wide = (end - start) / 8
    patches = [
        b"".join(
            grey[line * stride + round(start + wide * at) + 8 :][: round(wide) - 16]
            for line in lines
        )
        for at in range(8)
    ]
    for one, other in combinations(patches, 2):
        differing = sum(abs(a - b) > 40 for a, b in zip(one, other, strict=True))
        assert differing > len(one) / 20


def _bar(line: bytes, left: int, right: int) -> tuple[int, int]:
    """From where to where the bar goes: the longest stretch without 20 white places."""
    stretches = list(re.finditer(rb"(?s)[^\xff](?:.{0,60}?[^\xff])*", line[left:right]))
    longest = max(stretches, key=lambda found: found.end() - found.start())
    return left + longest.start(), left + longest.end()


def test_the_text_comes_in_reading_order(whole: bytes) -> None:
    """Cover, contents, and then chapter by chapter as the blocks stand."""
    text = " ".join(pages(whole))
    order = [
        *("Northwind Freight", "Evidence of training", "For the year 2026", "Population 1,240"),
        *("Contents", "What was found", "Nobody was left out.", "SOC 2 criteria: CC2.2"),
        *("The first paragraph.", "The second.", "Due 6,211", "2026-12-31 23:59:59 UTC"),
        *("Chart 1 Verdicts by month (obligations)", "Who is in it", "Table 1 Everybody"),
        *("Searched All rosters of 2026.", "How made One a person.", "P000", "P149"),
        *("Who is not", "Table 2 External parties", "About this document"),
    ]
    at = -1
    for each in order:
        at = text.find(each, at + 1)
        assert at >= 0, each


def test_pages_are_numbered_of_how_many(whole: bytes) -> None:
    """All but the cover have title, chapter and page X of Y; the contents name the right page."""
    cover, contents, *rest = pages(whole)
    many = len(rest) + 2
    assert "Page 1" not in cover
    for number, page in enumerate([contents, *rest], 2):
        assert f"Page {number} of {many}" in page
        assert "Evidence of training" in page
        assert "Northwind Freight · 31 December 2026" in page
    found = re.search(r"2 About this document[ .]+(\d+)", contents)
    assert found and int(found[1]) == many


def test_bookmarks_are_the_headings(opened: pikepdf.Pdf) -> None:
    """Chapters, and their sections below them."""
    with opened.open_outline() as outline:
        chapter, about = outline.root
    assert (chapter.title, about.title) == ("1 What was found", "2 About this document")
    assert [each.title for each in chapter.children] == ["1.1 Who is in it"]
    assert [each.title for each in chapter.children[0].children] == ["1.1.1 Who is not"]


def test_it_carries_its_files(opened: pikepdf.Pdf, whole: bytes) -> None:
    """Byte for byte, named, described, of their type, as data of the document; and a table says
    which they are, with their digests."""
    text = "".join(pages(whole)[-1].split())
    for file, associated in zip(FILES, opened.Root.AF, strict=True):
        carried = opened.attachments[file.name]
        assert carried.get_file().read_bytes() == file.content
        assert carried.get_file().mime_type == file.media_type
        assert carried.description == file.describes
        assert associated.AFRelationship == "/Data" and file.name == associated.UF
        assert hashlib.sha256(file.content).hexdigest() in text


def test_an_empty_table_says_what_was_searched(whole: bytes) -> None:
    """No rows is an answer, and told with what was looked through."""
    text = " ".join(pages(whole))
    found = text.index("Table 2 External parties")
    assert "Searched All rosters of 2026." in text[found:]
    assert "No rows: nothing was found in what was searched." in text[found:]


def test_the_same_document_is_the_same_bytes(whole: bytes) -> None:
    """Also in another process, zone, language and day."""
    script = (
        "import sys; from in_print import *; from lrs.evidence.document import Text;"
        "sys.stdout.buffer.write(printed(document(Text('é 田 ‹'), BARS, attachments=FILES)))"
    )
    path = f"{ROOT}{os.pathsep}{Path(__file__).parent}"
    other = {
        "PYTHONPATH": path,
        "PYTHONHASHSEED": "7",
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",
        "SOURCE_DATE_EPOCH": "1",
        "HOME": "/",
    }
    run = subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        capture_output=True,
        cwd=ROOT,
        env={
            **os.environ,
            **other,
            "PYTHONPATH": f"{ROOT}{os.pathsep}{Path(__file__).parent}",
            "PYTHONHASHSEED": "7",
        },
    )
    here = printed(document(Text("é 田 ‹"), BARS, attachments=FILES))
    assert run.stdout == here
    assert printed(document(Text("é 田 ‹"), BARS, attachments=FILES)) == here


def test_its_date_is_the_documents(opened: pikepdf.Pdf) -> None:
    """No clock is read: made and changed on the day that the document says."""
    assert str(opened.docinfo.CreationDate).startswith("D:20261231")
    assert str(opened.docinfo.ModDate).startswith("D:20261231")


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_is_taken_for_markup(text: str) -> None:
    """Wherever a text stands, it is printed to the letter."""
    columns_ = (PERSON._replace(title=text), NAME)
    hostile = Document(
        text,
        text,
        text,
        DAY,
        Facts([(text, "text", text)]),
        [
            Chapter(
                text,
                text,
                [
                    Text(text),
                    Section(text, [Facts([(text, "text", text)])]),
                    Table(sheet(columns_, [(text, text)], text)),
                    Bars(text, text, [text], [(text, [1])], text, text),
                ],
                (text,),
            )
        ],
        [Attachment("a.txt", b"", "text/plain", text)],
    )
    told = "".join(pages(printed(hostile))).replace(" ", "")
    assert told.count(text.replace(" ", "")) >= 20


def test_names_are_readable_in_their_script(whole: bytes) -> None:
    """What was received is what the text layer says, and no glyph stands for a missing one."""
    text = " ".join(pages(whole))
    for name in NAMES:
        assert name in text
    assert "U+" not in text and "\ufffd" not in text


@pytest.mark.parametrize(("name", "first", "last"), [("محمد علي", "م", "ي"), ("שרה כהן", "ש", "ן")])
def test_names_from_right_to_left_are_set_so(name: str, first: str, last: str) -> None:
    """The first letter stands rightmost, and Arabic letters are joined: they are not the glyphs of
    letters that stand alone."""
    content = printed(document(Text(name)))
    with pypdfium2.PdfDocument(content) as file:
        text = file[2].get_textpage()
        told = enumerate(text.get_text_range())
        boxes = {each: text.get_charbox(at) for at, each in told if each in name and each != " "}
    assert set(boxes) == set(name) - {" "}
    assert boxes[first][0] > boxes[last][0]
    drawn = max(box[2] for box in boxes.values()) - min(box[0] for box in boxes.values())
    alone = letters.width(name) * 10.5
    assert drawn < alone * (0.9 if "م" in name else 1.01)


def test_what_no_font_draws_is_spelled_and_listed() -> None:
    """A character without a glyph or a shape is printed as its number, and the last chapter has its
    name; nothing is dropped, and nothing turns the letters after it round."""
    texts = "A\x00B \u202eevil\u202c \U00010330 é \ud800 ㅤ"
    text = " ".join(pages(printed(document(Text(texts)))))
    assert "A‹U+0000›B ‹U+202E›evil‹U+202C› ‹U+10330› é ‹U+D800›" in text
    assert "Characters that are printed as their numbers" in text
    assert "U+10330 GOTHIC LETTER AHSA 1" in text


def test_a_mark_that_no_font_has_with_its_letter_is_spelled() -> None:
    """Otherwise the cluster would find no font, and the document would be refused."""
    assert letters.printable("e\u0301") == "e\u0301"
    assert letters.printable("א\u0489") == "א‹U+0489›"
    assert letters.printable("\u0301") == "‹U+0301›"


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.text(max_size=12), min_size=1, max_size=30))
def test_no_character_makes_it_fail(texts: list[str]) -> None:
    """Whatever the texts hold, there is a document."""
    rows = [(each, each) for each in texts]
    content = printed(document(*map(Text, texts), Table(sheet((PERSON, NAME), rows))))
    assert content.startswith(b"%PDF-1.7")


@pytest.mark.parametrize("word", ["x" * 400, "a3f5" * 60, "ж" * 300, "ก" * 300, "محمد" * 60])
def test_a_word_longer_than_its_place_is_broken(word: str) -> None:
    """It stays within the margins, in texts, tables, facts and headings, and none of its letters is
    lost, nor any added for those who copy it."""
    rows = [(word, "x", word, 1, DAY)]
    content = printed(
        document(
            Text(word),
            Facts([(word, "text", word)]),
            Section(word, [Table(sheet((PERSON, NAME, VERDICT, SCORE, DUE), rows))]),
        )
    )
    with pypdfium2.PdfDocument(content) as file:
        for page in list(file)[2:]:
            text = page.get_textpage()
            wide = page.get_width()
            for at in range(text.count_chars()):
                left, _, right, _ = text.get_charbox(at)
                assert left >= 50 and right <= wide - 50
    if word[0] in "xa":
        told = "".join("".join(pages(content)[2:]).split())
        assert told.count(word) >= 4


def test_a_wide_table_is_set_sideways_and_a_wider_one_in_parts() -> None:
    """Twelve columns turn the chapter; all forty-odd come in parts that begin with the person."""
    full: dict[Kind, Cell] = {
        "text": "some words",
        "day": DAY,
        "instant": 1798761599000000,
        "number": 12,
    }
    rows = [tuple(full[each.kind] for each in COLUMNS) for _ in range(3)]
    names = tuple(each.name for each in COLUMNS)
    narrow = printed(document(Table(sheet(COLUMNS, rows), columns=names[:3])))
    wide = printed(document(Table(sheet(COLUMNS, rows), columns=names[:12])))
    widest = printed(document(Table(sheet(COLUMNS, rows))))
    assert [_turned(each) for each in (narrow, wide, widest)] == [False, True, True]
    assert "further columns" not in pages(wide)[2]
    with pikepdf.open(io.BytesIO(widest)) as file:
        tables = list(structure(file).all("Table"))
        heads = [len(list(each.all("TH"))) for each in tables]
    assert len(tables) > 2
    assert sum(heads) - (len(tables) - 1) == len(COLUMNS)
    assert " ".join(pages(widest)).count("further columns") == len(tables) - 1


def _turned(content: bytes) -> bool:
    with pypdfium2.PdfDocument(content) as file:
        return bool(file[2].get_width() > file[2].get_height())


def test_what_is_not_printed_is_told() -> None:
    """Rows beyond the most, and columns that were not chosen, are counted, and it is said where
    they are; the rows are gone through once."""
    rows = ((f"P{at}", "x", "met", at, DAY) for at in range(2500))
    given = sheet((PERSON, NAME, VERDICT, SCORE, DUE), rows)
    text = pages(printed(document(Table(given, columns=("person", "verdict"), most=10))))[2]
    assert (
        "Printed here: the first 10 of 2,500 rows and 2 of 5 columns; "
        "the whole is in sheets/some-rows.csv and sheets/some-rows.json."
    ) in text
    assert "P9 met" in text and "P10" not in text


def test_verdicts_that_ask_for_attention_stand_out_without_colour() -> None:
    """They are bold and marked as strong; the others are not."""
    rows = [("P1", each) for each in ("met", "overdue", "excused", "failed", "late", "unverified")]
    content = printed(document(Table(sheet((PERSON, VERDICT), rows))))
    with pikepdf.open(io.BytesIO(content)) as file:
        (table,) = structure(file).all("Table")
        cells = [row.inside[1] for body in table.all("TBody") for row in body.all("TR")]
    loud = [word for (_, word), cell in zip(rows, cells, strict=True) if list(cell.all("Strong"))]
    assert loud == ["overdue", "failed", "late", "unverified"]


def test_numbers_stand_under_each_other() -> None:
    """At the right of their column, figures of one width."""
    content = printed(document(Table(sheet((PERSON, SCORE), [("a", 1111), ("b", 8888)]))))
    with pypdfium2.PdfDocument(content) as file:
        text = file[2].get_textpage()
        found = text.get_text_range()
        places = [
            [text.get_charbox(found.index(each) + at, loose=True)[0] for at in range(4)]
            for each in ("1111", "8888")
        ]
        end = text.get_charbox(found.index("8888") + 3, loose=True)[2]
    assert places[0] == pytest.approx(places[1], abs=0.05)
    assert end == pytest.approx(595.3 - 71 - columns.INSET / 2, abs=1.0)


def test_numbers_are_written_out() -> None:
    """Grouped where they are read, plain in tables, never with an exponent, nothing made up."""
    numbers = (1234567.0, 94.25, 0.1 + 0.2, 12045, 0.0)
    given = document(
        Facts([("Number", "number", each) for each in numbers]),
        Table(sheet((SCORE, PERSON), [(each, "P") for each in numbers])),
    )
    text = pages(printed(given))[2]
    for each in ("1,234,567", "94.25", "0.3", "12,045", "0"):
        assert f"Number {each} " in text
    assert "1234567 P 94.25 P 0.3 P 12045 P 0 P" in text


def test_a_long_table_is_set_in_reasonable_time() -> None:
    """Two thousand rows come out whole, in order, and on one structure."""
    start = date(2026, 1, 1)
    rows = [(f"P{at:05}", "Ana Ruiz", "met", at, start + timedelta(at % 300)) for at in range(2000)]
    content = printed(document(Table(sheet((PERSON, NAME, VERDICT, SCORE, DUE), rows), most=5000)))
    told = re.findall(r"P\d{5}", " ".join(pages(content)))
    assert told == [row[0] for row in rows]


def test_a_fault_of_the_template_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It surfaces as typst tells it, and the file stays empty."""
    (tmp_path / "document.typ").write_text('#let d = json("document.json")\n#d.nowhere\n')
    monkeypatch.setattr(pdf, "_TEMPLATE", tmp_path)
    out = io.BytesIO()
    with pytest.raises(typst.TypstError, match="nowhere"):
        pdf.write(document(Text("x")), out)
    assert out.getvalue() == b""


def test_a_chart_without_alternative_is_refused() -> None:
    """PDF/UA wants words for what one sees; none at all is a fault of the caller."""
    with pytest.raises(ValueError, match="alternative"):
        printed(document(Bars("A", " ", ["x"], [("s", [1])])))


def test_a_chart_of_too_many_series_is_refused() -> None:
    """A ninth filling could not be told from the others in print."""
    with pytest.raises(ValueError, match="told apart"):
        printed(document(Bars("A", "Nine.", ["x"], [(str(at), [1]) for at in range(9)])))


def test_the_figures_of_a_chart_keep_apart() -> None:
    """Long names of series, and many of them, take lines or a second table; none covers another."""
    series = [(f"a series with a long name {at}", [12_345.0]) for at in range(8)]
    content = printed(
        document(
            Bars(
                "A",
                "Eight.",
                [
                    "a label",
                ],
                series,
            )
        )
    )
    with pypdfium2.PdfDocument(content) as file:
        text = file[2].get_textpage()
        told = [
            (found.start(), found.end() - 1)
            for found in re.finditer(
                r"\b(?:12,345|98,760|series|Together)\b", text.get_text_range()
            )
        ]
        boxes = [(*text.get_charbox(a)[:2], *text.get_charbox(b)[2:]) for a, b in told]
    assert len(boxes) >= 8 + 8 + 8 + 2 + 1
    for one, other in combinations(boxes, 2):
        beside = one[2] <= other[0] or other[2] <= one[0]
        above = one[3] <= other[1] or other[3] <= one[1]
        assert beside or above


def test_a_chart_that_shows_nothing_is_set_all_the_same() -> None:
    """No labels, or nothing but noughts, is a chart with its table."""
    content = printed(
        document(
            Bars("None", "No bars.", [], [("s", [])]), Bars("Nought", "No.", ["x"], [("s", [0])])
        )
    )
    assert "Chart 2 Nought" in pages(content)[2]


def test_templates_and_fonts_are_where_they_are_looked_for() -> None:
    """The templates travel in the wheel, and every font that is named is installed."""
    built = {each.distribution_path for each in WheelBuilder(str(ROOT)).recurse_included_files()}
    for path in (ROOT / "lrs" / "evidence" / "typeset").iterdir():
        assert path.relative_to(ROOT).as_posix() in built
    fonts = typst.Fonts(
        include_system_fonts=False, font_paths=[str(each) for each in letters.paths()]
    )
    assert {*letters.FAMILIES, composition.SERIF} <= set(fonts.families())


def test_all_glyphs_are_embedded(opened: pikepdf.Pdf) -> None:
    """Each font is in the file, with what its glyphs mean in Unicode."""
    for page in opened.pages:
        for font in page.Resources.get("/Font", {}).values():
            (below,) = font.DescendantFonts
            kinds = {"/FontFile2", "/FontFile3"}
            assert kinds & set(below.FontDescriptor.keys())
            assert "/ToUnicode" in font


def test_no_glyph_stands_for_a_missing_one(opened: pikepdf.Pdf) -> None:
    """Glyph 0 of a font, .notdef, is shown nowhere (ISO 14289-1, 7.21.8)."""
    shown = 0
    for page in opened.pages:
        for instruction in pikepdf.parse_content_stream(page, "Tj TJ"):
            (operand,) = instruction.operands
            for each in operand if isinstance(operand, pikepdf.Array) else [operand]:
                glyphs = bytes(each) if isinstance(each, pikepdf.String) else b""
                assert b"\0\0" not in [glyphs[at : at + 2] for at in range(0, len(glyphs), 2)]
                shown += len(glyphs) // 2
    assert shown > 5_000


def test_columns_share_the_room() -> None:
    """A table is as wide as the page, and each column as its longest word at least."""
    (part,) = columns.parts(["A", "B"], [["x", "some words " * 40]], columns.UPRIGHT)
    assert sum(part.widths) == pytest.approx(columns.UPRIGHT, abs=0.1)
    assert part.widths[1] > 5 * part.widths[0]
