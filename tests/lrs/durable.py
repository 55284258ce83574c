"""What is sent to a store that may fall at any moment, and all that it holds afterwards."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import live
from flask import Response
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from lrs import app, attempts, database, keys, rebuild
from lrs.config import Settings
from lrs.credentials import Credential
from lrs.received import records
from lrs.received.merkle import leaf
from lrs.received.tables import RECEIVED
from lrs.xapi import document_resources, statement_resource
from lrs.xapi.calls import OLD, Call
from lrs.xapi.store import Store
from lrs.xapi.tables import STATEMENTS

ROOT = Path(__file__).parents[2]
TESTER = Credential("tester", (), ("all",))
JSON = {"content-type": "application/json"}
ACTIVITY = "https://brightwater.example/durable"
AGENT = {"mbox": "mailto:ana@brightwater.example"}
_BATCH = re.compile(r"https://brightwater\.example/batch/([0-9a-f-]{36})/(\d+)")


@contextmanager
def opened(address: str, patience: float = database.PATIENCE) -> Iterator[Store]:
    """A store without a server, closed at the end."""
    engine = database.engine(address, patience=patience)
    store = app.opened(Settings(database=address), engine)
    try:
        yield store
    finally:
        store.writer.close()
        engine.dispose()


Ask = Callable[..., TestResponse]


def asking(store: Store) -> Ask:
    """The administrator of a store, who calls it without a network between."""
    found = keys.first(store)
    assert found
    client = app.create_app(store).test_client()
    told = {"X-Experience-API-Version": OLD, "Authorization": live.basic(":".join(found))}

    def ask(method: str, path: str, body: object = None, **params: Any) -> TestResponse:
        kind = "application/octet-stream" if isinstance(body, bytes) else "application/json"
        data = body if isinstance(body, bytes | None) else json.dumps(body)
        query = {k: v if isinstance(v, str) else json.dumps(v) for k, v in params.items()}
        return client.open(
            f"/xapi{path}",
            method=method,
            data=data,
            content_type=kind if body is not None else None,
            headers=told,
            query_string=query,
        )

    return ask


def post(store: Store, body: object) -> Response:
    """Statements on their way in, behind HTTP and keys. Raises LrsError."""
    call = Call(OLD, "POST", {}, JSON, json.dumps(body).encode())
    return statement_resource.post(store, TESTER, call)


def document(
    store: Store,
    method: str,
    name: str | None,
    content: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A change of a state document."""
    params = {"activityId": ACTIVITY, "agent": json.dumps(AGENT)}
    if name is not None:
        params["stateId"] = name
    call = Call(OLD, method, params, {**JSON, **(headers or {})}, content)
    return document_resources.change(document_resources.STATE, store, TESTER, call)


def batch(size: int) -> tuple[str, list[dict[str, Any]]]:
    """Statements that tell of their batch how many there are; they share verbs and activities with
    all others."""
    name = str(uuid.uuid4())
    return name, [
        live.statement(
            id=str(uuid.uuid4()),
            actor={"mbox": f"mailto:person{number % 3}@brightwater.example", "name": f"P{number}"},
            object={
                "id": f"https://brightwater.example/shared/{number % 2}",
                "definition": {"name": {"en": f"Part {number % 4}"}},
            },
            context={
                "contextActivities": {
                    "other": [{"id": f"https://brightwater.example/batch/{name}/{size}"}]
                }
            },
        )
        for number in range(size)
    ]


def dump(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every index."""
    with engine.connect() as connection:
        return {
            table.name: sorted(
                (tuple(row) for row in connection.execute(select(table))), key=lambda row: repr(row)
            )
            for table in rebuild.TABLES
        }


def rebuilt(engine: Engine) -> int:
    """Rebuild, as the command does; how many records there were."""
    with database.writing(engine) as connection:
        return rebuild.rebuild(connection)


def assert_indexes_are_what_a_rebuild_makes(engine: Engine) -> None:
    """Dump, rebuild, dump: the same. One index follows the log when it is asked: it is, first."""
    attempts.follow(engine)
    before = dump(engine)
    rebuilt(engine)
    assert dump(engine) == before


def batches(engine: Engine, after: int = 0) -> tuple[dict[str, int], int]:
    """How many statements of each batch are in the log behind a number, each with its leaf and its
    row in the index; and the newest number. Asserts that none is there by half."""
    found: dict[str, int] = {}
    sizes: dict[str, int] = {}
    with database.reading(engine) as connection:
        query = select(RECEIVED.c.seq, RECEIVED.c.head, RECEIVED.c.leaf)
        stored = {
            row.seq: (row.head, bytes(row.leaf))
            for row in connection.execute(query.where(RECEIVED.c.seq > after))
        }
        indexed = set(
            connection.execute(select(STATEMENTS.c.seq).where(STATEMENTS.c.seq > after)).scalars()
        )
        newest, at = after, 0
        for record in records.read(connection, after):
            assert record.seq == newest + 1
            assert record.at > at
            newest, at = record.seq, record.at
            head, hashed = stored[record.seq]
            assert hashed == leaf(f"{record.kind}\n{head}\n".encode() + record.body)
            if record.kind != "statement":
                continue
            assert record.seq in indexed
            told_of = _BATCH.search(record.body.decode())
            if told_of:
                found[told_of[1]] = found.get(told_of[1], 0) + 1
                sizes[told_of[1]] = int(told_of[2])
        assert found == sizes
    return found, newest


@dataclass
class Server:
    """`lrs serve` in a process of its own, on a free port."""

    address: str
    key: str | None = None  # known once it was started on an empty database
    program: Sequence[str] = ("-m", "lrs.cli")
    told: Mapping[str, str] = field(default_factory=dict)  # settings of its own
    process: subprocess.Popen[str] | None = None
    port: int = 0
    lines: list[str] = field(default_factory=list)  # of its stderr

    def start(self) -> Server:
        """Until it listens. What it says before it fails is in `lines`."""
        self.lines = []
        self.process = subprocess.Popen(
            [sys.executable, *self.program, "serve", "--port", "0", "--database", self.address],
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={"LRS_SEAL_EVERY": "0", **os.environ, "PYTHONPATH": str(ROOT), **self.told},
        )
        listens = threading.Event()
        self._reader = threading.Thread(target=self._read, args=[listens], daemon=True)
        self._reader.start()
        assert listens.wait(60), self.lines
        return self

    def _read(self, listens: threading.Event) -> None:
        assert self.process and self.process.stderr
        for line in self.process.stderr:
            self.lines.append(line)
            if line.startswith("The first administrator's key"):
                self.key = line.strip().split(": ", 1)[1]
            elif '"listening"' in line:
                self.port = int(json.loads(line)["port"])
                listens.set()
        listens.set()

    def caller(self) -> live.Caller:
        """Its administrator."""
        return live.Caller(f"http://127.0.0.1:{self.port}", self.key)

    def ended(self, number: int) -> int:
        """Send a signal; the exit code, once it has ended."""
        assert self.process
        self.process.send_signal(number)
        code = self.process.wait(60)
        self._reader.join(10)
        return code


def command(address: str, *words: str) -> subprocess.CompletedProcess[str]:
    """`lrs WORDS` in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "lrs.cli", *words],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "LRS_DATABASE": address},
        timeout=60,
        check=False,
    )


def together(jobs: Sequence[Callable[[], Any]]) -> list[Any]:
    """What jobs come to that begin at the same moment, each in a thread; an error is an outcome."""
    gate = threading.Barrier(len(jobs))
    outcomes: list[Any] = [None] * len(jobs)

    def run(number: int) -> None:
        gate.wait(30)
        try:
            outcomes[number] = jobs[number]()
        except Exception as error:  # whatever it was, the test looks at it
            outcomes[number] = error

    threads = [threading.Thread(target=run, args=[number]) for number in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    return outcomes
