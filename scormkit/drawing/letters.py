"""How wide a text will be, near enough to wrap it, without the font at hand."""

from __future__ import annotations

import unicodedata

# Advance widths in em of a common sans serif, a little rounded up: a line may end early, but
# must not run out of its box in the widest font of the stack.
_WIDTHS = {
    0.30: "ijl.,:;!|'`",
    0.37: 'ftrI()[]{}/\\- "*·',
    0.54: "ckszvxyJ",
    0.76: "mwABEKPSVXY&",
    0.84: "CDGHNOQRUTZ",
    1.00: "MW@%—…→",
}
_OF = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
_OTHER, _WIDE, _BOLD = 0.6, 1.05, 1.06


def width(text: str, size: float, bold: bool = False) -> float:
    """The width of one line, in the unit of the size."""
    return sum(map(_em, text)) * size * (_BOLD if bold else 1)


def _em(letter: str) -> float:
    known = _OF.get(letter)
    if known is not None:
        return known
    if unicodedata.combining(letter):
        return 0
    return _WIDE if unicodedata.east_asian_width(letter) in "WF" else _OTHER


def fitted(text: str, room: float, size: float, bold: bool = False) -> str:
    """The text, cut with an ellipsis where it needs more room."""
    if width(text, size, bold) <= room:
        return text
    while text and width(text + "…", size, bold) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def wrapped(
    text: str, room: float, size: float, most: int = 99, bold: bool = False
) -> tuple[str, ...]:
    """The text in lines of the room, at most so many; what is left over is cut."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if width(longer, size, bold) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        *pieces, line = _pieces(word, room, size, bold)
        lines += pieces
    lines += [line] if line else []
    if len(lines) > most:
        rest = " ".join(lines[most - 1 :])
        lines = [*lines[: most - 1], fitted(rest, room, size, bold)]
    return tuple(lines)


def _pieces(word: str, room: float, size: float, bold: bool) -> list[str]:
    """A word in pieces that fit: text without spaces, or a very long name."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and width(pieces[-1] + letter, size, bold) > room:
            pieces.append("")
        pieces[-1] += letter
    return pieces
