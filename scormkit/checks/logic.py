"""Conditions and what they read: ways that are never taken, parts that never hold, idle variables.

A condition on story time is left alone here: of those who look at some things and not at others
only the quickest and the slowest are followed, so that "never" could not be proved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scormkit import conditions, play
from scormkit.checks.subject import Subject
from scormkit.document import Route
from scormkit.play import State
from scormkit.problems import Problem

Ways = Sequence[Mapping[str, Any]]


@dataclass
class _Asked:
    """What came of one list of ways wherever the story asked for it."""

    route: Route
    ways: Ways
    held: set[int] = field(default_factory=set)
    taken: set[int] = field(default_factory=set)
    states: list[State] = field(default_factory=list)


def dead(subject: Subject) -> Iterator[Problem]:
    """Ways on that no play takes, and alternatives in a condition ("a or b") that never hold."""
    if not subject.paths.complete:
        return
    every = _asked(subject)
    yield from _dead_ways(subject, every)
    yield from _dead_parts(subject, every)


def variables(subject: Subject) -> Iterator[Problem]:
    """Variables that nothing reads, or that nothing ever changes."""
    every = [act for scene in subject.scenario.scenes.values() for act in scene.acts]
    parts = (part for c in subject.scenario.conditions() for part in conditions.parts(c))
    read = {name for kind, name in map(conditions.asked, parts) if kind == "value"}
    for name, variable in subject.bundle["variables"].items():
        sets = [(how, value) for act in every for at, how, value in act.sets if at == name]
        route = ("variables", name)
        if name not in read:
            done = "is set, but" if sets else "is never set, and"
            message = f'variable "{name}" {done} no condition reads it'
            hint = f'read it: when: {name}; or drop it and every "set" of it'
            yield subject.warning(route, message, "unread-variable", hint)
        elif all(how == "=" and value == variable["start"] for how, value in sets):
            start = str(variable["start"]).lower()
            message = f'no act changes variable "{name}": it is {start} all the time'
            hint = "set it where it should change, or drop it and the conditions that read it"
            yield subject.warning(route, message, "unset-variable", hint)


def never_held(subject: Subject, scene: str, index: int) -> str:
    """The condition of an act in words if it holds in no state of its scene, else nothing."""
    when = subject.act(scene, index).when
    if when is True or _timed(when):
        return ""
    here = (n.state for n in subject.paths.nodes if n.state.scene == scene and not n.state.ending)
    if any(play.holds(subject.bundle, state, when) for state in here):
        return ""
    return conditions.written(when)


def _dead_ways(subject: Subject, every: Sequence[_Asked]) -> Iterator[Problem]:
    for asked in every:
        if not asked.states or any(_timed(way.get("when", True)) for way in asked.ways):
            continue
        for n, way in enumerate(asked.ways):
            if n in asked.taken:
                continue
            to = f'to "{way["to"]}"'
            if "when" not in way:
                message = f"the last way, {to}, is never taken: one before it always holds"
                hint = "let the way before it go without a condition, and drop this one"
            elif n not in asked.held:
                said = conditions.written(way["when"])
                message = f'the way {to} is never taken: "{said}" never holds here'
                hint = "drop it, or look at what is decided and set before"
            else:
                message = f"the way {to} is never taken: where it holds, one before it does, too"
                hint = "put it first, or narrow the condition of the one before"
            yield subject.warning((*asked.route, n), message, "dead-way", hint)


def _dead_parts(subject: Subject, every: Sequence[_Asked]) -> Iterator[Problem]:
    for scene in subject.scenario.scenes.values():
        if not any(_alternatives(act.when) for act in scene.acts):
            continue
        here = [
            node.state
            for node in subject.paths.nodes
            if node.state.scene == scene.id and node.state.ending is None
        ]
        for act in scene.acts:
            if act.when is not True:
                yield from _dead(subject, act.when, here, (*act.route, "when"))
    for asked in every:
        for n, way in enumerate(asked.ways):
            if n in asked.held:
                route = (*asked.route, n, "when")
                yield from _dead(subject, way.get("when", True), asked.states, route)


def _dead(
    subject: Subject, condition: Any, states: Sequence[State], route: Route
) -> Iterator[Problem]:
    for either in _alternatives(condition):
        for part in either[1:]:
            if _timed(part) or any(play.holds(subject.bundle, state, part) for state in states):
                continue
            if not any(play.holds(subject.bundle, state, condition) for state in states):
                return  # the whole never holds: that is told of the act or the way itself
            message = f'the alternative "{conditions.written(part)}" never holds here'
            yield subject.warning(route, message, "dead-alternative", "drop it, or mend it")


def _alternatives(condition: Any) -> list[list[Any]]:
    """Every part of a condition that joins others by "or"."""
    if condition is True or condition[0] not in ("and", "or", "not"):
        return []
    inner = [found for part in condition[1:] for found in _alternatives(part)]
    return [condition, *inner] if condition[0] == "or" else inner


def _timed(condition: Any) -> bool:
    return conditions.TIME in map(conditions.asked, conditions.parts(condition))


def _asked(subject: Subject) -> list[_Asked]:
    """Every list of two ways or more, with all that came of it."""
    bundle = subject.bundle
    lists: dict[int, _Asked] = {}

    def several(route: Route, ways: Ways) -> None:
        if len(ways) > 1:
            lists[id(ways)] = _Asked(route, ways)

    several(("start",), bundle["start"])
    for scene in subject.scenario.scenes.values():
        built = bundle["scenes"][scene.id]
        several(("scenes", scene.id, "next"), built.get("next", ()))
        for act, made in zip(scene.acts, built["acts"], strict=True):
            several((*act.route, "then"), made.get("then", ()))
    if not lists:
        return []
    values = {name: variable["start"] for name, variable in bundle["variables"].items()}
    for number in subject.paths.starts:
        state = subject.paths.nodes[number].state
        if not state.path:
            _follow(bundle, State("", state.seed, state.missed, values), bundle["start"], lists)
    telling = _telling(subject, lists)
    scenes = bundle["scenes"]
    returning = {name for name, scene in scenes.items() if name in _ahead(scenes, scene)}
    for node in subject.paths.nodes:
        if node.state.ending is not None or node.cannot:
            continue
        name = node.state.scene
        scene = bundle["scenes"][name]
        for edge in node.edges:
            index = edge.taken[0]
            if (name, index) not in telling:
                continue
            act, to = scene["acts"][index], subject.paths.nodes[edge.to].state
            stays = "then" not in act and to.scene == name and to.ending is None
            if stays and name not in returning:
                continue
            after = play.done(bundle, node.state, index)
            if not (stays and play.undecided(bundle, after)):
                _follow(bundle, after, act.get("then", scene.get("next", ())), lists)
    return list(lists.values())


def _ahead(scenes: Mapping[str, Any], scene: Mapping[str, Any]) -> set[str]:
    """Where the next of a scene can lead, by passing through others as well."""
    found: set[str] = set()
    waiting = [scene.get("next", ())]
    while waiting:
        for way in waiting.pop():
            if way["to"] not in found:
                found.add(way["to"])
                waiting.append(scenes.get(way["to"], {}).get("next", ()))
    return found


def _telling(subject: Subject, lists: Mapping[int, _Asked]) -> set[tuple[str, int]]:
    """The acts after which one of the lists may be asked, at once or by passing through scenes."""
    scenes = subject.bundle["scenes"]
    passing = {name for name, scene in scenes.items() if "next" in scene}

    def asks(ways: Ways, seen: frozenset[str] = frozenset()) -> bool:
        ahead = {way["to"] for way in ways} & passing - seen
        return id(ways) in lists or any(asks(scenes[to]["next"], seen | ahead) for to in ahead)

    answers: dict[int, bool] = {}

    def told(ways: Ways) -> bool:
        if id(ways) not in answers:
            answers[id(ways)] = asks(ways)
        return answers[id(ways)]

    return {
        (name, index)
        for name, scene in scenes.items()
        for index, act in enumerate(scene["acts"])
        if told(act.get("then") or (scene.get("next", ()) if act["decision"] else ()))
    }


def _follow(bundle: play.Bundle, state: State, ways: Ways, lists: Mapping[int, _Asked]) -> None:
    """Note every list of ways that is asked on from a state, as the rules go."""
    for _ in range(len(bundle["scenes"]) + 1):
        holds = [play.holds(bundle, state, way.get("when", True)) for way in ways]
        if True not in holds:
            return
        taken = holds.index(True)
        if asked := lists.get(id(ways)):
            asked.held.update(n for n, held in enumerate(holds) if held)
            asked.taken.add(taken)
            asked.states.append(state)
        name = ways[taken]["to"]
        if name in bundle["endings"]:
            return
        state = play.moved(state, name)
        if "next" not in bundle["scenes"][name] or play.undecided(bundle, state):
            return
        ways = bundle["scenes"][name]["next"]
