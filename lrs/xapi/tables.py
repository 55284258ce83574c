"""Indexes over the statements and documents in the log; all of them can be made again from it."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from lrs.database import METADATA, key
from lrs.received.tables import SEQ

STATEMENTS = Table(
    "statements",
    METADATA,
    Column("seq", SEQ, primary_key=True, autoincrement=False),  # the record's
    Column("id", LargeBinary, nullable=False, unique=True),  # UUID, 16 bytes
    Column("stored", BigInteger, nullable=False),  # microseconds; grows with seq
    Column("reference", LargeBinary),  # the statement that this one is about (StatementRef)
    Column("voiding", Boolean, nullable=False),  # it voids the one it is about
    Column("voided", Boolean, nullable=False),  # a statement voids it
)
Index("statements_stored", STATEMENTS.c.stored)
Index(
    "statements_reference",
    STATEMENTS.c.reference,
    sqlite_where=STATEMENTS.c.reference.is_not(None),
    postgresql_where=STATEMENTS.c.reference.is_not(None),
)
# Every query leaves the voided out: PostgreSQL would look through all statements for those few.
Index(
    "statements_voided",
    STATEMENTS.c.seq,
    sqlite_where=text("voided"),
    postgresql_where=text("voided"),
)


# What a statement can be found by (1.0.3 Communication 2.1.3): `seq` is found by the term because
# it is in the statement `via`, one that it is about, however far away; 0 stands for itself. Most
# of what a commit writes are pages of this table, so its rows are small.
@lru_cache(20_000)  # the same verbs, activities and people come again and again
def term(text: str) -> bytes:
    """Eight bytes that stand for a term. Two that share theirs would be found by each other's
    queries: among ten million terms the chance of one such pair is three in a million."""
    return key(text)[:8]


TERMS = Table(
    "terms",
    METADATA,
    Column("term", LargeBinary, primary_key=True),
    Column("seq", SEQ, primary_key=True, autoincrement=False),
    Column("via", SEQ, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# Every definition that was received of an activity, once, at the number where it first came.
DEFINITIONS = Table(
    "definitions",
    METADATA,
    Column("activity", LargeBinary, primary_key=True),
    Column("digest", LargeBinary, primary_key=True),
    Column("seq", SEQ, nullable=False),
    Column("definition", Text, nullable=False),
    sqlite_with_rowid=False,
)

# Every name that an agent was called by. Texts of callers have keys of their own in an index:
# PostgreSQL takes no entry of more than 2,700 bytes.
NAMES = Table(
    "names",
    METADATA,
    Column("agent", LargeBinary, primary_key=True),
    Column("digest", LargeBinary, primary_key=True),  # the key of the name
    Column("name", Text, nullable=False),
    sqlite_with_rowid=False,
)

# State, agent profile and activity profile documents as they stand; a key of nothing is empty.
DOCUMENTS = Table(
    "documents",
    METADATA,
    Column("resource", String(16), primary_key=True),  # state, agent-profile, activity-profile
    Column("activity", LargeBinary, primary_key=True),
    Column("agent", LargeBinary, primary_key=True),
    Column("registration", LargeBinary, primary_key=True),
    Column("digest", LargeBinary, primary_key=True),  # the key of the name
    Column("name", Text, nullable=False),  # stateId or profileId
    Column("content_type", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("etag", String(40), nullable=False),  # SHA-1 of the content (1.0.3 Communication 3.1)
    Column("updated", BigInteger, nullable=False),  # microseconds
    Column("seq", SEQ, nullable=False),  # of the record that made it so
    sqlite_with_rowid=False,
)

INDEXES = (STATEMENTS, TERMS, DEFINITIONS, NAMES, DOCUMENTS)
