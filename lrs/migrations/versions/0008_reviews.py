"""Management reviews as they were opened."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

SEQ = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Empty: no record of a review can be there yet."""
    op.create_table(
        "reviews",
        sa.Column("seq", SEQ, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("quarter", sa.String(7), nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("opener", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
    )
