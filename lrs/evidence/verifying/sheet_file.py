"""A sheet's JSON file: its rows as they go by, counted and digested."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import IO, Any

from lrs.evidence.verifying.names import Json

MOST_LINE = 64 << 20  # bytes of a row

Row = list[Any]


class SheetFile:
    """The rows of a sheet's JSON file as they go by, counted and digested. Raises ValueError."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.head: Json = {}
        self.tail: Json = {}
        self.count = 0
        if self._line() != b"{":
            raise ValueError("it does not begin as a sheet does")
        while (line := self._line()) != b'"rows": [':
            if not line.endswith(b","):
                raise ValueError("it has no rows")
            self.head.update(json.loads(b"{" + line[:-1] + b"}"))
        names = [each["name"] for each in self.head["columns"]]
        self._digest = hashlib.sha256(_compact(names) + b"\n")

    def _line(self) -> bytes:
        line = self._file.readline(MOST_LINE)
        if not line.endswith(b"\n"):
            raise ValueError("it ends in the midst of a line")
        return line[:-1]

    def __iter__(self) -> Iterator[Row]:
        goes_on = True
        while (line := self._line()) != b"],":
            if not goes_on:
                raise ValueError(f"row {self.count} should be the last, and another follows")
            goes_on = line.endswith(b",")
            written = line[:-1] if goes_on else line
            row = json.loads(written)
            if not isinstance(row, list) or len(row) != len(self.head["columns"]):
                raise ValueError(f"row {self.count + 1} has not a cell for each column")
            self._digest.update(written + b"\n")
            self.count += 1
            yield row
        rest = self._file.read(MOST_LINE)
        self.tail = json.loads(b"{" + rest)

    @property
    def digest(self) -> str:
        """SHA-256 of the line of the columns' names and of those of the rows that went by."""
        return self._digest.hexdigest()


def _compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "backslashreplace"
    )
