"""The index of sittings among the statements: who was at an exercise, found by their names. The one
of attempts brings it up to date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    Index,
    LargeBinary,
    String,
    Table,
    Text,
)

from lrs.database import METADATA, inserter, key, rows
from lrs.received.tables import SEQ
from lrs.register import sittings
from lrs.register.sittings import Moment

VERBS = sittings.VERBS
SITTINGS = Table(
    "sittings",
    METADATA,
    Column("seq", SEQ, primary_key=True, autoincrement=False),  # the statement's record
    Column("at", BigInteger, nullable=False),  # microseconds; when it was received
    Column("who", LargeBinary, nullable=False),  # the key of the actor's identifier
    Column("name", Text, nullable=False),  # the identifier
    Column("activity", Text, nullable=False),
    Column("published", Text, nullable=False),  # other activities it may be of, a line for each
    Column("instant", BigInteger, nullable=False),  # microseconds; when it happened, as told
    Column("what", String(10), nullable=False),
    Column("sitting", Text, nullable=False),
    Column("seconds", Float),
    Column("normal", Boolean, nullable=False),
    Column("statement", String(36), nullable=False),
)
Index("sittings_who", SITTINGS.c.who)
_add = inserter(SITTINGS)
_COLUMNS = (
    "seq, name, activity, published, instant, what, sitting, seconds, normal, at, "
    "(SELECT MIN(v.at) FROM voidings v WHERE v.statement = sittings.statement)"
)
_CALLED_SO = f"SELECT {_COLUMNS} FROM sittings WHERE who IN ?? ORDER BY seq"


def lines(seq: int, at: int, statement: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """The row of the index that a statement makes, if it makes one."""
    told = sittings.of_statement(seq, at, statement)
    if told is not None:
        yield (
            seq,
            at,
            key(told.name),
            told.name,
            told.activity,
            "\n".join(told.published),
            told.at,
            told.what,
            told.sitting,
            told.seconds,
            told.normal,
            statement["id"].lower(),
        )


def add(connection: Connection, made: Sequence[tuple[Any, ...]]) -> None:
    """Put rows into the index."""
    _add(connection, made)


def stood(at: int, voided: int | None, instant: int | None) -> bool:
    """Whether what was received at one instant, and perhaps voided at another, stood at a third
    (None: now)."""
    if instant is None:
        return voided is None
    return at <= instant and (voided is None or voided > instant)


def known(
    connection: Connection, names: Iterable[bytes], instant: int | None = None
) -> list[Moment]:
    """What is told of those who are called by one of these names (their keys), as known at an
    instant (None: now), without what was voided by then."""
    return [
        Moment(
            seq,
            name,
            activity,
            tuple(published.split("\n")) if published else (),
            when,
            what,
            sitting,
            seconds,
            bool(normal),
        )
        for (seq, name, activity, published, when, what, sitting, seconds, normal), at, voided in (
            (line[:9], *line[9:]) for line in rows(connection, _CALLED_SO, tuple(names))
        )
        if stood(at, voided, instant)
    ]
