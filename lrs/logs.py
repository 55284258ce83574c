"""Structured logs: one JSON object a line, without personal data."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Iterator

from lrs import timestamps

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


def begin(level: int = logging.INFO) -> None:
    """Write the store's logs to stderr from now on."""
    handler = logging.StreamHandler(sys.stderr)
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
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a queue is what group commit uses
