"""The translations that travel with the product: whole, and true to their originals' markup."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scormkit import document, schema, vocabulary
from scormkit.translation import _texts

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SHIPPED = sorted(p for p in SCENARIOS.glob("*.*.yaml") if p.name.split(".")[0] != "organisation")
# What must come through: placeholders, links, cues, pictures, bold words and code.
_KEPT = {
    "placeholders": re.compile(r"(?<!\])\{[a-z0-9_-]+(?:\.[a-z0-9_-]+)?\}"),
    "links": re.compile(r"\]\(([a-z0-9-]*)\)"),
    "cues": re.compile(r"\]\{([a-z0-9-]+)\}"),
    "bold": re.compile(r"\*\*"),
    "code": re.compile(r"`"),
    "lists": re.compile(r"^(?:- |\d\. )", re.M),
    "quotations": re.compile(r"^>", re.M),
}


def texts(path: Path) -> dict[str, str]:
    """Every text of a scenario, by the place that a translation calls it by."""
    data = document.read(path).data
    found = _texts(data, schema.root("scenario"), ())
    return {".".join(map(str, route)): text for route, text in found}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_every_text_is_translated(path: Path) -> None:
    """A translation has every text of its scenario, those too that read the same: what is not there
    would be missed by nobody until a learner reads it."""
    slug, language, _ = path.name.split(".")
    original = texts(SCENARIOS / f"{slug}.yaml")
    translated = document.read(path).data["texts"]
    assert [key for key in original if key not in translated] == []
    assert list(translated) == list(original), "in the scenario's own order"
    assert len(vocabulary.words(language)) == len(vocabulary.words("en"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_markup_comes_through(path: Path) -> None:
    """Placeholders, links, cues, lists and bold words are those of the original, each as often."""
    original = texts(SCENARIOS / f"{path.name.split('.')[0]}.yaml")
    translated = document.read(path).data["texts"]
    lost = {
        (key, kind): (sorted(pattern.findall(text)), sorted(pattern.findall(translated[key])))
        for key, text in original.items()
        for kind, pattern in _KEPT.items()
        if sorted(pattern.findall(text)) != sorted(pattern.findall(translated[key]))
    }
    assert lost == {}


def test_there_is_something_to_look_at() -> None:
    """German is one of the languages that the exercises come in."""
    assert {path.name.split(".")[1] for path in SHIPPED} >= {"de"}
