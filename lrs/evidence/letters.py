"""Which characters the fonts can draw, how wide they are, and what is printed for all others."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from fontTools.ttLib import TTFont

_PACKAGES = ("manimgx_fonts", "manimgx_fonts_cjk")  # Noto, as published; OFL 1.1
# In the order in which they are asked: where two have a character, the first one draws it.
_SCRIPTS = (
    "",
    *("Arabic", "Hebrew", "Armenian", "Georgian", "Ethiopic", "Devanagari", "Bengali"),
    *("Gurmukhi", "Gujarati", "Oriya", "Tamil", "Telugu", "Kannada", "Malayalam", "Sinhala"),
    *("Thai", "Lao", "Khmer", "Myanmar"),
)
_FILES = (
    *((f"Noto Sans {each}".strip(), f"NotoSans{each}[wght].ttf", 0) for each in _SCRIPTS),
    # Han characters are drawn as mainland China does: which language a name is in, nobody told.
    ("Noto Sans CJK SC", "NotoSansCJK-VF.otf.ttc", 2),
    ("Noto Sans Symbols", "NotoSansSymbols[wght].ttf", 0),
    ("Noto Emoji", "NotoEmoji[wght].ttf", 0),
)
FAMILIES = tuple(family for family, _, _ in _FILES)
# They have no shape of their own, yet make a name what it is: joiners, marks of direction, the
# soft hyphen, the break without width, and the variation selectors.
_SHAPELESS = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060") | frozenset(
    map(chr, range(0xFE00, 0xFE10))
)
# They turn the order of the letters round for what comes after them, even out of their cell.
_TURNING = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x061C)))


class _Font(NamedTuple):
    glyphs: dict[int, str]
    advances: dict[str, float]  # in em


def paths() -> list[Path]:
    """The folders of the fonts."""
    return [Path(str(files(name))) for name in _PACKAGES]


@lru_cache(maxsize=1)
def _fonts() -> tuple[_Font, ...]:
    return tuple(_read(name, number) for _, name, number in _FILES)


def _read(name: str, number: int) -> _Font:
    file = next(path / name for path in paths() if (path / name).is_file())
    with TTFont(file, fontNumber=number, lazy=True) as font:
        em = font["head"].unitsPerEm
        advances = {glyph: wide / em for glyph, (wide, _) in font["hmtx"].metrics.items()}
        return _Font(dict(font.getBestCmap()), advances)


@lru_cache(maxsize=100_000)
def _drawing(letter: str) -> frozenset[int]:
    """Which of the fonts have the letter."""
    code = ord(letter)
    return frozenset(at for at, font in enumerate(_fonts()) if code in font.glyphs)


def printable(text: str) -> str:
    """The text with what can't be drawn spelled by its number, ‹U+10330›: all that has no glyph,
    or no shape and no place in a name, and a mark which no font has together with its letter."""
    text = _plain(text)
    return text if text.isascii() and text.isprintable() else "".join(_pieces(text))


def missing(text: str) -> set[str]:
    """The characters of the text that are spelled in it."""
    text = _plain(text)
    pieces = zip(text, _pieces(text), strict=True)
    return {letter for letter, piece in pieces if letter != piece}


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")


def _pieces(text: str) -> Iterator[str]:
    """What is printed for each character."""
    everywhere = frozenset(range(len(_FILES)))
    drawing = frozenset[int]()  # the fonts that have the whole cluster so far
    for letter in text:
        if letter == "\n":
            drawing = frozenset()
            yield letter
        elif letter in _SHAPELESS:
            drawing = drawing or everywhere
            yield letter
        else:
            own = _drawing(letter) if _has_shape(letter) else frozenset()
            if unicodedata.category(letter).startswith("M"):
                own &= drawing
            drawing = own
            yield letter if own else spelled(letter)


def _has_shape(letter: str) -> bool:
    return letter not in _TURNING and unicodedata.category(letter) not in ("Cc", "Cf", "Zl", "Zp")


def spelled(letter: str) -> str:
    """The number of a character, for readers who can look it up."""
    return f"‹U+{ord(letter):04X}›"


@lru_cache(maxsize=100_000)
def width(text: str) -> float:
    """How wide a line of the text is, in em of the regular weight; of several the widest."""
    return max((sum(map(_advance, line)) for line in text.split("\n")), default=0.0)


@lru_cache(maxsize=100_000)
def _advance(letter: str) -> float:
    drawing = _drawing(letter)
    if not drawing:
        return 0.0
    font = _fonts()[min(drawing)]
    return font.advances.get(font.glyphs[ord(letter)], 0.0)
