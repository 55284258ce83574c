"""What an LMS must hold after a path: the committed elements, worked out from play.py alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import material

from scormkit import play
from scormkit.editions.markup import plain
from scormkit.play import Bundle, State

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
Elements = dict[str, Any]  # a text, or a pattern where the value is a time

# The formats of SCORM 1.2 RTE 3.4 (CMITime, CMITimespan) and SCORM 2004 RTE 4.1.1.7.
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d")
SPAN = re.compile(r"\d{2,4}:[0-5]\d:[0-5]\d(\.\d{1,2})?")
MOMENT = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\dZ")
DURATION = re.compile(r"PT\d+H[0-5]?\dM[0-5]?\d(\.\d{1,2})?S")


def state_string(
    whole: Bundle, state: State, *, counter: int | None = None, attempt: int = 1, best: int = -1
) -> str:
    """The state as the LMS keeps it; one count for each act where none is given."""
    mask = sum(2**n for n, each in enumerate(whole["objectives"]) if each["id"] in state.missed)
    numbers = (len(state.path) if counter is None else counter, state.seed, attempt, mask)
    score = "-" if best < 0 else _b36(best)
    path = play.encode_path(state.path)
    return ".".join(["1", whole["rules"], *map(_b36, numbers), score, path])


def committed(
    whole: Bundle,
    edition: str,
    end: State,
    *,
    before: int = 0,
    attempt: int = 1,
    counter: int | None = None,
) -> Elements:
    """Every element after a play to an ending; `before` acts were told in other sittings."""
    result = play.result(whole, end)
    limit = whole["retry"]["limit"]
    done = result.passed or (limit is not None and attempt > limit)
    state = state_string(whole, end, counter=counter, attempt=attempt, best=result.score)
    told = [*_interactions(whole, edition, end, before), *_objectives(edition, result)]
    own = _v12(result, done) if edition == "1.2" else _v2004(whole, end, result, done, before)
    return {**own, "cmi.suspend_data": state, **dict(told)}


def so_far(whole: Bundle, edition: str, state: State, before: int) -> Elements:
    """What was told of the decisions of a play that isn't over, from the acts after `before` on."""
    return dict(_interactions(whole, edition, state, before))


def _v12(result: play.Result, done: bool) -> Elements:
    status = "passed" if result.passed else "failed" if done else "incomplete"
    return {
        "cmi.core.lesson_status": status,
        **_score("cmi.core.score", result.score, scaled=False),
        "cmi.core.session_time": SPAN,
        "cmi.core.exit": "suspend",
    }


def _v2004(whole: Bundle, end: State, result: play.Result, done: bool, before: int) -> Elements:
    progress = "1" if done else _progress(whole, end, before)
    return {
        "cmi.completion_status": "completed" if done else "incomplete",
        "cmi.success_status": "passed" if result.passed else "failed",
        **_score("cmi.score", result.score, scaled=True),
        **({} if progress is None else {"cmi.progress_measure": progress}),
        "cmi.session_time": DURATION,
        "cmi.exit": "suspend",
    }


def _progress(whole: Bundle, end: State, before: int) -> str | None:
    """What was last told of an attempt that isn't over: after the decision before the ending."""
    steps = _steps(whole, end)[before:-1]
    decisions = [
        n for n, (state, index) in enumerate(steps) if _act(whole, state, index)["decision"]
    ]
    if not decisions:
        return None
    at = before + decisions[-1] + 1
    state = play.replay(whole, end.path[:at], end.seed, end.missed)
    taken = sum(_act(whole, s, i)["decision"] for s, i in _steps(whole, state))
    return decimal(taken / (taken + whole["scenes"][state.scene]["left"]))


def _interactions(whole: Bundle, edition: str, end: State, before: int) -> list[tuple[str, Any]]:
    """Each decision as a choice among all that can be decided in that place, so that a choice has
    the same letter each time (SCORM 1.2 RTE 3.4, SCORM 2004 RTE 4.2.9)."""
    found: list[tuple[str, Any]] = []
    decisions = [
        (state, index)
        for state, index in _steps(whole, end)[before:]
        if _act(whole, state, index)["decision"]
    ]
    for n, (state, index) in enumerate(decisions):
        fields = _choice(whole, edition, state, index)
        found += [(f"cmi.interactions.{n}.{name}", value) for name, value in fields.items()]
    return found


def _choice(whole: Bundle, edition: str, state: State, index: int) -> Elements:
    act = _act(whole, state, index)
    acts = whole["scenes"][state.scene]["acts"]
    choices = [other for other in acts if other["decision"] and other.get("on") == act.get("on")]
    ids = [other["id"] for other in choices]
    right = [other["id"] for other in choices if other.get("outcome") == "right"]
    outcome = act.get("outcome")
    wrong = "wrong" if edition == "1.2" else "incorrect"
    about = {
        "id": f"{state.scene}.{act['on']}" if "on" in act else state.scene,
        "type": "choice",
        "weighting": str(sum(act.get("score", {}).values())),
        "result": {"right": "correct", "wrong": wrong}.get(str(outcome), "neutral"),
    }
    if edition == "1.2":
        patterns = [LETTERS[ids.index(name)] for name in right]
        own: Elements = {
            "time": CLOCK,
            "latency": SPAN,
            "student_response": LETTERS[ids.index(act["id"])],
        }
    else:
        patterns = [_short(name) for name in right[:10]]
        scene = whole["scenes"][state.scene]
        label = act.get("label") or whole["words"][f"do.{act['do']}"]
        said = plain(material.filled(whole, state.seed, f"{scene['title']}: {label}"))
        own = {
            "timestamp": MOMENT,
            "latency": DURATION,
            "learner_response": _short(act["id"]),
            "description": said.lstrip(" {")[:250].strip(),
        }
    keys = {f"correct_responses.{n}.pattern": value for n, value in enumerate(patterns)}
    return {**about, **own, **keys}


def _objectives(edition: str, result: play.Result) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for n, each in enumerate(result.objectives):
        at = f"cmi.objectives.{n}"
        status = "status" if edition == "1.2" else "success_status"
        met = "passed" if each.met else "failed"
        found += [(f"{at}.id", each.id), (f"{at}.{status}", met)]
        found += _score(f"{at}.score", each.percent, scaled=edition != "1.2").items()
    return found


def _score(at: str, percent: int, scaled: bool) -> Elements:
    own = {f"{at}.min": "0", f"{at}.max": "100", f"{at}.raw": str(percent)}
    return {**own, f"{at}.scaled": decimal(percent / 100)} if scaled else own


def _steps(whole: Bundle, end: State) -> list[tuple[State, int]]:
    """The path as pairs of a state and the act taken in it."""
    state = play.start(whole, end.seed, end.missed)
    found = []
    for index in end.path:
        found.append((state, index))
        state = play.take(whole, state, index)
    return found


def _act(whole: Bundle, state: State, index: int) -> Mapping[str, Any]:
    act: Mapping[str, Any] = whole["scenes"][state.scene]["acts"][index]
    return act


def decimal(number: float) -> str:
    """A plain decimal of at most four digits."""
    return f"{number:.4f}".rstrip("0").rstrip(".")


def _short(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9.]", "_", name)


def _b36(number: int) -> str:
    text = ""
    while True:
        number, rest = divmod(number, 36)
        text = DIGITS[rest] + text
        if number == 0:
            return text


def flat(tree: Mapping[str, Any], at: str = "cmi") -> dict[str, str]:
    """A nested tree of a runtime as elements and their texts."""
    found: dict[str, str] = {}
    for name, value in tree.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{at}.{name}")
        else:
            found[f"{at}.{name}"] = str(value)
    return found


def differences(wanted: Elements, got: Mapping[str, str], *, only_wanted: bool) -> list[str]:
    """Where the elements differ; a runtime that sends defaults along is asked for ours alone."""
    names = wanted.keys() if only_wanted else wanted.keys() | got.keys()
    told = []
    for name in sorted(names):
        want, have = wanted.get(name), got.get(name)
        same = want.fullmatch(have or "") if isinstance(want, re.Pattern) else want == have
        if not same:
            told.append(f"{name}: wanted {want!r}, got {have!r}")
    return told
