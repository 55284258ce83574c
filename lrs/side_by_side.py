"""Pieces of the register worked on by several processes, side by side, and given in order."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import cycle, islice
from multiprocessing.connection import Connection as Pipe
from typing import Any, TypeVar

from sqlalchemy import Engine

from lrs import database, known, sources
from lrs.errors import LrsError
from lrs.known import Asked, Ground, Register
from lrs.people.timeline import Person

T = TypeVar("T")
_MOST = 4  # processes: behind that the one that gathers is the slowest


def worked(
    engine: Engine,
    asked: Asked,
    work: Callable[[Register], T],
    processes: int | None = None,
    some: int = known.SOME,
) -> Iterator[T]:
    """What `work` makes of each piece of a register, in order of people. `work` runs in other
    processes where there are several processors and pieces: what it returns is pickled, and what
    it changes is lost. Raises what `known.pieces` and `work` raise."""
    with database.reading(engine) as connection:
        if asked.known is None:  # all processes see the same, whatever comes meanwhile
            asked = replace(asked, known=sources.newest(connection)[1])
        ground = known.prepared(connection, asked)
        pieces = known.portions(ground, some)
        count = min(processes or os.cpu_count() or 1, _MOST, len(pieces))
        if count == 1:
            for piece in pieces:
                yield work(known.answered(connection, ground, piece))
            return
    yield from _forked(engine, ground, pieces, work, count)


def _forked(
    engine: Engine,
    ground: Ground,
    pieces: Sequence[Sequence[Person]],
    work: Callable[[Register], T],
    count: int,
) -> Iterator[T]:
    # Forked, so that people need be loaded but once. A thread of this process may be waiting for
    # work; none holds a lock, and the child uses nothing of theirs.
    fork = multiprocessing.get_context("fork")
    workers: list[tuple[Any, Pipe]] = []
    gc.freeze()  # what is there already is looked at by no child's collector, nor copied by it
    try:
        for number in range(count):
            out, into = fork.Pipe(duplex=False)
            own = list(islice(pieces, number, None, count))
            worker = fork.Process(target=_work, args=(into, engine, ground, own, work), daemon=True)
            worker.start()
            into.close()
            workers.append((worker, out))
        for (_, out), _ in zip(cycle(workers), pieces, strict=False):
            try:
                error, result = out.recv()
            except EOFError:
                raise LrsError("a process that worked on the register was ended") from None
            if error is not None:
                raise error
            yield result
    finally:
        gc.unfreeze()
        for worker, out in workers:
            out.close()
            worker.terminate()
            worker.join()


def _work(
    into: Pipe,
    engine: Engine,
    ground: Ground,
    pieces: Sequence[Sequence[Person]],
    work: Callable[[Register], Any],
) -> None:
    engine.dispose(close=False)  # its connections are the parent's
    gc.disable()  # of what comes of a piece nothing is in a circle, and there are millions of it
    try:
        with database.reading(engine) as connection:
            for piece in pieces:
                into.send((None, work(known.answered(connection, ground, piece))))
    except Exception as error:  # goes on in the parent, which raises it
        into.send((error, None))
