"""Structured logs: one JSON object a line, without personal data."""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from typing import TextIO

from lrs import timestamps

_MOMENT = 0.1  # seconds
_MOST = 500  # lines that are kept
_written = json.JSONEncoder(ensure_ascii=False).encode


class Lines(logging.Formatter):
    """time, level, logger, message, and what the record carries under `told`."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        line = {
            "time": timestamps.written(int(record.created * 1_000_000)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "told", {}),
        }
        if record.exc_info:
            line["trace"] = list(_trace(record.exc_info[1]))
        return _written(line)


def _trace(error: BaseException | None) -> Iterator[str]:
    """Where an error came from: each cause by its type and its frames. Its words stay out, for a
    database's quote the values that it was given."""
    while error is not None:
        yield type(error).__qualname__
        for frame in traceback.extract_tb(error.__traceback__):
            yield f"{frame.filename}:{frame.lineno} {frame.name}"
        error = error.__cause__ or error.__context__


class Gathered(logging.StreamHandler[TextIO]):
    """Writes what is below a warning a moment later, several lines at once: each write lets other
    threads go first, and a request would wait for its turn again. A killed process takes at most
    the lines of the last moment with it."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._lines: list[str] = []
        self._some = threading.Event()
        threading.Thread(target=self._write, name="log", daemon=True).start()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line; write it now if it is loud."""
        self._lines.append(self.format(record))
        if record.levelno > logging.INFO or len(self._lines) > _MOST:
            self.flush()
        elif len(self._lines) == 1:
            self._some.set()

    def flush(self) -> None:
        """Write what was kept."""
        self.acquire()
        try:
            if self._lines:
                self.stream.write("\n".join(self._lines) + "\n")
                self._lines.clear()
            super().flush()
        finally:
            self.release()

    def _write(self) -> None:
        while self._some.wait():
            time.sleep(_MOMENT)  # for more to come
            self._some.clear()
            self.flush()


def begin(level: int = logging.INFO) -> None:
    """Write the store's logs to stderr from now on."""
    handler = Gathered(sys.stderr)
    handler.setFormatter(Lines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # What no line tells needn't be found out for each (Python's logging HOWTO, "Optimization").
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None
    # Whoever asks a database that is gone tells so in a line; the pool would tell with a trace that
    # the connection can't be tidied up afterwards.
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)
    # Five lines of its own parts would stand before the first key.
    logging.getLogger("alembic.runtime.plugins").setLevel(logging.WARNING)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a queue is what group commit uses
    # It warns of errors that come behind the one that it raises, in the database's own words.
    logging.getLogger("psycopg").setLevel(logging.ERROR)
