"""Processes that judge large posts beside the server, whose threads take turns on one processor."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import pickle
import signal
import threading
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from lrs.errors import LrsError
from lrs.xapi import bodies
from lrs.xapi.arrivals import Arrival
from lrs.xapi.bodies import Rules

LOG = logging.getLogger("lrs.judges")
_WORTHWHILE = 16_384  # bytes of a body; to hand on a smaller one costs more than it saves
_MOST = 4  # processes: there is one writer behind them


class Judges:
    """They begin when there is work for them, and end with the server. One that is lost is
    replaced."""

    def __init__(self, count: int | None = None) -> None:
        self._context = multiprocessing.get_context("spawn")
        spare = min(_MOST, (os.cpu_count() or 1) - 1)  # one processor is the server's
        self._missing = spare if count is None else count
        self._running: dict[Connection, BaseProcess] = {}
        self._free: list[Connection] = []
        self._changed = threading.Condition()  # holds what stands above

    def arrival(self, body: bytes, rules: Rules) -> Arrival | None:
        """What `bodies` makes of a body. None where that is left to the server: of a small one, of
        one that is to be refused (whoever answers says what is wrong), and while no judge is
        there."""
        judge = self._taken() if len(body) >= _WORTHWHILE else None
        if judge is None:
            return None
        try:
            judge.send_bytes(pickle.dumps((body, rules)))
            answer = judge.recv_bytes()
        except (OSError, EOFError):
            self._lost(judge)
            return None
        with self._changed:
            self._free.append(judge)
            self._changed.notify()
        found: Arrival | None = pickle.loads(answer)
        return found

    def close(self) -> None:
        """End them for good."""
        with self._changed:
            self._missing = 0
            running, self._running = self._running, {}
            self._changed.notify_all()
        for judge, process in running.items():
            judge.close()  # it hears that, and ends
            process.join()

    def _taken(self) -> Connection | None:
        """A judge who has nothing else to do, waited for; None if there is none."""
        with self._changed:
            if self._missing > 0:
                self._begin()
                return None
            self._changed.wait_for(lambda: self._free or not self._running)
            return self._free.pop() if self._running else None

    def _begin(self) -> None:
        """Start one. It takes half a second, so whoever wants it goes without this time."""
        try:
            ours, theirs = self._context.Pipe()
            process = self._context.Process(target=_work, args=(theirs,), name="judge", daemon=True)
            process.start()
        except OSError as error:
            LOG.warning("a process to judge large posts can't begin: %s", error)
            return
        theirs.close()
        self._missing -= 1
        self._running[ours] = process
        self._free.append(ours)
        self._changed.notify()

    def _lost(self, judge: Connection) -> None:
        with self._changed:
            if self._running.pop(judge, None) is None:
                return  # it was closed
            self._missing += 1
            self._changed.notify_all()
        judge.close()
        LOG.warning("a process that judged large posts was ended; another takes its place")


def _work(pipe: Connection) -> None:
    # A terminal sends it to all of them; the server is the one to end us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(10)  # who writes what was judged is whom all wait for, and gets a processor first
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)  # as in the server
    while True:
        try:
            body, rules = pickle.loads(pipe.recv_bytes())
        except EOFError:
            return
        try:
            found = bodies.arrival(bodies.read(body, rules), rules)
        except LrsError:
            found = None
        pipe.send_bytes(pickle.dumps(found, pickle.HIGHEST_PROTOCOL))
