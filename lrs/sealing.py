"""A server's seals: one every so often, in a thread of its own."""

from __future__ import annotations

import logging
import threading

from lrs import redactions, timestamps
from lrs.errors import LrsError
from lrs.received import seal
from lrs.xapi.store import Store

LOG = logging.getLogger("lrs.seal")
_SETTLED = 60  # seconds; a server that has just started has other things to do
_BREATH = 0.004  # seconds in which others have their turn


class _Stopped(Exception):
    """The server ends; what is half sealed goes on next time."""


class Sealing:
    """Makes a head when the newest is as old as the settings say. A seal that fails is a line in
    the log and a figure of /metrics; requests never wait for one, and no error ends the thread."""

    def __init__(self, store: Store) -> None:
        self.failures = 0
        self._store = store
        self._every = store.settings.seal_every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="seal", daemon=True)

    def start(self) -> None:
        """Begin, if the settings ask for seals at all."""
        if self._every:
            self._thread.start()

    def close(self) -> None:
        """End, within a moment."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        wait: float = min(self._every, _SETTLED)
        while not self._stop.wait(wait):
            wait = self._once()

    def _once(self) -> float:
        """Seal if it is time; the seconds until it is again."""
        try:
            with self._store.reading() as connection:
                newest = seal.latest(connection)
                redacted = redactions.named(connection)
            age = (timestamps.now() - newest.at) / 1_000_000 if newest else self._every
            if 0 <= age < self._every:  # another server has made it
                return self._every - age
            seal.make(self._store, self._breathe, redacted)
        except _Stopped:
            pass
        except LrsError as error:
            self._failed(error.message)
        except Exception as error:  # a fault of ours must not end the thread
            self._failed(type(error).__name__, error)
        return self._every

    def _failed(self, message: str, error: Exception | None = None) -> None:
        self.failures += 1
        LOG.error("could not seal: %s", message, exc_info=error)

    def _breathe(self) -> None:
        """Threads share one interpreter: what takes long lets others go first at each step."""
        if self._stop.wait(_BREATH):
            raise _Stopped
