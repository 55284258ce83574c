"""The index of attempts, from which the register is worked out."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

SEQ = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Empty: it is brought up to date with the log when the register is asked."""
    op.create_table(
        "attempts",
        sa.Column("seq", SEQ, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("who", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("activity", sa.Text, nullable=False),
        sa.Column("instant", sa.BigInteger, nullable=False),
        sa.Column("passed", sa.Boolean, nullable=False),
        sa.Column("score", sa.Float),
        sa.Column("statement", sa.String(36), nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("flaw", sa.String(20), nullable=False),
        sa.Column("original", sa.Text, nullable=False),
    )
    op.create_index("attempts_who", "attempts", ["who"])
    op.create_index("attempts_digest", "attempts", ["digest"])
    op.create_table(
        "voidings",
        sa.Column("statement", sa.String(36), primary_key=True),
        sa.Column("at", sa.BigInteger, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "followed",
        sa.Column("name", sa.String(20), primary_key=True),
        sa.Column("seq", SEQ, nullable=False),
    )
