"""Boxes, labels and lines on the plane: rows from top to bottom, a label under the place it leaves.

Each row of places is followed by a row of labels, so that no label lies on a line or a card. Lines
to one place join on their way; lines back run up at the side.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from scormkit.drawing import order, place
from scormkit.drawing.ranks import Pair, Ranks
from scormkit.drawing.tracks import Band, Hop

Size = tuple[float, float]
Point = tuple[int, int]

BOX_GAP, LABEL_GAP, LINE_GAP = 34, 18, 14
_LANE = 16  # between lines that run up at a side
_PORT = 14  # between lines that end at one card
_INSET = 20  # of lines from the corners of a card
_GUTTER = 36  # between two columns, beside the lines in it


@dataclass(frozen=True)
class Layout:
    """Left upper corners of boxes and labels; lines from a place to its label, and onward."""

    width: int
    height: int
    boxes: Mapping[str, Point]
    labels: Mapping[Pair, Point]
    choices: Mapping[Pair, Sequence[Point]]
    ways: Mapping[Pair, Sequence[Point]]


def layout(sizes: Mapping[str, Size], labels: Mapping[Pair, Size], ranks: Ranks) -> Layout:
    """The picture of places of these sizes with arrows whose labels have these sizes."""
    work = _Work(sizes, labels, ranks)
    work.build()
    work.stand()
    work.route()
    work.pile()
    return work.drawn()


def label_of(pair: Pair) -> str:
    """The name of an arrow's label among the boxes; no place is called so."""
    return f"{pair[0]}>{pair[1]}"


@dataclass
class _Work:
    """One layout under way; the steps are called in the order of `layout`."""

    sizes: Mapping[str, Size]
    labels: Mapping[Pair, Size]
    ranks: Ranks
    box: dict[str, Size] = field(default_factory=dict)  # places, labels and bends of lines
    rows: list[list[str]] = field(default_factory=list)  # even: places, odd: labels
    level: dict[str, int] = field(default_factory=dict)
    down: dict[str, list[str]] = field(default_factory=dict)
    up: dict[str, list[str]] = field(default_factory=dict)
    x: dict[str, int] = field(default_factory=dict)  # middles
    y: dict[str, int] = field(default_factory=dict)  # upper edges
    lanes: dict[str, tuple[int, bool]] = field(default_factory=dict)  # target: x, on the right?
    gutters: dict[tuple[int, str], int] = field(default_factory=dict)
    hops: dict[Pair, list[Hop]] = field(default_factory=dict)  # choice first, then the way
    ends: dict[Pair, tuple[int, int, int, int]] = field(default_factory=dict)  # x of the ports
    bands: dict[tuple[int, int], Band] = field(default_factory=dict)
    width: int = 0
    height: int = 0

    # --- Who stands in which row ---

    def build(self) -> None:
        """Rows of places, labels and bends, linked downward, in an order with few crossings."""
        self.box = dict(self.sizes)
        count = 2 * (max(self.ranks.rows.values()) + 1)
        self.rows = [[] for _ in range(count)]
        for name in self.sizes:
            self._stands(name, 2 * self.ranks.rows[name])
        for pair, size in self.labels.items():
            name = label_of(pair)
            self.box[name] = size
            self._stands(name, 2 * self.ranks.rows[pair[0]] + 1)
            self._link(pair[0], name)
            if self.forward(pair):
                before = name
                for level in range(self.level[name] + 1, self.level[pair[1]]):
                    bend = f"{pair[1]}@{level}"
                    if bend not in self.box:
                        self.box[bend] = (8, 0)
                        self._stands(bend, level)
                    self._link(before, bend)
                    before = bend
                self._link(before, pair[1])
        self.rows = order.ordered(self.rows, self.down, self.up)

    def forward(self, pair: Pair) -> bool:
        """Whether a line goes from the arrow's label down to its target."""
        return pair not in self.ranks.back and pair not in self.ranks.named

    def _stands(self, name: str, level: int) -> None:
        self.level[name] = level
        self.rows[level].append(name)

    def _link(self, upper: str, lower: str) -> None:
        if lower not in self.down.setdefault(upper, []):
            self.down[upper].append(lower)
            self.up.setdefault(lower, []).append(upper)

    def column(self, name: str) -> int:
        return self.ranks.column(self.level[name] // 2)

    # --- Where in the row ---

    def stand(self) -> None:
        """The middle of each box, then the lanes at the sides, column by column."""
        near: dict[str, list[tuple[str, float]]] = {}
        for upper, lowers in self.down.items():
            for lower in lowers:
                if self.column(upper) == self.column(lower):
                    weight = self._pull(upper, lower)
                    near.setdefault(upper, []).append((lower, weight))
                    near.setdefault(lower, []).append((upper, weight))
        widths = {name: size[0] for name, size in self.box.items()}
        self.x = {n: round(x) for n, x in place.placed(self.rows, widths, near, self._gap).items()}
        self._straighten()
        edge = 0
        for column in range(len(self.ranks.columns)):
            left, right = self._lanes(column)
            crossing = self._crossing(column)
            shift = edge - left
            for name in self.x:
                if self.column(name) == column:
                    self.x[name] += shift
            for target, (x, side) in self.lanes.items():
                if self.column(target) == column:
                    self.lanes[target] = (x + shift, side)
            edge += right - left
            for n, target in enumerate(crossing):
                self.gutters[column, target] = edge + _GUTTER // 2 + n * _LANE
            edge += _GUTTER + max(0, len(crossing) - 1) * _LANE
        self.width = edge - _GUTTER

    def _pull(self, upper: str, lower: str) -> float:
        """How much a link wants to be straight: lines of bends most, labels that end here least."""
        bends = ("@" in upper) + ("@" in lower)
        if bends:
            return (2.0, 8.0)[bends - 1]
        ends_here = ">" in lower and lower not in self.down
        return 0.25 if ends_here else 2.0

    def _gap(self, a: str, b: str) -> float:
        lines = ("@" in a) + ("@" in b)
        if lines:
            return LINE_GAP if lines == 2 else LABEL_GAP
        return LABEL_GAP if ">" in a and ">" in b else BOX_GAP

    def _straighten(self) -> None:
        """Bends of one line right above each other, where the neighbours leave room."""
        for downward in (True, False, True):
            for row in self.rows if downward else reversed(self.rows):
                for n, name in enumerate(row):
                    if "@" not in name:
                        continue
                    links = self.up if downward else self.down
                    wanted = [other for other in links.get(name, ()) if "@" in other]
                    if not wanted or self.column(wanted[0]) != self.column(name):
                        continue
                    low = self._right(row[n - 1], name) if n else -(10**9)
                    high = self._left(row[n + 1], name) if n + 1 < len(row) else 10**9
                    if low <= high:
                        self.x[name] = min(max(self.x[wanted[0]], low), high)

    def _right(self, other: str, name: str) -> int:
        room = (self.box[other][0] + self.box[name][0]) / 2 + self._gap(other, name)
        return round(self.x[other] + room)

    def _left(self, other: str, name: str) -> int:
        room = (self.box[other][0] + self.box[name][0]) / 2 + self._gap(name, other)
        return round(self.x[other] - room)

    def _extent(self, column: int, first: int, last: int) -> tuple[int, int]:
        names = [
            name
            for row in self.rows[first : last + 1]
            for name in row
            if self.column(name) == column
        ]
        lefts = [self.x[name] - round(self.box[name][0] / 2) for name in names]
        rights = [self.x[name] + round(self.box[name][0] / 2) for name in names]
        return min(lefts), max(rights)

    def _lanes(self, column: int) -> tuple[int, int]:
        """Lines back in one column, the short ones inside; the column's edges with them."""
        first = 2 * self.ranks.columns[column]
        later = self.ranks.columns[column + 1 :]
        last = 2 * later[0] - 1 if later else len(self.rows) - 1
        edges = self._extent(column, first, last)
        spans: dict[str, tuple[int, int]] = {}
        for pair in self.labels:
            target = pair[1]
            if self._rises(pair) and self.column(target) == column:
                bottom = max(spans.get(target, (0, 0))[1], self.level[label_of(pair)])
                spans[target] = (self.level[target], bottom)
        taken: list[tuple[int, int, bool, int]] = []
        for target, (top, bottom) in sorted(spans.items(), key=lambda s: s[1][1] - s[1][0]):
            low, high = self._extent(column, top, bottom)
            right = self._nearer_right(target, low, high)
            beside = [x for a, b, side, x in taken if side is right and a <= bottom and top <= b]
            x = max([high, *beside]) + _LANE if right else min([low, *beside]) - _LANE
            taken.append((top, bottom, right, x))
            self.lanes[target] = (x, right)
            edges = min(edges[0], x), max(edges[1], x)
        return edges

    def _rises(self, pair: Pair) -> bool:
        return pair in self.ranks.back and pair not in self.ranks.named

    def _nearer_right(self, target: str, low: int, high: int) -> bool:
        starts = [self.x[label_of(p)] for p in self.labels if p[1] == target and self._rises(p)]
        xs = [*starts, self.x[target]]
        return sum(high - x for x in xs) <= sum(x - low for x in xs)

    def _crossing(self, column: int) -> list[str]:
        """The targets of the lines from a column into the next, the rightmost line first."""
        found: dict[tuple[str, str], int] = {}
        for upper, lowers in self.down.items():
            for lower in lowers:
                if self.column(upper) == column != self.column(lower):
                    found[upper, _target(lower)] = self.x[upper]
        return list(dict.fromkeys(target for _, target in sorted(found, key=lambda k: -found[k])))

    # --- Which way the lines go ---

    def route(self) -> None:
        """The ports of every line, its hops from port to port, and the track of each hop."""
        tops = self._tops()
        for start, names in self._labels_below().items():
            x, half = self.x[start], self.box[start][0] / 2 - _INSET
            wanted = [min(max(self.x[label_of(p)], x - half), x + half) for p in names]
            ports = place.spread(wanted, x - max(half, 0), x + max(half, 0), _PORT)
            for pair, port in zip(names, ports, strict=True):
                self._routed(pair, round(port), tops)
        for hops in self.hops.values():
            for hop in hops:
                self.bands.setdefault(hop.band, Band()).add(hop)
        for band in self.bands.values():
            band.settle()

    def _labels_below(self) -> dict[str, list[Pair]]:
        found: dict[str, list[Pair]] = {}
        for pair in self.labels:
            found.setdefault(pair[0], []).append(pair)
        return {
            start: sorted(pairs, key=lambda pair: self.x[label_of(pair)])
            for start, pairs in found.items()
        }

    def _tops(self) -> dict[tuple[str, str], int]:
        """Where on the upper edge of a place each line ends: by place and what it comes from."""
        found = {}
        for name in self.sizes:
            coming = [(self._from(upper, name), upper) for upper in self.up.get(name, ())]
            if name in self.lanes:
                coming.append((self.lanes[name][0], "lane"))
            coming.sort()
            x, half = self.x[name], max(self.box[name][0] / 2 - _INSET, 0)
            wanted = [min(max(at, x - half), x + half) for at, _ in coming]
            ports = place.spread(wanted, x - half, x + half, _PORT)
            for (_, upper), port in zip(coming, ports, strict=True):
                found[name, upper] = round(port)
        return found

    def _from(self, upper: str, name: str) -> int:
        if self.column(upper) != self.column(name):
            return self.gutters[self.column(upper), name]
        return self.x[upper]

    def _routed(self, pair: Pair, port: int, tops: Mapping[tuple[str, str], int]) -> None:
        name = label_of(pair)
        level, column = self.level[name], self.column(name)
        at = self._near(name, port)
        hops = [Hop((column, level), port, True, at, False, name)]
        if pair in self.ranks.named:
            self.hops[pair], self.ends[pair] = hops, (port, at, at, at)
            return
        if pair in self.ranks.back:
            lane, _ = self.lanes[pair[1]]
            end = tops[pair[1], "lane"]
            leave = self.x[name]
            hops.append(Hop((column, level + 1), leave, True, lane, True, pair[1]))
            hops.append(Hop((column, self.level[pair[1]]), lane, False, end, False, pair[1]))
        else:
            leave, end = self._descend(pair, hops, tops)
        self.hops[pair], self.ends[pair] = hops, (port, at, leave, end)

    def _near(self, name: str, port: int) -> int:
        """Where a line meets a label: straight, where it runs over the label, else the middle."""
        half = self.box[name][0] / 2 - 12
        return port if abs(port - self.x[name]) <= half else self.x[name]

    def _descend(
        self, pair: Pair, hops: list[Hop], tops: Mapping[tuple[str, str], int]
    ) -> tuple[int, int]:
        chain = list(self._chain(pair))
        leave = x = self.x[chain[0]]
        for upper, lower in itertools.pairwise(chain):
            end = tops[lower, upper] if lower in self.sizes else self.x[lower]
            same = self.column(upper) == self.column(lower)
            goal = end if same else self.gutters[self.column(upper), pair[1]]
            if upper == chain[0] and same:
                leave = x = self._near(upper, goal)
            band = (self.column(upper), self.level[lower])
            if same:
                hops.append(Hop(band, x, True, end, False, pair[1]))
            else:
                hops.append(Hop(band, x, True, goal, True, pair[1]))
                beyond = (self.column(lower), self.level[lower])
                hops.append(Hop(beyond, goal, False, end, False, pair[1]))
            x = end
        return leave, x

    def _chain(self, pair: Pair) -> Iterator[str]:
        name = label_of(pair)
        yield name
        for level in range(self.level[name] + 1, self.level[pair[1]]):
            yield f"{pair[1]}@{level}"
        yield pair[1]

    # --- How far down ---

    def pile(self) -> None:
        """Rows and the bands between them, from the top of each column down."""
        for column, first in enumerate(self.ranks.columns):
            later = self.ranks.columns[column + 1 :]
            last = 2 * later[0] if later else len(self.rows)
            y = 0
            for level in range(2 * first, last + 1):
                band = self.bands.setdefault((column, level), Band())
                top = level == 2 * first
                band.top = y
                y += band.height(above_cards=level % 2 == 0, edge=top or level == last)
                if level == last:
                    break
                row = self.rows[level]
                for name in row:
                    self.y[name] = y
                y += round(max((self.box[name][1] for name in row), default=0))
            self.height = max(self.height, y)

    def drawn(self) -> Layout:
        """The result, in whole units."""
        corner = {
            name: (self.x[name] - round(size[0] / 2), self.y[name])
            for name, size in self.box.items()
        }
        choices, ways = {}, {}
        for pair, (port, at, leave, end) in self.ends.items():
            name = label_of(pair)
            first, *rest = self.hops[pair]
            low = self.y[pair[0]] + round(self.box[pair[0]][1])
            choices[pair] = self._points((port, low), [first], (at, self.y[name]))
            if rest:
                bottom = self.y[name] + round(self.box[name][1])
                ways[pair] = self._points((leave, bottom), rest, (end, self.y[pair[1]]))
        return Layout(
            self.width,
            self.height,
            {name: corner[name] for name in self.sizes},
            {pair: corner[label_of(pair)] for pair in self.labels},
            choices,
            ways,
        )

    def _points(self, start: Point, hops: Sequence[Hop], end: Point) -> list[Point]:
        points = [start]
        for hop in hops:
            if hop.start != hop.end:
                y = self.bands[hop.band].y(hop)
                points += [(hop.start, y), (hop.end, y)]
        return [*points, end]


def _target(name: str) -> str:
    return name.split("@")[0]
