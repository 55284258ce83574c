"""A process that forks stores which write until they are killed, so that a kill costs no start of
Python. Told on stdin: the address of a database, once for each store. Says on stdout: `pid N`,
what was acknowledged, and `ended` once that store is dead and all that it said has been said."""

from __future__ import annotations

import os
import random
import sys
import threading
from collections.abc import Callable
from importlib import import_module

from durable import batch, document, opened, post

from lrs.xapi.store import Store

THREADS = 4
MOST = 8  # statements of a batch
# What a store loads at its start, the parent has loaded: else most moments at which one is killed
# would be moments of Python, and each start would take longer than all that comes before the kill.
LOADED = (
    *("alembic.command", "psycopg", "sqlalchemy.dialects.sqlite"),
    "sqlalchemy.dialects.postgresql.psycopg",
)


def main() -> None:
    """Until stdin ends."""
    for name in LOADED:
        import_module(name)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            write(line.strip())
            os._exit(3)  # it is killed before
        say(f"pid {child}")
        os.waitpid(child, 0)
        say("ended")


def say(line: str) -> None:
    """One line, in one piece: what is read was said whole."""
    os.write(1, f"{line}\n".encode())


def write(address: str) -> None:
    """Acknowledge statements, batches and documents, from several threads, for ever."""
    with opened(address) as store:
        jobs: list[Callable[[Store, int], str]] = [one_batch, one_document]

        def run(number: int) -> None:
            while True:
                say(random.choice(jobs)(store, number))

        threads = [threading.Thread(target=run, args=[number]) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def one_batch(store: Store, _: int) -> str:
    """A single statement as often as a batch."""
    size = random.choice([1, random.randint(2, MOST)])
    name, statements = batch(size)
    assert post(store, statements).status_code == 200
    return f"batch {name} {size}"


_counts: dict[int, int] = {}


def one_document(store: Store, thread: int) -> str:
    """A document that counts up, of this process and thread."""
    name = f"{os.getpid()}-{thread}"
    _counts[thread] = _counts.get(thread, 0) + 1
    assert document(store, "PUT", name, str(_counts[thread]).encode()).status_code == 204
    return f"document {name} {_counts[thread]}"


if __name__ == "__main__":
    main()
