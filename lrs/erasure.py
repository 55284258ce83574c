"""To erase a person: all by which they can be told goes out of the log, and the register stays.

Every value by which they are known is replaced by a stand-in (lrs/substitution.py), by the rules of
each kind of record; what is found so, the indexes are made anew from. The hashes that the seal
covers stay as they were, and the erasure's own record says which records it redacted and what is
left of each (lrs/redactions.py)."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, delete, text

from lrs import (
    catalogue,
    credentials,
    database,
    days,
    kept_files,
    openings,
    rebuild,
    redactions,
    rulings,
    timestamps,
    whom,
)
from lrs.database import inserter, is_sqlite, rows
from lrs.errors import BadRequest, Conflict
from lrs.feeds import door as feeds
from lrs.feeds import redacting as of_feeds
from lrs.people import door as people
from lrs.people import redacting as of_people
from lrs.programme import versions
from lrs.received import records, seal_keys
from lrs.received.merkle import leaf
from lrs.received.records import Received, Record
from lrs.received.writer import Batch, begun
from lrs.redactions import Erasure, Redacted
from lrs.substitution import Substitution
from lrs.xapi import arrivals, documents
from lrs.xapi import redacting as of_xapi

Redactor = Callable[[Received, Substitution], tuple[dict[str, Any], bytes]]


def _as_it_is(record: Received, instead: Substitution) -> tuple[dict[str, Any], bytes]:
    """Of a kind in which nobody of the register is named."""
    return record.head, record.body


def _texts(record: Received, instead: Substitution) -> tuple[dict[str, Any], bytes]:
    """Of a kind whose texts may speak of somebody, as those of a review do."""

    def told(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: told(each) for name, each in value.items()}
        if isinstance(value, list):
            return [told(each) for each in value]
        return instead.text(value) if isinstance(value, str) else value

    body = records.compact(told(json.loads(record.body))).encode()
    return told(record.head) | {"at": record.head["at"]}, body


REDACTORS: dict[str, Redactor] = {
    arrivals.KIND: of_xapi.statement,
    documents.KIND: of_xapi.document,
    people.KIND: of_people.redacted,
    feeds.KIND: of_feeds.redacted,
    rulings.KIND: rulings.redacted,
    credentials.KIND: credentials.redacted,
    catalogue.KIND: _as_it_is,
    versions.KIND: _as_it_is,
    redactions.KIND: _as_it_is,
    openings.KIND: _texts,
    seal_keys.KIND: _as_it_is,
}
_begin = inserter(redactions.REDACTING)


@dataclass(frozen=True)
class Wanted:
    """Whom to erase, why, and who says so; `even_so` if they may have access today."""

    person: str
    why: str
    by: str
    even_so: bool = False


class Left(NamedTuple):
    """A place that still has a text of theirs, and the text: it is somebody else's as well, or what
    stands there is no record of the person."""

    where: str
    text: str


@dataclass(frozen=True)
class Found:
    """What an erasure comes to: what stands in the place of what, and where."""

    instead: Substitution
    records: list[Redacted] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    files: dict[str, bytes | None] = field(default_factory=dict)  # what is left of kept files
    left: list[Left] = field(default_factory=list)


def dry(connection: Connection, wanted: Wanted) -> Found:
    """What would be erased; nothing is stored. Raises as `erase` does."""
    return _found(connection, _substitution(connection, wanted))


def erase(engine: Engine, wanted: Wanted) -> tuple[int, Found]:
    """Erase somebody, in one transaction in which nobody else appends; the record's number. Raises
    NotFound for a person nobody knows; Conflict for one who is erased already or has access today,
    and for a name of which nobody knows whose it is; BadRequest for a reason that isn't one."""
    _checked(wanted)
    with database.writing(engine) as connection:
        if is_sqlite(connection):
            connection.execute(text("PRAGMA secure_delete = ON"))
        batch = begun(connection)
        found = _found(connection, _substitution(connection, wanted))
        seq = _append(batch, wanted, found)
        _begin(connection, [(seq,)])
        _rewrite(connection, found)
        connection.execute(delete(redactions.REDACTING))
        rebuild.rebuild(connection)
    return seq, found


def _checked(wanted: Wanted) -> None:
    for name, said in (("why", wanted.why), ("by", wanted.by)):
        if not said.strip():
            raise BadRequest(f"an erasure needs its {name}: an auditor will ask")


def _substitution(connection: Connection, wanted: Wanted) -> Substitution:
    zone = _zone(connection)
    today = days.of(timestamps.now(), zone)
    instead = whom.substitution(connection, wanted.person, today, zone, wanted.even_so)
    for said, what in ((wanted.why, "the reason"), (wanted.by, "--by")):
        if instead.seen_in(said) or set(said.split()) & set(instead.ids):
            raise BadRequest(f"{what} names them, and it is kept for ever; say it without")
    return instead


def _zone(connection: Connection) -> ZoneInfo:
    """The zone in which the register has its days."""
    published = versions.load(connection)
    return ZoneInfo(published[-1].programme.zone if published else "UTC")


# What of the log it is about.


def _found(connection: Connection, instead: Substitution) -> Found:
    """Everything that is to be redacted. The log is gone through until nothing new is found: a
    ruling may speak of what stands behind it."""
    while True:
        before = instead.size()
        found = Found(instead)
        for record in records.read(connection):
            made = _redacted(record, instead)
            if made is not None:
                found.counts[record.kind] += 1
                found.records.append(Redacted(record.seq, b"", leaf(made.leaf_data())))
            stands = made or Record(record.kind, records.compact(record.head), record.body)
            found.left.extend(
                Left(f"record {record.seq}, {record.kind}", each)
                for each in instead.seen_in(f"{stands.head} {_legible(stands.body)}")
            )
        if instead.size() == before:
            break
    if instead.doubtful:
        names = ", ".join(sorted(instead.doubtful))
        raise Conflict(
            f"nobody knows whose these are on all days on which they were used: {names}; they are "
            "also somebody else's, so rule on it first: lrs people link"
        )
    leaves = _leaves(connection, [each.seq for each in found.records])
    found.records[:] = [each._replace(leaf=leaves[each.seq]) for each in found.records]
    _files(connection, found)
    return found


def _legible(body: bytes) -> str:
    """A body as a text; where it is JSON, without the escapes that stand for letters."""
    told = body.decode(errors="replace")
    if "\\u" not in told:
        return told
    try:
        return records.compact(json.loads(told))
    except ValueError:
        return told


def _leaves(connection: Connection, seqs: list[int]) -> dict[int, bytes]:
    query = "SELECT seq, leaf FROM received WHERE seq IN ??"
    return {seq: bytes(hashed) for seq, hashed in rows(connection, query, seqs)}


def _redacted(record: Received, instead: Substitution) -> Record | None:
    """A record as it will stand in the log; None if nothing in it is theirs."""
    if record.kind not in REDACTORS:
        raise Conflict(
            f"record {record.seq} is of kind {record.kind}, and this version doesn't know what in "
            "it may name somebody; nothing is erased"
        )
    head, body = REDACTORS[record.kind](record, instead)
    if head == record.head and (body == record.body or _says_the_same(record, body)):
        return None
    told = {name: value for name, value in head.items() if name != "at"}
    return Record(record.kind, records.head(record.at, **told), body)


def _says_the_same(record: Received, body: bytes) -> bool:
    """Whether a body differs in its spaces alone: it was read and written again."""
    try:
        return bool(json.loads(record.body) == json.loads(body))
    except ValueError:
        return False


def _files(connection: Connection, found: Found) -> None:
    """What is left of the files that imports and statements brought."""
    instead = found.instead
    rows_of: dict[str, set[int]] = defaultdict(set)
    managed: dict[str, set[int]] = defaultdict(set)
    names: dict[str, str] = {}
    query = "SELECT seq FROM received WHERE kind IN ?? ORDER BY seq"
    for (seq,) in rows(connection, query, [people.KIND, feeds.KIND]):
        record = _record(connection, seq)
        sha2 = record.head["sha256"]
        names.setdefault(sha2, record.head["source"])
        for number, theirs in _numbers(record, instead):
            (rows_of if theirs else managed)[sha2].add(number)
    for sha2, name in names.items():
        content = _content(connection, sha2)
        if content is None:
            continue
        made = kept_files.redacted(name, content, rows_of[sha2], managed[sha2], instead)
        if made != content:
            found.files[sha2] = made
    for sha2 in sorted(instead.attached - instead.others_attached - set(names)):
        if _content(connection, sha2) is not None:
            found.files[sha2] = None


def _numbers(record: Received, instead: Substitution) -> Iterator[tuple[int, bool]]:
    """Rows of an import's file that are theirs (True), or name them as manager (False)."""
    for each in json.loads(record.body)["rows"]:
        if record.kind == people.KIND:
            if each["person"] in instead.ids:
                yield each["row"], True
            elif {each.get("manager"), each.get("same_as")} & set(instead.ids):
                yield each["row"], False
        elif f"{record.seq}.{each['row']}|{each['course']}" in instead.rows:
            yield each["row"], True


def _content(connection: Connection, sha2: str) -> bytes | None:
    found = rows(connection, "SELECT content FROM contents WHERE sha2 = ?", [sha2])
    return bytes(found[0][0]) if found else None


# What is written.


def _append(batch: Batch, wanted: Wanted, found: Found) -> int:
    token, at = found.instead.token, batch.instant()
    files = {sha2: _digest(content) for sha2, content in found.files.items()}
    erasure = Erasure(token, wanted.why, wanted.by, found.counts, found.records, files)
    head = records.head(at, by=wanted.by, token=token)
    seq = batch.append([Record(redactions.KIND, head, erasure.body())])
    redactions.index(batch.connection, seq, at, erasure)
    return seq


def _digest(content: bytes | None) -> str | None:
    return None if content is None else sha256(content).hexdigest()


def _rewrite(connection: Connection, found: Found) -> None:
    """The one place where what was received is changed; the database allows it here alone."""
    wanted = {each.seq: each.now for each in found.records}
    change = text("UPDATE received SET head = :head, body = :body WHERE seq = :seq")
    for seq, now in wanted.items():
        made = _redacted(_record(connection, seq), found.instead)
        assert made and leaf(made.leaf_data()) == now, seq
        connection.execute(change, {"seq": seq, "head": made.head, "body": made.body})
    for sha2, content in found.files.items():
        if content is None:
            connection.execute(text("DELETE FROM contents WHERE sha2 = :sha2"), {"sha2": sha2})
        else:
            change = text("UPDATE contents SET content = :new WHERE sha2 = :sha2")
            connection.execute(change, {"sha2": sha2, "new": content})


def _record(connection: Connection, seq: int) -> Received:
    return next(records.read(connection, seq - 1, seq))
