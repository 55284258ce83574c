"""A text file of a package: every place in it has a line and a column."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass
from functools import cached_property

from scormkit.inspection.findings import shown
from scormkit.problems import Mark, Problem


@dataclass(frozen=True, eq=False)
class Text:
    """The text of one file."""

    file: str
    text: str

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.text))]

    @cached_property
    def _shown(self) -> str:
        return shown(self.file)

    def mark(self, offset: int) -> Mark:
        """The place of the character at the offset."""
        line = bisect.bisect_right(self._lines, offset)
        return Mark(self._shown, line, offset - self._lines[line - 1] + 1)


@dataclass(frozen=True)
class Sighting:
    """Something that content does, which is right or wrong only as seen with all the rest."""

    kind: str  # api, call, element, leaving
    value: str
    mark: Mark


Seen = Problem | Sighting
