"""Tests of what the database can't do now: 503 with Retry-After, a line in the log, and all is well
again without anybody's help."""

from __future__ import annotations

import logging
import resource
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from durable import (
    ACTIVITY,
    AGENT,
    Ask,
    Server,
    asking,
    assert_indexes_are_what_a_rebuild_makes,
    batch,
    batches,
    opened,
)
from sqlalchemy import create_engine, event, text
from stores import OwnPostgresql
from werkzeug.test import TestResponse

from lrs import database
from lrs.received import writer
from lrs.xapi.store import Store

PATIENCE = 0.2


def of_the_database(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """What the log says of the database; a log of requests may tell of each one, too."""
    return [one for one in caplog.records if one.name in ("lrs.writer", "lrs.database")]


def assert_not_now(answer: TestResponse, caplog: pytest.LogCaptureFixture, what: str) -> None:
    """503, Retry-After, a body in the store's shape, a line in the log for each try (whose pages
    may ask is looked up by a request, too); forgets the log."""
    assert answer.status_code == 503, answer.text
    assert int(answer.headers["Retry-After"]) > 0
    assert "again" in answer.json["error"] if answer.json else False
    lines = of_the_database(caplog)
    assert {f"could not {what}" in line.getMessage() for line in lines} == {True}
    assert len(lines) <= 2
    assert "\n" not in lines[0].getMessage()
    assert lines[0].exc_info is None
    caplog.clear()


def assert_all_is_well(ask: Ask, store: Store) -> None:
    """Statements and documents are written and read."""
    assert ask("POST", "/statements", batch(3)[1]).status_code == 200
    place = {"activityId": ACTIVITY, "agent": AGENT, "stateId": "bookmark"}
    assert ask("PUT", "/activities/state", b"scene 3", **place).status_code == 204
    assert ask("GET", "/activities/state", **place).data == b"scene 3"
    assert ask("GET", "/statements").status_code == 200
    batches(store.engine)
    assert_indexes_are_what_a_rebuild_makes(store.engine)


@contextmanager
def held(store: Store) -> Iterator[None]:
    """Somebody else has the lock that a writer needs."""
    if database.is_sqlite(store.engine):
        other = sqlite3.connect(str(store.engine.url.database), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
        other.close()
        return
    with store.engine.connect() as connection, connection.begin():
        writer.begun(connection)
        yield


def test_a_locked_database(address: str, caplog: pytest.LogCaptureFixture) -> None:
    """While another process holds the database for longer than the store waits, writes are told to
    come again and reads go on; afterwards writes do, too."""
    with opened(address, PATIENCE) as store:
        ask = asking(store)
        assert_all_is_well(ask, store)
        with held(store):
            assert_not_now(ask("POST", "/statements", batch(2)[1]), caplog, "write")
            place = {"activityId": ACTIVITY, "agent": AGENT, "stateId": "bookmark"}
            assert_not_now(ask("DELETE", "/activities/state", **place), caplog, "write")
            assert ask("GET", "/activities/state", **place).data == b"scene 3"
            assert len(ask("GET", "/statements").json["statements"]) == 3  # type: ignore[index]  # JSON
        assert_all_is_well(ask, store)
        assert sorted(batches(store.engine)[0].values()) == [3, 3]


def test_a_short_lock_is_waited_for(address: str) -> None:
    """A lock that is given up in time delays a write and does it no harm."""
    with opened(address) as store:
        ask = asking(store)
        lock = held(store)
        lock.__enter__()
        answers: list[TestResponse] = []
        thread = threading.Thread(
            target=lambda: answers.append(ask("POST", "/statements", batch(2)[1]))
        )
        thread.start()
        time.sleep(0.3)  # until the request waits for the lock
        assert not answers
        lock.__exit__(None, None, None)
        thread.join(10)
        assert answers[0].status_code == 200


def test_a_full_database(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """When the database can't grow, what doesn't fit is refused whole, reads go on, and once there
    is room again writes do."""
    with opened(f"sqlite:///{tmp_path / 'lrs.db'}", PATIENCE) as store:
        ask = asking(store)
        most: list[int] = []

        @event.listens_for(store.engine, "begin")
        def bounded(connection: Any) -> None:
            if most:
                connection.exec_driver_sql(f"PRAGMA max_page_count = {most[0]}")

        with store.reading() as connection:
            pages = int(connection.exec_driver_sql("PRAGMA page_count").scalar() or 0)
        most.append(pages + 20)
        sent = 0
        while (answer := ask("POST", "/statements", batch(8)[1])).status_code == 200:
            sent += 1
            assert sent < 100
        assert_not_now(answer, caplog, "write")
        assert_not_now(ask("POST", "/statements", batch(8)[1]), caplog, "write")
        found = ask("GET", "/statements").json
        assert found and len(found["statements"]) == min(100, 8 * sent)
        assert len(batches(store.engine)[0]) == sent
        most[0] = 1_000_000
        assert_all_is_well(ask, store)


def test_a_full_disk(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """When no file may grow any more, which is what a full disk looks like from inside, writes are
    told to come again, reads go on, and all is well once there is room."""
    with opened(f"sqlite:///{tmp_path / 'lrs.db'}", PATIENCE) as store:
        ask = asking(store)
        assert_all_is_well(ask, store)
        log = tmp_path / "lrs.db-wal"
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size + 30_000, hard))
            sent = 0
            while (answer := ask("POST", "/statements", batch(8)[1])).status_code == 200:
                sent += 1
                assert sent < 200
            assert_not_now(answer, caplog, "write")
            assert ask("GET", "/statements").status_code == 200
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert_all_is_well(ask, store)
        assert len(batches(store.engine)[0]) == sent + 2


def test_a_database_that_can_t_be_read(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """While somebody has the whole database to himself, readers are told to come again, whether it
    is the key that can't be read or the answer."""
    with opened(f"sqlite:///{tmp_path / 'lrs.db'}", PATIENCE) as store:
        ask = asking(store)
        assert ask("GET", "/statements").status_code == 200
        store.engine.dispose()
        store.writer._hang_up()
        other = sqlite3.connect(tmp_path / "lrs.db", isolation_level=None)
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        assert_not_now(ask("GET", "/statements"), caplog, "read")
        time.sleep(2.1)  # until what is known of the key is read anew
        assert_not_now(ask("GET", "/statements"), caplog, "read")
        other.execute("ROLLBACK")
        other.close()
        assert_all_is_well(ask, store)


def ended(address: str) -> int:
    """End all connections of a database but this one; how many there were."""
    admin = create_engine(address.replace("postgresql:", "postgresql+psycopg:"))
    query = (
        "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with admin.connect() as connection:
        count = int(connection.execute(text(query)).scalar() or 0)
    admin.dispose()
    return count


def test_idle_connections_are_ended(
    postgresql_address: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Connections that PostgreSQL, or something on the way to it, has ended while nobody used them
    are made anew: no request fails."""
    with opened(postgresql_address) as store:
        ask = asking(store)
        assert_all_is_well(ask, store)
        for call in (("POST", "/statements", batch(2)[1]), ("GET", "/statements")):
            assert ended(postgresql_address) > 0
            assert ask(*call).status_code == 200
        assert not of_the_database(caplog)
        assert_all_is_well(ask, store)


def in_the_middle(
    store: Store, address: str, call: Callable[[], TestResponse], waits: str
) -> TestResponse:
    """The answer to a call whose connection is ended while it waits for a lock."""
    blocker = create_engine(address.replace("postgresql:", "postgresql+psycopg:"))
    answers: list[TestResponse] = []
    with blocker.connect() as connection:
        connection.execute(text(f"LOCK TABLE {waits} IN ACCESS EXCLUSIVE MODE"))
        thread = threading.Thread(target=lambda: answers.append(call()))
        thread.start()
        query = text(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = "
            "current_database() AND wait_event_type = 'Lock'"
        )
        until = time.monotonic() + 10
        while not connection.execute(query).all():
            assert time.monotonic() < until
            time.sleep(0.01)  # PostgreSQL tells only who asks
        thread.join(10)
    blocker.dispose()
    return answers[0]


def test_a_connection_is_lost_in_the_middle(
    postgresql_address: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A connection that ends in the middle of a write or a read fails this request with 503; the
    next one succeeds."""
    with opened(postgresql_address) as store:
        ask = asking(store)
        assert_all_is_well(ask, store)
        sent = batch(4)[1]

        def write() -> TestResponse:
            return ask("POST", "/statements", sent)

        def read() -> TestResponse:
            return ask("GET", "/activities/state", activityId=ACTIVITY, agent=AGENT, stateId="b")

        assert_not_now(in_the_middle(store, postgresql_address, write, "terms"), caplog, "write")
        assert write().status_code == 200
        assert_not_now(in_the_middle(store, postgresql_address, read, "documents"), caplog, "read")
        assert read().status_code == 404
        assert_all_is_well(ask, store)


def test_postgresql_is_away(
    own_postgresql: OwnPostgresql, caplog: pytest.LogCaptureFixture
) -> None:
    """While PostgreSQL is stopped, writes and reads are told to come again, each with a line in the
    log; once it is started, the first request of each kind succeeds."""
    with opened(own_postgresql.address) as store:
        ask = asking(store)
        assert_all_is_well(ask, store)
        own_postgresql.stop()
        answer = ask("POST", "/statements", batch(2)[1])
        assert answer.status_code == 503
        assert "X-Experience-API-Consistent-Through" in answer.headers
        assert ask("GET", "/statements").headers["Retry-After"] == "5"
        told = [record.getMessage() for record in of_the_database(caplog)]
        # On a slow machine a request is refused as soon as its key would be read anew.
        refused = ("could not write", "could not read")
        assert len(told) >= 2
        assert all(line.startswith(refused) for line in told)
        assert all(record.exc_info is None for record in caplog.records)
        own_postgresql.start()
        assert_all_is_well(ask, store)


def test_a_server_whose_database_is_away_doesn_t_start(
    own_postgresql: OwnPostgresql, tmp_path: Path
) -> None:
    """lrs serve says in a line why it can't start, and ends with 1."""
    own_postgresql.stop()
    for address in (own_postgresql.address, f"sqlite:///{tmp_path / 'no' / 'lrs.db'}"):
        server = Server(address).start()
        assert server.process
        assert server.process.wait(30) == 1
        server.ended(signal.SIGTERM)
        assert [line.startswith("error: ") for line in server.lines if line[1] != '"'] == [True]
        assert "Traceback" not in "".join(server.lines)


def test_faults_are_not_excused() -> None:
    """An error that will be the same tomorrow is a fault, not a database that can't answer now."""
    connection = sqlite3.connect(":memory:")
    with pytest.raises(sqlite3.OperationalError) as caught:
        connection.execute("SELECT nothing FROM nowhere")
    assert not database.not_now(caught.value)
    assert not database.not_now(ValueError("database is locked"))
