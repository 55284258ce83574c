"""Who may do what: credentials with scopes, made and changed by records like everything else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Column, Connection, String, Table, Text, delete, select

from lrs.database import METADATA, inserter
from lrs.errors import Conflict, LrsError, NotFound
from lrs.player_keys import Player
from lrs.received.records import Received, Record, compact, head
from lrs.received.tables import SEQ
from lrs.received.writer import Batch
from lrs.substitution import Substitution

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
class Credential:
    """A name, its secrets, and what it may do."""

    name: str
    secrets: tuple[Secret, ...]
    scopes: tuple[str, ...]
    expires: int | None = None  # microseconds
    revoked: bool = False
    player: Player | None = None

    def lives(self, now: int) -> bool:
        """Whether it can be used at an instant."""
        return not self.revoked and (self.expires is None or self.expires > now)

    def living(self, now: int) -> list[Secret]:
        """Its secrets that are good at an instant."""
        return [each for each in self.secrets if each.until is None or each.until > now]

    def may(self, *scopes: str) -> bool:
        """Whether it has one of the scopes, or one that holds them."""
        held = set(self.scopes)
        if "all" in held or held & set(scopes):
            return True
        reads = {"statements/read", "statements/read/mine", "state/read", "profile/read"}
        return "all/read" in held and bool(reads & set(scopes))


def is_name(text: str) -> bool:
    """Whether a credential can be called so; a colon would end it in HTTP Basic."""
    return 0 < len(text) <= 100 and ":" not in text and text.isprintable()


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
        instead = "it was revoked" if there.revoked else "or rotate that one"
        return Conflict(f"a key {name} is there already; choose another name, {instead}")
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


def without_secrets(body: bytes) -> bytes:
    """A credential as it may be shown: of its secrets, only until when they last."""
    told = json.loads(body)
    told["secrets"] = [{"until": each["until"]} for each in told["secrets"]]
    return compact(told).encode()


def redacted(record: Received, instead: Substitution) -> tuple[dict[str, Any], bytes]:
    """A credential without somebody's login among those that a player's key can't speak for. Whose
    keys there are, and who made them, stays: those are no people of the register."""
    state = json.loads(record.body)
    blocked = state["player"]["blocked"] if state["player"] else ()
    made = [instead.login(each) for each in blocked]
    if made == list(blocked):
        return record.head, record.body
    state["player"]["blocked"] = made
    return record.head, compact(state).encode()


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
