"""The heights at which lines run sideways between two rows, with few crossings and no overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

_STEP = 11  # between two tracks
_NEAR = 8  # closer verticals would be read as one line
_APART = 9  # from the end of one stretch to the next on the same track
_ROUNDS = 60


@dataclass(frozen=True)
class Hop:
    """A line's way through one band: from `start` to `end`, each from above or from below.

    Hops with the same `target` lead to the same place and may lie on each other.
    """

    band: tuple[int, int]  # column, and the row below it
    start: int
    start_above: bool
    end: int
    end_above: bool
    target: str

    @property
    def low(self) -> int:
        return min(self.start, self.end)

    @property
    def high(self) -> int:
        return max(self.start, self.end)


@dataclass
class Band:
    """The room between two rows."""

    hops: dict[Hop, None] = field(default_factory=dict)
    tracks: dict[Hop, int] = field(default_factory=dict)
    top: int = 0
    pad: int = 0

    def add(self, hop: Hop) -> None:
        """One more line; a straight one needs no track."""
        if hop.start != hop.end:
            self.hops[hop] = None

    def settle(self) -> None:
        """Tracks for all hops, from the top down."""
        ranked = _ranked(sorted(self.hops, key=_first))
        for n, hop in enumerate(ranked):
            above = [self.tracks[o] for o in ranked[:n] if _meet(o, hop)]
            same = [
                self.tracks[o]
                for o in ranked[:n]
                if o.target == hop.target and o.low <= hop.high and hop.low <= o.high
            ]
            lowest = max(above, default=-1) + 1
            self.tracks[hop] = min((t for t in same if t >= lowest), default=lowest)

    def height(self, above_cards: bool, edge: bool) -> int:
        """How high the band is: room for arrowheads above cards, none at the rim of the picture."""
        count = max(self.tracks.values(), default=-1) + 1
        if not count:
            return 0 if edge else (30 if above_cards else 18)
        self.pad = 14 if above_cards else 12
        return self.pad + (count - 1) * _STEP + (20 if above_cards else 12)

    def y(self, hop: Hop) -> int:
        """The height of a hop's track."""
        return self.top + self.pad + self.tracks[hop] * _STEP


def _first(hop: Hop) -> tuple[int, int, int]:
    """An order in which lines that go the same way rarely cross: the inner ones first."""
    rightward = hop.end > hop.start
    return (0 if rightward else 1, -hop.start if rightward else hop.start, hop.end)


def _ranked(hops: Sequence[Hop]) -> list[Hop]:
    """The hops from top to bottom: neighbours change places as long as that costs less."""
    ranked = list(hops)
    for _ in range(_ROUNDS):
        changed = False
        for n in range(len(ranked) - 1):
            a, b = ranked[n], ranked[n + 1]
            if _cost(b, a) < _cost(a, b):
                ranked[n], ranked[n + 1] = b, a
                changed = True
        if not changed:
            break
    return ranked


def _cost(upper: Hop, lower: Hop) -> int:
    """Crossings, and what is worse, lines on each other, when one hop runs above another."""
    if upper.target == lower.target:
        return 0
    cost = 0
    for x, above in ((upper.start, upper.start_above), (upper.end, upper.end_above)):
        if above:
            continue
        cost += lower.low < x < lower.high
        for other, from_above in (
            (lower.start, lower.start_above),
            (lower.end, lower.end_above),
        ):
            cost += 10 * (from_above and abs(other - x) < _NEAR)
    for x, above in ((lower.start, lower.start_above), (lower.end, lower.end_above)):
        cost += above and upper.low < x < upper.high
    return cost


def _meet(a: Hop, b: Hop) -> bool:
    """Whether two hops need different tracks."""
    if a.target == b.target:
        return False
    return a.low <= b.high + _APART and b.low <= a.high + _APART
