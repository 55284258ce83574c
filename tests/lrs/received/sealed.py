"""A store whose seal can be tried, with its key apart; and hands that change the log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from durable import batch, post
from sqlalchemy import Connection, text

from lrs import app, database
from lrs.config import Settings
from lrs.received import seal_check
from lrs.received.seal_check import Verdict
from lrs.xapi.store import Store

URL = "https://lrs.brightwater.example/training"
ORIGIN = "lrs.brightwater.example/training"


@contextmanager
def opened(address: str, folder: Path, **told: Any) -> Iterator[Store]:
    """A store without a server, closed at the end."""
    engine = database.engine(address, patience=5)
    own = {"seal_key": str(folder / "seal.pem"), "url": URL, **told}
    store = app.opened(Settings(database=address, durable=False, **own), engine)
    try:
        yield store
    finally:
        store.writer.close()
        engine.dispose()


def came(store: Store, count: int) -> None:
    """So many statements more."""
    post(store, batch(count)[1])


def verified(store: Store, **told: Any) -> Verdict:
    with store.reading() as connection:
        return seal_check.verify(connection, **told)


@contextmanager
def hands(store: Store) -> Iterator[Connection]:
    """Somebody who may do everything in the database: its guards are off. What he does is undone at
    the end."""
    with store.engine.connect() as connection, connection.begin() as transaction:
        guards_off(connection)
        yield connection
        transaction.rollback()


def guards_off(connection: Connection) -> None:
    for table in ("received", "contents", "seal_heads", "seal_stamps"):
        if database.is_sqlite(connection):
            for act in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER {table}_{act}"))
        else:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
