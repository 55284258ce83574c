"""The keys of the seal: the private one in a file, the public ones on record in the log.

The private key is never in the database. Whoever can change the database could sign what he made
of it; so the one thing that he lacks must be elsewhere."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Engine

from lrs.config import Settings
from lrs.database import rows
from lrs.errors import Conflict, LrsError
from lrs.received import notes
from lrs.received.notes import BadNote, PublicKey, Signer
from lrs.received.records import Record, head, instant
from lrs.received.writer import Batch, Writer

LOG = logging.getLogger("lrs.seal")
KIND = "seal-key"
_NEW, _REPLACES, _LOST = "key ", "replaces ", "lost "
# The words are in the query itself, or the databases would not take the index that has them.
_RECORDED = f"SELECT seq, head, body FROM received WHERE kind = '{KIND}' ORDER BY seq"


class SealError(LrsError):
    """Nothing can be sealed or signed; the text says why and what to do."""


class Store(Protocol):
    """What the seal needs of a store; lrs.xapi.store has it, which the log knows nothing of."""

    @property
    def engine(self) -> Engine: ...
    @property
    def writer(self) -> Writer: ...
    @property
    def settings(self) -> Settings: ...
    def reading(self) -> AbstractContextManager[Connection]: ...


@dataclass(frozen=True)
class SealKey:
    """A public key on record: it signs the heads of this many records and more, until the next."""

    seq: int
    at: int  # microseconds
    key: PublicKey
    replaces: str | None  # the id of the key before it
    lost: bool  # whether that one was lost, and so could not sign the change
    note: str  # the record's body, a signed note


class Change(NamedTuple):
    """A key that comes into use: its note, and the id of the one that is in use now, if any."""

    note: str
    replaces: str | None
    by: str


def origin(url: str) -> str:
    """What a log is called in its heads, as C2SP advises it: an address without its scheme."""
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}".rstrip("/").replace("+", "-").replace(" ", "-") or "lrs"


def recorded(connection: Connection) -> list[SealKey]:
    """The public keys on record, the one in use last. Raises SealError for one that is broken."""
    found: list[SealKey] = []
    for seq, told, body in rows(connection, _RECORDED):
        try:
            found.append(read(seq, instant(told), body, found[-1] if found else None))
        except BadNote as error:
            raise SealError(
                f"record {seq}, which puts a key of the seal on record, is not what was written: "
                f"{error}; lrs seal verify looks through the whole log"
            ) from error
    return found


def read(seq: int, at: int, body: bytes, before: SealKey | None) -> SealKey:
    """A key of its record: signed by itself, and by the one before it unless that was lost.
    Raises BadNote."""
    if not isinstance(body, bytes):  # SQLite keeps any type in any column
        raise BadNote("it is no bytes")
    note = notes.read(body.decode("utf-8", "replace"))
    lines = note.text.split("\n")
    if len(lines) not in (3, 4) or not lines[1].startswith(_NEW):
        raise BadNote("it names no key")
    key = notes.public_key(lines[1].removeprefix(_NEW))
    if key.name != lines[0] or not note.signed_by(key):
        raise BadNote(f"key {key.id} has not signed it")
    if before is None:
        if lines[2]:
            raise BadNote("the first key can't follow another")
        return SealKey(seq, at, key, None, False, body.decode())
    lost = lines[2] == f"{_LOST}{before.key.written()}"
    follows = lost or lines[2] == f"{_REPLACES}{before.key.written()}"
    if key.name != before.key.name or not follows:
        raise BadNote(f"it does not follow key {before.key.id}")
    if not lost and not note.signed_by(before.key):
        raise BadNote(f"key {before.key.id} has not signed it")
    return SealKey(seq, at, key, before.key.id, lost, body.decode())


def record(batch: Batch, jobs: Sequence[Change]) -> list[int | LrsError]:
    """The door: a key comes into use after the one that its change names, and after no other."""
    outcomes: list[int | LrsError] = []
    for job in jobs:
        found = recorded(batch.connection)
        if job.replaces != (found[-1].key.id if found else None):
            outcomes.append(Conflict("another key of the seal came into use meanwhile"))
            continue
        told = head(batch.instant(), by=job.by)
        outcomes.append(batch.append([Record(KIND, told, job.note.encode())]))
    return outcomes


def signer(store: Store, by: str = "lrs") -> Signer:
    """Who signs now. The first time of all, the key is made and put on record. Raises SealError
    where the key isn't there, can't be read, or isn't the one on record."""
    path = Path(store.settings.seal_key)
    with store.reading() as connection:
        found = recorded(connection)
    if not found:
        return _first(store, path, by)
    _finish(path, found[-1])
    if not path.exists():
        raise SealError(
            f"{path} is not there, and the log is sealed with key {found[-1].key.id}: copy the "
            f"file from where it was made, or name its place in LRS_SEAL_KEY; if it is lost, "
            f"lrs seal rotate-key --lost puts a new one on record, and says so"
        )
    own = Signer(found[-1].key.name, _loaded(path))
    if own.key != found[-1].key:
        raise SealError(_foreign(path, own.key, found))
    return own


def _foreign(path: Path, key: PublicKey, found: Sequence[SealKey]) -> str:
    known = {each.replaces for each in found}
    what = "which was replaced by" if key.id in known else "and on record is"
    return (
        f"{path} holds key {key.id}, {what} {found[-1].key.id}: copy that one's file here, or name "
        f"its place in LRS_SEAL_KEY; if it is lost, lrs seal rotate-key --lost makes a new one"
    )


def _first(store: Store, path: Path, by: str) -> Signer:
    made = not path.exists()
    private = _made(path) if made else _loaded(path)
    own = Signer(origin(store.settings.url), private)
    text = f"{own.name}\n{_NEW}{own.key.written()}\n"
    try:
        store.writer.submit(KIND, Change(notes.sign(text, [own]), None, by))
    except Conflict:  # another process was faster; with the same file it has the same key
        with store.reading() as connection:
            newest = recorded(connection)[-1].key
        if newest.raw != own.key.raw:
            if made:
                path.unlink()  # nothing was ever signed with it
            raise SealError(
                f"another server has just put key {newest.id} on record: copy its file to {path}, "
                f"or name its place in LRS_SEAL_KEY"
            ) from None
        return Signer(newest.name, private)
    LOG.info("key of the seal", extra={"told": {"key": own.key.id, "origin": own.name}})
    return own


def rotate(store: Store, by: str, lost: bool = False) -> SealKey:
    """A new key takes the place of the one in use, which signs the change, unless it was lost.
    The old private key is gone afterwards. Raises SealError."""
    path = Path(store.settings.seal_key)
    with store.reading() as connection:
        found = recorded(connection)
    if not found:
        raise SealError("nothing is sealed yet, so there is no key; lrs seal make makes the first")
    if lost and path.exists():
        raise SealError(f"{path} holds a key; move it out of the way, or try without --lost")
    old = [] if lost else [signer(store, by)]
    fresh = _fresh(path)
    fresh.unlink(missing_ok=True)  # of a change that came to nothing
    new = Signer(found[-1].key.name, _made(fresh))
    last = f"{_LOST if lost else _REPLACES}{found[-1].key.written()}"
    text = f"{new.name}\n{_NEW}{new.key.written()}\n{last}\n"
    try:
        store.writer.submit(KIND, Change(notes.sign(text, [*old, new]), found[-1].key.id, by))
    except Conflict as error:
        fresh.unlink()
        raise SealError(f"{error.message}; nothing was changed") from error
    with store.reading() as connection:
        newest = recorded(connection)[-1]
    _finish(path, newest)
    return newest


def _fresh(path: Path) -> Path:
    return path.with_name(f"{path.name}.new")


def _finish(path: Path, newest: SealKey) -> None:
    """Put a new key in its place once it is on record, also after a rotation that died between."""
    fresh = _fresh(path)
    if fresh.exists() and _loaded(fresh).public_key().public_bytes_raw() == newest.key.raw:
        with suppress(FileNotFoundError):  # another process has just done it
            fresh.replace(path)


def _made(path: Path) -> Ed25519PrivateKey:
    """A new key in a file of its own that is there whole or not at all, its owner's alone. If
    another process makes the same file at this moment, the one that it made."""
    private = Ed25519PrivateKey.generate()
    form = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    pem = private.private_bytes(serialization.Encoding.PEM, *form)
    own = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(own, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(own, path)
        except FileExistsError:
            return _loaded(path)
        finally:
            own.unlink()
    except OSError as error:
        raise SealError(
            f"the seal's key can't be made at {path}: {error.strerror}; LRS_SEAL_KEY names its file"
        ) from error
    return private


def _loaded(path: Path) -> Ed25519PrivateKey:
    ways = "LRS_SEAL_KEY names the file of the seal's key"
    try:
        pem = path.read_bytes()
    except OSError as error:
        raise SealError(f"{path} can't be read: {error.strerror}; {ways}") from error
    try:
        private = serialization.load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise SealError(f"{path} holds no private key in PEM without a password; {ways}") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise SealError(f"{path} holds a private key that is not Ed25519; {ways}")
    if path.stat().st_mode & 0o007:
        LOG.warning("everybody on this machine can read the seal's key; chmod 600 mends it")
    return private


def by_size(found: Iterable[SealKey], size: int) -> SealKey | None:
    """Whose key signs the head of so many records: the last that is among them."""
    return max((each for each in found if each.seq <= size), key=lambda e: e.seq, default=None)
