"""What was redacted in the log, and because of which erasure: the index over these.

An erasure is a record like all others, and holds nothing of the person. Its body has `token`,
`why`, `by`, `counts` by kind of record, `records` and `files`. Of each record that it redacted,
`records` has the number (`seq`), the hash that the seal covers for ever (`leaf`: of what once came,
which nobody can show any more) and the hash of what stands there since (`now`). `files` has the
same of kept files: the SHA-2 by which records name it (`sha2`) and the SHA-256 of what is left
(`now`), or null where nothing is. So a verifier takes the `leaf` of a redacted record on trust in
the seal, and holds what stands there against the newest `now`; a redaction that no erasure names is
a fault."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, Connection, LargeBinary, Table

from lrs.database import METADATA, inserter, rows
from lrs.received.merkle import leaf
from lrs.received.records import Received, Record, compact
from lrs.received.tables import SEQ

KIND = "erasure"

REDACTIONS = Table(
    "redactions",
    METADATA,
    Column("seq", SEQ, primary_key=True, autoincrement=False),  # the record that was redacted
    Column("ruling", SEQ, primary_key=True, autoincrement=False),  # the erasure's record
    Column("at", BigInteger, nullable=False),  # microseconds; the erasure's instant
    Column("now", LargeBinary, nullable=False),  # the hash of what stands there since
    sqlite_with_rowid=False,
)

# Holds a row while an erasure is under way, and only inside its transaction: the one thing that
# lets the database change what was received (migration 0009).
REDACTING = Table(
    "redacting",
    METADATA,
    Column("ruling", SEQ, primary_key=True, autoincrement=False),
)
TABLES = (REDACTIONS, REDACTING)
_add = inserter(REDACTIONS)


class Redacted(NamedTuple):
    """A record that an erasure redacted: its leaf in the seal, and the hash of what is left."""

    seq: int
    leaf: bytes
    now: bytes


@dataclass(frozen=True)
class Erasure:
    """Somebody's, who is called by the token since."""

    token: str
    why: str
    by: str
    counts: Mapping[str, int]  # records by kind
    records: Sequence[Redacted]
    files: Mapping[str, str | None]  # by SHA-2: the SHA-256 of what is left

    def body(self) -> bytes:
        """What stands in the log."""
        told: dict[str, Any] = {
            "token": self.token,
            "why": self.why,
            "by": self.by,
            "counts": dict(self.counts),
            "records": [
                {"seq": each.seq, "leaf": each.leaf.hex(), "now": each.now.hex()}
                for each in self.records
            ],
            "files": [{"sha2": sha2, "now": now} for sha2, now in self.files.items()],
        }
        return compact(told).encode()


def read(body: bytes) -> Erasure:
    """The erasure that a record's body tells of."""
    told = json.loads(body)
    return Erasure(
        told["token"],
        told["why"],
        told["by"],
        told["counts"],
        [
            Redacted(each["seq"], bytes.fromhex(each["leaf"]), bytes.fromhex(each["now"]))
            for each in told["records"]
        ],
        {each["sha2"]: each["now"] for each in told["files"]},
    )


def index(connection: Connection, ruling: int, at: int, erasure: Erasure) -> None:
    """Note what an erasure redacted."""
    _add(connection, [(each.seq, ruling, at, each.now) for each in erasure.records])


def reindex(connection: Connection, records: Iterable[Received]) -> None:
    """Index the erasures of the log."""
    for record in records:
        index(connection, record.seq, record.at, read(record.body))


_ERASURES = f"SELECT seq, body FROM received WHERE kind = '{KIND}' ORDER BY seq"


def erasures(connection: Connection) -> list[tuple[int, Erasure]]:
    """All erasures by the numbers of their records, in order, from the log itself."""
    return [(seq, read(bytes(body))) for seq, body in rows(connection, _ERASURES)]


def named(connection: Connection) -> dict[int, Redacted]:
    """The records that erasures of the log name, by number; of several, as the newest left it."""
    return {each.seq: each for _, erasure in erasures(connection) for each in erasure.records}


def by_ruling(connection: Connection) -> dict[int, int]:
    """The records that erasures name, each with the number of the newest erasure that does: what
    the seal takes on trust."""
    return {each.seq: seq for seq, erasure in erasures(connection) for each in erasure.records}


def faults(connection: Connection) -> list[tuple[int, str]]:
    """What of the redacted is not what the newest erasure left of it, by the number of the record;
    0 for a kept file. What no erasure names is for the seal to find."""
    found = [
        (each.seq, f"record {each.seq} is not what an erasure left of it")
        for each in named(connection).values()
        if not _stands(connection, each)
    ]
    for sha2, now in files(connection).items():
        kept = rows(connection, "SELECT content FROM contents WHERE sha2 = ?", [sha2])
        left = sha256(bytes(kept[0][0])).hexdigest() if kept else None
        if left not in (now, sha2):  # the whole file may have come again since
            found.append(
                (0, f"the file that records call {sha2} is not what an erasure left of it")
            )
    return found


def _stands(connection: Connection, each: Redacted) -> bool:
    query = "SELECT kind, head, body, leaf FROM received WHERE seq = ?"
    for kind, head, body, kept in rows(connection, query, [each.seq]):
        found = body.encode() if isinstance(body, str) else bytes(body)  # whoever changed it
        data = Record(kind, head, found).leaf_data()
        return leaf(data) == each.now and bytes(kept) == each.leaf
    return False


def files(connection: Connection) -> dict[str, str | None]:
    """Kept files that erasures changed: by the SHA-2 under which they are kept, the SHA-256 of what
    the newest left; None where it left nothing."""
    return {sha2: now for _, each in erasures(connection) for sha2, now in each.files.items()}


def count(connection: Connection, known: int) -> int:
    """How many records were redacted by an instant."""
    query = "SELECT COUNT(DISTINCT seq) FROM redactions WHERE at <= ?"
    return int(rows(connection, query, [known])[0][0])
