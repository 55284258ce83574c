"""The door for statements: what is new is appended, what repeats is recognised, indexes follow."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, select, update

from lrs.database import inserter
from lrs.errors import Conflict, LrsError, Problem
from lrs.received.records import Received, Record, head
from lrs.received.tables import CONTENTS, RECEIVED
from lrs.received.writer import Batch
from lrs.xapi import contents
from lrs.xapi.arrivals import KIND, Arrival, Incoming, Indexed, indexed
from lrs.xapi.tables import DEFINITIONS, NAMES, STATEMENTS, TERMS

_add_statements = inserter(STATEMENTS)
_add_terms = inserter(TERMS, ignore=True)
_add_definitions = inserter(DEFINITIONS, ignore=True)
_add_names = inserter(NAMES, ignore=True)
_add_contents = inserter(CONTENTS, ignore=True)
_FARTHEST = 100  # references that are followed from one statement

_BY_ID = (
    select(STATEMENTS.c.id, STATEMENTS.c.seq, RECEIVED.c.head, RECEIVED.c.body)
    .join_from(STATEMENTS, RECEIVED, STATEMENTS.c.seq == RECEIVED.c.seq)
    .where(STATEMENTS.c.id.in_(bindparam("ids", expanding=True)))
)


def store(batch: Batch, arrivals: Sequence[Arrival]) -> list[list[str] | LrsError]:
    """For each request the ids of its statements, once they are in the log: all or none. A
    Conflict where an id is there with another statement (1.0.3 Communication 2.1.1)."""
    wanted = {each.indexed.id for arrival in arrivals for each in arrival.statements}
    there = _there(batch.connection, wanted)
    outcomes: list[list[str] | LrsError] = []
    accepted: list[tuple[int, Incoming]] = []
    files: dict[str, bytes] = {}
    for arrival in arrivals:
        problems = [
            _taken(n, each)
            for n, each in enumerate(arrival.statements)
            if each.indexed.id in there and not _repeats(each, *there[each.indexed.id])
        ]
        if problems:
            outcomes.append(Conflict(f"{problems[0].at}: {problems[0].message}", problems))
            continue
        at = batch.instant()
        fresh = [each for each in arrival.statements if each.indexed.id not in there]
        accepted.extend((at, each) for each in fresh)
        there.update((each.indexed.id, each.raw) for each in fresh)
        files.update(arrival.attachments)
        outcomes.append([str(each.head["id"]) for each in arrival.statements])
    _append(batch, accepted)
    _add_contents(batch.connection, list(files.items()))
    return outcomes


def _there(connection: Connection, wanted: Iterable[bytes]) -> dict[bytes, str]:
    """The text of the statements that are in the log already, by id."""
    rows = connection.execute(_BY_ID, {"ids": list(wanted)})
    return {bytes(row.id): bytes(row.body).decode() for row in rows}


def _repeats(each: Incoming, raw: str) -> bool:
    """Whether what came is what is there: to the letter, or by the standard's comparison."""
    return each.raw == raw or contents.same(dict(each.statement), json.loads(raw))


def _taken(place: int, each: Incoming) -> Problem:
    message = f"another statement is stored under id {each.head['id']}; give this one its own id"
    return Problem(f"$[{place}].id", message, "id-taken", "Communication 2.1.1")


def _append(batch: Batch, accepted: Sequence[tuple[int, Incoming]]) -> None:
    records = [
        Record(KIND, head(at, **each.head), each.raw.encode("utf-8")) for at, each in accepted
    ]
    first = batch.append(records)
    index(
        batch.connection,
        [(seq, at, each.indexed) for seq, (at, each) in enumerate(accepted, first)],
    )


def reindex(connection: Connection, records: Iterable[Received]) -> None:
    """Bring the indexes up to date with records of statements that are in the log."""
    rows = [(each.seq, each.at, indexed(each.head, json.loads(each.body))) for each in records]
    index(connection, rows)


def index(connection: Connection, rows: Sequence[tuple[int, int, Indexed]]) -> None:
    """Bring the indexes up to date with statements: number, instant and what is indexed of each."""
    _add_statements(
        connection,
        [(seq, new.id, at, new.reference, new.voiding, False) for seq, at, new in rows],
    )
    _add_terms(connection, [(term, seq, seq) for seq, _, new in rows for term in new.terms])
    _add_definitions(
        connection, [(*one[:2], seq, one[2]) for seq, _, new in rows for one in new.definitions]
    )
    _add_names(connection, [name for _, _, new in rows for name in new.names])
    _follow(connection, rows)


def _follow(connection: Connection, rows: Sequence[tuple[int, int, Indexed]]) -> None:
    """References between the new statements and all others: who is found through whom (1.0.3
    Communication 2.1.3), and who is voided (Data 2.3.2)."""
    by_id = {new.id: seq for seq, _, new in rows}
    about = {new.reference for _, _, new in rows if new.reference}
    told_of = select(STATEMENTS.c.reference).where(
        STATEMENTS.c.reference.in_(bindparam("ids", expanding=True))
    )
    mentioned = {bytes(row[0]) for row in connection.execute(told_of, {"ids": list(by_id)})}
    if not about and not mentioned:
        return
    _void(connection, about | mentioned)
    for seq, _, new in rows:
        if new.reference:
            _find_through(connection, [seq], new.reference)
        if new.id in mentioned:
            _find_through(connection, _tellers(connection, new.id), new.id)


def _void(connection: Connection, ids: Iterable[bytes]) -> None:
    """A statement is voided if it isn't voiding itself and one that voids it is there."""
    voiding = select(STATEMENTS.c.reference).where(
        STATEMENTS.c.voiding, STATEMENTS.c.reference.in_(list(ids))
    )
    connection.execute(
        update(STATEMENTS)
        .where(STATEMENTS.c.id.in_(voiding), ~STATEMENTS.c.voiding)
        .values(voided=True)
    )


def _tellers(connection: Connection, about: bytes) -> list[int]:
    """The numbers of all that refer to a statement, straight or through others."""
    found: dict[bytes, int] = {}
    ids = [about]
    while ids and len(found) < _FARTHEST * _FARTHEST:
        rows = connection.execute(
            select(STATEMENTS.c.id, STATEMENTS.c.seq).where(STATEMENTS.c.reference.in_(ids))
        )
        new = {bytes(row.id): row.seq for row in rows if bytes(row.id) not in found}
        found.update(new)
        ids = list(new)
    return sorted(found.values())


def _find_through(connection: Connection, tellers: Sequence[int], about: bytes) -> None:
    """Let statements be found by what the one that they refer to says, and those behind it."""
    passed: set[bytes] = set()
    following: bytes | None = about
    while following and following not in passed and len(passed) < _FARTHEST:
        passed.add(following)
        row = connection.execute(_BY_ID, {"ids": [following]}).first()
        if row is None:
            return
        target = indexed(json.loads(row.head), json.loads(row.body))
        _add_terms(connection, [(term, seq, row.seq) for seq in tellers for term in target.terms])
        following = target.reference
