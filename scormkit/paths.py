"""The ways through a bundle: states reached, endings, points possible, decisions left."""

from __future__ import annotations

from bisect import bisect
from collections import deque
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from math import lcm
from operator import add
from typing import Any

from scormkit import conditions, play
from scormkit.outlook import Asked, Outlook
from scormkit.play import Bundle, State

MOST_STATES = 10_000
MOST_EDGES = 80_000
_MOST_DRAWS = 4096  # seeds tried to see each way in which the variants can fall
WIDEST_FRONT = 400
Points = tuple[int, ...]  # of each objective, in the bundle's order
Marks = Callable[[int, int], bool | None]


@dataclass(frozen=True, slots=True)
class Edge:
    """One way on: the acts taken, the number of the next node, and the points for it."""

    taken: tuple[int, ...]
    to: int
    gains: Points


@dataclass(slots=True)
class Node:
    """One state that can be reached; `state` holds a shortest path to it."""

    state: State
    edges: list[Edge] = field(default_factory=list)
    cannot: bool = False  # scenes with nothing to decide lead round in a circle from here


@dataclass(frozen=True)
class Paths:
    """Every state that matters; `complete` is False where there were too many to visit."""

    bundle: Bundle
    nodes: Sequence[Node]
    starts: Sequence[int]
    complete: bool
    outlook: Outlook

    @cached_property
    def scenes(self) -> set[str]:
        """The scenes that can be reached."""
        return {node.state.scene for node in self.nodes}

    @cached_property
    def endings(self) -> set[str]:
        """The endings that can be reached."""
        return {node.state.ending for node in self.nodes if node.state.ending is not None}

    @cached_property
    def acts(self) -> set[tuple[str, int]]:
        """The acts that can be taken somewhere: scene and index."""
        return {
            (node.state.scene, index)
            for node in self.nodes
            for index in play.available(self.bundle, node.state)
        }

    def remembered(self, scene: str) -> Asked:
        """What conditions from a scene on can ask for: what its states are told apart by."""
        states = (node.state for node in self.nodes if node.state.scene == scene)
        return self.outlook(next(states))[1]

    @cached_property
    def order(self) -> list[int]:
        """The nodes, each after all that follow it: no act can be repeated for ever."""
        done: list[int] = []
        seen: set[int] = set()
        for first in self.starts:
            stack = [(first, iter(self.nodes[first].edges))]
            if first in seen:
                continue
            seen.add(first)
            while stack:
                number, edges = stack[-1]
                following = next((edge.to for edge in edges if edge.to not in seen), None)
                if following is None:
                    stack.pop()
                    done.append(number)
                else:
                    seen.add(following)
                    stack.append((following, iter(self.nodes[following].edges)))
        return done

    @cached_property
    def escapes(self) -> set[int]:
        """The nodes from which an ending can be reached."""
        found: set[int] = set()
        for number in self.order:
            node = self.nodes[number]
            if node.state.ending is not None or any(e.to in found for e in node.edges):
                found.add(number)
        return found

    @cached_property
    def full(self) -> dict[str, int]:
        """The most points that any way through earns, by objective; never below zero."""
        ids = [objective["id"] for objective in self.bundle["objectives"]]
        best = [max(self.most[s][n] for s in self.starts) for n in range(len(ids))]
        return {name: max(0, most) for name, most in zip(ids, best, strict=True)}

    @cached_property
    def most(self) -> dict[int, list[int]]:
        """For each node the most points of each objective on a way to an ending."""
        ids = self.bundle["objectives"]
        most: dict[int, list[int]] = {}
        for number in self.order:
            ahead = [
                [gain + more for gain, more in zip(edge.gains, most[edge.to], strict=True)]
                for edge in self.nodes[number].edges
                if edge.to in self.escapes
            ]
            most[number] = [max(each) for each in zip(*ahead, strict=True)] or [0] * len(ids)
        return most

    @cached_property
    def left(self) -> dict[str, int]:
        """The fewest decisions from each scene to an ending."""
        fewest: dict[int, int] = {}
        by_scene: dict[str, int] = {}
        for number in self.order:
            node = self.nodes[number]
            if node.state.ending is not None:
                fewest[number] = 0
                continue
            acts = self.bundle["scenes"][node.state.scene]["acts"]
            ahead = [
                fewest[edge.to] + acts[edge.taken[0]]["decision"]
                for edge in node.edges
                if edge.to in fewest
            ]
            if ahead:
                fewest[number] = min(ahead)
                scene = node.state.scene
                by_scene[scene] = min(fewest[number], by_scene.get(scene, fewest[number]))
        return by_scene

    def longest(self) -> int:
        """An upper bound of the characters that a path takes in the state string."""
        size = {
            (name, index): len(play.encode_path([index])) * act.get("times", 1)
            for name, scene in self.bundle["scenes"].items()
            for index, act in enumerate(scene["acts"])
        }
        looks = {
            name: sum(size[name, i] for i, act in enumerate(scene["acts"]) if not act["decision"])
            for name, scene in self.bundle["scenes"].items()
        }
        most: dict[int, int] = {}
        for number in self.order:
            node = self.nodes[number]
            scene = node.state.scene
            ahead: list[int] = [
                most[edge.to]
                + len(play.encode_path(edge.taken))
                + (looks[scene] if self.nodes[edge.to].state.scene != scene else 0)
                for edge in node.edges
            ]
            most[number] = max(ahead, default=looks.get(scene, 0))
        bound: int = sum(size.values())
        return min(bound, max((most[s] for s in self.starts), default=bound))

    def fronts(
        self, best: bool, ends: Callable[[Node], bool], marks: Marks | None = None
    ) -> list[Points]:
        """The points of the ways to the ends asked for, without those that others dominate.

        `best` keeps the most points, else the fewest. `marks(node, act)` says what an act does to
        a flag that must be True at the end: set it, clear it, or leave it (None); without `marks`
        there is no flag.
        """
        ahead = self._ahead(best, ends, marks)
        starts = [ahead[s, marks is None] for s in self.starts]
        return sorted(_front({points for front in starts for points in front}, best))

    def examples(self, best: bool, ends: Callable[[Node], bool]) -> list[tuple[int, Points]]:
        """For each vector of `fronts` a way that earns it: where it starts, and the acts."""
        ahead = self._ahead(best, ends, None)
        starts = {points: s for s in reversed(self.starts) for points in ahead[s, True]}
        kept = _front(set(starts), best)
        return [
            (s, self._traced(s, points, ahead)) for points, s in starts.items() if points in kept
        ]

    def _traced(
        self, number: int, points: Points, ahead: Mapping[tuple[int, bool], set[Points]]
    ) -> tuple[int, ...]:
        path: tuple[int, ...] = ()
        while self.nodes[number].state.ending is None:
            for edge in sorted(self.nodes[number].edges, key=lambda edge: len(edge.taken)):
                rest = tuple(have - gain for have, gain in zip(points, edge.gains, strict=True))
                if rest in ahead.get((edge.to, True), ()):
                    path, number, points = (*path, *edge.taken), edge.to, rest
                    break
        return path

    def _ahead(
        self, best: bool, ends: Callable[[Node], bool], marks: Marks | None
    ) -> dict[tuple[int, bool], set[Points]]:
        """For each node and flag the front of what can still be earned from there."""
        none: Points = (0,) * len(self.bundle["objectives"])
        ahead: dict[tuple[int, bool], set[Points]] = {}
        for number in self.order:
            node = self.nodes[number]
            for flag in (True,) if marks is None else (False, True):
                if node.state.ending is not None:
                    ahead[number, flag] = {none} if flag and ends(node) else set()
                    continue
                found: set[Points] = set()
                for edge in node.edges:
                    mark = marks(number, edge.taken[0]) if marks else True
                    for points in ahead.get((edge.to, flag if mark is None else mark), ()):
                        found.add(tuple(map(add, edge.gains, points)))
                ahead[number, flag] = _front(found, best)
        return ahead


def explore(bundle: Bundle) -> Paths:
    """Every state that the rules tell apart, by a shortest path each, up to a bound.

    Looks that only score or take story time are not told apart one by one: each way is gone
    twice, by somebody who looks at everything and by somebody who looks at nothing.
    """
    key = _Key(bundle)
    ids = [objective["id"] for objective in bundle["objectives"]]
    numbers: dict[Hashable, int] = {}
    nodes: list[Node] = []
    waiting: deque[tuple[int, bool]] = deque()

    def visit(state: State, thorough: bool) -> int:
        told = key(state, thorough)
        if told not in numbers:
            numbers[told] = len(nodes)
            nodes.append(Node(state))
            waiting.append((numbers[told], thorough))
        return numbers[told]

    def follow(number: int, following: State, thorough: bool) -> None:
        before = nodes[number].state
        taken = following.path[len(before.path) :]
        gains = tuple(following.points.get(o, 0) - before.points.get(o, 0) for o in ids)
        nodes[number].edges.append(Edge(taken, visit(following, thorough), gains))

    starts: dict[int, None] = {}
    every = key.draws <= _MOST_DRAWS
    for tried, (state, cannot) in enumerate(_starts(bundle, key)):
        if tried >= MOST_STATES:
            every = False
            break
        number = visit(state, False)
        starts[number] = None
        nodes[number].cannot |= cannot
        if key.looks and not cannot:
            looked = key.looked(state)
            if looked.path:
                follow(number, looked, True)
            else:
                starts[visit(state, True)] = None
    edges = 0
    while waiting and len(nodes) < MOST_STATES and edges < MOST_EDGES:
        number, thorough = waiting.popleft()
        node = nodes[number]
        for index in key.choices(node.state):
            try:
                following = play.take(bundle, node.state, index)
            except play.PlayError:
                node.cannot = True
                continue
            follow(number, key.looked(following) if thorough else following, thorough)
        edges += len(node.edges)
    return Paths(bundle, nodes, list(starts), every and not waiting, key.outlook)


def _starts(bundle: Bundle, key: _Key) -> Iterator[tuple[State, bool]]:
    """A start for each way in which variants and missed objectives can matter; True with those
    that the rules refuse, as in `Node.cannot`."""
    values = {name: variable["start"] for name, variable in bundle["variables"].items()}
    seen = set()
    for seed in range(min(key.draws, _MOST_DRAWS)):
        drawn = tuple(play.option(bundle, pool, seed) for pool in key.pools)
        if drawn in seen:
            continue
        seen.add(drawn)
        for n in range(len(key.missed) + 1):
            for missed in combinations(key.missed, n):
                try:
                    yield play.start(bundle, seed, missed), False
                except play.PlayError:
                    yield _refused(bundle, State("", seed, frozenset(missed), values)), True


def _refused(bundle: Bundle, state: State) -> State:
    """The state at the first scene of a start that leads round in a circle."""
    routes = bundle["start"]
    first = next(r["to"] for r in routes if play.holds(bundle, state, r.get("when", True)))
    return replace(state, scene=first)


class _Key:
    """What of a state can still make a difference; all else is forgotten."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.outlook = Outlook(bundle)
        read = set(map(conditions.asked, self.outlook.parts))
        self.missed = sorted(name for kind, name in read if kind == "missed")
        self.pools = sorted(name for kind, name in read if kind == "variant")
        self.took = {name for kind, name in read if kind == "took"}
        timed = (part for part in self.outlook.parts if conditions.asked(part) == conditions.TIME)
        self.moments = sorted({part[2] for part in timed})
        scenes = bundle["scenes"].items()
        self.lasts = {
            name: [i for i, act in enumerate(scene["acts"]) if self.lasting(name, act)]
            for name, scene in scenes
        }
        self.passes = {
            name: [i for i, act in enumerate(scene["acts"]) if self.passing(name, act)]
            for name, scene in scenes
        }
        self.looks = any(self.passes.values())
        self.things = {
            f"{name}/{act['id']}": f"{name}:{act['on']}" if "on" in act and act["decision"] else ""
            for name, scene in scenes
            for act in (scene["acts"][index] for index in self.lasts[name])
        }
        # the draws of all pools together come round again after so many seeds
        self.draws = lcm(*(len(bundle["variants"][pool]["options"]) for pool in self.pools))
        self.home = {name: name.split("/", 1)[0] for name in self.things}
        self.own: dict[str, set[str]] = {name: set() for name in bundle["scenes"]}
        for name, scene_id in self.home.items():
            self.own[scene_id].add(name)
        self.still: dict[frozenset[str], frozenset[str]] = {}

    def lasting(self, scene: str, act: Mapping[str, Any]) -> bool:
        """Whether an act changes more than the story's time and the score."""
        return bool(act["decision"] or act.get("set") or f"{scene}/{act['id']}" in self.took)

    def passing(self, scene: str, act: Mapping[str, Any]) -> bool:
        """Whether an act changes just the score, or time that is asked for."""
        timed = self.moments and act.get("minutes")
        return not self.lasting(scene, act) and bool(act.get("score") or timed)

    def choices(self, state: State) -> list[int]:
        """The acts to follow from a state."""
        if state.ending is not None:
            return []
        lasting = self.lasts[state.scene]
        return [index for index in lasting if play.is_available(self.bundle, state, index)]

    def looked(self, state: State) -> State:
        """The state after every look of the scene that only scores or takes time."""
        for index in self.passes[state.scene] if state.ending is None else ():
            while play.is_available(self.bundle, state, index):
                state = play.take(self.bundle, state, index)
        return state

    def asked_again(self, ahead: frozenset[str]) -> frozenset[str]:
        """The acts that may still matter where these scenes are ahead: a few of many counts."""
        if ahead not in self.still:
            self.still[ahead] = frozenset(self.took).union(*(self.own[name] for name in ahead))
        return self.still[ahead]

    def __call__(self, state: State, thorough: bool) -> Hashable:
        if state.ending is not None:
            return (state.ending, thorough)
        ahead, live = self.outlook(state)
        home, things, took = self.home, self.things, self.took
        counts = [
            (name, state.counts[name])
            for name in sorted(self.asked_again(ahead).intersection(state.counts))
            if (home.get(name) in ahead and things[name] not in state.closed)
            or (name in took and ("took", name) in live)
        ]
        return (
            thorough,
            state.scene,
            tuple(v for n, v in state.variables.items() if ("value", n) in live),
            bisect(self.moments, state.minutes) if ("value", "minutes") in live else 0,
            frozenset(each for each in state.closed if each.split(":", 1)[0] in ahead),
            tuple(counts),
            tuple(
                play.option(self.bundle, pool, state.seed)
                for pool in self.pools
                if ("variant", pool) in live
            ),
            tuple(n for n in self.missed if n in state.missed and ("missed", n) in live),
        )


def _front(found: set[Points], best: bool) -> set[Points]:
    """The vectors that no other is at least as good as (or as bad as) in every objective."""
    ordered = sorted(found, key=sum, reverse=best)
    kept: list[Points] = []
    for points in ordered:
        if not any(_covers(other, points, best) for other in kept):
            kept.append(points)
            if len(kept) == WIDEST_FRONT:
                break
    return set(kept)


def _covers(a: Points, b: Points, best: bool) -> bool:
    return all((x >= y) if best else (x <= y) for x, y in zip(a, b, strict=True))
