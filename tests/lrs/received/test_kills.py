"""Tests of sudden death: whatever moment a process is killed at, what it acknowledged is there
whole, and nothing is there by half. 120 stores are killed on SQLite and 80 on PostgreSQL while
four threads write to each; 8 whole servers while callers post to them; PostgreSQL itself thrice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest
from durable import (
    ACTIVITY,
    AGENT,
    ROOT,
    Server,
    assert_indexes_are_what_a_rebuild_makes,
    batch,
    batches,
)
from live import Caller
from sqlalchemy import select
from stores import OwnPostgresql

from lrs import database
from lrs.xapi.tables import DOCUMENTS

STORES = {"sqlite": 120, "postgresql": 80}
SERVERS = {"sqlite": 5, "postgresql": 3}
_A_DATABASE = 40  # rounds; then another begins, since it grows


class Stores:
    """The process that forks stores."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("killed.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests' / 'lrs'}"},
        )

    def killed(self, address: str) -> list[str]:
        """What a store acknowledged until it was killed: a moment after it has acknowledged so
        much, or, every fifth time, while it starts."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(f"{address}\n")
        self._process.stdin.flush()
        said = self._process.stdout.readline().split()
        assert said[0] == "pid"
        starting = random.random() < 0.2
        wanted = 0 if starting else random.randint(1, 16)
        lines = [self._process.stdout.readline().strip() for _ in range(wanted)]
        time.sleep(random.uniform(0, 0.06 if starting else 0.008))  # the random moment of the kill
        os.kill(int(said[1]), signal.SIGKILL)
        while (line := self._process.stdout.readline().strip()) != "ended":
            assert line
            lines.append(line)
        return lines

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        assert self._process.wait(10) == 0


@pytest.fixture(scope="module")
def stores() -> Iterator[Stores]:
    made = Stores()
    yield made
    made.close()


def addresses(kind: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """Empty databases of a kind, as many as are wanted."""
    made: Callable[[], str] | None = None
    if kind == "postgresql":
        made = request.getfixturevalue("postgresql")
    number = 0
    while True:
        number += 1
        yield made() if made else f"sqlite:///{folder / f'{number}.db'}"


def assert_there(address: str, lines: Sequence[str], after: int) -> int:
    """What was acknowledged is there whole. The number of the newest record."""
    engine = database.engine(address)
    database.migrate(engine)  # it may have been killed before
    found, newest = batches(engine, after)
    with database.reading(engine) as connection:
        rows = connection.execute(select(DOCUMENTS.c.name, DOCUMENTS.c.content))
        documents = {row.name: int(row.content) for row in rows}
    engine.dispose()  # so that the next store finds what a dead one has left, alone
    for line in lines:
        what, name, number = line.split()
        if what == "batch":
            assert found[name] == int(number)
        else:
            assert documents[name] >= int(number)
    return newest


def test_a_killed_store_loses_nothing(
    kind: str, stores: Stores, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """A store is killed at a random moment, from its start on, while threads write single
    statements, batches and documents: every one that was acknowledged is there, in the log and in
    the indexes, every batch is whole, and the indexes are what a rebuild makes of the log."""
    kills = acknowledged = 0
    fresh = addresses(kind, request, tmp_path)
    while kills < STORES[kind]:
        address, newest = next(fresh), 0
        for _ in range(_A_DATABASE):
            lines = stores.killed(address)
            kills += 1
            acknowledged += len(lines)
            newest = assert_there(address, lines, newest)
        engine = database.engine(address)
        assert_indexes_are_what_a_rebuild_makes(engine)
        engine.dispose()
    assert kills == STORES[kind]
    assert acknowledged > 4 * kills


class Posting:
    """Callers of a server, each in a thread, until it is gone; and what it acknowledged."""

    def __init__(self, server: Server) -> None:
        self.lines: list[str] = []
        self._server = server
        self._go = True
        self._threads = [
            threading.Thread(target=self._run, args=[number, server.caller()])
            for number in range(4)
        ]
        for thread in self._threads:
            thread.start()

    def _run(self, number: int, ask: Caller) -> None:
        name = f"{id(self)}-{number}"
        place: dict[str, Any] = {"activityId": ACTIVITY, "agent": AGENT, "stateId": name}
        count = 0
        while self._go:
            size = random.choice([1, 5])
            sent, statements = batch(size)
            count += 1
            try:
                if ask("POST", "/statements", statements).status == 200:
                    self.lines.append(f"batch {sent} {size}")
                if ask("PUT", "/activities/state", str(count).encode(), **place).status == 204:
                    self.lines.append(f"document {name} {count}")
            except (OSError, HTTPException):
                if self._server.process and self._server.process.poll() is not None:
                    return

    def end(self) -> list[str]:
        self._go = False
        for thread in self._threads:
            thread.join(30)
            assert not thread.is_alive()
        return self.lines


def test_a_killed_server_loses_nothing(address: str, kind: str) -> None:
    """`lrs serve` is killed at a random moment while callers post to it, and starts again at once:
    every statement and document that it acknowledged is there whole."""
    server, newest, kills = Server(address), 0, 0
    lines: list[str] = []
    while kills < SERVERS[kind]:
        server.start()
        posting = Posting(server)
        wanted = random.randint(1, 60)
        until = time.monotonic() + 20
        while len(posting.lines) < wanted:
            assert time.monotonic() < until
            time.sleep(random.uniform(0, 0.01))  # a random moment, too
        assert server.ended(signal.SIGKILL) == -signal.SIGKILL
        kills += 1
        lines = posting.end()
        newest = assert_there(address, lines, newest)
    engine = database.engine(address)
    assert_indexes_are_what_a_rebuild_makes(engine)
    engine.dispose()


def test_a_killed_postgresql_loses_nothing(own_postgresql: OwnPostgresql) -> None:
    """PostgreSQL is stopped in the middle of everything and started again, while lrs serve goes on:
    it answers 503 meanwhile and writes again by itself; what it acknowledged is there whole."""
    server = Server(own_postgresql.address).start()
    posting = Posting(server)
    acknowledged = []
    for _ in range(3):
        time.sleep(random.uniform(0.1, 0.3))  # at a random moment of the posting
        own_postgresql.stop("immediate")
        acknowledged.append(len(posting.lines))
        own_postgresql.start()
        waits = time.monotonic() + 20
        while len(posting.lines) == acknowledged[-1]:
            assert time.monotonic() < waits, server.lines[-5:]
            time.sleep(0.01)  # no event tells of it
    lines = posting.end()
    assert server.ended(signal.SIGTERM) == 0
    assert_there(own_postgresql.address, lines, 0)
    engine = database.engine(own_postgresql.address)
    assert_indexes_are_what_a_rebuild_makes(engine)
    engine.dispose()
    assert any("could not write" in line for line in server.lines)
    assert [line for line in server.lines if '"trace"' in line] == []
