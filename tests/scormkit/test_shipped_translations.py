"""The translations that travel with the product: whole, current, their markup as it was."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scormkit import document
from scormkit.exchange import library
from scormkit.exchange.status import status
from scormkit.exchange.units import UNKNOWN_AGE

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


def shelf_of(path: Path) -> library.Shelf:
    """A translation beside its scenario."""
    slug, language, _ = path.name.split(".")
    return library.scenario(SCENARIOS / f"{slug}.yaml", language)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_every_text_is_translated(path: Path) -> None:
    """Nothing is missing, and every text is of the original as it stands now: who changes one reads
    its translation again, and notes that with `scormkit text status --accept-stale`."""
    found = status(shelf_of(path))
    assert [(line.state, line.path) for line in found.lines] == []
    assert found.translated == found.texts > 0


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_texts_stand_in_the_scenarios_order(path: Path) -> None:
    """Whoever reads a translation beside its scenario finds its texts in the same order."""
    known = shelf_of(path).known
    translated = document.read(path).data["texts"]
    assert list(translated) == [key for key in known if key in translated]


@pytest.mark.parametrize("language", sorted({path.name.split(".")[1] for path in SHIPPED}))
def test_the_players_words_are_whole(language: str) -> None:
    """The player speaks every language that a shipped exercise comes in."""
    states = {line.state for line in status(library.player(language)).lines}
    assert states <= {UNKNOWN_AGE}  # short words in one file, looked at by the player's own tests


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_markup_comes_through(path: Path) -> None:
    """Placeholders, links, cues, lists and bold words are those of the original, each as often."""
    known = shelf_of(path).known
    lost = {
        (key, kind): (sorted(pattern.findall(known[key].text)), sorted(pattern.findall(text)))
        for key, text in document.read(path).data["texts"].items()
        for kind, pattern in _KEPT.items()
        if sorted(pattern.findall(known[key].text)) != sorted(pattern.findall(text))
    }
    assert lost == {}


def test_there_is_something_to_look_at() -> None:
    """German is one of the languages that the exercises come in."""
    assert {path.name.split(".")[1] for path in SHIPPED} >= {"de"}
