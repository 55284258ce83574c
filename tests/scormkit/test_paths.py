"""Tests of the ways through a story: small ones with known answers, and any with its bounds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import golden
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from short import bundle, said, story
from test_agreement import SHIPPED, bundles
from test_play import HOME, act, look, tale

from scormkit import paths, play
from scormkit.checks.graph import LONGEST_STATE
from scormkit.paths import Node, Paths
from scormkit.play import Bundle, PlayError

EVERYTHING = golden.EVERYTHING


def ways(scenes: dict[str, Any], **more: Any) -> Paths:
    return paths.explore(tale(scenes, **more))


def test_full_marks() -> None:
    """Full marks are the most that one way can earn; what two ways earn is not added up."""
    acts = [
        act("a", score={"verify": 3}, then=[{"to": "two"}]),
        act("b", score={"verify": 1}, then=HOME),
    ]
    last = [act("c", score={"verify": -2}, then=HOME), act("d", then=[{"to": "home"}])]
    assert ways({"one": {"acts": acts}, "two": {"acts": last}}).full == {"verify": 3}


def test_full_marks_of_looks() -> None:
    """A look that scores counts in full marks, without being told apart from not looking."""
    acts = [look("l", score={"verify": 1}), act("a", score={"verify": 2}, then=HOME)]
    assert ways({"one": {"acts": acts}}).full == {"verify": 3}


def test_full_marks_are_never_negative() -> None:
    """Where every way loses points, full marks are nought."""
    assert ways({"one": {"acts": [act("a", score={"verify": -2}, then=HOME)]}}).full == {
        "verify": 0
    }


def test_full_marks_lead_to_an_ending() -> None:
    """Points on a way that never ends do not count."""
    acts = [
        act("a", score={"verify": 5}, then=[{"to": "pit"}]),
        act("b", score={"verify": 1}, then=HOME),
    ]
    found = ways({"one": {"acts": acts}, "pit": {"acts": [look("l")]}})
    assert found.full == {"verify": 1}
    assert len(found.escapes) < len(found.nodes)


def test_left() -> None:
    """What is left is the fewest decisions that were ever left in a scene; looks are none."""
    scenes = {
        "one": {"acts": [look("l"), act("a", then=[{"to": "two"}])]},
        "two": {"acts": [act("b", on="t"), act("c", on="u")], "next": [{"to": "three"}]},
        "three": {"acts": [act("d", then=HOME)]},
    }
    assert ways(scenes).left == {"one": 4, "two": 2, "three": 1}


def test_longest() -> None:
    """The bound counts every look of a scene once left, and each act as often as it can be."""
    scenes = {
        "one": {"acts": [look("l", times=3), look("m"), act("a", then=[{"to": "two"}])]},
        "two": {"acts": [act("b", times=2), look("n"), act("c", then=HOME)]},
    }
    assert ways(scenes).longest() == 5 + 4


def test_reached() -> None:
    """Scenes, endings and acts that no way leads to are missing from what is reached."""
    scenes = {
        "one": {
            "acts": [act("a", then=HOME), act("b", when=["flag", "wet"], then=[{"to": "two"}])]
        },
        "two": {"acts": [act("c", then=[{"to": "jail"}])]},
    }
    found = ways(scenes)
    assert (found.scenes, found.endings, found.acts) == ({"one"}, {"home"}, {("one", 0)})


def test_every_draw_is_tried() -> None:
    """A way that only one variant opens is found."""
    acts = [act("a", then=HOME), act("b", when=["variant", "pool", "c"], then=[{"to": "jail"}])]
    pool = {"pool": {"options": [{"id": name} for name in "abc"]}}
    assert ways({"one": {"acts": acts}}, variants=pool).endings == {"home", "jail"}


def test_every_draw_of_several_pools_is_tried() -> None:
    """Pools of different sizes fall together in more ways than any one of them has options."""
    pools = {
        name: {"options": [{"id": f"o{n}"} for n in range(size)]}
        for name, size in (("a", 5), ("b", 7), ("c", 9))
    }
    bundle = {"variants": pools}
    last = next(
        seed
        for seed in range(64, 400)
        if all(play.option(bundle, p, seed) == play.option(bundle, p, 314) for p in pools)
    )
    assert last == 314
    drawn = [["variant", p, f"o{play.option(bundle, p, last)}"] for p in pools]
    acts = [act("a", then=HOME), act("b", when=["and", *drawn], then=[{"to": "jail"}])]
    found = ways({"one": {"acts": acts}}, variants=pools)
    assert (found.endings, found.complete) == ({"home", "jail"}, True)


def test_starts_without_end() -> None:
    """More draws and retries than can be tried are no proof, and end in a moment."""
    sizes = (7, 11, 13, 16)  # 16,016 draws
    pools = {f"p{size}": {"options": [{"id": f"o{n}"} for n in range(size)]} for size in sizes}
    asked = ["or", *(["variant", pool, "o0"] for pool in pools)]
    acts = [act("a", then=HOME), act("b", when=asked, then=[{"to": "jail"}])]
    assert not ways({"one": {"acts": acts}}, variants=pools).complete


def test_every_retry_is_tried() -> None:
    """A way that only a missed objective opens is found."""
    acts = [act("a", then=HOME), act("b", when=["missed", "verify"], then=[{"to": "jail"}])]
    assert ways({"one": {"acts": acts}}).endings == {"home", "jail"}


def test_slow_and_quick() -> None:
    """Ways that only a slow, or only a quick learner gets are both found."""
    routes = [{"when": [">", "minutes", 3], "to": "jail"}, {"to": "home"}]
    acts = [look("l", minutes=4), act("a", then=routes)]
    assert ways({"one": {"acts": acts}}).endings == {"home", "jail"}


def test_fronts() -> None:
    """A front has the points of the best ways (or the worst), without those that others cover."""
    objectives = [
        {"id": name, "weight": 1, "full": 9, "must": False, "met": 50} for name in ("a", "b")
    ]
    scores = {"p": (3, 0), "q": (0, 3), "r": (1, 1), "s": (2, 0)}
    acts = [act(n, score={"a": x, "b": y}, then=HOME) for n, (x, y) in scores.items()]
    found = ways({"one": {"acts": acts}}, objectives=objectives)

    def always(number: int, index: int) -> bool:
        return True

    def at_home(node: Node) -> bool:
        return node.state.ending == "home"

    assert found.fronts(True, at_home, always) == [(0, 3), (1, 1), (3, 0)]
    assert found.fronts(False, at_home, always) == [(0, 3), (1, 1), (2, 0)]
    assert found.fronts(True, lambda node: False, always) == []
    assert found.fronts(True, at_home, lambda number, index: index == 2) == [(1, 1)]


def test_a_look_at_what_is_closed() -> None:
    """A look that sets something can be taken after its message is closed, and nothing breaks."""
    acts = [
        act("a.report", on="a", score={"verify": 1}),
        look("a.ask", on="a", set=[["wet", "=", True]], times=2),
        act("b.report", on="b", score={"verify": 1}),
        act("b.delete", on="b", when=["flag", "wet"]),
    ]
    found = ways({"one": {"acts": acts, "next": HOME}})
    assert (found.full, found.complete) == ({"verify": 2}, True)


CIRCLE = (
    "start: call\nscenes:\n",
    "start: [{when: hurried, to: lost}, {to: ring}]\nscenes:\n"
    "  ring: {title: R, sms: {sender: rosa, lines: [{rosa: Hi.}]}, next: rang}\n"
    "  rang: {title: R, sms: {sender: rosa, lines: [{rosa: Hi.}]}, next: ring}\n",
)


def test_a_start_that_goes_round() -> None:
    """A story that begins in a circle is told as such, and so is the scene that comes behind."""
    told = said(story(CIRCLE))
    assert told[1] == (
        '24:3 [circle] from scene "ring" scenes with nothing to decide lead round in a circle'
    )
    assert {line.split("[")[1].split("]")[0] for line in told} == {
        "circle",
        "dead-way",
        "unreachable-scene",
    }


@pytest.mark.parametrize("source", [*SHIPPED, EVERYTHING], ids=lambda p: p.stem)
@given(st.data())
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_random_walks_of_shipped_scenarios(source: Path, data: st.DataObject) -> None:
    """Whatever a learner does: known scenes and endings, a score of 0 to 100, a state that fits."""
    _walk(*_shipped(source), data, 300)


@given(st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_random_walks(data: st.DataObject) -> None:
    """The same of random stories, whole or broken; what is reached was foreseen."""
    made = tame(data.draw(bundles()))
    found = paths.explore(made)
    if not found.complete or any(node.cannot for node in found.nodes):
        return
    whole = {
        **made,
        "objectives": [{**each, "full": found.full[each["id"]]} for each in made["objectives"]],
    }
    _walk(whole, found, data, 40)


def tame(made: dict[str, Any]) -> dict[str, Any]:
    """A random story in which looking can only help: that is what full marks are proved for."""
    for scene in made["scenes"].values():
        for each in scene["acts"]:
            each["minutes"] = 0
            if not each["decision"]:
                each.pop("when", None)
                each["score"] = {name: abs(n) for name, n in each.get("score", {}).items()}
    return made


def _shipped(source: Path) -> tuple[Bundle, Paths]:
    made = golden.compiled(source)
    assert made.bundle is not None and made.ways is not None
    return made.bundle, made.ways


def _walk(made: Bundle, found: Paths, data: st.DataObject, most: int) -> None:
    seed = data.draw(st.integers(0, 10**6))
    missed = data.draw(
        st.lists(st.sampled_from([o["id"] for o in made["objectives"]]), unique=True)
    )
    state = play.start(made, seed, missed)
    chance = data.draw(st.randoms(use_true_random=False))
    for _ in range(most):
        if state.ending is not None:
            break
        assert state.scene in found.scenes
        possible = play.available(made, state)
        if not possible:
            break
        try:
            state = play.take(made, state, chance.choice(possible))
        except PlayError:
            return
    assert len(play.encode_path(state.path)) <= found.longest()
    if state.ending is None:
        return
    assert state.ending in found.endings
    assert all(state.points.get(name, 0) <= full for name, full in found.full.items())
    told = play.result(made, state)
    assert 0 <= told.score <= 100
    assert all(0 <= each.percent <= 100 for each in told.objectives)


@pytest.mark.parametrize("source", SHIPPED, ids=lambda p: p.stem)
def test_shipped_scenarios_fit(source: Path) -> None:
    """The longest way of each shipped scenario fits into SCORM 1.2's suspend data with room."""
    _, found = _shipped(source)
    assert found.longest() + 60 < LONGEST_STATE / 2


def test_the_story_has_few_states() -> None:
    """The compiled story's scenes, endings and full marks are those that it tells."""
    found = paths.explore(bundle())
    assert found.complete
    assert (found.scenes - {""}, found.endings) == ({"call", "desk"}, {"kept", "lost"})
    assert found.full == {"verify": 2}
    assert found.left == {"call": 1, "desk": 1}
