"""Tests of the lane: small posts, judged by the thread that reads and stored together."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from live import Caller, basic, fresh, running, statement

from lrs.config import Settings
from lrs.xapi.store import Store
from lrs.xapi.together import Judged, Together


@pytest.fixture
def both(address: str) -> Iterator[tuple[Caller, Store]]:
    """A store of one's own, whose administrator's key was used before."""
    with running(Settings(database=address, durable=False)) as (ask, store):
        assert ask("GET", "/statements").status == 200
        yield ask, store


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The threads in which posts are judged ahead of the app."""
    found: list[str] = []
    real = Together.judge

    def judge(self: Together, environ: dict[str, Any]) -> Judged:
        found.append(threading.current_thread().name)
        return real(self, environ)

    monkeypatch.setattr(Together, "judge", judge)
    return found


def raw(ask: Caller, body: bytes, *more: str) -> bytes:
    """A POST as it goes over the wire."""
    lines = (
        "POST /xapi/statements HTTP/1.1",
        "Host: localhost",
        f"Authorization: {basic(ask.key or '')}",
        "X-Experience-API-Version: 1.0.3",
        "Content-Type: application/json",
        *more,
    )
    return "\r\n".join([*lines, "", ""]).encode() + body


def connected(ask: Caller) -> socket.socket:
    """A connection to the store."""
    place = urlsplit(ask.origin)
    peer = socket.create_connection((place.hostname, place.port), 20)
    peer.settimeout(5)  # less than the reader waits for something to come
    return peer


def test_posts_that_come_at_once_are_answered_in_order(
    both: tuple[Caller, Store], judged: list[str]
) -> None:
    """Posts sent one behind the other on a connection are each answered, in order and at once: what
    is stored with its id, what is wrong with 400, another statement under a used id with 409."""
    ask, _ = both
    names = [fresh() for _ in range(3)]
    bodies = [
        *(json.dumps(statement(id=name)).encode() for name in names),
        b'{"actor": 1}',
        json.dumps(statement(id=names[0])).encode(),
    ]
    with connected(ask) as peer:
        peer.sendall(b"".join(raw(ask, each, f"Content-Length: {len(each)}") for each in bodies))
        came = b""
        while came.count(b"HTTP/1.1 ") < 5 or not came.endswith((b"]", b"}")):
            came += peer.recv(65_536)
    answers = came.split(b"HTTP/1.1 ")[1:]
    assert [each[:3] for each in answers] == [b"200", b"200", b"200", b"400", b"409"]
    for name, answer in zip(names, answers, strict=False):
        assert answer.endswith(json.dumps([name]).encode())
        assert b"X-Experience-API-Consistent-Through: 20" in answer.replace(b"Api", b"API")
        assert ask("GET", "/statements", statementId=name).status == 200
    assert len(judged) == 5


def test_a_repeated_statement_is_answered_as_before(both: tuple[Caller, Store]) -> None:
    """The same statement again is 200 with its id, and is stored once."""
    ask, _ = both
    one = statement(id=fresh())
    for _ in range(3):
        assert ask("POST", "/statements", one).json() == [one["id"]]
    assert len(ask("GET", "/statements", agent=one["actor"]).json()["statements"]) == 1


@pytest.mark.parametrize("why", ["long", "chunked", "unknown key", "in a form"])
def test_what_may_take_long_goes_to_a_worker(
    both: tuple[Caller, Store], judged: list[str], why: str
) -> None:
    """A long post, one whose length isn't told, one whose key must be looked up and the alternate
    syntax are not for the thread that reads; they are answered as well."""
    ask, _ = both
    body = json.dumps(statement(id=fresh())).encode()
    if why == "long":
        body = json.dumps([statement(result={"response": "x" * 200}) for _ in range(100)]).encode()
        assert len(ask("POST", "/statements", body, {"Content-Type": "application/json"}).json())
    elif why == "chunked":
        piece = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        with connected(ask) as peer:
            peer.sendall(raw(ask, piece, "Transfer-Encoding: chunked"))
            assert peer.recv(65_536).startswith(b"HTTP/1.1 200")
    elif why == "unknown key":
        assert ask.with_key("nobody:nothing")("POST", "/statements", statement()).status == 401
    else:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        path = "/statements?method=GET"
        assert ask("POST", path, f"statementId={fresh()}".encode(), form).status == 404
    assert judged == []
