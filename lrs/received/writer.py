"""The one way into the log: what requests want to write, grouped into commits."""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, text

from lrs import timestamps
from lrs.database import cause, gone, is_sqlite, not_now, rows
from lrs.errors import Unavailable
from lrs.received.records import Record, append, instant, newest

LOG = logging.getLogger("lrs.writer")
# One process at a time appends: the numbers of records are their order of commit, without gaps.
_APPEND_LOCK = 7_290_416_331
# PostgreSQL's own clock, which all processes share, in microseconds.
_CLOCK = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
_NEWEST = f"""
    SELECT {_CLOCK}, seq, head FROM (SELECT 1) AS one
    LEFT JOIN (SELECT seq, head FROM received ORDER BY seq DESC LIMIT 1) AS newest ON true
"""
_THROUGH = f"""
    SELECT pg_try_advisory_xact_lock_shared({_APPEND_LOCK}), {_CLOCK},
    (SELECT head FROM received ORDER BY seq DESC LIMIT 1)
"""


@dataclass
class Batch:
    """One transaction's appends. A door decides, appends, and brings its indexes up to date."""

    connection: Connection
    seq: int  # of the newest record
    at: int  # the instant of the newest record
    now: int  # when it began

    def instant(self) -> int:
        """An instant later than that of every record before it, whatever the clock does."""
        self.at = max(self.now, self.at + 1)
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


_NOT_YET = object()


@dataclass
class _Job:
    door: str
    wanted: Any
    outcome: Any = _NOT_YET
    done: Callable[[], None] | None = None


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
        self._own_clock = is_sqlite(engine)  # else the database's, which all processes share
        self._writing = False
        self._promised = 0  # no record to come has an instant up to this one
        self._closed = False
        self._connection: Connection | None = None  # kept open from commit to commit
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def submit(self, door: str, wanted: Any) -> Any:
        """The outcome of a door's job, once it is on the disk. Raises the LrsError that the job
        came to, Unavailable if the database can't take it now."""
        waiting = threading.Lock()
        waiting.acquire()
        job = _Job(door, wanted, done=waiting.release)
        self._submit([job])
        waiting.acquire()
        if isinstance(job.outcome, BaseException):
            raise job.outcome
        assert job.outcome is not _NOT_YET
        return job.outcome

    def submit_all(
        self, door: str, wanted: Sequence[Any], done: Callable[[Sequence[Any]], None]
    ) -> None:
        """The same for several jobs, without waiting: `done` gets their outcomes, of which an error
        is one too, in the writer's thread. Raises Unavailable if the store is stopping."""
        if not wanted:
            done([])
            return
        jobs = [_Job(door, each) for each in wanted]
        # They are taken together, as they came together: who was the last speaks for all.
        jobs[-1].done = lambda: done([job.outcome for job in jobs])
        self._submit(jobs)

    def _submit(self, jobs: list[_Job]) -> None:
        with self._lock:
            if self._closed:
                raise Unavailable("the store is stopping; send this again in a moment")
            if not self._waiting:
                self._oldest = timestamps.now()
            self._waiting += jobs
            self._wake.notify()

    def consistent_through(self) -> int:
        """An instant up to which every record of this process can be read (1.0.3 Communication
        2.1.4, X-Experience-API-Consistent-Through). What comes later gets a later one, even if
        the clock is set back."""
        with self._lock:
            if not self._writing:
                self._promised = max(self._promised, timestamps.now() - 1)
            return self._promised

    def promised(self) -> int:
        """What was last told, without asking anybody; 0 before anything was."""
        return self._promised

    def promise(self, through: int) -> int:
        """Hold this process to what was told of all of them."""
        with self._lock:
            self._promised = max(self._promised, through)
            return self._promised

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
                self._writing = False
                while not self._waiting and not self._closed:
                    self._wake.wait()
                jobs, self._waiting = self._waiting, []
                self._writing = True
                if self._own_clock:
                    self._promised = max(self._promised, timestamps.now() - 1)
            if not jobs:
                self._hang_up()
                return
            try:
                self._write(jobs)
            finally:
                for job in jobs:
                    if job.done is not None:
                        _tell(job.done)

    def _write(self, jobs: list[_Job]) -> None:
        """Give every job its outcome. What fails for a reason of its own must not take the others
        with it: each is tried alone then."""
        try:
            self._commit(jobs)
        except Exception as error:  # whatever it is, the callers get it
            self._hang_up()
            if not_now(error):
                self._refuse(jobs, error)
            elif len(jobs) == 1:
                jobs[0].outcome = error
            else:
                self._write_each(jobs)

    def _write_each(self, jobs: list[_Job]) -> None:
        for number, job in enumerate(jobs):
            self._write([job])
            if isinstance(job.outcome, Unavailable):  # each would wait as long as this one
                self._refuse_rest(jobs[number + 1 :])
                return

    def _hang_up(self) -> None:
        """Give back the connection, which rolls back what it has begun; the next commit takes a
        new one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):  # it may be gone already
                connection.invalidate()
            with suppress(Exception):
                connection.close()

    def _refuse(self, jobs: list[_Job], error: Exception) -> None:
        LOG.error("could not write: %s", cause(error))
        self._refuse_rest(jobs)

    def _refuse_rest(self, jobs: list[_Job]) -> None:
        for job in jobs:
            job.outcome = Unavailable("the database can't be written now; send this again later")

    def _commit(self, jobs: list[_Job]) -> None:
        by_door: dict[str, list[_Job]] = defaultdict(list)
        for job in jobs:
            by_door[job.door].append(job)
        outcomes: list[tuple[_Job, Any]] = []
        if self._connection is not None and gone(self._connection):
            self._hang_up()
        if self._connection is None:
            self._connection = self._engine.connect().execution_options(writes=True)
        with self._connection.begin():
            batch = begun(self._connection, self._promised)
            for door, some in by_door.items():
                came = self._doors[door](batch, [job.wanted for job in some])
                outcomes.extend(zip(some, came, strict=True))
        self.promise(batch.at)
        for job, outcome in outcomes:
            job.outcome = outcome


def _tell(done: Callable[[], None]) -> None:
    """Whoever can't be told has gone; the others are to be."""
    try:
        done()
    except Exception:  # of whoever asked, and not the writer's: it has others to tell
        LOG.exception("the outcome of a job could not be told")


def begun(connection: Connection, promised: int = 0) -> Batch:
    """The appends of a transaction that has just begun; no other process appends until its end.
    Their instants are later than the one `promised`."""
    if is_sqlite(connection):
        return Batch(connection, *newest(connection), max(timestamps.now(), promised + 1))
    # Two queries: the second sees what was committed while the first waited.
    connection.execute(text(f"SELECT pg_advisory_xact_lock({_APPEND_LOCK})"))
    now, seq, head = rows(connection, _NEWEST)[0]
    return Batch(connection, seq or 0, instant(head) if head else 0, max(now, promised + 1))


def clock(connection: Connection) -> int:
    """Now, by the clock that dates the records."""
    if is_sqlite(connection):
        return timestamps.now()
    return int(rows(connection, f"SELECT {_CLOCK}")[0][0])


def consistent_through(connection: Connection) -> int:
    """An instant up to which the records of all processes can be read (PostgreSQL): now, if none
    of them is between an instant and its commit; else that of the newest record."""
    free, now, head = rows(connection, _THROUGH)[0]
    newest = instant(head) if head else 0
    return max(int(now) - 1, newest) if free else newest
