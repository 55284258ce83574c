"""Tests of the schedule: real servers seal by themselves, and nobody waits for it."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import live
import pytest
from durable import Server
from sealed import came, guards_off, opened, verified
from sqlalchemy import text

from lrs import database, timestamps
from lrs.database import rows
from lrs.received import seal
from lrs.sealing import Sealing
from lrs.xapi.store import Store


def until(there: Callable[[], object], seconds: float = 30) -> None:
    ends = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < ends, "it never came"
        time.sleep(0.05)  # between two looks: what a server does is no event here


@pytest.fixture
def server(address: str, tmp_path: Path) -> Iterator[Server]:
    """A server that seals every second."""
    told = {"LRS_SEAL_EVERY": "1", "LRS_SEAL_KEY": str(tmp_path / "seal.pem")}
    made = Server(address, told=told).start()
    yield made
    if made.process and made.process.poll() is None:
        made.ended(signal.SIGTERM)


def figure(server: Server, name: str) -> float:
    caller = server.caller()
    caller.base = ""
    answer = caller("GET", "/metrics")
    found = re.search(rf"^{name} (\S+)$", answer.body.decode(), re.M)
    assert found, answer.body.decode()
    return float(found[1])


def test_a_server_seals_what_comes(server: Server, address: str, tmp_path: Path) -> None:
    """Every so often there is a head over all that came; with nothing new there is none. The
    server's metrics tell of it, and its end is not held up."""
    caller = server.caller()
    with opened(address, tmp_path) as store:
        for size in (3, 2):
            some = [live.statement() for _ in range(size)]
            assert caller("POST", "/statements", some).status == 200
            with store.reading() as connection:
                there = rows(connection, "SELECT count(*) FROM received")[0][0]
            until(partial(covers, store, there))
        heads = verified(store).heads
        until(lambda: figure(server, "lrs_sealed_records") == sealed(store))
        assert abs(figure(server, "lrs_sealed_at_seconds") - time.time()) < 60
        assert figure(server, "lrs_seal_failures_total") == 0
        time.sleep(2.5)  # two of its turns, in which nothing may happen
        assert verified(store).heads == heads
        assert verified(store).faults == ()
    began = time.monotonic()
    assert server.ended(signal.SIGTERM) == 0
    assert time.monotonic() - began < 10
    assert any('"sealed"' in line and '"records"' in line for line in server.lines)


def covers(store: Store, size: int) -> bool:
    return sealed(store) >= size


def sealed(store: Store) -> int:
    with store.reading() as connection:
        return seal.sealed(connection)


def test_a_seal_that_fails_is_told_and_the_server_goes_on(
    server: Server, address: str, tmp_path: Path
) -> None:
    """A log that was changed before it was sealed is a line in the server's log and a figure of its
    metrics; statements are stored and the server is ready all the same."""
    caller = server.caller()
    with opened(address, tmp_path) as store:
        until(lambda: sealed(store))
        # Whatever the server's next seal finds is wrong: the head that it would be built on.
        with database.writing(store.engine) as connection:
            guards_off(connection)
            connection.execute(text("UPDATE seal_nodes SET hash = ''"))
        assert caller("POST", "/statements", [live.statement()]).status == 200
        until(lambda: any("could not seal" in line for line in server.lines))
        assert figure(server, "lrs_seal_failures_total") >= 1
        assert caller("POST", "/statements", [live.statement()]).status == 200
        caller.base = ""
        assert caller("GET", "/readyz").status == 200


def test_two_servers_seal_at_once(postgresql_address: str, tmp_path: Path) -> None:
    """Servers on one database take turns without a word between them: one tree, one key, every head
    holds up."""
    told = {"LRS_SEAL_EVERY": "1", "LRS_SEAL_KEY": str(tmp_path / "seal.pem")}
    one = Server(postgresql_address, told=told).start()
    two = Server(postgresql_address, told=told, key=one.key).start()
    try:
        ends = time.monotonic() + 8
        while time.monotonic() < ends:
            for server in (one, two):
                assert server.caller()("POST", "/statements", [live.statement()]).status == 200
            time.sleep(0.1)  # so that posts go on while both seal several times
        with opened(postgresql_address, tmp_path) as store:
            seal.make(store)
            verdict = verified(store)
            assert verdict.faults == ()
            assert len(verdict.keys) == 1
            assert 4 <= len(verdict.heads) <= 20
        for server in (one, two):
            assert not any("could not seal" in line for line in server.lines)
    finally:
        for server in (one, two):
            server.ended(signal.SIGTERM)


def test_a_command_seals_beside_the_server(server: Server, address: str, tmp_path: Path) -> None:
    """lrs seal make beside a server that seals: both go on from each other's heads."""
    caller = server.caller()
    with opened(address, tmp_path) as store:
        for _ in range(25):
            assert caller("POST", "/statements", [live.statement()]).status == 200
            seal.make(store)
            time.sleep(0.05)  # so that the server's own turns come between
        assert verified(store).faults == ()
        assert len(verified(store).keys) == 1
    assert not any("could not seal" in line for line in server.lines)


def test_when_it_is_time(address: str, tmp_path: Path) -> None:
    """A head of another server's counts: the next is due so long after that one. A head from the
    future, of a clock that was set back, keeps nobody from sealing."""
    with opened(address, tmp_path, seal_every=3_600) as store:
        sealing = Sealing(store)
        assert sealing._once() == 3_600  # nothing is sealed: it is time
        assert sealed(store) == 1
        came(store, 1)
        assert 3_500 < sealing._once() < 3_600
        assert sealed(store) == 1
        real = timestamps.now
        try:
            timestamps.now = lambda: real() + 3_700_000_000
            assert sealing._once() == 3_600
            assert sealed(store) == 2
            came(store, 1)
            timestamps.now = lambda: real() - 3_700_000_000
            assert sealing._once() == 3_600
        finally:
            timestamps.now = real
        assert sealed(store) == 3
        assert sealing.failures == 0


def test_zero_seals_never(address: str, tmp_path: Path) -> None:
    """LRS_SEAL_EVERY=0 leaves it to the command."""
    with opened(address, tmp_path, seal_every=0) as store:
        sealing = Sealing(store)
        sealing.start()
        assert not sealing._thread.is_alive()
        sealing.close()
        assert sealed(store) == 0


def test_a_seal_ends_with_its_server(address: str, tmp_path: Path) -> None:
    """A server that is told to stop in the middle of a long seal stops; the next one goes on."""
    with opened(address, tmp_path, seal_every=1) as store:
        came(store, 400)
        sealing = Sealing(store)
        sealing._stop.set()
        assert sealing._once() == 1
        assert sealed(store) == 0
        assert sealing.failures == 0
        assert Sealing(store)._once() == 1
        assert sealed(store) == 401
        assert verified(store).faults == ()
