"""The seal: tree heads and their time stamps, which are never changed, and the tree's nodes."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

SEQ = sa.BigInteger().with_variant(sa.Integer, "sqlite")
KEPT = ("seal_heads", "seal_stamps")
SAID = "what was sealed is never changed"


def upgrade() -> None:
    """Nothing is sealed yet; the first head covers all that is there."""
    op.create_table(
        "seal_heads",
        sa.Column("size", SEQ, primary_key=True, autoincrement=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_table(
        "seal_stamps",
        sa.Column("size", SEQ, primary_key=True, autoincrement=False),
        sa.Column("tsa", sa.String(200), primary_key=True),
        sa.Column("at", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("response", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "seal_nodes",
        sa.Column("place", SEQ, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )
    keys = sa.text("kind = 'seal-key'")
    op.create_index(
        "received_seal_keys", "received", ["seq"], sqlite_where=keys, postgresql_where=keys
    )
    _guard()


def _guard() -> None:
    """As 0002 does for the log: a guard against slips and other tools."""
    if op.get_bind().dialect.name == "sqlite":
        for table in KEPT:
            for act in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_{act.lower()} BEFORE {act} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION sealed_never_changed() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{SAID}'; END $$"
    )
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION sealed_never_changed()"
        )
