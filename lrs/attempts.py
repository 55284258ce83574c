"""The index of tries among the statements: found by person, replayed once, brought up to date with
the log whenever the register is asked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

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

from lrs import catalogue, database, sittings
from lrs.database import METADATA, inserter, key, rows
from lrs.received import records
from lrs.received.records import Received
from lrs.received.tables import SEQ
from lrs.received.writer import begun
from lrs.register import completions, replay
from lrs.register.completions import VERBS, WAIVED, WAIVER, XAPI, Attempt, Played, Source, Tried
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
    Column("kind", String(10), nullable=False),  # judged, completion or waiver
    Column("complete", Boolean, nullable=False),
    Column("sitting", Text, nullable=False),
    Column("published", Text, nullable=False),  # other activities it may be of, a line for each
    Column("reason", Text, nullable=False),  # of a waiver
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
TABLES = (ATTEMPTS, VOIDINGS, FOLLOWED, sittings.SITTINGS)

_NAME = "attempts"
_add = inserter(ATTEMPTS)
_void = inserter(VOIDINGS, ignore=True)
_followed = inserter(FOLLOWED)
_WORDS = (verb.rpartition("/")[2] for verb in (*VERBS, *sittings.VERBS, VOIDED))
_MARKS = re.compile(b"/verbs/(?:%s)" % "|".join(_WORDS).encode())


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
    moments: list[tuple[Any, ...]] = []
    for record in piece:
        if record.kind == catalogue.KIND:
            published.append(json.loads(record.body)["bundle"])
        if record.kind != arrivals.KIND or not _MARKS.search(record.body):
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
        moments += sittings.lines(record.seq, record.at, statement)
    _add(connection, lines)
    sittings.add(connection, moments)
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
        attempt.kind,
        attempt.complete,
        attempt.sitting,
        "\n".join(attempt.published),
        attempt.reason,
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


_COLUMNS = (
    "seq, at, name, activity, instant, passed, score, statement, digest, flaw, original, "
    "kind, complete, sitting, published, reason, "
    "(SELECT MIN(v.at) FROM voidings v WHERE v.statement = attempts.statement)"
)


_CALLED_SO = f"SELECT {_COLUMNS} FROM attempts WHERE who IN ?? ORDER BY who, seq"


def called(connection: Connection) -> set[bytes]:
    """Under which names there are attempts, each by its key."""
    return {bytes(who) for (who,) in rows(connection, "SELECT DISTINCT who FROM attempts")}


def known(
    connection: Connection, names: Iterable[bytes], instant: int | None = None
) -> Sequence[Tried]:
    """The attempts of those who are called by one of these names (their keys), as known at an
    instant (None: now), without those that were voided by then."""
    lines = rows(connection, _CALLED_SO, tuple(names))
    found = [_tried(line) for line in lines if sittings.stood(line[1], line[-1], instant)]
    return completions.together(found)


def _tried(line: Sequence[Any]) -> Tried:
    seq, _, name, activity, when, passed, score, statement, digest, flaw, original, *rest = line
    kind, complete, sitting, published, reason, _ = rest
    # By place: there are millions of them, and a call with names takes longer.
    attempt = Attempt(
        Source(seq, 0),
        (name,) if name else (),
        activity,
        when,
        "second",
        passed == 1,
        score,
        WAIVED if kind == WAIVER else XAPI,
        statement,
        "",
        _version(digest) if digest else None,
        None,
        original,
        "UTC",
        "",
        0,
        kind,
        complete == 1,
        None,
        sitting,
        tuple(published.split("\n")) if published else (),
        reason,
    )
    return Tried(attempt, flaw)


@lru_cache(1_000)
def _version(digest: str) -> Played:
    """Which version was played; by which path stands in the statement."""
    return Played(digest, (), 0, ())
