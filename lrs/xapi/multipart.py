"""The multipart/mixed bodies of statements with attachments, read and written (RFC 2046, 5.1).

Read by search alone, in one pass: neither of the parsers at hand keeps to what attachments need.
Python's email package ends a line at LF alone, and so tears a picture that happens to contain
"\\n--boundary"; it also reads 7 MB a second. Werkzeug's is for form-data and refuses a part without
Content-Disposition."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from lrs.errors import BadRequest, LrsError

MOST_PARTS = 1000
MOST_HEADERS = 32
LONGEST_HEADERS = 16_384  # bytes, all headers of one part
LONGEST_BOUNDARY = 70  # RFC 2046, 5.1.1
_LONGEST_TYPE = 1_000
_CRLF = b"\r\n"
_WHERE = "Communication 1.5.2"

_ESSENCE = re.compile(r"[ \t]*([^\s/;,\"]+/[^\s/;,\"]+)[ \t]*")
_PARAMETER = re.compile(
    r"[ \t]*;[ \t]*(?:([^\s=;\"]+)[ \t]*=[ \t]*(?:\"((?:[^\"\\]|\\.)*)\"|([^;\"]*)))?[ \t]*"
)
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]*[0-9A-Za-z'()+_,./:=?-]")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


@dataclass(frozen=True)
class MediaType:
    """A Content-Type taken apart; the type and the parameters' names are in lower case."""

    essence: str
    parameters: dict[str, str]


@dataclass(frozen=True)
class Part:
    """One part: its headers in order, as written, and its content, byte for byte."""

    headers: tuple[tuple[str, str], ...]
    content: bytes

    def header(self, name: str) -> str | None:
        """The value of a header; the case of its name doesn't matter."""
        wanted = name.lower()
        return next((value for known, value in self.headers if known.lower() == wanted), None)


def media_type(text: str) -> MediaType | None:
    """None if it is not one. A parameter's value may be quoted; unquoted, it ends at the semicolon,
    because boundaries with a "/" or a "?" are often sent without their quotes."""
    found = _ESSENCE.match(text)
    if found is None or len(text) > _LONGEST_TYPE:
        return None
    essence, parameters, at = found[1].lower(), dict[str, str](), found.end()
    while at < len(text):
        found = _PARAMETER.match(text, at)
        if found is None:
            return None
        name, quoted, bare = found.groups()
        if name is not None:
            value = bare.strip() if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
            parameters.setdefault(name.lower(), value)
        at = found.end()
    return MediaType(essence, parameters)


def parts(body: bytes, content_type: str) -> list[Part]:
    """The parts of a body, in order; what stands before the first and after the last is dropped."""
    found = []
    for number, (start, stop) in enumerate(_spans(body, _boundary(content_type))):
        if number >= MOST_PARTS:
            raise _wrong("body", f"has more than {MOST_PARTS} parts", "too-many-parts")
        found.append(_part(body, start, stop, f"part {number + 1}"))
    if not found:
        raise _wrong("body", "has no part before its closing boundary", "no-parts")
    return found


def boundary(among: Sequence[Part]) -> str:
    """A boundary that occurs in none of the parts; the same parts get the same one. Of hexadecimal
    digits alone, so that it needs no quotes: not every reader takes them off."""
    content = hashlib.sha256()
    for part in among:
        content.update(b"%d:" % len(part.content))
        content.update(part.content)
    digests = (hashlib.sha256(b"%d:" % i + content.digest()).hexdigest()[:40] for i in count())
    return next(d for d in digests if not any(d.encode() in part.content for part in among))


def write(among: Sequence[Part], boundary: str) -> Iterator[bytes]:
    """The body of an answer, piece by piece; the contents aren't copied."""
    for part in among:
        head = "".join(f"{name}: {value}\r\n" for name, value in part.headers)
        yield f"--{boundary}\r\n{head}\r\n".encode()
        yield part.content
        yield _CRLF
    yield f"--{boundary}--\r\n".encode()


def _boundary(content_type: str) -> bytes:
    found = media_type(content_type)
    if found is None or found.essence != "multipart/mixed":
        raise _wrong(
            "Content-Type", f'is "{content_type[:100]}", not multipart/mixed', "not-multipart"
        )
    text = found.parameters.get("boundary", "")
    if not text:
        raise _wrong("Content-Type", "names no boundary", "boundary-not-named")
    if len(text) > LONGEST_BOUNDARY:
        raise _wrong(
            "Content-Type",
            f"has a boundary of {len(text)} characters; the most is {LONGEST_BOUNDARY}",
            "boundary-too-long",
        )
    if _BOUNDARY.fullmatch(text) is None:
        raise _wrong(
            "Content-Type",
            f'has the boundary "{text}", with characters that RFC 2046 does not allow there',
            "boundary-malformed",
        )
    return text.encode("ascii")


def _spans(body: bytes, boundary: bytes) -> Iterator[tuple[int, int]]:
    """Where each part begins and ends. The line end before a delimiter belongs to the delimiter."""
    start = None
    for found, after, last in _delimiters(body, boundary):
        if start is not None:
            yield start, max(start, found)
        if last:
            return
        start = after
    if start is not None:
        raise _wrong("body", "has no closing boundary; is it cut off?", "no-final-boundary")
    bare = b"\n--" + boundary in body and _CRLF not in body
    hint = "; its lines end with LF alone, and must end with CRLF" if bare else ""
    raise _wrong("body", f"the boundary that Content-Type names isn't in it{hint}", "no-boundary")


def _delimiters(body: bytes, boundary: bytes) -> Iterator[tuple[int, int, bool]]:
    """The lines that are delimiters: where the line end before each is, where the next line
    begins, and whether it is the last. A line that goes on after the boundary is no delimiter.

    Linear in the body: the search for a line's end stops at the next candidate at the latest, as
    that begins with a line's end."""
    first, mark = b"--" + boundary, _CRLF + b"--" + boundary
    found, size = (0, len(first)) if body.startswith(first) else (body.find(mark), len(mark))
    while found >= 0:
        end = body.find(_CRLF, found + size)
        line = body[found + size : end if end >= 0 else len(body)].rstrip(b" \t")
        if line == b"--":
            yield found, len(body), True
        elif not line and end >= 0:
            yield found, end + len(_CRLF), False
        if line == b"--" or end < 0:
            return
        found, size = body.find(mark, end), len(mark)


def _part(body: bytes, start: int, stop: int, at: str) -> Part:
    if body.startswith(_CRLF, start, stop):
        return Part((), body[start + 2 : stop])
    blank = body.find(b"\r\n\r\n", start, min(stop, start + LONGEST_HEADERS))
    if blank < 0 and stop - start > LONGEST_HEADERS:
        raise _wrong(
            at,
            f"its headers don't end within {LONGEST_HEADERS} bytes; a blank line ends them",
            "headers-too-long",
        )
    headers = body[start : stop if blank < 0 else blank]
    return Part(_headers(headers, at), b"" if blank < 0 else body[blank + 4 : stop])


def _headers(block: bytes, at: str) -> tuple[tuple[str, str], ...]:
    """A header may be folded: it goes on in lines that begin with a space or a tab."""
    lines = re.sub(r"\r\n(?=[ \t])", "", block.decode("latin-1")).removesuffix("\r\n").split("\r\n")
    found: dict[str, tuple[str, str]] = {}
    for line in lines if block else []:
        name, colon, value = line.partition(":")
        if not colon or not _HEADER_NAME.fullmatch(name) or _CONTROL.search(value):
            raise _wrong(at, f'"{line[:60]}" is not a header', "header-malformed")
        if name.lower() in found:
            raise _wrong(at, f"has the header {name} twice", "header-twice")
        found[name.lower()] = (name, value.strip(" \t"))
        if len(found) > MOST_HEADERS:
            raise _wrong(at, f"has more than {MOST_HEADERS} headers", "too-many-headers")
    return tuple(found.values())


def _wrong(at: str, message: str, code: str) -> LrsError:
    return BadRequest.of(at, message, code, _WHERE)
