"""Indexes over what LMSs told; all of them can be made again from the log."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, Text

from lrs.database import METADATA
from lrs.received.tables import SEQ

FEED_IMPORTS = Table(
    "feed_imports",
    METADATA,
    Column("seq", SEQ, primary_key=True, autoincrement=False),  # the record's
    Column("at", BigInteger, nullable=False),  # the record's instant
    Column("lms", Text, nullable=False),
    Column("as_of", String(10), nullable=False),  # the day of the export
    Column("fingerprint", LargeBinary, nullable=False),  # of the file and how it was read
    Column("head", Text, nullable=False),
    Column("corrected", SEQ),  # the import that takes its place, if there is one
)

FEED_FACTS = Table(
    "feed_facts",
    METADATA,
    Column("seq", SEQ, primary_key=True, autoincrement=False),
    Column("n", Integer, primary_key=True, autoincrement=False),  # its place in the record
    Column("line", LargeBinary, nullable=False),  # the key of person, exercise and attempt
    Column("who", LargeBinary, nullable=False),  # the key of the first of its person's names
    Column("said", Text, nullable=False),  # what it says, so that it is known when it comes again
    Column("fact", Text, nullable=False),  # JSON, as in the record
    sqlite_with_rowid=False,
)
Index("feed_facts_line", FEED_FACTS.c.line)
Index("feed_facts_who", FEED_FACTS.c.who)

# Every name that a person's facts go by, with the first of them, under which the facts are.
FEED_NAMES = Table(
    "feed_names",
    METADATA,
    Column("name", LargeBinary, primary_key=True),
    Column("who", LargeBinary, primary_key=True),
    sqlite_with_rowid=False,
)

INDEXES = (FEED_IMPORTS, FEED_FACTS, FEED_NAMES)
