"""Who stands beside whom in a row: sweeps by barycentre, then exchanges, for fewest crossings."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right, insort
from collections.abc import Mapping, Sequence

_SWEEPS = 14
_EXCHANGES = 4

Rows = list[list[str]]
Links = Mapping[str, Sequence[str]]


def ordered(rows: Rows, down: Links, up: Links) -> Rows:
    """The rows, each in an order in which few links to the next row cross."""
    best, fewest = [list(row) for row in rows], crossings(rows, down)
    for sweep in range(_SWEEPS):
        rows = _swept(rows, up if sweep % 2 == 0 else down, sweep % 2 == 0)
        count = crossings(rows, down)
        if count < fewest:
            best, fewest = [list(row) for row in rows], count
        if not fewest:
            break
    for _ in range(_EXCHANGES):
        if not fewest or not _exchanged(best, down, up):
            break
    return best


def crossings(rows: Rows, down: Links) -> int:
    """How many pairs of links cross, over all rows."""
    total = 0
    for upper, lower in itertools.pairwise(rows):
        place = {name: n for n, name in enumerate(lower)}
        ends: list[int] = []
        for name in upper:
            mine = _places(down.get(name, ()), place)
            total += sum(len(ends) - bisect_right(ends, end) for end in mine)
            for end in mine:
                insort(ends, end)
    return total


def _swept(rows: Rows, towards: Links, downward: bool) -> Rows:
    """One sweep: each row sorted by the mean place of its neighbours in the row before."""
    swept = [list(row) for row in rows]
    turns = range(1, len(rows)) if downward else range(len(rows) - 2, -1, -1)
    for turn in turns:
        fixed = swept[turn - 1 if downward else turn + 1]
        place = {name: n / max(1, len(fixed) - 1) for n, name in enumerate(fixed)}
        row = swept[turn]
        mean = {}
        for n, name in enumerate(row):
            near = [place[other] for other in towards.get(name, ()) if other in place]
            mean[name] = sum(near) / len(near) if near else n / max(1, len(row) - 1)
        swept[turn] = sorted(row, key=mean.__getitem__)
    return swept


def _exchanged(rows: Rows, down: Links, up: Links) -> bool:
    """Exchange neighbours where that saves crossings; whether any were."""
    changed = False
    for turn, row in enumerate(rows):
        sides = []
        for links, other in ((up, turn - 1), (down, turn + 1)):
            if 0 <= other < len(rows):
                place = {name: n for n, name in enumerate(rows[other])}
                sides.append(
                    {
                        name: sorted(place[e] for e in links.get(name, ()) if e in place)
                        for name in row
                    }
                )
        for n in range(len(row) - 1):
            a, b = row[n], row[n + 1]
            now = sum(_inverted(side[a], side[b]) for side in sides)
            then = sum(_inverted(side[b], side[a]) for side in sides)
            if then < now:
                row[n], row[n + 1] = b, a
                changed = True
    return changed


def _places(names: Sequence[str], place: Mapping[str, int]) -> list[int]:
    return sorted(place[name] for name in names if name in place)


def _inverted(left: Sequence[int], right: Sequence[int]) -> int:
    """Crossings of two neighbours' links, the left one's and the right one's, both sorted."""
    return sum(bisect_left(right, end) for end in left)
