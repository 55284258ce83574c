"""Leaving and coming back at every scene of every scenario: the same place, the same end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import material
import pytest
from driver import BOTH, PACKAGES, Room, Sitting
from expected import Elements, committed, differences, state_string
from test_endings import holds

from scormkit import play
from scormkit.play import Bundle, State

SCENES = [
    pytest.param(slug, scene, list(PACKAGES)[n % 2], id=f"{slug}-{scene}")
    for n, (slug, scene) in enumerate(material.named("scenes"))
]


def begun(edition: str, state: str) -> Elements:
    """What an LMS holds of an attempt that was suspended in this state."""
    status = "cmi.core.lesson_status" if edition == "1.2" else "cmi.completion_status"
    leaving = "cmi.core.exit" if edition == "1.2" else "cmi.exit"
    return {status: "incomplete", leaving: "suspend", "cmi.suspend_data": state}


def suspended(edition: str, state: str) -> dict[str, Any]:
    """A sitting that a strict LMS remembers, with what it holds."""
    values = begun(edition, state)
    return {"strict": {"values": values, "exit": "suspend", "ended": True, "seconds": 61}}


def shown_acts(sitting: Sitting) -> set[int]:
    """The acts that the page offers without anything being opened."""
    shown = sitting.frame.locator("[data-act]").evaluate_all(
        "all => all.filter((one) => !one.disabled).map((one) => Number(one.dataset.act))"
    )
    return set(shown)


def reached_by_clicks(sitting: Sitting, state: State) -> State:
    """Finds every act that the rules allow; looks are taken too, from the last to the first."""
    whole = sitting.whole
    scene = whole["scenes"][state.scene]
    for index in reversed(play.available(whole, state)):
        act = scene["acts"][index]
        if index == scene.get("timer", {}).get("act"):
            continue  # taken when the time runs out, and by nobody
        changes = act["decision"] or "then" in act
        if not changes and index in play.available(whole, state):
            sitting.take(state.scene, index)
            state = play.take(whole, state, index)
        elif changes and index in play.available(whole, state):
            assert sitting.control(state.scene, index).is_enabled()
    return state


def on_from(whole: Bundle, state: State, rest: State, acts: int) -> State | None:
    """Where the rest of a way leads from a state with more looks in it, if it is still open."""
    try:
        return play.replay(whole, [*state.path, *rest.path[acts:]], state.seed, state.missed)
    except play.PlayError:
        return None


@pytest.mark.parametrize(("slug", "scene", "edition"), SCENES)
def test_a_scene_is_resumed_and_played_on(room: Room, slug: str, scene: str, edition: str) -> None:
    """Reopened in any scene, the learner is in that scene with exactly its acts, each of them
    within reach, and what follows ends as play.py says (1.2 RTE 3.4.4, 2004 RTE 4.2.23)."""
    whole = material.bundle(slug)
    state, end = material.reaching(slug, scene)
    before = len(state.path)
    kept = suspended(edition, state_string(whole, state))
    sitting = room.open(whole, edition, kept=kept)
    if state.path:
        assert any("Welcome back" in line for line in sitting.notices())
    assert sitting.title() == material.title(whole, state)
    assert shown_acts(sitting) <= set(play.available(whole, state))
    looked = reached_by_clicks(sitting, state)
    wanted = on_from(whole, looked, end, before)
    if wanted is None:  # a look has changed what follows: go on from where it was
        sitting = room.open(whole, edition, kept=kept)
        looked, wanted = state, end
    done = len(looked.path)
    last = sitting.play(looked, wanted.path[done : done + 1])
    last = sitting.run(last, wanted.path[done + 1 :])  # test_endings clicks its way to each ending
    assert last.ending == wanted.ending is not None
    sitting.done()
    sitting.ended()
    assert (
        differences(ends_with(sitting, last, before), sitting.elements(), only_wanted=False) == []
    )
    assert room.refused() == []


def ends_with(sitting: Sitting, end: State, before: int) -> Elements:
    """What the LMS holds when only the acts after `before` were told in this sitting."""
    return committed(sitting.whole, sitting.edition, end, before=before)


@pytest.mark.parametrize("edition", PACKAGES)
@pytest.mark.parametrize("slug", material.SHIPPED)
def test_a_play_in_three_sittings_is_one_play(room: Room, slug: str, edition: str) -> None:
    """Left twice on the way and reopened with what both runtimes committed, a play ends with the
    same elements as one in a single sitting, without a gap."""
    whole = material.bundle(slug)
    wanted = material.ends(slug, max(material.ways(slug).endings))[0]
    learner = material.learner_for(whole, wanted)
    state = play.start(whole, material.first_seed(learner, whole))
    third = len(wanted.path) // 3
    parts = (wanted.path[:third], wanted.path[third : 2 * third], wanted.path[2 * third :])
    kept: Mapping[str, Any] = {}
    for number, part in enumerate(parts):
        sitting = room.open(whole, edition, runtimes=BOTH, learner=learner, kept=kept)
        if number == 0:
            sitting.go("begin")
        assert sitting.title() == material.title(whole, state)
        state = sitting.run(state, part)
        if number < 2:
            (sitting.done if number == 0 else room.leave)()  # by the button; by the LMS alone
            kept = dict(sitting.ended())
            assert same_play(sitting.elements()["cmi.suspend_data"], state_string(whole, state))
            assert room.refused(left_alone=number == 1) == []
    sitting.done()
    sitting.ended()
    counter = sitting.elements()["cmi.suspend_data"].split(".")[2]
    holds(sitting, state, counter=int(counter, 36))
    assert room.refused() == []


def same_play(got: str, wanted: str) -> bool:
    """Whether two states differ in their counter at most, which a failed commit raises too."""
    return [*got.split(".")[:2], *got.split(".")[3:]] == [
        *wanted.split(".")[:2],
        *wanted.split(".")[3:],
    ]


def test_every_scene_is_resumed() -> None:
    """No scene of a shipped scenario is out of reach of these tests."""
    for slug in material.SHIPPED:
        assert material.ways(slug).scenes == set(material.source(slug)["scenes"])
        assert material.ways(slug).endings == set(material.source(slug)["endings"])


@pytest.mark.parametrize("edition", PACKAGES)
def test_a_finished_attempt_shows_its_result_again(room: Room, edition: str) -> None:
    """Reopened after a pass, the result is there, and nothing lower replaces it."""
    slug = "mfa-fatigue-attack"
    whole = material.bundle(slug)
    ends = [state for end in whole["endings"] for state in material.ends(slug, end)]
    wanted = next(state for state in ends if play.result(whole, state).passed)
    learner = material.learner_for(whole, wanted)
    first = room.open(whole, edition, runtimes=BOTH, learner=learner)
    first.go("begin")
    end = first.play(play.start(whole, material.first_seed(learner, whole)), wanted.path)
    assert play.result(whole, end).passed
    first.done()
    kept = first.ended()
    passed = first.elements()
    again = room.open(whole, edition, runtimes=BOTH, learner=learner, kept=dict(kept))
    assert again.title() == material.title(whole, end)
    assert f"{play.result(whole, end).score} of 100" in again.text()
    again.done()
    again.ended()
    changing = {"cmi.suspend_data", "cmi.session_time", "cmi.core.session_time"}
    respelled = {name for name in passed if ".score." in name}  # 100.0 where 100 was loaded
    same = passed.keys() - changing - respelled
    assert {n: again.elements()[n] for n in same} == {n: passed[n] for n in same}
    assert all(float(again.elements()[n]) == float(passed[n]) for n in respelled)
    assert room.refused() == []


@pytest.mark.parametrize(
    ("kept", "said"),
    [("1.00000000.3.1.1.0.-.01", "has changed"), ("~ not ours ~", "could not be read")],
)
def test_a_state_that_is_not_ours_starts_anew(room: Room, kept: str, said: str) -> None:
    """Suspend data of another release, or of nobody, is told calmly and the play begins anew."""
    sitting = room.open(material.bundle("phishing"), "2004", kept=suspended("2004", kept))
    assert any(said in line for line in sitting.notices())
    sitting.go("begin")
    assert sitting.frame.locator("[data-act], [data-open]").count() > 0
