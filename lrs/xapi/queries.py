"""Reading statements: by id, or those that match, newest first, a page at a time."""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from lrs.database import key, rows
from lrs.received.records import written_instant
from lrs.received.tables import CONTENTS
from lrs.xapi import contents
from lrs.xapi.tables import DEFINITIONS, NAMES

_GROUPS = 4  # of a query: one for each filter that has any
_WIDEST = 3  # alternatives of a group: the agent itself, related, as authority
_NO_END = 2**62  # no statement has such a number
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
    found = _matching(connection, query)
    seqs = [seq for seq, _, _ in found[: query.limit]]
    del seqs[fitting(size for _, size, _ in found[: query.limit]) :]
    if query.upto is None and found:
        query = replace(query, upto=found[0][2])
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
    for seq, voided in rows(connection, _BY_ID, [name.bytes]):
        if own is None or rows(connection, _OWN, [own, seq]):
            return _fetched(connection, [seq])[0], bool(voided)
    return None


def _fetched(connection: Connection, seqs: Sequence[int]) -> list[Found]:
    found = {
        seq: Found(seq, written_instant(head), head, bytes(body).decode())
        for seq, head, body in rows(connection, _RECORDS, seqs)
    }
    return [found[seq] for seq in seqs]


_RECORDS = "SELECT seq, head, body FROM received WHERE seq IN ??"
_BY_ID = "SELECT seq, voided FROM statements WHERE id = ?"
_OWN = "SELECT seq FROM terms WHERE term = ? AND seq = ? AND via = 0"


def _matching(connection: Connection, query: Query) -> list[tuple[int, int, int]]:
    """What a page may hold, and one more: number and length of each statement, and the number of
    the newest of all. It is one question, since each costs a turn of waiting."""
    low, high = _range(connection, query)
    if low > high:
        return []
    groups = list(query.groups)
    if len(groups) > 1:
        groups.sort(key=lambda group: _size(connection, group))
    own = [query.own] if query.own is not None else []
    drivers, others = (groups[0], groups[1:]) if groups else (own, [])
    values: list[bytes | int] = [] if drivers else [low, high]
    for term in drivers:
        values += [term, low, high, query.upto or _NO_END, *chain(*others), *own * 2]
    shape = len(drivers), tuple(map(len, others)), bool(own)
    return rows(connection, _question(*shape, query.ascending, query.limit + 1), values)


@lru_cache(1_000)
def _question(drivers: int, others: tuple[int, ...], own: bool, ascending: bool, most: int) -> str:
    """The text of it: each term of the rarest group finds statements in the order asked for, and
    all the rest is looked up for these. How many is no value: PostgreSQL plans for few by it."""
    conditions = ["d.term = ?", "d.seq BETWEEN ? AND ?", "d.via <= ?"]
    conditions += [_has(count, "d.seq", "d.via") for count in others]
    if own:
        # What it refers to must be own as well, or finding it would tell what another's one says.
        conditions += [_has(1, "d.seq", "0"), f"(d.via = 0 OR {_has(1, 'd.via', '0')})"]
    conditions += ["NOT EXISTS (SELECT 1 FROM statements s WHERE s.seq = d.seq AND s.voided)"]
    ordered = f"seq {'ASC' if ascending else 'DESC'} LIMIT {most}"
    driven = f"FROM terms d WHERE {' AND '.join(conditions)} ORDER BY d.{ordered}"
    found = " UNION ".join(
        [f"SELECT seq FROM (SELECT DISTINCT d.seq {driven}) d{n}" for n in range(drivers)]
    ) or (f"SELECT seq FROM statements WHERE seq BETWEEN ? AND ? AND NOT voided ORDER BY {ordered}")
    return (
        "SELECT r.seq, LENGTH(r.body), (SELECT MAX(seq) FROM statements) "
        f"FROM ({found}) f JOIN received r ON r.seq = f.seq ORDER BY r.{ordered}"
    )


def _has(count: int, seq: str, via: str) -> str:
    terms = ", ".join("?" * count)
    which = f"o.term IN ({terms}) AND o.seq = {seq} AND o.via = {via}"
    return f"EXISTS (SELECT 1 FROM terms o WHERE {which})"


def _range(connection: Connection, query: Query) -> tuple[int, int]:
    """The numbers within which the answer lies: `stored` grows with them."""
    low, high = 1, query.upto or _NO_END
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
    return int(rows(connection, _SIZE, group)[0][0]) if group else 0


_SIZE = f"SELECT COUNT(*) FROM (SELECT 1 FROM terms WHERE term IN ?? LIMIT {_PROBE}) n"


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
        widths = [len(each) for each in asked["groups"]]
        if len(widths) > _GROUPS or not all(0 < width <= _WIDEST for width in widths):
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
