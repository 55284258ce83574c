"""The door for statements: what is new is appended, what repeats is recognised, indexes follow."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, select, update

from lrs.database import inserter, rows
from lrs.errors import Conflict, LrsError, Problem
from lrs.received.records import Received, Record, head
from lrs.received.tables import CONTENTS
from lrs.received.writer import Batch
from lrs.xapi.arrivals import KIND, Arrival, Incoming, Indexed, indexed
from lrs.xapi.comparison import same
from lrs.xapi.tables import DEFINITIONS, NAMES, STATEMENTS, TERMS

_add_statements = inserter(STATEMENTS)
_add_terms = inserter(TERMS, ignore=True)
_add_definitions = inserter(DEFINITIONS, ignore=True)
_add_names = inserter(NAMES, ignore=True)
_add_contents = inserter(CONTENTS, ignore=True)
_FARTHEST = 100  # references that are followed from one statement

_BY_ID = (
    "SELECT id, s.seq, head, body FROM statements s JOIN received r ON r.seq = s.seq WHERE id IN ??"
)
_MENTIONED = "SELECT reference FROM statements WHERE reference IN ??"


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
            if each.indexed.id in there and not _repeats(each, there[each.indexed.id])
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
    found = rows(connection, _BY_ID, list(wanted))
    return {bytes(name): bytes(body).decode() for name, _, _, body in found}


def _repeats(each: Incoming, raw: str) -> bool:
    """Whether what came is what is there: to the letter, or by the standard's comparison."""
    return each.raw == raw or same(dict(each.statement), json.loads(raw))


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
    index(
        connection,
        [(each.seq, each.at, indexed(each.head, json.loads(each.body))) for each in records],
    )


def index(connection: Connection, new: Sequence[tuple[int, int, Indexed]]) -> None:
    """Bring the indexes up to date with statements: number, instant and what is indexed of each."""
    _add_statements(
        connection,
        [(seq, one.id, at, one.reference, one.voiding, False) for seq, at, one in new],
    )
    _add_terms(connection, [(term, seq, seq) for seq, _, one in new for term in one.terms])
    _add_definitions(
        connection,
        [
            (name, digest, seq, text)
            for seq, _, one in new
            for name, digest, text in one.definitions
        ],
    )
    _add_names(connection, [name for _, _, one in new for name in one.names])
    _follow(connection, new)


def _follow(connection: Connection, new: Sequence[tuple[int, int, Indexed]]) -> None:
    """References between the new statements and all others: who is found through whom (1.0.3
    Communication 2.1.3), and who is voided (Data 2.3.2)."""
    about = {one.reference for _, _, one in new if one.reference}
    found = rows(connection, _MENTIONED, [one.id for _, _, one in new])
    mentioned = {bytes(row[0]) for row in found}
    if not about and not mentioned:
        return
    _void(connection, about | mentioned)
    for seq, _, one in new:
        if one.reference:
            _find_through(connection, [seq], one.reference)
        if one.id in mentioned:
            _find_through(connection, _tellers(connection, one.id), one.id)


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
        told = connection.execute(
            select(STATEMENTS.c.id, STATEMENTS.c.seq).where(STATEMENTS.c.reference.in_(ids))
        )
        new = {bytes(row.id): row.seq for row in told if bytes(row.id) not in found}
        found.update(new)
        ids = list(new)
    return sorted(found.values())


def _find_through(connection: Connection, tellers: Sequence[int], about: bytes) -> None:
    """Let statements be found by what the one that they refer to says, and those behind it."""
    passed: set[bytes] = set()
    following: bytes | None = about
    while following and following not in passed and len(passed) < _FARTHEST:
        passed.add(following)
        found = rows(connection, _BY_ID, [following])
        if not found:
            return
        _, place, head_text, body = found[0]
        target = indexed(json.loads(head_text), json.loads(body))
        _add_terms(connection, [(term, seq, place) for seq in tellers for term in target.terms])
        following = target.reference
