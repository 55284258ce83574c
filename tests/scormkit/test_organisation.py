"""The organisation in several languages, and which of them is a kind of which."""

from __future__ import annotations

from scormkit import organisation, vocabulary


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
