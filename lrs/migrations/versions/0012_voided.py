"""The few voided statements in an index of their own, so that nobody looks for them in all."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the index."""
    voided = sa.text("voided")
    op.create_index(
        "statements_voided", "statements", ["seq"], sqlite_where=voided, postgresql_where=voided
    )
