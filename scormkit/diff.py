"""A change as a text: the lines of its unified diff, and the one that somebody means."""

from __future__ import annotations


def lines(diff: str) -> list[str]:
    """The lines as the player counts them."""
    return diff.rstrip("\n").split("\n")


def line_of(diff: str, words: str) -> int | None:
    """The index of the line that reads like the words, else of the first that holds them."""
    wanted = words.strip()
    found = lines(diff)
    whole = [n for n, line in enumerate(found) if wanted in (line.strip(), line[1:].strip())]
    return next(iter([*whole, *(n for n, line in enumerate(found) if wanted in line)]), None)
