"""Who is let in: a request's key first, so that no more is read of it than this key may send."""

from __future__ import annotations

from flask import Request

from lrs import player_keys, trail
from lrs.credentials import Credential
from lrs.keyring import Keyring
from lrs.trail import Environ
from lrs.xapi import calls
from lrs.xapi.calls import Call
from lrs.xapi.store import Store


def admitted(store: Store, keyring: Keyring, request: Request) -> tuple[Credential, Call]:
    """The caller and what is asked for. Raises BadRequest, Unauthorized, Forbidden, TooLarge,
    TooManyRequests."""
    environ = request.environ
    said = environ.get("HTTP_AUTHORIZATION")
    # Only the alternate syntax of 1.0.3 has the key in its body.
    caller = None if said is None else _known(store, keyring, said, environ)
    call = calls.read(request, _most(store, caller))
    trail.of(environ).version = call.version
    authorization = call.header("authorization")
    if caller is None or authorization != said:
        caller = _known(store, keyring, authorization, environ)
    if caller.player:
        origins = store.settings.origins.split()
        player_keys.check_origin(caller.player, environ.get("HTTP_ORIGIN"), origins)
        player_keys.check_size(caller.player, len(call.body))
        keyring.charge(caller, player_keys.cost(caller.player, len(call.body)) - 1)
    return caller, call


def _known(
    store: Store, keyring: Keyring, authorization: str | None, environ: Environ
) -> Credential:
    """The caller, whose request counts from here on, whatever becomes of it."""
    caller = keyring.caller(authorization, client(environ, store.settings.proxies))
    trail.of(environ).caller = caller.name
    keyring.charge(caller)
    return caller


def known(store: Store, keyring: Keyring, request: Request) -> Credential:
    """The caller of what isn't xAPI. Raises Unauthorized, Forbidden, TooManyRequests."""
    environ = request.environ
    return _known(store, keyring, environ.get("HTTP_AUTHORIZATION"), environ)


def client(environ: Environ, proxies: int) -> str:
    """The address that asks: as the last of so many proxies of ours heard it, each of which adds
    to the list whom it was asked by. What stands further left, anybody can have written."""
    if proxies:
        header: str = environ.get("HTTP_X_FORWARDED_FOR", "")
        told = [each.strip() for each in header.split(",")]
        if len(told) >= proxies:
            return told[-proxies]
    address: str = environ.get("REMOTE_ADDR") or ""
    return address


def _most(store: Store, caller: Credential | None) -> int:
    most = store.settings.max_body
    return min(most, caller.player.max_body) if caller and caller.player else most
