"""The endings of a story with their scores, and plays that come to them, ready to be tests."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from scormkit import play, prose
from scormkit.paths import Node, Paths
from scormkit.play import Bundle, State

_LONGEST_NAME = 30  # of an ending in a test's name, which has 40 characters in all


class TooWideError(Exception):
    """The story has more states than can be walked, so nothing is sure."""


@dataclass(frozen=True)
class Way:
    """One play to an ending, and what it is an example of: shortest, lowest, highest."""

    of: tuple[str, ...]
    seed: int
    missed: tuple[str, ...]
    path: tuple[str, ...]
    score: int
    passed: bool


@dataclass(frozen=True)
class Reached:
    """One ending with the scores it can come with, and the author's tests that end there."""

    ending: str
    kind: str
    title: str
    lowest: int
    highest: int
    ways: tuple[Way, ...]
    tests: tuple[str, ...]


def reached(ways: Paths, tests: Mapping[str, Any]) -> list[Reached]:
    """Every ending that can be reached, in the order of the file; raises TooWideError."""
    if not ways.complete:
        raise TooWideError("the story has more states than can be walked; check says where")
    return [_reached(ways, name, tests) for name in ways.bundle["endings"] if name in ways.endings]


def _reached(ways: Paths, name: str, tests: Mapping[str, Any]) -> Reached:
    bundle = ways.bundle

    def ends(node: Node) -> bool:
        return node.state.ending == name

    plays: dict[str, State] = {}
    ended = [node.state for node in ways.nodes if node.state.ending == name]
    plays["shortest"] = min(ended, key=lambda state: len(state.path))
    for which, best in (("lowest", False), ("highest", True)):
        pick = max if best else min
        start, path = pick(ways.examples(best, ends), key=lambda found: _score(ways, *found))
        state = ways.nodes[start].state
        plays[which] = play.replay(bundle, path, state.seed, state.missed)
    results = {which: play.result(bundle, state) for which, state in plays.items()}
    same: dict[tuple[Any, ...], list[str]] = {}
    for which, state in plays.items():
        same.setdefault((state.seed, state.missed, state.path), []).append(which)
    found = []
    for names in same.values():
        state, result = plays[names[0]], results[names[0]]
        ids = tuple(_ids(bundle, state))
        missed = tuple(sorted(state.missed))
        found.append(Way(tuple(names), state.seed, missed, ids, result.score, result.passed))
    ending = bundle["endings"][name]
    own = tuple(test for test, data in tests.items() if data.get("ending") == name)
    scores = results["lowest"].score, results["highest"].score
    return Reached(name, ending["kind"], prose.line(ending["title"]), *scores, tuple(found), own)


def _score(ways: Paths, start: int, path: Sequence[int]) -> int:
    state = ways.nodes[start].state
    ended = play.replay(ways.bundle, path, state.seed, state.missed)
    return play.result(ways.bundle, ended).score


def _ids(bundle: Bundle, state: State) -> Iterable[str]:
    at = play.start(bundle, state.seed, state.missed)
    for index in state.path:
        yield bundle["scenes"][at.scene]["acts"][index]["id"]
        at = play.take(bundle, at, index)


def as_tests(bundle: Bundle, endings: Sequence[Reached]) -> str:
    """The endings as tests in the scenario's language, with remarks on each."""
    lines = [f"# {bundle['scenario']}: {len(endings)} endings can be reached", "tests:"]
    for each in endings:
        own = f"tests that end here: {', '.join(each.tests)}" if each.tests else "no test ends here"
        scores = (
            str(each.lowest) if each.lowest == each.highest else f"{each.lowest} to {each.highest}"
        )
        lines.append(f"  # {each.ending}, {each.kind}, {each.title}: score {scores}; {own}")
        for way in each.ways:
            name = f"{each.ending[:_LONGEST_NAME].rstrip('-')}-{way.of[0]}"
            lines.append(f"  {name}: {_entry(each.ending, way)}{_also(way.of)}")
    return "\n".join(lines)


def _entry(ending: str, way: Way) -> str:
    parts = [f"seed: {way.seed}"]
    parts += [f"missed: [{', '.join(way.missed)}]"] if way.missed else []
    parts += [f"path: [{', '.join(way.path)}]", f"ending: {ending}"]
    parts += [f"passed: {str(way.passed).lower()}", f"score: {way.score}"]
    return f"{{{', '.join(parts)}}}"


def _also(names: tuple[str, ...]) -> str:
    return f"  # also the {' and the '.join(names[1:])}" if len(names) > 1 else ""


def as_json(stories: Mapping[str, Sequence[Reached]]) -> str:
    """The same for programs: the endings of all stories in one list, by the scenario's name."""
    rows = [{"scenario": slug, **asdict(each)} for slug, found in stories.items() for each in found]
    return json.dumps(rows, ensure_ascii=False, indent=2)
