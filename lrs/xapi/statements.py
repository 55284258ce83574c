"""The door for statements: what is new is appended, what repeats is recognised, indexes follow."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Connection, select, update

from lrs.database import inserter, rows
from lrs.errors import Conflict, LrsError, Problem, in_words
from lrs.received.records import Received, Record, begun
from lrs.received.tables import CONTENTS
from lrs.received.writer import Batch
from lrs.xapi.arrivals import KIND, Arrival, Incoming, Indexed, reindexed
from lrs.xapi.comparison import same
from lrs.xapi.tables import DEFINITIONS, NAMES, STATEMENTS, TERMS

_add_statements = inserter(STATEMENTS)
_add_terms = inserter(TERMS, ignore=True)
_add_definitions = inserter(DEFINITIONS, ignore=True)
_add_names = inserter(NAMES, ignore=True)
_add_contents = inserter(CONTENTS, ignore=True)
_FARTHEST = 100  # references that are followed from one statement
_MANY = 10_000  # values of one query

_BY_ID = (
    "SELECT id, s.seq, head, body FROM statements s JOIN received r ON r.seq = s.seq WHERE id IN ??"
)
_TELLING = "SELECT id, seq FROM statements WHERE reference IN ??"
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
            _taken(f"$[{n}].id" if arrival.listed else "$.id", each)
            for n, each in enumerate(arrival.statements)
            if each.indexed.id in there and not _repeats(each, there[each.indexed.id])
        ]
        if problems:
            words = in_words(problems, len(arrival.statements))
            outcomes.append(Conflict(words, problems))
            continue
        fresh = [each for each in arrival.statements if each.indexed.id not in there]
        accepted.extend((batch.instant(), each) for each in fresh)
        there.update((each.indexed.id, each.raw) for each in fresh)
        files.update(arrival.attachments)
        outcomes.append([each.id for each in arrival.statements])
    if accepted:
        _append(batch, accepted)
    _add_contents(batch.connection, list(files.items()))
    return outcomes


def _there(connection: Connection, wanted: Collection[bytes]) -> dict[bytes, str]:
    """The text of the statements that are in the log already, by id."""
    if not wanted:
        return {}
    found = rows(connection, _BY_ID, list(wanted))
    return {bytes(name): bytes(body).decode() for name, _, _, body in found}


def _repeats(each: Incoming, raw: str) -> bool:
    """Whether what came is what is there: to the letter, or by the standard's comparison."""
    return each.raw == raw or same(json.loads(each.raw), json.loads(raw))


def _taken(at: str, each: Incoming) -> Problem:
    message = f"another statement is stored under id {each.id}; give this one its own id"
    return Problem(at, message, "id-taken", "Communication 2.1.1")


def _append(batch: Batch, accepted: Sequence[tuple[int, Incoming]]) -> None:
    first = batch.append(
        [Record(KIND, begun(at) + one.head, one.raw.encode("utf-8")) for at, one in accepted]
    )
    index(
        batch.connection, [(seq, at, one.indexed) for seq, (at, one) in enumerate(accepted, first)]
    )


def reindex(connection: Connection, records: Iterable[Received]) -> None:
    """Bring the indexes up to date with records of statements that are in the log."""
    index(
        connection,
        [(each.seq, each.at, reindexed(each.head, json.loads(each.body))) for each in records],
    )


def index(connection: Connection, new: Sequence[tuple[int, int, Indexed]]) -> None:
    """Bring the indexes up to date with statements: number, instant and what is indexed of each."""
    _add_statements(
        connection,
        [(seq, one.id, at, one.reference, one.voiding, False) for seq, at, one in new],
    )
    # In the index's own order, so that neighbours are written to a page one after the other.
    _add_terms(connection, sorted([(term, seq, 0) for seq, _, one in new for term in one.terms]))
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
    _void(connection, list(about | mentioned))
    known: dict[bytes, tuple[int, Indexed]] = {}  # a chain is walked from each of its statements
    first = min(seq for seq, _, _ in new)
    for seq, _, one in new:
        if one.reference:
            _find_through(connection, [(seq, 1)], one.reference, known)
        if one.id in mentioned:
            _find_through(connection, _tellers(connection, one.id, first), one.id, known)


def _void(connection: Connection, ids: Sequence[bytes]) -> None:
    """A statement is voided if it isn't voiding itself and one that voids it is there."""
    for first in range(0, len(ids), _MANY):
        voiding = select(STATEMENTS.c.reference).where(
            STATEMENTS.c.voiding, STATEMENTS.c.reference.in_(ids[first : first + _MANY])
        )
        connection.execute(
            update(STATEMENTS)
            .where(STATEMENTS.c.id.in_(voiding), ~STATEMENTS.c.voiding)
            .values(voided=True)
        )


def _tellers(connection: Connection, about: bytes, before: int) -> list[tuple[int, int]]:
    """The numbers of all that refer to a statement, straight or through others, and through how
    many references each; up to those that are new (`before` is the first), from which the whole way
    is walked anyway. Which these are depends on what is there, never on the order in which it
    came: else a rebuild, which takes more at once, would find others."""
    found: dict[bytes, tuple[int, int]] = {}
    ids = [about]
    for far in range(1, _FARTHEST + 1):
        told = rows(connection, _TELLING, ids)
        old = [(bytes(name), seq) for name, seq in told if seq < before]
        new = {name: (seq, far) for name, seq in old if name not in found}
        found.update(new)
        ids = list(new)
        if not ids:
            break
    return sorted(found.values())


def _find_through(
    connection: Connection,
    tellers: Sequence[tuple[int, int]],
    about: bytes,
    known: dict[bytes, tuple[int, Indexed]],
) -> None:
    """Let statements be found by what the one that they refer to says, and those behind it. `known`
    are the numbers and contents of statements by id, as far as they were read."""
    passed: set[bytes] = set()
    following: bytes | None = about
    while following and following not in passed:
        further = len(passed)  # references behind the first
        near = [seq for seq, far in tellers if far + further <= _FARTHEST]
        passed.add(following)
        if near and following not in known:
            for _, place, head_text, body in rows(connection, _BY_ID, [following]):
                known[following] = place, reindexed(json.loads(head_text), json.loads(body))
        if not near or following not in known:
            return
        place, target = known[following]
        ways = [(seq, 0 if seq == place else place) for seq in near]
        _add_terms(connection, [(term, *way) for way in ways for term in target.terms])
        following = target.reference
