"""Tests of the writer: requests that come at once share a commit and nothing else."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from durable import batch, batches, opened, post, together
from sqlalchemy import event

from lrs import database
from lrs.errors import BadRequest, LrsError, Unavailable
from lrs.received import records
from lrs.received.records import Record
from lrs.received.writer import Batch, Writer


class Fault(Exception):
    """A bug in a door."""


class Doors:
    """A door that writes what it is given, refuses what says so, and falls over what says so;
    it can be held, so that requests gather behind it."""

    def __init__(self) -> None:
        self.groups: list[int] = []
        self.go = threading.Event()
        self.go.set()

    def __call__(self, batch: Batch, jobs: Sequence[str]) -> list[Any]:
        self.groups.append(len(jobs))
        assert self.go.wait(30)
        outcomes: list[Any] = []
        for job in jobs:
            if job == "refused":
                outcomes.append(BadRequest("refused"))
                continue
            body = job.encode()
            outcomes.append(
                batch.append(
                    [Record("test", records.head(batch.instant(), by="test"), body) for _ in "ab"]
                )
            )
            if job == "fault":
                raise Fault
        return outcomes


@pytest.fixture
def doors() -> Doors:
    return Doors()


@pytest.fixture
def writer(address: str, doors: Doors) -> Any:
    engine = database.engine(address)
    database.migrate(engine)
    made = Writer(engine, {"test": doors, "other": doors})
    yield made
    doors.go.set()
    made.close()
    engine.dispose()


def bodies(writer: Writer) -> list[bytes]:
    with database.reading(writer._engine) as connection:
        return [record.body for record in records.read(connection)]


def gathered(writer: Writer, doors: Doors, jobs: Sequence[str]) -> list[Any]:
    """The outcomes of jobs that come while the writer is busy with one before them."""
    doors.go.clear()
    first = threading.Thread(target=lambda: writer.submit("test", "first"))
    first.start()
    while not doors.groups:
        time.sleep(0.001)  # the thread tells nobody

    def submit(job: str) -> Callable[[], Any]:
        return lambda: writer.submit("test", job)

    def opened() -> None:
        while writer.queued() < len(jobs):
            time.sleep(0.001)  # the thread tells nobody
        doors.go.set()

    *outcomes, _ = together([*map(submit, jobs), opened])
    first.join(10)
    return outcomes


def test_requests_that_come_at_once_share_a_commit(writer: Writer, doors: Doors) -> None:
    """What comes while a commit is under way is written by the next one, all of it."""
    commits: list[Any] = []
    event.listen(writer._engine, "commit", commits.append)
    outcomes = gathered(writer, doors, [f"job {number}" for number in range(20)])
    assert doors.groups == [1, 20]
    assert len(commits) == 2
    assert sorted(outcomes) == list(range(3, 43, 2))
    assert len(bodies(writer)) == 42


def test_a_refused_job_touches_no_other(writer: Writer, doors: Doors) -> None:
    """An error that a job comes to is its own; the others of its group are written."""
    outcomes = gathered(writer, doors, ["a", "refused", "b", "refused"])
    assert [isinstance(outcome, BadRequest) for outcome in outcomes] == [False, True, False, True]
    assert sorted(bodies(writer)) == [*2 * [b"a"], *2 * [b"b"], *2 * [b"first"]]


def test_a_fault_reaches_its_own_request_alone(writer: Writer, doors: Doors) -> None:
    """A bug in a door fails the request that it was for, leaves nothing of it in the log, and the
    others of its group are written; so is what comes next."""
    outcomes = gathered(writer, doors, ["a", "fault", "b", "refused"])
    assert [type(outcome) for outcome in outcomes] == [int, Fault, int, BadRequest]
    assert b"fault" not in bodies(writer)
    writer.submit("test", "next")
    assert sorted(set(bodies(writer))) == [b"a", b"b", b"first", b"next"]
    with database.reading(writer._engine) as connection:
        assert [one.seq for one in records.read(connection)] == list(range(1, 9))


def test_what_was_submitted_is_written_before_the_end(writer: Writer, doors: Doors) -> None:
    """A writer that is closed writes what waits, and refuses what comes after as not now."""
    doors.go.clear()
    waiting = [threading.Thread(target=lambda: writer.submit("test", "x")) for _ in range(5)]
    waiting[0].start()
    while not doors.groups:
        time.sleep(0.001)  # the thread tells nobody
    for thread in waiting[1:]:
        thread.start()
    while writer.queued() < 4:
        time.sleep(0.001)  # the thread tells nobody
    threading.Timer(0.1, doors.go.set).start()
    writer.close()
    for thread in waiting:
        thread.join(10)
    assert bodies(writer) == 10 * [b"x"]
    assert not writer.alive()
    with pytest.raises(Unavailable):
        writer.submit("test", "late")


def test_consistent_through_is_true(writer: Writer, doors: Doors) -> None:
    """While a commit is under way, its instants are not yet said to be readable."""
    doors.go.clear()
    thread = threading.Thread(target=lambda: writer.submit("test", "x"))
    thread.start()
    while not doors.groups:
        time.sleep(0.001)  # the thread tells nobody
    told = writer.consistent_through()
    doors.go.set()
    thread.join(10)
    with database.reading(writer._engine) as connection:
        assert all(record.at > told for record in records.read(connection))
    assert writer.consistent_through() > told


def test_a_whole_batch_or_nothing(address: str) -> None:
    """Batches that meet, where some repeat what is there and some clash with it, leave whole
    batches, and no server error."""
    with opened(address) as store:
        _, known = batch(3)
        post(store, known)

        def clashing() -> list[dict[str, Any]]:
            other = batch(3)[1]
            return [*other[:2], {**other[2], "id": known[1]["id"]}]

        def sending(body: list[dict[str, Any]]) -> Callable[[], Any]:
            return lambda: post(store, body).status_code

        backwards = [dict(reversed(one.items())) for one in known]
        outcomes = together(
            [
                *[sending(batch(size)[1]) for size in range(1, 9)],
                *[sending(clashing()) for _ in range(6)],
                *[sending(known), sending(backwards), sending(list(reversed(known)))],
            ]
        )
        statuses = [each.status if isinstance(each, LrsError) else each for each in outcomes]
        assert statuses == [*8 * [200], *6 * [409], *3 * [200]]
        found, newest = batches(store.engine)
        assert sorted(found.values()) == sorted([3, *range(1, 9)])
        assert newest == 3 + 36


def test_large_groups_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A group may have more ids than a query of the database may have values."""
    monkeypatch.setattr(database, "_MOST_VALUES", 7)
    with opened(f"sqlite:///{tmp_path / 'lrs.db'}") as store:
        _, sent = batch(50)
        for _ in range(2):
            assert post(store, sent).status_code == 200
        assert batches(store.engine)[1] == 50


def test_every_commit_reaches_the_disk(tmp_path: Path) -> None:
    """SQLite syncs each commit (synchronous=FULL), and so does PostgreSQL where its default is to
    lose some."""
    engine = database.engine(f"sqlite:///{tmp_path / 'lrs.db'}")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    engine.dispose()


def test_postgresql_is_not_asked_for_less(postgresql_address: str) -> None:
    """A database whose default is synchronous_commit=off is written with it on; a stronger
    setting is left alone."""
    for said, holds in (("off", "on"), ("remote_apply", "remote_apply")):
        plain = database.engine(postgresql_address)
        with plain.connect() as connection:
            name = connection.exec_driver_sql("SELECT current_database()").scalar()
            connection.exec_driver_sql(f"ALTER DATABASE {name} SET synchronous_commit = {said}")
            connection.commit()
        plain.dispose()
        engine = database.engine(postgresql_address)
        with engine.connect() as connection:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == holds
        engine.dispose()
