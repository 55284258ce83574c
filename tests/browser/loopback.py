"""Servers of the tests on a free port of this machine alone, for what a browser asks for."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Quick:
    """What their handlers have in common, beside BaseHTTPRequestHandler."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else a body waits until the head before it is acknowledged
    wbufsize = -1  # head and body in one

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a failing test says what it asked for."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # a browser opens several connections at once

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A page that is closed doesn't wait for answers: that is no fault of anybody's."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    """The port of a server, until the block ends."""
    server = _Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
