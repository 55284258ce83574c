"""A play for programs: each step with what it showed, and the same as a test of the scenario."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from scormkit import play, prose, telling, terminal
from scormkit.play import Bundle, State


def transcript(bundle: Bundle, states: Sequence[State]) -> dict[str, Any]:
    """The same play for programs: each step with what it showed, then state and result."""
    shown = telling.filled(bundle, states[0].seed)
    steps = []
    for number, (before, after) in enumerate(pairwise(states), 1):
        act = terminal.act_between(shown, before, after)
        steps.append(
            {
                "scene": before.scene,
                "act": act["id"],
                "index": after.path[-1],
                "label": prose.button(shown, act),
                "decision": act["decision"],
                **({"outcome": act["outcome"]} if act["decision"] else {}),
                "reveals": telling.look(shown, before.scene, act),
                "answer": telling.script(shown, act.get("answer", ())),
                **({"feedback": prose.line(act["feedback"])} if "feedback" in act else {}),
                "leads_to": after.ending or after.scene,
                "clock": terminal.clock(shown, states[: number + 1]),
            }
        )
    last = states[-1]
    told: dict[str, Any] = {
        "scenario": bundle["scenario"],
        "version": bundle["version"],
        "seed": last.seed,
        "missed": sorted(last.missed),
        "steps": steps,
        "path": [step["act"] for step in steps],
        "scene": None if last.ending else last.scene,
        "ending": last.ending,
        "variables": dict(last.variables),
        "points": dict(last.points),
        "minutes": last.minutes,
    }
    if last.ending is not None:
        result = play.result(bundle, last)
        told |= {"kind": result.kind, "score": result.score, "passed": result.passed}
        told["objectives"] = [
            {"id": each.id, "percent": each.percent, "met": each.met} for each in result.objectives
        ]
    else:
        told["possible"] = list(terminal.possible(bundle, last))
    return told


def as_json(bundle: Bundle, states: Sequence[State]) -> str:
    """The transcript as JSON."""
    return json.dumps(transcript(bundle, states), ensure_ascii=False, indent=2)


def as_test(bundle: Bundle, states: Sequence[State]) -> str:
    """The play as an entry for `tests:`, ready to be pasted into the scenario."""
    last = states[-1]
    parts = [f"seed: {last.seed}"]
    parts += [f"missed: [{', '.join(sorted(last.missed))}]"] if last.missed else []
    path = [terminal.act_between(bundle, *pair)["id"] for pair in pairwise(states)]
    parts.append(f"path: [{', '.join(path)}]")
    if last.ending is None:
        parts.append(f"scene: {last.scene}")
    else:
        result = play.result(bundle, last)
        passed = str(result.passed).lower()
        parts += [f"ending: {last.ending}", f"passed: {passed}", f"score: {result.score}"]
    return f"tests:\n  played: {{{', '.join(parts)}}}"
