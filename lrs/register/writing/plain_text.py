"""Texts of others on a terminal: nothing in them can act on it, and their width is known."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_CUT = "…"


@lru_cache(50_000)
def harmless(text: str) -> str:
    """The text with a � for what no terminal shows, such as an escape or a turn of direction."""
    if text.isascii() and text.isprintable():
        return text
    return "".join("�" if unicodedata.category(each)[0] == "C" else each for each in text)


def width(text: str) -> int:
    """The places that a text takes on a terminal: Chinese letters take two, accents none."""
    return len(text) if text.isascii() else sum(map(_width, text))


@lru_cache(10_000)
def _width(letter: str) -> int:
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def cut(text: str, places: int) -> str:
    """The text, or as much of it as there is room for, with a mark that it goes on."""
    if width(text) <= places:
        return text
    kept, left = [], places - 1
    for letter in text:
        left -= _width(letter)
        if left < 0:
            break
        kept.append(letter)
    return "".join(kept).rstrip() + _CUT


def padded(text: str, places: int, right: bool = False) -> str:
    """The text cut or filled up to so many places."""
    found = cut(text, places)
    blank = " " * (places - width(found))
    return blank + found if right else found + blank
