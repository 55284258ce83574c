"""Whose request it is: the credential behind an Authorization header, with no hash for each."""

from __future__ import annotations

import base64
import binascii
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import TypeVar

from sqlalchemy import Connection

from lrs import credentials, passwords, timestamps
from lrs.credentials import Credential
from lrs.errors import LrsError, TooManyRequests, Unauthorized
from lrs.limits import Limits

_Read = TypeVar("_Read")
_FRESH = 2.0  # seconds for which a credential is used as it was read
_MOST = 10_000  # credentials kept as they were read
_WINDOW = 60.0  # seconds; a key may ask as often as its rate says in one, at once or spread
# Wrong secrets that are hashed for one address, a second and at once.
_HASHES, _AT_ONCE = 0.5, 20


class Keyring:
    """Finds the credential behind a request. A secret is hashed once and then known for a while;
    whether it may still be used is read anew every two seconds, in every process."""

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[Connection]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reading, self._clock = reading, clock
        self._verified = passwords.Verified(verify=self._hash)
        self._hashes = Limits(_HASHES, _AT_ONCE, clock=clock)
        self._requests = Limits(1.0, _WINDOW, clock=clock)
        self._asking = threading.local()  # from which address a thread's request came
        self._read: dict[str, tuple[float, Credential | None]] = {}
        self._origins: tuple[float, frozenset[str]] | None = None
        self._lock = threading.Lock()

    def caller(self, authorization: str | None, address: str = "") -> Credential:
        """The credential of an Authorization header. Raises Unauthorized, and TooManyRequests where
        an address has too many secrets hashed."""
        name, secret = _basic(authorization)
        credential = self._known(name) if credentials.is_name(name) else None
        now = timestamps.now()
        if credential is None or credential.revoked:
            raise Unauthorized("this key is not known here, or was revoked")
        self._asking.address = address
        for each in credential.secrets:
            lives = each.until is None or each.until > now
            if lives and self._verified.matches(name, secret, each.hashed):
                if credential.expires is not None and credential.expires <= now:
                    told = timestamps.written(credential.expires)
                    raise Unauthorized(f"key {name} expired on {told}")
                return credential
        raise Unauthorized("this key is not known here, or was revoked")

    def charge(self, credential: Credential, cost: int = 1) -> None:
        """Takes so many requests from what a player's key may send. Raises TooManyRequests."""
        if credential.player is None or not cost:
            return
        wait = self._requests.wait(credential.name, cost * _WINDOW / credential.player.rate)
        if wait:
            message = f"this key may send {credential.player.rate} requests a minute"
            raise TooManyRequests.after(wait, f"{message}; send this again later")

    def origins(self) -> frozenset[str]:
        """Where the packages of players' keys that can be used are launched from; as last read
        where they can't be read, so that a page can be told that."""
        return _kept(self._origins, self._clock(), self._read_origins)

    def _read_origins(self) -> frozenset[str]:
        before = self._origins[1] if self._origins else frozenset()
        self._origins = (self._clock(), before)  # one thread reads, others go on
        with suppress(LrsError), self._reading() as connection:
            now = timestamps.now()
            living = [each.player for each in credentials.every(connection) if each.lives(now)]
            before = frozenset(origin for player in living if player for origin in player.origins)
        self._origins = (self._clock(), before)
        return before

    def _known(self, name: str) -> Credential | None:
        return _kept(self._read.get(name), self._clock(), lambda: self._look_up(name))

    def _look_up(self, name: str) -> Credential | None:
        at = self._clock()
        with self._reading() as connection:
            found = credentials.by_name(connection, name)
        with self._lock:
            if found is None:  # names that nobody has are not kept: there are too many of them
                self._read.pop(name, None)
            elif name in self._read or len(self._read) < _MOST:
                self._read[name] = (at, found)
        return found

    def _hash(self, secret: str, kept: str) -> bool:
        wait = self._hashes.wait(self._asking.address)
        if wait:
            raise TooManyRequests.after(wait, "too many wrong secrets came from this address")
        right = passwords.matches(secret, kept)
        if right:  # only wrong ones count: several callers may share an address
            self._hashes.wait(self._asking.address, -1.0)
        return right


def _kept(read: tuple[float, _Read] | None, now: float, anew: Callable[[], _Read]) -> _Read:
    return read[1] if read is not None and now - read[0] <= _FRESH else anew()


def _basic(authorization: str | None) -> tuple[str, str]:
    scheme, _, encoded = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        raise Unauthorized("send a key and its secret by HTTP Basic authentication")
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        raise Unauthorized("the Authorization header is not base64 of key:secret") from None
    name, found, secret = text.partition(":")
    if not found:
        raise Unauthorized("the Authorization header is not base64 of key:secret")
    return name, secret
