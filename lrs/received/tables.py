"""The log of everything received, and the larger contents that its records name."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from lrs.database import METADATA

SEQ = BigInteger().with_variant(Integer, "sqlite")  # SQLite's row id is an INTEGER

RECEIVED = Table(
    "received",
    METADATA,
    Column("seq", SEQ, primary_key=True, autoincrement=False),  # 1, 2, 3 ... in order of commit
    Column("kind", String(32), nullable=False),
    Column("head", Text, nullable=False),  # JSON: when, from whom, what we add to the body
    Column("body", LargeBinary, nullable=False),  # what came, to the byte
    Column("leaf", LargeBinary, nullable=False),  # RFC 9162 2.1.1 over kind, head and body
)

# Attachments; a record names them by digest, so that the log's seal holds them too.
CONTENTS = Table(
    "contents",
    METADATA,
    Column("sha2", String(128), primary_key=True),  # hexadecimal, lower case
    Column("content", LargeBinary, nullable=False),
)

# Where each key of the seal came into use, found without a look at every record.
Index(
    "received_seal_keys",
    RECEIVED.c.seq,
    sqlite_where=text("kind = 'seal-key'"),
    postgresql_where=text("kind = 'seal-key'"),
)

# Signed tree heads. They can't be made again without the keys, so no rebuild touches them; to the
# database they are as unchangeable as the log.
HEADS = Table(
    "seal_heads",
    METADATA,
    Column("size", SEQ, primary_key=True, autoincrement=False),  # records that it covers
    Column("note", Text, nullable=False),  # C2SP tlog-checkpoint: root, time and signature
)

# What time-stamping authorities said of heads (RFC 3161), to the byte.
STAMPS = Table(
    "seal_stamps",
    METADATA,
    Column("size", SEQ, primary_key=True, autoincrement=False),  # of the head
    Column("tsa", String(200), primary_key=True),  # the authority's address
    Column("at", BigInteger, primary_key=True, autoincrement=False),  # microseconds; its own time
    Column("response", LargeBinary, nullable=False),
)

# The hashes of all full subtrees up to the newest head, by merkle.place: an index over leaves.
NODES = Table(
    "seal_nodes",
    METADATA,
    Column("place", SEQ, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
)
