"""The seal: signed tree heads over everything received, and proofs of what is in them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import Connection

from lrs.database import inserter, rows, writing
from lrs.received import merkle, notes, records, seal_keys, tree
from lrs.received.merkle import Growing, Placed
from lrs.received.notes import BadNote, Checkpoint, Signer
from lrs.received.records import Record, Stored, newest
from lrs.received.seal_keys import SealError, SealKey, Store
from lrs.received.tables import HEADS
from lrs.received.tree import NoTree
from lrs.received.writer import clock

LOG = logging.getLogger("lrs.seal")
_STEP = 250  # records that are looked at in one go; see `breathe`
_BLOCK = 4_096  # records whose nodes are written in one transaction
_add = inserter(HEADS)


@dataclass(frozen=True)
class Head:
    """A signed tree head: the first `size` records of the log have this root."""

    size: int
    root: bytes
    at: int  # microseconds
    note: str  # signed, as C2SP tlog-checkpoint has it

    @property
    def key(self) -> str:
        """The id of the key that signed it."""
        return notes.read(self.note).signatures[0].id


def read(note: str) -> Head:
    """A head of its note; whoever signed it. Raises BadNote."""
    found = notes.checkpoint(notes.read(note).text)
    return Head(found.size, found.root, found.at, note)


def latest(connection: Connection, upto: int | None = None) -> Head | None:
    """The newest head; with `upto`, the newest that covers at most so many records."""
    where, values = ("", []) if upto is None else ("WHERE size <= ?", [upto])
    query = f"SELECT note FROM seal_heads {where} ORDER BY size DESC LIMIT 1"
    found = rows(connection, query, values)
    return _of_row(found[0][0]) if found else None


def sealed(connection: Connection) -> int:
    """How many records the newest head covers."""
    return int(rows(connection, "SELECT max(size) FROM seal_heads")[0][0] or 0)


def _of_row(note: str) -> Head:
    try:
        return read(note)
    except BadNote as error:
        raise SealError(
            f"a head in seal_heads is not what was written: {error}; lrs seal verify says which"
        ) from error


def inclusion(connection: Connection, seq: int, size: int) -> list[bytes]:
    """The proof that a record is in the log of so many records (RFC 9162 2.1.3): the hashes that
    lead from its leaf, whose index is seq - 1, to the root. Raises SealError."""
    if not 1 <= seq <= size:
        raise SealError(f"there is no record {seq} among the first {size}")
    return _proof(connection, merkle.inclusion(seq - 1, size), size)


def consistency(connection: Connection, old_size: int, new_size: int) -> list[bytes]:
    """The proof that the log of the new size begins with all of the old one (2.1.4). Raises
    SealError."""
    if not 0 <= old_size <= new_size:
        raise SealError(f"a log of {new_size} records does not begin with {old_size}")
    return _proof(connection, merkle.consistency(old_size, new_size), new_size)


def _proof(connection: Connection, spans: list[merkle.Span], size: int) -> list[bytes]:
    try:
        return tree.proof(connection, spans)
    except NoTree as error:
        head = latest(connection)
        if head is None or head.size < size:
            there = f"only {head.size} are" if head else "none are"
            raise SealError(
                f"of {size} records {there} sealed yet; lrs seal make seals all"
            ) from error
        raise SealError(f"the tree is damaged: {error}; lrs rebuild makes it anew") from error


def public_keys(connection: Connection) -> list[SealKey]:
    """The public keys on record, the one in use last. Raises SealError."""
    return seal_keys.recorded(connection)


def sign(store: Store, data: bytes, by: str = "lrs") -> tuple[str, bytes]:
    """An Ed25519 signature of something that is not a head, such as a manifest, and the id of the
    key. Raises SealError."""
    own = seal_keys.signer(store, by)
    if data.startswith(own.name.encode()):  # as every note of ours does
        raise SealError("only lrs seal make signs a text that begins as a tree head does")
    return own.key.id, own.private.sign(data)


def make(
    store: Store,
    breathe: Callable[[], None] = lambda: None,
    redacted: Collection[int] = (),
    by: str = "lrs",
) -> Head:
    """A signed head over everything received so far; if it has one already, that one.

    Nothing is signed that doesn't follow from the newest head and the records behind it, each of
    which is held against its leaf first; of the redacted, whose body is gone, the leaf is taken as
    it stands. No lock is held while that is done, and `breathe` is called between small steps.
    Raises SealError."""
    before, growing, size, _ = _begun(store)
    if before and before.size >= size:
        return before
    own = seal_keys.signer(store, by)  # the first time, this puts a record more into the log
    before, growing, size, keys = _begun(store)
    if keys[-1].key != own.key:
        raise SealError("another key of the seal came into use meanwhile; try again")
    for first, last in tree.spans(growing.size, size, _BLOCK):
        made = _grown(store, growing, (first, last), breathe, redacted)
        with writing(store.engine) as connection:
            tree.alone(connection)
            tree.write(connection, made)
        breathe()
    return _signed(store, own, growing)


def _begun(store: Store) -> tuple[Head | None, Growing, int, list[SealKey]]:
    """Of one moment: the newest head, the tree that it proves, the number of the newest record, and
    the keys on record."""
    with store.reading() as connection:
        before, keys = latest(connection), public_keys(connection)
        return before, _proved(connection, before, keys), newest(connection)[0], keys


def _proved(connection: Connection, before: Head | None, keys: list[SealKey]) -> Growing:
    """The tree of the newest head, proved by its signature."""
    if before is None:
        return Growing()
    key = seal_keys.by_size(keys, before.size)
    if key is None or not notes.read(before.note).signed_by(key.key):
        whose = f"key {key.key.id}" if key else "any key on record"
        raise SealError(
            f"the newest head, of {before.size} records, is not signed by {whose}, so nothing is "
            f"built on it; lrs seal verify looks through the whole log"
        )
    if newest(connection)[0] < before.size:
        raise SealError(
            f"the log ends before record {before.size}, up to which it is sealed: records were "
            f"removed, or an old backup was restored; lrs seal verify says what holds"
        )
    with suppress(NoTree):
        growing = tree.edge(connection, before.size)
        if growing.root() == before.root:
            return growing
    raise SealError(
        f"the tree does not lead to the newest head, of {before.size} records; lrs rebuild makes "
        f"it anew, and lrs seal verify says if the log itself was changed"
    )


def _grown(
    store: Store,
    growing: Growing,
    block: tuple[int, int],
    breathe: Callable[[], None],
    redacted: Collection[int],
) -> list[Placed]:
    """Add the leaves of some records; the nodes that came to be."""
    made: list[Placed] = []
    first, last = block
    with store.reading() as connection:
        for some in records.stored(connection, first - 1, last, _STEP):
            for record in some:
                problem = wrong(record, growing.size + 1, redacted)
                if problem:
                    raise SealError(
                        f"{problem}; nothing is signed. lrs seal verify looks through the log"
                    )
                made.extend(growing.add([record.leaf]))
            breathe()
    if growing.size != last:
        raise SealError(f"record {growing.size + 1} is missing; nothing is signed")
    return sorted(made)


def wrong(record: Stored, seq: int, redacted: Collection[int]) -> str | None:
    """What is wrong with a row that should be the record of a number."""
    if record.seq != seq:
        return f"record {seq} is missing"
    if record.seq in redacted:
        return None
    if merkle.leaf(Record(record.kind, record.head, record.body).leaf_data()) != record.leaf:
        return f"record {seq} is not what came: its kind, head or body does not lead to its leaf"
    return None


def _signed(store: Store, own: Signer, growing: Growing) -> Head:
    """Put a head on record, unless another process has sealed as much meanwhile."""
    with writing(store.engine) as connection:
        tree.alone(connection)
        before = latest(connection)
        if before and before.size >= growing.size:
            return before
        ends = rows(connection, "SELECT head FROM received WHERE seq = ?", [growing.size])
        at = max(clock(connection), records.instant(ends[0][0]), before.at + 1 if before else 0)
        said = Checkpoint(own.name, growing.size, growing.root(), at)
        note = notes.sign(said.text(), [own])
        _add(connection, [(growing.size, note)])
    told = {"records": said.size, "key": own.key.id}
    LOG.info("sealed", extra={"told": told})
    return Head(said.size, said.root, at, note)
