"""Tests of what browsers are told: pages of the settings' origins and of players' keys may ask."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import live
import pytest
from live import Answer, Caller, fresh, statement

from lrs import keys
from lrs.config import Settings
from lrs.player_keys import Player
from lrs.xapi.store import Store

OWN, PACKAGES, OTHER = "https://own.example", "https://lms.example", "https://other.example"
RESOURCES = (
    *("/statements", "/activities", "/agents", "/about", "/statements/more/x"),
    *("/activities/state", "/activities/profile", "/agents/profile"),
)
ALLOWED = "Access-Control-Allow-Origin"


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Caller, Store]]:
    """A store with an origin in its settings and one of a player's key."""
    address = f"sqlite:///{tmp_path_factory.mktemp('cors') / 'lrs.db'}"
    with live.running(Settings(database=address, durable=False, origins=OWN)) as (ask, store):
        bounds = Player(("https://corp.example/a",), origins=(PACKAGES,))
        keys.create(store, "packages", [], None, bounds)
        yield ask, store


def preflight(ask: Caller, path: str, origin: str | None) -> Answer:
    """What a browser asks before a page's request with a key."""
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,x-experience-api-version",
    }
    return ask.with_key(None).speaking(None)("OPTIONS", path, headers=headers)


@pytest.mark.parametrize("path", RESOURCES)
@pytest.mark.parametrize("origin", [OWN, PACKAGES])
def test_a_page_may_ask(both: tuple[Caller, Store], path: str, origin: str) -> None:
    """The question that a browser asks first has no key, and is answered for every resource."""
    answer = preflight(both[0], path, origin)
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers[ALLOWED] == origin
    assert "Origin" in answer.headers.get_all("Vary", [])
    assert answer.headers["Access-Control-Allow-Methods"] == answer.headers["Allow"]
    allowed = answer.headers["Access-Control-Allow-Headers"].lower()
    assert all(
        name in allowed
        for name in ("authorization", "content-type", "x-experience-api-version", "if-match")
    )
    assert answer.headers["Access-Control-Max-Age"]
    assert answer.headers["Access-Control-Allow-Credentials"] is None


def test_pages_of_other_origins_may_not(both: tuple[Caller, Store]) -> None:
    """Another origin is told nothing that a browser would go on with; nor is no origin."""
    for origin in (OTHER, None, "null", f"{OWN}.evil.example"):
        answer = preflight(both[0], "/statements", origin)
        assert answer.status == 204
        assert answer.headers[ALLOWED] is None
        assert "Origin" in answer.headers.get_all("Vary", [])
        assert set(answer.headers["Allow"].split(", ")) == {
            *("GET", "HEAD", "OPTIONS", "POST", "PUT")
        }


def test_answers_and_refusals_can_be_read(both: tuple[Caller, Store]) -> None:
    """A page can read what came of its request, also why it was refused, and the headers that
    xAPI and the player need."""
    ask = both[0]
    answers = [
        ask("POST", "/statements", statement(), headers={"Origin": OWN}),
        ask("POST", "/statements", {"actor": 1}, headers={"Origin": OWN}),
        ask.with_key("nobody:x")("GET", "/statements", headers={"Origin": OWN}),
        ask("GET", "/statements", headers={"Origin": OWN}, statementId=fresh()),
        ask("PATCH", "/statements", headers={"Origin": OWN}),
        ask("GET", "/nothing", headers={"Origin": OWN}),
    ]
    assert [each.status for each in answers] == [200, 400, 401, 404, 405, 404]
    for answer in answers:
        assert answer.headers[ALLOWED] == OWN
        told = answer.headers["Access-Control-Expose-Headers"]
        for name in ("ETag", "Retry-After", "X-Request-Id", "X-Experience-API-Version"):
            assert name in told
    other = ask("GET", "/statements", headers={"Origin": OTHER})
    assert (other.status, other.headers[ALLOWED]) == (200, None)


def test_an_answer_of_503_can_be_read(both: tuple[Caller, Store]) -> None:
    """A page hears that the store can't take its statement now, and when to come again."""
    from lrs.errors import Unavailable

    ask, store = both
    real = store.writer._submit

    def refuse(jobs: object) -> None:
        raise Unavailable("the database can't be written now")

    store.writer._submit = refuse  # type: ignore[method-assign]  # an outage
    try:
        answer = ask("POST", "/statements", statement(), headers={"Origin": PACKAGES})
    finally:
        store.writer._submit = real  # type: ignore[method-assign]  # an outage
    assert answer.status == 503
    assert answer.headers[ALLOWED] == PACKAGES
    assert answer.headers["Retry-After"]


def test_every_page_may_ask_where_the_setting_says_so(tmp_path: Path) -> None:
    """LRS_ORIGINS=* is answered with *, and still without credentials of the browser's own."""
    made = Settings(database=f"sqlite:///{tmp_path / 'lrs.db'}", durable=False, origins="*")
    with live.running(made) as (ask, _):
        answer = preflight(ask, "/statements", OTHER)
        assert answer.headers[ALLOWED] == "*"
        assert answer.headers["Access-Control-Allow-Credentials"] is None
