"""What is played: the shipped scenarios compiled, a state for each scene and ending, and titles."""

from __future__ import annotations

import copy
import functools
import re
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from scormkit import paths, play
from scormkit import pseudo as pseudo_language
from scormkit.compiler import Compiled, compile_file, compile_text
from scormkit.editions.markup import plain
from scormkit.play import Bundle, State

SCENARIOS = Path(__file__).parent.parent.parent / "scenarios"
SHIPPED = tuple(
    sorted(
        path.stem
        for path in SCENARIOS.glob("*.yaml")
        if "." not in path.stem and path.stem not in ("organisation", "programme")
    )
)


def in_language(language: str) -> list[str]:
    """The shipped scenarios that are translated."""
    return [slug for slug in SHIPPED if (SCENARIOS / f"{slug}.{language}.yaml").is_file()]


@functools.cache
def source(slug: str) -> dict[str, Any]:
    """The scenario as written: quick to read, for the names of its scenes and endings."""
    text = (SCENARIOS / f"{slug}.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.load(text, yaml.CSafeLoader)
    return data


def named(part: str) -> list[tuple[str, str]]:
    """Every (scenario, name) of a part, "scenes" or "endings", of all shipped scenarios."""
    return [(slug, name) for slug in SHIPPED for name in source(slug)[part]]


@functools.cache
def bundle(slug: str) -> dict[str, Any]:
    """The bundle that the real compiler makes of a shipped scenario."""
    found = _compiled(slug).bundle
    assert found is not None, [str(problem) for problem in _compiled(slug).problems]
    return found


def media(whole: Bundle) -> dict[str, bytes]:
    """The pictures that a bundle shows, where it is one of the shipped scenarios."""
    slug = whole["scenario"]
    return _compiled(slug).media if slug in SHIPPED else {}


@functools.cache
def _compiled(slug: str) -> Compiled:
    return compile_file(SCENARIOS / f"{slug}.yaml")


@functools.cache
def told(slug: str, language: str) -> dict[str, Any]:
    """The bundle as it reads in another language: each of that language's texts in its place."""
    whole = copy.deepcopy(bundle(slug))
    overlay = whole.pop("languages")[language]
    for path, text in overlay["texts"].items():
        at, steps = whole, path.split(".")
        while True:  # names may hold dots: the longest that fits
            names = (n for n in range(len(steps), 0, -1) if ".".join(steps[:n]) in at)
            size = 1 if isinstance(at, list) else next(names)
            key: Any = int(steps[0]) if isinstance(at, list) else ".".join(steps[:size])
            steps = steps[size:]
            if not steps:
                at[key] = text
                break
            at = at[key]
    return {**whole, "language": language, "dir": overlay["dir"]}


@functools.cache
def ways(slug: str) -> paths.Paths:
    """Every way through a shipped scenario."""
    found = _compiled(slug).ways
    assert found is not None and found.complete
    return found


SMALL = """\
scenario: small
version: 1.0.0
title: Three short talks
summary: A colleague, a caller and a colleague again.
language: en
minutes: 3
audience: [everyone]
you: {name: Sam Okafor, role: Analyst}
people:
  dana: {name: Dana Reyes, role: Finance lead}
  marcus: {name: Marcus, guest: true, org: Outside the company}
objectives:
  ask-first: {title: Ask before you act, must: true, criteria: [SOC2 CC1.4]}
  speak-up: {title: Speak up, weight: 2, criteria: [SOC2 CC7.3]}
pass: {score: 70}
retry: {limit: 1}
start: first
scenes:
  first:
    title: A question in the chat
    chat: {room: Direct message, members: [dana, you], lines: [{dana: Did you ask for my password?}]}
    acts:
      ask: {say: "No. Who wrote that?", outcome: right, score: {ask-first: 2, speak-up: 1}, feedback: You asked., then: second}
      shrug: {say: "Could be. It is Monday.", outcome: wrong, feedback: Nobody asked., then: second}
  second:
    title: A call
    phone: {caller: marcus, lines: [{marcus: I only need the code.}]}
    acts:
      refuse: {say: "I will call you back.", outcome: right, score: {ask-first: 1, speak-up: 1}, feedback: You checked., then: third}
      tell: {say: "It is 48 20 13.", outcome: wrong, feedback: A code is a key., then: third}
  third:
    title: And then
    chat: {room: Direct message, members: [dana, you], lines: [{dana: "Well, who was it?"}]}
    acts:
      report: {say: "Somebody false. I report it.", outcome: right, score: {speak-up: 2}, feedback: She knows., then: told}
      hush: {say: "Never mind, it is over.", outcome: wrong, feedback: Others were called too., then: untold}
endings:
  told: {kind: safe, title: A word in time, text: Nothing was lost.}
  untold: {kind: breached, title: A long evening, text: Somebody else gave the code away.}
tests:
  careful: {path: [ask, refuse, report], ending: told, passed: true, score: 100}
"""  # noqa: E501
# (the long lines above are the YAML that an author would write)
GOOD, BAD = (0, 0, 0), (1, 1, 1)  # the paths through it


@functools.cache
def small(language: str = "en") -> dict[str, Any]:
    """The bundle of a scenario of three decisions, in a language of its own."""
    compiled = compile_text(SMALL.replace("language: en", f"language: {language}"), "small", {})
    assert compiled.bundle is not None, [str(problem) for problem in compiled.problems]
    return compiled.bundle


CHANNELS = Path(__file__).parent / "channels.yaml"
ORGANISATION = {
    "company": "Brightwater",
    "domain": "brightwater.example",
    "help_desk_name": "Help Desk",
    "help_desk_number": "+1 202 555 0100",
}


@functools.cache
def channels(language: str = "en") -> dict[str, Any]:
    """The bundle of a text, a meeting, a change and a ticket, one after the other."""
    text = CHANNELS.read_text(encoding="utf-8").replace("language: en", f"language: {language}")
    compiled = compile_text(text, "channels", ORGANISATION)
    assert compiled.bundle is not None, [str(problem) for problem in compiled.problems]
    return compiled.bundle


def after(whole: Bundle, *acts: str) -> State:
    """The state after acts by their ids, with the first seed."""
    state = play.start(whole, 0)
    for name in acts:
        ids = [act["id"] for act in whole["scenes"][state.scene]["acts"]]
        state = play.take(whole, state, ids.index(name))
    return state


def ends(slug: str, ending: str) -> list[State]:
    """States at an ending: by somebody who looks at nothing, then by one who looks everywhere."""
    found = [n.state for n in ways(slug).nodes if n.state.ending == ending and not n.state.missed]
    return sorted(found, key=lambda state: len(state.path))


def reaching(slug: str, scene: str) -> tuple[State, State]:
    """A shortest way to a scene, and from there on to an ending."""
    all_ways = ways(slug)
    inside = [
        (len(node.state.path), number)
        for number, node in enumerate(all_ways.nodes)
        if node.state.scene == scene and node.state.ending is None
    ]
    first = min(inside)[1]
    waiting, seen = deque([(first, all_ways.nodes[first].state)]), {first}
    while waiting:
        number, state = waiting.popleft()
        for edge in all_ways.nodes[number].edges:
            following = state
            for index in edge.taken:
                following = play.take(bundle(slug), following, index)
            if following.ending is not None:
                return all_ways.nodes[first].state, following
            if edge.to not in seen:
                seen.add(edge.to)
                waiting.append((edge.to, following))
    raise AssertionError(f"no ending follows from {scene}")


@functools.cache
def tours(slug: str) -> tuple[State, ...]:
    """A few plays to their endings that come through every scene, as those endings: each goes on to
    the nearest scene where none has been, as long as there is one ahead."""
    all_ways, whole = ways(slug), bundle(slug)
    found: list[State] = []
    unseen = set(all_ways.scenes)
    while unseen:
        places = [(number, all_ways.nodes[number].state) for number in all_ways.starts]
        while (ahead := _nearest(slug, places, lambda state: state.scene in unseen)) is not None:
            unseen.discard(ahead[1].scene)
            places = [ahead]
        ended = _nearest(slug, places, lambda state: state.ending is not None)
        assert ended is not None
        found.append(ended[1])
        assert {state.scene for state in passed(whole, ended[1])}.isdisjoint(unseen)
    return tuple(found)


def _nearest(
    slug: str, places: Sequence[tuple[int, State]], wanted: Callable[[State], bool]
) -> tuple[int, State] | None:
    """The state in the fewest steps from one of these places that is what is wanted, if any is:
    its node, and how one comes there."""
    all_ways = ways(slug)
    waiting, seen = deque(places), {number for number, _ in places}
    while waiting:
        number, state = waiting.popleft()
        if wanted(state):
            return number, state
        for edge in all_ways.nodes[number].edges:
            if edge.to not in seen:
                seen.add(edge.to)
                waiting.append((edge.to, after_all(bundle(slug), state, edge.taken)))
    return None


def after_all(whole: Bundle, state: State, taken: Iterable[int]) -> State:
    """The state after these acts."""
    for index in taken:
        state = play.take(whole, state, index)
    return state


def passed(whole: Bundle, end: State) -> list[State]:
    """The states of a play from its beginning to its end in which it first enters a scene."""
    state = play.start(whole, end.seed, end.missed)
    entered = {state.scene: state}
    for index in end.path:
        state = play.take(whole, state, index)
        if state.ending is None:
            entered.setdefault(state.scene, state)
    return list(entered.values())


def learner_for(whole: Bundle, state: State) -> str:
    """The id of a learner whose first seed brings the state's path to the state's ending.

    The player draws a learner's seed from their id (engine.js, firstSeed).
    """
    for number in range(500):
        learner = f"learner-{number}"
        try:
            played = play.replay(whole, state.path, first_seed(learner, whole))
        except play.PlayError:
            continue
        if (played.ending, played.scene) == (state.ending, state.scene):
            return learner
    raise AssertionError(f"no learner among 500 can play {state.path}")


def first_seed(learner: str, whole: Bundle) -> int:
    """The seed with which a learner's first try begins this month."""
    today = datetime.now(UTC)
    turn = 13 * today.year + today.month - 1
    return (play.fnv1a32(learner + whole["scenario"]) + turn) % 9973


def title(whole: Bundle, state: State) -> str:
    """The heading that the learner sees in a state."""
    place = whole["scenes"][state.scene] if state.ending is None else whole["endings"][state.ending]
    return plain(filled(whole, state.seed, place["title"]))


def filled(whole: Bundle, seed: int, text: str) -> str:
    """A text with the fields of the seed's variant in it."""

    def value(match: re.Match[str]) -> str:
        pool, name = match[1], match[2]
        if pool not in whole["variants"]:
            return match[0]
        fields = whole["variants"][pool]["options"][play.option(whole, pool, seed)]["fields"]
        return str(fields.get(name, match[0]))

    return re.sub(r"\{([a-z0-9_-]+)\.([a-z0-9_-]+)\}", value, text)


@functools.cache
def pseudo(slug: str, language: str) -> dict[str, Any]:
    """The bundle of a shipped scenario as if it were written in a pseudo-language."""
    told = pseudo_language.told(_compiled(slug), SCENARIOS / f"{slug}.yaml", language)
    assert told.bundle is not None, [str(problem) for problem in told.problems]
    return told.bundle
