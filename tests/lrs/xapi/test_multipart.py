"""Tests of multipart/mixed: what RFC 2046 allows is read byte for byte, what it doesn't is told."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.errors import BadRequest
from lrs.xapi.multipart import MOST_HEADERS, MOST_PARTS, Part, boundary, media_type, parts, write

MIXED = "multipart/mixed; boundary=b"
ENDS = (
    b"\r\nGoes before.\r\n--b\r\nContent-Type:application/json\r\n\r\n{}\r\n--b\r\n"
    b"content-transfer-encoding: binary\r\nX-Experience-API-Hash:\t abc \r\n\r\nhere\r\n\r\n--b--"
)


def code(body: bytes, content_type: str = MIXED) -> str:
    with pytest.raises(BadRequest) as caught:
        parts(body, content_type)
    return caught.value.problems[0].code


def test_a_body_is_taken_apart() -> None:
    """The parts come in order, header names in any case; the preamble is dropped, and the line end
    before a boundary belongs to the boundary, not to the content (XAPI-00130)."""
    first, second = parts(ENDS, MIXED)
    assert (first.header("content-type"), first.content) == ("application/json", b"{}")
    assert second.header("Content-Transfer-Encoding") == "binary"
    assert second.header("x-experience-api-hash") == "abc"
    assert second.header("Content-Type") is None
    assert second.content == b"here\r\n"


@pytest.mark.parametrize("after", [b"", b"\r\n", b" \t\r\n", b"\r\nGoes after.\r\n--b\r\n\r\nx"])
def test_what_follows_the_last_boundary_is_dropped(after: bytes) -> None:
    """An epilogue is no part, even if it looks like one, and the last line needs no line end."""
    assert len(parts(ENDS + after, MIXED)) == 2


@pytest.mark.parametrize(
    ("content_type", "line"),
    [
        ("multipart/mixed; boundary=-------314159265358979323846", "-------314159265358979323846"),
        ('multipart/mixed;boundary="abcABC0123\'()+_,-./:=?"', "abcABC0123'()+_,-./:=?"),
        ("multipart/mixed; boundary=abcABC0123'()+_,-./:=?", "abcABC0123'()+_,-./:=?"),
        ('Multipart/MIXED ; charset=utf-8; Boundary = "two words" ; x=y', "two words"),
        ("multipart/mixed; boundary=b;", "b"),
        ("multipart/mixed; boundary=" + 70 * "x", 70 * "x"),
    ],
)
def test_a_boundary_is_quoted_or_not(content_type: str, line: str) -> None:
    """Quotes aren't part of the boundary, and a boundary that should have been quoted is read."""
    body = f"--{line}\r\n\r\none\r\n--{line}  \r\n\r\ntwo\r\n--{line}--\r\n"
    assert [p.content for p in parts(body.encode(), content_type)] == [b"one", b"two"]


@pytest.mark.parametrize(
    ("content_type", "told"),
    [
        ("multipart/form-data; boundary=b", "not-multipart"),
        ("application/json", "not-multipart"),
        ("", "not-multipart"),
        ('multipart/mixed; boundary="b', "not-multipart"),
        ("multipart/mixed; " + 1000 * "x", "not-multipart"),
        ("multipart/mixed;", "boundary-not-named"),
        ("multipart/mixed", "boundary-not-named"),
        ('multipart/mixed; boundary=""', "boundary-not-named"),
        ("multipart/mixed; boundary=" + 71 * "x", "boundary-too-long"),
        ("multipart/mixed; boundary=b*", "boundary-malformed"),
        ('multipart/mixed; boundary="ends in a space "', "boundary-malformed"),
        ("multipart/mixed; boundary=bé", "boundary-malformed"),
    ],
)
def test_a_content_type_that_says_no_boundary_is_refused(content_type: str, told: str) -> None:
    """Another type, no boundary and a boundary that can't be one are told apart (XAPI-00127,
    XAPI-00131)."""
    assert code(ENDS, content_type) == told


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "no-boundary"),
        (b'{"actor": {}}', "no-boundary"),
        (b"--bb\r\n\r\nx\r\n--bb--\r\n", "no-boundary"),
        (b"--b\n\nx\n--b--\n", "no-boundary"),
        (b"x--b\r\n\r\nx", "no-boundary"),
        (b"--b", "no-boundary"),
        (b"--b\r\n\r\nx", "no-final-boundary"),
        (b"--b\r\n\r\nx\r\n--b\r\n", "no-final-boundary"),
        (b"--b\r\n\r\nx\r\n--b-", "no-final-boundary"),
        (b"--b--\r\n", "no-parts"),
        (b"--b\r\nno colon\r\n\r\nx\r\n--b--", "header-malformed"),
        (b"--b\r\n{}\r\n--b--", "header-malformed"),
        (b"--b\r\n: x\r\n\r\nx\r\n--b--", "header-malformed"),
        (b"--b\r\n begins: folded\r\n\r\nx\r\n--b--", "header-malformed"),
        (b"--b\r\nA: x\nB: y\r\n\r\nx\r\n--b--", "header-malformed"),
        (b"--b\r\nA: \x00\r\n\r\nx\r\n--b--", "header-malformed"),
        (b"--b\r\nA: x\r\na: y\r\n\r\nx\r\n--b--", "header-twice"),
        (b"--b\r\nA: " + 20_000 * b"x" + b"\r\n\r\nx\r\n--b--", "headers-too-long"),
        (b"--b\r\nA: x\r\n" + 20_000 * b"x" + b"\r\n--b--", "headers-too-long"),
        (
            b"--b\r\n"
            + b"".join(b"A%d: x\r\n" % i for i in range(MOST_HEADERS + 1))
            + b"\r\n--b--",
            "too-many-headers",
        ),
        (MOST_PARTS * b"--b\r\n\r\n\r\n" + b"--b\r\n\r\n--b--", "too-many-parts"),
    ],
)
def test_a_body_that_is_not_multipart_is_refused(body: bytes, told: str) -> None:
    """Each way in which a body can be broken has its own code (XAPI-00130, XAPI-00131)."""
    assert code(body) == told


def test_a_broken_part_is_named() -> None:
    """What is wrong with a part is told with its number, however large the part before it was."""
    body = b"--b\r\n\r\n" + 20_000 * b"x" + b"\r\n--b\r\n{}\r\n--b--"
    with pytest.raises(BadRequest, match=r"part 2: .* is not a header") as caught:
        parts(body, MIXED)
    assert caught.value.problems[0].code == "header-malformed"


def test_line_ends_of_lf_alone_are_named() -> None:
    """Whoever sends LF instead of CRLF is told so, as the boundary is plain to see in the body."""
    with pytest.raises(BadRequest, match="must end with CRLF"):
        parts(b"--b\n\nx\n--b--\n", MIXED)
    with pytest.raises(BadRequest, match=r"isn't in it$"):
        parts(b"x\n--b\r\n\r\nx\n--b--\r\n", MIXED)
    with pytest.raises(BadRequest, match=r"isn't in it$"):
        parts(b"x--b\n\nx\n", MIXED)


@pytest.mark.parametrize(
    ("text", "headers", "content"),
    [
        (b"\r\n", (), b""),
        (b"", (), b""),
        (b"A: x\r\n\r\n", (("A", "x"),), b""),
        (b"A: x\r\n", (("A", "x"),), b""),
        (b"A: one\r\n\ttwo\r\n  three\r\nB:\r\n\r\n-", (("A", "one\ttwo  three"), ("B", "")), b"-"),
        (b"\r\nA: x\r\n\r\n", (), b"A: x\r\n\r\n"),
        (b"A: \xe9\r\n\r\n\xe9", (("A", "é"),), b"\xe9"),
        (b"\r\n--bb\r\n --b--\r\n--b --\r\n-\n--b\n\r--b--", (), None),
    ],
)
def test_a_part_may_be_small_or_strange(
    text: bytes, headers: tuple[tuple[str, str], ...], content: bytes | None
) -> None:
    """A part may have no headers, no content or neither, folded headers, and content with lines
    that only begin like a boundary."""
    (part,) = parts(b"--b\r\n" + text + b"\r\n--b--", MIXED)
    assert part == Part(headers, text[2:] if content is None else content)


CONTENTS = st.lists(
    st.one_of(
        st.binary(max_size=60),
        st.lists(st.sampled_from([b"\r", b"\n", b"--", b"b", b" ", b"\r\n--"])).map(b"".join),
    ),
    min_size=1,
    max_size=5,
)


@given(CONTENTS)
def test_what_is_written_is_read_again(contents: list[bytes]) -> None:
    """Whatever bytes the parts hold, they come back as they were, and the same parts are written as
    the same body."""
    sent = [Part((("X-Number", str(i)),), content) for i, content in enumerate(contents)]
    chosen = boundary(sent)
    body = b"".join(write(sent, chosen))
    assert parts(body, f"multipart/mixed; boundary={chosen}") == sent
    assert body == b"".join(write(sent, boundary(list(sent))))


UNLIKE = ([b"x"], [b"y"], [b"xy"], [b"x", b"y"], [b"", b"xy"])


def test_a_boundary_that_occurs_in_a_part_is_not_taken() -> None:
    """Boundaries are chosen so that none of them occurs in a part, even in one made for it."""
    one = [Part((), b"x")]
    holding = [Part((), b"x"), Part((), boundary(one).encode())]
    assert boundary(holding).encode() not in holding[1].content
    assert boundary(one) == boundary([Part((("A", "x"),), b"x")])
    assert len({boundary([Part((), text) for text in texts]) for texts in UNLIKE}) == len(UNLIKE)
    assert boundary(one).isalnum()
    assert len(boundary(one)) <= 70


def test_content_types_are_taken_apart() -> None:
    """A media type has its parameters by lower-case name, the first of two; else it is None."""
    found = media_type('Text/Plain; Charset="a\\"b;c"; charset=x;; q')
    assert found is None
    found = media_type('Text/Plain; Charset="a\\"b;c"; charset=x;')
    assert found is not None
    assert (found.essence, found.parameters) == ("text/plain", {"charset": 'a"b;c'})
    assert [media_type(wrong) for wrong in ("text", "/plain", "text/", "a/b/c", "a/b x")] == 5 * [
        None
    ]


@pytest.mark.parametrize(
    "unit",
    [b"\r\n--" + 70 * b"a" + b"b", b"\r\n--" + 69 * b"a", b"\r\n", b" ", b"--", b"\r\n--" + b" "],
    ids=["longer", "shorter", "lines", "spaces", "dashes", "padding"],
)
def test_reading_is_linear_in_the_size(unit: bytes) -> None:
    """Eight times the bytes take about eight times as long, whatever is repeated in the body."""
    content_type = "multipart/mixed; boundary=" + 70 * "a"

    def seconds(size: int) -> float:
        line = b"--" + 70 * b"a"
        body = line + b"\r\n\r\n" + (size // len(unit)) * unit + b"\r\n" + line + b"--"
        best = 9e9
        for _ in range(3):
            began = time.perf_counter()
            parts(body, content_type)
            best = min(best, time.perf_counter() - began)
        return best

    assert seconds(4_000_000) < 40 * seconds(500_000) + 0.05


def test_a_large_random_body_survives() -> None:
    """Five megabytes of random bytes with every line end in them come back as they were."""
    content = random.Random(7).randbytes(5_000_000) + b"\r\n"
    (part,) = parts(b"--b\r\n\r\n" + content + b"\r\n--b--", MIXED)
    assert part.content == content
