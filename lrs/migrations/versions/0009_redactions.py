"""What was erased: the index of redactions, and the one way in which the database lets them be.

A record may be redacted inside a transaction that has begun an erasure (a row in `redacting`, gone
before it ends) whose record is the newest of the log and names the redacted one; and then its
number, kind and leaf stay. Everything else is refused as before."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

SEQ = sa.BigInteger().with_variant(sa.Integer, "sqlite")
SAID = "what was received is never changed"
UNDER_WAY = (
    "EXISTS (SELECT 1 FROM redacting JOIN received AS e ON e.seq = redacting.ruling "
    "AND e.kind = 'erasure' WHERE e.seq = (SELECT MAX(seq) FROM received))"
)
NAMED = (
    f"{UNDER_WAY} AND EXISTS (SELECT 1 FROM redactions JOIN redacting "
    "ON redacting.ruling = redactions.ruling WHERE redactions.seq = OLD.seq) "
    "AND NEW.seq = OLD.seq AND NEW.kind = OLD.kind AND NEW.leaf = OLD.leaf"
)


def upgrade() -> None:
    """Two tables, and the guards of migration 0002 anew."""
    op.create_table(
        "redactions",
        sa.Column("seq", SEQ, primary_key=True, autoincrement=False),
        sa.Column("ruling", SEQ, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("now", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table("redacting", sa.Column("ruling", SEQ, primary_key=True, autoincrement=False))
    if op.get_bind().dialect.name == "sqlite":
        _sqlite()
    else:
        _postgresql()


def _sqlite() -> None:
    for table, act, allowed in (
        ("received", "UPDATE", NAMED),
        ("contents", "UPDATE", f"NEW.sha2 = OLD.sha2 AND {UNDER_WAY}"),
        ("contents", "DELETE", UNDER_WAY),
    ):
        op.execute(f"DROP TRIGGER {table}_{act.lower()}")
        op.execute(
            f"CREATE TRIGGER {table}_{act.lower()} BEFORE {act} ON {table} "
            f"WHEN NOT ({allowed}) BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
        )


def _postgresql() -> None:
    for table, act, allowed in (
        ("received", "UPDATE", NAMED),
        ("contents", "UPDATE", f"NEW.sha2 = OLD.sha2 AND {UNDER_WAY}"),
        ("contents", "DELETE", UNDER_WAY),
    ):
        function = f"{table}_{act.lower()}_only_erased"
        op.execute(
            f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF NOT ({allowed}) THEN RAISE EXCEPTION '{SAID}'; END IF; "
            f"RETURN {'OLD' if act == 'DELETE' else 'NEW'}; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_{act.lower()} BEFORE {act} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {function}()"
        )
    for table, acts in (("received", "DELETE OR TRUNCATE"), ("contents", "TRUNCATE")):
        op.execute(f"DROP TRIGGER {table}_kept ON {table}")
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE {acts} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION never_changed()"
        )
