"""Who may do what: credentials with scopes, made and changed by records like everything else."""

from __future__ import annotations

import base64
import binascii
import json
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Column, Connection, Engine, String, Table, Text, delete, select

from lrs import passwords, timestamps
from lrs.database import METADATA, inserter, reading
from lrs.errors import Conflict, Forbidden, LrsError, NotFound, Unauthorized
from lrs.received.records import Received, Record, compact, head
from lrs.received.tables import SEQ
from lrs.received.writer import Batch

KIND = "credential"
# 1.0.3 Communication 4.2; "define" lets what is said of activities count.
SCOPES = (
    "statements/write",
    "statements/read/mine",
    "statements/read",
    "state",
    "define",
    "profile",
    "all/read",
    "all",
)
# What a player has to tell; a package's key may say nothing else.
PLAYER_VERBS = tuple(
    f"http://adlnet.gov/expapi/verbs/{verb}"
    for verb in (
        *("initialized", "answered", "passed", "failed", "completed", "terminated"),
        *("resumed", "suspended"),
    )
)
_FRESH = 2.0  # seconds for which a credential is used as it was read

CREDENTIALS = Table(
    "credentials",
    METADATA,
    Column("name", String(100), primary_key=True),
    Column("state", Text, nullable=False),  # JSON: the Credential
    Column("seq", SEQ, nullable=False),
)
_add = inserter(CREDENTIALS)


@dataclass(frozen=True)
class Secret:
    """One secret of a credential, hashed; the one before it lives on for a while."""

    hashed: str
    until: int | None = None  # microseconds


@dataclass(frozen=True)
class Player:
    """The bounds of a key that a package carries, where anybody can read it."""

    activities: tuple[str, ...]  # these, and what is below them
    verbs: tuple[str, ...] = PLAYER_VERBS
    origins: tuple[str, ...] = ()  # empty: those of the settings
    blocked: tuple[str, ...] = ()  # identifiers of actors that it may not speak for
    rate: int = 600  # requests a minute
    max_body: int = 200_000  # bytes


@dataclass(frozen=True)
class Credential:
    """A name, its secrets, and what it may do."""

    name: str
    secrets: tuple[Secret, ...]
    scopes: tuple[str, ...]
    expires: int | None = None  # microseconds
    revoked: bool = False
    player: Player | None = None

    def may(self, *scopes: str) -> bool:
        """Whether it has one of the scopes, or one that holds them."""
        held = set(self.scopes)
        if "all" in held or held & set(scopes):
            return True
        reads = {"statements/read", "statements/read/mine", "state/read", "profile/read"}
        return "all/read" in held and bool(reads & set(scopes))


@dataclass(frozen=True)
class Change:
    """A credential as it is to be; `new` where none of its name may be there."""

    credential: Credential
    by: str
    new: bool = False


def change(batch: Batch, jobs: Sequence[Change]) -> list[LrsError | None]:
    """The door of credentials: each change in turn."""
    return [_change(batch, job) for job in jobs]


def _change(batch: Batch, job: Change) -> LrsError | None:
    name = job.credential.name
    there = by_name(batch.connection, name)
    if job.new and there:
        return Conflict(f"a key {name} is there already; choose another name, or rotate that one")
    if not job.new and there is None:
        return NotFound(f"there is no key {name}; lrs key list shows those there are")
    state = compact(asdict(job.credential))
    at = batch.instant()
    seq = batch.append([Record(KIND, head(at, by=job.by, name=name), state.encode())])
    _apply(batch.connection, seq, name, state)
    return None


def _apply(connection: Connection, seq: int, name: str, state: str) -> None:
    connection.execute(delete(CREDENTIALS).where(CREDENTIALS.c.name == name))
    _add(connection, [(name, state, seq)])


def reindex(connection: Connection, records: Iterable[Received]) -> None:
    """Bring the credentials to where the records lead."""
    for record in records:
        _apply(connection, record.seq, record.head["name"], record.body.decode())


def by_name(connection: Connection, name: str) -> Credential | None:
    """A credential, usable or not."""
    row = connection.execute(select(CREDENTIALS.c.state).where(CREDENTIALS.c.name == name)).first()
    return None if row is None else _read(row.state)


def every(connection: Connection) -> list[Credential]:
    """All credentials, by name."""
    rows = connection.execute(select(CREDENTIALS.c.state).order_by(CREDENTIALS.c.name))
    return [_read(row.state) for row in rows]


def _read(state: str) -> Credential:
    told = json.loads(state)
    secrets = tuple(Secret(**each) for each in told["secrets"])
    told |= {"secrets": secrets, "scopes": tuple(told["scopes"])}
    if told["player"]:
        bounds: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in told["player"].items()
        }
        told["player"] = Player(**bounds)
    return Credential(**told)


class Keyring:
    """Finds the credential behind a request. A secret is hashed once and then known for a while;
    whether it may still be used is read anew every two seconds, in every process."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._verified = passwords.Verified()
        self._read: dict[str, tuple[float, Credential | None]] = {}
        self._lock = threading.Lock()

    def caller(self, authorization: str | None) -> Credential:
        """The credential of an Authorization header. Raises Unauthorized."""
        name, secret = _basic(authorization)
        credential = self._known(name)
        now = timestamps.now()
        if credential is None or credential.revoked:
            raise Unauthorized("this key is not known here, or was revoked")
        if credential.expires is not None and credential.expires <= now:
            raise Unauthorized(f"key {name} expired on {timestamps.written(credential.expires)}")
        for each in credential.secrets:
            lives = each.until is None or each.until > now
            if lives and self._verified.matches(name, secret, each.hashed):
                return credential
        raise Unauthorized("this key is not known here, or was revoked")

    def origins(self) -> set[str]:
        """Where the packages of players' keys are launched from."""
        with reading(self._engine) as connection:
            found = every(connection)
        return {origin for each in found if each.player for origin in each.player.origins}

    def _known(self, name: str) -> Credential | None:
        at = time.monotonic()
        read = self._read.get(name)
        if read is None or at - read[0] > _FRESH:
            with reading(self._engine) as connection:
                read = (at, by_name(connection, name))
            if read[1] is None:
                return None  # names that nobody has are not kept: there are too many of them
            with self._lock:
                self._read[name] = read
        return read[1]


def _basic(authorization: str | None) -> tuple[str, str]:
    scheme, _, encoded = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        raise Unauthorized("send a key and its secret by HTTP Basic authentication")
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        raise Unauthorized("the Authorization header is not base64 of key:secret") from None
    name, found, secret = text.partition(":")
    if not found or "\0" in name:
        raise Unauthorized("the Authorization header is not base64 of key:secret")
    return name, secret


def player_may(player: Player, statements: Iterable[Mapping[str, Any]]) -> None:
    """Raises Forbidden for the first statement that a package's key may not store."""
    for number, statement in enumerate(statements):
        verb, inner = statement["verb"]["id"], statement["object"]
        if verb not in player.verbs:
            raise Forbidden.of(f"$[{number}].verb.id", f"a player's key may not say {verb}", "verb")
        activity = inner.get("id", "") if inner.get("objectType", "Activity") == "Activity" else ""
        if not any(_within(activity, allowed) for allowed in player.activities):
            message = f"{activity or 'this object'} is none of the activities of this key"
            raise Forbidden.of(f"$[{number}].object.id", message, "activity")


def _within(activity: str, allowed: str) -> bool:
    return activity == allowed or activity.startswith((f"{allowed}/", f"{allowed}#"))
