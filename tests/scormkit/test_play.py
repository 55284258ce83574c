"""Tests of the rules: what can be done when, where it leads, and what it comes to."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from short import bundle, story

from scormkit import play
from scormkit.play import Bundle, PlayError, State


def act(name: str, **more: Any) -> dict[str, Any]:
    """An act as the compiler writes it: a decision, once, at no time, that closes its thing."""
    made: dict[str, Any] = {"id": name, "do": "continue", "decision": True, "closes": True}
    return {**made, "minutes": 0, "times": 1, **more}


def look(name: str, **more: Any) -> dict[str, Any]:
    return {**act(name, **more), "decision": False, "minutes": more.get("minutes", 1)}


def tale(scenes: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A bundle with as much in it as the rules read."""
    objective = {"id": "verify", "weight": 1, "full": 4, "must": False, "met": 50}
    return {
        "variables": {"wet": {"start": False}, "trust": {"start": 2, "from": 0, "to": 3}},
        "variants": {},
        "objectives": [objective],
        "pass": {"score": 50, "endings": ["safe"]},
        "start": [{"to": next(iter(scenes), "home")}],
        "endings": {"home": {"kind": "safe"}, "jail": {"kind": "breached"}},
        "scenes": scenes,
        **more,
    }


HOME = [{"to": "home"}]


def ids(story: Bundle, state: State) -> list[str]:
    acts = story["scenes"][state.scene]["acts"] if state.ending is None else []
    return [acts[index]["id"] for index in play.available(story, state)]


def take(story: Bundle, state: State, *names: str) -> State:
    for name in names:
        acts = [each["id"] for each in story["scenes"][state.scene]["acts"]]
        state = play.take(story, state, acts.index(name))
    return state


def test_deciding_closes_the_thing() -> None:
    """A decision on a thing that closes it ends all other decisions on it, and no look."""
    acts = [act("a.x", on="a"), act("a.y", on="a"), look("a.z", on="a"), act("b.x", on="b")]
    made = tale({"box": {"acts": acts}})
    state = take(made, play.start(made), "a.x")
    assert ids(made, state) == ["a.z", "b.x"]
    assert state.closed == {"box:a"}


def test_a_look_closes_nothing() -> None:
    """A look on a thing leaves it open, and can be taken as often as its times say."""
    made = tale({"box": {"acts": [look("a.z", on="a", times=2), act("a.x", on="a")]}})
    state = take(made, play.start(made), "a.z")
    assert ids(made, state) == ["a.z", "a.x"]
    assert ids(made, take(made, state, "a.z")) == ["a.x"]


def test_a_decision_that_does_not_close() -> None:
    """With closes: false a decision leaves its thing open; only its own times run out."""
    acts = [act("a.x", on="a", closes=False, times=2), act("a.y", on="a")]
    made = tale({"box": {"acts": acts}})
    state = take(made, play.start(made), "a.x")
    assert ids(made, state) == ["a.x", "a.y"]
    assert ids(made, take(made, state, "a.x")) == ["a.y"]


def test_closed_is_by_scene() -> None:
    """A thing that is closed in one scene is open in another."""
    acts = [act("a.x", on="a"), act("on", then=[{"to": "two"}])]
    made = tale({"one": {"acts": acts}, "two": {"acts": [act("a.x", on="a")]}})
    assert ids(made, take(made, play.start(made), "a.x", "on")) == ["a.x"]


def test_next_when_nothing_is_left_to_decide() -> None:
    """The story goes on when the last decision is taken; a look alone never moves it."""
    scenes = {
        "one": {"acts": [act("a", on="t"), look("l"), act("b", on="u")], "next": [{"to": "two"}]},
        "two": {"acts": [act("c")]},
    }
    made = tale(scenes)
    state = take(made, play.start(made), "a", "l")
    assert state.scene == "one"
    assert take(made, state, "b").scene == "two"


def test_a_look_never_moves_the_story() -> None:
    """Also where a look leaves nothing to decide, the story stays until a decision is taken."""
    acts = [look("l", set=[["wet", "=", True]]), act("a", when=["not", ["flag", "wet"]])]
    made = tale({"one": {"acts": acts, "next": HOME}})
    state = take(made, play.start(made), "l")
    assert (state.scene, state.ending, ids(made, state)) == ("one", None, [])


def test_then_goes_before_next() -> None:
    """An act's own way on is taken, whatever is left to decide."""
    scenes = {
        "one": {"acts": [act("a", then=HOME), act("b")], "next": [{"to": "two"}]},
        "two": {"acts": [act("c")]},
    }
    made = tale(scenes)
    assert take(made, play.start(made), "a").ending == "home"


def test_a_scene_with_nothing_to_decide_passes_on() -> None:
    """Entering a scene with a next and no decision leads on at once, through several of them."""
    scenes = {
        "one": {"acts": [act("a", then=[{"to": "two"}])]},
        "two": {"acts": [look("l")], "next": [{"to": "three"}]},
        "three": {"acts": [act("b", when=["flag", "wet"])], "next": [{"to": "four"}]},
        "four": {"acts": [act("c")]},
    }
    made = tale(scenes)
    assert take(made, play.start(made), "a").scene == "four"


def test_round_in_a_circle() -> None:
    """Scenes that pass on to each other for ever are an error, not a loop."""
    made = tale(
        {"one": {"acts": [], "next": [{"to": "two"}]}, "two": {"acts": [], "next": [{"to": "one"}]}}
    )
    with pytest.raises(PlayError, match="round in a circle"):
        play.start(made)


def test_routes() -> None:
    """Of several ways the first whose condition holds is taken."""
    routes = [{"when": ["flag", "wet"], "to": "jail"}, {"when": [">", "trust", 1], "to": "home"}]
    made = tale({"one": {"acts": [act("a", then=[*routes, {"to": "jail"}])]}})
    assert take(made, play.start(made), "a").ending == "home"
    soaked = {**made, "variables": {**made["variables"], "wet": {"start": True}}}
    assert take(soaked, play.start(soaked), "a").ending == "jail"


def test_an_act_sets_before_it_leads_on() -> None:
    """Points, time and variables count before the way on is chosen."""
    routes = [
        {"when": ["and", ["flag", "wet"], [">=", "minutes", 5]], "to": "home"},
        {"to": "jail"},
    ]
    made = tale({"one": {"acts": [act("a", set=[["wet", "=", True]], minutes=5, then=routes)]}})
    assert take(made, play.start(made), "a").ending == "home"


@pytest.mark.parametrize(
    ("sets", "trust"),
    [
        ([["trust", "+", 1]], 3),
        ([["trust", "+", 9]], 3),
        ([["trust", "+", -9]], 0),
        ([["trust", "=", 1]], 1),
        ([["trust", "+", 9], ["trust", "+", -1]], 2),
    ],
)
def test_numbers_stay_inside(sets: list[list[Any]], trust: int) -> None:
    """A number stays between its limits, at each step."""
    made = tale({"one": {"acts": [act("a", set=sets)]}})
    assert take(made, play.start(made), "a").variables["trust"] == trust


def test_took_stays_known() -> None:
    """That an act was taken is remembered in every later scene, by scene and act."""
    scenes = {
        "one": {"acts": [look("l"), act("a", then=[{"to": "two"}])]},
        "two": {"acts": [act("b", when=["took", "one/l"]), act("c", when=["took", "two/l"])]},
    }
    made = tale(scenes)
    assert ids(made, take(made, play.start(made), "l", "a")) == ["b"]
    assert ids(made, take(made, play.start(made), "a")) == []


def test_missed() -> None:
    """What was missed in the try before is known in this one."""
    made = tale({"one": {"acts": [act("a", when=["missed", "verify"]), act("b")]}})
    assert ids(made, play.start(made)) == ["b"]
    assert ids(made, play.start(made, missed=["verify"])) == ["a", "b"]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ([2], 'step 1: scene "one" has no act 2'),
        ([-1], 'step 1: scene "one" has no act -1'),
        ([0, 0], 'step 2: act "a" cannot be taken in "one" now'),
        ([0, 1, 0], "step 3: the play has ended already"),
    ],
)
def test_refused(path: list[int], message: str) -> None:
    """An act that cannot be taken is an error that says at which step."""
    made = tale({"one": {"acts": [act("a"), act("b", then=HOME)]}})
    with pytest.raises(PlayError) as caught:
        play.replay(made, path)
    assert str(caught.value) == message


def test_no_result_before_the_end() -> None:
    """A play that has not ended has no result."""
    made = tale({"one": {"acts": [act("a")]}})
    with pytest.raises(PlayError, match="not in an ending"):
        play.result(made, play.start(made))


def ended(points: dict[str, int], ending: str = "home") -> State:
    return State("", 0, frozenset(), {}, points=points, ending=ending)


@pytest.mark.parametrize(
    ("points", "full", "percent"),
    [
        *((0, 8, 0), (1, 8, 13), (3, 8, 38), (5, 8, 63), (8, 8, 100)),  # 12.5 and so on: halves up
        *((1, 3, 33), (2, 3, 67), (1, 7, 14), (1, 200, 1), (1, 201, 0)),
        *((-3, 4, 0), (9, 4, 100), (0, 0, 100), (5, 0, 100), (-1, 0, 100)),
    ],
)
def test_percent(points: int, full: int, percent: int) -> None:
    """An objective is its points of its full marks in whole percent, halves up, 0 to 100."""
    made = tale(
        {}, start=[], objectives=[{"id": "o", "weight": 1, "full": full, "must": False, "met": 50}]
    )
    told = play.result(made, ended({"o": points}))
    assert (told.score, told.objectives[0].percent) == (percent, percent)


@pytest.mark.parametrize(
    ("weights", "points", "score"),
    [
        ((1, 1), (100, 0), 50),
        ((1, 1), (50, 1), 26),  # 25.5
        ((1, 1), (50, 0), 25),
        ((3, 1), (50, 100), 63),  # 62.5
        ((1, 2), (100, 50), 67),
        ((2, 1), (1, 0), 1),  # 0.67
        ((3, 1), (0, 1), 0),  # 0.25
        ((1, 3), (1, 1), 1),
    ],
)
def test_score(weights: tuple[int, int], points: tuple[int, int], score: int) -> None:
    """The score is the mean of the objectives by their weights, halves up."""
    objectives = [
        {"id": name, "weight": weight, "full": 100, "must": False, "met": 50}
        for name, weight in zip("ab", weights, strict=True)
    ]
    made = tale({}, objectives=objectives)
    assert play.result(made, ended(dict(zip("ab", points, strict=True)))).score == score


@pytest.mark.parametrize(
    ("points", "ending", "must", "passed"),
    [
        ((100, 50), "home", True, True),
        ((100, 49), "home", True, False),
        ((100, 49), "home", False, True),
        ((100, 100), "jail", True, False),
        ((19, 100), "home", True, False),  # 59.5 is 60
        ((20, 100), "home", True, True),
        ((18, 100), "home", True, False),
    ],
)
def test_passed(points: tuple[int, int], ending: str, must: bool, passed: bool) -> None:
    """A pass needs the ending's kind, the score, and each must-do objective met."""
    objectives = [
        {"id": "a", "weight": 1, "full": 100, "must": False, "met": 100},
        {"id": "b", "weight": 1, "full": 100, "must": must, "met": 50},
    ]
    made = tale({}, objectives=objectives)
    made["pass"] = {"score": 60, "endings": ["safe"]}
    told = play.result(made, ended({"a": points[0], "b": points[1]}, ending))
    assert told.passed is (passed or points[0] == 19)
    assert told.kind == ("safe" if ending == "home" else "breached")


def test_what_the_compiler_writes_plays() -> None:
    """A compiled story plays as it reads."""
    made = bundle(story())
    state = take(made, play.start(made), "hang-up", "ask")
    told = play.result(made, state)
    assert (told.ending, told.score, told.passed) == ("kept", 100, True)
    lost = take(made, play.start(made), "give")
    assert lost.variables["hurried"] is True
    assert play.result(made, lost).score == 0


def test_states_are_never_changed() -> None:
    """Taking an act leaves the state before it as it was."""
    made = bundle(story())
    first = play.start(made)
    before = repr(first)
    take(made, first, "hang-up")
    assert repr(first) == before


@pytest.mark.parametrize(
    ("text", "value"), [("", 0x811C9DC5), ("a", 0xE40C292C), ("foobar", 0xBF9CF968)]
)
def test_fnv(text: str, value: int) -> None:
    """The hash is FNV-1a with 32 bits: its published test vectors."""
    assert play.fnv1a32(text) == value


@given(st.text(max_size=8), st.integers(1, 12), st.integers(0, 10**9))
def test_every_option_before_one_comes_again(pool: str, n: int, seed: int) -> None:
    """As many seeds in a row as a pool has options draw each of them once."""
    made = {"variants": {pool: {"options": [{"id": str(i)} for i in range(n)]}}}
    assert len({play.option(made, pool, seed + i) for i in range(n)}) == n


@pytest.mark.parametrize(
    ("path", "text"),
    [((), ""), ((0, 9, 10, 47), "09Al"), ((48, 111, 112), "m0m_n0"), ((1071,), "__")],
)
def test_path_in_characters(path: tuple[int, ...], text: str) -> None:
    """An act below 48 takes one character of a path, every other two."""
    assert play.encode_path(path) == text
    assert play.decode_path(text) == list(path)


@pytest.mark.parametrize("text", ["!", "m", "0m", "m!", "é", " "])
def test_what_is_no_path(text: str) -> None:
    """A character that no path has, or half of one, is an error."""
    with pytest.raises(PlayError, match="no path"):
        play.decode_path(text)
