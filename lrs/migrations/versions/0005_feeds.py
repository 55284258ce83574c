"""Indexes of what LMSs told: the imports, the facts of each, and the names in them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

SEQ = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Three tables more."""
    op.create_table(
        "feed_imports",
        sa.Column("seq", SEQ, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("lms", sa.Text, nullable=False),
        sa.Column("as_of", sa.String(10), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        sa.Column("head", sa.Text, nullable=False),
        sa.Column("corrected", SEQ),
    )
    op.create_table(
        "feed_facts",
        sa.Column("seq", SEQ, primary_key=True, autoincrement=False),
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("line", sa.LargeBinary, nullable=False),
        sa.Column("who", sa.LargeBinary, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("fact", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("feed_facts_line", "feed_facts", ["line"])
    op.create_index("feed_facts_who", "feed_facts", ["who"])
    op.create_table(
        "feed_names",
        sa.Column("name", sa.LargeBinary, primary_key=True),
        sa.Column("who", sa.LargeBinary, primary_key=True),
        sqlite_with_rowid=False,
    )
