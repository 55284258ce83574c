"""HTTP as it is read before it reaches the app: what could be read in two ways is refused.

The server in front of the app, waitress, refuses most of that by itself. It takes a request with
both Transfer-Encoding and Content-Length by the former, as RFC 9112 allows (6.3); a proxy that
takes the latter would see another request end there, so here it is refused, and the connection
closed."""

from __future__ import annotations

import re

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError

_NAME = re.compile(rb"^(transfer-encoding|content-length)[ \t]*:", re.I | re.M)


class Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """waitress's, a little stricter."""

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head of a request."""
        names = [name.lower() for name in _NAME.findall(header_plus)]
        if len(names) > 1:
            raise ParsingError("Content-Length or Transfer-Encoding is there twice, or both are")
        super().parse_header(header_plus)


class Channel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """A connection that is read so."""

    parser_class = Parser
