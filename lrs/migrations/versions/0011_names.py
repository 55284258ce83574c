"""Names of people by the same key as in other indexes, each with the newest record that told it."""

import json
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

SEQ = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Made anew from the facts."""
    op.drop_table("people_terms")
    table = op.create_table(
        "people_terms",
        sa.Column("term", sa.LargeBinary, primary_key=True),
        sa.Column("person", sa.String(100), primary_key=True),
        sa.Column("seq", SEQ, nullable=False),
        sqlite_with_rowid=False,
    )
    connection = op.get_bind()
    newest: dict[tuple[bytes, str], int] = {}
    query = sa.text("SELECT person, seq, fact FROM people_facts ORDER BY seq, n")
    for person, seq, fact in connection.execute(query):
        for term in _terms(person, json.loads(fact)):
            digest = blake2b(term.encode("utf-8", "surrogatepass"), digest_size=16).digest()
            newest[digest, person] = seq
    if newest:
        lines = [{"term": t, "person": p, "seq": seq} for (t, p), seq in newest.items()]
        connection.execute(table.insert(), lines)


def _terms(person: str, fact: dict[str, Any]) -> Iterator[str]:
    yield f"hr {person}"
    for mail in fact.get("mails") or ():
        local, at, domain = mail.rpartition("@")
        yield f"mbox mailto:{local}{at}{domain.lower()}"
    for account in fact.get("accounts") or ():
        yield f"account {account['lms']}|{account['login']}"
    if fact.get("manager"):
        yield f"manager {fact['manager']}"
    if fact.get("same_as"):
        yield f"same {fact['same_as']}"
