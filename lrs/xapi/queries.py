"""Reading statements: by id, or those that match, newest first, a page at a time."""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
)

from lrs.database import key, rows
from lrs.received.records import written_instant
from lrs.received.tables import CONTENTS
from lrs.xapi import contents
from lrs.xapi.tables import DEFINITIONS, NAMES, STATEMENTS, TERMS

_GROUPS = 4  # of a query: one for each filter that has any
_WIDEST = 3  # alternatives of a group: the agent itself, related, as authority
_PROBE = 2_000  # entries of a term that are counted to find the rarest
MOST_BYTES = 16_000_000  # of a page, but for a single statement that has more


@dataclass(frozen=True)
class Query:
    """What is asked for. Each group of terms is alternatives, and all groups must be met by the
    same statement: the one returned, or one that it is about. `own` must be met by both."""

    groups: tuple[tuple[bytes, ...], ...] = ()
    own: bytes | None = None
    since: int | None = None  # stored after
    until: int | None = None  # stored at or before
    ascending: bool = False
    limit: int = 100
    beyond: int | None = None  # number of the last statement of the page before
    upto: int | None = None  # what came after the first page was asked for is not in the next


class Found(NamedTuple):
    """One statement from the log."""

    seq: int
    at: str  # stored
    head: str
    raw: str


class Page(NamedTuple):
    """Statements in order; `next` is the query for those behind them, None where there are none."""

    statements: list[Found]
    next: Query | None
    asked: Query  # which it answers

    def cut(self, count: int) -> Page:
        """The page with its first few statements alone, so that the next begins behind these."""
        if count >= len(self.statements):
            return self
        kept = self.statements[:count]
        return Page(kept, replace(self.asked, beyond=kept[-1].seq), self.asked)


def page(connection: Connection, query: Query) -> Page:
    """The statements of a query, at most as many as its limit, and no more bytes than a page has
    unless the first statement alone has more."""
    if query.upto is None:
        query = replace(query, upto=_newest(connection))
    found = _matching(connection, query, query.limit + 1)
    sizes = dict(rows(connection, _SIZES, found[: query.limit]))
    seqs = found[: fitting(sizes[seq] for seq in found[: query.limit])]
    rest = replace(query, beyond=seqs[-1]) if len(seqs) < len(found) else None
    return Page(_fetched(connection, seqs), rest, query)


def fitting(sizes: Iterable[int]) -> int:
    """How many fit on a page, of things of these sizes; the first always does."""
    total = count = 0
    for size in sizes:
        total += size
        if count and total > MOST_BYTES:
            break
        count += 1
    return count


def one(
    connection: Connection, name: uuid.UUID, own: bytes | None = None
) -> tuple[Found, bool] | None:
    """A statement by its id, and whether it is voided; `own` is what the caller may read alone."""
    row = connection.execute(
        select(STATEMENTS.c.seq, STATEMENTS.c.voided).where(STATEMENTS.c.id == name.bytes)
    ).first()
    if row is None or (own is not None and not _is_own(connection, row.seq, own)):
        return None
    return _fetched(connection, [row.seq])[0], row.voided


def _is_own(connection: Connection, seq: int, own: bytes) -> bool:
    term = TERMS.c
    query = select(term.seq).where(term.term == own, term.seq == seq, term.via == 0)
    return connection.execute(query).first() is not None


def _newest(connection: Connection) -> int:
    return connection.execute(select(func.max(STATEMENTS.c.seq))).scalar() or 0


def _fetched(connection: Connection, seqs: Sequence[int]) -> list[Found]:
    found = {
        seq: Found(seq, written_instant(head), head, bytes(body).decode())
        for seq, head, body in rows(connection, _RECORDS, seqs)
    }
    return [found[seq] for seq in seqs]


_RECORDS = "SELECT seq, head, body FROM received WHERE seq IN ??"
_SIZES = "SELECT seq, LENGTH(body) FROM received WHERE seq IN ??"


def _matching(connection: Connection, query: Query, most: int) -> list[int]:
    low, high = _range(connection, query)
    if low > high:
        return []
    if not query.groups and query.own is None:
        seq = STATEMENTS.c.seq
        plain = select(seq).where(seq.between(low, high), ~STATEMENTS.c.voided)
        return _first(connection, plain, seq, query, most)
    found: set[int] = set()
    groups = list(query.groups)
    if len(groups) > 1:
        groups.sort(key=lambda group: _size(connection, group))
    if groups:
        for term in groups[0]:
            found |= set(_driven(connection, query, term, groups[1:], (low, high), most))
    elif query.own is not None:
        found = set(_driven(connection, query, query.own, [], (low, high), most))
    return sorted(found, reverse=not query.ascending)[:most]


def _range(connection: Connection, query: Query) -> tuple[int, int]:
    """The numbers within which the answer lies: `stored` grows with them."""
    low, high = 1, query.upto or 0
    if query.since is not None:
        low = _last_by(connection, query.since) + 1
    if query.until is not None:
        high = min(high, _last_by(connection, query.until))
    if query.beyond is not None:
        low, high = (
            (max(low, query.beyond + 1), high)
            if query.ascending
            else (low, min(high, query.beyond - 1))
        )
    return low, high


def _last_by(connection: Connection, instant: int) -> int:
    """The number of the last statement stored by an instant; 0 if there is none. In this form, as
    for the largest number SQLite would look through all those behind."""
    found = rows(connection, _LAST_BY, [instant])
    return int(found[0][0]) if found else 0


_LAST_BY = "SELECT seq FROM statements WHERE stored <= ? ORDER BY stored DESC LIMIT 1"


def _size(connection: Connection, group: Sequence[bytes]) -> int:
    """About how often a group's terms occur, counted up to a bound."""
    if len(group) == 0:
        return 0
    some = select(TERMS.c.seq).where(TERMS.c.term.in_(group)).limit(_PROBE).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one())


def _driven(
    connection: Connection,
    query: Query,
    term: bytes,
    others: Sequence[Sequence[bytes]],
    within: tuple[int, int],
    most: int,
) -> list[int]:
    """The numbers found by a term, in the order asked for, that meet all the rest."""
    driver = TERMS.alias("driver")
    conditions: list[ColumnElement[bool]] = [
        driver.c.term == term,
        driver.c.seq.between(*within),
        driver.c.via <= (query.upto or 0),
    ]
    for number, group in enumerate(others):
        conditions.append(_also(f"also{number}", group, driver.c.seq, driver.c.via))
    if query.own is not None:
        conditions.append(_also("own", [query.own], driver.c.seq, literal(0)))
        # What it refers to must be own as well, or finding it would tell what another's one says.
        target = _also("target", [query.own], driver.c.via, literal(0))
        conditions.append(or_(driver.c.via == 0, target))
    voided = exists().where(STATEMENTS.c.seq == driver.c.seq, STATEMENTS.c.voided)
    matching = select(driver.c.seq).distinct().where(and_(*conditions), ~voided)
    return _first(connection, matching, driver.c.seq, query, most)


def _also(
    name: str, group: Sequence[bytes], seq: ColumnElement[int], via: ColumnElement[int]
) -> ColumnElement[bool]:
    other = TERMS.alias(name)
    return exists().where(other.c.term.in_(group), other.c.seq == seq, other.c.via == via)


def _first(
    connection: Connection,
    matching: Select[Any],
    seq: ColumnElement[int],
    query: Query,
    most: int,
) -> list[int]:
    ordered = matching.order_by(seq.asc() if query.ascending else seq.desc()).limit(most)
    return list(connection.execute(ordered).scalars())


def attached_sizes(connection: Connection, wanted: Iterable[str]) -> dict[str, int]:
    """How many bytes the data of attachments have, by their SHA-2; without what never came."""
    size = func.length(CONTENTS.c.content).label("size")
    query = select(CONTENTS.c.sha2, size).where(CONTENTS.c.sha2.in_(list(wanted)))
    return {row.sha2: row.size for row in connection.execute(query)}


def attached(connection: Connection, wanted: Iterable[str]) -> dict[str, bytes]:
    """The data of attachments by their SHA-2; without those that never came."""
    query = select(CONTENTS).where(CONTENTS.c.sha2.in_(list(wanted)))
    return {row.sha2: bytes(row.content) for row in connection.execute(query)}


def definition(connection: Connection, activity: str) -> dict[str, Any] | None:
    """What an activity is called: all that was received of it, later sayings over earlier ones."""
    table = DEFINITIONS.c
    query = (
        select(table.definition)
        .where(table.activity == key(activity))
        .order_by(table.seq, table.digest)
    )
    received = [json.loads(row.definition) for row in connection.execute(query)]
    return contents.merged(received) if received else None


def names(connection: Connection, agent: bytes) -> list[str]:
    """The names that an agent was called by."""
    query = select(NAMES.c.name).where(NAMES.c.agent == agent).order_by(NAMES.c.name)
    return [row.name for row in connection.execute(query)]


def token(query: Query, extra: dict[str, Any]) -> str:
    """A query as the text that a `more` link carries. It holds no secret and grants nothing: who
    follows it is asked for their credential like everybody."""
    asked = asdict(query)
    asked["groups"] = [[term.hex() for term in group] for group in query.groups]
    asked.pop("own")
    text = json.dumps([{k: v for k, v in asked.items() if v is not None}, extra])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def from_token(text: str) -> tuple[Query, dict[str, Any]] | None:
    """What `token` was made of; None for a text that it didn't make."""
    try:
        asked, extra = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if len(asked["groups"]) > _GROUPS or any(len(each) > _WIDEST for each in asked["groups"]):
            return None  # no query has so many, and one that had would take minutes
        groups = tuple(tuple(bytes.fromhex(term) for term in group) for group in asked["groups"])
        query = Query(**{**asked, "groups": groups})
        asked_for = (query.limit, query.beyond, query.upto)
        bounds = [each for each in (query.since, query.until) if each is not None]
        if not all(type(each) is int and abs(each) < 2**62 for each in (*asked_for, *bounds)):
            return None  # a boolean is no number, not to PostgreSQL
        if not isinstance(extra, dict) or query.limit < 1 or type(query.ascending) is not bool:
            return None
        return query, extra
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, binascii.Error):
        return None
