"""A store that answers on a port of this machine, and a caller of it."""

from __future__ import annotations

import base64
import http.client
import json
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from lrs import app, keys, serving
from lrs.config import Settings
from lrs.xapi.store import Store

OLD, NEW = "1.0.3", "2.0.0"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    def codes(self) -> list[str]:
        """The codes of the problems that an error tells of."""
        return [problem["code"] for problem in self.json()["problems"]]


@dataclass
class Caller:
    """Somebody with a key, who speaks one version of xAPI."""

    origin: str
    key: str | None
    version: str | None = OLD
    base: str = "/xapi"
    _connection: http.client.HTTPConnection | None = field(default=None, repr=False)

    def speaking(self, version: str | None) -> Caller:
        """The same caller in another version."""
        return replace(self, version=version, _connection=None)

    def with_key(self, key: str | None) -> Caller:
        """Another caller of the same store."""
        return replace(self, key=key, _connection=None)

    def __call__(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str | None] | None = None,
        **params: object,
    ) -> Answer:
        """One request. A body that isn't bytes goes as JSON; parameters that aren't texts, too; a
        header of None is left out."""
        sent: dict[str, str | None] = {"X-Experience-API-Version": self.version}
        if self.key is not None:
            sent["Authorization"] = basic(self.key)
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        sent |= headers or {}
        told = {name: v if isinstance(v, str) else json.dumps(v) for name, v in params.items()}
        query = f"?{urlencode(told, quote_via=quote)}" if told else ""
        address = (
            path + query if path.startswith("/") and "/xapi/" in path else self.base + path + query
        )
        return self._sent(method, address, body, {k: v for k, v in sent.items() if v is not None})

    def _sent(
        self, method: str, address: str, body: bytes | None, headers: dict[str, str]
    ) -> Answer:
        for again in (True, False):
            if self._connection is None:
                self._connection = http.client.HTTPConnection(
                    urlsplit(self.origin).netloc, timeout=30
                )
            try:
                self._connection.request(method, address, body, headers)
                answer = self._connection.getresponse()
                return Answer(answer.status, answer.headers, answer.read())
            except (http.client.RemoteDisconnected, ConnectionError):
                self._connection = None
                if not again:
                    raise
        raise AssertionError


def basic(key: str) -> str:
    """The Authorization header of a key and its secret."""
    return "Basic " + base64.b64encode(key.encode()).decode()


@contextmanager
def running(settings: Settings) -> Iterator[tuple[Caller, Store]]:
    """A store of these settings behind a real server, and its administrator."""
    store = app.opened(replace(settings, port=0, threads=8))
    found = keys.first(store)
    assert found
    server = serving.listening(store)
    ended = threading.Event()

    def turns() -> None:
        while not ended.is_set():
            serving.turn(server, 0.5)

    thread = threading.Thread(target=turns, daemon=True)
    thread.start()
    try:
        yield Caller(f"http://127.0.0.1:{server.effective_port}", ":".join(found)), store
    finally:
        ended.set()
        server.pull_trigger()
        thread.join()
        server.close()
        store.close()


def fresh() -> str:
    """An id that nobody has used."""
    return str(uuid.uuid4())


def statement(**parts: Any) -> dict[str, Any]:
    """A statement as good as any, with its parts replaced; a part of None is left out."""
    made: dict[str, Any] = {
        "actor": {"objectType": "Agent", "mbox": f"mailto:{fresh()}@brightwater.example"},
        "verb": {
            "id": "http://adlnet.gov/expapi/verbs/completed",
            "display": {"en": "completed", "de": "beendete"},
        },
        "object": {"objectType": "Activity", "id": f"https://brightwater.example/{fresh()}"},
        **parts,
    }
    return {name: part for name, part in made.items() if part is not None}
