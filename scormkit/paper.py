"""How text is set for a terminal: the width of a line, blank lines, bold where it may be."""

from __future__ import annotations

import os
import re
import shutil
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TextIO

WIDEST = 88
_BOLD, _DIM, _PLAIN = "\033[1m", "\033[2m", "\033[0m"


@dataclass(frozen=True)
class Paper:
    """How the text is set: the width of a line, and whether signs for bold may be used."""

    width: int = 80
    bold: bool = False
    stream: TextIO | None = None

    def say(self, blocks: Iterable[str]) -> None:
        """Print blocks, each after a blank line."""
        for block in blocks:
            if block:
                print(f"\n{block}", file=self.stream)

    def set(self, text: str, indent: str = "") -> str:
        """The text wrapped; lines of a list hang below their sign."""
        return "\n".join(self._line(line, indent) for line in text.split("\n"))

    def heading(self, text: str) -> str:
        """The text, set apart from what follows."""
        wrapped = textwrap.fill(text, self.width)
        return f"{_BOLD}{wrapped}{_PLAIN}" if self.bold else wrapped

    def quiet(self, text: str) -> str:
        """What is said beside the story."""
        return f"{_DIM}{self.set(text)}{_PLAIN}" if self.bold else self.set(text)

    def _line(self, line: str, indent: str) -> str:
        sign = re.match(r"\s*(?:(?:[->]|\d+\.)\s+)*", line)
        hang = indent + " " * len(sign[0] if sign else "")
        return textwrap.fill(
            line,
            self.width,
            initial_indent=indent,
            subsequent_indent=hang,
            break_long_words=False,
            break_on_hyphens=False,
        )


def paper(stream: TextIO) -> Paper:
    """Paper as wide as the terminal; bold only where somebody reads it there (no-color.org)."""
    wide = min(shutil.get_terminal_size().columns, WIDEST)
    return Paper(max(wide, 20), stream.isatty() and not os.environ.get("NO_COLOR"), stream)
