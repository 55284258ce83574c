"""Bodies that travel compressed: requests by Content-Encoding, answers by Accept-Encoding.

Only gzip: every client that compresses knows it, no xAPI client is known to ask for another, and
the conformance suite asks for none. "deflate" is two formats under one name and stays out.

A request may inflate a thousandfold, so it is inflated as it is read and given up at the limit. It
is one coding and one gzip member: a body of a million empty members is legal, small, and slow.

An answer that carries an ETag for a document isn't compressed by its caller: a strong ETag would
have to differ between the two (RFC 9110, 8.8.3), but If-Match must find what GET told."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from typing import Protocol

from lrs.errors import BadRequest, LrsError, TooLarge, UnsupportedMediaType

ACCEPTED = "gzip, identity"  # what an answer of 415 says in its Accept-Encoding
SMALLEST = 1_000  # bytes; compressing less saves no packet
_GZIP = {"gzip", "x-gzip"}
_PIECE = 65_536
_WINDOW = 16 + zlib.MAX_WBITS  # zlib's way to say gzip
_LEVEL = 5
_QUALITY = re.compile(r"[ \t]*[qQ][ \t]*=[ \t]*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)[ \t]*")


class Stream(Protocol):
    """What a body is read from; it says where it ends by answering nothing."""

    def read(self, size: int, /) -> bytes: ...


def decoded(stream: Stream, content_encoding: str, limit: int) -> bytes:
    """The body, whole; TooLarge as soon as it is more than `limit` bytes, compressed or not."""
    coding = content_encoding.strip().lower()
    if coding in ("", "identity"):
        return b"".join(_pieces(stream, limit, limit))
    if coding not in _GZIP:
        raise UnsupportedMediaType.of(
            "Content-Encoding",
            f'is "{content_encoding[:100]}"; this store takes {ACCEPTED}, one at a time',
            "content-encoding-unknown",
        )
    grown = limit + limit // 1_000 + 100  # what can't be compressed is a little larger as gzip
    return _inflated(_pieces(stream, grown, limit), limit)


def gzip_wanted(accept_encoding: str) -> bool:
    """Whether an answer is best sent as gzip: the client takes it, and not less gladly than plain
    (RFC 9110, 12.5.3). Whoever says nothing gets it plain."""
    asked: dict[str, float] = {}
    for piece in accept_encoding.split(","):
        name, _, parameter = piece.partition(";")
        quality = _QUALITY.fullmatch(parameter) if parameter else None
        if quality or not parameter:
            asked.setdefault(name.strip().lower(), float(quality[1]) if quality else 1.0)
    gzip = max((asked[name] for name in _GZIP if name in asked), default=asked.get("*", 0.0))
    return gzip > 0 and gzip >= asked.get("identity", 0.0)


def encoded(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces as gzip, the same bytes every time: no time and no name stand in it."""
    deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, _WINDOW)
    for piece in pieces:
        if made := deflate.compress(piece):
            yield made
    yield deflate.flush()


def _pieces(stream: Stream, most: int, limit: int) -> Iterator[bytes]:
    left = most
    while piece := stream.read(min(_PIECE, left + 1)):
        left -= len(piece)
        if left < 0:
            raise _too_large(limit)
        yield piece


def _inflated(pieces: Iterable[bytes], limit: int) -> bytes:
    inflate = zlib.decompressobj(_WINDOW)
    body, empty = bytearray(), True
    for piece in pieces:
        empty = False
        try:
            body += inflate.decompress(piece, limit + 1 - len(body))
        except zlib.error as error:
            raise _broken("is not gzip, or is damaged") from error
        if len(body) > limit:
            raise _too_large(limit)
        if inflate.unused_data:
            raise _broken("goes on after the end of its gzip")
    if not inflate.eof and not empty:
        raise _broken("ends before its gzip does; is it cut off?")
    return bytes(body)


def _broken(message: str) -> LrsError:
    return BadRequest.of("body", message, "gzip-broken")


def _too_large(limit: int) -> LrsError:
    return TooLarge.of("body", f"is larger than {limit} bytes", "body-too-large")
