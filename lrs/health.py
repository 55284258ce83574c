"""Whether the store can do its work now, for whoever sends it requests."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

from sqlalchemy import make_url, text

from lrs import database
from lrs.errors import Unavailable
from lrs.received.records import newest
from lrs.xapi.store import Store


def check(store: Store) -> None:
    """Raises Unavailable, with the reason, unless all is well: the database can be read and has the
    tables of this version, the writer lives and is not stuck, there is room on the disk."""
    if not store.writer.alive():
        raise Unavailable("the writer has stopped; restart the server")
    waits = store.writer.waited()
    if waits > database.PATIENCE:
        raise Unavailable(f"a commit takes {waits:.0f} seconds by now")
    with store.reading() as connection:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        newest(connection)
    if found != _head():
        raise Unavailable("the tables are of another version of the store; restart the server")
    _check_room(store)


def _check_room(store: Store) -> None:
    url = make_url(store.settings.database)
    if url.get_backend_name() != "sqlite" or not url.database:
        return
    free = shutil.disk_usage(Path(url.database).resolve().parent).free
    if free < store.settings.min_free:
        raise Unavailable(f"the disk has {free} bytes left, less than LRS_MIN_FREE")


@cache
def _head() -> str:
    """The version of the tables that this code works with."""
    return database.versions()[-1]
