"""The one way into the log: what requests want to write, grouped into commits."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from lrs import timestamps
from lrs.database import is_sqlite
from lrs.errors import Unavailable
from lrs.received.records import Record, append, newest

LOG = logging.getLogger("lrs.writer")
# One process at a time appends: the numbers of records are their order of commit, without gaps.
_APPEND_LOCK = 7_290_416_331
# What the database says where it can't write or be reached now: SQLAlchemy's words for it, and
# the drivers' own.
NOT_NOW = (
    *(OperationalError, InterfaceError, PoolTimeout),
    *(sqlite3.OperationalError, psycopg.OperationalError, psycopg.InterfaceError),
)


@dataclass
class Batch:
    """One transaction's appends. A door decides, appends, and brings its indexes up to date."""

    connection: Connection
    seq: int  # of the newest record
    at: int  # the instant of the newest record

    def instant(self) -> int:
        """An instant later than that of every record before it, whatever the clock does."""
        self.at = max(timestamps.now(), self.at + 1)
        return self.at

    def append(self, records: Sequence[Record]) -> int:
        """Write records to the log; the number of the first."""
        first = self.seq + 1
        append(self.connection, records, self.seq)
        self.seq += len(records)
        return first


# From the jobs of one group to their outcomes, in the same order; an LrsError is an outcome too,
# and a job that ends in one has written nothing.
Door = Callable[[Batch, Sequence[Any]], Sequence[Any]]


@dataclass
class _Job:
    door: str
    wanted: Any
    outcome: Any = None
    done: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.done.acquire()


class Writer:
    """A thread that commits what was submitted meanwhile in one transaction (one sync of the disk
    for all of it), then lets every request have its answer. Nothing is answered before."""

    _oldest = 0  # microseconds; when the first of those that wait came

    def __init__(self, engine: Engine, doors: Mapping[str, Door]) -> None:
        self._engine = engine
        self._doors = doors
        self._lock = threading.Lock()
        self._wake = threading.Condition(self._lock)
        self._waiting: list[_Job] = []
        self._writing_since: int | None = None
        self._closed = False
        self._connection: Connection | None = None  # kept open from commit to commit
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def submit(self, door: str, wanted: Any) -> Any:
        """The outcome of a door's job, once it is on the disk. Raises the LrsError that the job
        came to, Unavailable if the database can't take it now."""
        job = _Job(door, wanted)
        with self._lock:
            if self._closed:
                raise Unavailable("the store is stopping; send this again in a moment")
            if not self._waiting:
                self._oldest = timestamps.now()
            self._waiting.append(job)
            self._wake.notify()
        job.done.acquire()
        if isinstance(job.outcome, BaseException):
            raise job.outcome
        return job.outcome

    def consistent_through(self) -> int:
        """An instant up to which every record of this process can be read (1.0.3 Communication
        2.1.4, X-Experience-API-Consistent-Through)."""
        with self._lock:
            return (self._writing_since or timestamps.now()) - 1

    def alive(self) -> bool:
        """Whether it still writes."""
        return self._thread.is_alive() and not self._closed

    def queued(self) -> int:
        """How many requests wait for the next commit."""
        return len(self._waiting)

    def waited(self) -> float:
        """For how many seconds the first of them has waited."""
        with self._lock:
            return (timestamps.now() - self._oldest) / 1_000_000 if self._waiting else 0.0

    def watch(self, around: Callable[[str, Door], Door]) -> None:
        """Put something around each door, which sees what goes through it."""
        self._doors = {name: around(name, door) for name, door in self._doors.items()}

    def close(self) -> None:
        """Write what was submitted, then stop."""
        with self._lock:
            self._closed = True
            self._wake.notify()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._lock:
                self._writing_since = None
                while not self._waiting and not self._closed:
                    self._wake.wait()
                jobs, self._waiting = self._waiting, []
                self._writing_since = timestamps.now()
            if not jobs:
                self._hang_up()
                return
            self._write(jobs)
            for job in jobs:
                job.done.release()

    def _write(self, jobs: list[_Job]) -> None:
        """Give every job its outcome. What fails for a reason of its own must not take the others
        with it: each is tried alone then."""
        try:
            self._commit(jobs)
        except NOT_NOW as error:
            self._hang_up()
            self._refuse(jobs, error)
        except Exception as error:  # whatever it is, the caller gets it; see _alone
            self._hang_up()
            self._alone(jobs, error)

    def _hang_up(self) -> None:
        """Give back the connection, which rolls back what it has begun; the next commit takes a
        new one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):  # it may be gone already
                connection.invalidate()
            connection.close()

    def _refuse(self, jobs: list[_Job], error: Exception) -> None:
        cause = str(getattr(error, "orig", error)).strip().splitlines()
        LOG.error("could not write: %s", cause[0] if cause else type(error).__name__)
        for job in jobs:
            job.outcome = Unavailable("the database can't be written now; send this again later")

    def _alone(self, jobs: list[_Job], error: Exception) -> None:
        if len(jobs) == 1:
            jobs[0].outcome = error
            return
        for job in jobs:
            self._write([job])

    def _commit(self, jobs: list[_Job]) -> None:
        by_door: dict[str, list[_Job]] = defaultdict(list)
        for job in jobs:
            by_door[job.door].append(job)
        outcomes: list[tuple[_Job, Any]] = []
        if self._connection is None:
            self._connection = self._engine.connect().execution_options(writes=True)
        with self._connection.begin():
            batch = begun(self._connection)
            for door, some in by_door.items():
                came = self._doors[door](batch, [job.wanted for job in some])
                outcomes.extend(zip(some, came, strict=True))
        for job, outcome in outcomes:
            job.outcome = outcome


def begun(connection: Connection) -> Batch:
    """The appends of a transaction that has just begun; no other process appends until its end."""
    if not is_sqlite(connection):
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_APPEND_LOCK})"))
    return Batch(connection, *newest(connection))


def nobody_writes(connection: Connection) -> bool:
    """Whether, at this moment, no process is between an instant and its commit (PostgreSQL)."""
    lock = text(f"SELECT pg_try_advisory_xact_lock_shared({_APPEND_LOCK})")
    return bool(connection.execute(lock).scalar())
