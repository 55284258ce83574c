"""The log of everything received, and the larger contents that its records name."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table, Text

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
