"""Tests of the keyring: who calls, with what it costs to find out."""

from __future__ import annotations

from pathlib import Path

import pytest
from live import basic

from lrs import app, credentials, keys, passwords, player_keys
from lrs.config import Settings
from lrs.credentials import Credential
from lrs.errors import TooManyRequests, Unauthorized
from lrs.keyring import Keyring
from lrs.player_keys import Player
from lrs.xapi.store import Store


class Clock:
    """A clock that stands still until it is told."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty store, closed by the garbage collector."""
    return app.opened(Settings(database=f"sqlite:///{tmp_path / 'lrs.db'}", durable=False))


def test_a_key_is_found_by_its_secret_alone(store: Store) -> None:
    """The right secret finds the key; every other one, a name that nobody has, and a header that is
    none are all refused."""
    secret = keys.create(store, "lms", ["all"], None, None)
    ring = Keyring(store.reading)
    assert ring.caller(basic(f"lms:{secret}")).name == "lms"
    wrong = (
        *(basic(f"lms:{passwords.made()}"), basic("lms:"), basic("nobody:x"), basic("no colon")),
        *(
            basic("a\0b:x"),
            basic(f"{'n' * 200}:x"),
            "Basic !!!",
            "Basic /w==",
            "Bearer x",
            "",
            None,
        ),
    )
    for header in wrong:
        with pytest.raises(Unauthorized):
            ring.caller(header)


def test_changes_count_after_two_seconds(store: Store) -> None:
    """A key that was revoked, rotated or has expired is refused by every process soon."""
    clock = Clock()
    ring = Keyring(store.reading, clock)
    old = keys.create(store, "lms", ["all"], None, None)
    assert ring.caller(basic(f"lms:{old}"))
    new = keys.rotate(store, "lms", grace=0)
    clock.now += 2.1
    assert ring.caller(basic(f"lms:{new}"))
    with pytest.raises(Unauthorized):
        ring.caller(basic(f"lms:{old}"))
    newer = keys.rotate(store, "lms", grace=7)
    clock.now += 2.1
    assert ring.caller(basic(f"lms:{new}")).name == ring.caller(basic(f"lms:{newer}")).name
    keys.revoke(store, "lms")
    clock.now += 2.1
    for secret in (new, newer):
        with pytest.raises(Unauthorized):
            ring.caller(basic(f"lms:{secret}"))


def test_an_expired_key_says_so_to_its_owner_alone(store: Store) -> None:
    """Whoever has the secret is told of the last day; who hasn't is told what everybody is."""
    secret = keys.create(store, "lms", ["all"], 1, None)
    ring = Keyring(store.reading)
    with pytest.raises(Unauthorized, match="expired on 1970-01-01"):
        ring.caller(basic(f"lms:{secret}"))
    with pytest.raises(Unauthorized, match="not known here"):
        ring.caller(basic(f"lms:{passwords.made()}"))


def test_wrong_secrets_of_an_address_are_limited(store: Store) -> None:
    """Too many wrong secrets from an address are answered without hashing them, while the right one
    and other addresses go on."""
    clock = Clock()
    ring = Keyring(store.reading, clock)
    secret = keys.create(store, "lms", ["all"], None, None)
    assert ring.caller(basic(f"lms:{secret}"), "192.0.2.1")
    with pytest.raises(TooManyRequests) as caught:
        for _ in range(30):
            with pytest.raises(Unauthorized):
                ring.caller(basic(f"lms:{passwords.made()}"), "192.0.2.1")
    assert caught.value.retry_after == 2
    assert ring.caller(basic(f"lms:{secret}"), "192.0.2.1")
    with pytest.raises(Unauthorized):
        ring.caller(basic(f"lms:{passwords.made()}"), "192.0.2.2")


def test_right_secrets_of_an_address_are_not_limited(store: Store) -> None:
    """Many callers with keys of their own may share an address."""
    ring = Keyring(store.reading, Clock())
    for number in range(25):
        secret = keys.create(store, f"lms-{number}", ["all"], None, None)
        assert ring.caller(basic(f"lms-{number}:{secret}"), "192.0.2.1")


def test_a_player_s_key_has_a_minute_s_requests(store: Store) -> None:
    """As many as its rate, at once or spread; then as they come back. Other keys have no rate."""
    clock = Clock()
    ring = Keyring(store.reading, clock)
    bounds = Player(("https://corp.example/a",), rate=60)
    keys.create(store, "packages", [], None, bounds)
    keys.create(store, "lms", ["all"], None, None)
    found = {each.name: each for each in _every(store)}
    for _ in range(60):
        ring.charge(found["packages"])
    with pytest.raises(TooManyRequests):
        ring.charge(found["packages"])
    clock.now += 1
    ring.charge(found["packages"])
    for _ in range(1_000):
        ring.charge(found["lms"])


@pytest.mark.parametrize("rate", [1, 7, 60])
def test_a_large_request_passes_once_it_has_waited(store: Store, rate: int) -> None:
    """Whoever sends a large request again when told to, is let through, however few a minute the
    key may send, and though all were used up before."""
    clock = Clock()
    ring = Keyring(store.reading, clock)
    keys.create(store, "packages", [], None, Player(("https://corp.example/a",), rate=rate))
    (found,) = _every(store)
    assert found.player
    more = player_keys.cost(found.player, found.player.max_body) - 1
    for _ in range(rate):
        ring.charge(found)
    waits = 0
    while waits < 3:
        try:
            ring.charge(found)
            ring.charge(found, more)
            break
        except TooManyRequests as refused:
            waits += 1
            clock.now += refused.retry_after
    assert waits in (1, 2)  # for one request, then for what it counts as


def _every(store: Store) -> list[Credential]:
    with store.reading() as connection:
        return credentials.every(connection)


def test_origins_are_those_of_keys_that_work(store: Store) -> None:
    """A page may not ask any more once the last key that names its origin is revoked or expired."""
    clock = Clock()
    ring = Keyring(store.reading, clock)
    assert ring.origins() == frozenset()
    for name, expires in (("a", None), ("b", 1)):
        bounds = Player(("https://corp.example/a",), origins=(f"https://{name}.example",))
        keys.create(store, name, [], expires, bounds)
    clock.now += 2.1
    assert ring.origins() == {"https://a.example"}
    keys.revoke(store, "a")
    assert ring.origins() == {"https://a.example"}
    clock.now += 2.1
    assert ring.origins() == frozenset()
