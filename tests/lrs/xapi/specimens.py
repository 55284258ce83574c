"""Statements for the tests, and a way to change one part of them."""

from __future__ import annotations

import json
from typing import Any

from lrs.xapi.validation import problems

GONE = object()  # in place of a value: take the key out
VERSIONS = ("1.0.3", "2.0.0")

AGENT = {"objectType": "Agent", "name": "Ana", "mbox": "mailto:ana@corp.example"}
ACCOUNT = {"account": {"homePage": "https://hr.example", "name": "4711"}}
GROUP = {"objectType": "Group", "name": "Payables", "mbox": "mailto:payables@corp.example"}
ANONYMOUS = {"objectType": "Group", "member": [AGENT, ACCOUNT]}
OAUTH = {"objectType": "Group", "member": [ACCOUNT, {"mbox": "mailto:ana@corp.example"}]}
ATTACHMENT = {
    "usageType": "https://training.example/usage/certificate",
    "display": {"en": "Certificate"},
    "description": {"de": "Urkunde", "en": "What was passed"},
    "contentType": "text/plain; charset=utf-8",
    "length": 27,
    "sha2": "ab" * 32,
    "fileUrl": "https://files.example/27.txt",
}
ACTIVITY = {
    "objectType": "Activity",
    "id": "https://training.example/invoice/scene/1",
    "definition": {
        "name": {"en": "The invoice", "de": "Die Rechnung"},
        "description": {"en": "What to do with it"},
        "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
        "moreInfo": "https://training.example/about",
        "interactionType": "choice",
        "correctResponsesPattern": ["call[,]wait"],
        "choices": [{"id": "call", "description": {"en": "Call back"}}, {"id": "wait"}],
        "extensions": {"https://training.example/x/clue": None},
    },
}
WHOLE: dict[str, Any] = {
    "id": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee",
    "actor": AGENT,
    "verb": {
        "id": "http://adlnet.gov/expapi/verbs/answered",
        "display": {"en": "answered", "de": "beantwortete"},
    },
    "object": ACTIVITY,
    "result": {
        "score": {"scaled": 0.75, "raw": 3, "min": 0, "max": 4},
        "success": True,
        "completion": False,
        "response": "call",
        "duration": "PT1M12.5S",
        "extensions": {"https://training.example/x/taps": [1, {"a": None}]},
    },
    "context": {
        "registration": "EC531277-B57B-4C15-8D91-D292C5B2B8F7",
        "instructor": ACCOUNT,
        "team": GROUP,
        "contextActivities": {
            "parent": [{"id": "https://training.example/invoice"}],
            "grouping": {"id": "https://training.example/course"},
        },
        "revision": "3",
        "platform": "Invented LMS",
        "language": "de-CH",
        "statement": {
            "objectType": "StatementRef",
            "id": "8f87ccde-bb56-4c2e-ab83-44982ef22df0",
        },
        "extensions": {},
    },
    "timestamp": "2026-03-31T08:15:00.123+02:00",
    "stored": "2026-03-31T06:15:01.000Z",
    "authority": OAUTH,
    "version": "1.0.0",
    "attachments": [ATTACHMENT],
}
SUB: dict[str, Any] = {
    "objectType": "SubStatement",
    **{key: WHOLE[key] for key in ("actor", "verb", "object", "result", "context", "timestamp")},
}
# Where an actor may stand; those that take Agents and Groups, and those that take Groups only.
ACTOR_PLACES = (
    *("actor", "object", "context.instructor"),
    *("object.actor", "object.object", "object.context.instructor"),
)
GROUP_PLACES = (*ACTOR_PLACES, "context.team", "object.context.team")


def statement(**changes: Any) -> dict[str, Any]:
    """The whole statement, changed at paths; a dot is written as two underscores: context__team."""
    return changed(WHOLE, {path.replace("__", "."): value for path, value in changes.items()})


def changed(whole: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """A copy with these values at these paths (a.b.0.c); GONE takes one out."""
    found: dict[str, Any] = json.loads(json.dumps(whole))  # no part stands in two places
    for path, value in changes.items():
        *steps, last = path.split(".")
        holder: Any = found
        for step in steps:
            holder = holder[int(step)] if isinstance(holder, list) else holder.setdefault(step, {})
        if value is GONE:
            del holder[last]
        elif isinstance(holder, list):
            holder[int(last)] = value
        else:
            holder[last] = value
    return found


def at_place(place: str, value: Any) -> dict[str, Any]:
    """The whole statement, with this at a place of ACTOR_PLACES or beside; an object that isn't an
    activity takes revision and platform with it."""
    path = place.removeprefix("object.")
    inside = place.startswith("object.")
    plain: dict[str, Any] = {}
    if path == "object":
        plain = {"context.revision": GONE, "context.platform": GONE}
    if not inside:
        return changed(WHOLE, {path: value, **plain})
    inner = changed(SUB, {path: value, **plain})
    return changed(WHOLE, {"object": inner, "context.revision": GONE, "context.platform": GONE})


def found(whole: Any, version: str = "1.0.3") -> set[tuple[str, str]]:
    """The places and codes of what is wrong."""
    return {(one.at, one.code) for one in problems(whole, version)}
