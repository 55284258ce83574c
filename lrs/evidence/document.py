"""A document for people: chapters of texts, facts, tables and charts, before it is set in type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lrs.evidence.sheet import Sheet
from lrs.register.columns import Cell, Kind


@dataclass(frozen=True)
class Text:
    """A paragraph. Plain text: nothing in it is markup."""

    text: str


@dataclass(frozen=True)
class Facts:
    """What is said of a thing, name by name: (title, kind, value)."""

    entries: Sequence[tuple[str, Kind, Cell]]


@dataclass(frozen=True)
class Table:
    """A sheet, or so many of its first rows; the reader is told when there are more, and where."""

    sheet: Sheet
    columns: tuple[str, ...] = ()  # by name, those that are printed; all of them if none is named
    most: int = 1_000


@dataclass(frozen=True)
class Bars:
    """A chart of stacked bars, one for each label, with a part for each series; beside it always
    the same figures as a table. `alternative` says in words what one sees."""

    title: str
    alternative: str
    labels: Sequence[str]
    series: Sequence[tuple[str, Sequence[float]]]  # name, value for each label
    unit: str = ""
    each: str = "Bar"  # what a label names: "Month"


@dataclass(frozen=True)
class Section:
    """A part of a chapter under a heading of its own."""

    title: str
    blocks: Sequence[Block]


Block = Text | Facts | Table | Bars | Section


@dataclass(frozen=True)
class Chapter:
    """A chapter, which begins on a page of its own; `lead` says in a sentence what it shows."""

    title: str
    lead: str
    blocks: Sequence[Block]
    criteria: tuple[str, ...] = ()


@dataclass(frozen=True)
class Attachment:
    """A file that the document carries (PDF/A-3)."""

    name: str
    content: bytes
    media_type: str
    describes: str


@dataclass(frozen=True)
class Document:
    """The whole: what stands on the cover, the chapters in order, the files it carries."""

    title: str
    subtitle: str
    organisation: str
    day: date  # on which it says it was made
    cover: Facts
    chapters: Sequence[Chapter]
    attachments: Sequence[Attachment] = ()
