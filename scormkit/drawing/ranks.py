"""Which place stands in which row, which arrows lead back, and where a tall story is folded."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Pair = tuple[str, str]

FARTHEST = 6  # rows that an arrow may cross; a longer one names its target instead
_ROW_GAP = 92  # what labels and lines take between two rows, about
_ASPECT = 1.5  # width to height that the folding aims at
_TALLEST = 2600  # below this nothing is folded


@dataclass(frozen=True)
class Ranks:
    """The row of each place (from 0), the arrows that lead back, the arrows that only name their
    target, and the first rows of the columns that the picture is folded into."""

    rows: Mapping[str, int]
    back: frozenset[Pair]
    named: frozenset[Pair]
    columns: tuple[int, ...]

    def column(self, row: int) -> int:
        """The column that a row stands in."""
        return sum(first <= row for first in self.columns) - 1


def ranks(sizes: Mapping[str, tuple[float, float]], pairs: Sequence[Pair]) -> Ranks:
    """Rows from top to bottom, each place below all that lead to it but for arrows back."""
    ahead: dict[str, list[str]] = {name: [] for name in sizes}
    for start, end in pairs:
        ahead[start].append(end)
    back = _back(ahead)
    rows = _rows(ahead, back)
    columns = _columns(sizes, rows, [pair for pair in pairs if pair not in back])
    found = Ranks(rows, back, frozenset(), columns)
    named = frozenset(pair for pair in pairs if _is_far(found, pair))
    return Ranks(rows, back, named, columns)


def _is_far(found: Ranks, pair: Pair) -> bool:
    start, end = found.rows[pair[0]], found.rows[pair[1]]
    if abs(end - start) > FARTHEST:
        return True
    between = found.column(end) - found.column(start)
    # Into the next column only lines to its first row are drawn: a few can be followed, many not.
    return between > 1 or between < 0 or (between == 1 and end not in found.columns)


def _back(ahead: Mapping[str, Sequence[str]]) -> frozenset[Pair]:
    """The arrows that close a circle when the story is walked in the order of its file."""
    found: set[Pair] = set()
    done: set[str] = set()
    for first in ahead:
        if first in done:
            continue
        walk = [(first, iter(ahead[first]))]
        open_ = {first}
        while walk:
            name, following = walk[-1]
            for end in following:
                if end in open_:
                    found.add((name, end))
                elif end not in done:
                    open_.add(end)
                    walk.append((end, iter(ahead[end])))
                    break
            else:
                walk.pop()
                open_.discard(name)
                done.add(name)
    return frozenset(found)


def _rows(ahead: Mapping[str, Sequence[str]], back: frozenset[Pair]) -> dict[str, int]:
    """Longest path; a place that nothing leads to stands just above what it leads to, and at the
    bottom where it leads nowhere."""
    before = dict.fromkeys(ahead, 0)
    forward = {
        name: [end for end in ends if (name, end) not in back] for name, ends in ahead.items()
    }
    for ends in forward.values():
        for end in ends:
            before[end] += 1
    waiting = [name for name, count in before.items() if not count]
    roots = waiting[1:]
    rows = dict.fromkeys(ahead, 0)
    for name in waiting:  # grows while it is walked
        for end in forward[name]:
            rows[end] = max(rows[end], rows[name] + 1)
            before[end] -= 1
            if not before[end]:
                waiting.append(end)
    last = max(rows.values())
    for name in roots:
        rows[name] = max(1, min((rows[end] for end in forward[name]), default=last + 1) - 1)
    return rows


def _columns(
    sizes: Mapping[str, tuple[float, float]], rows: Mapping[str, int], forward: Sequence[Pair]
) -> tuple[int, ...]:
    """The first row of each column, such that the whole is neither a ribbon nor a wall."""
    count = max(rows.values()) + 1
    heights, widths, over = [0.0] * count, [0.0] * count, [0] * count
    for name, (width, height) in sizes.items():
        heights[rows[name]] = max(heights[rows[name]], height + _ROW_GAP)
        widths[rows[name]] += width + 60
    for start, end in forward:
        if rows[end] - rows[start] > FARTHEST:
            continue
        for row in range(rows[start] + 1, rows[end] + 1):
            over[row] += 1
    if sum(heights) <= _TALLEST:
        return (0,)
    best: tuple[float, tuple[int, ...]] | None = None
    for n in range(1, min(10, count) + 1):
        firsts = _cut(heights, over, n)
        ends = (*firsts[1:], count)
        tall = max(sum(heights[a:b]) for a, b in zip(firsts, ends, strict=True))
        wide = sum(max(widths[a:b]) + 100 for a, b in zip(firsts, ends, strict=True))
        torn = sum(over[first] - 1 for first in firsts[1:])
        cost = abs(math.log(wide / tall / _ASPECT)) + 0.1 * (n - 1) + 0.06 * torn
        if best is None or cost < best[0] - 1e-9:
            best = (cost, firsts)
    return best[1] if best else (0,)


def _cut(heights: Sequence[float], over: Sequence[int], n: int) -> tuple[int, ...]:
    """The rows in n runs of about the same height, cut where few arrows go over."""
    share = sum(heights) / n
    tops = [sum(heights[:row]) for row in range(len(heights))]
    firsts = [0]
    for part in range(1, n):
        rows = range(firsts[-1] + 1, len(heights) - (n - part) + 1)
        costs = [abs(tops[row] - part * share) / share + 0.08 * over[row] for row in rows]
        firsts.append(rows[costs.index(min(costs))])
    return tuple(firsts)
