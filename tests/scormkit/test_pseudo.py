"""Tests of the pseudo-languages: longer, or from right to left, and whole all the same."""

from __future__ import annotations

from pathlib import Path

import golden
import pytest
from hypothesis import example, given, settings
from test_exchange import MARKED, written

from scormkit import preview, pseudo
from scormkit.compiler import compile_file
from scormkit.exchange import marks
from scormkit.play import Bundle

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SHIPPED = sorted(
    p
    for p in SCENARIOS.glob("*.yaml")
    if "." not in p.stem and p.stem not in ("organisation", "programme")
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Release my parcel", "⟦Ŕéélééááséé mýý páárcéél⟧"),
        ("OK", "⟦ÓÓK⟧"),
        ("Mail people@{domain}, now.", "⟦Mááííl people@{domain}, ñóów.⟧"),
        ("See files.{domain} or a-b.example/c", "⟦Séééé files.{domain} óór a-b.example/c⟧"),
        ("- one\n- **two** `x y`", "- ⟦óóñé⟧\n- ⟦**twóó** `x y`⟧"),
        ("> so [he](form) said", "> ⟦sóó [héé](form) sááííd⟧"),
        ("1. \\{me}", "1. ⟦\\{méé}⟧"),
        ("{lure.page}", "{lure.page}"),
        ("+1 202 555 0100", "+1 202 555 0100"),
        ("```\nx = 1\n```\nend", "```\nx = 1\n```\n⟦ééñd⟧"),
    ],
)
def test_longer_words(text: str, told: str) -> None:
    """Words grow and get accents; marks, Markdown, addresses and code stay."""
    plain = pseudo.written(text, "en-XA")
    assert _bare(plain) == _bare(told)


def _bare(text: str) -> str:
    """Without the accents that only some letters have, so that the cases above can be read."""
    return text.translate(str.maketrans("ŕšğďĺŵžŔŠĞĎĹŴŽç", "rsgdlwzRSGDLWZc"))


@given(written)
@example("Open [the\nform](form)")
@settings(deadline=None)
def test_marks_stay(text: str) -> None:
    """In each pseudo-language a text has the marks that it had, in their order."""
    for language in pseudo.LANGUAGES:
        told = pseudo.written(text, language)
        assert list(marks.marks(marks.parse(told))) == list(marks.marks(marks.parse(text)))


@pytest.mark.parametrize("source", SHIPPED, ids=lambda path: path.stem)
@pytest.mark.parametrize("language", pseudo.LANGUAGES)
def test_the_story_is_the_same(source: Path, language: str) -> None:
    """The rules of the play stay, no new problem comes, and every text of the player is told."""
    real = golden.compiled(source)
    told = pseudo.told(real, source, language)
    assert real.bundle is not None
    assert told.bundle is not None
    assert told.problems == real.problems
    assert told.bundle["rules"] == real.bundle["rules"]
    assert told.bundle["dir"] == ("rtl" if language == "ar-XB" else "ltr")
    assert told.bundle["language"] == language
    assert told.bundle["words"].keys() == real.bundle["words"].keys()
    assert told.bundle["languages"] == {}
    changed = [
        key for key, word in told.bundle["words"].items() if word != real.bundle["words"][key]
    ]
    assert len(changed) > 0.95 * len(real.bundle["words"])


def test_texts_are_two_fifths_longer() -> None:
    """Over a whole exercise the texts of en-XA have about 40 % more letters."""
    source = SCENARIOS / "phishing.yaml"
    real = golden.compiled(source)
    told = pseudo.told(real, source, "en-XA")
    assert real.bundle is not None
    assert told.bundle is not None
    assert 1.3 < _length(told.bundle) / _length(real.bundle) < 1.5


def _length(bundle: Bundle) -> int:
    acts = [act for scene in bundle["scenes"].values() for act in scene["acts"]]
    return sum(len(act.get("feedback", "")) + len(act.get("label", "")) for act in acts)


def test_a_scenario_with_an_error(tmp_path: Path) -> None:
    """What cannot be compiled is told as it is in its own language."""
    (tmp_path / "x.yaml").write_text("scenario: x\n", encoding="utf-8")
    told = pseudo.compiled(tmp_path / "x.yaml", "en-XA")
    assert told.bundle is None
    assert told.problems == compile_file(tmp_path / "x.yaml").problems


def test_a_marked_text() -> None:
    """A link inside of a cue keeps its place."""
    told = pseudo.written(MARKED, "ar-XB")
    assert "](form)" in told
    assert told.count("]{rush}") == 1


def test_the_preview_shows_it() -> None:
    """`preview --pseudo` serves the exercise in the pseudo-language."""
    server, workshop = preview.serve(SCENARIOS / "deepfake-wire-fraud.yaml", 0, "ar-XB")
    server.server_close()
    assert workshop.told()["bundle"]["language"] == "ar-XB"
    assert b'dir="rtl"' in workshop.package("scorm12")["index.html"]
