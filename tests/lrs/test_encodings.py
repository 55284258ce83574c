"""Tests of compressed bodies: what is sent comes out, and nothing is inflated past the limit."""

from __future__ import annotations

import gzip
import io
import random
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.encodings import decoded, encoded, gzip_wanted
from lrs.errors import BadRequest, LrsError, TooLarge, UnsupportedMediaType

MEGABYTE = 1_000_000


def sent(body: bytes, coding: str = "gzip", limit: int = MEGABYTE) -> bytes:
    return decoded(io.BytesIO(body), coding, limit)


def code(body: bytes, coding: str = "gzip", limit: int = MEGABYTE) -> tuple[int, str]:
    with pytest.raises(LrsError) as caught:
        sent(body, coding, limit)
    return caught.value.status, caught.value.problems[0].code


@given(st.binary(max_size=2000), st.sampled_from(["gzip", "x-gzip", " GZIP "]))
def test_a_gzip_body_is_inflated(body: bytes, coding: str) -> None:
    """A body with Content-Encoding: gzip comes out as it was, up to the last byte of the limit."""
    assert sent(gzip.compress(body, mtime=0), coding) == body
    assert sent(gzip.compress(body, mtime=0), limit=len(body)) == body


def test_a_body_that_can_t_be_compressed_has_the_same_limit() -> None:
    """Random bytes grow a little as gzip, and are still taken up to the limit."""
    body = random.Random(3).randbytes(MEGABYTE)
    assert len(gzip.compress(body, mtime=0)) > MEGABYTE
    assert sent(gzip.compress(body, mtime=0)) == body
    assert code(gzip.compress(body + b"x", mtime=0)) == (413, "body-too-large")


@pytest.mark.parametrize("coding", ["", "identity", "Identity"])
def test_a_plain_body_is_read(coding: str) -> None:
    """A body without coding is read up to the limit and not a byte further."""
    assert sent(b"12345", coding, 5) == b"12345"
    stream = io.BytesIO(100 * b"x")
    with pytest.raises(TooLarge):
        decoded(stream, coding, 5)
    assert stream.tell() == 6


@pytest.mark.parametrize("coding", ["br", "deflate", "zstd", "compress", "gzip, gzip", "gzip, br"])
def test_another_coding_is_told(coding: str) -> None:
    """A coding that the store doesn't know, or more than one, is answered with 415."""
    assert code(b"x", coding) == (415, "content-encoding-unknown")
    with pytest.raises(UnsupportedMediaType, match="takes gzip"):
        sent(b"x", coding)


def test_a_bomb_is_given_up_at_the_limit() -> None:
    """A hundred megabytes of zeros in a hundred kilobytes of gzip are refused after inflating
    little more than the limit."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = bytes(MEGABYTE)
    bomb = b"".join(deflate.compress(zeros) for _ in range(100)) + deflate.flush()
    tracemalloc.start()
    assert code(bomb, limit=2 * MEGABYTE) == (413, "body-too-large")
    assert tracemalloc.get_traced_memory()[1] < 8 * MEGABYTE
    tracemalloc.stop()


def test_a_limit_holds_for_what_is_sent_too() -> None:
    """Compressed bytes are counted as well: what inflates to nothing doesn't go on for ever."""
    empty_blocks = b"\x00\x00\x00\xff\xff" * 1000
    head = gzip.compress(b"", mtime=0)[:10]
    assert code(head + empty_blocks, limit=1000) == (413, "body-too-large")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{}", "is not gzip"),
        (zlib.compress(b"{}"), "is not gzip"),
        (gzip.compress(b"{}", mtime=0)[:-1], "cut off"),
        (gzip.compress(b"{}", mtime=0)[:-5] + b"12345", "damaged"),
        (gzip.compress(b"{}", mtime=0) + b"x", "goes on"),
        (gzip.compress(b"{}", mtime=0) + gzip.compress(b"{}", mtime=0), "goes on"),
    ],
)
def test_a_damaged_body_is_refused(body: bytes, said: str) -> None:
    """What isn't gzip, is cut off, damaged or followed by more, is told as such."""
    with pytest.raises(BadRequest, match=said):
        sent(body)


def test_an_empty_body_is_empty() -> None:
    """A request without a body may still have the header of one."""
    assert sent(b"") == b""


@pytest.mark.parametrize(
    ("accept_encoding", "wanted"),
    [
        ("", False),
        ("gzip", True),
        ("x-gzip", True),
        ("gzip, deflate, br", True),
        ("br;q=1.0, GZIP;q=0.8, *;q=0.1", True),
        ("gzip; q=0.5", True),
        ("gzip;q=0", False),
        ("gzip;q=0.000", False),
        ("*", True),
        ("*;q=0", False),
        ("gzip;q=0, *", False),
        ("identity", False),
        ("identity, gzip", True),
        ("identity, gzip;q=0.5", False),
        ("identity;q=0.5, gzip", True),
        ("identity;q=0, *;q=0.2", True),
        ("deflate, br", False),
        ("gzip;q=2", False),
        ("gzip;q=", False),
        ("gzip;level=9", False),
    ],
)
def test_an_answer_is_compressed_if_wanted(accept_encoding: str, wanted: bool) -> None:
    """Accept-Encoding is weighed by its q-values, and what it doesn't say isn't assumed."""
    assert gzip_wanted(accept_encoding) is wanted


@given(st.lists(st.binary(max_size=500)))
def test_an_answer_can_be_read(pieces: list[bytes]) -> None:
    """What is compressed piece by piece is one gzip, the same every time."""
    body = b"".join(encoded(pieces))
    assert gzip.decompress(body) == sent(body) == b"".join(pieces)
    assert body == b"".join(encoded(pieces))
