"""What can still happen from a moment of the story: scenes ahead, and what their conditions ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from scormkit import conditions, play
from scormkit.play import Bundle, State

_MOST_MOMENTS = 20_000  # beyond them, everything is taken to be possible everywhere
Moment = tuple[str, tuple[bool | int | str, ...]]  # a scene, and the values of the variables
Asked = frozenset[tuple[str, str]]  # ("value", variable), ("took", act), ("missed", objective) …


class Outlook:
    """The story without its memory of acts: scene and variables only, and what follows from them.

    Coarser than the story, so never wrong about what cannot happen any more; small enough to be
    walked whole.
    """

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.names = tuple(bundle["variables"])
        self.asked = {name: _asked(scene) for name, scene in bundle["scenes"].items()}
        whole = [*bundle["scenes"].values(), {"acts": [], "next": bundle["start"]}]
        self.parts = [part for scene in whole for part in _parts(scene)]
        self.ahead = self._walk()

    def __call__(self, state: State) -> tuple[frozenset[str], Asked]:
        """The scenes that can still be met, this one included, and what they ask for."""
        moment = (state.scene, tuple(state.variables[name] for name in self.names))
        return self.ahead.get(moment, self._all)

    @cached_property
    def _all(self) -> tuple[frozenset[str], Asked]:
        return frozenset(self.asked), frozenset().union(*self.asked.values())

    def _walk(self) -> dict[Moment, tuple[frozenset[str], Asked]]:
        values = tuple(variable["start"] for variable in self.bundle["variables"].values())
        edges: dict[Moment, set[Moment]] = {}
        waiting = list(self._enter(self.bundle["start"], values))
        while waiting:
            moment = waiting.pop()
            if moment not in edges:
                edges[moment] = set(self._following(moment))
                waiting += (each for each in edges[moment] if each not in edges)
            if len(edges) > _MOST_MOMENTS:
                return {}
        return self._gathered(edges)

    def _gathered(
        self, edges: Mapping[Moment, set[Moment]]
    ) -> dict[Moment, tuple[frozenset[str], Asked]]:
        """For each moment all scenes that can follow: carried back until nothing is new."""
        names = list(self.asked)
        bit = {name: 1 << n for n, name in enumerate(names)}  # a set of scenes as one number
        scenes = {moment: bit[moment[0]] for moment in edges}
        backwards = list(edges.items())[::-1]  # what was found last mostly comes last
        changed = True
        while changed:
            changed = False
            for moment, following in backwards:
                bits = scenes[moment]
                for each in following:
                    bits |= scenes[each]
                if bits != scenes[moment]:
                    scenes[moment] = bits
                    changed = True
        told: dict[int, tuple[frozenset[str], Asked]] = {}
        for bits in set(scenes.values()):
            ahead = frozenset(name for name in names if bits & bit[name])
            asking = (asked for name in ahead if (asked := self.asked[name]))
            told[bits] = (ahead, frozenset().union(*asking))
        return {moment: told[bits] for moment, bits in scenes.items()}

    def _following(self, moment: Moment) -> Iterator[Moment]:
        scene = self.bundle["scenes"][moment[0]]
        values = dict(zip(self.names, moment[1], strict=True))
        for act in scene["acts"]:
            if self._may(act.get("when", True), values) is False:
                continue
            sets = act.get("set")
            told = tuple(play.changed(self.bundle, values, sets).values()) if sets else moment[1]
            if "then" in act:
                yield from self._enter(act["then"], told)
                continue
            yield moment[0], told
            if act["decision"] and "next" in scene:
                yield from self._enter(scene["next"], told)

    def _enter(
        self, routes: Sequence[Mapping[str, Any]], told: tuple[bool | int | str, ...]
    ) -> Iterator[Moment]:
        """Where routes may lead; a scene with a next may have nothing to decide and pass on."""
        values = dict(zip(self.names, told, strict=True))
        waiting, seen = [routes], set()
        while waiting:
            for route in waiting.pop():
                may = self._may(route.get("when", True), values)
                name = route["to"]
                if may is not False and name in self.bundle["scenes"] and name not in seen:
                    seen.add(name)
                    yield name, told
                    if "next" in self.bundle["scenes"][name]:
                        waiting.append(self.bundle["scenes"][name]["next"])
                if may:
                    break

    def _may(self, condition: Any, values: Mapping[str, bool | int | str]) -> bool | None:
        """Whether a condition holds; None where that hangs on what is not looked at here."""
        if condition is True:
            return True
        word, *rest = condition
        if word == "not":
            inner = self._may(rest[0], values)
            return None if inner is None else not inner
        if word in ("and", "or"):
            found = [self._may(each, values) for each in rest]
            telling: bool = word == "or"
            if telling in found:
                return telling
            return None if None in found else not telling
        if word in ("took", "missed", "variant") or rest[0] == "minutes":
            return None
        return play.compare(word, values[rest[0]], rest[1] if len(rest) > 1 else None)


def _asked(scene: Mapping[str, Any]) -> Asked:
    return frozenset(map(conditions.asked, _parts(scene)))


def _parts(scene: Mapping[str, Any]) -> Iterator[list[Any]]:
    """Every comparison in the conditions of a scene."""
    for act in scene["acts"]:
        yield from conditions.parts(act.get("when", True))
    for routes in [scene.get("next", ()), *(act.get("then", ()) for act in scene["acts"])]:
        for route in routes:
            yield from conditions.parts(route.get("when", True))
