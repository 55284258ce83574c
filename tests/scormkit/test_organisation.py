"""The organisation in several languages, and which of them is a kind of which."""

from __future__ import annotations

from pathlib import Path

import pytest
from short import story
from test_compiler import Desk

from scormkit import organisation, vocabulary

ASKING = ("text: The code stayed with you.", 'text: "{company}: it stayed."')


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "scenarios")


def test_a_language_and_what_it_is_a_kind_of() -> None:
    """Texts of a region take its own values first, then those of its language, then the file's."""
    assert vocabulary.tags("zh-Hant-TW") == ["zh", "zh-Hant", "zh-Hant-TW"]
    values = {"company": "Brightwater", "helpdesk": "the desk", "phone": "1"}
    others = {"de": {"helpdesk": "Hilfe", "phone": "2"}, "de-AT": {"phone": "3"}}
    own = organisation.Organisation(values, others)
    assert own.told("de-AT") == {"company": "Brightwater", "helpdesk": "Hilfe", "phone": "3"}
    assert own.told("de")["phone"] == "2"
    assert own.told("fr") == values


def test_words_of_a_region_are_those_of_its_language() -> None:
    """Where a region has no words of its own, the player speaks as in its language."""
    assert vocabulary.words("de-AT") == vocabulary.words("de") != vocabulary.words("en")
    assert vocabulary.words("fr") == vocabulary.words("en")


@pytest.mark.parametrize(
    ("values", "code"),
    [("company: [a]\ndomain: x.example\n", "wrong-type"), ("\tcompany: X\n", "syntax")],
)
def test_an_organisation_that_cannot_be_read(desk: Desk, values: str, code: str) -> None:
    """Its own problem is told, not every text that asks for one of its values."""
    desk.write("organisation.yaml", values)
    desk.write("call.yaml", story(ASKING))
    assert [(name, found) for name, _, found in desk.codes()] == [("organisation.yaml", code)]
    desk.write("call.yaml", story(ASKING, ("language: en\n", "language: en\nlangage: en\n")))
    assert {found for *_, found in desk.codes()} == {code, "unknown-key"}


def test_no_organisation_at_all(desk: Desk) -> None:
    """Where its file is missing, a text that asks for a value says where to write it."""
    (desk.folder / "organisation.yaml").unlink()
    desk.write("call.yaml", story(ASKING))
    (problem,) = desk.compile().problems
    assert (problem.code, "organisation.yaml" in problem.hint) == ("unknown-value", True)
