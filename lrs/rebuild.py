"""Every index dropped and made again from the log; it comes out the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby, islice

from sqlalchemy import Connection, Table, delete

from lrs import credentials
from lrs.received import records
from lrs.received.records import Received
from lrs.xapi import arrivals, documents, statements
from lrs.xapi.tables import INDEXES

_CHUNK = 1_000
_REINDEX: dict[str, Callable[[Connection, Sequence[Received]], None]] = {
    arrivals.KIND: statements.reindex,
    documents.KIND: documents.reindex,
    credentials.KIND: credentials.reindex,
}
TABLES: tuple[Table, ...] = (*INDEXES, credentials.CREDENTIALS)


def rebuild(connection: Connection, tell: Callable[[int], None] = lambda seq: None) -> int:
    """Drop and make again all indexes, in the transaction of the connection; `tell` hears how far
    it is. How many records there were."""
    for table in TABLES:
        connection.execute(delete(table))
    count = 0
    for kind, some in _runs(records.read(connection)):
        _REINDEX[kind](connection, some)
        count += len(some)
        tell(count)
    return count


def _runs(received: Iterable[Received]) -> Iterable[tuple[str, list[Received]]]:
    """Neighbours of one kind together, a bounded number at a time."""
    for kind, some in groupby(received, lambda record: record.kind):
        while chunk := list(islice(some, _CHUNK)):
            yield kind, chunk
