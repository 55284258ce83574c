"""Tests that what is in the pack is explained, and that forms of sheets are what they should be."""

from __future__ import annotations

import re
from pathlib import Path

import sheet_list

from lrs.evidence.sheets import criteria, figures, tables, weaknesses

README = (Path(sheet_list.FILE).parent / "README.md").read_text(encoding="utf-8")
FORMS = {each.name: each for each in tables.FORMS}


def test_every_sheet_and_column_is_listed() -> None:
    """As it is; `make golden` writes the list anew."""
    assert sheet_list.FILE.read_text(encoding="utf-8") == sheet_list.written()


def test_every_sheet_has_its_row_in_the_readme() -> None:
    """And no row is of one that is gone."""
    rows = re.findall(r"^\| (`[a-z-]+`(?:, `[a-z-]+`)*) \| ", README, re.M)
    assert sorted(name for row in rows for name in re.findall("`(.+?)`", row)) == sorted(FORMS)


def test_forms_are_whole() -> None:
    """Each name once; every column once, with a sentence that explains it; how it is made ends like
    a sentence, too."""
    assert len(FORMS) == len(tables.FORMS) == len(tables.STREAMED) + len(tables.WHOLE)
    for form in tables.FORMS:
        names = [each.name for each in form.columns]
        titles = [each.title for each in form.columns]
        assert len(set(names)) == len(names) and len(set(titles)) == len(titles), form.name
        assert all(each.name.isidentifier() and each.means for each in form.columns), form.name
        assert all(each.means.endswith((".", ":")) for each in form.columns), form.name
        assert form.made.endswith(".") and re.fullmatch("[a-z-]+", form.name), form.name


def test_criteria_of_sheets_are_described() -> None:
    """Each that a sheet speaks to is one of SOC 2 that has its paraphrase."""
    known = {each.name for each in criteria.CRITERIA if each.frame == criteria.SOC_2}
    assert {name for form in tables.FORMS for name in form.criteria} <= known


def test_what_leads_to_a_sheet_leads_somewhere() -> None:
    """Each weakness and each figure names a sheet that the same sort of pack has."""
    for each in weaknesses.WEAKNESSES:
        assert FORMS[each.sheet].design or each.part == "operation", each.code
    for figure in figures.FIGURES:
        assert FORMS[figure.sheet].design or not figure.design, figure.name
    for names in ([e.code for e in weaknesses.WEAKNESSES], [e.name for e in figures.FIGURES]):
        assert len(set(names)) == len(names)
