"""Tells whether two statements are one and the same (1.0.3 Data 2.3.1; 2.0.0 4.2.4)."""

from __future__ import annotations

import json
from typing import Any

from lrs import timestamps
from lrs.xapi.contents import Json, identifier
from lrs.xapi.formats import duration_compared

# Assigned by the store, or no part of the statement itself.
_NOT_COMPARED = frozenset({"id", "authority", "stored", "version", "attachments", "timestamp"})


def same(a: Json, b: Json) -> bool:
    """Whether two statements with one id say the same, but for what a store may change or add.

    Not compared: id, authority, stored, version, attachments, definitions of activities, displays
    of verbs, the order of a group's members and of keys, how an instant is written, whether a
    lone context activity stands in an array, the case of UUIDs, language tags and the domains of
    mailboxes, seconds of a duration beyond hundredths. A timestamp counts if both have one."""
    return _same_instant(a.get("timestamp"), b.get("timestamp")) and _alike(
        _comparable(a), _comparable(b)
    )


def _same_instant(a: Any, b: Any) -> bool:
    return a is None or b is None or _instant(a) == _instant(b)


def _instant(written: Any) -> Any:
    """Down to the milliseconds, which are all that a store must keep."""
    found = timestamps.read(written) if isinstance(written, str) else None
    return written if found is None else found // 1000


def _alike(a: Any, b: Any) -> bool:
    """Equal as JSON: 1 and 1.0 are, 1 and true aren't."""
    if isinstance(a, dict):
        return (
            isinstance(b, dict)
            and a.keys() == b.keys()
            and all(_alike(value, b[key]) for key, value in a.items())
        )
    if isinstance(a, list):
        return isinstance(b, list) and len(a) == len(b) and all(map(_alike, a, b))
    return isinstance(a, bool) == isinstance(b, bool) and bool(a == b)


def _comparable(statement: Json, inner: bool = False) -> Json:
    """What of a statement is compared, in one form of its possible ones."""
    kept = {key: value for key, value in statement.items() if inner or key not in _NOT_COMPARED}
    kept.pop("attachments", None)
    _put(kept, "actor", _actor)
    _put(kept, "verb", lambda verb: {key: verb[key] for key in verb if key != "display"})
    _put(kept, "object", _inner_object if inner else _object)
    _put(kept, "context", _context)
    _put(kept, "result", _result)
    if inner and "timestamp" in kept:
        kept["timestamp"] = _instant(kept["timestamp"])
    return kept


def _put(holder: Json, key: str, rewrite: Any) -> None:
    if isinstance(holder.get(key), dict):
        holder[key] = rewrite(holder[key])


def _lower(holder: Json, key: str) -> None:
    if isinstance(holder.get(key), str):
        holder[key] = holder[key].lower()


def _object(about: Json) -> Json:
    if about.get("objectType") == "SubStatement":
        return _comparable(about, inner=True)
    return _inner_object(about)


def _inner_object(about: Json) -> Json:
    kind = about.get("objectType", "Activity")
    if kind in ("Agent", "Group"):
        return _actor(about)
    if kind == "StatementRef":
        return _reference(about)
    return _activity(about)


def _reference(about: Json) -> Json:
    kept = dict(about)
    _lower(kept, "id")
    return kept


def _activity(activity: Json) -> Json:
    return {key: activity[key] for key in activity if key != "definition"}


def _actor(actor: Json) -> Json:
    kept = dict(actor)
    if isinstance(kept.get("mbox"), str):
        kept["mbox"] = identifier({"mbox": kept["mbox"]})
    _lower(kept, "mbox_sha1sum")
    if isinstance(kept.get("member"), list):
        members = [_actor(one) if isinstance(one, dict) else one for one in kept["member"]]
        kept["member"] = sorted(members, key=lambda one: json.dumps(one, sort_keys=True))
    return kept


def _context(context: Json) -> Json:
    kept = dict(context)
    _lower(kept, "registration")
    _lower(kept, "language")
    _put(kept, "instructor", _actor)
    _put(kept, "team", _actor)
    _put(kept, "statement", _reference)
    _put(kept, "contextActivities", _context_activities)
    for key, who in (("contextAgents", "agent"), ("contextGroups", "group")):
        if isinstance(kept.get(key), list):
            kept[key] = [dict(one) if isinstance(one, dict) else one for one in kept[key]]
            for one in kept[key]:
                if isinstance(one, dict):
                    _put(one, who, _actor)
    return kept


def _context_activities(found: Json) -> Json:
    return {
        key: [
            _activity(one) if isinstance(one, dict) else one
            for one in (value if isinstance(value, list) else [value])
        ]
        for key, value in found.items()
    }


def _result(result: Json) -> Json:
    kept = dict(result)
    if isinstance(kept.get("duration"), str):
        kept["duration"] = duration_compared(kept["duration"])
    return kept
