"""Records: one thing received each, written to the log in order and read back from it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from lrs import timestamps
from lrs.database import inserter, is_sqlite, rows
from lrs.received.merkle import leaf
from lrs.received.tables import RECEIVED

_CHUNK = 1_000
_MOST_BYTES = 16_000_000
_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_insert = inserter(RECEIVED)
_ROWS = "SELECT seq, {} FROM received WHERE seq BETWEEN ? AND ? ORDER BY seq"
_COLUMNS = "kind", "head", "body", "leaf"
# SQLite keeps any type in any column, and text that is none; whoever looks for changes meets that.
_AS_THEY_ARE = ", ".join(f"CAST({name} AS BLOB)" for name in _COLUMNS)
_NEWEST = "SELECT seq, head FROM received ORDER BY seq DESC LIMIT 1"


class Record(NamedTuple):
    """What is appended: its kind, its head as JSON on one line, and what came, to the byte."""

    kind: str
    head: str
    body: bytes

    def leaf_data(self) -> bytes:
        """What the seal covers."""
        return f"{self.kind}\n{self.head}\n".encode() + self.body


class Stored(NamedTuple):
    """A record as its row has it."""

    seq: int
    kind: str
    head: str
    body: bytes
    leaf: bytes


class Received(NamedTuple):
    """A record in its place, with the instant at which it came."""

    seq: int
    at: int
    kind: str
    head: dict[str, Any]
    body: bytes


def head(at: int, **rest: Any) -> str:
    """A head: the instant first, so that it can be read without the rest; then the rest."""
    return begun(at) + compact(rest)[1:]


def begun(at: int) -> str:
    """The beginning of a head, up to behind the comma after the instant."""
    return f'{{"at":"{timestamps.written(at)}",'


def compact(value: object) -> str:
    """JSON on one line without spaces."""
    return _written(value)


def newest(connection: Connection) -> tuple[int, int]:
    """Number and instant of the newest record; zeros where there is none."""
    found = rows(connection, _NEWEST)
    return (found[0][0], instant(found[0][1])) if found else (0, 0)


def instant(head: str) -> int:
    """When a record was received, of its head as it is stored."""
    found = timestamps.read(written_instant(head))
    assert found is not None, head
    return found


def written_instant(head: str) -> str:
    """The same as it is written: 2026-03-31T08:15:00.000000Z."""
    return head[7:34]  # {"at":"2026-03-31T08:15:00.000000Z"


def append(connection: Connection, records: Sequence[Record], after: int) -> None:
    """Write records behind the one numbered `after`, which the caller knows to be the last."""
    lines = [
        (seq, record.kind, record.head, record.body, leaf(record.leaf_data()))
        for seq, record in enumerate(records, after + 1)
    ]
    _insert(connection, lines)


def read(connection: Connection, after: int = 0, upto: int | None = None) -> Iterator[Received]:
    """The records behind a number, in order, up to and with another."""
    for some in pieces(connection, after, upto):
        yield from some


def pieces(
    connection: Connection, after: int = 0, upto: int | None = None
) -> Iterator[list[Received]]:
    """The same in lists, so that memory stays small: of bounded length, and of bounded bytes
    unless a single record has more."""
    for some in stored(connection, after, upto):
        yield [
            Received(seq, instant(head), kind, json.loads(head), body)
            for seq, kind, head, body, _ in some
        ]


def stored(
    connection: Connection, after: int = 0, upto: int | None = None, most: int = _CHUNK
) -> Iterator[list[Stored]]:
    """The rows themselves, in such lists."""
    seq = RECEIVED.c.seq
    wanted = [seq <= upto] if upto is not None else []
    while True:
        sizes = select(seq, func.length(RECEIVED.c.body)).where(seq > after, *wanted)
        last = _last(
            (row[0], row[1]) for row in connection.execute(sizes.order_by(seq).limit(most))
        )
        if last is None:
            return
        if is_sqlite(connection):
            query = _ROWS.format(_AS_THEY_ARE)
            yield [
                Stored(
                    number, kind.decode("utf-8", "replace"), head.decode("utf-8", "replace"), *rest
                )
                for number, kind, head, *rest in rows(connection, query, [after + 1, last])
            ]
        else:
            query = _ROWS.format(", ".join(_COLUMNS))
            yield [Stored(*row) for row in rows(connection, query, [after + 1, last])]
        after = last


def _last(sizes: Iterable[tuple[int, int]]) -> int | None:
    """The last record that fits into a piece with those before it; the first always does."""
    total = 0
    last: int | None = None
    for seq, size in sizes:
        total += size
        if last is not None and total > _MOST_BYTES:
            break
        last = seq
    return last
