"""Rows as lines of JSON: of them the digest of a sheet is made, and from them its files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from hashlib import sha256
from itertools import islice
from typing import Any

from lrs import timestamps
from lrs.register.columns import Cell, Column, Kind
from lrs.register.sheet import plain_cell

Lines = Sequence[bytes]  # each without its line feed
_AT_ONCE = 500
_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def lines(columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> Iterator[list[bytes]]:
    """The rows' lines, some hundred at once: days and instants as texts, no cell an empty text."""
    plain = _plain(columns)
    left = iter(rows)
    while some := [_line(plain(row)) for row in islice(left, _AT_ONCE)]:
        yield some


def _plain(columns: Sequence[Column]) -> Callable[[Sequence[Cell]], list[Any]]:
    written = [(at, each.kind) for at, each in enumerate(columns) if each.kind in _AS_TEXTS]
    many = len(columns)

    def plain(row: Sequence[Cell]) -> list[Any]:
        found: list[Any] = [None if cell == "" else cell for cell in row]
        if len(found) != many:
            raise ValueError(f"{len(found)} cells under {many} columns: {found}")
        for at, kind in written:
            if found[at] is not None:
                found[at] = plain_cell(found[at], kind)
        return found

    return plain


_AS_TEXTS = ("day", "instant")


def cells(columns: Sequence[Column], some: Lines) -> Iterator[tuple[Cell, ...]]:
    """Rows of their lines: days as days, instants in microseconds."""
    for line in some:
        pairs = zip(json.loads(line), columns, strict=True)
        yield tuple(_typed(cell, column.kind) for cell, column in pairs)


def _typed(cell: Any, kind: Kind) -> Cell:
    if cell is not None and kind == "day":
        return date.fromisoformat(cell)
    return timestamps.read(cell) if cell is not None and kind == "instant" else cell


def _line(cells: Sequence[Any]) -> bytes:
    # Half of a letter that takes two (a lone surrogate) stays what it is in JSON: \ud800.
    return _written(cells).encode("utf-8", "backslashreplace")


class Digest:
    """SHA-256 of a sheet: of the line of its columns' names, then of those of its rows, each with a
    line feed behind it. lrs.register.sheet.digest gives the same of the register."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._made = sha256(_line([each.name for each in columns]) + b"\n")

    def add(self, some: Lines) -> None:
        """Go on with these rows."""
        self._made.update(b"\n".join((*some, b"")))

    def told(self) -> str:
        """In hexadecimal."""
        return self._made.hexdigest()
