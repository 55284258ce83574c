"""A key that may read only what came by it learns nothing of what came by others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from durable import TESTER, opened
from live import Caller, fresh, statement
from wording import (
    VOIDED,
    Json,
    agent,
    attachment,
    data_piece,
    iri,
    json_piece,
    mixed,
    multipart,
    query,
)

from lrs import keys
from lrs.credentials import Credential
from lrs.xapi import queries, statement_resource
from lrs.xapi.arrivals import authority
from lrs.xapi.calls import NEW, Call
from lrs.xapi.store import Store
from lrs.xapi.tables import term

Maker = Callable[..., Caller]


@pytest.fixture
def ask(new: Caller) -> Caller:
    """Who may read what is the same in each version."""
    return new


@pytest.fixture
def key(ask: Caller, store: Store) -> Maker:
    """Makes callers whose keys may do this or that."""

    def made(*scopes: str) -> Caller:
        name = f"key-{fresh()}"
        return ask.with_key(f"{name}:{keys.create(store, name, scopes, None, None)}")

    return made


def ids(caller: Caller, **params: object) -> list[str]:
    """The ids of the first page."""
    answer = caller("GET", "/statements" + query(params))
    assert answer.status == 200, answer.body
    return [each["id"] for each in answer.json()["statements"]]


def test_nothing_of_others_is_found(ask: Caller, key: Maker) -> None:
    """No filter and no id shows such a key a statement that came by another."""
    mine = key("statements/write", "statements/read/mine")
    who, verb, registration = agent(), iri(), fresh()
    parts: Json = {"actor": who, "verb": {"id": verb}, "context": {"registration": registration}}
    own, other = (
        caller("POST", "/statements", statement(**parts)).json()[0] for caller in (mine, ask)
    )
    wide = {"related_agents": "true", "agent": who}
    for params in ({}, {"agent": who}, {"verb": verb}, {"registration": registration}, wide):
        for ascending in ("true", "false"):
            assert ids(mine, ascending=ascending, **params) == [own]
    assert set(ids(ask, verb=verb)) == {own, other}
    assert mine("GET", f"/statements?statementId={own}").status == 200
    assert mine("GET", f"/statements?statementId={other}").status == 404
    authority = ask("GET", f"/statements?statementId={other}").json()["authority"]
    assert ids(mine, agent=authority, related_agents="true") == []


def test_nothing_of_others_is_found_through_references(ask: Caller, key: Maker) -> None:
    """What others say about a key's own statements stays theirs, and what the key says about
    others' neither shows those nor is found by what they say: who knows an id could ask, name by
    name, whose it is."""
    mine = key("statements/write", "statements/read/mine")
    verb = iri()
    own = mine("POST", "/statements", statement(verb={"id": verb})).json()[0]
    about = {"objectType": "StatementRef", "id": own}
    ask("POST", "/statements", statement(object=about))
    assert ids(mine, verb=verb) == ids(mine) == [own]
    other = ask("POST", "/statements", statement(verb={"id": verb})).json()[0]
    comment = statement(object={"objectType": "StatementRef", "id": other})
    said = mine("POST", "/statements", comment).json()[0]
    assert ids(mine, verb=verb) == [own]
    assert set(ids(ask, verb=verb)) > {own, other, said}
    assert ids(mine, verb=verb, limit=1) == [own]
    assert ids(mine)[0] == said
    again = statement(object={"objectType": "StatementRef", "id": own})
    found = mine("POST", "/statements", again).json()[0]
    assert ids(mine, verb=verb) == [found, own]
    voiding = statement(verb={"id": VOIDED}, object={"objectType": "StatementRef", "id": other})
    mine("POST", "/statements", voiding)
    assert mine("GET", f"/statements?voidedStatementId={other}").status == 404


def test_links_of_others_show_nothing(ask: Caller, key: Maker) -> None:
    """A link that another key was given shows such a key what is its own alone."""
    mine = key("statements/write", "statements/read/mine")
    verb = iri()
    own = mine("POST", "/statements", statement(verb={"id": verb})).json()[0]
    for _ in range(3):
        ask("POST", "/statements", statement(verb={"id": verb}))
    link = ask("GET", f"/statements?verb={verb}&limit=1").json()["more"]
    told = mine("GET", link).json()["statements"]
    assert [each["id"] for each in told] == [own]


def test_attachments_of_others_stay(ask: Caller, key: Maker) -> None:
    """Whoever knows the hash of another's attachment doesn't get its data by naming it."""
    mine = key("statements/write", "statements/read/mine")
    secret = f"secret {fresh()}".encode()
    one = statement(attachments=[attachment(secret)])
    ask("POST", "/statements", multipart([json_piece(one), data_piece(secret)]), mixed())
    named = attachment(secret, fileUrl="https://brightwater.example/guessed")
    name = mine("POST", "/statements", statement(attachments=[named])).json()[0]
    for address in (f"?statementId={name}&attachments=true", "?attachments=true"):
        answer = mine("GET", f"/statements{address}")
        assert answer.status == 200
        assert secret not in answer.body


def test_names_said_by_others_stay(ask: Caller, key: Maker) -> None:
    """The names by which others called somebody stand in their statements, and aren't told."""
    mine = key("statements/write", "statements/read/mine")
    whose = agent()
    ask("POST", "/statements", statement(actor=whose))
    found = mine("GET", "/agents" + query({"agent": {"mbox": whose["mbox"]}}))
    assert found.json() == {"objectType": "Person", "mbox": [whose["mbox"]]}


@pytest.mark.parametrize(
    ("scopes", "may"),
    [
        (("statements/write",), {"write"}),
        (("statements/read/mine",), {"read"}),
        (("statements/read",), {"read"}),
        (("all/read",), {"read", "read state", "read profile"}),
        (("state",), {"state", "read state"}),
        (("profile",), {"profile", "read profile"}),
        (("define",), set()),
        (("all",), {"write", "read", "state", "read state", "profile", "read profile"}),
    ],
)
def test_keys_do_what_they_may(key: Maker, scopes: tuple[str, ...], may: set[str]) -> None:
    """A key does what its scopes say; all else is refused with 403 (XAPI-00327)."""
    caller = key(*scopes)
    state = "/activities/state" + query({"activityId": iri(), "agent": agent(), "stateId": "a"})
    profile = "/agents/profile" + query({"agent": agent(), "profileId": "a"})
    done = {
        "write": caller("POST", "/statements", statement()).status,
        "read": caller("GET", "/statements?limit=1").status,
        "state": caller("POST", state, {}).status,
        "read state": caller("GET", state.replace("&stateId=a", "")).status,
        "profile": caller("POST", profile, {}).status,
        "read profile": caller("GET", profile.replace("&profileId=a", "")).status,
    }
    assert {what for what, status in done.items() if status in (200, 204)} == may
    assert {status for what, status in done.items() if what not in may} <= {403}


def test_few_of_ones_own_are_found_among_many(tmp_path: Path) -> None:
    """Who may read but their own, and has little, finds it with as many steps of the database
    however much of others' meets the same filters."""
    mine = Credential("mine", (), ("statements/write", "statements/read/mine"))
    verb = iri()

    def posted(by: Credential, count: int) -> None:
        some = [statement(verb={"id": verb}) for _ in range(count)]
        call = Call(
            NEW, "POST", {}, {"content-type": "application/json"}, json.dumps(some).encode()
        )
        assert statement_resource.post(store, by, call).status_code == 200

    def steps() -> int:
        ticks = 0

        def tick() -> int:
            nonlocal ticks
            ticks += 1
            return 0

        own = authority(mine.name, store.settings.url).term
        query = queries.Query(groups=((term(f"verb {verb}"),),), own=own)
        with store.reading() as connection:
            driver: Any = connection.connection.driver_connection
            driver.set_progress_handler(tick, 100)
            found = queries.page(connection, query).statements
            driver.set_progress_handler(None, 0)
        assert len(found) == 3
        return ticks

    with opened(f"sqlite:///{tmp_path / 'lrs.db'}") as store:
        posted(mine, 3)
        for _ in range(3):
            posted(TESTER, 1_000)
        before = steps()
        for _ in range(3):
            posted(TESTER, 1_000)
        assert steps() < before * 1.1
