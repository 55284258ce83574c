"""The door for statements: what is new is appended, what repeats is recognised, indexes follow."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select, update

from lrs.database import at_once, inserter, rows
from lrs.errors import Conflict, LrsError, Problem, in_words
from lrs.received.records import Received, Record, begun
from lrs.received.tables import CONTENTS
from lrs.received.writer import Batch
from lrs.xapi.arrivals import KIND, Arrival, Incoming, Indexed, reindexed
from lrs.xapi.comparison import same
from lrs.xapi.tables import DEFINITIONS, NAMES, STATEMENTS, TERMS

_add_statements = inserter(STATEMENTS)
_add_own_terms = inserter(TERMS)  # those of a new number can't be there yet
_add_terms = inserter(TERMS, ignore=True)
_add_definitions = inserter(DEFINITIONS, ignore=True)
_add_names = inserter(NAMES, ignore=True)
_add_contents = inserter(CONTENTS, ignore=True)
_FARTHEST = 100  # references that are followed from one statement
# Terms by which a statement is found through all those behind its reference, the nearest first. A
# statement that thousands wait for, and that has thousands of terms, would keep the log for hours.
MOST_THROUGH = 200
_AT_ONCE = 1_000  # statements for which rows are made before they are written
_MANY = 10_000  # values of one query

_BY_ID = (
    "SELECT id, s.seq, head, body FROM statements s JOIN received r ON r.seq = s.seq WHERE id IN ??"
)
_TELLING = "SELECT id, seq, reference FROM statements WHERE reference IN ??"
_MENTIONED = "SELECT reference FROM statements WHERE reference IN ??"


_New = tuple[int, int, Indexed]  # a statement's number, its instant, and what is indexed of it


class _Target(NamedTuple):
    """What others need of the statement that they refer to."""

    seq: int
    terms: Sequence[bytes]  # no more of them than anybody is found by
    reference: bytes | None


class _Teller(NamedTuple):
    """A statement that refers to another one: through how many references, and how many terms those
    have that stand between."""

    seq: int
    far: int
    between: int


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
    records = [Record(KIND, begun(at) + one.head, one.raw.encode("utf-8")) for at, one in accepted]
    with at_once(batch.connection):
        first = batch.append(records)
        new = [(seq, at, one.indexed) for seq, (at, one) in enumerate(accepted, first)]
        _add(batch.connection, new)
    _follow(batch.connection, new)


def reindex(connection: Connection, records: Iterable[Received]) -> None:
    """Bring the indexes up to date with records of statements that are in the log."""
    new = [(each.seq, each.at, reindexed(each.head, json.loads(each.body))) for each in records]
    with at_once(connection):
        _add(connection, new)
    _follow(connection, new)


def _add(connection: Connection, new: Sequence[_New]) -> None:
    _add_statements(
        connection,
        [(seq, one.id, at, one.reference, one.voiding, False) for seq, at, one in new],
    )
    # In the index's own order, so that neighbours are written to a page one after the other.
    _add_own_terms(
        connection, sorted({(term, seq, 0) for seq, _, one in new for term in one.terms})
    )
    definitions: dict[tuple[bytes, bytes], tuple[int, str]] = {}  # the same come again and again
    for seq, _, one in new:
        for activity, digest, text in one.definitions:
            definitions.setdefault((activity, digest), (seq, text))
    _add_definitions(connection, [(*name, *said) for name, said in definitions.items()])
    names = {name: None for _, _, one in new for name in one.names}
    _add_names(connection, list(names))


def _follow(connection: Connection, new: Sequence[_New]) -> None:
    """References between the new statements and all others: who is found through whom (1.0.3
    Communication 2.1.3), and who is voided (Data 2.3.2)."""
    about = {one.reference for _, _, one in new if one.reference}
    found = rows(connection, _MENTIONED, [one.id for _, _, one in new])
    mentioned = {bytes(row[0]) for row in found}
    if not about and not mentioned:
        return
    _void(connection, list(about | mentioned))
    known: dict[bytes, _Target | None] = {}  # a chain is walked from each of its statements
    first = min(seq for seq, _, _ in new)
    for seq, _, one in new:
        if one.reference:
            _find_through(connection, [_Teller(seq, 1, 0)], one.reference, known)
        if one.id in mentioned:
            _find_through(connection, _tellers(connection, one.id, first, known), one.id, known)


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


def _tellers(
    connection: Connection, about: bytes, before: int, known: dict[bytes, _Target | None]
) -> list[_Teller]:
    """All that refer to a statement, straight or through others, and are still to be found by more;
    up to those that are new (`before` is the first), from which the whole way is walked anyway.
    Which these are depends on what is there, never on the order in which it came: else a rebuild,
    which takes more at once, would find others."""
    found: dict[bytes, _Teller] = {}
    ids = [about]
    for far in range(1, _FARTHEST + 1):
        new: dict[bytes, _Teller] = {}
        for name, seq, reference in rows(connection, _TELLING, ids):
            if seq < before and bytes(name) not in found:
                between = 0
                if far > 1:
                    near = _read(connection, bytes(reference), known)
                    between = found[bytes(reference)].between + (len(near.terms) if near else 0)
                if between < MOST_THROUGH:
                    new[bytes(name)] = _Teller(seq, far, between)
        found.update(new)
        ids = list(new)
        if not ids:
            break
    return sorted(found.values())


def _find_through(
    connection: Connection,
    tellers: Sequence[_Teller],
    about: bytes,
    known: dict[bytes, _Target | None],
) -> None:
    """Let statements be found by what the one that they refer to says, and those behind it, the
    nearest first, until each is found by as many terms as may be: what comes late is always behind
    what was there, so the same ones count in whatever order they came."""
    passed: set[bytes] = set()
    following: bytes | None = about
    walked = 0
    while following and following not in passed:
        further = len(passed)  # references behind the first
        near = [
            (each.seq, MOST_THROUGH - each.between - walked)
            for each in tellers
            if each.far + further <= _FARTHEST and each.between + walked < MOST_THROUGH
        ]
        passed.add(following)
        target = _read(connection, following, known) if near else None
        if target is None:
            return
        for first in range(0, len(near), _AT_ONCE):
            _add_terms(
                connection,
                [
                    (term, seq, 0 if seq == target.seq else target.seq)
                    for seq, room in near[first : first + _AT_ONCE]
                    for term in target.terms[:room]
                ],
            )
        walked += len(target.terms)
        following = target.reference


def _read(
    connection: Connection, name: bytes, known: dict[bytes, _Target | None]
) -> _Target | None:
    """The statement of an id, if it is there; `known` are those that were read."""
    if name not in known:
        known[name] = None
        for _, seq, head, body in rows(connection, _BY_ID, [name]):
            one = reindexed(json.loads(head), json.loads(body))
            known[name] = _Target(seq, one.terms[:MOST_THROUGH], one.reference)
    return known[name]
