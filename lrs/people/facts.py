"""What one row of a roster says of a person: only what it says, in normal form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from lrs.days import Interval

KINDS = ("employee", "contractor", "intern", "vendor")
ABSENT = "absent"  # the code of a fact that a roster told by leaving somebody out
_TEXTS = ("name", "kind", "unit", "zone", "same_as", "code", "manager")
_LISTS = ("mails", "roles")
_DAYS = ("hired", "left")
_SPANS = ("access", "leave")
_ACCESS = ("row", "person", "same_as", "code", "hired", "left", "access")


class Account(NamedTuple):
    """A login, and the home page of the LMS in which it is one."""

    lms: str
    login: str


@dataclass(frozen=True, slots=True)
class Fact:
    """`said` names what the row says. A last day or a manager that is said and None is told as
    none, and so are roles and a leave that are said and empty."""

    row: int
    person: str
    said: frozenset[str]
    name: str = ""
    mails: tuple[str, ...] = ()
    accounts: tuple[Account, ...] = ()
    kind: str = ""
    roles: tuple[str, ...] = ()
    manager: str | None = None
    hired: date | None = None
    left: date | None = None
    access: tuple[Interval, ...] = ()
    leave: tuple[Interval, ...] = ()
    unit: str = ""
    zone: str = ""
    same_as: str = ""
    code: str = ""

    def windows(self) -> tuple[Interval, ...]:
        """The access that it tells: its own, or else from the first day to the last."""
        if "access" in self.said:
            return self.access
        return (Interval(self.hired, self.left),) if self.hired else ()

    def is_silent_of_end(self) -> bool:
        """Whether it speaks of no end; that is not the same as to say that there is none."""
        return "access" not in self.said and "left" not in self.said


class Known(NamedTuple):
    """A fact with the number and the instant of the record that told it, and the day it is of."""

    seq: int
    at: int  # microseconds
    as_of: date
    fact: Fact


def made(row: int, person: str, told: Mapping[str, Any]) -> Fact:
    """The fact that says what is told by name, and nothing else."""
    values = {k: v for k, v in told.items() if v is not None}
    return Fact(row, person, _said(tuple(told)), **values)


# Most rows of a roster say the same things, and there are few days and few words in it: each is
# kept once, which halves the memory of 100,000 people.


@lru_cache(1_000)
def _said(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(names)


_read_day = lru_cache(50_000)(date.fromisoformat)
_read_word = lru_cache(50_000)(str)


def as_json(fact: Fact) -> dict[str, Any]:
    """What stands in the log: the row, the person, and what is said of them."""
    told: dict[str, Any] = {"row": fact.row, "person": fact.person}
    said = fact.said
    for name in _TEXTS:
        if name in said:
            told[name] = getattr(fact, name)
    for name in _LISTS:
        if name in said:
            told[name] = list(getattr(fact, name))
    if "accounts" in said:
        told["accounts"] = [{"lms": each.lms, "login": each.login} for each in fact.accounts]
    for name in _DAYS:
        if name in said:
            day: date | None = getattr(fact, name)
            told[name] = day and day.isoformat()
    for name in _SPANS:
        if name in said:
            told[name] = [_span(each) for each in getattr(fact, name)]
    return told


def _span(interval: Interval) -> dict[str, str]:
    told = {"from": interval.first.isoformat()}
    return told if interval.last is None else {**told, "to": interval.last.isoformat()}


def read(told: Mapping[str, Any]) -> Fact:
    """The fact of what stands in the log."""
    values: dict[str, Any] = {}
    for name, value in told.items():
        if name in ("row", "person"):
            continue
        if name in _DAYS:
            value = value and _read_day(value)
        elif name == "roles":
            value = tuple(map(_read_word, value))
        elif name in ("kind", "unit", "zone", "manager"):
            value = value and _read_word(value)
        elif name == "mails":
            value = tuple(value)
        elif name == "accounts":
            value = tuple(Account(_read_word(each["lms"]), each["login"]) for each in value)
        elif name in _SPANS:
            value = tuple(_read_spans(value))
        values[name] = value
    return made(told["row"], told["person"], values)


def only_access(told: Mapping[str, Any]) -> Fact:
    """The same, but for what it says of anything else than access and who it is."""
    return read({name: told[name] for name in _ACCESS if name in told})


def _read_spans(told: Iterable[Mapping[str, str]]) -> Iterable[Interval]:
    for each in told:
        yield Interval(_read_day(each["from"]), _read_day(each["to"]) if "to" in each else None)
