"""Whatever is sent, it is the sender's fault or in order: no request makes the store stumble."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from live import Caller, fresh, statement
from wording import ACTIVITY, BOUNDARY, FORM, Json, agent, full, inside, iri, mixed, query

WORDS = (
    *("", "%00", "%FF%FE", "%zz", "%", "a" * 8000, "%F0%9F%92%A9", "%ED%A0%80", "null", "[]", "{}"),
    *(
        "-1",
        "0",
        "1e9",
        "NaN",
        "9" * 40,
        "true",
        "%D9%A3",
        "..%2F..%2Fetc",
        "%27%22;--",
        "*",
        "%0D%0A",
    ),
    *("0001-01-01T00:00:00%2B23:59", "9999-12-31T23:59:59-23:59", "0000-00-00T00:00:00Z"),
    *("2026-06-30T23:59:60Z", "%7B%22mbox%22:1%7D", quote('{"account":{"name":"\\u0000"}}')),
    *(quote('{"mbox":"mailto:a@b.example","mbox":"mailto:c@d.example"}'), quote("[" * 3000)),
)
PARAMETERS = {
    "/statements": (
        *("statementId", "voidedStatementId", "agent", "verb", "activity", "registration", "since"),
        *("until", "limit", "ascending", "format", "attachments", "related_agents", "method"),
    ),
    "/activities": ("activityId",),
    "/agents": ("agent",),
    "/activities/state": ("activityId", "agent", "stateId", "registration", "since"),
    "/agents/profile": ("agent", "profileId", "since"),
    "/activities/profile": ("activityId", "profileId", "since"),
}


@pytest.fixture
def ask(new: Caller) -> Caller:
    """What makes a store stumble depends on its database, hardly on the version; 2.0.0 lets in
    more."""
    return new


def fine(status: int) -> bool:
    """An answer, or a refusal that says it was the sender's fault."""
    return status < 500


@pytest.mark.parametrize("path", PARAMETERS)
def test_strange_parameters(ask: Caller, path: str) -> None:
    """No parameter, whatever it holds, is answered with a fault of the store."""
    whole = {"activityId": iri(), "agent": agent(), "stateId": "a", "profileId": "a"}
    usual = {name: whole[name] for name in PARAMETERS[path] if name in whole}
    for name in PARAMETERS[path]:
        for word in WORDS:
            address = path + query({**usual, name: word})
            for method in ("GET", "PUT") if "/" in path[1:] else ("GET",):
                body: Json | None = {} if method == "PUT" else None
                answer = ask(method, address, body, {"If-None-Match": "*"} if body else {})
                assert fine(answer.status), (method, address)


@pytest.mark.parametrize("seed", range(3))
def test_statements_with_anything_anywhere(ask: Caller, seed: int) -> None:
    """A statement in which some value is replaced by any other is stored and can be read in every
    form, or is refused."""
    dice = random.Random(seed)
    others: tuple[object, ...] = (
        *(
            None,
            True,
            0,
            -1.5,
            10**400,
            "",
            "x",
            "\ud83d\udca9",
            "a:b",
            [],
            {},
            [[]],
            {"": ""},
            [None],
        ),
        *({"objectType": "Agent"}, {"objectType": "SubStatement"}, "a" * 70_000, 1e308, ACTIVITY),
        *({"en": "x"}, {"objectType": "Group", "member": []}, [ACTIVITY], "2026-01-01T00:00:00Z"),
    )
    for one in (full(), inside()):
        for place in dice.sample(list(places(one)), 40):
            changed = replaced(one, place, dice.choice(others))
            answer = ask("POST", "/statements", changed)
            assert fine(answer.status), (place, changed)
            if answer.status == 200:
                name = answer.json()[0]
                for form in ("exact", "ids", "canonical"):
                    read = ask("GET", f"/statements?statementId={name}&format={form}")
                    assert read.status == 200, (place, changed)
                    read.json()


def places(value: object, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in a value but its whole."""
    if at:
        yield at
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*at, key))
    if isinstance(value, list):
        for number, inner in enumerate(value):
            yield from places(inner, (*at, number))


def replaced(one: Json, place: tuple[str | int, ...], value: object) -> Json:
    """A copy with another value in a place."""
    made: Json = json.loads(json.dumps(one))
    holder: object = made
    for step in place[:-1]:
        holder = holder[step]  # type: ignore[index]  # JSON of any shape
    holder[place[-1]] = value  # type: ignore[index]  # JSON of any shape
    return made


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize("path", PARAMETERS)
def test_strange_bodies(ask: Caller, path: str, method: str) -> None:
    """No body, of whatever type it says it is, is answered with a fault of the store."""
    whole = {"activityId": iri(), "agent": agent(), "stateId": "a", "profileId": "a"}
    params: dict[str, object] = {name: whole[name] for name in PARAMETERS[path] if name in whole}
    if path == "/statements":
        params = {"statementId": fresh()} if method == "PUT" else {}
    mark = f"--{BOUNDARY}\r\n".encode()
    bodies = (
        *(
            b"",
            b"\x00",
            b"\xff" * 100,
            b"{",
            b"[" * 50_000,
            b'{"a":' * 50_000,
            b"null",
            b"\x1f\x8b",
        ),
        *(mark, mark * 2000, mark + b"\r\n", mark + b": x\r\n\r\n", mark + b"A" * 20_000),
        *(b'{"\\u0000": 1}', b'"\\ud800"', b"1" * 10_000, json.dumps([1] * 2000).encode()),
    )
    types: tuple[dict[str, str], ...] = (
        *({"Content-Type": "application/json"}, mixed(), {**FORM}, {"Content-Type": "\xff\xfe"}),
        *({"Content-Type": "multipart/mixed; boundary=" + "x" * 500}, {"Content-Type": ";;;"}),
        *({"Content-Encoding": "gzip"}, {"Content-Encoding": "br"}, {"Content-Type": "a/b;" * 900}),
        {"Content-Type": "multipart/mixed; boundary=" + '"' + "a" * 60},
    )
    dice = random.Random(path + method)
    for body in bodies:
        for told in dice.sample(types, 4):
            answer = ask(method, path + query(params), body, {"If-None-Match": "*", **told})
            assert fine(answer.status), (body[:40], told)


def test_strange_headers(ask: Caller) -> None:
    """No header is answered with a fault of the store."""
    words = ("", "*", '"', 'W/"', "a" * 5000, "\xff", ",,,", ";q=", "en;q=9999", "x" * 300 + ";q=1")
    address = "/agents/profile" + query({"agent": agent(), "profileId": "a"})
    for name in (
        *("If-Match", "If-None-Match", "Accept-Language", "Accept", "Accept-Encoding", "Range"),
        *("If-Modified-Since", "Origin", "Cookie", "Authorization", "X-Experience-API-Version"),
    ):
        for word in words:
            for method, path, body in (
                ("GET", "/statements?limit=1&format=canonical", None),
                ("PUT", address, {"a": 1}),
                ("GET", address, None),
            ):
                assert fine(ask(method, path, body, {name: word}).status), (name, word)


def test_forged_links(ask: Caller) -> None:
    """A link that no page gave is none, whatever it is made of."""
    ask("POST", "/statements", [statement(), statement()])
    link = ask("GET", "/statements?limit=1").json()["more"]
    start, _, token = link.rpartition("/")
    asked, form = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    odd: tuple[object, ...] = (None, "x", [], {}, -1, 2**70, True, 0.5)
    groups: tuple[object, ...] = ([[]], [["zz"]], [[5]], [5], [["00" * 50]])
    forged: list[object] = [
        *([], {}, None, 5, "x", [asked], [asked, None], [asked, {}], [asked, {"format": "exact"}]),
        *([asked, {**form, "attachments": "x"}], [asked, {**form, "format": []}]),
        *([{**asked, name: bad}, form] for name in (*asked, "since", "until") for bad in odd),
        *([{**asked, "groups": bad}, form] for bad in groups),
        *([{**asked, "own": "00"}, form], [{**asked, "more": 1}, form]),
        *([{**asked, "since": 2**61}, form], [{**asked, "limit": 10**9}, form]),
    ]
    tokens = [base64.urlsafe_b64encode(json.dumps(each).encode()).decode() for each in forged]
    for many in ([["00"]] * 900, [["00"], ["00"] * 900]):  # with 4,000 a thread would be kept busy
        large = base64.urlsafe_b64encode(json.dumps([{**asked, "groups": many}, form]).encode())
        assert ask("GET", f"{start}/{large.decode()}").status == 404
    deep = base64.urlsafe_b64encode(b"[" * 20_000).decode()
    for each in (*tokens, deep, "x", "%00", "%FF", "a" * 9000, "===", "..", "ä"):
        assert ask("GET", f"{start}/{quote(each, safe='=%.')}").status in (200, 404), each


@pytest.mark.parametrize("bad", ["%FF", "a%C3", "%ED%A0%80", "%C0%AF"])
def test_names_are_utf8(ask: Caller, bad: str) -> None:
    """A parameter whose bytes are not UTF-8 is refused, and never taken for another name: two such
    names would be one document (XAPI-00015)."""
    for path, named_by in (
        ("/activities/state", "stateId"),
        ("/activities/profile", "profileId"),
        ("/agents/profile", "profileId"),
    ):
        whole = {"activityId": iri(), "agent": agent()}
        owners = {name: whole[name] for name in PARAMETERS[path] if name in whole}
        address = f"{path}{query(owners)}&{named_by}={bad}"
        for method, body in (("PUT", {}), ("GET", None), ("DELETE", None)):
            answer = ask(method, address, body, {"If-None-Match": "*"} if body == {} else {})
            assert (answer.status, answer.codes()) == (400, ["not-utf8"])
        assert ask("GET", path + query(owners)).json() == []
    named = quote('{"account":{"homePage":"https://a.example","name":"@"}}').replace("%40", bad)
    assert ask("GET", f"/statements?agent={named}").codes() == ["not-utf8"]


def test_forms_are_utf8(old: Caller) -> None:
    """So is the form of the alternate syntax, raw or escaped (XAPI-00015, XAPI-00336)."""
    body = json.dumps(statement(actor={**agent(), "name": "@"}))
    for bad in (b"%FF", b"\xff", b"%C3"):
        form = b"content=" + quote(body).encode().replace(b"%40", bad)
        answer = old("POST", "/statements?method=POST", form, FORM)
        assert (answer.status, answer.codes()) == (400, ["not-utf8"])
