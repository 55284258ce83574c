"""The index of judged tries among the statements: found by person, replayed once, brought up to
date with the log whenever the register is asked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Engine,
    Float,
    Index,
    LargeBinary,
    String,
    Table,
    Text,
)

from lrs import catalogue, database
from lrs.database import METADATA, inserter, key, rows
from lrs.received import records
from lrs.received.records import Received
from lrs.received.tables import SEQ
from lrs.received.writer import begun
from lrs.register import completions, replay
from lrs.register.completions import XAPI, Attempt, Played, Source
from lrs.xapi import arrivals, contents
from lrs.xapi.objects import VOIDED

ATTEMPTS = Table(
    "attempts",
    METADATA,
    Column("seq", SEQ, primary_key=True, autoincrement=False),  # the statement's record
    Column("at", BigInteger, nullable=False),  # microseconds; when it was received
    Column("who", LargeBinary, nullable=False),  # the key of the actor's identifier
    Column("name", Text, nullable=False),  # the identifier
    Column("activity", Text, nullable=False),
    Column("instant", BigInteger, nullable=False),  # microseconds; when it happened, as told
    Column("passed", Boolean, nullable=False),
    Column("score", Float),
    Column("statement", String(36), nullable=False),
    Column("digest", Text, nullable=False),  # of the version played; empty where it isn't told
    Column("flaw", String(20), nullable=False),  # what its replay found
    Column("original", Text, nullable=False),
)
Index("attempts_who", ATTEMPTS.c.who)
Index("attempts_digest", ATTEMPTS.c.digest)

# Statements that another one made void, and when that was received.
VOIDINGS = Table(
    "voidings",
    METADATA,
    Column("statement", String(36), primary_key=True),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# How far these two have come.
FOLLOWED = Table(
    "followed",
    METADATA,
    Column("name", String(20), primary_key=True),
    Column("seq", SEQ, nullable=False),
)
TABLES = (ATTEMPTS, VOIDINGS, FOLLOWED)

_NAME = "attempts"
_add = inserter(ATTEMPTS)
_void = inserter(VOIDINGS, ignore=True)
_followed = inserter(FOLLOWED)
_MARKS = (b"/verbs/passed", b"/verbs/failed", b"/verbs/voided")


def follow(engine: Engine) -> int:
    """Bring the index up to date with the log; the number of the newest record in it."""
    with database.reading(engine) as connection:
        seq, newest = _reached(connection), records.newest(connection)[0]
    if seq == newest:
        return newest
    with database.writing(engine) as connection:
        begun(connection)
        return catch_up(connection)


def catch_up(connection: Connection) -> int:
    """The same in a transaction that writes, and in which nobody else appends."""
    before = seq = _reached(connection)
    bundles: dict[str, Mapping[str, Any]] = {}
    for piece in records.pieces(connection, seq):
        _take(connection, piece, bundles)
        seq = piece[-1].seq
    if seq > before:
        connection.execute(FOLLOWED.delete().where(FOLLOWED.c.name == _NAME))
        _followed(connection, [(_NAME, seq)])
    return seq


def _reached(connection: Connection) -> int:
    found = rows(connection, "SELECT seq FROM followed WHERE name = ?", [_NAME])
    return int(found[0][0]) if found else 0


def _take(
    connection: Connection, piece: Sequence[Received], bundles: dict[str, Mapping[str, Any]]
) -> None:
    lines, voided, published = [], [], []
    for record in piece:
        if record.kind == catalogue.KIND:
            published.append(json.loads(record.body)["bundle"])
        if record.kind != arrivals.KIND or not any(mark in record.body for mark in _MARKS):
            continue
        statement = json.loads(record.body)
        if statement["verb"]["id"] == VOIDED:
            about = contents.found(statement).reference
            if about:
                voided.append((about, record.at))
            continue
        statement.setdefault("id", record.head["id"])
        attempt = completions.of_statement(record.seq, record.at, statement)
        if attempt is not None:
            lines.append(_line(connection, record.at, attempt, bundles))
    _add(connection, lines)
    _void(connection, voided)
    for bundle in published:
        _replay_again(connection, bundle)


def _line(
    connection: Connection, at: int, attempt: Attempt, bundles: dict[str, Mapping[str, Any]]
) -> tuple[Any, ...]:
    name = attempt.names[0] if attempt.names else ""
    digest = attempt.played.digest if attempt.played else ""
    bundle = _bundle(connection, digest, bundles) if digest else None
    return (
        attempt.source.seq,
        at,
        key(name),
        name,
        attempt.activity,
        attempt.at,
        attempt.passed,
        attempt.score,
        attempt.statement,
        digest,
        replay.flaw(attempt, bundle),
        attempt.original,
    )


def _bundle(
    connection: Connection, digest: str, bundles: dict[str, Mapping[str, Any]]
) -> Mapping[str, Any] | None:
    """The bundle of a digest, wherever in the log it stands; kept, since many play the same."""
    if digest not in bundles:
        found = catalogue.bundle(connection, digest)
        if found is None:
            return None
        bundles[digest] = found
    return bundles[digest]


def _replay_again(connection: Connection, bundle: Mapping[str, Any]) -> None:
    """What was played before its version was made known can be replayed now."""
    query = "SELECT seq FROM attempts WHERE digest = ? AND flaw = ?"
    waiting = [row[0] for row in rows(connection, query, [bundle["digest"], replay.UNKNOWN])]
    for seq in waiting:
        record = next(records.read(connection, seq - 1, seq))
        attempt = completions.of_statement(seq, record.at, json.loads(record.body))
        assert attempt is not None
        change = ATTEMPTS.update().where(ATTEMPTS.c.seq == seq)
        connection.execute(change.values(flaw=replay.flaw(attempt, bundle)))


class Tried(NamedTuple):
    """An attempt in the index, with what its replay found."""

    attempt: Attempt
    flaw: str


_COLUMNS = (
    "seq, at, name, activity, instant, passed, score, statement, digest, flaw, original, "
    "(SELECT MIN(v.at) FROM voidings v WHERE v.statement = attempts.statement)"
)


_CALLED_SO = f"SELECT {_COLUMNS} FROM attempts WHERE who IN ?? ORDER BY who, seq"


def called(connection: Connection) -> set[bytes]:
    """Under which names there are attempts, each by its key."""
    return {bytes(who) for (who,) in rows(connection, "SELECT DISTINCT who FROM attempts")}


def known(
    connection: Connection, names: Iterable[bytes], instant: int | None = None
) -> Iterator[Tried]:
    """The attempts of those who are called by one of these names (their keys), as known at an
    instant (None: now), without those that were voided by then."""
    for line in rows(connection, _CALLED_SO, tuple(names)):
        if instant is not None and line[1] > instant:
            continue
        if line[11] is not None and (instant is None or line[11] <= instant):
            continue
        yield _tried(line)


def _tried(line: Sequence[Any]) -> Tried:
    seq, _, name, activity, when, passed, score, statement, digest, flaw, original, _ = line
    names = (name,) if name else ()
    played = _version(digest) if digest else None
    told = (activity, when, "second", passed == 1, score, XAPI, statement, "", played, None)
    return Tried(Attempt(Source(seq, 0), names, *told, original), flaw)


@lru_cache(1_000)
def _version(digest: str) -> Played:
    """Which version was played; by which path stands in the statement."""
    return Played(digest, (), 0, ())
