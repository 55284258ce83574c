"""Judges around what: the context of a statement, also the agents and groups of 2.0.0."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lrs.xapi.actors import actor, agent, group
from lrs.xapi.judging import (
    Check,
    Judgement,
    Where,
    extensions,
    iri,
    keys,
    language,
    missing,
    parts,
    text,
    uuid,
    wrong_kind,
    wrong_type,
)
from lrs.xapi.objects import activity, reference

CONTEXT_ACTIVITIES = frozenset({"parent", "grouping", "category", "other"})


def context(value: object, about_activity: bool, where: Where, j: Judgement) -> None:
    """The context of a statement whose object is an Activity, or is not."""
    if not isinstance(value, dict):
        wrong_type(value, "an object", where, j, "context")
        return
    allowed = _SECOND_KEYS if j.second else _FIRST_KEYS
    if not value.keys() <= allowed:
        for key in ("contextAgents", "contextGroups"):
            if key in value and not j.second:
                message = f"{key} came with xAPI 2.0.0; this request is of 1.0.3"
                j.says((where, key), message, "unknown-key", "context")
        keys(value, _SECOND_KEYS, "a context", where, j, "context")
    parts(value, _SECOND if j.second else _FIRST, where, j, "context")
    if not about_activity:
        for key in ("revision", "platform"):
            if key in value:
                message = f"{key} goes only with a statement whose object is an Activity"
                j.says((where, key), message, "not-with-this-object", "context")


def _who(check: Callable[[object, Where, Judgement], None]) -> Check:
    return lambda value, where, j, clause: check(value, where, j)


def _context_activities(value: object, where: Where, j: Judgement, clause: str) -> None:
    """Activities by their relation; one alone may stand without its array."""
    clause = "contextActivities"
    if not isinstance(value, dict):
        wrong_type(value, "an object", where, j, clause)
        return
    if not value.keys() <= CONTEXT_ACTIVITIES:
        keys(value, CONTEXT_ACTIVITIES, "contextActivities", where, j, clause)
    for key, found in value.items():
        if key not in CONTEXT_ACTIVITIES:
            continue
        place = (where, key)
        if isinstance(found, list):
            for number, one in enumerate(found):
                activity(one, (place, number), j)
        elif isinstance(found, dict):
            activity(found, place, j)
        else:
            wrong_type(found, "an object or an array", place, j, clause)


def _relevant(kind: str, key: str, who: Callable[[object, Where, Judgement], None]) -> Check:
    """The check for contextAgents or contextGroups: an array of entries of one kind."""
    allowed = frozenset({"objectType", key, "relevantTypes"})

    def entry(value: object, where: Where, j: Judgement) -> None:
        if not isinstance(value, dict):
            wrong_type(value, "an object", where, j, "context")
            return
        if not value.keys() <= allowed:
            keys(value, allowed, f"a {kind}", where, j, "context")
        if "objectType" not in value:
            missing("objectType", f'a {kind} (it is "{kind}")', where, j, "context")
        elif value["objectType"] != kind:
            wrong_kind(value["objectType"], f'"{kind}"', where, j, "context")
        if key in value:
            who(value[key], (where, key), j)
        else:
            missing(key, f"a {kind}", where, j, "context")
        if "relevantTypes" in value:
            _relevant_types(value["relevantTypes"], (where, "relevantTypes"), j)

    def entries(value: object, where: Where, j: Judgement, clause: str) -> None:
        if not isinstance(value, list):
            wrong_type(value, "an array", where, j, clause)
            return
        for number, one in enumerate(value):
            entry(one, (where, number), j)

    return entries


def _relevant_types(value: object, where: Where, j: Judgement) -> None:
    if not isinstance(value, list):
        wrong_type(value, "an array", where, j, "context")
    elif not value:
        message = "relevantTypes is empty; leave it out, or name an activity type"
        j.says(where, message, "empty-relevant-types", "context")
    else:
        for number, one in enumerate(value):
            iri(one, (where, number), j, "context")


_FIRST: Mapping[str, Check] = {
    "registration": uuid,
    "instructor": _who(actor),
    "team": _who(group),
    "contextActivities": _context_activities,
    "revision": text,
    "platform": text,
    "language": language,
    "statement": reference,
    "extensions": extensions,
}
_SECOND: Mapping[str, Check] = {
    **_FIRST,
    "contextAgents": _relevant("contextAgent", "agent", agent),
    "contextGroups": _relevant("contextGroup", "group", group),
}
_FIRST_KEYS = frozenset(_FIRST)
_SECOND_KEYS = frozenset(_SECOND)
