"""What administrators do with keys, through the same log as everything else."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from lrs import app, config, credentials, passwords, timestamps
from lrs.config import Settings
from lrs.credentials import Change, Credential, Secret
from lrs.errors import BadRequest, NotFound
from lrs.player_keys import Player
from lrs.xapi import formats
from lrs.xapi.store import Store

_DAY = 86_400_000_000  # microseconds
_BY = "command line"


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    """The store for as long as a command runs, beside a server if one runs."""
    store = app.opened(settings)
    try:
        yield store
    finally:
        store.close()


def first(store: Store) -> tuple[str, str] | None:
    """An administrator's key with its secret, if there is no key at all yet."""
    with store.reading() as connection:
        if credentials.every(connection):
            return None
    return "administrator", create(store, "administrator", ["all"], None, None)


def create(
    store: Store, name: str, scopes: Sequence[str], expires: int | None, player: Player | None
) -> str:
    """A new key; its secret. Raises BadRequest for a name that can't be one, Conflict."""
    if not credentials.is_name(name):
        raise BadRequest(f"{name!r} can't be a key's name: 1 to 100 characters, no colon")
    if player is None and not scopes:
        raise BadRequest("say what the key may do with --scope, or --player for packages")
    held = tuple(dict.fromkeys(scopes))
    if player is not None:
        held, player = ("statements/write",), _checked(player)
    secret = passwords.made()
    made = Credential(name, (Secret(passwords.hashed(secret)),), held, expires, player=player)
    store.writer.submit("credentials", Change(made, _BY, new=True))
    return secret


def rotate(store: Store, name: str, grace: int) -> str:
    """Another secret for a key; the one it had lives on for some days."""
    had = _unrevoked(store, name)
    if not had.lives(timestamps.now()):
        raise BadRequest(f"{name} has expired; lrs key limit {name} --expires lets it live on")
    secret = passwords.made()
    ends = timestamps.now() + grace * _DAY
    old = [replace(each, until=min(each.until or ends, ends)) for each in had.secrets]
    kept = [each for each in old if grace and (each.until or 0) > timestamps.now()]
    _change(store, replace(had, secrets=(Secret(passwords.hashed(secret)), *kept)))
    return secret


def revoke(store: Store, name: str) -> None:
    """Let a key do nothing any more."""
    _change(store, replace(_had(store, name), revoked=True))


def limit(
    store: Store,
    name: str,
    expires: int | None,
    bounds: Mapping[str, Any],
    block: Sequence[str] = (),
    unblock: Sequence[str] = (),
) -> None:
    """Change until when a key works, and the bounds of a player's key."""
    had = _unrevoked(store, name)
    player = had.player
    if player is None and (bounds or block or unblock):
        raise BadRequest(f"{name} is no player's key; only its last day can be changed")
    if player is not None:
        blocked = tuple(dict.fromkeys((*player.blocked, *block)))
        kept = tuple(each for each in blocked if each not in unblock)
        player = _checked(replace(player, blocked=kept, **bounds))
    _change(store, replace(had, expires=expires or had.expires, player=player))


def _checked(player: Player) -> Player:
    for origin in player.origins:
        if not config.is_origin(origin):
            raise BadRequest(f"{origin!r} is no origin; {config.ORIGIN_FORM}")
    for activity in player.activities:
        if not formats.is_iri(activity):
            raise BadRequest(f"{activity!r} is no activity; it is an IRI, as statements name it")
    return player


def _change(store: Store, credential: Credential) -> None:
    store.writer.submit("credentials", Change(credential, _BY))


def _had(store: Store, name: str) -> Credential:
    with store.reading() as connection:
        found = credentials.by_name(connection, name)
    if found is None:
        raise NotFound(f"there is no key {name}; lrs key list shows those there are")
    return found


def _unrevoked(store: Store, name: str) -> Credential:
    """A key that may work again: nothing lets a revoked one."""
    had = _had(store, name)
    if had.revoked:
        raise BadRequest(f"{name} was revoked, for good; make a key of another name")
    return had


def lines(store: Store) -> Iterator[str]:
    """Each key in a line: name, scopes, bounds, last day."""
    with store.reading() as connection:
        every = credentials.every(connection)
    for each in every:
        told = [each.name, "player" if each.player else " ".join(each.scopes)]
        if each.player:
            told.append(f"{len(each.player.activities)} activities, {each.player.rate} a minute")
            told.append(f"from {' '.join(each.player.origins) or 'the origins of the settings'}")
            if each.player.blocked:
                told.append(f"{len(each.player.blocked)} blocked")
        if each.expires:
            told.append(f"until {timestamps.written(each.expires)[:10]}")
        if each.revoked:
            told.append("revoked")
        yield "\t".join(told)


def activities(catalogue: Path) -> tuple[str, ...]:
    """The activities of a build's catalogue. Raises BadRequest for a file that is none."""
    try:
        told = json.loads(catalogue.read_text(encoding="utf-8"))
        found = tuple(sorted({each["activity"] for each in told["scenarios"]}))
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise BadRequest(f"{catalogue} is no catalogue of scormkit build") from error
    if not found:
        raise BadRequest(f"{catalogue} has no scenarios; build them first")
    return found
