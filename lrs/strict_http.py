"""HTTP as it is read before it reaches the app: what could be read in two ways is refused.

The server in front of the app, waitress, refuses most of that by itself. It takes a request with
both Transfer-Encoding and Content-Length by the former, as RFC 9112 allows (6.3); a proxy that
takes the latter would see another request end there, so here it is refused, and the connection
closed."""

from __future__ import annotations

import re
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import WSGITask

_NAME = re.compile(rb"^(transfer-encoding|content-length)[ \t]*:", re.I | re.M)


class Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """waitress's, a little stricter."""

    environ: dict[str, Any] | None = None  # once it was made

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head of a request."""
        names = [name.lower() for name in _NAME.findall(header_plus)]
        if len(names) > 1:
            raise ParsingError("Content-Length or Transfer-Encoding is there twice, or both are")
        super().parse_header(header_plus)


class Task(WSGITask):  # type: ignore[misc]  # waitress has no types
    """A request on its way to the app. What was found out about it ahead of that stays."""

    wrote_header = False

    def get_environment(self) -> dict[str, Any]:
        """The environment that the app gets, always the same one."""
        if self.request.environ is None:
            self.request.environ = super().get_environment()
        made: dict[str, Any] = self.request.environ
        return made

    def write(self, data: bytes) -> None:
        """Send the head of an answer and its whole body as one."""
        if self.complete and not self.wrote_header and data and self.content_length == len(data):
            head = self.build_response_header()
            self.wrote_header = True
            if self.has_body:
                self.content_bytes_written = len(data)
                self.channel.write_soon(head + data)
                return
            self.channel.write_soon(head)
        super().write(data)


class Channel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """A connection that is read so."""

    parser_class, task_class = Parser, Task

    def environ(self) -> dict[str, Any]:
        """What the app gets with the next request that is to be answered."""
        return Task(self, self.requests[0]).get_environment()
