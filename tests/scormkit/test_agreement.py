"""play.py and engine.js make the same of every act in every state that a story can reach."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import golden
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scormkit import play
from scormkit.play import Bundle, PlayError, State

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(
    p
    for p in (ROOT / "scenarios").glob("*.yaml")
    if "." not in p.stem and p.stem not in ("organisation", "programme")
)
SEEDS = [0, 1, 2, 3, 41, 9_972, 2**31 - 1]


def _told(bundle: Bundle, state: State) -> list[Any]:
    """The state in the form that tests/player/agree.js answers in."""
    score = None
    if state.ending is not None:
        result = play.result(bundle, state)
        score = [result.score, result.passed, [[o.percent, o.met] for o in result.objectives]]
    return [
        state.scene if state.ending is None else None,
        state.ending,
        state.minutes,
        [state.points.get(objective["id"], 0) for objective in bundle["objectives"]],
        list(state.variables.values()),
        sorted(state.closed),
        score,
    ]


def _tried(bundle: Bundle, state: State, index: int) -> Any:
    try:
        return _told(bundle, play.take(bundle, state, index))
    except PlayError:
        return "refused"


def _here(bundle: Bundle, state: State) -> Any:
    acts = bundle["scenes"][state.scene]["acts"] if state.ending is None else []
    tries = [_tried(bundle, state, index) for index in range(len(acts))]
    return [_told(bundle, state), play.available(bundle, state), tries]


class Engine:
    """The player's rules in one node process."""

    def __init__(self) -> None:
        script = ROOT / "tests" / "player" / "agree.js"
        self.process = subprocess.Popen(
            ["node", str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, bundle: Bundle, plays: list[dict[str, Any]]) -> dict[str, Any]:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(
            json.dumps({"bundle": bundle, "plays": plays, "seeds": SEEDS}) + "\n"
        )
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def close(self) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=20)
        self.process.stdout.close()


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = Engine()
    yield engine
    engine.close()


def _agree(engine: Engine, bundle: Bundle, states: list[State]) -> None:
    plays = [{"seed": s.seed, "missed": sorted(s.missed), "path": list(s.path)} for s in states]
    answered = engine.ask(bundle, plays)
    for state, answer in zip(states, answered["answers"], strict=True):
        assert answer == json.loads(json.dumps(_here(bundle, state))), state.path
    for seed, drawn in zip(SEEDS, answered["drawn"], strict=True):
        assert drawn == [play.option(bundle, pool, seed) for pool in bundle["variants"]]


@pytest.mark.parametrize("source", SHIPPED, ids=lambda p: p.stem)
def test_every_act_in_every_state_of_the_shipped_scenarios(source: Path, engine: Engine) -> None:
    """Both rules agree on every act, looks and refused ones too, in every state that is told apart;
    the first of them again after a trip through JSON."""
    compiled = golden.compiled(source)
    ways = compiled.ways
    assert compiled.bundle is not None
    assert ways is not None and ways.complete
    states = [node.state for node in ways.nodes]
    _agree(engine, compiled.bundle, states)
    _agree(engine, json.loads(json.dumps(compiled.bundle)), states[:200])


@given(st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_random_stories(engine: Engine, data: st.DataObject) -> None:
    """Both rules agree along random ways through random stories, good and broken ones."""
    bundle = data.draw(bundles())
    seed = data.draw(st.integers(0, 1000))
    missed = data.draw(st.lists(st.sampled_from(OBJECTIVES), unique=True))
    try:
        state = play.start(bundle, seed, missed)
    except PlayError:
        refused = engine.ask(bundle, [{"seed": seed, "missed": missed, "path": []}])
        assert refused["answers"] == ["refused"]
        return
    states = [state]
    for _ in range(12):
        possible = play.available(bundle, state)
        if not possible:
            break
        try:
            state = play.take(bundle, state, data.draw(st.sampled_from(possible)))
        except PlayError:
            break
        states.append(state)
    _agree(engine, bundle, states)


@given(st.lists(st.integers(0, 1071)))
def test_a_path_survives_its_encoding(path: list[int]) -> None:
    """A path is the same after it was written to the state string and read back."""
    assert play.decode_path(play.encode_path(path)) == path


@given(st.integers(0, 10**6), st.integers(2, 9))
def test_the_next_seed_draws_another_option(seed: int, n: int) -> None:
    """A retry with the next seed never shows the same option of a pool again."""
    bundle = {"variants": {"pool": {"options": [{"id": str(i)} for i in range(n)]}}}
    assert play.option(bundle, "pool", seed) != play.option(bundle, "pool", seed + 1)


SCENES = ["alley", "bridge", "cellar", "dock"]
ENDINGS = {"home": {"kind": "safe"}, "jail": {"kind": "breached"}}
OBJECTIVES = ["look", "tell"]
THINGS = ["one", "two"]


def _conditions() -> st.SearchStrategy[Any]:
    leaf = st.one_of(
        st.just(["flag", "wet"]),
        st.tuples(st.sampled_from(["<", "<=", ">", ">="]), st.just("trust"), st.integers(0, 4)),
        st.tuples(st.just("is"), st.just("mood"), st.sampled_from(["calm", "angry"])),
        st.tuples(st.just("variant"), st.just("pool"), st.sampled_from(["a", "b", "c"])),
        st.tuples(
            st.just("took"), st.sampled_from([f"{s}/act-{n}" for s in SCENES for n in (0, 1)])
        ),
        st.tuples(st.just("missed"), st.sampled_from(OBJECTIVES)),
        st.tuples(st.just(">"), st.just("minutes"), st.integers(0, 6)),
    ).map(list)
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.tuples(st.sampled_from(["and", "or"]), inner, inner).map(list),
            inner.map(lambda each: ["not", each]),
        ),
        max_leaves=4,
    )


def _routes() -> st.SearchStrategy[list[dict[str, Any]]]:
    place = st.sampled_from([*SCENES, *ENDINGS])
    conditional = st.fixed_dictionaries({"when": _conditions(), "to": place})
    last = place.map(lambda to: {"to": to})
    return st.tuples(st.lists(conditional, max_size=2), last).map(lambda r: [*r[0], r[1]])


def _sets() -> st.SearchStrategy[list[list[Any]]]:
    return st.lists(
        st.sampled_from(
            [
                ["wet", "=", True],
                ["wet", "=", False],
                ["trust", "+", 2],
                ["trust", "+", -3],
                ["trust", "=", 1],
                ["mood", "=", "angry"],
            ]
        ),
        max_size=2,
    )


@st.composite
def acts(draw: st.DrawFn, number: int) -> dict[str, Any]:
    act: dict[str, Any] = {"id": f"act-{number}", "do": "continue"}
    act["decision"] = draw(st.booleans())
    act["minutes"] = draw(st.integers(0, 3))
    act["times"] = draw(st.integers(1, 2))
    if draw(st.booleans()):
        act["on"] = draw(st.sampled_from(THINGS))
    if act["decision"]:
        act["closes"] = draw(st.booleans())
        if draw(st.booleans()):
            act["then"] = draw(_routes())
    if draw(st.booleans()):
        act["when"] = draw(_conditions())
    if draw(st.booleans()):
        points = st.dictionaries(st.sampled_from(OBJECTIVES), st.integers(-2, 5), min_size=1)
        act["score"] = draw(points)
    if draw(st.booleans()):
        act["set"] = draw(_sets())
    return act


@st.composite
def bundles(draw: st.DrawFn) -> dict[str, Any]:
    scenes = {}
    for name in SCENES:
        scene: dict[str, Any] = {"acts": [draw(acts(n)) for n in range(draw(st.integers(1, 4)))]}
        if draw(st.booleans()):
            scene["next"] = draw(_routes())
        scenes[name] = scene
    objectives = [
        {
            "id": name,
            "weight": draw(st.integers(1, 5)),
            "full": draw(st.integers(0, 7)),
            "met": draw(st.integers(1, 100)),
            "must": draw(st.booleans()),
        }
        for name in OBJECTIVES
    ]
    return {
        "variables": {
            "wet": {"start": False},
            "trust": {"start": 2, "from": 0, "to": 4},
            "mood": {"start": "calm", "of": ["calm", "angry"]},
        },
        "variants": {"pool": {"options": [{"id": name} for name in "abc"]}},
        "objectives": objectives,
        "pass": {"score": draw(st.integers(0, 100)), "endings": ["safe"]},
        "endings": ENDINGS,
        "start": draw(_routes()),
        "scenes": scenes,
    }
