"""The indexes of people: imports of rosters, their facts, and what people are found by."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

SEQ = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """They are empty: no roster was received before."""
    op.create_table(
        "people_imports",
        sa.Column("seq", SEQ, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("profile", sa.String(40), nullable=False),
        sa.Column("mapping", sa.String(64), nullable=False),
        sa.Column("as_of", sa.String(10), nullable=False),
        sa.Column("snapshot", sa.Boolean, nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
    )
    op.create_table(
        "people_facts",
        sa.Column("person", sa.String(100), primary_key=True),
        sa.Column("seq", SEQ, primary_key=True, autoincrement=False),
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("fact", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("people_facts_seq", "people_facts", ["seq"])
    op.create_table(
        "people_terms",
        sa.Column("term", sa.LargeBinary, primary_key=True),
        sa.Column("person", sa.String(100), primary_key=True),
        sqlite_with_rowid=False,
    )
