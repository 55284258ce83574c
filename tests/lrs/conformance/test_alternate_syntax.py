"""The alternate request syntax of 1.0.3: a POST with a method in the address and a form."""

from __future__ import annotations

import json
from urllib.parse import quote, urlencode

import pytest
from live import OLD, Answer, Caller, basic, fresh, statement
from wording import CONSISTENT, FORM, VERSION, Json, agent, iri, query

BARE: dict[str, str | None] = {VERSION: None, "Authorization": None, **FORM}


def form(**fields: object) -> bytes:
    """A form as the suites send it."""
    return urlencode(
        {
            k.replace("__", "-"): v if isinstance(v, str) else json.dumps(v)
            for k, v in fields.items()
        },
        quote_via=quote,
    ).encode()


def sent(ask: Caller, path: str, body: bytes, **headers: str | None) -> Answer:
    """The answer to a form."""
    return ask("POST", path, body, {**FORM, **headers})


def test_a_get_by_form(old: Caller) -> None:
    """A GET may come as a POST of a form with its parameters (XAPI-00148, XAPI-00336)."""
    verb = iri()
    old("POST", "/statements", [statement(verb={"id": verb}) for _ in range(2)])
    answer = sent(old, "/statements?method=GET", form(limit="1", verb=verb))
    assert answer.status == 200
    assert set(answer.json()) == {"statements", "more"}
    assert len(answer.json()["statements"]) == 1
    assert answer.headers[CONSISTENT]


def test_a_put_by_form(old: Caller) -> None:
    """A PUT may come as a POST of a form, its body in the field `content`, as JSON where no type is
    said (XAPI-00336)."""
    for extra in ({}, {"Content__Type": "application/json; charset=UTF-8"}):
        name = fresh()
        body = form(
            statementId=name, content=statement(actor={**agent(), "name": "Zoë & Co"}), **extra
        )
        assert sent(old, "/statements?method=PUT", body).status == 204
        found = old("GET", f"/statements?statementId={name}").json()
        assert found["actor"]["name"] == "Zoë & Co"


def test_a_post_by_form(old: Caller) -> None:
    """So may a POST (XAPI-00336)."""
    name = fresh()
    answer = sent(old, "/statements?method=POST", form(content=[statement(id=name)]))
    assert (answer.status, answer.json()) == (200, [name])


def test_the_form_may_hold_all_headers(old: Caller) -> None:
    """Version and key may stand in the form alone (XAPI-00336)."""
    name, key = fresh(), basic(old.key or "")
    fields = {"statementId": name, "content": statement(), "Authorization": key}
    body = form(**fields, X__Experience__API__Version="1.0.3")
    assert sent(old, "/statements?method=PUT", body, **BARE).status == 204
    body = form(statementId=name, Authorization=key, X__Experience__API__Version="1.0.3")
    answer = sent(old, "/statements?method=GET", body, **BARE)
    assert (answer.status, answer.json()["id"], answer.headers[VERSION]) == (200, name, OLD)
    body = form(
        **{**fields, "Authorization": basic("foo:bar")}, X__Experience__API__Version="1.0.3"
    )
    assert sent(old, "/statements?method=PUT", body).status == 401


def test_the_form_comes_before_headers(old: Caller) -> None:
    """What the form says in place of a header counts, whatever the header says (XAPI-00336)."""
    body = form(statementId=fresh(), content=statement(), X__Experience__API__Version="0.8")
    assert sent(old, "/statements?method=PUT", body).status == 400


def test_documents_by_form(old: Caller) -> None:
    """Documents come, go and are guarded by forms as well (XAPI-00336)."""
    params = {"activityId": iri(), "agent": agent(), "stateId": fresh()}
    path = "/activities/state"
    body = form(**params, content="free text", Content__Type="text/plain")
    assert sent(old, f"{path}?method=PUT", body).status == 204
    answer = sent(old, f"{path}?method=GET", form(**params))
    assert (answer.body, answer.headers["Content-Type"]) == (b"free text", "text/plain")
    stale = form(**params, content="other", If__Match='"1234"')
    assert sent(old, f"{path}?method=PUT", stale).status == 412
    assert sent(old, f"{path}?method=DELETE", form(**params)).status == 204
    assert old("GET", path + query(params)).status == 404


@pytest.mark.parametrize("said", ["text/日本", "text/plain\r\nX: 1", "a\x7fb", "a\0b", " ", ""])
def test_the_type_of_a_document_is_one_that_a_header_can_say(old: Caller, said: str) -> None:
    """A form could say any type, and a document with one that no header can hold could never be
    read again: it is refused (XAPI-00336)."""
    params = {"activityId": iri(), "agent": agent(), "stateId": fresh()}
    for method in ("PUT", "POST"):
        body = form(**params, content="x", Content__Type=said)
        answer = sent(old, f"/activities/state?method={method}", body)
        if said:
            assert (answer.status, answer.codes()) == (400, ["bad-content-type"])
    assert old("GET", "/activities/state" + query(params)).status == (404 if said else 200)


@pytest.mark.parametrize("path", ["/activities", "/agents"])
def test_resources_that_are_only_read(old: Caller, path: str) -> None:
    """A resource without POST takes a form that asks for a GET, and no other (XAPI-00336)."""
    told: dict[str, Json] = {"/activities": {"activityId": iri()}, "/agents": {"agent": agent()}}
    fields = told[path]
    assert sent(old, f"{path}?method=GET", form(**fields)).status == 200
    assert sent(old, f"{path}?method=PUT", form(**fields, content={})).status == 400


def test_links_and_about_by_form(old: Caller) -> None:
    """The next page and what versions there are can be asked for by a form, too: an old browser
    that reads a page by one has no other way to the next (XAPI-00336)."""
    verb, key = iri(), basic(old.key or "")
    made = old("POST", "/statements", [statement(verb={"id": verb}) for _ in range(2)]).json()
    link = sent(old, "/statements?method=GET", form(limit="1", verb=verb)).json()["more"]
    whole = form(Authorization=key, X__Experience__API__Version="1.0.3")
    answer = sent(old, f"{link}?method=GET", whole, **BARE)
    assert answer.status == 200, answer.body
    assert [each["id"] for each in answer.json()["statements"]] == made[:1]
    assert answer.headers[CONSISTENT]
    assert sent(old, f"{link}?method=GET", form(limit="1")).status == 400
    assert sent(old, f"{link}?method=PUT", form(content={})).status == 400
    assert sent(old, f"{link}?method=GET", b"", Authorization=None).status == 401
    assert sent(old, link, b"").status == 405
    version = form(X__Experience__API__Version="1.0.3")
    for body, headers in ((version, BARE), (b"", {})):
        told = sent(old, "/about?method=GET", body, **headers)
        assert (told.status, told.json()) == (200, {"version": ["1.0.3"]})
    assert sent(old, "/about?method=PUT", form(content={})).status == 400
    assert sent(old, "/about?method=GET", form(a="b")).status == 400
    assert sent(old, "/about", b"").status == 405


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/statements?method=POST", form(content=statement())),
        ("GET", "/statements?method=POST", None),
        ("POST", f"/statements?method=PUT&statementId={fresh()}", form(content=statement())),
        ("POST", "/statements?method=PUT", json.dumps(statement(id=fresh())).encode()),
        ("POST", "/statements?method=PUT", form(statementId=fresh())),
        ("POST", "/statements?method=PATCH", form(content=statement())),
        ("POST", "/statements?method=", form(content=statement())),
        ("POST", "/statements?method=GET", b"limit=1&limit=2"),
        ("POST", "/statements?method=GET", b"\xff=\xfe"),
    ],
)
def test_forms_that_are_none(lite: Caller, method: str, path: str, body: bytes | None) -> None:
    """A form goes with POST, with no parameter in the address but `method`, and with a body where
    there is one to send; this is told before a lack of version or key (XAPI-00336)."""
    answer = lite(method, path, body, FORM)
    assert answer.status == 400
    assert answer.json()["problems"]
    if method == "POST":
        assert lite(method, path, body, BARE).status == 400


def test_a_put_without_any_form(old: Caller) -> None:
    """A method in the address without a form is refused (XAPI-00336)."""
    name = fresh()
    assert old("POST", "/statements?method=PUT").status == 400
    text = json.dumps(statement(id=name)).encode()
    told = {"Content-Type": "application/json"}
    assert old("POST", "/statements?method=PUT", text, told).status == 400


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_it_is_gone_in_two(new: Caller, method: str) -> None:
    """In 2.0.0 `method` is a parameter that no resource knows, also where the version stands in the
    form (2.0 no alternate syntax)."""
    name = fresh()
    fields = form(statementId=name, content=statement())
    whole = form(
        content=statement(), Authorization=basic(new.key or ""), X__Experience__API__Version="2.0.0"
    )
    for path in ("/statements", "/activities/state", "/agents", "/about", "/statements/more/x"):
        for body in (b"", fields, json.dumps(statement()).encode()):
            assert sent(new, f"{path}?method={method}", body).status == 400
        assert sent(new, f"{path}?method={method}", whole, **BARE).status == 400
    assert new("PUT", f"/statements?method={method}", statement()).status == 400
    assert new("GET", f"/statements?statementId={name}").status == 404
