"""A bundle as scenes, endings and arrows: who leads where, by which acts, on which condition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scormkit import play, prose
from scormkit.conditions import written
from scormkit.play import Bundle, State

START = ""  # the place before the first scene; no scene can be called so
SIGNS = ("right", "partial", "wrong", "neutral")


@dataclass(frozen=True)
class Row:
    """One reason to go along an arrow: an act, a scene's next, or the start."""

    name: str
    sign: str  # an outcome, "next" or "start"
    says: str = ""
    conditions: tuple[str, ...] = ()
    act: int | None = None
    timer: int = 0  # seconds after which the act is taken by itself


@dataclass(frozen=True)
class Arrow:
    """All ways from one place to another."""

    start: str
    end: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Step:
    """One act of a play, and the places it led through; the start is a step without an act."""

    scene: str
    act: int | None
    places: tuple[str, ...]


def arrows(bundle: Bundle) -> list[Arrow]:
    """The arrows in the order of the story's file, several acts between two places as one."""
    rows: dict[tuple[str, str], list[Row]] = {}
    for start, end, row in _ways(bundle):
        rows.setdefault((start, end), []).append(row)
    return [Arrow(start, end, tuple(found)) for (start, end), found in rows.items()]


def staying(scene: Mapping[str, Any]) -> dict[str, list[int]]:
    """The decisions that lead nowhere else, by the thing they are made on ("" for none)."""
    found: dict[str, list[int]] = {}
    for index, act in enumerate(scene["acts"]):
        if act["decision"] and "then" not in act:
            found.setdefault(act.get("on", ""), []).append(index)
    return found


def looks(scene: Mapping[str, Any]) -> int:
    """How many looks a scene offers."""
    return sum(not act["decision"] for act in scene["acts"])


def steps(
    bundle: Bundle, path: Iterable[int], seed: int = 0, missed: Iterable[str] = ()
) -> list[Step]:
    """A path as the places that it led through, for `graph.svg` to show."""
    state = play.start(bundle, seed, missed)
    found = [Step(START, None, tuple(_led(bundle, state, bundle["start"])))]
    for index in path:
        scene = bundle["scenes"][state.scene]
        act = scene["acts"][index]
        after = play.take(bundle, state, index)
        moved = after.scene != state.scene or after.ending is not None
        routes = act.get("then", scene.get("next", ()) if moved else ())
        found.append(Step(state.scene, index, tuple(_led(bundle, after, routes))))
        state = after
    return found


def _led(bundle: Bundle, state: State, routes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The places between routes and where the state stands: scenes with nothing to decide too."""
    end = state.ending or state.scene
    for _ in range(len(bundle["scenes"]) + 1):
        if not routes:
            return
        name = next(r["to"] for r in routes if play.holds(bundle, state, r.get("when", True)))
        yield name
        if name == end:
            return
        routes = bundle["scenes"][name].get("next", ())


def _ways(bundle: Bundle) -> Iterator[tuple[str, str, Row]]:
    for end, told in _routes(bundle["start"]):
        yield START, end, Row("", "start", conditions=told)
    for name, scene in bundle["scenes"].items():
        for index, act in enumerate(scene["acts"]):
            for end, told in _routes(act.get("then", ())):
                yield name, end, row(bundle, name, index, told)
        for end, told in _routes(scene.get("next", ())):
            yield name, end, Row("next", "next", "when nothing is left to decide here", told)


def row(bundle: Bundle, scene: str, index: int, told: tuple[str, ...] = ()) -> Row:
    """An act as a row of a label; `told` are the conditions of the way it goes."""
    data = bundle["scenes"][scene]
    act = data["acts"][index]
    timer = data.get("timer", {})
    own = (f"when {written(act['when'])}",) if "when" in act else ()
    return Row(
        act["id"],
        act["outcome"],
        prose.button(bundle, act),
        (*own, *told),
        index,
        timer["seconds"] if timer.get("act") == index else 0,
    )


def _routes(routes: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for route in routes:
        if "when" in route:
            yield route["to"], (f"if {written(route['when'])}",)
        else:
            yield route["to"], ("otherwise",) if len(routes) > 1 else ()
