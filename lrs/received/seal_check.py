"""The whole log held against its seal: what was changed, and which heads hold up."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection

from lrs.database import is_sqlite, rows
from lrs.received import merkle, notes, records, seal, seal_keys, stamps, tree
from lrs.received.merkle import Growing
from lrs.received.notes import BadNote
from lrs.received.records import Record, Stored, instant, written_instant
from lrs.received.seal import Head
from lrs.received.seal_keys import SealKey

RECORD, TREE, HEAD, KEY, STAMP, CONTENT = "record", "tree", "head", "key", "stamp", "content"
_STEP = 1_000  # records at a time
_MOST = 200  # faults that are told one by one
_GONE = bytes(32)  # stands where a record is missing; no record has this leaf
_DIGESTS = {56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512"}  # by hexadecimal digits


class Fault(NamedTuple):
    """Something that is not as it was sealed."""

    seq: int  # the record that it is or begins at; of a head its size; 0 for none
    kind: str
    message: str


class Judged(NamedTuple):
    """A head, and why it doesn't hold up; nothing where it does."""

    size: int
    at: int  # microseconds; 0 where that can't be read
    why: str
    source: str  # of a head that was kept elsewhere: where; else nothing


class Given(NamedTuple):
    """A head that somebody kept elsewhere, and where that was."""

    source: str
    note: str


@dataclass(frozen=True)
class Verdict:
    """What was found; with no faults, the log is what it was at each of the heads."""

    records: int
    sealed: int  # records under the newest head that holds up
    faults: tuple[Fault, ...]  # at most 200, by record
    more: int  # faults beyond those
    heads: tuple[Judged, ...]
    keys: tuple[SealKey, ...]
    redacted: tuple[int, ...]  # whose body a ruling has replaced, so that only their leaf is left

    @property
    def first(self) -> int | None:
        """The first record that is not what came."""
        return min((each.seq for each in self.faults if each.kind == RECORD), default=None)


def verify(
    connection: Connection,
    redacted: Mapping[int, int] | None = None,
    emptied: Collection[str] = (),
    given: Sequence[Given] = (),
    roots: bytes = b"",
    trusted: Mapping[str, bytes] | None = None,
    tell: Callable[[int], None] = lambda seq: None,
) -> Verdict:
    """Walk through the log: each record against its leaf, the leaves against the tree, the tree
    against each head, each head against its key.

    `redacted` has the records whose body a ruling has replaced, with that ruling's number: of them
    the stored leaf is believed, as far as tree and heads bear it out. `emptied` are files that one
    has changed: what is left of these is for others to hold against it. `given` are heads that were
    kept elsewhere, `roots` the certificates (PEM) of those whose time stamps are trusted, `trusted`
    public keys that were handed out (32 bytes, by where they are), which must be on record. `tell`
    hears how far it is."""
    walk = _Walk(connection, redacted or {}, given)
    for some in records.stored(connection, most=_STEP):
        walk.take(some)
        tell(some[-1].seq)
    walk.end()
    for size, message in stamps.wrong(connection, roots):
        walk.fault(size, STAMP, message)
    for source, raw in (trusted or {}).items():
        walk.trust(source, raw)
    for message in _contents(connection, emptied):
        walk.fault(0, CONTENT, message)
    return walk.verdict()


class _Waiting(NamedTuple):
    """A head that is judged when the walk comes to its size."""

    size: int
    head: Head | None
    wrong: str
    source: str


class _Leaf(NamedTuple):
    """What leads to a record's place in the tree: the record as it is, and its column."""

    now: bytes
    stored: bytes | None  # None: there is no such record


class _Walk:
    """One way through the log, in bounded memory. Two trees grow, which are the same until a leaf
    is not what the tree's index has kept: of the records now, and of the index. A signed head says
    which of them is right, and so whether the record or the index was changed."""

    def __init__(
        self, connection: Connection, redacted: Mapping[int, int], given: Sequence[Given]
    ) -> None:
        self._connection = connection
        self._redacted = redacted
        self._now, self._kept, self._same = Growing(), Growing(), True
        self._leaves: list[_Leaf] = []
        self._heads = sorted(self._read(given), key=lambda each: (each.size, each.source))
        self._nodes = int(rows(connection, "SELECT count(*) FROM seal_nodes")[0][0])
        self._met = 0  # nodes that belong to the tree
        # How far leaves are needed; whoever can invent a size can't invent as many nodes.
        sizes = [each.size for each in self._heads if not (each.wrong or each.source)]
        self._sealed = min(max(sizes, default=0), self._nodes)
        self._number, self._instant = 0, ""
        self._stopped = False  # whether what follows can't be put into the tree
        self._differ: list[int] = []  # records whose leaf the index has otherwise, since a head
        self._proved = 0  # records up to which a head has said which tree is right
        self._bad: int | None = None  # the first record that was changed
        self._before: Head | None = None
        self._found: list[Fault] = []
        self._more = 0
        self._judged: list[Judged] = []
        self._keys: list[SealKey] = []
        self._replaced: list[int] = []

    def _read(self, given: Sequence[Given]) -> Iterator[_Waiting]:
        note = "CAST(note AS BLOB)" if is_sqlite(self._connection) else "convert_to(note, 'UTF8')"
        for size, said in rows(self._connection, f"SELECT size, {note} FROM seal_heads"):
            yield _waiting(size, bytes(said).decode("utf-8", "replace"), "")
        for source, note in given:
            yield _waiting(0, note, source)

    def fault(self, seq: int, kind: str, message: str) -> None:
        """Note what is wrong; beyond some hundred, only that there is more."""
        if kind == RECORD:
            self._bad = min(seq, self._bad or seq)
        if len(self._found) < _MOST:
            self._found.append(Fault(seq, kind, message))
        else:
            self._more += 1

    def take(self, some: Sequence[Stored]) -> None:
        """The next records."""
        for record in some:
            if record.seq > self._number + 1:
                self._missing(record.seq - 1)
            self._number = record.seq
            if record.kind == seal_keys.KIND:
                self._key(record)
            leaf = self._leaf(record)
            if leaf.now == leaf.stored:
                self._dated(record)
            if self._stopped:
                self._compare(record.seq, leaf, None)
            else:
                self._leaves.append(leaf)
        self._flush()

    def _missing(self, last: int) -> None:
        """Records up to a number are not there. Their leaves may still be in the index."""
        first = self._number + 1
        many = f"records {first} to {last} are" if last > first else f"record {first} is"
        self.fault(first, RECORD, f"{many} missing")
        for _ in range(first, min(last, self._sealed) + 1):
            self._leaves.append(_Leaf(_GONE, None))
            if len(self._leaves) == _STEP:
                self._flush()
        self._stopped = last > self._sealed  # no head comes behind that
        self._number = last

    def _key(self, record: Stored) -> None:
        before = self._keys[-1] if self._keys else None
        try:
            at = instant(record.head)
            self._keys.append(seal_keys.read(record.seq, at, record.body, before))
        except (BadNote, AssertionError) as error:
            self.fault(record.seq, KEY, f"record {record.seq} puts no key on record: {error}")

    def _dated(self, record: Stored) -> None:
        at = written_instant(record.head)
        if at <= self._instant:
            n = record.seq
            self.fault(n, RECORD, f"record {n} is dated before one in front of it: out of order")
        self._instant = at

    def _leaf(self, record: Stored) -> _Leaf:
        if record.seq in self._redacted:
            self._replaced.append(record.seq)
            return _Leaf(record.leaf, record.leaf)
        data = Record(record.kind, record.head, record.body).leaf_data()
        return _Leaf(merkle.leaf(data), record.leaf)

    def _flush(self) -> None:
        """Grow, with a halt at the size of each head."""
        while self._leaves:
            size = self._now.size
            halt = self._heads[0].size if self._heads else size + len(self._leaves)
            some = self._leaves[: max(halt - size, 0)] if halt > size else self._leaves
            self._grow(some)
            self._leaves = self._leaves[len(some) :]
            while self._heads and self._heads[0].size <= self._now.size:
                self._judge(self._heads.pop(0))

    def _grow(self, some: Sequence[_Leaf]) -> None:
        first = self._now.size
        low, high = 2 * first, 2 * (first + len(some) - 1)
        index = tree.between(self._connection, low, high)
        kept = [index.get(low + 2 * n, leaf.now) for n, leaf in enumerate(some)]
        for n, leaf in enumerate(some):
            self._compare(first + n + 1, leaf, index.get(low + 2 * n))
        if self._same and any(leaf.now != then for leaf, then in zip(some, kept, strict=True)):
            self._same, self._kept = False, self._now.copy()
        now = dict(self._now.add([leaf.now for leaf in some]))
        then = now if self._same else dict(self._kept.add(kept))
        index |= tree.kept(self._connection, [place for place in now if place < low])
        for place, hashed in now.items():
            self._node(place, index.get(place), (hashed, then[place]))

    def _compare(self, seq: int, leaf: _Leaf, kept: bytes | None) -> None:
        """A record against its column and the index's leaf."""
        differs = kept is not None and kept != leaf.now
        if leaf.stored is None:
            return
        if leaf.now != leaf.stored and leaf.now == kept:
            self.fault(seq, RECORD, f"the leaf of record {seq} was changed; its contents were not")
        elif leaf.now != leaf.stored:
            what = "its kind, head or body does not lead to its leaf"
            self.fault(seq, RECORD, f"record {seq} is not what came: {what}")
        elif differs:
            self._differ.append(seq)

    def _node(self, place: int, kept: bytes | None, right: tuple[bytes, bytes]) -> None:
        first, end = merkle.span(place)
        which = f"records {first + 1} to {end}" if end > first + 1 else f"record {end}"
        if kept is not None:
            self._met += 1
            if kept not in right:
                self.fault(first + 1, TREE, f"the tree's node over {which} was changed")
        elif end <= self._sealed:
            self.fault(first + 1, TREE, f"the tree's node over {which} is missing")

    def _judge(self, waiting: _Waiting) -> None:
        """Say whether a head holds up at this size, and what it says of what differed."""
        head, why = waiting.head, waiting.wrong
        if head and not why:
            why = self._unsigned(head, waiting.source)
        if head is None or why:
            self._told(waiting, why)
            return
        now = self._now.root() == head.root
        kept = now if self._same else self._kept.root() == head.root
        for seq in self._differ:
            if now:
                self.fault(seq, TREE, f"the tree's leaf of record {seq} was changed")
            elif kept:
                self.fault(seq, RECORD, f"record {seq} was changed, and its leaf with it")
            else:
                self.fault(seq, RECORD, f"record {seq} or its leaf in the tree was changed")
        if not (now or kept):
            why = f"what is in records {self._proved + 1} to {head.size} is not what it was made of"
            if not self._named(self._proved + 1, head.size):
                self.fault(self._proved + 1, RECORD, f"{why}; they, or the tree, were changed")
        elif self._bad is not None and self._bad <= head.size:
            why = f"record {self._bad}, which it covers, is not what it was"
        self._differ.clear()
        if now or kept:  # go on from what is proved
            self._proved = head.size
            right = self._now if now else self._kept
            self._now, self._same = right.copy(), True
        if not waiting.source:
            self._before = head
        self._told(waiting, why)

    def _named(self, first: int, last: int) -> bool:
        return any(each.kind == RECORD and first <= each.seq <= last for each in self._found)

    def _unsigned(self, head: Head, source: str) -> str:
        key = seal_keys.by_size(self._keys, head.size)
        if key is None:
            return "no key was on record when it was made"
        note = notes.read(head.note)
        if not note.signed_by(key.key):
            return f"it is not signed by key {key.key.id}, whose turn it was"
        if notes.checkpoint(note.text).origin != key.key.name:
            return f"it is of another log than {key.key.name}"
        if self._before and not source and head.at <= self._before.at:
            return f"it is dated before the one of {self._before.size} records"
        return ""

    def _told(self, waiting: _Waiting, why: str) -> None:
        at = waiting.head.at if waiting.head else 0
        self._judged.append(Judged(waiting.size, at, why, waiting.source))
        if why:
            whose = f", kept in {waiting.source}," if waiting.source else ""
            message = f"the head of {waiting.size} records{whose} does not hold up: {why}"
            self.fault(waiting.size, HEAD, message)

    def end(self) -> None:
        """What can be told once the last record was seen."""
        for seq in self._differ:
            self.fault(seq, RECORD, f"record {seq} or its leaf in the tree was changed")
        last = max((each.size for each in self._heads if self._genuine(each)), default=0)
        if not self._number and self._heads:
            self.fault(1, RECORD, "the log is empty, and was not when its heads were made")
        elif last > self._number:
            first = self._number + 1
            self.fault(first, RECORD, f"records {first} to {last} are missing at the end")
        stopped = self._heads or self._stopped
        for waiting in self._heads:
            ends = f"the log ends at record {self._now.size}"
            self._told(waiting, waiting.wrong or ends)
        if not stopped and self._met < self._nodes:
            more = self._nodes - self._met
            self.fault(0, TREE, f"the tree has {more} nodes that are above no records")

    def _genuine(self, waiting: _Waiting) -> bool:
        return bool(waiting.head and not waiting.wrong and not self._unsigned(waiting.head, "x"))

    def trust(self, source: str, raw: bytes) -> None:
        """Hold the keys on record against one that was handed out. A key is good for those that it
        vouched for; one that follows a lost key begins anew."""
        vouched = False
        for each in self._keys:
            vouched = each.key.raw == raw or (vouched and not each.lost)
        if not vouched:
            self.fault(0, KEY, f"nothing leads from the key in {source} to the one in use now")

    def verdict(self) -> Verdict:
        """All that was found."""
        holding = [each.size for each in self._judged if not each.why and not each.source]
        return Verdict(
            self._number,
            max(holding, default=0),
            tuple(sorted(self._found)),
            self._more,
            tuple(self._judged),
            tuple(self._keys),
            tuple(self._replaced),
        )


def _waiting(size: int, note: str, source: str) -> _Waiting:
    try:
        head = seal.read(note)
    except BadNote as error:
        return _Waiting(size, None, f"it is not what was signed: {error}", source)
    if not source and head.size != size:
        return _Waiting(size, head, f"what was signed is a head of {head.size}", source)
    return _Waiting(head.size, head, "", source)


def _contents(connection: Connection, emptied: Collection[str]) -> Iterator[str]:
    """Files whose digest, by which records name them, is another now."""
    name = ""
    while True:
        query = "SELECT sha2, content FROM contents WHERE sha2 > ? ORDER BY sha2 LIMIT 1"
        found = rows(connection, query, [name])
        if not found:
            return
        name, content = found[0]
        if name in emptied:
            continue
        known = _DIGESTS.get(len(name))
        if known is None or hashlib.new(known, content).hexdigest() != name:
            yield f"the file that records call {name} was changed"
