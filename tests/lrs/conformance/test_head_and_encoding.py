"""HEAD is a GET without its body; texts are UTF-8, whatever the language."""

from __future__ import annotations

import json

import pytest
from live import Caller, fresh, statement
from wording import CONSISTENT, VERSION, agent, iri, query

DISPLAY = {
    "en-US": "dropped by",
    "ja-JP": "立ち寄った",
    "ko-KR": "들렀다",
    "is-IS": "leit við",
    "ru-RU": "заглянул",
    "pa-IN": "ਆਇਆ",
    "sk-SK": "zastavil sa",
    "ar-EG": "مر على",
    "hy-AM": "այցելեց",
    "kn-IN": "ಭೇಟಿ ನೀಡಿದ",
    "und": "𝕏 👩‍🚒 \u2028 \u00a0",
}


def addresses(ask: Caller) -> list[str]:
    """Every resource, with something in it."""
    state = {"activityId": iri(), "agent": agent(), "stateId": fresh()}
    profile = {"agent": agent(), "profileId": fresh()}
    other = {"activityId": iri(), "profileId": fresh()}
    documents = [
        "/activities/state" + query(state),
        "/agents/profile" + query(profile),
        "/activities/profile" + query(other),
    ]
    for address in documents:
        assert ask("POST", address, {"a": 1}).status == 204
    one = statement()
    name = ask("POST", "/statements", one).json()[0]
    return [
        *("/about", "/statements", f"/statements?statementId={name}", "/statements?limit=1"),
        *("/statements?limit=1&attachments=true", f"/activities?activityId={one['object']['id']}"),
        *("/agents" + query({"agent": one["actor"]}), "/agents" + query({"agent": agent()})),
        *documents,
        "/activities/state" + query({k: v for k, v in state.items() if k != "stateId"}),
    ]


def test_head_is_get_without_its_body(ask: Caller) -> None:
    """HEAD answers as GET does, in status and headers, and has no body (XAPI-00125,
    XAPI-00126)."""
    for address in addresses(ask):
        got, head = ask("GET", address), ask("HEAD", address)
        assert (got.status, head.status, head.body) == (200, 200, b""), address
        assert got.body
        for name in ("ETag", "Last-Modified", VERSION):
            assert head.headers[name] == got.headers[name], address
        kind, _, _ = got.headers["Content-Type"].partition("boundary")
        assert head.headers["Content-Type"].startswith(kind)
        assert (CONSISTENT in head.headers) == address.startswith("/statements")


def test_head_is_refused_like_get(ask: Caller) -> None:
    """HEAD is refused for whatever GET is (XAPI-00125)."""
    for address in ("/statements?foo=bar", f"/statements?statementId={fresh()}", "/activities"):
        got, head = ask("GET", address), ask("HEAD", address)
        assert (head.status, head.body) == (got.status, b"")
    assert ask.with_key(None)("HEAD", "/statements").status == 401


def test_get_ignores_a_body(ask: Caller) -> None:
    """A GET, HEAD or DELETE may come with a body, which is passed over, and the next request on the
    same connection is understood (XAPI-00159)."""
    for method in ("GET", "HEAD", "GET"):
        assert ask(method, "/statements?limit=1", {"a": [1, 2]}).status == 200
    address = "/agents/profile" + query({"agent": agent(), "profileId": "a"})
    assert ask("DELETE", address, {"a": 1}).status == 204
    assert (
        ask("GET", "/statements?limit=1", b"\r\n\r\n", {"Content-Type": "text/plain"}).status == 200
    )


def test_texts_of_all_languages(ask: Caller) -> None:
    """Texts come back as they were sent, in whatever language (XAPI-00015)."""
    verb = {"id": iri(), "display": DISPLAY}
    assert ask("POST", "/statements", statement(verb=verb)).status == 200
    told = ask("GET", f"/statements?verb={verb['id']}").json()["statements"]
    assert told[0]["verb"]["display"] == DISPLAY


def test_texts_may_be_escaped_or_not(ask: Caller) -> None:
    """JSON's escapes and plain UTF-8 are the same text (XAPI-00014, XAPI-00015)."""
    for ascii_only in (True, False):
        verb = {"id": iri(), "display": DISPLAY}
        body = json.dumps(statement(verb=verb), ensure_ascii=ascii_only).encode()
        answer = ask("POST", "/statements", body, {"Content-Type": "application/json"})
        assert answer.status == 200
        found = ask("GET", f"/statements?statementId={answer.json()[0]}").json()
        assert found["verb"]["display"] == DISPLAY


def test_addresses_are_utf8(ask: Caller) -> None:
    """Parameters are UTF-8, escaped (XAPI-00015)."""
    verb = f"https://brightwater.example/köder/{fresh()}"
    ask("POST", "/statements", statement(verb={"id": verb}))
    assert len(ask("GET", "/statements", verb=verb).json()["statements"]) == 1


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"nonsense", b"{}}", b"[{}", b"'a'", b"\xff\xfe{\x00}\x00", b"NaN", b"[,]"),
        *(b'{"a": NaN}', b'{"a": "\xff"}', b'{"a": 01}', b'{"a": "\\ud800"}', b'{"a": "\\u0000"}'),
        *(b'{"a": 1, "a": 1}', b"[" * 100_000, b'{"a":' * 100_000, b'{"a": 1e99999}', b"1" * 5000),
    ],
)
def test_statements_are_sound_json(lite: Caller, body: bytes) -> None:
    """What isn't JSON that everybody reads alike is refused: no key twice, nothing that isn't
    UTF-8, no number that nobody can hold (XAPI-00014, XAPI-00015, XAPI-00021)."""
    told = {"Content-Type": "application/json"}
    answer = lite("POST", "/statements", body, told)
    assert answer.status == 400
    assert answer.json()["error"]


def test_no_property_is_there_twice(ask: Caller) -> None:
    """A statement with a property twice is refused, wherever in it (XAPI-00021)."""
    text = json.dumps(statement())
    for body in (text[:-1] + ', "verb": {"id": "a:b"}}', text.replace('"id"', '"id": "a:b", "id"')):
        answer = ask("POST", "/statements", body.encode(), {"Content-Type": "application/json"})
        assert answer.status == 400
