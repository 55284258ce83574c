"""The rules: a bundle and a path of decisions in, score and ending out.

No clock, no chance, no files: the same play gives the same result here and in player/engine.js,
and whoever audits a completion can run it again.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import gcd
from typing import Any

Bundle = Mapping[str, Any]
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
_ONE_CHARACTER = 48  # indexes below it take one character of a path, the others two


class PlayError(Exception):
    """The path cannot be played in this bundle; the message says at which step."""


@dataclass(frozen=True)
class State:
    """A moment of a play; all that the rules need to go on from it."""

    scene: str
    seed: int
    missed: frozenset[str]
    variables: Mapping[str, bool | int | str]
    minutes: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()
    points: Mapping[str, int] = field(default_factory=dict)
    path: tuple[int, ...] = ()
    ending: str | None = None


@dataclass(frozen=True)
class ObjectiveResult:
    """What was reached of one objective, in whole percent."""

    id: str
    percent: int
    met: bool


@dataclass(frozen=True)
class Result:
    """How a play ended: the score in whole percent, 0 to 100."""

    score: int
    passed: bool
    ending: str
    kind: str
    objectives: tuple[ObjectiveResult, ...]


def start(bundle: Bundle, seed: int = 0, missed: Iterable[str] = ()) -> State:
    """The state before the first act."""
    variables = {name: value["start"] for name, value in bundle["variables"].items()}
    state = State("", seed, frozenset(missed), variables)
    return _enter(bundle, state, bundle["start"])


def available(bundle: Bundle, state: State) -> list[int]:
    """The acts of the scene that can be taken now, by index."""
    if state.ending is not None:
        return []
    acts = bundle["scenes"][state.scene]["acts"]
    return [index for index, act in enumerate(acts) if _can(bundle, state, act)]


def is_available(bundle: Bundle, state: State, index: int) -> bool:
    """Whether one act of the scene can be taken now, without asking for all the others."""
    return state.ending is None and _can(
        bundle, state, bundle["scenes"][state.scene]["acts"][index]
    )


def take(bundle: Bundle, state: State, index: int) -> State:
    """The state after the act; raises PlayError where it cannot be taken."""
    step = len(state.path) + 1
    if state.ending is not None:
        raise PlayError(f"step {step}: the play has ended already")
    scene = bundle["scenes"][state.scene]
    if not 0 <= index < len(scene["acts"]):
        raise PlayError(f'step {step}: scene "{state.scene}" has no act {index}')
    act = scene["acts"][index]
    if not _can(bundle, state, act):
        raise PlayError(f'step {step}: act "{act["id"]}" cannot be taken in "{state.scene}" now')
    state = _done(bundle, state, act, index)
    if "then" in act:
        return _enter(bundle, state, act["then"])
    if act["decision"] and "next" in scene and not _undecided(bundle, state):
        return _enter(bundle, state, scene["next"])
    return state


def done(bundle: Bundle, state: State, index: int) -> State:
    """The state right after an act, before any way on from it is looked for."""
    return _done(bundle, state, bundle["scenes"][state.scene]["acts"][index], index)


def moved(state: State, scene: str) -> State:
    """The same moment in another scene."""
    return replace(state, scene=scene)


def undecided(bundle: Bundle, state: State) -> bool:
    """Whether a decision is left in the scene."""
    return _undecided(bundle, state)


def replay(bundle: Bundle, path: Iterable[int], seed: int = 0, missed: Iterable[str] = ()) -> State:
    """The state after all acts of the path; raises PlayError at the first that cannot be."""
    state = start(bundle, seed, missed)
    for index in path:
        state = take(bundle, state, index)
    return state


def result(bundle: Bundle, state: State) -> Result:
    """The result of a play that has ended; all in whole numbers, halves up."""
    if state.ending is None:
        raise PlayError(f"the path ends in scene {state.scene!r}, not in an ending")
    kind = bundle["endings"][state.ending]["kind"]
    reached = [_reached(objective, state.points) for objective in bundle["objectives"]]
    weights = [objective["weight"] for objective in bundle["objectives"]]
    weighted = sum(w * each.percent for w, each in zip(weights, reached, strict=True))
    score = (2 * weighted + sum(weights)) // (2 * sum(weights))
    passed = (
        kind in bundle["pass"]["endings"]
        and score >= bundle["pass"]["score"]
        and all(
            each.met
            for objective, each in zip(bundle["objectives"], reached, strict=True)
            if objective["must"]
        )
    )
    return Result(score, passed, state.ending, kind, tuple(reached))


def option(bundle: Bundle, pool: str, seed: int) -> int:
    """Which option of a pool a seed draws; the next seeds draw all others before it comes again."""
    n = len(bundle["variants"][pool]["options"])
    drawn = fnv1a32(pool)
    step = 1 + drawn % max(1, n - 1)
    while gcd(step, n) > 1:  # so that n seeds in a row draw every option
        step += 1
    return (drawn % n + seed % n * step) % n


def fnv1a32(text: str) -> int:
    """The FNV-1a hash of the text's UTF-8, 32 bits: the same in JavaScript."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


def holds(bundle: Bundle, state: State, condition: Any) -> bool:
    """Whether a condition is true in a state; conditions.py says what forms there are."""
    if condition is True:
        return True
    match condition:
        case ["and", *rest]:
            return all(holds(bundle, state, each) for each in rest)
        case ["or", *rest]:
            return any(holds(bundle, state, each) for each in rest)
        case ["not", inner]:
            return not holds(bundle, state, inner)
        case ["variant", pool, name]:
            options = bundle["variants"][pool]["options"]
            return bool(options[option(bundle, pool, state.seed)]["id"] == name)
        case ["took", act]:
            return act in state.counts
        case ["missed", objective]:
            return objective in state.missed
        case [word, name, *value]:
            known = state.minutes if name == "minutes" else state.variables[name]
            return compare(word, known, value[0] if value else None)
    raise PlayError(f"no such condition: {condition!r}")


def compare(word: str, known: Any, value: Any = None) -> bool:
    """Whether a comparison holds for what is known: flag, is, or the order of numbers."""
    return bool(_COMPARE[word](known, value))


_COMPARE: Mapping[str, Any] = {
    "flag": lambda a, b: a,
    "is": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def changed(
    bundle: Bundle, variables: Mapping[str, bool | int | str], sets: Iterable[Sequence[Any]]
) -> dict[str, bool | int | str]:
    """The variables after what an act sets; numbers stay inside their limits."""
    after = dict(variables)
    for name, how, value in sets:
        kind = bundle["variables"][name]
        new = after[name] + value if how == "+" else value
        after[name] = min(max(new, kind["from"]), kind["to"]) if "from" in kind else new
    return after


def encode_path(path: Sequence[int]) -> str:
    """The path as the state string and the statements carry it: one or two characters an act."""
    return "".join(
        ALPHABET[index]
        if index < _ONE_CHARACTER
        else ALPHABET[_ONE_CHARACTER + (index - _ONE_CHARACTER) // 64]
        + ALPHABET[(index - _ONE_CHARACTER) % 64]
        for index in path
    )


def decode_path(text: str) -> list[int]:
    """The acts of an encoded path; raises PlayError on a character that no path has."""
    path: list[int] = []
    characters = iter(text)
    for character in characters:
        value = ALPHABET.find(character)
        if value >= _ONE_CHARACTER:
            second = ALPHABET.find(next(characters, "?"))
            value = -1 if second < 0 else (value - _ONE_CHARACTER) * 64 + _ONE_CHARACTER + second
        if value < 0:
            raise PlayError(f"no path: {text!r}")
        path.append(value)
    return path


def _can(bundle: Bundle, state: State, act: Mapping[str, Any]) -> bool:
    if state.counts.get(f"{state.scene}/{act['id']}", 0) >= act.get("times", 1):
        return False
    if act["decision"] and "on" in act and f"{state.scene}:{act['on']}" in state.closed:
        return False
    return "when" not in act or holds(bundle, state, act["when"])


def _undecided(bundle: Bundle, state: State) -> bool:
    acts = bundle["scenes"][state.scene]["acts"]
    return any(act["decision"] and _can(bundle, state, act) for act in acts)


def _done(bundle: Bundle, state: State, act: Mapping[str, Any], index: int) -> State:
    name = f"{state.scene}/{act['id']}"
    points = dict(state.points)
    for objective, more in act.get("score", {}).items():
        points[objective] = points.get(objective, 0) + more
    closes = act["decision"] and act.get("closes", False) and "on" in act
    return replace(
        state,
        counts={**state.counts, name: state.counts.get(name, 0) + 1},
        minutes=state.minutes + act.get("minutes", 0),
        points=points,
        variables=changed(bundle, state.variables, act["set"]) if "set" in act else state.variables,
        closed=state.closed | {f"{state.scene}:{act['on']}"} if closes else state.closed,
        path=(*state.path, index),
    )


def _enter(bundle: Bundle, state: State, routes: Sequence[Mapping[str, Any]]) -> State:
    """Follow routes to where something can be done: scenes with nothing left to decide pass on."""
    for _ in range(len(bundle["scenes"]) + 1):
        name = next(r["to"] for r in routes if holds(bundle, state, r.get("when", True)))
        if name in bundle["endings"]:
            return replace(state, ending=name)
        state = replace(state, scene=name)
        if "next" not in bundle["scenes"][name] or _undecided(bundle, state):
            return state
        routes = bundle["scenes"][name]["next"]
    raise PlayError(f'scenes with nothing to decide lead round in a circle at "{state.scene}"')


def _reached(objective: Mapping[str, Any], points: Mapping[str, int]) -> ObjectiveResult:
    full = objective["full"]
    earned = min(max(points.get(objective["id"], 0), 0), full)
    percent = (200 * earned + full) // (2 * full) if full else 100
    return ObjectiveResult(objective["id"], percent, percent >= objective["met"])
