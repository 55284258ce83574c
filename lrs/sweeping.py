"""The database's files written anew, so that nothing of what was erased is left in free pages."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, text

from lrs import database
from lrs.database import is_sqlite
from lrs.errors import Unavailable


def sweep(engine: Engine) -> bool:
    """Write the database's files anew, so that nothing of what was erased is left in pages that are
    free, or in the log beside them; whether that could be done now. On PostgreSQL nobody reads or
    writes meanwhile."""
    try:
        with database.written():
            done = _swept(engine)
    except Unavailable:
        return False
    return done


def _swept(engine: Engine) -> bool:
    if not is_sqlite(engine):
        options = {"isolation_level": "AUTOCOMMIT"}
        with engine.connect().execution_options(**options) as connection:
            for table in database.METADATA.tables:
                connection.execute(text(f"VACUUM FULL {table}"))
        return True
    with engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        raw.execute("PRAGMA secure_delete = ON")
        raw.execute("VACUUM")
        busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
