"""Sittings beside attempts; and of attempts, what was completed or waived."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

SEQ = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Both empty: they are brought up to date with the log when the register is asked."""
    op.drop_table("attempts")
    op.execute("DELETE FROM followed WHERE name = 'attempts'")
    op.execute("DELETE FROM voidings")
    op.create_table(
        "attempts",
        *_told(),
        sa.Column("passed", sa.Boolean, nullable=False),
        sa.Column("score", sa.Float),
        sa.Column("statement", sa.String(36), nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("flaw", sa.String(20), nullable=False),
        sa.Column("original", sa.Text, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("complete", sa.Boolean, nullable=False),
        sa.Column("sitting", sa.Text, nullable=False),
        sa.Column("published", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_index("attempts_who", "attempts", ["who"])
    op.create_index("attempts_digest", "attempts", ["digest"])
    op.create_table(
        "sittings",
        *_told(),
        sa.Column("published", sa.Text, nullable=False),
        sa.Column("what", sa.String(10), nullable=False),
        sa.Column("sitting", sa.Text, nullable=False),
        sa.Column("seconds", sa.Float),
        sa.Column("normal", sa.Boolean, nullable=False),
        sa.Column("statement", sa.String(36), nullable=False),
    )
    op.create_index("sittings_who", "sittings", ["who"])


def _told() -> list[sa.Column[object]]:
    return [
        sa.Column("seq", SEQ, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("who", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("activity", sa.Text, nullable=False),
        sa.Column("instant", sa.BigInteger, nullable=False),
    ]
