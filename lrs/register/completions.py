"""Attempts: what a statement or an export's row says that somebody came to, and from where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal, NamedTuple

from lrs import timestamps
from lrs.feeds import facts
from lrs.feeds.facts import CompletionFact
from lrs.register import cmi5
from lrs.xapi import contents

XAPI, EXPORT, MANUAL, WAIVED = "xapi", "lms-export", "manual", "waived"
WEAK = frozenset((MANUAL, WAIVED))  # on somebody's word alone

# What is told: that it was judged; that it was gone through to an end, whatever that was worth;
# that an LMS asks for it no more.
Kind = Literal["judged", "completion", "waiver"]
JUDGED: Kind = "judged"
COMPLETION: Kind = "completion"
WAIVER: Kind = "waiver"
VERBS: Mapping[str, tuple[Kind, bool]] = {  # and whether it says as much as that it was passed
    f"{cmi5.ADL}/passed": (JUDGED, True),
    f"{cmi5.ADL}/failed": (JUDGED, False),
    f"{cmi5.ADL}/completed": (COMPLETION, False),
    cmi5.WAIVED: (WAIVER, True),
}
_OURS = "https://scormkit.example/xapi/extensions"
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
    """One try, as somebody tells of it. `at` is an instant in microseconds, or a day as a text
    where no more is known; `names` are those by which its person is called, as identities write
    them."""

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
    kind: Kind = JUDGED
    complete: bool = False  # it says that it was gone through to an end
    completion: Source | None = None  # where that is said, if another statement says it
    sitting: str = ""  # registration and session of a statement: what it belongs together by
    published: tuple[str, ...] = ()  # other activities of which one may be the exercise's
    reason: str = ""  # of a waiver, as the LMS gives it
    lms: str = ""  # that exported it: its home page
    course: str = ""  # what that calls the exercise
    number: int | None = None  # which attempt it was, as the LMS counts them

    @property
    def dated(self) -> bool:
        """Whether a date was told; without one, all that is known is that it was by that day."""
        return bool(self.zone)

    @property
    def told(self) -> str:
        """What it came to, in a word."""
        if self.kind == JUDGED:
            return "passed" if self.passed else "failed"
        return "waived" if self.kind == WAIVER else "completed"


class Tried(NamedTuple):
    """An attempt with what its replay found."""

    attempt: Attempt
    flaw: str


def of_statement(seq: int, at: int, statement: Mapping[str, Any]) -> Attempt | None:
    """The attempt that a statement tells of, received at an instant; None if it tells of none."""
    kind, passed = VERBS.get(statement["verb"]["id"], (None, False))
    about, result = statement["object"], statement.get("result", {})
    context = statement.get("context", {})
    if kind is None or about.get("objectType", "Activity") != "Activity":
        return None
    if kind == WAIVER and not cmi5.moves_on(context):
        return None
    complete = kind == WAIVER or result.get("completion") is True
    if kind == COMPLETION and not complete:
        return None
    told = statement.get("timestamp", "")
    name = contents.identifier(statement["actor"])
    ended = (timestamps.read(told) if told else None) or at
    return Attempt(
        Source(seq),
        (name,) if name else (),
        about["id"],
        ended,
        "second",
        passed,
        None if kind == WAIVER else _score(result.get("score", {})),
        WAIVED if kind == WAIVER else XAPI,
        statement.get("id", "").lower(),
        context.get("registration", "").lower(),
        None if kind == WAIVER else _played(context.get("extensions", {})),
        _seconds(result.get("extensions", {}), ended),
        original=told,
        kind=kind,
        complete=complete,
        sitting=cmi5.sitting(context),
        published=cmi5.published(context),
        reason=cmi5.reason(result) if kind == WAIVER else "",
    )


def together(tried: Sequence[Tried]) -> list[Tried]:
    """Attempts as they were made: what says that one was gone through to its end is not another
    one beside what judged it in the same sitting, but belongs to the nearest of that."""
    if all(each.attempt.kind != COMPLETION for each in tried):
        return list(tried)
    found = [each for each in tried if each.attempt.kind != COMPLETION]
    judged: dict[tuple[str, ...], list[int]] = {}
    for n, each in enumerate(found):
        if each.attempt.kind == JUDGED:
            judged.setdefault(_sitting(each.attempt), []).append(n)
    for each in tried:
        if each.attempt.kind != COMPLETION:
            continue
        there = judged.get(_sitting(each.attempt), []) if each.attempt.sitting else []
        if there:
            nearest = min(there, key=lambda n: (_apart(found[n].attempt, each.attempt), n))
            attempt, flaw = found[nearest]
            said = attempt._replace(complete=True, completion=each.attempt.source)
            found[nearest] = Tried(said, flaw)
        else:
            found.append(each)
    return sorted(found, key=lambda each: each.attempt.source)


def _sitting(attempt: Attempt) -> tuple[str, ...]:
    return attempt.activity, attempt.sitting, *attempt.names


def _apart(one: Attempt, other: Attempt) -> int:
    assert isinstance(one.at, int) and isinstance(other.at, int)  # statements tell instants
    return abs(one.at - other.at)


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
        complete=_JUDGED[fact.state],
        lms=lms,
        course=fact.course_title,
        number=fact.attempt,
    )
