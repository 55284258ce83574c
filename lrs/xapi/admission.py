"""Who is let in: a request's key first, so that no more is read of it than this key may send."""

from __future__ import annotations

from flask import Request, g

from lrs import player_keys
from lrs.credentials import Credential
from lrs.errors import LrsError
from lrs.keyring import Keyring
from lrs.xapi import calls
from lrs.xapi.calls import Call
from lrs.xapi.store import Store


def admitted(store: Store, keyring: Keyring, request: Request) -> tuple[Credential, Call]:
    """The caller and what is asked for. Raises BadRequest, Unauthorized, Forbidden, TooLarge,
    TooManyRequests."""
    said = request.headers.get("Authorization")
    address = client(request, store.settings.proxies)
    try:
        # Only the alternate syntax of 1.0.3 has the key in its body.
        caller = None if said is None else _known(keyring, said, address)
        call = calls.read(request, _most(store, caller))
    except LrsError:
        g.version = calls.version(request.headers.get(calls.VERSION_HEADER))
        raise
    g.version = call.version
    authorization = call.header("authorization")
    if caller is None or authorization != said:
        caller = _known(keyring, authorization, address)
    if caller.player:
        origins = store.settings.origins.split()
        player_keys.check_origin(caller.player, request.headers.get("Origin"), origins)
        player_keys.check_size(caller.player, len(call.body))
        keyring.charge(caller, player_keys.cost(len(call.body)) - 1)
    return caller, call


def _known(keyring: Keyring, authorization: str | None, address: str) -> Credential:
    """The caller, whose request counts from here on, whatever becomes of it."""
    caller = keyring.caller(authorization, address)
    g.caller = caller.name
    keyring.charge(caller)
    return caller


def known(store: Store, keyring: Keyring, request: Request) -> Credential:
    """The caller of what isn't xAPI. Raises Unauthorized, Forbidden, TooManyRequests."""
    address = client(request, store.settings.proxies)
    return _known(keyring, request.headers.get("Authorization"), address)


def client(request: Request, proxies: int) -> str:
    """The address that asks: as the last of so many proxies of ours heard it, each of which adds
    to the list whom it was asked by. What stands further left, anybody can have written."""
    told = [each.strip() for each in request.headers.get("X-Forwarded-For", "").split(",")]
    if proxies and len(told) >= proxies:
        return told[-proxies]
    return request.remote_addr or ""


def _most(store: Store, caller: Credential | None) -> int:
    most = store.settings.max_body
    return min(most, caller.player.max_body) if caller and caller.player else most
