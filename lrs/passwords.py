"""The secrets of credentials: made, kept as scrypt, and remembered for a while once verified.

Why it is so. xAPI sends the secret with every request, as HTTP Basic, so it is verified thousands
of times an hour, while a slow hash takes a tenth of a second and 16 MiB each time:

- Whoever reads the database must not be able to use what he reads, nor guess it from there. A
  secret made here has 256 bits, which nobody guesses; the slow hash is for the others, which
  somebody thought up because an LMS would have it so. Both are kept the same way.
- What was verified is remembered for minutes, in memory, under a key that ends with the process:
  not the secret, nor a hash that could be tried out elsewhere.
- Wrong secrets must not cost more than right ones, or they are a way to stop the store. A made
  secret has a checksum, so that one mistyped or cut off is refused at once; one that was refused
  lately is refused again at once (a client with last year's secret tries every few seconds); and
  what is left is hashed one at a time, so that it takes one processor and 16 MiB at most. Others
  wait a little, and are then told to come again. Who knows the form can still fill that queue: a
  limit by address belongs before this.
- Nothing is hashed for a credential that doesn't exist. That tells which names exist, but names
  are no secret, and a slow hash for any name would be a gift."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable

from lrs.errors import Unavailable

PREFIX = "lrs_secret_"  # so that secret scanners, and people, see what it is
_RANDOM = 32  # bytes
_SUM = 6  # characters of base64url: all 32 bits of a CRC-32
_LENGTH = len(PREFIX) + 43 + _SUM
_LONGEST = 1_000
_COST, _BLOCK, _LANES = 14, 8, 1  # 2**14 * 8 * 128 bytes = 16 MiB
_MEMORY = 2**26  # more than any parameters that were ever written here need
_KEY = 32  # bytes


def made() -> str:
    """A new secret: the prefix, 256 random bits in base64url, and a checksum of both."""
    text = PREFIX + _base64url(secrets.token_bytes(_RANDOM))
    return text + _checksum(text)


def well_made(secret: str) -> bool:
    """Whether it has the form of a made secret, checksum included: no typo, nothing cut off."""
    text, told = secret[:-_SUM], secret[-_SUM:]
    return len(secret) == _LENGTH and text.startswith(PREFIX) and _checksum(text) == told


def hashed(secret: str) -> str:
    """What is kept of a secret. The parameters stand in it, so that they can be raised later, and
    whether the secret was a made one, so that what is none needs no hashing to be refused."""
    salt = secrets.token_bytes(16)
    form = "made" if well_made(secret) else "given"
    key = _scrypt(secret, salt, _COST, _BLOCK, _LANES)
    told = f"ln={_COST},r={_BLOCK},p={_LANES}"
    return f"$scrypt-{form}${told}${_base64url(salt)}${_base64url(key)}"


def matches(secret: str, kept: str) -> bool:
    """Whether `kept` is of this secret, in a time that doesn't tell how nearly it is."""
    if not plausible(secret, kept):
        return False
    _, _, told, salt, key = kept.split("$")
    cost, block, lanes = (int(piece.partition("=")[2]) for piece in told.split(","))
    found = _scrypt(secret, _bytes(salt), cost, block, lanes)
    return hmac.compare_digest(found, _bytes(key))


def plausible(secret: str, kept: str) -> bool:
    """Whether it is worth hashing: False if it can't be the secret by its form alone."""
    return len(secret) <= _LONGEST and (well_made(secret) or not kept.startswith("$scrypt-made$"))


class Verified:
    """Verifies secrets and remembers the answers for a while; for all threads of a process.

    `most` is how many of each are remembered, the right and the wrong apart, so that no flood of
    wrong secrets pushes the right ones out; `seconds` is for how long, `patience` how many seconds
    one waits for the hashing of others."""

    def __init__(
        self,
        most: int = 2_000,
        seconds: float = 300.0,
        patience: float = 2.0,
        clock: Callable[[], float] = time.monotonic,
        verify: Callable[[str, str], bool] = matches,
    ) -> None:
        self._most, self._seconds, self._patience = most, seconds, patience
        self._clock, self._verify = clock, verify
        self._key = secrets.token_bytes(_KEY)
        self._lock, self._hashing = threading.Lock(), threading.Lock()
        self._forgotten = 0  # times; what began before the last of them is not remembered
        self._known: dict[bool, OrderedDict[bytes, tuple[float, str]]] = {
            True: OrderedDict(),
            False: OrderedDict(),
        }

    def matches(self, credential: str, secret: str, kept: str) -> bool:
        """Whether this is the credential's secret, of which `kept` is kept. Unavailable if too many
        others are being hashed."""
        if not plausible(secret, kept):
            return False
        entry = self._entry(credential, secret, kept)
        found = self._remembered(entry)
        if found is not None:
            return found
        if not self._hashing.acquire(timeout=self._patience):
            raise Unavailable("too many credentials are being verified at this moment")
        try:
            found = self._remembered(entry)  # by a request that was before this one in the queue
            if found is None:
                before = self._forgotten
                found = self._verify(secret, kept)
                self._remember(entry, credential, found, before)
            return found
        finally:
            self._hashing.release()

    def forget(self, credential: str | None = None) -> None:
        """Forget what was verified of a credential, or of all, and what is being verified at this
        moment. A changed secret needs no forgetting: what is kept of it is another."""
        with self._lock:
            self._forgotten += 1
            for known in self._known.values():
                gone = [e for e, (_, c) in known.items() if credential is None or c == credential]
                for entry in gone:
                    del known[entry]

    def _entry(self, credential: str, secret: str, kept: str) -> bytes:
        texts = [_encoded(text) for text in (credential, secret, kept)]
        told = b"".join(b"%d:%b" % (len(text), text) for text in texts)
        return hmac.digest(self._key, told, "sha256")

    def _remembered(self, entry: bytes) -> bool | None:
        with self._lock:
            for answer, known in self._known.items():
                if entry in known and self._clock() < known[entry][0]:
                    return answer
        return None

    def _remember(self, entry: bytes, credential: str, answer: bool, before: int) -> None:
        with self._lock:
            if before != self._forgotten:
                return
            known = self._known[answer]
            known[entry] = (self._clock() + self._seconds, credential)
            known.move_to_end(entry)
            while len(known) > self._most:
                known.popitem(last=False)


def _scrypt(secret: str, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    return hashlib.scrypt(
        _encoded(secret), salt=salt, n=2**cost, r=block, p=lanes, maxmem=_MEMORY, dklen=_KEY
    )


def _checksum(text: str) -> str:
    return _base64url(zlib.crc32(_encoded(text)).to_bytes(4, "big"))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
