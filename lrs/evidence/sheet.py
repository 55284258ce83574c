"""A sheet: one table of the pack, typed and never formatted, with what was searched for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lrs.register.columns import Cell, Column


@dataclass(frozen=True)
class Sheet:
    """Rows under columns. `rows` is gone through once, in order."""

    name: str  # of its files, and of its page in the workbook: "exceptions"
    title: str  # for people: "Exceptions and their remediation"
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[Cell]]
    searched: str  # what was looked through to fill it: all that an empty one has to say
    made: str  # how its figures come about, in words that an auditor can follow
    criteria: tuple[str, ...] = ()  # of SOC 2 that it speaks to: "CC2.2"
