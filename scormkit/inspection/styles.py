"""What a stylesheet loads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scormkit.inspection.addresses import Address, Files
from scormkit.inspection.loads import load_findings
from scormkit.inspection.texts import Seen, Text

_LOAD = re.compile(
    r"""@import\s{1,9}(?:url\(\s{0,9})?["']?([^"')\s;]{1,1000}+)"""
    r"""|\burl\(\s{0,9}["']?([^"'()\s]{1,1000}+)["']?\s{0,9}\)"""
)


def style_findings(
    text: Text, files: Files, base: str, start: int = 0, end: int | None = None
) -> Iterator[Seen]:
    """The addresses in the stylesheet that stands between the two places."""
    stop = len(text.text) if end is None else end
    comments = list(_comments(text.text, start, stop))
    at = 0
    for found in _LOAD.finditer(text.text, start, stop):
        while at < len(comments) and comments[at][1] <= found.start():
            at += 1
        if at < len(comments) and comments[at][0] <= found.start():
            continue
        address = Address(found[1] or found[2], base)
        yield from load_findings(text.mark(found.start()), "style", address, files)


def _comments(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where comments stand; one that isn't closed goes on to the end."""
    at = text.find("/*", start, end)
    while at >= 0:
        close = text.find("*/", at + 2, end)
        yield at, close if close >= 0 else end
        at = text.find("/*", close + 2, end) if close >= 0 else -1
