"""The plays of events.yaml, played by the rules and told by the player's own code; forged after."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

import yaml

from lrs import timestamps
from scormkit import play
from scormkit.compiler import compile_file
from scormkit.editions import statements as editions
from scormkit.play import Bundle
from scormkit.problems import report
from scormkit.store import Store

FOLDER = Path(__file__).parent
ZONE = ZoneInfo("Europe/Berlin")
LMS = {
    "lms": "https://lms.brightwater.example",
    "learn": "https://learn.brightwater.example",
}
SECONDS = 180  # that a play takes
HEARD = timedelta(seconds=20)  # after which the store has it
OURS = "https://scormkit.example/xapi/extensions"
ADL = "http://adlnet.gov/expapi/verbs"

Statement = dict[str, Any]


class Told(NamedTuple):
    """A statement, when the store had it, and what events.yaml calls it."""

    at: int  # microseconds
    name: str
    statement: Statement


def read(name: str) -> Any:
    """What a file of this folder says."""
    return yaml.load((FOLDER / name).read_text("utf-8"), yaml.CSafeLoader)  # ten times as fast


def instant(when: datetime) -> int:
    """Microseconds of an instant of a file; what has no zone there is in UTC."""
    found = timestamps.read(when.isoformat())
    assert found is not None, when
    return found


def source(slug: str) -> Path:
    """The file of a scenario."""
    return FOLDER / "scenarios" / f"{slug}.yaml"


def bundle(slug: str) -> Bundle:
    """The bundle of a scenario."""
    made = compile_file(source(slug))
    assert made.bundle is not None, report(made.problems)
    return made.bundle


def told(bundles: Mapping[str, Bundle]) -> list[Told]:
    """All statements of the year."""
    events = read("events.yaml")
    played = [each for each in events if "exercise" in each]
    said = _said([_play(each, bundles[each["exercise"]]) for each in played])
    found = {
        each["name"]: _forged(statement, each.get("forged", {}))
        for each, statement in zip(played, said, strict=True)
    }
    return [
        Told(_received(each), each["name"], found.get(each["name"]) or _voiding(each, found))
        for each in events
    ]


def _play(event: Mapping[str, Any], bundle: Bundle) -> dict[str, Any]:
    """One play, as say.js wants it. What events.yaml says of it must be what came of it."""
    state = play.start(bundle, event["seed"])
    for act in paths(event["exercise"])[event["path"]]["path"]:
        acts = [each["id"] for each in bundle["scenes"][state.scene]["acts"]]
        state = play.take(bundle, state, acts.index(act))
    came = play.result(bundle, state)
    verdict = "passed" if came.passed else "failed"
    assert (verdict, came.score) == (event["verdict"], event["score"]), event["name"]
    home = LMS[event["lms"]]
    ended = _at(event)
    opened = ended - timedelta(seconds=event.get("forged", {}).get("seconds", SECONDS))
    return {
        "settings": editions.settings(bundle, Store("", "", home), "scorm2004-4"),
        "sitting": {
            "learner": event["login"],
            "began": int(opened.timestamp()),
            "opened": int(opened.timestamp() * 1000),
            "language": "en",
        },
        "judged": {
            "passed": came.passed,
            "score": came.score,
            "completed": came.passed,
            "objectives": [
                {"id": each.id, "percent": each.percent, "met": each.met}
                for each in came.objectives
            ],
        },
        "play": {"attempt": 1, "seed": event["seed"], "missed": [], "path": list(state.path)},
        "at": int(ended.timestamp() * 1000),
    }


@cache
def paths(slug: str) -> dict[str, Any]:
    """The paths that a scenario's own tests name."""
    found: dict[str, Any] = read(f"scenarios/{slug}.yaml")["tests"]
    return found


def _at(event: Mapping[str, Any]) -> datetime:
    """When a play ended, by the clock in Berlin."""
    text = f"{event['at']}"
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def _received(event: Mapping[str, Any]) -> int:
    return instant(event["received"] if "received" in event else _at(event) + HEARD)


def _said(plays: Sequence[Mapping[str, Any]]) -> list[Statement]:
    """The statements that the player makes of plays."""
    answer = subprocess.run(
        ["node", str(FOLDER / "say.js")],
        input=json.dumps(plays),
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[Statement] = json.loads(answer.stdout)
    return found


def _forged(statement: Statement, how: Mapping[str, Any]) -> Statement:
    """The statement with what somebody has changed in it; a time is forged by the play itself."""
    extensions, result = statement["context"]["extensions"], statement["result"]
    if "verdict" in how:
        statement["verb"] = {
            "id": f"{ADL}/{how['verdict']}",
            "display": {"en-US": how["verdict"]},
        }
        result["success"] = how["verdict"] == "passed"
        result["completion"] = result["success"]
    if "score" in how:
        result["score"] |= {"raw": how["score"], "scaled": how["score"] / 100}
    if "path" in how:
        path = extensions.pop(f"{OURS}/path")
        extensions |= {f"{OURS}/path": each for each in _PATHS[how["path"]](path)}
    if "digest" in how:
        extensions[f"{OURS}/digest"] = "0" * 64
    return statement


_PATHS: Mapping[str, Callable[[list[int]], list[list[int]]]] = {
    "without its last act": lambda path: [path[:-1]],
    "with an act that there is not": lambda path: [[*path[:-1], 40]],
    "none": lambda path: [],
}


def _voiding(event: Mapping[str, Any], found: Mapping[str, Statement]) -> Statement:
    """What an administrator says to void a statement."""
    return {
        "id": str(uuid5(NAMESPACE_URL, event["name"])),
        "actor": {"mbox": "mailto:noor.haddad@brightwater.example"},
        "verb": {"id": f"{ADL}/voided", "display": {"en-US": "voided"}},
        "object": {"objectType": "StatementRef", "id": found[event["voids"]]["id"]},
    }
