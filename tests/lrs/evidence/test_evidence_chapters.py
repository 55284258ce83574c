"""Tests of the document's chapters: every number in them stands in a sheet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
import worked_year
from answers import answer
from cases import asked, somebody
from packed import Pack, asked_of, blocks, by_hand, review
from worked_year.expectations import views

from lrs import app, attempts
from lrs.config import Settings
from lrs.evidence import chapters
from lrs.evidence.document import Bars, Block, Chapter, Facts, Section, Table, Text
from lrs.evidence.material import type_1, type_2
from lrs.evidence.sheets import tables
from lrs.evidence.telling.book import Fact, whole
from lrs.evidence.telling.opening import GROUPS
from lrs.register.verdicts import VERDICTS

WHOLE = next(views())
OPERATING = {"met", "late", "overdue", "failed", "excused", "pending", "unverified"}


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Pack, Pack]]:
    """Of the worked year: Type II over it, and Type I on a day."""
    address = f"sqlite:///{tmp_path_factory.mktemp('chapters') / 'lrs.db'}"
    store = app.opened(Settings(database=address, durable=False))
    worked_year.load(store)
    attempts.follow(store.engine)
    year = type_2(date(2026, 1, 1), date(2026, 12, 31), WHOLE.known)
    yield asked_of(store, year), asked_of(store, type_1(date(2026, 8, 3), WHOLE.known))
    store.writer.close()


@pytest.fixture(params=[0, 1], ids=["type-2", "type-1"])
def pack(packs: tuple[Pack, Pack], request: pytest.FixtureRequest) -> Pack:
    """Each of them in turn."""
    return packs[request.param]


def told(pack: Pack) -> list[tuple[Chapter, Block]]:
    """All blocks, each with its chapter."""
    return [(each, b) for each in pack.document().chapters for b in blocks(each.blocks)]


def test_every_fact_that_counts_is_a_figure(pack: Pack) -> None:
    """With the value that the sheet of figures has, and a title by which it is found there."""
    figures = {
        str(r["figure"]) + (", %" if r["unit"] == "%" else ""): r["value"]
        for r in pack.rows("figures")
    }
    facts = [e for _, b in told(pack) if isinstance(b, Facts) for e in b.entries]
    counted = [(title, value) for title, kind, value in facts if kind == "number"]
    assert counted
    assert [(t, v) for t, v in counted if t not in figures or figures[t] != v] == []


def test_every_figure_says_something_that_the_document_says(packs: tuple[Pack, Pack]) -> None:
    """None is there for nothing: each stands in a fact or in a sentence."""
    pack = packs[0]
    facts = [e for _, b in told(pack) if isinstance(b, Facts) for e in b.entries]
    titles = {title.removesuffix(", %") for title, _, _ in facts}
    assert {str(row["figure"]) for row in pack.rows("figures")} - titles == set()


def test_every_table_is_a_sheet_or_rows_of_one(pack: Pack) -> None:
    """With columns that it has; rows under another title are rows of the sheet."""
    found = [block for _, block in told(pack) if isinstance(block, Table)]
    assert found
    for each in found:
        sheet = pack.sheets[each.sheet.name]
        assert set(each.columns) <= {column.name for column in sheet.columns}
        assert Counter(each.sheet.rows) <= Counter(sheet.rows)
        same = tuple(each.sheet.rows) == tuple(sheet.rows)
        assert same or each.sheet.title != sheet.title


def test_charts_show_what_the_sheets_have(packs: tuple[Pack, Pack]) -> None:
    """Bar by bar; and the words beside a chart tell its highest bar."""
    pack = packs[0]
    charts = {b.title: b for _, b in told(pack) if isinstance(b, Bars)}
    assert len(charts) == 3
    by_month = charts["What came of what was due, by month of the due day"]
    months = pack.rows("months")
    assert list(by_month.labels) == [row["month"] for row in months]
    for name, values in by_month.series:
        some = dict(GROUPS)[name]
        assert list(values) == [sum(whole(row[each]) for each in some) for row in months]
    totals = [sum(v) for v in zip(*(values for _, values in by_month.series), strict=True)]
    assert totals == [row["due"] for row in months]
    assert f"Most was due in {by_month.labels[totals.index(max(totals))]}" in by_month.alternative
    assert f"{max(totals)} obligations" in by_month.alternative
    roles = charts["What came of what was asked of each bucket"]
    for at, bucket in enumerate(roles.labels):
        owed = sum(whole(r["owed"]) for r in pack.rows("role-depth") if r["bucket"] == bucket)
        assert sum(values[at] for _, values in roles.series) == owed
    days = charts["Days of access that were not covered, by month"]
    assert list(days.series[0][1]) == [row["uncovered_days"] for row in months]


def test_chart_parts_have_every_verdict_once() -> None:
    """So that nothing is left out of a bar."""
    assert sorted(name for _, some in GROUPS for name in some) == sorted(VERDICTS)


NAMED = re.compile(
    r"RFC \d+|SOC 2|ISO/IEC 27001:2022|SHA-256|Ed25519|Type II?|"
    r"\d{4}-\d\d-\d\d|version-\d+|record(s)? 1 to \d+"
)


def test_numbers_in_sentences_are_figures(packs: tuple[Pack, Pack]) -> None:
    """Outside of the programme's own words, every number in a text is a day, a name, or a value of
    the sheet of figures."""
    for pack in packs:
        values = {f"{v:,}" for v in pack.figures().values() if isinstance(v, int | float)}
        for chapter, block in told(pack):
            if isinstance(block, Text) and chapter.title != "The programme":
                numbers = re.findall(r"\d[\d,.]*\d|\d", NAMED.sub("", block.text))
                assert set(numbers) <= values, block.text


def test_the_programme_s_words_are_the_sheet_s(pack: Pack) -> None:
    """Every sentence of what is asked stands in the sheet, for the version in force at the end."""
    rows = [row for row in pack.rows("programme") if row["version"] == 2]
    chapter = next(c for c in pack.document().chapters if c.title == "The programme")
    text = "\n".join(b.text for b in blocks(chapter.blocks) if isinstance(b, Text))
    for row in rows:
        if row["part"] != "Programme":
            assert str(row["says"]) in text


def test_every_sheet_is_somewhere_in_the_document(pack: Pack) -> None:
    """But for those that have a row for each person or day, which the document names."""
    found = {b.sheet.name for _, b in told(pack) if isinstance(b, Table)}
    texts = " ".join(b.text for _, b in told(pack) if isinstance(b, Text))
    left = set(pack.sheets) - found - {"programme", "review-figures", "review-decisions"}
    assert left - {"review-actions"} <= {"reconciliation-people", "coverage"}
    assert all(f"sheet {name}" in texts for name in left - {"review-actions"})


def test_a_design_says_nothing_of_what_came_of_it(packs: tuple[Pack, Pack]) -> None:
    """No verdict, no completion, no exception: not in a table, a fact, a chart or a sentence
    outside of the programme's own rules."""
    pack = packs[1]
    assert not any(isinstance(block, Bars) for _, block in told(pack))
    for chapter, block in told(pack):
        if isinstance(block, Table):
            names = {column.name for column in block.sheet.columns}
            assert not names & {*OPERATING, "verdict", "completed", "attempts", "exception"}
        if isinstance(block, Facts):
            assert not any(
                "erdict" in title or "xception" in title for title, _, _ in block.entries
            )
        if isinstance(block, Text) and chapter.title != "The programme":
            assert not re.search(r"\b(met|late|overdue|failed|exceptions?)\b", block.text), (
                block.text
            )
    assert {each.title for each in pack.document().chapters}.isdisjoint(
        {"Completion", "Joiners", "Exceptions and their remediation", "Month by month"}
    )


def test_the_cover_says_what_was_asked(packs: tuple[Pack, Pack]) -> None:
    """Type, period or day, the instant of knowledge; and the day of the document is that of it."""
    year, day = (pack.document() for pack in packs)
    cover = {title: value for title, _, value in year.cover.entries}
    assert (cover["Period from"], cover["Period to"]) == (date(2026, 1, 1), date(2026, 12, 31))
    assert cover["As it was known (UTC)"] == WHOLE.known
    assert year.subtitle == "SOC 2 Type II, 2026-01-01 to 2026-12-31"
    assert (day.subtitle, day.day) == ("SOC 2 Type I, as of 2026-08-03", date(2027, 1, 10))
    assert "Period from" not in {title for title, _, _ in day.cover.entries}
    assert year.organisation == "Security awareness at Brightwater"


def test_an_organisation_that_is_told_is_on_the_cover() -> None:
    """Else the programme's title stands there."""
    pack = by_hand(answer(asked(), []))
    named = replace(pack.material, asked=replace(pack.material.asked, organisation="Brightwater"))
    assert chapters.document(named, pack.tally, pack.sheets).organisation == "Brightwater"


def test_what_is_not_printed_is_said() -> None:
    """Of a sheet with more rows than the document gets: how many of how many, and where."""
    people = [somebody("01-05..", id=f"{n:05}") for n in range(7)]
    pack = by_hand(answer(asked(), people))
    short = {
        name: replace(sheet, rows=tuple(sheet.rows)[:3])
        if name in tables.counts(pack.tally)
        else sheet
        for name, sheet in pack.sheets.items()
    }
    found = chapters.document(pack.material, pack.tally, short)
    texts = [b.text for c in found.chapters for b in blocks(c.blocks) if isinstance(b, Text)]
    told = "Printed are the first 3 of 7 rows; all of them are in sheets/population.csv"
    assert sum(text.startswith(told) for text in texts) == 1


def test_each_quarter_has_its_section() -> None:
    """With its figures, decisions and actions; or that there is none."""
    pack = by_hand(answer(asked(), []), reviews=(review(2),))
    chapter = next(c for c in pack.document().chapters if c.title == "Management reviews")
    sections = {b.title: b.blocks for b in chapter.blocks if isinstance(b, Section)}
    assert list(sections) == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
    assert sections["2026-Q1"] == [Text("No review on record.")]
    titles = [b.sheet.title for b in sections["2026-Q2"] if isinstance(b, Table)]
    assert titles == [
        "Figures of the review of 2026-Q2",
        "Counts, those that are not 0, of the review of 2026-Q2",
        "Decisions of the review of 2026-Q2",
        "Actions of the review of 2026-Q2",
    ]


def test_the_seal_s_facts_stand_in_its_chapter() -> None:
    """As whoever makes the pack hands them over."""
    pack = by_hand(answer(asked(), []))
    head: Fact = ("Head of the tree", "text", "q83v")
    found = chapters.document(pack.material, pack.tally, pack.sheets, [head])
    assert Facts([head]) in list(found.chapters[-1].blocks)


def test_the_same_material_makes_the_same_document(pack: Pack) -> None:
    """No clock plays a part."""
    assert pack.document() == pack.document()
