"""The log of everything received, and the indexes of xAPI and of credentials."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SEQ = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """From nothing."""
    op.create_table(
        "received",
        sa.Column("seq", SEQ, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("head", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("leaf", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "contents",
        sa.Column("sha2", sa.String(128), primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "credentials",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("seq", SEQ, nullable=False),
    )
    op.create_table(
        "statements",
        sa.Column("seq", SEQ, primary_key=True, autoincrement=False),
        sa.Column("id", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("stored", sa.BigInteger, nullable=False),
        sa.Column("reference", sa.LargeBinary),
        sa.Column("voiding", sa.Boolean, nullable=False),
        sa.Column("voided", sa.Boolean, nullable=False),
    )
    op.create_index("statements_stored", "statements", ["stored"])
    referring = sa.text("reference IS NOT NULL")
    op.create_index(
        "statements_reference",
        "statements",
        ["reference"],
        sqlite_where=referring,
        postgresql_where=referring,
    )
    op.create_table(
        "terms",
        sa.Column("term", sa.LargeBinary, primary_key=True),
        sa.Column("seq", SEQ, primary_key=True, autoincrement=False),
        sa.Column("via", SEQ, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "definitions",
        sa.Column("activity", sa.LargeBinary, primary_key=True),
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("seq", SEQ, nullable=False),
        sa.Column("definition", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "names",
        sa.Column("agent", sa.LargeBinary, primary_key=True),
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "documents",
        sa.Column("resource", sa.String(16), primary_key=True),
        sa.Column("activity", sa.LargeBinary, primary_key=True),
        sa.Column("agent", sa.LargeBinary, primary_key=True),
        sa.Column("registration", sa.LargeBinary, primary_key=True),
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("content_type", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("etag", sa.String(40), nullable=False),
        sa.Column("updated", sa.BigInteger, nullable=False),
        sa.Column("seq", SEQ, nullable=False),
        sqlite_with_rowid=False,
    )
