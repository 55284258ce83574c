"""Tests of what those who run the store ask of it, and of what its log tells them."""

from __future__ import annotations

import base64
import json
import logging
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from live import Caller, fresh, statement
from prometheus_client.parser import text_string_to_metric_families

from lrs import feed, keys, logs
from lrs.errors import Unavailable
from lrs.xapi.store import Store


def outside(ask: Caller) -> Caller:
    """The same caller, of what isn't xAPI."""
    return Caller(ask.origin, ask.key, None, base="")


def scoped(ask: Caller, store: Store, *scopes: str) -> Caller:
    """A caller with a key of these scopes."""
    name = f"key-{fresh()}"
    return outside(ask).with_key(f"{name}:{keys.create(store, name, scopes, None, None)}")


class Heard(logging.Handler):
    """Keeps the lines that would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Format a record as the server does."""
        self.lines.append(json.loads(logs.Lines().format(record)))


@pytest.fixture
def heard() -> Iterator[Heard]:
    """What the store logs during a test."""
    handler, logger = Heard(), logging.getLogger("lrs")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield handler
    logger.removeHandler(handler)


def line_of(heard: Heard, request: str) -> dict[str, Any]:
    """The log's line about a request; the answer may be here before it."""
    for _ in range(100):
        found = [each for each in heard.lines if each.get("request") == request]
        if found:
            return found[-1]
        time.sleep(0.01)  # the line is written after the answer
    raise AssertionError("no line of this request")


def test_a_request_is_one_line(ask: Caller, heard: Heard) -> None:
    """The line names method, route, status, time, sizes and key, and the id that the proxy gave,
    which the answer repeats."""
    number = f"proxy-{fresh()}"
    answer = ask("GET", "/statements", headers={"X-Request-Id": number}, limit=1)
    assert answer.headers["X-Request-Id"] == number
    line = line_of(heard, number)
    assert line["message"] == "GET /xapi/statements"
    assert (line["status"], line["key"], line["level"]) == (200, "administrator", "info")
    assert line["bytes"] == len(answer.body)
    assert 0 < line["ms"] < 10_000


@pytest.mark.parametrize("given", ["", "short", "a b c d e f g h", "x" * 65, 'quote"quote'])
def test_a_request_s_id_is_ours_where_none_is_sane(ask: Caller, given: str) -> None:
    """What could break a log, or tell of somebody at length, doesn't get into it."""
    answer = ask("GET", "/about", headers={"X-Request-Id": given})
    assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["X-Request-Id"])


def test_no_person_is_in_the_log(ask: Caller, heard: Heard) -> None:
    """Neither queries nor bodies, nor headers, nor names in addresses are written, whether a
    request is good or bad."""
    secret = f"ana-{fresh()}"
    agent = {"mbox": f"mailto:{secret}@corp.example"}
    ask("GET", "/statements", agent=agent)
    ask("POST", "/statements", statement(actor=agent))
    ask("POST", "/statements", {"actor": secret})
    ask("GET", f"/{secret}")
    ask("GET", f"/statements/more/{secret}")
    ask("GET", "/statements", headers={"Authorization": f"Basic {secret}"})
    ask("GET", "/about", headers={"Origin": f"https://{secret}", "User-Agent": secret})
    line_of(heard, ask("GET", "/about").headers["X-Request-Id"])
    assert len(heard.lines) >= 8
    assert secret not in json.dumps(heard.lines)


def test_a_fault_is_told_without_its_words(store: Store) -> None:
    """A trace has types and places; what a database says of a fault quotes the values."""
    try:
        try:
            raise ValueError("ana@corp.example")
        except ValueError as error:
            raise KeyError("ana@corp.example") from error
    except KeyError as error:
        told = (type(error), error, error.__traceback__)
        record = logging.LogRecord("lrs", logging.ERROR, "x", 1, "failed", None, told)
    line = json.loads(logs.Lines().format(record))
    assert "ana@" not in json.dumps(line)
    assert {"KeyError", "ValueError"} <= set(line["trace"])
    assert any(__file__ in each for each in line["trace"])


FAULT = """
import sys
from lrs import database, logs
from lrs.received.tables import RECEIVED

logs.begin()
made = database.engine(sys.argv[1])
database.migrate(made)
with database.writing(made) as connection, database.at_once(connection):
    database.inserter(RECEIVED)(connection, [(1, None, "ana@corp.example", b"", b"")])
    raise KeyError("and then another fault")
"""


def test_the_driver_s_words_are_no_lines(postgresql_address: str) -> None:
    """PostgreSQL's driver warns of what went wrong behind a fault, and quotes the row; the log has
    nothing of it."""
    ran = subprocess.run(
        [sys.executable, "-c", FAULT, postgresql_address],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "KeyError: 'and then another fault'" in ran.stderr
    assert "ana@" not in ran.stderr


def test_a_5xx_is_an_error_in_the_log(ask: Caller, store: Store, heard: Heard) -> None:
    """What the store could not do is loud, and says why."""
    real = store.writer._submit

    def refuse(jobs: object) -> None:
        raise Unavailable("the database can't be written now")

    store.writer._submit = refuse  # type: ignore[method-assign]  # an outage
    try:
        answer = ask("POST", "/statements", statement())
    finally:
        store.writer._submit = real  # type: ignore[method-assign]  # an outage
    line = line_of(heard, answer.headers["X-Request-Id"])
    assert (line["level"], line["status"]) == ("error", 503)
    assert line["error"] == "the database can't be written now"


def test_a_slow_request_or_a_fault_tells_more(ask: Caller) -> None:
    """Which of the standard's parameters were there, by name alone."""
    from flask import Flask, request

    from lrs import request_log

    query = "/xapi/statements?agent=ana&verb=x&ana@corp.example=1"
    with Flask("x").test_request_context(query):
        assert request_log.asked(request.environ) == ["agent", "verb"]
    assert request_log.level(200, 0.1) == logging.INFO
    assert request_log.level(200, 1.1) == logging.WARNING


def figures(ask: Caller) -> dict[tuple[str, tuple[str, ...]], float]:
    """All metrics by name and values of their labels."""
    answer = outside(ask)("GET", "/metrics")
    assert answer.status == 200
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.body.decode())
        for sample in family.samples
    }


def test_metrics_count_what_happens(ask: Caller) -> None:
    """Requests by route and status, records stored, commits, refusals, and the log's end."""
    before = figures(ask)
    assert ask("POST", "/statements", [statement(), statement()]).status == 200
    assert ask("POST", "/statements", {}).status == 400
    after = figures(ask)

    def grown(name: str, *labels: str) -> float:
        return after[name, labels] - before.get((name, labels), 0)

    assert grown("lrs_requests_total", "POST", "/xapi/statements", "200") == 1
    assert grown("lrs_requests_total", "POST", "/xapi/statements", "400") == 1
    assert grown("lrs_request_seconds_count", "POST", "/xapi/statements") == 2
    assert grown("lrs_records_stored_total", "statements") == 2
    assert grown("lrs_group_requests_count", "statements") == 1
    assert grown("lrs_newest_record") == 2
    assert sum(v for (name, labels), v in after.items() if name == "lrs_refused_total") > 0
    assert after["lrs_database_bytes", ()] > 10_000
    assert after["lrs_queue_requests", ()] == 0
    assert after["lrs_writer_alive", ()] == 1
    assert [labels for name, labels in after if name == "lrs_build_info"]


def test_metrics_don_t_grow_with_what_is_sent(ask: Caller) -> None:
    """Addresses and methods that nobody knows share one place each."""
    outside(ask)("GET", "/metrics")
    before = len(figures(ask))
    for _ in range(5):
        ask("GET", f"/{fresh()}")
        ask(f"X{fresh()[:8].upper()}", "/statements")
    assert len(figures(ask)) <= before + 40  # the histograms of two places


def test_only_who_may_read_all_is_told(ask: Caller, store: Store) -> None:
    """Metrics and the log are for keys with all/read."""
    callers = [(scoped(ask, store, "all/read"), 200), (outside(ask).with_key(None), 401)]
    for scope in ("statements/read", "statements/write", "state", "profile", "define"):
        callers.append((scoped(ask, store, scope), 403))
    for path in ("/metrics", "/records"):
        for caller, status in callers:
            assert caller("GET", path).status == status, path


def test_health_needs_no_key(ask: Caller) -> None:
    """Whoever balances the load has none."""
    anybody = outside(ask).with_key(None)
    assert anybody("GET", "/healthz").json() == {"status": "ok"}
    assert anybody("GET", "/readyz").json() == {"status": "ready"}


def test_the_store_is_not_ready_without_room(ask: Caller, store: Store, kind: str) -> None:
    """A disk that is almost full is told before it is full; PostgreSQL's isn't ours to see."""
    from dataclasses import replace

    from lrs import health

    full = replace(store, settings=replace(store.settings, min_free=2**62))
    if kind == "postgresql":
        health.check(full)
    else:
        with pytest.raises(Unavailable, match="LRS_MIN_FREE"):
            health.check(full)


def test_records_are_fed_in_order(ask: Caller) -> None:
    """Each record is a line; the header says where to go on, and at the end it stays."""
    reader = outside(ask)
    start = int(figures(ask)["lrs_newest_record", ()])
    sent = [statement(id=fresh()) for _ in range(3)]
    for one in sent:
        assert ask("POST", "/statements", one).status == 200
    after, found = start, []
    while True:
        answer = reader("GET", "/records", after=after, limit=2, kind="statement")
        assert answer.headers["Content-Type"] == feed.CONTENT_TYPE
        lines = [json.loads(line) for line in answer.body.splitlines()]
        if not lines:
            assert int(answer.headers[feed.NEXT]) == after
            break
        assert [line["seq"] for line in lines] == sorted(line["seq"] for line in lines)
        found += lines
        after = int(answer.headers[feed.NEXT])
        assert after == lines[-1]["seq"]
    assert [json.loads(line["body"]) for line in found] == sent
    assert all(set(line) == {"seq", "at", "kind", "head", "body", "leaf"} for line in found)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        *(("kind=%00", "unknown-kind"), ("kind=statements", "unknown-kind")),
        *(("kind=%FF", "not-utf8"), ("after=1&after=5", "repeated-parameter")),
    ],
)
def test_a_question_about_the_log_that_can_t_be_answered(
    ask: Caller, asked: str, code: str
) -> None:
    """A kind that no record has, or a number told twice, is refused on each database: an empty page
    would say that there is nothing, and the wrong one that there is no more."""
    answer = outside(ask)("GET", f"/records?{asked}")
    assert (answer.status, answer.codes()) == (400, [code])


def test_a_line_can_be_checked(ask: Caller) -> None:
    """The leaf is the hash of kind, head and body as they are kept."""
    from hashlib import sha256

    from lrs.received.records import compact

    start = int(figures(ask)["lrs_newest_record", ()])
    ask("POST", "/statements", statement())
    content = bytes(range(256))
    ask(
        *("PUT", "/activities/profile", content),
        headers={"Content-Type": "application/octet-stream", "If-None-Match": "*"},
        activityId=f"https://corp.example/{fresh()}",
        profileId="p",
    )
    answer = outside(ask)("GET", "/records", after=start)
    lines = [json.loads(line) for line in answer.body.splitlines()]
    assert len(lines) == 2
    for line in lines:
        body = base64.b64decode(line["body64"]) if "body64" in line else line["body"].encode()
        data = f"{line['kind']}\n{compact(line['head'])}\n".encode() + body
        assert sha256(b"\0" + data).hexdigest() == line["leaf"]
    assert "body64" in lines[1]


def test_secrets_are_not_fed(ask: Caller, store: Store) -> None:
    """Not even their hashes leave with an export."""
    name = f"key-{fresh()}"
    keys.create(store, name, ["all"], None, None)
    answer = outside(ask)("GET", "/records", kind="credential", limit=1000)
    assert name in answer.body.decode()
    assert b"scrypt" not in answer.body


@pytest.mark.parametrize(
    "query",
    [
        "after=x",
        "after=-1",
        "limit=1001",
        "limit=1.5",
        "since=1",
        "after=99999999999999999999",
        "after=²",
    ],
)
def test_a_feed_that_can_t_be_is_refused(ask: Caller, query: str) -> None:
    """What can't be understood is 400 with its place."""
    from urllib.parse import quote

    answer = outside(ask)("GET", f"/records?{quote(query, safe='=')}")
    assert answer.status == 400
    assert answer.json()["problems"][0]["at"].startswith("parameter ")
