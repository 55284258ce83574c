"""Every index dropped and made again from the log; it comes out the same, to the byte.

All but four tables are as far as the log at any moment. The index of attempts, `FOLLOWING`, follows
it when a register is asked for, which a rebuild does, too: what it makes of these is what the next
to ask would have made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from sqlalchemy import Connection, Table, delete

from lrs import attempts, catalogue, credentials, openings, redactions, rulings
from lrs.database import METADATA
from lrs.feeds import door as feeds
from lrs.feeds import tables as feed_tables
from lrs.people import door as people
from lrs.people import tables as people_tables
from lrs.programme import versions
from lrs.received import records, seal, seal_keys, tree
from lrs.received.records import Received
from lrs.received.tables import NODES
from lrs.received.writer import begun
from lrs.xapi import arrivals, documents, statements
from lrs.xapi.tables import INDEXES

_REINDEX: dict[str, Callable[[Connection, Sequence[Received]], None]] = {
    arrivals.KIND: statements.reindex,
    documents.KIND: documents.reindex,
    credentials.KIND: credentials.reindex,
    people.KIND: people.reindex,
    feeds.KIND: feeds.reindex,
    rulings.KIND: rulings.reindex,
    openings.KIND: openings.reindex,
    catalogue.KIND: catalogue.reindex,
    versions.KIND: versions.reindex,
    redactions.KIND: redactions.reindex,
}
TABLES: tuple[Table, ...] = (
    *INDEXES,
    credentials.CREDENTIALS,
    *people_tables.TABLES,
    *feed_tables.INDEXES,
    rulings.RULINGS,
    openings.REVIEWS,
    catalogue.CATALOGUE,
    versions.VERSIONS,
    *attempts.TABLES,
    NODES,
    *redactions.TABLES,
)
FOLLOWING: tuple[Table, ...] = attempts.TABLES
_FOUND_IN_THE_LOG = {seal_keys.KIND}  # no index of their own
KINDS = frozenset((*_REINDEX, *_FOUND_IN_THE_LOG))  # of all records that there may be


def rebuild(connection: Connection, tell: Callable[[int], None] = lambda seq: None) -> int:
    """Drop and make again all indexes, in the transaction of the connection, which is one that
    writes; nobody appends meanwhile, and readers see the old ones until it ends. `tell` hears how
    far it is. How many records there were."""
    begun(connection)
    tree.alone(connection)
    METADATA.create_all(connection, tables=TABLES)  # if somebody has dropped a whole table
    for table in TABLES:
        connection.execute(delete(table))
    count = 0
    for piece in records.pieces(connection):
        for kind, some in groupby(piece, lambda record: record.kind):
            if kind not in _FOUND_IN_THE_LOG:
                _REINDEX[kind](connection, list(some))
        count += len(piece)
        tell(count)
    attempts.catch_up(connection)
    tree.remake(connection, seal.sealed(connection))
    return count
