"""The tree over the log as it is kept: the hash of every full subtree, by its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from sqlalchemy import Connection, delete, text

from lrs.database import is_sqlite, rows
from lrs.received import merkle, records
from lrs.received.merkle import Growing, Placed, Span
from lrs.received.tables import NODES

_TREE_LOCK = 7_290_416_332
_BLOCK = 4_096  # leaves whose subtrees are written at once
_MOST_ROWS = 512  # of one INSERT
_AGAIN = "ON CONFLICT (place) DO UPDATE SET hash = excluded.hash"


class NoTree(LookupError):
    """A subtree that isn't kept: no head has come so far, or the index was damaged."""


def kept(connection: Connection, places: Sequence[int]) -> dict[int, bytes]:
    """The hashes of subtrees that are kept, by their places."""
    query = "SELECT place, hash FROM seal_nodes WHERE place IN ??"
    return {place: _blob(hashed) for place, hashed in rows(connection, query, places)}


def between(connection: Connection, low: int, high: int) -> dict[int, bytes]:
    """The hashes that are kept from one place up to and with another."""
    query = "SELECT place, hash FROM seal_nodes WHERE place BETWEEN ? AND ?"
    return {place: _blob(hashed) for place, hashed in rows(connection, query, [low, high])}


def _blob(value: object) -> bytes:
    """SQLite keeps any type in any column; what is none of ours is no hash."""
    return value if isinstance(value, bytes) else b""


def proof(connection: Connection, spans: Sequence[Span]) -> list[bytes]:
    """The hashes above spans of leaves. Raises NoTree."""
    return merkle.proof(spans, _all(connection, [p for span in spans for p in merkle.parts(*span)]))


def edge(connection: Connection, size: int) -> Growing:
    """The tree of that size, ready to grow. Raises NoTree."""
    places = merkle.parts(0, size)
    found = _all(connection, places)
    return Growing(size, [found[place] for place in places])


def _all(connection: Connection, places: Sequence[int]) -> dict[int, bytes]:
    found = kept(connection, places)
    missing = set(places) - set(found)
    if missing:
        raise NoTree(f"{len(missing)} of {len(set(places))} subtrees are not kept")
    return found


def write(connection: Connection, made: Sequence[Placed]) -> None:
    """Keep subtrees, each in the place of whatever is kept there."""
    cursor = connection.connection.cursor()
    if not is_sqlite(connection):
        insert = f"INSERT INTO seal_nodes SELECT * FROM unnest(%s::bigint[], %s::bytea[]) {_AGAIN}"
        cursor.execute(insert, ([each.place for each in made], [each.hash for each in made]))
        return
    for first in range(0, len(made), _MOST_ROWS):  # few long steps, as in database.inserter
        some = made[first : first + _MOST_ROWS]
        values = ", ".join(["(?, ?)"] * len(some))
        cursor.execute(
            f"INSERT INTO seal_nodes (place, hash) VALUES {values} {_AGAIN}",
            tuple(chain.from_iterable(some)),
        )


def alone(connection: Connection) -> None:
    """Until the transaction ends, no other process changes the tree or its heads; on PostgreSQL all
    others may append, on SQLite there is one lock for everything."""
    if not is_sqlite(connection):
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_TREE_LOCK})"))


def remake(connection: Connection, sealed: int) -> None:
    """Drop the index and make it anew of the leaves as they are stored: as far as they are sealed,
    or as it went, for a head may be on its way. Nobody else changes the tree meanwhile."""
    went = rows(connection, "SELECT max(place) / 2 + 1 FROM seal_nodes")[0][0] or 0
    connection.execute(delete(NODES))
    growing = Growing()
    for leaves in blocks(connection, 0, max(sealed, min(went, records.newest(connection)[0]))):
        write(connection, growing.add(leaves))


def blocks(connection: Connection, after: int, upto: int) -> Iterator[list[bytes]]:
    """The stored leaves behind a number, in lists of bounded length."""
    query = "SELECT leaf FROM received WHERE seq BETWEEN ? AND ? ORDER BY seq"
    for first, last in spans(after, upto):
        yield [bytes(row[0]) for row in rows(connection, query, [first, last])]


def spans(after: int, upto: int, most: int = _BLOCK) -> Iterable[tuple[int, int]]:
    """The first and last of so many numbers at a time."""
    for first in range(after + 1, upto + 1, most):
        yield first, min(first + most - 1, upto)
