"""A door: reviews as they were opened, each with its figures, which are frozen from then on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, Connection, Integer, String, Table, Text, select

from lrs.database import METADATA, inserter
from lrs.errors import Conflict, LrsError
from lrs.received.records import Received, Record, compact, head
from lrs.received.tables import SEQ
from lrs.received.writer import Batch

KIND = "review"

REVIEWS = Table(
    "reviews",
    METADATA,
    Column("seq", SEQ, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),  # microseconds
    Column("quarter", String(7), nullable=False),  # 2026-Q1
    Column("edition", Integer, nullable=False),  # 1, 2, 3 ... of the quarter's
    Column("opener", Text, nullable=False),
    Column("state", Text, nullable=False),  # JSON: the record's body
)
_add = inserter(REVIEWS)


@dataclass(frozen=True)
class Opening:
    """A review that is to be opened, as the edition after those that its opener knows of."""

    quarter: str
    edition: int
    by: str
    state: Mapping[str, Any]


class Opened(NamedTuple):
    """A review in its place in the log."""

    seq: int
    at: int  # microseconds
    quarter: str
    edition: int
    by: str
    state: Mapping[str, Any]
    sha256: str  # of the record's body


def open_(batch: Batch, jobs: Sequence[Opening]) -> list[int | LrsError]:
    """The door of reviews: the number of each one's record."""
    return [_open(batch, job) for job in jobs]


def _open(batch: Batch, job: Opening) -> int | LrsError:
    query = select(REVIEWS.c.edition).where(REVIEWS.c.quarter == job.quarter)
    newest = max(batch.connection.execute(query).scalars(), default=0)
    if job.edition != newest + 1:
        return Conflict(f"somebody else has just opened edition {newest} of {job.quarter}")
    at = batch.instant()
    told = head(at, by=job.by, quarter=job.quarter, edition=job.edition)
    state = compact(job.state)
    seq = batch.append([Record(KIND, told, state.encode())])
    _add(batch.connection, [(seq, at, job.quarter, job.edition, job.by, state)])
    return seq


def read(connection: Connection, known: int | None = None) -> list[Opened]:
    """Every edition that was opened up to an instant (None: now), in order."""
    query = select(REVIEWS).order_by(REVIEWS.c.seq)
    if known is not None:
        query = query.where(REVIEWS.c.at <= known)
    return [
        Opened(seq, at, quarter, edition, by, json.loads(state), sha256(state.encode()).hexdigest())
        for seq, at, quarter, edition, by, state in connection.execute(query)
    ]


def reindex(connection: Connection, records: Iterable[Received]) -> None:
    """Index what the log has."""
    _add(
        connection,
        [
            (seq, at, told["quarter"], told["edition"], told["by"], body.decode())
            for seq, at, _, told, body in records
        ],
    )
