"""How a table is laid on paper: upright or sideways, in how many parts, each column how wide."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lrs.evidence.letters import width

# In points. The template has the same margins; what it is told are widths that fit between them.
UPRIGHT = 453.5  # 210 mm less two margins of 25
SIDEWAYS = 728.5  # 297 mm less two margins of 20
INSET = 9.0  # left and right of a cell, together
SIZES = (7.75, 7.0)  # of the letters in tables: the usual, and the smallest
_WIDEST = 30.0  # em: what is longer is broken into lines
_WORD = 11.0  # em: what is longer without a break is broken anyway
_BOLD = 1.09  # a word in bold, against the same in regular
_LINES = 2.5  # so many lines a row on average before a table is turned sideways
_WORDS = re.compile(r"\S+?(?:(?<=-)(?=[^\W\d])|(?!\S))")  # lines end behind hyphens, too
# Two letters, digits or signs of scripts whose letters stand apart, with the marks upon them (up to
# U+052F: Latin, Greek, Cyrillic); what is between such, in a piece.
_SEPARATE = re.compile(
    r"(?:[!-\u02ff\u0370-\u052f\u1e00-\u1fff][\u0300-\u036f]*){1,2}"
    r"|[^!-\u02ff\u0370-\u052f\u1e00-\u1fff]+"
)
_ANYWHERE = re.compile(r"(?:\w\W*){1,8}|\W+")


@dataclass(frozen=True)
class Part:
    """Some columns of a table, by their places, that fit beside each other."""

    columns: tuple[int, ...]
    widths: tuple[float, ...]  # in points, all together as wide as the page allows
    size: float


@dataclass(frozen=True)
class _Need:
    least: float  # in em: its longest word
    usual: float  # in em: nine lines of ten are no longer
    whole: float  # in em: its longest line
    more: bool  # whether a line is longer still than may be asked for


def sideways(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the table asks for a page on its side."""
    needs = _needs(titles, rows)
    size = SIZES[0]
    whole = sum(each.whole * size + INSET for each in needs)
    return _least(needs, size) > UPRIGHT or whole > UPRIGHT * _LINES


def parts(titles: Sequence[str], rows: Sequence[Sequence[str]], room: float) -> list[Part]:
    """The table in as few parts as it takes; behind the first, each begins with the first column
    again, so that its rows can be told."""
    needs = _needs(titles, rows)
    for size in SIZES:
        if _least(needs, size) <= room:
            return [_part(needs, range(len(needs)), size, room)]
    return [_part(needs, group, SIZES[0], room) for group in _groups(needs, SIZES[0], room)]


def _groups(needs: Sequence[_Need], size: float, room: float) -> list[list[int]]:
    """As few as can be, and then as even as can be."""
    most = len(needs)
    groups = _filled(needs, size, room, most)
    while most > 2 and len(evener := _filled(needs, size, room, most - 1)) == len(groups):
        most, groups = most - 1, evener
    return groups


def _filled(needs: Sequence[_Need], size: float, room: float, most: int) -> list[list[int]]:
    groups = [[0]]
    for at in range(1, len(needs)):
        wide = _least([needs[each] for each in (*groups[-1], at)], size) > room
        if len(groups[-1]) > 1 and (wide or len(groups[-1]) == most):
            groups.append([0])
        groups[-1].append(at)
    return groups


def _needs(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> list[_Need]:
    return [_need(title, {row[at] for row in rows if row[at]}) for at, title in enumerate(titles)]


def _need(title: str, cells: set[str]) -> _Need:
    words = (_longest_word(title) * _BOLD, *map(_longest_word, cells), 2.0)
    least = min(max(words), _WORD)
    lines = sorted([width(title) * _BOLD, *map(width, cells)])
    usual, whole = (max(least, min(lines[at], _WIDEST)) for at in ((len(lines) * 9 - 1) // 10, -1))
    return _Need(least + 0.3, usual + 0.3, whole + 0.3, lines[-1] > _WIDEST)


def _longest_word(text: str) -> float:
    return max(map(width, _WORDS.findall(text)), default=0.0)


def _least(needs: Sequence[_Need], size: float) -> float:
    return sum(each.least * size + INSET for each in needs)


def _part(needs: Sequence[_Need], columns: Sequence[int], size: float, room: float) -> Part:
    """Each column has its longest word, and then, if there is room, its longest line, or else as
    much of its usual line as all can have. The rest goes to those with long texts, or to all alike,
    so that the tables of a page end at the same edge."""
    chosen = [needs[at] for at in columns]
    least = [each.least * size + INSET for each in chosen]
    whole = [each.whole * size + INSET for each in chosen]
    if sum(whole) <= room:
        widths = whole
    else:
        usual = [(each.usual - each.least) * size for each in chosen]
        share = min(1.0, max(room - sum(least), 0.0) / (sum(usual) or 1.0))
        widths = [a + b * share for a, b in zip(least, usual, strict=True)]
    taking = [each.more for each in chosen]
    taking = taking if any(taking) else [True] * len(chosen)
    rest = (room - sum(widths)) / sum(taking)
    widths = [round(a + rest * b, 2) for a, b in zip(widths, taking, strict=True)]
    return Part(tuple(columns), tuple(widths), size)


def broken(text: str, room: float) -> str | list[str]:
    """The text, or its pieces if it has a word that does not fit: it may be broken between them."""
    if all(width(word) <= room for word in _WORDS.findall(text)):
        return text
    pieces = [""]
    at = 0
    for word in _WORDS.finditer(text):
        first, *rest = [word[0]] if width(word[0]) <= room else _cut(word[0], room)
        pieces[-1] += text[at : word.start()] + first
        pieces += rest
        at = word.end()
    pieces[-1] += text[at:]
    return pieces


def _cut(word: str, room: float) -> list[str]:
    """Cut where it does no harm to how the letters look; a word that has no such place, and still
    does not fit, is cut anywhere but before a mark or behind a joiner."""
    pieces = _SEPARATE.findall(word)
    return [
        piece
        for each in pieces
        for piece in (_ANYWHERE.findall(each) if width(each) > room else [each])
    ]
