"""Judges statements: every problem at once, each at its place, under the rules of one version."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from lrs.errors import Problem
from lrs.xapi import formats
from lrs.xapi.actors import actor, authority
from lrs.xapi.contexts import context
from lrs.xapi.judging import (
    Check,
    Judgement,
    Where,
    extensions,
    iri,
    keys,
    language_map,
    meant,
    missing,
    parts,
    shown,
    text,
    timestamp,
    truth,
    uuid,
    wrong_kind,
    wrong_type,
)
from lrs.xapi.objects import VOIDED, activity, reference, verb

OBJECTS = ("Activity", "Agent", "Group", "SubStatement", "StatementRef")
_SUBSTATEMENT = frozenset(
    "objectType actor verb object result context timestamp attachments".split()
)
_STATEMENT = _SUBSTATEMENT - {"objectType"} | {"id", "stored", "authority", "version"}
_SCORE = frozenset({"scaled", "raw", "min", "max"})
_FIRST_VERSION = re.compile(r"1\.0(?:\.[0-9A-Za-z.+-]+)?")
_EITHER_VERSION = re.compile(r"1\.0(?:\.[0-9A-Za-z.+-]+)?|2\.0(?:\.[0-9]+)?")


def problems(statement: object, version: str, at: str = "$") -> list[Problem]:
    """What is wrong with a statement that came in a request of this version: "1.0.3" or "2.0.0".
    Whether the data of its attachments came along is not looked at."""
    j = Judgement(version, at)
    if not isinstance(statement, dict):
        wrong_type(statement, "an object", None, j, "statement")
        return j.problems
    if not statement.keys() <= _STATEMENT:
        keys(statement, _STATEMENT, "a statement", None, j, "formatting")
    if "id" in statement:
        uuid(statement["id"], (None, "id"), j, "id")
    if "stored" in statement:
        timestamp(statement["stored"], (None, "stored"), j, "stored")
    if "authority" in statement:
        authority(statement["authority"], (None, "authority"), j)
    if "version" in statement:
        _version(statement["version"], (None, "version"), j)
    _what_happened(statement, None, j, _object)
    _voiding(statement, j)
    return j.problems


def _what_happened(
    found: dict[str, object],
    where: Where,
    j: Judgement,
    judge_object: Callable[[object, Where, Judgement], None],
) -> None:
    """What a statement and a SubStatement share."""
    for key, check in (("actor", actor), ("verb", verb), ("object", judge_object)):
        if key in found:
            check(found[key], (where, key), j)
        else:
            missing(key, "a statement", where, j, "statement")
    if "result" in found:
        _result(found["result"], (where, "result"), j)
    if "context" in found:
        about = found.get("object")
        about_activity = not isinstance(about, dict) or about.get("objectType") in (
            None,
            "Activity",
        )
        context(found["context"], about_activity, (where, "context"), j)
    if "timestamp" in found:
        timestamp(found["timestamp"], (where, "timestamp"), j, "timestamp")
    if "attachments" in found:
        _attachments(found["attachments"], (where, "attachments"), j)


def _voiding(statement: dict[str, object], j: Judgement) -> None:
    done, about = statement.get("verb"), statement.get("object")
    if (
        isinstance(done, dict)
        and done.get("id") == VOIDED
        and isinstance(about, dict)
        and about.get("objectType") != "StatementRef"
    ):
        message = 'a voiding statement names what it voids by a "StatementRef"'
        j.says((None, "object"), message, "voids-no-statement", "voiding")


def _object(value: object, where: Where, j: Judgement) -> None:
    if not isinstance(value, dict):
        wrong_type(value, "an object", where, j, "object")
        return
    kind = value.get("objectType", "Activity")
    if kind == "Activity":
        activity(value, where, j)
    elif kind == "Agent" or kind == "Group":
        actor(value, where, j)
    elif kind == "StatementRef":
        reference(value, where, j)
    elif kind == "SubStatement":
        _substatement(value, where, j)
    else:
        hint = meant(kind, OBJECTS) if isinstance(kind, str) else ""
        wrong_kind(kind, f"one of {', '.join(OBJECTS)}{hint}", where, j, "object")


def _substatement(found: dict[str, object], where: Where, j: Judgement) -> None:
    if not found.keys() <= _SUBSTATEMENT:
        for key in ("id", "stored", "version", "authority"):
            if key in found:
                message = f'a SubStatement has no "{key}"'
                j.says((where, key), message, "not-in-substatement", "statement object")
        keys(found, _SUBSTATEMENT | _STATEMENT, "a SubStatement", where, j, "formatting")
    _what_happened(found, where, j, _inner_object)


def _inner_object(value: object, where: Where, j: Judgement) -> None:
    if isinstance(value, dict) and value.get("objectType") == "SubStatement":
        message = "a SubStatement holds no other SubStatement"
        j.says(where, message, "nested-substatement", "statement object")
    else:
        _object(value, where, j)


def _version(value: object, where: Where, j: Judgement) -> None:
    """1.0.3 keeps whatever begins with 1.0; a store of 2.0.0 knows both."""
    if not isinstance(value, str):
        wrong_type(value, "a string", where, j, "version")
    elif not (_EITHER_VERSION if j.second else _FIRST_VERSION).fullmatch(value):
        expected = "1.0.x or 2.0.x" if j.second else "1.0.x"
        message = f"{shown(value)} is not a version that this store knows; expected {expected}"
        j.says(where, message, "bad-version", "version")


def _duration(value: object, where: Where, j: Judgement, clause: str) -> None:
    if not isinstance(value, str):
        wrong_type(value, "a duration", where, j, clause)
    elif not formats.is_duration(value):
        message = f"{shown(value)} is not a duration (ISO 8601); write it like PT4M30S"
        better = value.replace("P", "PT", 1)
        if formats.is_duration(better):
            message += f'; did you mean "{better}"?'
        j.says(where, message, "bad-duration", "duration")


def _score(value: object, where: Where, j: Judgement, clause: str) -> None:
    clause = "score"
    if not isinstance(value, dict):
        wrong_type(value, "an object", where, j, clause)
        return
    if not value.keys() <= _SCORE:
        keys(value, _SCORE, "a score", where, j, clause)
    scaled, raw = _number("scaled", value, where, j), _number("raw", value, where, j)
    low, high = _number("min", value, where, j), _number("max", value, where, j)
    if scaled is not None and not -1 <= scaled <= 1:
        _out_of_range("scaled", f"{shown(scaled)} is not between -1 and 1", where, j)
    if raw is not None and low is not None and raw < low:
        _out_of_range("raw", f"{shown(raw)} is less than min, {shown(low)}", where, j)
    if raw is not None and high is not None and raw > high:
        _out_of_range("raw", f"{shown(raw)} is more than max, {shown(high)}", where, j)
    if low is not None and high is not None and low >= high:
        _out_of_range("min", f"{shown(low)} is not less than max, {shown(high)}", where, j)


def _number(key: str, score: dict[str, object], where: Where, j: Judgement) -> float | None:
    """A number of a score, if there is one; a boolean is none."""
    number = score.get(key)
    if isinstance(number, float) or (isinstance(number, int) and not isinstance(number, bool)):
        return number
    if key in score:
        wrong_type(number, "a number", (where, key), j, "score")
    return None


def _out_of_range(key: str, message: str, where: Where, j: Judgement) -> None:
    j.says((where, key), message, "score-out-of-range", "score")


def _result(value: object, where: Where, j: Judgement) -> None:
    if not isinstance(value, dict):
        wrong_type(value, "an object", where, j, "result")
        return
    if not value.keys() <= _RESULT_KEYS:
        keys(value, _RESULT_KEYS, "a result", where, j, "result")
    parts(value, _RESULT, where, j, "result")


def _attachments(value: object, where: Where, j: Judgement) -> None:
    if not isinstance(value, list):
        wrong_type(value, "an array", where, j, "attachments")
        return
    for number, one in enumerate(value):
        place = (where, number)
        if not isinstance(one, dict):
            wrong_type(one, "an object", place, j, "attachments")
            continue
        if not one.keys() <= _ATTACHMENT_KEYS:
            keys(one, _ATTACHMENT_KEYS, "an attachment", place, j, "attachments")
        for key in ("usageType", "display", "contentType", "length", "sha2"):
            if key not in one:
                missing(key, "an attachment", place, j, "attachments")
        parts(one, _ATTACHMENT, place, j, "attachments")


def _media_type(value: object, where: Where, j: Judgement, clause: str) -> None:
    if not isinstance(value, str):
        wrong_type(value, "a media type", where, j, clause)
    elif not formats.is_media_type(value):
        message = f"{shown(value)} is not a media type; write it like text/plain"
        j.says(where, message, "bad-media-type", clause)


def _length(value: object, where: Where, j: Judgement, clause: str) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        wrong_type(value, "an integer", where, j, clause)
    elif value < 0:
        j.says(where, f"{value} is less than nothing", "bad-length", clause)


def _sha2(value: object, where: Where, j: Judgement, clause: str) -> None:
    if not isinstance(value, str):
        wrong_type(value, "a string", where, j, clause)
    elif not formats.is_sha2(value):
        message = f"{shown(value)} is not a SHA-2 digest in hexadecimal digits"
        j.says(where, message, "bad-sha2", clause)


_RESULT: Mapping[str, Check] = {
    "score": _score,
    "success": truth,
    "completion": truth,
    "response": text,
    "duration": _duration,
    "extensions": extensions,
}
_RESULT_KEYS = frozenset(_RESULT)
_ATTACHMENT: Mapping[str, Check] = {
    "usageType": iri,
    "display": language_map,
    "description": language_map,
    "contentType": _media_type,
    "length": _length,
    "sha2": _sha2,
    "fileUrl": iri,
}
_ATTACHMENT_KEYS = frozenset(_ATTACHMENT)
