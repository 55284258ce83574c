"""Rulings, what was built, and the programme's versions."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

SEQ = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Indexes alone; the log has them already where a rebuild fills them."""
    op.create_table(
        "rulings",
        sa.Column("seq", SEQ, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
    )
    op.create_table(
        "catalogue",
        sa.Column("seq", SEQ, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("entry", sa.Text, nullable=False),
    )
    op.create_table(
        "programme_versions",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seq", SEQ, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("starts", sa.String(10), nullable=False),
        sa.Column("publisher", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
    )
