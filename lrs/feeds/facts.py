"""Completion facts: one thing each that an LMS said of one person and one exercise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from lrs.instants import Moment

STATES = (
    "completed",
    "passed",
    "failed",
    "in-progress",
    "not-started",
    "not-completed",  # an LMS that doesn't say whether it was begun
    "withdrawn",
)
DONE = frozenset(("completed", "passed", "failed"))


class CompletionFact(NamedTuple):
    """What a row of an export says, in normal form. A name that the row doesn't tell is empty.
    `by` is who set the state by hand: such a fact is weak."""

    row: int
    course: str  # the exercise's slug
    state: str
    login: str = ""
    mail: str = ""
    hr: str = ""
    course_title: str = ""  # what the LMS calls it
    when: Moment | None = None
    score: float | None = None  # 0 to 100
    attempt: int | None = None
    by: str = ""

    @property
    def manual(self) -> bool:
        """Whether a person set it, and no learner's doing."""
        return bool(self.by)


def as_json(fact: CompletionFact) -> dict[str, Any]:
    """Only what was said; a day is a text, an instant is a number of microseconds."""
    told: dict[str, Any] = {"row": fact.row}
    for name in _NAMES:
        if value := getattr(fact, name):
            told[name] = value
    told |= {"course": fact.course}
    if fact.course_title:
        told["course_title"] = fact.course_title
    told["state"] = fact.state
    if fact.when is not None:
        at, precision, original, zone = fact.when
        told["at"] = at if isinstance(at, int) else at.isoformat()
        told |= {"precision": precision, "original": original, "zone": zone}
    if fact.score is not None:
        told["score"] = fact.score
    if fact.attempt is not None:
        told["attempt"] = fact.attempt
    if fact.by:
        told["by"] = fact.by
    return told


_NAMES = ("login", "mail", "hr")


def from_json(told: Mapping[str, Any]) -> CompletionFact:
    """The fact that `as_json` wrote."""
    rest = dict(told)
    when = None
    if "at" in rest:
        at = rest.pop("at")
        day = at if isinstance(at, int) else date.fromisoformat(at)
        when = Moment(day, rest.pop("precision"), rest.pop("original"), rest.pop("zone"))
    return CompletionFact(**rest, when=when)


def names(lms: str, fact: CompletionFact) -> tuple[str, ...]:
    """The names by which the row calls its person, as identities write them. The first is the one
    that tells rows apart: the login, which an LMS has for everybody, before all others."""
    found = []
    if fact.login:
        found.append(f"account {lms}|{fact.login}")
    if fact.hr:
        found.append(f"hr {fact.hr}")
    if fact.mail:
        local, _, domain = fact.mail.rpartition("@")
        found.append(f"mbox mailto:{local}@{domain.lower()}")
    return tuple(found)


def line(lms: str, fact: CompletionFact) -> str:
    """What a fact is about: one person, one exercise, one attempt at one LMS."""
    return f"{fact.course} {fact.attempt or '-'} {names(lms, fact)[0]}"


def said(fact: CompletionFact) -> str:
    """What a fact says of its line. Two facts of a line that say the same are one."""
    at = fact.when.at if fact.when else "-"
    score = "-" if fact.score is None else fact.score
    return f"{fact.state} {at} {score} {fact.by}"


def saying(said: str) -> tuple[str, bool]:
    """The state that it says, and whether with a date."""
    state, at, _ = said.split(" ", 2)
    return state, at != "-"
