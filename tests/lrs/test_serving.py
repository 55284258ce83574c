"""Tests of the server as a process: its start, what it shares with others, its end."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from durable import Server, batch, batches, command, opened
from live import Answer, Caller, basic

from lrs import database, serving
from lrs.config import Settings
from lrs.database import DatabaseError
from lrs.serving import ServingError


def test_a_second_server_on_a_file_is_refused(tmp_path: Path) -> None:
    """Two servers on one SQLite file, by whatever name, would not know of each other's commits: the
    second says so in a line and ends with 1; keys can be made beside the first."""
    file = tmp_path / "lrs.db"
    link = tmp_path / "link.db"
    first = Server(f"sqlite:///{file}").start()
    link.symlink_to(file)
    second = Server(f"sqlite:///{link}").start()
    assert second.process and second.process.wait(30) == 1
    (line,) = second.lines
    assert line.startswith("error: another server has ")
    assert line.strip().endswith("; stop it, or use PostgreSQL for several")
    made = command(first.address, "key", "create", "lms", "--scope", "all")
    assert made.returncode == 0, made.stderr
    ask = first.caller().with_key(made.stdout.strip())
    assert ask("POST", "/statements", batch(2)[1]).status == 200
    again = command(first.address, "key", "create", "lms", "--scope", "all")
    assert again.returncode == 1
    assert again.stderr.startswith("error: a key lms is there already")
    assert command(first.address, "rebuild").returncode == 0
    assert command(first.address, "key", "revoke", "lms").returncode == 0
    until = time.monotonic() + 10
    while ask("GET", "/statements").status != 401:
        assert time.monotonic() < until
    assert first.ended(signal.SIGTERM) == 0


def test_the_lock_is_given_back(tmp_path: Path) -> None:
    """A server that has ended, or was killed, leaves its file to the next one."""
    settings = Settings(database=f"sqlite:///{tmp_path / 'lrs.db'}")
    for _ in range(2):
        with serving.only_one(settings), pytest.raises(ServingError), serving.only_one(settings):
            pass


def test_files_are_their_owner_s_alone(tmp_path: Path) -> None:
    """The SQLite file holds what learners did and the hashes of secrets: it, the files beside it
    and the lock are readable by their owner alone."""
    file = tmp_path / "lrs.db"
    with serving.only_one(Settings(database=f"sqlite:///{file}")), opened(f"sqlite:///{file}"):
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    names = ("lrs.db", "lrs.db-shm", "lrs.db-wal", "lrs.db.lock")
    assert modes == dict.fromkeys(names, 0o600)


def test_a_name_with_an_address_of_each_kind_is_listened_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """localhost is 127.0.0.1 and ::1 on most machines: a server begins on the first of them."""

    def both(host: str, port: str, family: int, *_: int) -> list[tuple[object, ...]]:
        known = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))
        wanted = [each for each in known if family in (socket.AF_UNSPEC, each[0])]
        return [(kind, socket.SOCK_STREAM, 6, "", (address, int(port))) for kind, address in wanted]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    settings = Settings(database=f"sqlite:///{tmp_path / 'lrs.db'}", host="localhost", port=0)
    with opened(settings.database) as store:
        server = serving.listening(replace(store, settings=settings))
        assert server.effective_host == "127.0.0.1"
        server.close()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("mysql://localhost/lrs", "mysql is no database of this store"),
        ("lrs.db", "can't be read"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:///file:lrs.db?uri=true", "names no file"),
    ],
)
def test_an_address_that_is_none(address: str, said: str) -> None:
    """What is neither a file of SQLite nor a PostgreSQL is told with the ways to write it."""
    with pytest.raises(DatabaseError, match=f"{said}.*write sqlite:///FILE, or postgresql://"):
        database.engine(address)


class Slow(Caller):
    """A caller whose request has begun when the server is told to stop."""

    def half(self, body: bytes) -> http.client.HTTPConnection:
        """Send a request but for its last byte."""
        connection = http.client.HTTPConnection(self.origin.removeprefix("http://"), timeout=20)
        connection.putrequest("POST", "/xapi/statements")
        for name, value in (
            ("X-Experience-API-Version", "1.0.3"),
            ("Authorization", basic(self.key or "")),
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
        ):
            connection.putheader(name, value)
        connection.endheaders(body[:-1])
        return connection


def test_a_stopped_server_finishes_what_it_began(address: str) -> None:
    """On SIGTERM a server answers what has begun to come, closes the connections that are idle,
    takes no new ones, and ends with 0; all that it acknowledged is there."""
    server = Server(address).start()
    ask = server.caller()
    acknowledged: list[str] = []

    def posting(ask: Caller) -> None:
        while True:
            name, statements = batch(3)
            try:
                answer: Answer = ask("POST", "/statements", statements)
            except (OSError, http.client.HTTPException):
                return
            assert answer.status == 200
            acknowledged.append(name)

    assert ask("GET", "/statements").status == 200  # and stays connected, idle
    half = Slow(ask.origin, ask.key).half(b'[{"half":true}]')
    threads = [threading.Thread(target=posting, args=[ask.with_key(ask.key)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    while len(acknowledged) < 5:
        time.sleep(0.01)  # the threads tell nobody
    codes: list[int] = []
    ending = threading.Thread(target=lambda: codes.append(server.ended(signal.SIGTERM)))
    ending.start()
    time.sleep(0.3)  # until the signal has come
    half.send(b"]")
    assert half.getresponse().status == 400
    for thread in (*threads, ending):
        thread.join(20)
        assert not thread.is_alive()
    assert codes == [0]
    assert '"stopped"' in server.lines[-1]
    engine = database.engine(address)
    assert set(acknowledged) <= set(batches(engine)[0])
    engine.dispose()


def test_a_caller_who_never_ends_holds_nobody_up(tmp_path: Path) -> None:
    """A request whose rest doesn't come delays the end by a bounded time."""
    impatient = "from lrs import cli, serving; serving._FAREWELL = 1; cli.main()"
    server = Server(f"sqlite:///{tmp_path / 'lrs.db'}", program=("-c", impatient)).start()
    ask = server.caller()
    half = Slow(ask.origin, ask.key).half(b'[{"half":true}]')
    time.sleep(0.5)  # until it has come
    began = time.monotonic()
    assert server.ended(signal.SIGINT) == 0
    assert 1 < time.monotonic() - began < 7
    assert any("not finished" in line for line in server.lines)
    half.close()


def test_a_start_is_quick(tmp_path: Path) -> None:
    """A server whose tables are up to date starts without the parts that bring them there or that
    speak to the other database."""
    address = f"sqlite:///{tmp_path / 'lrs.db'}"
    with opened(address):
        pass
    source = (
        "import sys\nfrom lrs import app, keys, serving\nfrom lrs.config import Settings\n"
        f"store = app.opened(Settings(database={address!r}))\nkeys.first(store)\n"
        "app.create_app(store)\nprint({'alembic', 'psycopg'} & set(sys.modules))"
    )
    said = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "set()"
