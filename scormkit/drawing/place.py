"""Where in its row each box stands: near what it is linked to, never over its neighbour."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence

_PASSES = 24

Neighbours = Mapping[str, Sequence[tuple[str, float]]]  # with the weight of each link


def placed(
    rows: Sequence[Sequence[str]],
    widths: Mapping[str, float],
    neighbours: Neighbours,
    gap: Callable[[str, str], float],
) -> dict[str, float]:
    """The middle of each box; rows keep their order."""
    x: dict[str, float] = {}
    apart: dict[str, float] = {}
    rows = [row for row in rows if row]
    for row in rows:
        offsets = [0.0]
        for a, b in itertools.pairwise(row):
            offsets.append(offsets[-1] + (widths[a] + widths[b]) / 2 + gap(a, b))
        apart.update(zip(row, offsets, strict=True))
        middle = offsets[-1] / 2
        x.update((name, offset - middle) for name, offset in zip(row, offsets, strict=True))
    level = {name: n for n, row in enumerate(rows) for name in row}
    for turn in range(_PASSES):
        downward, last = turn % 2 == 0, turn >= _PASSES - 6
        for row in rows if downward else reversed(rows):
            wanted, weights = [], []
            for name in row:
                near = [
                    (other, weight)
                    for other, weight in neighbours.get(name, ())
                    if last or (level[other] < level[name]) is downward
                ]
                total = sum(weight for _, weight in near)
                pull = sum(x[other] * weight for other, weight in near)
                wanted.append(pull / total - apart[name] if near else x[name] - apart[name])
                weights.append(total or 0.02)
            for name, offset in zip(row, _rising(wanted, weights), strict=True):
                x[name] = offset + apart[name]
    return x


def _rising(wanted: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The nearest values, by weighted squares, that never fall (pooling adjacent violators)."""
    pools: list[list[float]] = []  # mean, weight, count
    for value, weight in zip(wanted, weights, strict=True):
        pools.append([value, weight, 1])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            mean, weight, count = pools.pop()
            before = pools[-1]
            both = before[1] + weight
            before[:] = [(before[0] * before[1] + mean * weight) / both, both, before[2] + count]
    return [mean for mean, _, count in pools for _ in range(int(count))]


def spread(wanted: Sequence[float], low: float, high: float, gap: float) -> list[float]:
    """Places in order, inside of the limits, the gap apart where there is room for it."""
    if not wanted:
        return []
    if len(wanted) > 1:
        gap = min(gap, (high - low) / (len(wanted) - 1))
    shifted = [value - n * gap for n, value in enumerate(wanted)]
    top = high - (len(wanted) - 1) * gap
    fixed = [min(max(value, low), top) for value in _rising(shifted, [1.0] * len(wanted))]
    return [value + n * gap for n, value in enumerate(fixed)]
