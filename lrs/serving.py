"""The server: waitress around the app, one process to a SQLite file."""

from __future__ import annotations

import fcntl
import gc
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import waitress
from waitress import wasyncore

from lrs import app, database, metrics, strict_http
from lrs.config import Settings
from lrs.errors import LrsError
from lrs.keyring import Keyring
from lrs.lane import Dispatcher
from lrs.sealing import Sealing
from lrs.xapi.store import Store
from lrs.xapi.together import Together

LOG = logging.getLogger("lrs.serving")
# A caller who sends slowly is waited for by the one thread that reads, not by a worker.
_SLOWEST = 30  # seconds without a byte
_CONNECTIONS = 1_000
_FAREWELL = 8  # seconds for what was begun; who stops containers waits for ten


class ServingError(LrsError):
    """The server can't start; the text says why and what to do."""


@contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Two servers on one SQLite file would not know of each other's commits: the second is
    refused. Several servers share a PostgreSQL."""
    file = database.sqlite_file(settings.database)
    if file is None:
        yield
        return
    path = f"{os.path.realpath(file)}.lock"  # one, by whatever name the file is called
    try:
        lock = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ServingError(f"{path} can't be written: {error.strerror}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise ServingError(
            f"another server has {file} open; stop it, or use PostgreSQL for several"
        ) from None
    try:
        yield
    finally:
        os.close(lock)


def serve(store: Store) -> None:
    """Answer requests until SIGINT or SIGTERM; what was begun is finished."""
    settings = store.settings
    sealing = Sealing(store)
    server = listening(store, sealing)
    told: list[int] = []

    def stop(number: int, _: object) -> None:
        told.append(number)
        server.trigger.pull_trigger()  # this is the thread that waits, and it shall not go on

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, stop)
    where = {"host": settings.host, "port": server.effective_port, "threads": settings.threads}
    # What stands by now stays: looking through it for rubbish again and again took a tenth of the
    # time that requests take.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    # Threads that wait for their turn ask for it less often than every 5 ms; all of them give it
    # up at each read, write and lock anyway.
    sys.setswitchinterval(0.02)
    LOG.info("listening", extra={"told": {**where, **metrics.build(store)}})
    sealing.start()
    while not told:
        turn(server, 10)
    LOG.info("stopping", extra={"told": {"signal": signal.Signals(told[0]).name}})
    _finish(server)
    server.task_dispatcher.shutdown()
    sealing.close()
    store.close()
    LOG.info("stopped")


def listening(store: Store, sealing: Sealing | None = None) -> Any:
    """A server of waitress's in front of the app, for one thread to take its turns; `sealing` is
    what seals the log meanwhile. Raises ServingError where it can't listen."""
    settings, keyring = store.settings, Keyring(store.reading)
    made = app.create_app(store, keyring, sealing)
    try:
        server = waitress.create_server(
            made,
            host=settings.host,
            port=settings.port,
            # Of a name that has an address of each kind, one: waitress listens on both with a
            # server each, and these would share nothing.
            ipv4=":" not in settings.host,
            ipv6=":" in settings.host,
            threads=0,  # they are the dispatcher's
            ident="",
            channel_timeout=_SLOWEST,
            connection_limit=_CONNECTIONS,
            backlog=1024,
            asyncore_use_poll=True,
            max_request_body_size=settings.max_body + 1,  # waitress refuses from there on
            max_request_header_size=65_536,
            recv_bytes=65_536,
            inbuf_overflow=4_000_000,
        )
    except (OSError, ValueError) as error:  # ValueError: waitress found no such address
        place = f"{settings.host!r}, port {settings.port}"
        why = error.strerror if isinstance(error, OSError) else "there is no such address"
        raise ServingError(f"{place} can't be listened on: {why}") from error
    server.channel_class, server.edge = strict_http.Channel, made.wsgi_app
    wake, posts = server.pull_trigger, Together(store, keyring)
    server.task_dispatcher = Dispatcher(keyring, posts, settings.threads, wake)
    server.reader = 0  # the thread that takes the turns; it is awake for what it answers itself
    server.pull_trigger = lambda: None if threading.get_ident() == server.reader else wake()
    return server


def turn(server: Any, seconds: float) -> None:
    """Read and write what can be, once."""
    server.reader = threading.get_ident()
    wasyncore.loop(timeout=seconds, use_poll=True, map=server._map, count=1)
    server.task_dispatcher.turn()


def _finish(server: Any) -> None:
    """Answer what has begun to come, take nothing more, in bounded time."""
    turn(server, 0)  # who has connected by now is still let in
    wasyncore.dispatcher.close(server)
    ends = time.monotonic() + _FAREWELL
    while server.active_channels and time.monotonic() < ends:
        for channel in list(server.active_channels.values()):
            if not (channel.requests or channel.request or channel.total_outbufs_len):
                channel.will_close = True
        turn(server, 0.1)
    if server.active_channels:
        LOG.warning("%d requests were not finished", len(server.active_channels))
