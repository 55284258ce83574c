"""Tests of what takes a person's place in texts: their names are found however they are written."""

from __future__ import annotations

import pytest

from lrs.substitution import ERASED, Substitution, is_full_name


def of(name: str) -> Substitution:
    """What takes the place of somebody who is called so."""
    return Substitution("erased-1", {}, lambda _, day: False, called=(name,), known=(name,))


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        ("Ana Ruiz", "Asked ANA RUIZ.", f"Asked {ERASED}."),
        ("Ana Ruiz", "Juliana Ruizcaba", "Juliana Ruizcaba"),
        ("José Ruiz", "Asked Jose\u0301 Ruiz.", f"Asked {ERASED}."),
        ("Jose\u0301 Ruiz", "Asked JOSÉ RUIZ.", f"Asked {ERASED}."),
        ("山田 太郎", "山田太郎さんは休み", f"{ERASED}さんは休み"),
        ("李小龍", "和李小龍談過", f"和{ERASED}談過"),
        ("田中 Taro", "は田中 Taroさん", f"は{ERASED}さん"),
        ("สมชาย ใจดี", "คุณสมชาย ใจดีบอก", f"คุณ{ERASED}บอก"),
        ("สมชาย ใจดี", "คุณสมชายใจดีบอก", f"คุณ{ERASED}บอก"),
    ],
)
def test_a_name_goes_out_of_a_text(name: str, text: str, left: str) -> None:
    """Whatever its case, however its accents are written, and inside of what looks like a word
    where words have no blanks between them; what only begins alike stays."""
    instead = of(name)
    assert instead.text(text) == left
    assert bool(instead.seen_in(text)) is (left != text)
    assert instead.may_be_in(text.encode()) or left == text


def test_a_cell_is_theirs_however_its_accents_are_written() -> None:
    """A file may have been written on a system that takes letters apart."""
    assert of("José Ruiz").is_theirs("JOSE\u0301 RUIZ")
    assert not of("José Ruiz").is_theirs("Jose Ruiz")


@pytest.mark.parametrize(
    ("name", "sought"),
    [("Rose", False), ("Rose Ruiz", True), ("李", False), ("李小龍", True), ("ใจ", False)],
)
def test_a_first_name_alone_is_not_sought(name: str, sought: bool) -> None:
    """It is a word, too, or a part of one; a name in Chinese letters is whole without a blank."""
    assert is_full_name(name) is sought
    assert of(name).text(f"{name}.") == (f"{ERASED}." if sought else f"{name}.")
