"""The exercise as teaching: objectives scored, passes that mean something, feedback given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from scormkit import play
from scormkit.checks.subject import Subject
from scormkit.paths import WIDEST_FRONT, Node
from scormkit.play import State
from scormkit.problems import Problem

LEAST_DECISIONS = 2  # an objective is scored by at least two decisions


def objectives(subject: Subject) -> Iterator[Problem]:
    """Every objective is scored, by two decisions or more."""
    for name in subject.scenario.data["objectives"]:
        places = {
            (scene.id, act.thing)
            for scene in subject.scenario.scenes.values()
            for act in scene.acts
            if act.data.get("score", {}).get(name, 0) > 0
        }
        route = ("objectives", name)
        if not places:
            message = f'no act scores objective "{name}"'
            hint = f"add score: {{{name}: 1}} to the decisions that show it"
            yield subject.error(route, message, "objective-unscored", hint)
        elif len(places) < LEAST_DECISIONS:
            message = f'objective "{name}" is scored by 1 decision'
            hint = f"score it in {LEAST_DECISIONS} or more: one right guess proves little"
            yield subject.warning(route, message, "objective-underscored", hint)


def together(subject: Subject) -> Iterator[Problem]:
    """Some way meets every objective at once."""
    if not subject.paths.complete or not subject.paths.endings:
        return
    fronts = subject.paths.fronts(True, lambda node: node.state.ending is not None)
    if not fronts or len(fronts) >= WIDEST_FRONT:  # no way ends, or not all could be kept
        return
    ids = [objective["id"] for objective in subject.bundle["objectives"]]
    met = {frozenset(_met(subject, points)) for points in fronts}
    if any(len(each) == len(ids) for each in met):
        return
    apart = [pair for pair in combinations(ids, 2) if not any(set(pair) <= each for each in met)]
    for one, other in apart:
        message = f'no way through the story meets both "{one}" and "{other}"'
        hint = "score them on ways that can be gone together, or lower what counts as met"
        yield subject.warning(("objectives", other), message, "objectives-exclude", hint)
    if not apart:
        message = f"no way through the story meets all {len(ids)} objectives"
        hint = f"the best meets {max(map(len, met))}; score them on ways that go together"
        yield subject.warning(("objectives",), message, "objectives-exclude", hint)


def _met(subject: Subject, points: Sequence[int]) -> Iterator[str]:
    """The objectives that these points meet."""
    ids = [objective["id"] for objective in subject.bundle["objectives"]]
    ending = next(iter(subject.bundle["endings"]))
    state = State("", 0, frozenset(), {}, points=dict(zip(ids, points, strict=True)), ending=ending)
    yield from (each.id for each in play.result(subject.bundle, state).objectives if each.met)


def passing(subject: Subject) -> Iterator[Problem]:
    """Some way passes, and some way does not."""
    if not subject.paths.complete or not subject.paths.endings:
        return
    always = _ends(subject, allowed=True)
    if not any(_passes(subject, points) for points in subject.paths.fronts(True, always)):
        message = "no way through the story can pass"
        hint = "lower pass.score, or make the must-do objectives and the endings reachable together"
        yield subject.error(("pass",), message, "pass-impossible", hint)
        return
    if subject.paths.endings - _allowed(subject):
        return
    fewest = subject.paths.fronts(False, always)
    if all(_passes(subject, points) for points in fewest):
        message = "every way through the story passes, so a pass proves nothing"
        hint = "raise pass.score, make an objective a must, or add an ending that is breached"
        yield subject.error(("pass",), message, "pass-unavoidable", hint)


def must_do(subject: Subject) -> Iterator[Problem]:
    """No pass although the last decision on a must-do objective was wrong."""
    if not subject.paths.complete:
        return
    for objective in subject.bundle["objectives"]:
        if not objective["must"]:
            continue
        name = objective["id"]
        touched = _touched(subject.bundle, name)

        def marks(number: int, index: int, touched: set[tuple[str, int]] = touched) -> bool | None:
            scene = subject.paths.nodes[number].state.scene
            if (scene, index) not in touched:
                return None
            act = subject.bundle["scenes"][scene]["acts"][index]
            return bool(act.get("outcome") == "wrong")

        ways = subject.paths.fronts(True, _ends(subject, allowed=True), marks)
        if any(_passes(subject, points) for points in ways):
            message = f'a way passes although its last decision on must-do "{name}" was wrong'
            hint = "raise the objective's met, let the wrong act cost points, or end it breached"
            yield subject.warning(("objectives", name), message, "pass-despite-must", hint)


def decisions(subject: Subject) -> Iterator[Problem]:
    """Every decision that can be wrong tells afterwards what to learn from it."""
    for scene in subject.scenario.scenes.values():
        for act in scene.acts:
            outcome = act.data.get("outcome", "neutral")
            if outcome != "neutral" and "feedback" not in act.data:
                message = f'decision "{act.id}" is {outcome}, and the debrief does not say why'
                yield subject.warning(act.route, message, "no-feedback", 'add "feedback:"')


def _allowed(subject: Subject) -> set[str]:
    kinds = subject.bundle["pass"]["endings"]
    return {name for name, end in subject.bundle["endings"].items() if end["kind"] in kinds}


def _ends(subject: Subject, allowed: bool) -> Any:
    names = _allowed(subject)

    def ends(node: Node) -> bool:
        return (node.state.ending in names) is allowed

    return ends


def _passes(subject: Subject, points: tuple[int, ...]) -> bool:
    """Whether these points pass, at an ending of a kind that can."""
    ids = [objective["id"] for objective in subject.bundle["objectives"]]
    ending = next(iter(_allowed(subject)))
    state = State("", 0, frozenset(), {}, points=dict(zip(ids, points, strict=True)), ending=ending)
    return play.result(subject.bundle, state).passed


def _touched(bundle: Mapping[str, Any], objective: str) -> set[tuple[str, int]]:
    """The acts of every decision in which some act scores the objective."""
    found = set()
    for name, scene in bundle["scenes"].items():
        things = {act.get("on") for act in scene["acts"] if objective in act.get("score", {})}
        for index, act in enumerate(scene["acts"]):
            if act["decision"] and act.get("on") in things:
                found.add((name, index))
    return found
