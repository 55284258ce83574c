"""A door: the programme's versions as they were published, each from a day on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import BigInteger, Column, Connection, Integer, String, Table, Text, select

from lrs.database import METADATA, inserter
from lrs.errors import LrsError, NotFound
from lrs.programme import reading
from lrs.programme.programme import Programme, Version, in_force
from lrs.received.records import Received, Record, head
from lrs.received.tables import RECEIVED, SEQ
from lrs.received.writer import Batch

KIND = "programme"

VERSIONS = Table(
    "programme_versions",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),  # 1, 2, 3 ...
    Column("seq", SEQ, nullable=False),
    Column("at", BigInteger, nullable=False),  # microseconds
    Column("starts", String(10), nullable=False),  # a day, as 2026-03-31
    Column("publisher", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
)
_add = inserter(VERSIONS)


@dataclass(frozen=True)
class Publication:
    """A programme's text that is to hold from a day on; whoever sends it has checked it."""

    text: bytes
    starts: date
    by: str


class Published(NamedTuple):
    """A version in its place in the log, without its text."""

    number: int
    seq: int
    at: int  # microseconds
    starts: date
    by: str
    sha256: str


class Outcome(NamedTuple):
    """The version that holds the text from that day on, and whether it is a new one."""

    number: int
    new: bool


def publish(batch: Batch, jobs: Sequence[Publication]) -> list[Outcome]:
    """The door of the programme; the same text from the same day on is published once."""
    return [_publish(batch, job) for job in jobs]


def _publish(batch: Batch, job: Publication) -> Outcome:
    there = read(batch.connection)
    if found := same(there, job):
        return found
    digest = sha256(job.text).hexdigest()
    number, at, starts = len(there) + 1, batch.instant(), job.starts.isoformat()
    told = {"by": job.by, "version": number, "from": starts, "sha256": digest}
    seq = batch.append([Record(KIND, head(at, **told), job.text)])
    _add(batch.connection, [(number, seq, at, starts, job.by, digest)])
    return Outcome(number, new=True)


def same(there: Iterable[Published], job: Publication) -> Outcome | None:
    """The version that has this text from that day on already, if one does."""
    found = in_force(there, job.starts)
    own = (job.starts, sha256(job.text).hexdigest())
    return Outcome(found.number, False) if found and (found.starts, found.sha256) == own else None


def reindex(connection: Connection, records: Iterable[Received]) -> None:
    """Index versions of the log."""
    _add(
        connection,
        [
            (told["version"], seq, at, told["from"], told["by"], told["sha256"])
            for seq, at, _, told, _ in records
        ],
    )


def read(connection: Connection, known: int | None = None) -> list[Published]:
    """The versions that were published up to an instant (None: now), in order."""
    query = select(VERSIONS).order_by(VERSIONS.c.number)
    if known is not None:
        query = query.where(VERSIONS.c.at <= known)
    return [
        Published(number, seq, at, date.fromisoformat(starts), by, digest)
        for number, seq, at, starts, by, digest in connection.execute(query)
    ]


def following(versions: Iterable[Published], starts: date) -> Published | None:
    """The version that takes the place of one from a day on, if one is published already."""
    behind = [each for each in versions if each.starts > starts]
    return min(behind, key=lambda each: (each.starts, -each.number), default=None)


def numbered(connection: Connection, number: int) -> Published:
    """One version. Raises NotFound."""
    found = read(connection)
    if not 0 < number <= len(found):
        there = f"the last is {len(found)}" if found else "none is published yet"
        raise NotFound(f"there is no version {number} of the programme; {there}")
    return found[number - 1]


def on(connection: Connection, day: date) -> Published:
    """The version in force on a day. Raises NotFound."""
    found = in_force(read(connection), day)
    if found is None:
        raise NotFound(
            f"no programme was in force on {day}; lrs programme list shows those there are"
        )
    return found


def zone(connection: Connection) -> str:
    """The time zone of the version published last, by which a day is today. Raises NotFound."""
    found = read(connection)
    if not found:
        raise NotFound("no programme is published yet; lrs programme publish does it")
    return understood(text(connection, found[-1])).zone


def text(connection: Connection, published: Published) -> bytes:
    """A version as it was written."""
    query = select(RECEIVED.c.body).where(RECEIVED.c.seq == published.seq)
    return bytes(connection.execute(query).scalar_one())


def load(connection: Connection, known: int | None = None) -> tuple[Version, ...]:
    """The versions as known at an instant, understood, for the obligations that they make."""
    return tuple(
        Version(each.number, each.starts, understood(text(connection, each)))
        for each in read(connection, known)
    )


@lru_cache(64)  # a published text never changes
def understood(content: bytes) -> Programme:
    """The programme of a published text. Which exercises there are was asked when it was
    published, and isn't now: they may have gone since."""
    programme, _, problems = reading.parsed(content, "programme.yaml", None)
    if programme is None:
        raise LrsError(f"a published programme can't be read by this version of lrs: {problems[0]}")
    return programme
