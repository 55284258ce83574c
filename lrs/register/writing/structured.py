"""The register as JSON: what it says of itself, its columns, a row a line, and who waits."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TextIO

from lrs.register.about import About, entries
from lrs.register.columns import COLUMNS, NAMES
from lrs.register.sheet import Sheet, plain, plain_cell

_line = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": ")).encode


def write(file: TextIO, sheet: Sheet, about: About) -> None:
    """One object; row by row, so that a large register needs no large memory."""
    told = {each.name: plain_cell(each.value, each.kind) for each in entries(about)}
    columns = [
        {"name": each.name, "title": each.title, "kind": each.kind, "means": each.means}
        for each in COLUMNS
    ]
    waiting = [
        {"name": each.name, "since": each.since.isoformat(), "attempts": each.attempts}
        for each in sheet.answer.waiting
    ]
    file.write(f'{{\n"about": {json.dumps(told, ensure_ascii=False, indent=2)},\n"columns": ')
    _list(file, map(_line, columns))
    file.write(',\n"rows": ')
    _list(file, (_line(dict(zip(NAMES, plain(cells), strict=True))) for cells in sheet.cells()))
    file.write(',\n"unresolved": ')
    _list(file, map(_line, waiting))
    file.write("\n}\n")


def _list(file: TextIO, lines: Iterable[str]) -> None:
    between = "[\n"
    for line in lines:
        file.write(f"{between}  {line}")
        between = ",\n"
    file.write("[]" if between == "[\n" else "\n]")
