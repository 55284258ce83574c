"""HTTP as it is read before it reaches the app: what could be read in two ways is refused.

The server in front of the app, waitress, refuses most of that by itself. It takes a request with
both Transfer-Encoding and Content-Length by the former, as RFC 9112 allows (6.3); a proxy that
takes the latter would see another request end there, so here it is refused, and the connection
closed."""

from __future__ import annotations

import re
import socket
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import Error

from lrs import request_log
from lrs.errors import BadRequest, LrsError, TooLarge
from lrs.received.records import compact
from lrs.trail import Trail
from lrs.xapi import calls, routes

LONGEST = 300  # seconds for one request to come; 10 MB in it are 34 kB a second
# Bytes of a refused body that are read and dropped, so that its sender gets to read the refusal.
_DROPPED = 50_000_000
_CLOSE = b"\r\nConnection: close\r\n"
_ASKED = re.compile(rb"^(origin|x-experience-api-version):[ \t]*([!-~]+)[ \t]*\r?$", re.I | re.M)
_NAME = re.compile(rb"^(transfer-encoding|content-length)[ \t]*:", re.I | re.M)


class Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """waitress's, a little stricter."""

    environ: dict[str, Any] | None = None  # once it was made
    path = ""  # until it is known; waitress names it in its log

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head of a request."""
        names = [name.lower() for name in _NAME.findall(header_plus)]
        if len(names) > 1:
            raise ParsingError("Content-Length or Transfer-Encoding is there twice, or both are")
        super().parse_header(header_plus)
        host = self.headers.get("HOST")
        if self.version == "1.1" and (host is None or ", " in host):
            raise ParsingError("Host is missing, or there twice")  # RFC 9112 3.2

    def received(self, data: bytes) -> int:
        """Take what came. Of a head that is too long waitress keeps nothing, but a page that sent
        it is to read the refusal: which page, and in which version, is looked for."""
        before = self.header_plus
        taken: int = super().received(data)
        if self.error is not None and self.error.code == 431:
            self.path = f"{routes.PREFIX}/"  # as far as anybody knows
            for name, value in _ASKED.findall(before + data):
                self.headers[name.decode().upper().replace("-", "_")] = value.decode()
        return taken


class Task(WSGITask):  # type: ignore[misc]  # waitress has no types
    """A request on its way to the app. What was found out about it ahead of that stays."""

    wrote_header = close_on_finish = chunked_response = False

    def get_environment(self) -> dict[str, Any]:
        """The environment that the app gets, always the same one."""
        if self.request.environ is None:
            self.request.environ = super().get_environment()
        made: dict[str, Any] = self.request.environ
        return made

    def build_response_header(self) -> bytes:
        """The head of an answer. After one whose length isn't told waitress closes; where its end
        can be told without (204, 304, chunks), that costs the caller a connection for nothing."""
        wanted = self.request.headers.get("CONNECTION", "").lower() == "close"
        stays = self.version == "1.1" and not wanted and not self.close_on_finish
        head: bytes = super().build_response_header()
        told = self.content_length is not None and not self.chunked_response
        if not stays or (told and self.has_body):
            return head
        self.close_on_finish = False
        if (
            self.request.command == "HEAD"
        ):  # nor a last chunk, which the next answer would begin with
            self.chunked_response = False
        return head.replace(_CLOSE, b"\r\n", 1)

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


class Refusal(ErrorTask):  # type: ignore[misc]  # waitress has no types
    """The answer to what never reaches the app, in the one shape that every refusal has."""

    def execute(self) -> None:
        """Say what is wrong, and close."""
        request, left = self.request, Trail(request_id=request_log.request_id(""))
        error = _error(request.error, self.channel.server.adj, left.request_id)
        body = compact(error.as_json()).encode()
        number = int(request.error.code)
        self.status = f"{number} {request.error.reason}"
        spoken = calls.version(request.headers.get("X_EXPERIENCE_API_VERSION")) or calls.NEW
        self.response_headers += [
            ("Content-Type", "application/json"),
            (calls.VERSION_HEADER, spoken),
            ("X-Request-Id", left.request_id),
        ]
        asked = {
            "REQUEST_METHOD": getattr(request, "command", ""),
            "PATH_INFO": getattr(request, "path", ""),
            "HTTP_ORIGIN": request.headers.get("ORIGIN", ""),
        }
        edge = self.channel.server.edge
        waits = not isinstance(request.error, Late)  # it is answered by the thread that reads
        self.response_headers += edge.turned_away(asked, error, number, waits)
        self.set_close_on_finish()
        self.content_length = len(body)
        request_log.write(asked, left, number, len(body), 0.0)
        self.write(body)


def _error(error: Any, limits: Any, noted: str) -> LrsError:
    """What waitress found, in our words."""
    if error.code == 413:
        most = limits.max_request_body_size - 1
        return TooLarge.of("body", f"is larger than {most} bytes", "body-too-large")
    if error.code == 431:
        most = limits.max_request_header_size
        return BadRequest.of("headers", f"are more than {most} bytes", "headers-too-large")
    if error.code == 408:
        return BadRequest.of("request", "did not come to its end in time; send it anew", "too-slow")
    if error.code == 500:  # an answer broke while it was sent; waitress logged why
        return LrsError(f"a fault of the store, noted as {noted}")
    return BadRequest.of("request", f"is no HTTP that can be read: {error.body}", "not-http")


class Late(Error):  # type: ignore[misc]  # waitress has no types
    """A request of which the rest doesn't come (RFC 9110 15.5.9)."""

    code, reason = 408, "Request Timeout"


class Channel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """A connection that is read so. After a refusal it is closed in one direction, and what still
    comes is dropped: to close it at once would take the refusal from a caller who is sending."""

    parser_class, task_class, error_task_class = Parser, Task, Refusal
    left = 0  # bytes to drop
    began = 0.0  # when the request began to come of which more is to come
    request: Any = None  # that one
    requests: list[Any]  # whole ones, of which the first is worked on
    will_close = close_when_flushed = False

    def handle_write(self) -> None:
        """Send what there is to send, unless the caller was found gone while reading."""
        if not self.connected:
            return
        idle = not self.requests and not self.left
        if self.will_close and idle and self.request is not None:
            self.request.error = Late("")
            self.requests, self.request = [self.request], None
            self.service()
        if self.close_when_flushed and self.left and not self.will_close:
            self._flush_exception(self._flush_some)
            if self.connected and not self.total_outbufs_len:
                self.close_when_flushed = False
                try:
                    self.socket.shutdown(socket.SHUT_WR)
                except OSError:  # gone already
                    self.will_close = True
        if self.connected and (self.will_close or not self.left):
            super().handle_write()

    def readable(self) -> bool:
        """Whether there is anything to wait for."""
        return bool(self.left > 0 and not self.will_close) or bool(super().readable())

    def received(self, data: bytes) -> bool:
        """Take what came."""
        if not self.left:
            taken = bool(super().received(data))
            if self.request is None:
                self.began = 0.0
            elif not self.began:
                self.began = self.last_activity
            elif self.last_activity - self.began > LONGEST:
                self.will_close = True
            return taken
        self.left -= len(data)
        if self.left <= 0:
            self.will_close = True
        return False

    def service(self) -> None:
        """Answer the next request."""
        if self.requests[0].error:
            self.left = _DROPPED
        super().service()

    def environ(self) -> dict[str, Any]:
        """What the app gets with the next request that is to be answered."""
        return Task(self, self.requests[0]).get_environment()
