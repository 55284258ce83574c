"""The register to a file, by its ending; the file is there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, TextIO

from lrs.register.about import About
from lrs.register.sheet import Sheet
from lrs.register.writing import comma_separated, structured

ENDINGS = (".csv", ".json", ".xlsx")


def write(out: Path, sheet: Sheet, about: About, *, bom: bool = False, bare: bool = False) -> None:
    """Write a register. `bom` and `bare` are for CSV."""
    with whole(out) as file:
        if out.suffix.lower() == ".csv":
            _in_text(file, lambda text: comma_separated.write(text, sheet, about, bare=bare), bom)
        elif out.suffix.lower() == ".json":
            _in_text(file, lambda text: structured.write(text, sheet, about))
        else:
            from lrs.register.writing import workbook  # late: it takes a while to load

            workbook.write(file, sheet, about)


def _in_text(file: BinaryIO, write: Callable[[TextIO], None], bom: bool = False) -> None:
    text = TextIOWrapper(file, encoding="utf-8", newline="")
    if bom:
        text.write(comma_separated.BOM)
    write(text)
    text.flush()
    text.detach()


@contextmanager
def whole(out: Path) -> Iterator[BinaryIO]:
    """A file to write to, which takes its name once it is on the disk; after an error nothing is
    left of it, and what was there before is as it was."""
    part = out.with_name(f".{out.name}.part")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
