"""Reading statements: by id, or those that match, newest first, a page at a time."""

from __future__ import annotations

import base64
import binascii
import json
import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from itertools import chain
from operator import itemgetter
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
    own = (query.own,) if query.own is not None else ()
    upto = query.upto or _NO_END
    groups = _rarest_first(
        connection, [*query.groups, own] if own else query.groups, [low, high, upto]
    )
    mine = bool(own) and groups[0] is own
    groups = [group for group in groups if group is not own]
    shape = tuple(map(len, groups)), bool(own), mine
    text, names = _question(*shape, query.ascending, query.limit + 1)
    bound = {"low": low, "high": high, "upto": upto, "own": query.own}
    for number, group in enumerate(groups):
        bound.update(zip(_names(number, len(group)), group, strict=True))
    return rows(connection, text, [bound[name] for name in names])


def _names(group: int, count: int) -> list[str]:
    """What the terms of a group are called in the text of a question."""
    return [f"term{group}_{number}" for number in range(count)]


@lru_cache(1_000)
def _question(
    groups: tuple[int, ...], own: bool, mine: bool, ascending: bool, most: int
) -> tuple[str, list[str]]:
    """The text of it, and the names of its values: each term of the rarest group finds statements
    in the order asked for, and all the rest is looked up for these; or `mine`, the caller's own
    ones are, where they are rarer. How many is no value: PostgreSQL plans for few by it."""
    rarest, *others = [_names(number, count) for number, count in enumerate(groups)] or [[]]
    # What it refers to must be own as well, or finding it would tell what another's one says.
    target = "({0}.via = 0 OR " + _has(["own"], "{0}.via", "0") + ")"
    if mine:
        conditions = ["d.via = 0"]
        if rarest:
            met = [f"g.term IN ({_values(rarest)})", "g.seq = d.seq", "g.via <= :upto"]
            met += [_has(group, "g.seq", "g.via") for group in others]
            met.append(target.format("g"))
            conditions.append(f"EXISTS (SELECT 1 FROM terms g WHERE {' AND '.join(met)})")
    else:
        conditions = ["d.via <= :upto"]
        conditions += [_has(group, "d.seq", "d.via") for group in others]
        if own:
            conditions += [_has(["own"], "d.seq", "0"), target.format("d")]
    conditions += ["NOT EXISTS (SELECT 1 FROM statements s WHERE s.seq = d.seq AND s.voided)"]
    within, ordered = "seq BETWEEN :low AND :high", f"seq {'ASC' if ascending else 'DESC'}"
    ordered += f" LIMIT {most}"
    driven = f"d.{within} AND {' AND '.join(conditions)} ORDER BY d.{ordered}"
    walks = [
        f"SELECT DISTINCT d.seq FROM terms d WHERE d.term = :{name} AND {driven}"
        for name in (["own"] if mine else rarest)
    ]
    found = " UNION ".join(f"SELECT seq FROM ({walk}) d{n}" for n, walk in enumerate(walks))
    if not walks:
        found = f"SELECT seq FROM statements WHERE {within} AND NOT voided ORDER BY {ordered}"
    text = (
        "SELECT r.seq, LENGTH(r.body), (SELECT MAX(seq) FROM statements) "
        f"FROM ({found}) f JOIN received r ON r.seq = f.seq ORDER BY r.{ordered}"
    )
    return _NAMED.sub("?", text), _NAMED.findall(text)


_NAMED = re.compile(r":(\w+)")


def _values(names: Sequence[str]) -> str:
    return ", ".join(f":{name}" for name in names)


def _has(terms: Sequence[str], seq: str, via: str) -> str:
    which = f"o.term IN ({_values(terms)}) AND o.seq = {seq} AND o.via = {via}"
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


def _rarest_first(
    connection: Connection, groups: Sequence[tuple[bytes, ...]], within: Sequence[int]
) -> list[tuple[bytes, ...]]:
    """Groups of terms by about how often these occur within bounds, counted up to a limit."""
    if len(groups) < 2:
        return list(groups)
    values = list(chain(*((term, *within) for term in chain(*groups))))
    counts = rows(connection, _counting(*map(len, groups)), values)[0]
    return [group for _, group in sorted(zip(counts, groups, strict=True), key=itemgetter(0))]


@lru_cache(1_000)
def _counting(*widths: int) -> str:
    """The text of it. A range of each column, and an order that nobody needs, let PostgreSQL walk
    along the index, whatever it knows of the table: else it may read all entries of a term first,
    or the whole table up to them."""
    return f"SELECT {', '.join(' + '.join([_COUNT] * width) for width in widths)}"


_COUNT = (
    "(SELECT COUNT(*) FROM (SELECT 1 FROM terms WHERE term = ? AND seq BETWEEN ? AND ? "
    f"AND via BETWEEN 0 AND ? ORDER BY seq LIMIT {_PROBE}) n)"
)


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
