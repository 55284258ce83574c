"""Indexes over the rosters in the log; all of them can be made again from it."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from lrs.database import METADATA, inserter, key, rows
from lrs.people import facts
from lrs.people.facts import Fact, Known
from lrs.people.timeline import aliases
from lrs.received.tables import SEQ

# One row for each import; `sha256` is of the file, `mapping` of what its profile said.
IMPORTS = Table(
    "people_imports",
    METADATA,
    Column("seq", SEQ, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),  # microseconds
    Column("sha256", String(64), nullable=False),
    Column("profile", String(40), nullable=False),
    Column("mapping", String(64), nullable=False),
    Column("as_of", String(10), nullable=False),
    Column("snapshot", Boolean, nullable=False),
    Column("zone", String(64), nullable=False),
)

# One row for each fact, found by the person that it is about, or by its import.
FACTS = Table(
    "people_facts",
    METADATA,
    Column("person", String(100), primary_key=True),
    Column("seq", SEQ, primary_key=True, autoincrement=False),
    Column("n", Integer, primary_key=True, autoincrement=False),  # its place in the record
    Column("fact", Text, nullable=False),  # JSON
    sqlite_with_rowid=False,
)
Index("people_facts_seq", FACTS.c.seq)

# What people can be found by: the key of a name ("mbox mailto:...", "account ...", "hr 00042"), the
# same as in other indexes, of "manager 00007", of "same 00013". `seq` is the newest record that
# told it.
TERMS = Table(
    "people_terms",
    METADATA,
    Column("term", LargeBinary, primary_key=True),
    Column("person", String(100), primary_key=True),
    Column("seq", SEQ, nullable=False),
    sqlite_with_rowid=False,
)

TABLES = (IMPORTS, FACTS, TERMS)
_Read = Callable[[Mapping[str, Any]], Fact]
_add_imports = inserter(IMPORTS)
_add_facts = inserter(FACTS)
_add_terms = inserter(TERMS, replace="seq")


class Import(NamedTuple):
    """One import, as the index has it."""

    seq: int
    at: int
    sha256: str
    profile: str
    mapping: str
    as_of: str
    snapshot: bool
    zone: str


def of_head(seq: int, at: int, head: dict[str, Any]) -> Import:
    """The import that a record's head tells of."""
    profile = head["profile"]
    return Import(
        seq,
        at,
        head["sha256"],
        profile["name"],
        profile["sha256"],
        head["as_of"],
        head["snapshot"],
        head["zone"],
    )


class Ready(NamedTuple):
    """What an import is to leave in the indexes, made ready before the log is locked for it: the
    facts (person, place in the record, JSON) and the terms that find them, each in order."""

    facts: list[tuple[str, int, str]]
    terms: list[tuple[bytes, str]]


def ready(written: Iterable[tuple[Fact, str]]) -> Ready:
    """The same of facts, each with its JSON."""
    lines = []
    terms: set[tuple[bytes, str]] = set()
    for n, (fact, line) in enumerate(written):
        lines.append((fact.person, n, line))
        terms.update((key(term), fact.person) for term in _terms(fact))
    return Ready(sorted(lines), sorted(terms))


def add(connection: Connection, told: Import, made: Ready) -> None:
    """Index an import."""
    _add_imports(connection, [tuple(told)])
    _add_facts(connection, [(person, told.seq, n, line) for person, n, line in made.facts])
    _add_terms(connection, [(*term, told.seq) for term in made.terms])


def _terms(fact: Fact) -> Iterable[str]:
    yield f"hr {fact.person}"
    yield from aliases(fact)
    if fact.manager:
        yield f"manager {fact.manager}"
    if fact.same_as:
        yield f"same {fact.same_as}"


def imports(connection: Connection, known: int | None = None) -> list[Import]:
    """All imports known at an instant (None: now), in order."""
    query = "SELECT seq, at, sha256, profile, mapping, as_of, snapshot, zone FROM people_imports"
    found = (Import(*row) for row in rows(connection, f"{query} ORDER BY seq"))
    return [each for each in found if known is None or each.at <= known]


def ids(connection: Connection) -> set[str]:
    """Every HR id that was ever told."""
    return {row[0] for row in rows(connection, "SELECT DISTINCT person FROM people_facts")}


def of_import(connection: Connection, seq: int) -> set[str]:
    """The HR ids that had a row in an import."""
    query = "SELECT DISTINCT person FROM people_facts WHERE seq = ? AND substr(fact, 1, 9) <> ?"
    return {row[0] for row in rows(connection, query, [seq, '{"row":0,'])}


def found(connection: Connection, terms: Collection[str]) -> set[str]:
    """The HR ids of whom one of these terms was ever told."""
    query = "SELECT DISTINCT person FROM people_terms WHERE term IN ??"
    return {row[0] for row in rows(connection, query, [key(term) for term in terms])}


# Names, as keys, that mean one HR id on whatever day, if no ruling says anything else: only that
# was ever called so, and was by the newest that is known of it, in a roster that was of no earlier
# day than one before it, which might go before what it tells. There are others that mean one alone;
# to tell them it takes all that is known of people.
CLEAR = """
    SELECT t.term, t.person FROM people_terms t
    WHERE t.seq IN (
        SELECT i.seq FROM people_imports i WHERE NOT EXISTS (
            SELECT 1 FROM people_imports b WHERE b.seq < i.seq AND b.as_of > i.as_of
        )
    )
    AND t.seq = (SELECT MAX(f.seq) FROM people_facts f WHERE f.person = t.person)
    AND NOT EXISTS (SELECT 1 FROM people_terms o WHERE o.term = t.term AND o.person <> t.person)
"""


def known(
    connection: Connection,
    ids: Collection[str],
    instant: int | None = None,
    repeated: bool = False,
) -> dict[str, list[Known]]:
    """What was known of people at an instant (None: now), in order; see below for `repeated`."""
    lines = rows(connection, f"{_FACTS} WHERE person IN ??", sorted(ids))
    return dict(_grouped(connection, sorted(lines), instant, repeated))


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the collector of circles for a while: of so many values none is in one, and to look
    through them again and again would take as long as everything else."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def everybody(
    connection: Connection, instant: int | None = None, read: _Read = facts.read
) -> Iterator[tuple[str, list[Known]]]:
    """The same of all people, one by one, so that not all facts are there at a time; `read` may
    leave out of them what is not needed."""
    query = text(f"{_FACTS} ORDER BY person, seq, n")
    lines = connection.execute(query, execution_options={"yield_per": 5_000})
    return _grouped(connection, lines, instant, read=read)


_FACTS = "SELECT person, seq, n, fact FROM people_facts"


def _grouped(
    connection: Connection,
    lines: Iterable[Sequence[Any]],
    instant: int | None,
    repeated: bool = False,
    read: _Read = facts.read,
) -> Iterator[tuple[str, list[Known]]]:
    told = {
        each.seq: (each.at, date.fromisoformat(each.as_of)) for each in imports(connection, instant)
    }
    for person, some in groupby(lines, key=lambda line: str(line[0])):
        kept = [(seq, *told[seq], fact) for _, seq, _, fact in some if seq in told]
        if not repeated:
            kept = without_repeats(kept)
        if kept:
            yield (
                person,
                [Known(seq, at, as_of, read(json.loads(fact))) for seq, at, as_of, fact in kept],
            )


_Line = tuple[int, int, date, str]


def without_repeats(lines: list[_Line]) -> list[_Line]:
    """Facts without those that say again, of a later day, what the one before says: a roster of
    each week would have 52 of everybody. Only where their days are in order; else a fact of a day
    between could be said to end by one that is left out. So could a leave, at any time."""
    late = any(one[2] > other[2] for one, other in pairwise(lines))
    if late or any('"leave":[{' in line[3] for line in lines):
        return lines
    said = [line[3].partition(",")[2] for line in lines]  # behind {"row":17,
    return [line for n, line in enumerate(lines) if n == 0 or said[n] != said[n - 1]]
