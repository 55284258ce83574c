"""A document as the template wants it: texts that can be drawn, tables laid out, all written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from lrs import timestamps
from lrs.evidence import colophon, columns, letters
from lrs.evidence.document import (
    Attachment,
    Bars,
    Block,
    Chapter,
    Document,
    Facts,
    Section,
    Table,
    Text,
)
from lrs.evidence.sheet import Sheet
from lrs.register.columns import Cell, Column, Kind

SERIF = "Libertinus Serif"  # for what is read; it comes with typst
# What asks for somebody's attention is set in bold: a printer knows no colours.
_STANDING_OUT = {
    "verdict": {"late", "overdue", "failed", "unverified"},
    "exception": {"open"},
}
_MEASURE = 40.0  # em: no word of a text is longer
_TERM = 13.0  # em: nor one of the name of a fact
_LABEL = 17.0  # em: nor one beside a bar
_PARAGRAPHS = re.compile(r"(?:\r?\n[ \t]*){2,}")
_FILLINGS = 8  # that the template has for the parts of bars
_TALL = 1_000  # a cell of more characters may be broken over pages
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
Data = dict[str, Any]


def composed(document: Document) -> Data:
    """What the template reads; every text in it is plain, or a list of pieces to break between."""
    return _Setting().document(document)


@dataclass
class _Setting:
    """A document on its way to the template: what it counts, and what it had to spell."""

    tables: int = 0
    charts: int = 0
    spelled: dict[str, int] = field(default_factory=dict)  # character -> how often

    def document(self, document: Document) -> Data:
        chapters = [self._chapter(each) for each in document.chapters]
        facts = self._facts(document.cover)["entries"]
        told = {
            "title": self._text(document.title),
            "subtitle": self._text(document.subtitle),
            "organisation": self._text(document.organisation),
        }
        chapters.append(self._chapter(colophon.chapter(document, self.spelled)))
        return {
            **told,
            "running": _short(document.title, 38.0),
            "plain": self._printable(document.title),
            "author": self._printable(document.organisation),
            "about": self._printable(document.subtitle),
            "day": [document.day.year, document.day.month, document.day.day],
            "foot": _short(f"{document.organisation} · {_day(document.day)}", 48.0),
            "cover": facts,
            "chapters": chapters,
            "attachments": [_attached(each) for each in document.attachments],
            "serif": [SERIF, *letters.FAMILIES],
            "sans": list(letters.FAMILIES),
            "inset": columns.INSET / 2,
        }

    def _chapter(self, chapter: Chapter) -> Data:
        tables = [self._rows(each) for each in _tables(chapter.blocks)]
        wide = any(columns.sideways(rows.titles, rows.cells) for rows in tables if rows.cells)
        return {
            "title": self._text(chapter.title),
            "running": _short(chapter.title, 19.0),
            "lead": self._text(chapter.lead),
            "criteria": self._text(", ".join(chapter.criteria)),
            "sideways": wide,
            "blocks": self._blocks(chapter.blocks, iter(tables), 2, wide),
        }

    def _blocks(
        self, blocks: Iterable[Block], tables: Iterator[_Rows], level: int, wide: bool
    ) -> list[Data]:
        return [self._block(each, tables, level, wide) for each in blocks]

    def _block(self, block: Block, tables: Iterator[_Rows], level: int, wide: bool) -> Data:
        match block:
            case Text():
                paragraphs = [self._text(each) for each in _PARAGRAPHS.split(block.text.strip())]
                return {"block": "text", "paragraphs": paragraphs}
            case Facts():
                return self._facts(block)
            case Table():
                return self._table(block.sheet, next(tables), wide)
            case Bars():
                return self._bars(block)
            case Section():
                inner = self._blocks(block.blocks, tables, level + 1, wide)
                title = self._text(block.title)
                return {"block": "section", "title": title, "level": level, "blocks": inner}

    def _facts(self, facts: Facts) -> Data:
        entries = [
            (self._text(title, _TERM), self._text(_written(value, kind, grouped=True)))
            for title, kind, value in facts.entries
        ]
        return {"block": "facts", "entries": entries}

    def _rows(self, table: Table) -> _Rows:
        """As many as are printed, and how many there are."""
        sheet = table.sheet
        names = [each.name for each in sheet.columns]
        at = [names.index(name) for name in table.columns] or list(range(len(names)))
        shown = [sheet.columns[each] for each in at]
        rows = iter(sheet.rows)
        cells = [
            [self._printable(_written(row[i], c.kind)) for i, c in zip(at, shown, strict=True)]
            for row in islice(rows, table.most)
        ]
        titles = [self._printable(each.title) for each in shown]
        return _Rows(shown, titles, cells, len(cells) + sum(1 for _ in rows), len(names))

    def _table(self, sheet: Sheet, rows: _Rows, wide: bool) -> Data:
        self.tables += 1
        room = columns.SIDEWAYS if wide else columns.UPRIGHT
        laid = columns.parts(rows.titles, rows.cells, room) if rows.cells else []
        return {
            "block": "table",
            "number": self.tables,
            "title": self._text(sheet.title),
            "made": self._text(sheet.made),
            "searched": self._text(sheet.searched),
            "rest": self._text(_rest(sheet, rows)),
            "parts": [_part(rows, each) for each in laid],
        }

    def _bars(self, bars: Bars) -> Data:
        if not bars.alternative.strip():
            raise ValueError(f"the chart {bars.title!r} has no alternative in words")
        if len(bars.series) > _FILLINGS:
            raise ValueError(f"the chart {bars.title!r} has more series than can be told apart")
        self.charts += 1
        label = max(map(letters.width, bars.labels), default=0.0)
        totals = [sum(values) for values in zip(*(v for _, v in bars.series), strict=True)]
        figures = self._figures(bars, totals)
        return {
            "block": "bars",
            "number": self.charts,
            "title": self._text(bars.title),
            "alternative": self._printable(bars.alternative),
            "unit": self._text(bars.unit),
            "room": min(label + 0.5, _LABEL) * columns.SIZES[0],
            "labels": [self._text(each, _LABEL) for each in bars.labels],
            "series": [
                {"name": self._text(name), "values": [float(each) for each in values]}
                for name, values in bars.series
            ],
            "totals": [float(each) for each in totals],
            "written": [_number(each) for each in totals],
            "figures": [
                _part(figures, each)
                for each in columns.parts(figures.titles, figures.cells, columns.UPRIGHT)
            ],
        }

    def _figures(self, bars: Bars, totals: Sequence[float]) -> _Rows:
        """What the chart shows, as rows: a label, its values, and what they come to."""
        titles = [bars.each, *(name for name, _ in bars.series), "Together"]
        kinds: list[Kind] = ["text" if at == 0 else "number" for at in range(len(titles))]
        values = [*(values for _, values in bars.series), totals]
        cells = [
            [self._printable(label), *(_number(each[at]) for each in values)]
            for at, label in enumerate(bars.labels)
        ]
        shown = [Column("", title, kind, 0, "") for title, kind in zip(titles, kinds, strict=True)]
        printed = [self._printable(each) for each in titles]
        return _Rows(shown, printed, cells, len(cells), len(titles))

    def _text(self, text: str, room: float = _MEASURE) -> str | list[str]:
        return columns.broken(self._printable(text), room)

    def _printable(self, text: str) -> str:
        printed = letters.printable(text)
        if "‹U+" in printed:
            for letter in letters.missing(text):
                self.spelled[letter] = self.spelled.get(letter, 0) + 1
        return printed


@dataclass(frozen=True)
class _Rows:
    columns: Sequence[Column]
    titles: Sequence[str]
    cells: Sequence[Sequence[str]]
    of: int  # rows that there are
    among: int  # columns that there are


def _tables(blocks: Iterable[Block]) -> Iterator[Table]:
    for each in blocks:
        if isinstance(each, Table):
            yield each
        elif isinstance(each, Section):
            yield from _tables(each.blocks)


def _part(rows: _Rows, part: columns.Part) -> Data:
    shown = [rows.columns[at] for at in part.columns]
    rooms = [(wide - columns.INSET) / part.size / 1.01 for wide in part.widths]
    standing_out = [_STANDING_OUT.get(each.name, set()) for each in shown]
    return {
        "widths": part.widths,
        "size": part.size,
        "breakable": any(len(cell) > _TALL for row in rows.cells for cell in row),
        "right": [each.kind == "number" for each in shown],
        "titles": [
            columns.broken(rows.titles[at], room / 1.1)
            for at, room in zip(part.columns, rooms, strict=True)
        ],
        "cells": [
            {"strong": row[at]} if row[at] in loud else columns.broken(row[at], room)
            for row in rows.cells
            for at, room, loud in zip(part.columns, rooms, standing_out, strict=True)
        ],
    }


def _rest(sheet: Sheet, rows: _Rows) -> str:
    """What of the sheet is not printed, and where it is; nothing if all is."""
    some = []
    if len(rows.cells) < rows.of:
        some.append(f"the first {len(rows.cells):,} of {rows.of:,} rows")
    if len(rows.columns) < rows.among:
        some.append(f"{len(rows.columns)} of {rows.among} columns")
    where = f"the whole is in sheets/{sheet.name}.csv and sheets/{sheet.name}.json"
    return f"Printed here: {' and '.join(some)}; {where}." if some else ""


def _written(cell: Cell, kind: Kind, grouped: bool = False) -> str:
    """Numbers in tables are as programs write them, since some of them are names: 12045."""
    if cell is None:
        return ""
    if kind == "instant" and isinstance(cell, int):
        return timestamps.written(cell)[:19].replace("T", " ") + " UTC"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int | float):
        return _number(cell) if grouped else _number(cell).replace(",", "")
    return cell


def _number(value: float) -> str:
    """With commas between thousands, to four places, and without a point if it is whole."""
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.4f}".rstrip("0").rstrip(".")


def _day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _short(text: str, room: float) -> str:
    """For the head of a page: one line, of so many em."""
    line = " ".join(letters.printable(text).split())
    while letters.width(line) > room:
        line = line[:-2].rstrip() + "…"
    return line


def _attached(file: Attachment) -> Data:
    return {
        "name": letters.printable(file.name),
        "type": file.media_type,
        "describes": letters.printable(file.describes),
    }
