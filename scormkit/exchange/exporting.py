"""The texts of a scenario, or the player's words, to one file for a translator."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from scormkit.exchange import library, po, xliff
from scormkit.exchange.library import Shelf
from scormkit.exchange.units import Sheet

FORMATS: dict[str, tuple[Callable[[Sheet], str], str]] = {
    "xliff": (xliff.write, "xlf"),
    "po": (po.write, "po"),
}


def export(shelf: Shelf, form: str) -> str:
    """The file; the same texts give the same bytes."""
    write, _ = FORMATS[form]
    return write(library.sheet_of(shelf))


def file_name(shelf: Shelf, form: str) -> Path:
    """What the file is called if nobody says otherwise."""
    name = shelf.scenario.slug if shelf.scenario else "player"
    return Path(f"{name}.{shelf.language}.{FORMATS[form][1]}")
