"""A small learning record store for the tests: it keeps statements by id, and can fail."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from loopback import Quick, serving

from scormkit.store import Store

Statement = dict[str, Any]
VERB = "http://adlnet.gov/expapi/verbs/"
OURS = "https://scormkit.example/xapi/extensions/"
KEY = "player:only-statements-write"
DROP = 0  # instead of a status: the connection is closed without an answer


@dataclass
class StatementStore:
    """What arrived, in order, each id once; `faults` says what becomes of a request."""

    port: int = 0
    kept: dict[str, Statement] = field(default_factory=dict)
    requests: list[list[Statement]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)  # what breaks the protocol
    fault: Callable[[list[Statement]], int | None] = lambda batch: None
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def origin(self) -> str:
        """Where it is: to a browser another origin than the LMS's."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def known(self) -> Store:
        """It as a package knows it."""
        return Store(f"{self.origin}/xapi/", KEY, "https://lms.example/")

    def fails(self, status: int | None) -> None:
        """What every request comes to from now on; None: it is well again."""
        self.fault = lambda batch: status

    def take(self, batch: list[Statement]) -> int:
        """A request's status: all of it is kept, or nothing."""
        with self.lock:
            self.requests.append(batch)
            status = self.fault(batch)
            if status is not None:
                return status
            if any(self.kept.get(each["id"], each) != each for each in batch):
                return 409
            self.kept.update((each["id"], each) for each in batch)
            return 200

    def verbs(self) -> list[str]:
        """The verbs of what is kept, in the order of arrival."""
        with self.lock:
            return [each["verb"]["id"].removeprefix(VERB) for each in self.kept.values()]

    def of(self, verb: str) -> list[Statement]:
        """What is kept of one verb."""
        return [each for each in self.kept.values() if each["verb"]["id"] == VERB + verb]


@contextmanager
def storing() -> Iterator[StatementStore]:
    """A store on a free port of this machine alone, until the block ends."""
    store = StatementStore()

    class Handler(_Handler):
        store_of = store

    with serving(Handler) as store.port:
        yield store


class _Handler(Quick, BaseHTTPRequestHandler):
    store_of: StatementStore

    def do_OPTIONS(self) -> None:
        """May a page of the LMS's origin send this? (Fetch, CORS-preflight)"""
        self._answer(
            204,
            {
                "Access-Control-Allow-Methods": "POST",
                "Access-Control-Allow-Headers": (
                    "Authorization, Content-Type, X-Experience-API-Version"
                ),
                "Access-Control-Max-Age": "600",
            },
        )

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        expected = {
            "Authorization": f"Basic {base64.b64encode(KEY.encode()).decode()}",
            "Content-Type": "application/json",
            "X-Experience-API-Version": "1.0.3",
        }
        wrong = [f"{n}: {self.headers[n]}" for n, v in expected.items() if self.headers[n] != v]
        if self.path != "/xapi/statements" or self.headers["Cookie"]:
            wrong.append(f"{self.path}, cookie {self.headers['Cookie']}")
        self.store_of.wrong += wrong
        batch = json.loads(body)
        status = self.store_of.take(batch)
        if status == DROP:
            self.close_connection = True
            return
        said = [each["id"] for each in batch] if status == 200 else {"error": "refused for a test"}
        self._answer(status, {"Content-Type": "application/json"}, json.dumps(said).encode())

    def _answer(self, status: int, headers: Mapping[str, str], body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Access-Control-Allow-Origin", "*")
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
