"""The server: waitress around the app, one process to a SQLite file."""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import waitress
from sqlalchemy import make_url

from lrs import app, metrics, strict_http
from lrs.config import Settings
from lrs.errors import LrsError
from lrs.xapi.store import Store

LOG = logging.getLogger("lrs.serving")
# A caller who sends slowly is waited for by the one thread that reads, not by a worker.
_SLOWEST = 30  # seconds without a byte
_CONNECTIONS = 1_000


class ServingError(LrsError):
    """The server can't start; the text says why and what to do."""


@contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Two servers on one SQLite file would not know of each other's commits: the second is
    refused. Several servers share a PostgreSQL."""
    url = make_url(settings.database)
    if url.get_backend_name() != "sqlite" or not url.database:
        yield
        return
    path = Path(f"{url.database}.lock")
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ServingError(
                f"another server has {url.database} open; stop it, or use PostgreSQL for several"
            ) from None
        yield


def serve(store: Store) -> None:
    """Answer requests until SIGINT or SIGTERM; what was begun is finished."""
    settings = store.settings
    server = waitress.create_server(
        app.create_app(store),
        host=settings.host,
        port=settings.port,
        threads=settings.threads,
        ident="",
        channel_timeout=_SLOWEST,
        connection_limit=_CONNECTIONS,
        backlog=1024,
        asyncore_use_poll=True,
        max_request_body_size=settings.max_body,
        max_request_header_size=65_536,
        inbuf_overflow=4_000_000,
    )
    server.channel_class = strict_http.Channel
    told = {"host": settings.host, "port": server.effective_port, "threads": settings.threads}
    LOG.info("listening", extra={"told": {**told, **metrics.build(store)}})
    try:
        server.run()
    finally:
        server.close()
        store.writer.close()
