"""What a translator must not break in a text: placeholders, links, cue marks and pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

VALUE, LINK, CUE, PICTURE = "value", "link", "cue", "picture"

_DEEPEST = 20  # marks in marks; a bracket further in is a bracket

_VALUE = re.compile(r"\{[a-z0-9_.-]+\}")
_PICTURE = re.compile(r"!\[[^\[\]\n]*\]\([^()\s]+\)")
_CUE_END = re.compile(r"\]\{([a-z][a-z0-9-]*)\}")
_LINK_END = re.compile(r"\]\(([^()\s]+)\)")


@dataclass(frozen=True)
class Mark:
    """One thing that stays as it is; `name` is what it refers to, `raw` how it is written."""

    kind: str
    name: str
    raw: str


@dataclass(frozen=True)
class Span:
    """Words that a mark goes around, from `opening` to `closing`: a link's, or a cue's."""

    kind: str
    name: str
    inner: tuple[Piece, ...]

    @property
    def opening(self) -> str:
        """What stands before the words."""
        return "["

    @property
    def closing(self) -> str:
        """What stands after the words."""
        return f"]({self.name})" if self.kind == LINK else f"]{{{self.name}}}"


Piece = str | Mark | Span


def parse(text: str) -> tuple[Piece, ...]:
    """A text in its pieces; `written` puts them together again, to the last character."""
    frames: list[list[Piece]] = [[]]
    at = 0
    while at < len(text):
        letter = text[at]
        if letter == "\\":
            frames[-1].append(text[at : at + 2])
            at += 2
        elif found := _VALUE.match(text, at):
            frames[-1].append(Mark(VALUE, found[0][1:-1], found[0]))
            at = found.end()
        elif found := _PICTURE.match(text, at):
            name = found[0].rsplit("(", 1)[1][:-1]
            frames[-1].append(Mark(PICTURE, name, found[0]))
            at = found.end()
        elif letter == "[" and len(frames) <= _DEEPEST:
            frames.append([])
            at += 1
        elif letter == "]" and len(frames) > 1:
            at = _closed(frames, text, at)
        else:
            frames[-1].append(letter)
            at += 1
    while len(frames) > 1:  # a bracket that never closes is a bracket
        inner = frames.pop()
        frames[-1] += ["[", *inner]
    return _joined(frames[0])


def _closed(frames: list[list[Piece]], text: str, at: int) -> int:
    """Ends the innermost bracket: a span if it is followed by what makes one."""
    inner = frames.pop()
    for kind, pattern in ((CUE, _CUE_END), (LINK, _LINK_END)):
        if inner and (found := pattern.match(text, at)):
            frames[-1].append(Span(kind, found[1], _joined(inner)))
            return found.end()
    frames[-1] += ["[", *inner, "]"]
    return at + 1


def _joined(pieces: list[Piece]) -> tuple[Piece, ...]:
    """The pieces with letters that stand side by side as one text."""
    joined: list[Piece] = []
    letters: list[str] = []
    for piece in [*pieces, None]:
        if isinstance(piece, str):
            letters.append(piece)
            continue
        if letters:
            joined.append("".join(letters))
            letters = []
        if piece is not None:
            joined.append(piece)
    return tuple(joined)


def written(pieces: tuple[Piece, ...]) -> str:
    """The text of some pieces."""
    return "".join(
        piece
        if isinstance(piece, str)
        else piece.raw
        if isinstance(piece, Mark)
        else f"{piece.opening}{written(piece.inner)}{piece.closing}"
        for piece in pieces
    )


def marks(pieces: tuple[Piece, ...]) -> Iterator[tuple[str, str]]:
    """Kind and name of everything that is marked, in order."""
    for piece in pieces:
        if isinstance(piece, Mark | Span):
            yield piece.kind, piece.name
        if isinstance(piece, Span):
            yield from marks(piece.inner)


def words(pieces: tuple[Piece, ...]) -> str:
    """The text without its marks: what is left to translate."""
    return "".join(
        piece if isinstance(piece, str) else words(piece.inner) if isinstance(piece, Span) else " "
        for piece in pieces
    )


def named(kind: str, name: str) -> str:
    """A mark in a translator's words."""
    return {
        VALUE: f"the placeholder {{{name}}}",
        LINK: f"the link [...]({name})",
        CUE: f"the cue [...]{{{name}}}",
        PICTURE: f"the picture ![]({name})",
    }[kind]
