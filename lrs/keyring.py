"""Whose request it is: the credential behind an Authorization header, with no hash for each."""

from __future__ import annotations

import base64
import binascii
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from hashlib import blake2b
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
        # Name and kept hash behind whole headers that were right, by a digest that is ours alone.
        self._headers: dict[bytes, tuple[str, str]] = {}
        self._digest_key = secrets.token_bytes(32)

    def caller(self, authorization: str | None, address: str = "") -> Credential:
        """The credential of an Authorization header. Raises Unauthorized, and TooManyRequests where
        an address has too many secrets hashed."""
        header = self._digest(authorization or "")
        name, right = self._headers.get(header, ("", ""))
        now = timestamps.now()
        if right:  # verified lately: all that's left to see is whether it may still be used
            credential = self._known(name)
            living = credential.living(now) if credential and credential.lives(now) else []
            if credential and right in [each.hashed for each in living]:
                return credential
        name, secret = _basic(authorization)
        credential = self._known(name) if credentials.is_name(name) else None
        if credential is None or credential.revoked:
            raise Unauthorized("this key is not known here, or was revoked")
        self._asking.address = address
        for each in credential.living(now):
            if self._verified.matches(name, secret, each.hashed):
                if credential.expires is not None and credential.expires <= now:
                    told = timestamps.written(credential.expires)
                    raise Unauthorized(f"key {name} expired on {told}")
                if len(self._headers) >= _MOST:
                    self._headers.clear()
                self._headers[header] = (name, each.hashed)
                return credential
        raise Unauthorized("this key is not known here, or was revoked")

    def recognises(self, authorization: str, origin: bool) -> bool:
        """Whether a caller can be told without a hash and without the database; and, for a page of
        some origin, those that may ask."""
        read = self._read.get(self._headers.get(self._digest(authorization), ("", ""))[0])
        now = self._clock()
        return (
            read is not None
            and now - read[0] <= _FRESH
            and not (origin and (self._origins is None or now - self._origins[0] > _FRESH))
        )

    def _digest(self, header: str) -> bytes:
        sent = header.encode("utf-8", "surrogatepass")
        return blake2b(sent, key=self._digest_key, digest_size=32).digest()

    def charge(self, credential: Credential, more: int | None = None) -> None:
        """Takes a request from what a player's key may send, or so many `more` for one that was
        found to be large. Raises TooManyRequests."""
        if credential.player is None or more == 0:
            return
        one = _WINDOW / credential.player.rate
        wait = self._requests.wait(credential.name, one * (more or 1))
        if wait:
            message = f"this key may send {credential.player.rate} requests a minute"
            # Sent again, it counts as one first: there has to be enough for that, too.
            wait += one if more else 0
            raise TooManyRequests.after(wait, f"{message}; send this again later")

    def origins(self) -> frozenset[str]:
        """Where the packages of players' keys that can be used are launched from; as last read
        where they can't be read, so that a page can be told that."""
        return _kept(self._origins, self._clock(), self._read_origins)

    def last_origins(self) -> frozenset[str]:
        """The same as last read, however long ago."""
        return self._origins[1] if self._origins else frozenset()

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
