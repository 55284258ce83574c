"""Tests of answers as HTTP sees them: compressed or not, to HEAD, with safe headers."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from live import Caller, fresh, statement
from wording import agent, attachment, data_piece, iri, json_piece, mixed, multipart, query


@pytest.fixture
def activity(ask: Caller) -> str:
    """An activity of which ten statements tell."""
    inner = {"id": f"https://corp.example/{fresh()}"}
    assert ask("POST", "/statements", [statement(object=inner) for _ in range(10)]).status == 200
    return str(inner["id"])


def test_an_answer_is_compressed_where_it_is_wanted(ask: Caller, activity: str) -> None:
    """gzip holds the same as the plain answer, says its own length, and caches are told."""
    plain = ask("GET", "/statements", activity=activity)
    headers = {"Accept-Encoding": "gzip"}
    packed = ask("GET", "/statements", headers=headers, activity=activity)
    assert plain.headers["Content-Encoding"] is None
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) == int(packed.headers["Content-Length"]) < len(plain.body)
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.headers.get_all("Vary", [])


@pytest.mark.parametrize("said", ["", "br", "gzip;q=0", "identity", "gzip;q=0.1, identity"])
def test_an_answer_is_plain_where_that_is_wanted(ask: Caller, activity: str, said: str) -> None:
    """Who doesn't take gzip, or takes it less gladly, gets what he takes."""
    answer = ask("GET", "/statements", headers={"Accept-Encoding": said}, activity=activity)
    assert answer.headers["Content-Encoding"] is None
    assert answer.json()["statements"]


def test_small_answers_and_refusals_are_plain(ask: Caller) -> None:
    """Less than a packet isn't worth it."""
    headers = {"Accept-Encoding": "gzip"}
    assert ask("GET", "/about", headers=headers).headers["Content-Encoding"] is None
    answer = ask("GET", "/statements", headers=headers, agent={"mbox": "x" * 5_000})
    assert (answer.status, answer.headers["Content-Encoding"]) == (400, None)


def test_a_document_is_never_compressed(ask: Caller) -> None:
    """Its ETag is that of its bytes, which If-Match has to find again."""
    place: dict[str, Any] = {"activityId": f"https://corp.example/{fresh()}", "profileId": "p"}
    content = b"{" + b" " * 5_000 + b"}"
    headers: dict[str, str | None] = {"Content-Type": "application/json", "If-None-Match": "*"}
    path = "/activities/profile"
    assert ask("PUT", path, content, headers=headers, **place).status == 204
    got = ask("GET", path, headers={"Accept-Encoding": "gzip"}, **place)
    assert got.body == content
    headers = {"Content-Type": "application/json", "If-Match": got.headers["ETag"]}
    assert ask("PUT", path, b"{}", headers=headers, **place).status == 204


@pytest.mark.parametrize("coding", [None, "gzip"])
@pytest.mark.parametrize("path", ["/statements", "/about", "/statements?limit=x", "/nothing"])
def test_head_says_what_get_says(ask: Caller, path: str, coding: str | None) -> None:
    """The same status and headers, and nothing else."""
    got = ask("GET", path, headers={"Accept-Encoding": coding})
    head = ask("HEAD", path, headers={"Accept-Encoding": coding})
    assert (head.status, head.body) == (got.status, b"")
    for name in ("Content-Length", "Content-Type", "Content-Encoding", "Vary"):
        assert head.headers[name] == got.headers[name], name


@pytest.mark.parametrize("path", ["/statements", "/nothing", "/about"])
def test_answers_keep_browsers_safe(ask: Caller, path: str) -> None:
    """Nothing sent here runs as a page, is framed, guessed at or kept."""
    headers = ask("GET", path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Server"] is None


def test_a_connection_outlives_an_answer_without_a_length(ask: Caller) -> None:
    """Where an answer ends is told by its status (204) or by its chunks; the next request goes over
    the same connection, unless the caller wants it closed."""
    data = b"attached"
    one = statement(id=fresh(), attachments=[attachment(data)])
    put = multipart([json_piece(one), data_piece(data)])
    caller = ask.with_key(ask.key)
    state = query({"activityId": iri(), "agent": agent(), "stateId": "a"})
    answers = [
        caller("PUT", f"/statements?statementId={one['id']}", put, mixed()),
        caller("PUT", f"/activities/state{state}", {}),
        caller("DELETE", f"/activities/state{state}"),
        caller("OPTIONS", "/statements"),
        caller("GET", f"/statements?statementId={one['id']}&attachments=true"),
    ]
    assert [each.status for each in answers] == [204, 204, 204, 204, 200]
    assert [each.headers["Content-Type"] for each in answers[:4]] == [None] * 4
    assert answers[-1].headers["Transfer-Encoding"] == "chunked"
    assert data in answers[-1].body
    assert [each.headers["Connection"] for each in answers] == [None] * 5
    asked = f"/statements?statementId={one['id']}&attachments=true"
    for method in ("HEAD", "GET", "HEAD", "HEAD", "GET"):
        again = caller(method, asked)
        assert (again.status, again.headers["Connection"]) == (200, None)
        assert again.body == (b"" if method == "HEAD" else answers[-1].body)
    closed = caller("OPTIONS", "/statements", headers={"Connection": "close"})
    assert closed.headers["Connection"] == "close"
