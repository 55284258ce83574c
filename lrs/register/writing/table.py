"""The register as a table for the terminal, as wide as that is: what matters most stays longest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from lrs.register.columns import COLUMNS, NAMES, Cell, Column
from lrs.register.sheet import NO_VERDICT, Sheet
from lrs.register.writing.plain_text import harmless, padded, width

_GAP = 2
Style = Callable[[str, str], str]  # of a cell: the column's name and its text, padded


class _Shown(NamedTuple):
    """A column of the sheet on a terminal: places that it can do with, and its rank among those
    for which there may be no room (0: it is always there)."""

    name: str
    rank: int
    least: int = 99


_SHOWN = (  # from left to right
    _Shown("person", 0),
    _Shown("name", 1, 12),
    _Shown("exercise", 0, 16),
    _Shown("reason", 2, 11),
    _Shown("bucket", 12, 10),
    _Shown("assigned", 9),
    _Shown("due", 0),
    _Shown("verdict", 0),
    _Shown("completed", 3),
    _Shown("days_late", 6),
    _Shown("score", 7),
    _Shown("sides", 8, 12),
    _Shown("exception", 10),
    _Shown("note", 4, 20),
    _Shown("kind", 11),
    _Shown("manager", 13),
    _Shown("row", 5),
)
_BY_NAME = dict(zip(NAMES, COLUMNS, strict=True))


def table(sheet: Sheet, places: int | None, style: Style) -> Iterator[str]:
    """The lines of the table, no wider than so many places; with None all there is to show."""
    found: list[list[str]] = [[] for _ in _SHOWN]
    at = [NAMES.index(each.name) for each in _SHOWN]
    for cells in sheet.cells():
        for texts, place, shown in zip(found, at, _SHOWN, strict=True):
            texts.append(_text(cells[place], _BY_NAME[shown.name]))
    return _set(dict(zip(_SHOWN, found, strict=True)), places, style)


def _text(cell: Cell, column: Column) -> str:
    if cell is None:
        return NO_VERDICT if column.name == "verdict" else ""
    if isinstance(cell, str):
        return harmless(cell)
    return cell.isoformat() if isinstance(cell, date) else f"{cell:g}"


def _set(
    columns: Mapping[_Shown, Sequence[str]], places: int | None, style: Style
) -> Iterator[str]:
    full = {
        each: max(width(_title(each)), *map(width, texts))
        for each, texts in columns.items()
        if any(texts) or (texts and each.rank == 0)
    }
    widths = _fitted(full, places)
    yield _line([(each, _title(each), widths[each]) for each in widths], lambda _, text: text)
    yield "  ".join("─" * places for places in widths.values())
    shown = [(each, columns[each], widths[each]) for each in widths]
    for n in range(len(next(iter(columns.values())))):
        yield _line([(each, texts[n], size) for each, texts, size in shown], style)


def _title(shown: _Shown) -> str:
    return _BY_NAME[shown.name].title


def _line(cells: Sequence[tuple[_Shown, str, int]], style: Style) -> str:
    texts = [
        style(each.name, padded(text, size, right=_BY_NAME[each.name].kind == "number"))
        for each, text, size in cells
    ]
    return "  ".join(texts).rstrip()


def _fitted(full: Mapping[_Shown, int], places: int | None) -> dict[_Shown, int]:
    """The width of each column that there is room for: first what each can do with, by rank; what
    is left over makes them wider, by rank again."""
    if places is None:
        return dict(full)
    by_rank = sorted(full, key=lambda each: each.rank)
    given: dict[_Shown, int] = {}
    left = places + _GAP
    for each in by_rank:
        least = max(min(full[each], each.least), width(_title(each)))
        if each.rank and least + _GAP > left:
            continue
        given[each] = least
        left -= least + _GAP
    for each in by_rank:
        if each in given and left > 0:
            more = min(full[each] - given[each], left)
            given[each] += more
            left -= more
    return {each: given[each] for each in full if each in given}
