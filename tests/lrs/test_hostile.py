"""Tests of what no well-meaning caller sends, over real sockets: it is refused as what it is, never
breaks anything, and holds up nobody else."""

from __future__ import annotations

import gzip
import http.client
import json
import logging
import re
import select
import socket
import struct
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import live
import psutil
import pytest
from live import Caller, basic, fresh, statement
from waitress.adjustments import Adjustments

from lrs import keys, serving, strict_http
from lrs.config import Settings
from lrs.player_keys import Player

MOST = 1_000_000  # bytes of a body
PAGE, PACKAGES = "https://page.example", "https://lms.example"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    """A good caller of a store with a smaller limit."""
    address = f"sqlite:///{tmp_path_factory.mktemp('hostile') / 'lrs.db'}"
    with live.running(Settings(database=address, durable=False, max_body=MOST)) as (ask, _):
        yield ask


@pytest.fixture(autouse=True)
def unharmed(good: Caller) -> Iterator[None]:
    """Whatever a test sends, a good caller is answered after it."""
    yield
    answer = good.with_key(good.key)("POST", "/statements", statement())
    assert answer.status == 200


class Raw:
    """A connection on which anything can be sent."""

    def __init__(self, ask: Caller) -> None:
        host, _, port = urlsplit(ask.origin).netloc.partition(":")
        self.socket = socket.create_connection((host, int(port)), timeout=20)

    def __enter__(self) -> Raw:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        """As much of it as the other side takes."""
        with suppress(OSError):  # refused before it was all there
            self.socket.sendall(data)

    def received(self) -> bytes:
        """All that comes until the connection is closed or silent."""
        received = b""
        self.socket.settimeout(3)
        try:
            while piece := self.socket.recv(65_536):
                received += piece
        except OSError:
            pass
        return received

    def statuses(self) -> list[int]:
        """The statuses of all answers until the connection is closed or silent."""
        return [int(each) for each in re.findall(rb"HTTP/1\.[01] (\d{3}) ", self.received())]


def sent(ask: Caller, *pieces: bytes) -> list[int]:
    """The statuses that come back for bytes."""
    with Raw(ask) as raw:
        for piece in pieces:
            raw.send(piece)
        return raw.statuses()


def head(ask: Caller, line: bytes = b"POST /xapi/statements HTTP/1.1", *more: bytes) -> bytes:
    """The head of a request with a good key."""
    lines = (
        *(
            line,
            b"Host: lrs",
            b"X-Experience-API-Version: 1.0.3",
            b"Content-Type: application/json",
        ),
        *(b"Authorization: " + basic(ask.key or "").encode(), b"Connection: close", *more),
    )
    return b"\r\n".join(lines) + b"\r\n\r\n"


def refused(answer: live.Answer) -> None:
    """It is the caller's fault, in our shape."""
    assert 400 <= answer.status < 500, answer.body
    told = answer.json()
    assert set(told) == {"error", "problems"}
    assert told["error"]


JSON = {"Content-Type": "application/json"}
GOOD = json.dumps(statement(id=fresh()))
BODIES = {
    "nothing": b"",
    "half": GOOD[:50].encode(),
    "twice the same key": GOOD.replace('{"actor"', '{"verb": {}, "actor"').encode(),
    "a key twice, deep": GOOD.replace('"display": {', '"display": {"en": "x", ').encode(),
    "NUL": GOOD.replace("completed", "a\\u0000b").encode(),
    "a bare NUL": GOOD.replace("completed", "a\0b").encode(),
    "invalid UTF-8": GOOD.encode().replace(b"completed", b"\xff\xfe"),
    "a lone surrogate": GOOD.replace("completed", "\\ud800").encode(),
    "UTF-16": GOOD.encode("utf-16"),
    "NaN": GOOD.replace('{"actor"', '{"result": {"score": {"scaled": NaN}}, "actor"').encode(),
    "a huge number": b'{"a": ' + b"9" * 100_000 + b"}",
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a number": b"1",
    "text": b'"statement"',
    "null": b"null",
    "a list of null": b"[null]",
    "nothing in it": b"{}",
    "comments": b"/* */ {}",
    "XML": b"<?xml version='1.0'?><a/>",
    "random": bytes(range(256)) * 100,
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
@pytest.mark.parametrize("version", [live.OLD, live.NEW])
def test_a_body_that_is_no_statement_is_refused(good: Caller, body: bytes, version: str) -> None:
    """Malformed JSON, repeated keys, depth, NUL, wrong encodings, wrong shapes: 400."""
    answer = good.speaking(version)("POST", "/statements", body, headers=JSON)
    if b"u0000" in body or b"ud800" in body:
        assert answer.status in (200, 400)  # legal JSON; whether it is taken, others test
        return
    refused(answer)
    assert answer.status == 400


@pytest.mark.parametrize(
    "query",
    [
        *("statementId=%00", "statementId=%FF", "agent=%FF%FE", "agent=%7B", "agent=%00"),
        *("verb=%00", "verb=http://x/%00", "since=%00", "limit=9" + "9" * 400, "limit=-1"),
        *("agent=" + "%5B" * 5_000, "activity=a%0D%0Ab:c", "%00=1", "statementId=1&statementId=1"),
        "agent=" + '%7B"mbox":"mailto:a%00@b.example"%7D'.replace('"', "%22"),
        "verb=http://x/%ED%A0%80",
        "registration=%F0%9F%92%A9",
    ],
)
def test_parameters_that_can_t_be_are_refused(good: Caller, query: str) -> None:
    """NUL, invalid UTF-8, numbers without end, repeated names: 400, or nothing found."""
    answer = good("GET", f"/statements?{query}")
    assert answer.status in (200, 400, 404), answer.body
    if answer.status != 200:
        refused(answer)


@pytest.mark.parametrize(
    "path",
    [
        *("/%00", "/%FF%FE", "/statements%00", "/statements/more/%00", "/statements/more/%FF"),
        *(
            "/statements/more/" + "A" * 5_000,
            "/..%2f..%2fetc%2fpasswd",
            "/statements/../statements",
        ),
        "/statements/more/AAAA",
        *("//", "//statements", "/statements//more/AAAA"),
    ],
)
def test_paths_that_lead_nowhere_are_refused(good: Caller, path: str) -> None:
    """Nothing is there, whatever the path is made of."""
    answer = good("GET", path)
    assert answer.status in (400, 404), answer.body


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/activities/state", {"activityId": "http://a/b", "stateId": "a\0b"}),
        ("/activities/profile", {"activityId": "http://a/b", "profileId": "a\0b"}),
        ("/activities/profile", {"activityId": "http://a/\0", "profileId": "a"}),
        ("/activities", {"activityId": "http://a/\0"}),
    ],
)
def test_names_with_nul_do_no_harm(ask: Caller, path: str, names: dict[str, str]) -> None:
    """PostgreSQL's texts hold no NUL: what has one is refused or found nowhere, on both."""
    told: dict[str, Any] = dict(names)
    if path.endswith("state"):
        told["agent"] = {"mbox": "mailto:a@b.example"}
    answers = [ask("GET", path, **told)]
    if path.endswith(("state", "profile")):
        answers.append(ask("PUT", path, b"x", headers={"If-None-Match": "*"}, **told))
    for answer in answers:
        assert answer.status < 500, answer.body


def test_keys_that_can_t_be_are_refused(ask: Caller) -> None:
    """A name with NUL, without end, or in another encoding is nobody's."""
    for name in ("a\0b", "n" * 10_000, "ä", "'; DROP TABLE received; --", ""):
        assert ask.with_key(f"{name}:secret")("GET", "/statements").status == 401


def test_a_body_over_the_limit_is_refused(good: Caller) -> None:
    """Declared or chunked, plain or compressed: 413 before it is all read. What is just as long as
    it may be is taken."""
    longest = b"[]" + b" " * (MOST - 2)
    for headers in (JSON, {**JSON, "Content-Encoding": "gzip"}):
        for more, status in ((b"", 200), (b" ", 413)):
            body = longest + more
            sent_so = gzip.compress(body) if headers != JSON else body
            answer = good("POST", "/statements", sent_so, headers=headers)
            assert answer.status == status
    large = b" " * (MOST + 1)
    assert sent(good, head(good, more_length(large)), large)[0] == 413
    chunked = head(good, b"POST /xapi/statements HTTP/1.1", b"Transfer-Encoding: chunked")
    chunk = b"10000\r\n" + b" " * 65_536 + b"\r\n"
    assert sent(good, chunked, *([chunk] * 20), b"0\r\n\r\n")[0] == 413


def test_who_sends_too_much_gets_to_read_so(good: Caller) -> None:
    """A caller who sends the whole of a body or a header that is too long, and reads only then,
    still finds the refusal, in the shape that every refusal has, and is then cut off."""
    for begun, rest, status, code in (
        (head(good, more_length(b" " * 20_000_000)), b" " * 20_000_000, 413, "body-too-large"),
        (b"GET /xapi/about HTTP/1.1\r\n", b"X: " + b"a" * 500_000, 431, "headers-too-large"),
    ):
        with Raw(good) as raw:
            raw.socket.sendall(begun + rest)
            answer = http.client.HTTPResponse(raw.socket)
            answer.begin()
            told = json.loads(answer.read())
            assert answer.status == status
            assert [each["code"] for each in told["problems"]] == [code]
            assert answer.headers["X-Experience-API-Version"]
            assert raw.socket.recv(1) == b""
    with Raw(good) as raw:  # not for ever
        raw.send(head(good, more_length(b" " * 10**9)))
        with pytest.raises(OSError):
            for _ in range(200):
                raw.socket.sendall(b" " * 1_000_000)


def test_a_page_can_read_what_the_server_itself_refuses(tmp_path: Path) -> None:
    """A refusal that never reached the app has the headers with which a page of an origin that may
    ask can read it, whoever named the origin, and is counted by its own status."""
    settings = Settings(
        database=f"sqlite:///{tmp_path / 'lrs.db'}", durable=False, max_body=MOST, origins=PAGE
    )
    with live.running(settings) as (ask, store):
        bounds = Player(("https://corp.example/a",), origins=(PACKAGES,))
        keys.create(store, "packages", [], None, bounds)
        version = b"\r\nX-Experience-API-Version: 1.0.3\r\n"
        for origin, may in ((PAGE, True), (PACKAGES, True), ("https://other.example", False)):
            told = f"Origin: {origin}".encode() + version
            told += b"Host: x\r\n"
            large = more_length(b" " * (MOST + 1)) + b"\r\n" + told + b"\r\n"
            long = b"GET /xapi/statements HTTP/1.1\r\n" + told + b"X: " + b"a" * 500_000
            for begun, status in ((large, 413), (long, 431)):
                with Raw(ask) as raw:
                    raw.send(begun)
                    answer = http.client.HTTPResponse(raw.socket)
                    answer.begin()
                    assert answer.status == status
                    allowed = answer.headers["Access-Control-Allow-Origin"]
                    assert allowed == (origin if may else None)
                    assert (answer.headers["Access-Control-Expose-Headers"] is not None) == may
                    assert answer.headers["Vary"] == "Origin"
                    assert answer.headers["X-Experience-API-Version"] == "1.0.3"
        counted = replace(ask, base="")("GET", "/metrics").body.decode().splitlines()
    for line in (
        'lrs_requests_total{method="POST",route="none",status="413"} 3.0',
        'lrs_requests_total{method="GET",route="none",status="431"} 3.0',
        'lrs_refused_total{code="body-too-large",status="413"} 3.0',
        'lrs_refused_total{code="headers-too-large",status="431"} 3.0',
    ):
        assert line in counted


def more_length(body: bytes) -> bytes:
    """The request line of a POST and its Content-Length, as head takes them."""
    return b"POST /xapi/statements HTTP/1.1\r\nContent-Length: %d" % len(body)


def test_a_gzip_bomb_is_refused(good: Caller) -> None:
    """What inflates a thousandfold is given up at the limit, and memory stays what it was."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    pieces = [squeeze.compress(b" " * 1_000_000) for _ in range(500)]
    bomb = b"".join((*pieces, squeeze.flush()))
    assert len(bomb) < MOST
    before = psutil.Process().memory_info().rss
    headers = {**JSON, "Content-Encoding": "gzip"}
    for _ in range(5):
        answer = good("POST", "/statements", bomb, headers=headers)
        assert answer.status == 413
    assert psutil.Process().memory_info().rss - before < 100_000_000


@pytest.mark.parametrize(
    "body",
    [
        *(b"no gzip", gzip.compress(b"{}")[:-4], gzip.compress(b"{}") + b"x"),
        gzip.compress(gzip.compress(GOOD.encode())),
    ],
)
def test_broken_gzip_is_refused(good: Caller, body: bytes) -> None:
    """Not gzip, cut off, with something behind it, or twice: 400."""
    refused(good("POST", "/statements", body, headers={**JSON, "Content-Encoding": "gzip"}))


def test_many_parameters_are_refused(good: Caller) -> None:
    """Ten thousand of them, or a megabyte in one: refused, in the address and in a form; who has no
    key is told so before a form of a million is taken apart."""
    many = "&".join(f"p{n}=1" for n in range(10_000))
    assert sent(good, head(good, f"GET /xapi/statements?{many} HTTP/1.1".encode()))[0] in (400, 431)
    long = b"GET /xapi/statements?verb=http://" + b"a" * 1_000_000 + b" HTTP/1.1"
    assert sent(good, head(good, long))[0] in (400, 431)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for caller in (good, good.with_key(None)):
        answer = caller("POST", "/statements?method=GET", many.encode(), headers=form)
        assert answer.codes() == ["too-many-parameters"]
        refused(answer)
    verb = b"verb=http://" + b"a" * 900_000  # legal, and nobody's
    answer = good("POST", "/statements?method=GET", verb, headers=form)
    assert answer.json()["statements"] == []


def test_a_batch_full_of_faults_is_told_some(good: Caller) -> None:
    """A thousand statements with a hundred faults each are judged no further than it takes to tell
    about a hundred."""
    one = {f"{number:03}actor": 0 for number in range(30)}
    answer = good("POST", "/statements", [one] * 1_000)
    refused(answer)
    assert 100 <= len(answer.codes()) < 200


def test_a_flood_of_headers_is_refused(good: Caller) -> None:
    """Many, or a long one, or one without end."""
    many = b"\r\n".join(b"X-Header-%d: x" % number for number in range(10_000))
    assert sent(good, head(good, b"GET /xapi/about HTTP/1.1\r\n" + many))[0] in (400, 431)
    assert sent(good, b"GET /xapi/about HTTP/1.1\r\nX: " + b"a" * 500_000)[0] in (400, 431)


POST = b"POST /xapi/statements HTTP/1.1\r\nHost: x\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
MALFORMED = {
    "no HTTP": b"hello\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(100) + b"\r\n\r\n",
    "an absurd length": POST + b"Content-Length: %d\r\n\r\n" % 10**30,
    "a negative length": POST + b"Content-Length: -1\r\n\r\n",
    "a length in words": POST + b"Content-Length: ten\r\n\r\n",
    "a length with a sign": POST + b"Content-Length: +1\r\n\r\na",
    "two lengths": POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\na",
    "a bad chunk": CHUNKED + b"zz\r\nabc\r\n0\r\n\r\n",
    "a chunk too long": CHUNKED + b"2\r\nabcdef\r\n0\r\n\r\n",
    "a hidden coding": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "a space before the colon": b"GET /xapi/about HTTP/1.1\r\nHost : x\r\n\r\n",
    "a bare line feed": b"GET /xapi/about HTTP/1.1\nHost: x\nContent-Length: 1\n\na",
    "a folded header": b"GET /xapi/about HTTP/1.1\r\nHost: x\r\nX: a\r\n Content-Length: 5\r\n\r\n",
}


@pytest.mark.parametrize("data", MALFORMED.values(), ids=MALFORMED.keys())
def test_what_is_no_http_is_refused(good: Caller, data: bytes) -> None:
    """Refused, or answered as one request and no more: never as a fault. Who reads it is told so in
    our shape, and in a line of the log."""
    with Raw(good) as raw:
        raw.send(data)
        received = raw.received()
    found = [int(each) for each in re.findall(rb"HTTP/1\.[01] (\d{3}) ", received)]
    for answer in re.split(rb"HTTP/1\.[01] ", received)[1:]:
        if not answer.startswith(b"2"):
            told = json.loads(answer.partition(b"\r\n\r\n")[2])
            assert told["error"] and set(told) == {"error", "problems"}
    assert len(found) <= 1, found
    assert all(status < 500 or status == 501 for status in found), found


def test_who_hangs_up_on_a_refusal_is_no_fault(
    good: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    """Who sends what is no HTTP, or too much, and is gone before the refusal can be sent, leaves
    no error in the log: scanners do so all day."""
    now = struct.pack("ii", 1, 0)  # close at once, and drop what the other side says
    for data in (b"\0\1\r\n\r\n", b"GET / HTTP/1.1\r\nX: " + b"a" * 300_000):
        for number in range(60):
            with Raw(good) as raw:
                raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
                raw.send(data)
                if number % 2:
                    raw.socket.recv(1)
    assert good("GET", "/about").status == 200
    time.sleep(0.5)  # threads that still answer tell nobody
    wrong = [line for line in caplog.records if line.levelno >= logging.ERROR]
    assert [line.getMessage() for line in wrong] == []


@pytest.mark.parametrize("hosts", [b"", b"Host: x\r\nHost: y\r\n", b"Host: x\r\nHost: x\r\n"])
def test_a_request_is_for_one_host(good: Caller, hosts: bytes) -> None:
    """Where a proxy and the store could take a request to be for different hosts, it is refused;
    HTTP/1.0 has no hosts (RFC 9112 3.2)."""
    assert sent(good, b"GET /xapi/about HTTP/1.1\r\n" + hosts + b"\r\n") == [400]
    assert sent(good, b"GET /xapi/about HTTP/1.0\r\n\r\n") == [200]


SMUGGLED = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.mark.parametrize(
    "data",
    [
        POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
        POST + b"Content-Length: 0\r\nContent-Length: 44\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n",
    ],
)
def test_no_request_hides_in_another(good: Caller, data: bytes) -> None:
    """Where two readings of a length are possible, what follows is not answered as a request."""
    found = sent(good, data + SMUGGLED)
    assert found and 200 not in found, found


@pytest.mark.parametrize("method", [b"BREW", b"TRACE", b"CONNECT", b"PATCH", b"get", b"X" * 500])
def test_methods_that_don_t_exist_are_refused(good: Caller, method: bytes) -> None:
    """405, or 400 where it is no method at all."""
    found = sent(good, head(good, method + b" /xapi/statements HTTP/1.1"))
    assert found and found[0] in (400, 405), found


def test_half_requests_hold_up_nobody(good: Caller) -> None:
    """Connections that end in the middle of a head or a body leave nothing behind."""
    whole = head(good, more_length(GOOD.encode())) + GOOD.encode()
    for cut in (1, 20, 100, len(whole) - 1):
        for _ in range(10):
            with Raw(good) as raw:
                raw.send(whole[:cut])
    assert good("GET", "/about").status == 200


@pytest.mark.parametrize("begun", ["a head", "a body"])
def test_who_is_too_slow_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begun: str
) -> None:
    """A request that stops coming, or comes byte by byte for too long, is answered with 408 and the
    connection closed; one that was never begun is closed without a word, and a good one on a
    connection that was open for long is answered."""
    monkeypatch.setattr(serving, "_SLOWEST", 1)
    monkeypatch.setattr(strict_http, "LONGEST", 2)
    monkeypatch.setattr(Adjustments, "cleanup_interval", 1)
    settings = Settings(database=f"sqlite:///{tmp_path / 'lrs.db'}", durable=False, origins="*")
    with live.running(settings) as (ask, _):
        part = head(ask, more_length(b" " * 1_000))
        part = part[:40] if begun == "a head" else part + b"{"
        with Raw(ask) as stops, Raw(ask) as drips, Raw(ask) as idle:
            stops.send(part)
            drips.send(part)
            for _ in range(30):
                time.sleep(0.2)  # the slowness itself: a byte now and then
                drips.send(b" ")
            for each in (stops, drips):
                answer = http.client.HTTPResponse(each.socket)
                answer.begin()
                told = json.loads(answer.read())
                assert (answer.status, told["problems"][0]["code"]) == (408, "too-slow")
                page = answer.headers["Access-Control-Allow-Origin"]
                assert page == ("*" if begun == "a body" else None)
                assert each.socket.recv(1) == b""
            assert idle.received() == b""
        counted = replace(ask, base="")("GET", "/metrics").body
        assert b'lrs_refused_total{code="too-slow",status="408"} 2.0' in counted
        with Raw(ask) as patient:
            for _ in range(6):
                patient.send(
                    head(ask, b"GET /xapi/about HTTP/1.1").replace(b"close", b"keep-alive")
                )
                assert b"200 OK" in patient.socket.recv(65_536)
                time.sleep(0.5)  # longer in all than a request may take, and no fault between them


def test_slow_callers_hold_up_nobody(good: Caller) -> None:
    """While two hundred callers send a head or a body byte by byte, more than there are threads, a
    good one is answered at once."""
    slow = [Raw(good) for _ in range(200)]
    try:
        begun = head(good, more_length(b" " * 1_000))
        for number, raw in enumerate(slow):
            raw.send(begun[:40] if number % 2 else begun + b"{")
        longest = 0.0
        caller = good.with_key(good.key)
        for _ in range(20):
            for raw in slow[::5]:
                raw.send(b" ")
            began = time.monotonic()
            assert caller("POST", "/statements", statement()).status == 200
            longest = max(longest, time.monotonic() - began)
        assert longest < 2, longest
        waiting, _, _ = select.select([raw.socket for raw in slow], [], [], 0)
        assert len(waiting) < 200  # they were not simply cut off
    finally:
        for raw in slow:
            raw.socket.close()


def test_a_document_grows_to_a_bound(good: Caller) -> None:
    """Of many requests that are merged no document is made that is larger than one may be; what is
    there stays, and can be replaced."""
    place: dict[str, Any] = {
        "activityId": "https://x.example/grown",
        "agent": json.dumps({"mbox": "mailto:grown@x.example"}),
        "stateId": "notes",
    }
    part = "x" * (MOST * 2 // 5)
    parts = [{name: part} for name in ("one", "two", "three")]
    for body in parts[:2]:
        assert good("POST", "/activities/state", body, **place).status == 204
    refused = good("POST", "/activities/state", parts[2], **place)
    assert (refused.status, refused.codes()) == (413, ["document-too-large"])
    assert set(good("GET", "/activities/state", **place).json()) == {"one", "two"}
    assert good("POST", "/activities/state", parts[1], **place).status == 204
    assert good("PUT", "/activities/state", parts[2], **place).status == 204
