"""What was known at an instant, and the register that follows from it: the one place where the pure
rules meet the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from lrs.people.identities import Identities
from lrs.programme.subject import Interval
from lrs.register.reconcile import Judged
from lrs.register.rows import Question, Row, Rulings


@dataclass(frozen=True)
class Asked:
    """A question to the register. `known` is an instant in microseconds, None for now."""

    period: Interval
    as_of: date
    known: int | None = None
    manager: str | None = None  # only the people whose manager this is on the day asked about
    person: str | None = None  # only this one


class Waiting(NamedTuple):
    """A name that means nobody: since which day it is used, and for how many attempts."""

    name: str
    since: date
    attempts: int


@dataclass(frozen=True)
class Register:
    """The answer: rows in order of person, and all that an auditor asks of a list."""

    asked: Asked
    question: Question
    rows: Sequence[Row]
    people: Identities
    population: int  # people in scope
    waiting: Sequence[Waiting]
    newest: int  # number of the newest record that was looked at
    judged: Mapping[str, Sequence[Judged]]  # by person
    rulings: Rulings


def register(connection: Connection, asked: Asked) -> Register:
    """The register as known at an instant, as of a day, over a period."""
    raise NotImplementedError
