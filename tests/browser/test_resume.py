"""Leaving and coming back at every scene of every scenario: the same place, the same end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import material
import pytest
from driver import BOTH, EVERYTHING, PACKAGES, Room, Sitting
from expected import Elements, differences, so_far, state_string
from test_endings import holds

from scormkit import play
from scormkit.play import Bundle, State


def begun(edition: str, state: str) -> Elements:
    """What an LMS holds of an attempt that was suspended in this state."""
    status = "cmi.core.lesson_status" if edition == "1.2" else "cmi.completion_status"
    leaving = "cmi.core.exit" if edition == "1.2" else "cmi.exit"
    return {status: "incomplete", leaving: "suspend", "cmi.suspend_data": state}


def suspended(edition: str, state: str) -> dict[str, Any]:
    """A sitting that a strict LMS remembers, with what it holds."""
    values = begun(edition, state)
    return {"strict": {"values": values, "exit": "suspend", "ended": True, "seconds": 61}}


def known(edition: str, state: str) -> dict[str, Any]:
    """The same, and a scorm-again that remembers it too."""
    status = {"core": {"lesson_status": "incomplete"}}
    own = status if edition == "1.2" else {"completion_status": "incomplete"}
    return {**suspended(edition, state), "again": {"cmi": {**own, "suspend_data": state}}}


def shown_acts(sitting: Sitting) -> set[int]:
    """The acts that the page offers without anything being opened."""
    shown = sitting.frame.evaluate(
        """[...document.querySelectorAll("[data-act]")].filter((one) => !one.disabled)
          .map((one) => Number(one.dataset.act))"""
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
            sitting.reach(state.scene, index)
    return state


def still(whole: Bundle, looked: State, end: State, acts: int) -> State:
    """The end of the rest of a play after more looks, if it is open to these and comes through the
    same scenes; else its end without them."""
    try:
        other = play.replay(whole, [*looked.path, *end.path[acts:]], end.seed, end.missed)
    except play.PlayError:
        return end
    way, same = material.passed(whole, end), material.passed(whole, other)
    alike = [each.scene for each in way] == [each.scene for each in same]
    return other if alike and other.ending == end.ending else end


def legs(slug: str, edition: str) -> list[tuple[State, set[str]]]:
    """The tours of a scenario that are played in an edition, each with the scenes that it is left
    and resumed in: those that no tour before it has come to."""
    found, resumed = [], set[str]()
    for number, end in enumerate(material.tours(slug)):
        fresh = {s.scene for s in material.passed(material.bundle(slug), end)} - resumed
        resumed |= fresh
        if EVERYTHING or number % 2 == [*PACKAGES].index(edition):
            found.append((end, fresh))
    return found


def stage(whole: Bundle, end: State, done: int, scenes: set[str]) -> tuple[int, ...]:
    """What is left of a play, up to where it enters one of these scenes or ends."""
    entered = {len(each.path) for each in material.passed(whole, end) if each.scene in scenes}
    until = min((at for at in entered if at > done), default=len(end.path))
    return end.path[done:until]


@pytest.mark.parametrize("edition", PACKAGES)
@pytest.mark.parametrize("slug", material.SHIPPED)
def test_each_scene_is_resumed_and_played_on(room: Room, slug: str, edition: str) -> None:
    """Left and reopened in every scene, the learner is in that scene with exactly its acts, each of
    them within reach; left by the button or by the LMS alone, what both runtimes have is whole, and
    the play ends as play.py says, with the elements of one in a single sitting, without a gap (1.2
    RTE 3.4.4, 2004 RTE 4.2.23)."""
    whole = material.bundle(slug)
    for end, scenes in legs(slug, edition):
        state = next(each for each in material.passed(whole, end) if each.scene in scenes)
        before = len(state.path)
        kept: Mapping[str, Any] = known(edition, state_string(whole, state))
        resumed = set()
        while state.ending is None:
            resumed.add(state.scene)
            sitting = room.open(whole, edition, runtimes=BOTH, kept=kept)
            if state.path:
                assert any("Welcome back" in line for line in sitting.notices())
            assert sitting.title() == material.title(whole, state)
            assert shown_acts(sitting) <= set(play.available(whole, state))
            looked = reached_by_clicks(sitting, state)
            following = still(whole, looked, end, len(state.path))
            if following is end and looked != state:  # a look has changed what follows
                sitting = room.open(whole, edition, runtimes=BOTH, kept=kept)
                looked = state
            end = following
            rest = stage(whole, end, len(looked.path), scenes)
            state = sitting.play(looked, rest[:1])
            state = sitting.run(state, rest[1:])  # test_endings clicks its way to each ending
            if state.ending is None:
                by_button = len(resumed) % 3 == 0
                (sitting.done if by_button else room.leave)()
                kept = dict(sitting.ended())
                told = sitting.elements()
                assert same_play(told["cmi.suspend_data"], state_string(whole, state))
                decided = so_far(whole, edition, state, before)
                for runtime in BOTH:
                    got = sitting.elements(runtime)
                    assert differences(decided, got, only_wanted=True) == [], runtime
                assert room.refused(left_alone=not by_button) == []
        assert (resumed, state) == (scenes, end)
        sitting.done()
        sitting.ended()
        holds(sitting, state, before=before, counter=counted(sitting.elements()))
        assert room.refused() == []


def counted(told: Mapping[str, str]) -> int:
    """The counter in the state that was told."""
    return int(told["cmi.suspend_data"].split(".")[2], 36)


def same_play(got: str, wanted: str) -> bool:
    """Whether two states differ in their counter at most, which a failed commit raises too."""
    return [*got.split(".")[:2], *got.split(".")[3:]] == [
        *wanted.split(".")[:2],
        *wanted.split(".")[3:],
    ]


@pytest.mark.parametrize("slug", material.SHIPPED)
def test_every_scene_is_resumed(slug: str) -> None:
    """No scene of a shipped scenario is out of reach of these tests."""
    assert material.ways(slug).scenes == set(material.source(slug)["scenes"])
    assert material.ways(slug).endings == set(material.source(slug)["endings"])
    resumed = [scene for edition in PACKAGES for _, some in legs(slug, edition) for scene in some]
    assert sorted(resumed) == sorted(material.source(slug)["scenes"])


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
