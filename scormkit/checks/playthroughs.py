"""The author's own play-throughs: each must come out as it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scormkit import play
from scormkit.checks.subject import Subject
from scormkit.document import Route
from scormkit.play import PlayError, State
from scormkit.problems import Problem, did_you_mean, one_of


def tests(subject: Subject) -> Iterator[Problem]:
    """Every test is played, and what it expects is compared."""
    for name, test in subject.scenario.data.get("tests", {}).items():
        route: Route = ("tests", name)
        try:
            state = play.start(subject.bundle, test.get("seed", 0), test.get("missed", ()))
        except PlayError:
            continue  # the start leads round in a circle, and graph.dead_ends says so
        problem = None
        for n, written in enumerate(test["path"]):
            state, problem = _step(subject, state, written, (*route, "path", n))
            if problem:
                yield problem
                break
        if not problem:
            yield from _compared(subject, test, state, route)


def _step(
    subject: Subject, state: State, written: str, route: Route
) -> tuple[State, Problem | None]:
    scene, _, act_id = written.rpartition("/")
    if state.ending is not None:
        message = f'"{written}" comes after the ending "{state.ending}"'
        return state, subject.error(route, message, "test-path", "end the path before it")
    if scene and scene != state.scene:
        message = f'"{written}": the story stands in scene "{state.scene}" here'
        return state, subject.error(route, message, "test-path")
    acts = subject.bundle["scenes"][state.scene]["acts"]
    now = {acts[index]["id"]: index for index in play.available(subject.bundle, state)}
    if act_id not in now:
        hint = did_you_mean(act_id, now, f"possible here: {one_of(now)}")
        message = f'act "{act_id}" cannot be taken in scene "{state.scene}" here'
        return state, subject.error(route, message, "test-path", hint)
    try:
        return play.take(subject.bundle, state, now[act_id]), None
    except PlayError as error:
        return state, subject.error(route, str(error), "test-path")


def _compared(
    subject: Subject, test: Mapping[str, Any], state: State, route: Route
) -> Iterator[Problem]:
    come: dict[str, Any] = {"scene": state.scene, "ending": state.ending}
    if state.ending is not None:
        result = play.result(subject.bundle, state)
        come |= {"scene": None, "passed": result.passed, "score": result.score}
    for key in ("scene", "ending", "score", "passed"):
        if key in test and test[key] != come.get(key):
            got = f"stands in scene {state.scene}" if state.ending is None else _said(come[key])
            message = f"the test expects {key} {_said(test[key])}, but the play gives {got}"
            hint = "mend the story or the test"
            yield subject.error((*route, key), message, "test-failed", hint)


def _said(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
