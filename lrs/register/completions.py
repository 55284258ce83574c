"""Attempts: what a statement or an export's row says that somebody came to, and from where."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from lrs import timestamps
from lrs.feeds import facts
from lrs.feeds.facts import CompletionFact
from lrs.xapi import contents

XAPI, EXPORT, MANUAL = "xapi", "lms-export", "manual"
_OURS = "https://scormkit.example/xapi/extensions"
_VERBS = {
    "http://adlnet.gov/expapi/verbs/passed": True,
    "http://adlnet.gov/expapi/verbs/failed": False,
}
_JUDGED = {"passed": True, "completed": True, "failed": False}


class Source(NamedTuple):
    """Where an attempt stands in the log: the record, and the place in it (0 for a statement)."""

    seq: int
    n: int = 0


class Played(NamedTuple):
    """What a replay needs."""

    digest: str
    path: tuple[int, ...]
    seed: int
    missed: tuple[str, ...]


class Attempt(NamedTuple):
    """One try that was judged. `at` is an instant in microseconds, or a day as a text where no more
    is known; `names` are those by which its person is called, as identities write them."""

    source: Source
    names: tuple[str, ...]
    activity: str  # of a statement: its IRI; of a row: the exercise's slug
    at: int | str
    precision: str  # second, minute or day
    passed: bool
    score: float | None  # 0 to 100
    provenance: str
    statement: str = ""  # its id
    registration: str = ""
    played: Played | None = None
    seconds: float | None = None  # from the beginning to the end, pauses too, where it was told
    original: str = ""  # the date as it was written, and in which zone it was read
    zone: str = "UTC"
    by: str = ""  # who set it by hand
    row: int = 0  # of an export's file: the line, where a person would look


def of_statement(seq: int, at: int, statement: Mapping[str, Any]) -> Attempt | None:
    """The attempt that a statement tells of, received at an instant; None if it tells of none."""
    verb = statement["verb"]["id"]
    about, result = statement["object"], statement.get("result", {})
    if verb not in _VERBS or about.get("objectType", "Activity") != "Activity":
        return None
    context = statement.get("context", {})
    told = statement.get("timestamp", "")
    name = contents.identifier(statement["actor"])
    ended = (timestamps.read(told) if told else None) or at
    return Attempt(
        Source(seq),
        (name,) if name else (),
        about["id"],
        ended,
        "second",
        _VERBS[verb],
        _score(result.get("score", {})),
        XAPI,
        statement.get("id", "").lower(),
        context.get("registration", "").lower(),
        _played(context.get("extensions", {})),
        _seconds(result.get("extensions", {}), ended),
        original=told,
    )


def _score(score: Mapping[str, Any]) -> float | None:
    """In points of 100."""
    if "scaled" in score:
        return float(round(score["scaled"] * 100, 2))
    low, high, raw = score.get("min", 0), score.get("max", 100), score.get("raw")
    return None if raw is None or high <= low else float(round((raw - low) / (high - low) * 100, 2))


def _seconds(extensions: Mapping[str, Any], ended: int) -> float | None:
    """How long it took from when it was begun, perhaps with pauses; None where it isn't told."""
    told = extensions.get(f"{_OURS}/began")
    began = timestamps.read(told) if isinstance(told, str) else None
    return None if began is None else (ended - began) / 1_000_000


def _played(extensions: Mapping[str, Any]) -> Played | None:
    """What ours carry; None if it isn't there, or isn't of its types: anybody can write it."""
    digest, path = extensions.get(f"{_OURS}/digest"), extensions.get(f"{_OURS}/path")
    seed, missed = extensions.get(f"{_OURS}/seed", 0), extensions.get(f"{_OURS}/missed", [])
    if not (isinstance(digest, str) and _is_list(path, int) and _is_list(missed, str)):
        return None
    if not isinstance(seed, int) or isinstance(seed, bool):
        return None
    return Played(digest, tuple(path or ()), seed, tuple(missed or ()))


def _is_list(value: object, kind: type) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, kind) and not isinstance(one, bool) for one in value
    )


def of_fact(source: Source, lms: str, as_of: date, fact: CompletionFact) -> Attempt | None:
    """The attempt that a row of an export tells of; None where it tells that there is none yet.
    Where it tells no date, all that is known is that it was by the day of the export."""
    if fact.state not in _JUDGED:
        return None
    at = fact.when.at if fact.when else as_of
    return Attempt(
        source,
        facts.names(lms, fact),
        fact.course,
        at if isinstance(at, int) else at.isoformat(),
        fact.when.precision if fact.when else "day",
        _JUDGED[fact.state],
        fact.score,
        MANUAL if fact.manual else EXPORT,
        original=fact.when.original if fact.when else "",
        zone=fact.when.zone if fact.when else "",
        by=fact.by,
        row=fact.row,
    )
