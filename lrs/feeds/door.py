"""The door of LMS exports: an import is one record; its facts are found by person and by line."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, exists, select, update

from lrs.database import inserter, key, rows
from lrs.errors import Conflict, LrsError, NotFound
from lrs.feeds import facts
from lrs.feeds.facts import CompletionFact
from lrs.feeds.overlaps import Stated, new
from lrs.feeds.tables import FEED_FACTS, FEED_IMPORTS, FEED_NAMES
from lrs.received.records import Received, Record, compact, head
from lrs.received.tables import CONTENTS
from lrs.received.writer import Batch

KIND = "lms-export"
_add_contents = inserter(CONTENTS, ignore=True)
_add_import = inserter(FEED_IMPORTS)
_add_facts = inserter(FEED_FACTS)
_add_names = inserter(FEED_NAMES, ignore=True)
_STORED = """
    SELECT f.line, i.as_of, f.seq, f.said FROM feed_facts f
    JOIN feed_imports i ON i.seq = f.seq WHERE i.corrected IS NULL AND f.line IN ??
"""


@dataclass(frozen=True)
class Import:
    """What was read from a file. `told` is what the record's head says of it: by, lms, source,
    sha256, profile, as_of, zone, courses, left_out. `corrects` is the import whose place it takes;
    `dated` says that the day of the export was told, and not supposed."""

    told: Mapping[str, Any]
    facts: Sequence[CompletionFact]
    content: bytes
    corrects: int | None = None
    dated: bool = False

    @property
    def lms(self) -> str:
        """The home page of the LMS."""
        return str(self.told["lms"])

    @property
    def as_of(self) -> date:
        """The day of the export."""
        return date.fromisoformat(self.told["as_of"])


class Taken(NamedTuple):
    """What came of an import. `seq` is its record, or the earlier one that it only repeats; it is
    0 where nothing was stored. `added` are its facts that were new. `leaning` are imports that
    said again what the corrected one had said: their files are to be imported again."""

    seq: int
    counts: Mapping[str, int]
    added: Sequence[CompletionFact]
    repeats: bool = False
    leaning: Sequence[int] = ()


def take(batch: Batch, jobs: Sequence[Import]) -> list[Taken | LrsError]:
    """The door: each import in turn."""
    return [_take(batch, job) for job in jobs]


def _take(batch: Batch, job: Import) -> Taken | LrsError:
    try:
        found = weighed(batch.connection, job)
    except LrsError as error:
        return error
    if found.repeats:
        return found
    told: dict[str, Any] = {**job.told, "counts": found.counts}
    if job.corrects is not None:
        told["corrects"] = job.corrects
    at = batch.instant()
    written = [compact(facts.as_json(fact)) for fact in found.added]
    record = Record(KIND, head(at, **told), f'{{"rows":[{",".join(written)}]}}'.encode())
    seq = batch.append([record])
    _add_contents(batch.connection, [(told["sha256"], job.content)])
    _index(batch.connection, seq, at, told, found.added, written)
    return found._replace(seq=seq)


def weighed(connection: Connection, job: Import) -> Taken:
    """What an import would add; nothing is stored. Raises NotFound and Conflict for an import to
    be corrected that isn't there, or has been."""
    there = _before(connection, job)
    if there:
        counts = dict(json.loads(there.head)["counts"])
        known = counts["taken"] + counts["known"]
        return Taken(there.seq, {**counts, "taken": 0, "known": known}, (), repeats=True)
    leaning = _leaning(connection, job)
    added = new(job.lms, job.as_of, job.facts, _stored(connection, job))
    out = sum(each["rows"] for each in job.told["left_out"])
    counts = {
        "read": len(job.facts) + out,
        "taken": len(added),
        "known": len(job.facts) - len(added),
        "left_out": out,
    }
    return Taken(0, counts, added, leaning=leaning)


def _before(connection: Connection, job: Import) -> Any:
    """The import of the same file, read in the same way, that still stands, unless it leans on one
    that was corrected since. A file that is said to be of another day is not the same: what has no
    date in it is then said of that day."""
    table, other = FEED_IMPORTS.c, FEED_IMPORTS.alias().c
    query = select(table.seq, table.head).where(
        table.fingerprint == fingerprint(job.told),
        table.corrected.is_(None),
        ~exists().where(other.lms == table.lms, other.seq < table.seq, other.corrected > table.seq),
    )
    if job.dated:
        query = query.where(table.as_of == job.told["as_of"])
    return connection.execute(query.order_by(table.seq.desc()).limit(1)).first()


def fingerprint(told: Mapping[str, Any]) -> bytes:
    """What makes two imports the same: the file, and all that decides how it is read."""
    ways = [told[name] for name in ("sha256", "lms", "zone", "courses")]
    return sha256(compact([*ways, told["profile"]["sha256"]]).encode()).digest()


def _leaning(connection: Connection, job: Import) -> list[int]:
    """The imports that came after the one to be corrected and found facts known that may have been
    its own. Raises NotFound and Conflict for one that can't be corrected."""
    if job.corrects is None:
        return []
    there = {each.seq: each for each in imports(connection)}
    wrong = there.get(job.corrects)
    if wrong is None:
        raise NotFound(f"there is no import {job.corrects}; lrs feeds list shows those there are")
    if wrong.corrected is not None:
        raise Conflict(f"import {job.corrects} is corrected already, by {wrong.corrected}")
    return [
        seq
        for seq, _, told, corrected in there.values()
        if seq > wrong.seq
        and corrected is None
        and told["lms"] == wrong.told["lms"]
        and told["counts"]["known"]
    ]


def _stored(connection: Connection, job: Import) -> dict[str, list[Stated]]:
    """What is known of the lines of an import, without the one that it corrects."""
    names = {key(name): name for name in {facts.line(job.lms, fact) for fact in job.facts}}
    found: dict[str, list[Stated]] = defaultdict(list)
    for line, as_of, seq, said in rows(connection, _STORED, tuple(names)):
        if seq != job.corrects:
            found[names[bytes(line)]].append(Stated(date.fromisoformat(as_of), seq, said))
    return found


def _index(
    connection: Connection,
    seq: int,
    at: int,
    told: Mapping[str, Any],
    added: Sequence[CompletionFact],
    written: Sequence[str],
) -> None:
    """Bring the indexes up to date with an import."""
    lms, corrected = told["lms"], told.get("corrects")
    if corrected is not None:
        where = FEED_IMPORTS.c.seq == corrected
        connection.execute(update(FEED_IMPORTS).where(where).values(corrected=seq))
    _add_import(connection, [(seq, at, lms, told["as_of"], fingerprint(told), compact(told), None)])
    lines, names = [], set()
    for n, (fact, as_written) in enumerate(zip(added, written, strict=True)):
        called = facts.names(lms, fact)
        who = key(called[0])
        names |= {(key(name), who) for name in called}
        about = key(facts.line(lms, fact))
        lines.append((seq, n, about, who, facts.said(fact), as_written))
    _add_facts(connection, lines)
    _add_names(connection, sorted(names))


def reindex(connection: Connection, records: Iterable[Received]) -> None:
    """Bring the indexes to where the records lead."""
    for record in records:
        told = {name: value for name, value in record.head.items() if name != "at"}
        rows = json.loads(record.body)["rows"]
        added = [facts.from_json(each) for each in rows]
        _index(connection, record.seq, record.at, told, added, [compact(each) for each in rows])


class Imported(NamedTuple):
    """An import: its record's number, when it came, its head without that, and the number of the
    import that corrects it."""

    seq: int
    at: int
    told: Mapping[str, Any]
    corrected: int | None


def imports(connection: Connection) -> list[Imported]:
    """All imports, in the order in which they came."""
    table = FEED_IMPORTS.c
    query = select(table.seq, table.at, table.head, table.corrected).order_by(table.seq)
    return [
        Imported(seq, at, json.loads(head), corrected)
        for seq, at, head, corrected in connection.execute(query)
    ]


def addresses(connection: Connection, without: int | None = None) -> set[str]:
    """The home pages of the LMSs whose imports stand, but for one that is to be corrected."""
    there = imports(connection)
    return {each.told["lms"] for each in there if each.corrected is None and each.seq != without}


class Known(NamedTuple):
    """A fact in its place: the record and the place in it, when it came, of which day its export
    is, and of which LMS."""

    seq: int
    n: int
    at: int
    as_of: date
    lms: str
    fact: CompletionFact


_NAMES = "SELECT who, name FROM feed_names ORDER BY who"
_CALLED = "SELECT who FROM feed_names WHERE name IN ??"
_OF_PEOPLE = "SELECT seq, n, fact FROM feed_facts WHERE who IN ??"


def names(connection: Connection) -> Iterator[tuple[bytes, list[bytes]]]:
    """Everybody whom exports tell of, as the key of the first of their names, with the keys of all
    names that are told beside it."""
    for who, some in groupby(rows(connection, _NAMES), key=itemgetter(0)):
        yield bytes(who), [bytes(name) for _, name in some]


def called(connection: Connection, names: Collection[bytes]) -> set[bytes]:
    """Of whom exports tell under one of these names, all as keys. Each may have other names, too:
    which is whose on which day is for identities to say."""
    return {bytes(who) for (who,) in rows(connection, _CALLED, tuple(names))}


def known(
    connection: Connection, whose: Collection[bytes], instant: int | None = None
) -> list[Known]:
    """What is told of these, as known at an instant (None: now) and in the order in which it came,
    without what is of imports that were corrected by then."""
    if not whose:
        return []
    standing = _standing(connection, instant)
    found = rows(connection, _OF_PEOPLE, tuple(whose))
    return sorted(_known(standing[seq], n, fact) for seq, n, fact in found if seq in standing)


def _standing(connection: Connection, instant: int | None) -> dict[int, Imported]:
    """The imports that were there at an instant and not corrected yet, in order."""
    found = {
        each.seq: each for each in imports(connection) if instant is None or each.at <= instant
    }
    return {seq: each for seq, each in found.items() if each.corrected not in found}


def _known(where: Imported, n: int, fact: str) -> Known:
    as_of = date.fromisoformat(where.told["as_of"])
    lms = where.told["lms"]
    return Known(where.seq, n, where.at, as_of, lms, facts.from_json(json.loads(fact)))
