"""Bytes are read as JSON strictly, and each statement keeps the characters that it came in."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrs.errors import BadRequest, LrsError
from lrs.strict_json import DEEPEST, members, pieces, value

TREES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs", "Cc"])), inner)
    ),
)


def refused(data: bytes) -> tuple[str, str, str]:
    """Where, as what, and with which words both ways of reading refuse this."""
    with pytest.raises(BadRequest) as whole:
        value(data)
    with pytest.raises(BadRequest) as split:
        pieces(data)
    (one,), (other,) = whole.value.problems, split.value.problems
    assert (one.code, one.requirement) == (other.code, other.requirement)
    assert one.requirement.startswith("RFC 8259")
    return one.at, one.code, one.message


@settings(deadline=None)
@given(TREES)
def test_what_was_written_is_read(tree: Any) -> None:
    """Whatever JSON says comes out as it was put in."""
    for text in (json.dumps(tree), json.dumps(tree, ensure_ascii=False, indent=1)):
        assert value(text.encode()) == tree
        listed = tree if isinstance(tree, list) else [tree]
        assert [one for one, _ in pieces(text.encode())] == listed
        assert [json.loads(part) for _, part in pieces(text.encode())] == listed


def test_each_statement_keeps_its_characters() -> None:
    """Spaces, escapes, the order of keys and the way of writing numbers survive in a piece."""
    first, second = '{"b" : 1.50,\n "a":"\\u00e9"}', '{ "a": 1E2 }'
    body = f" [ {first} ,\t{second}\n] ".encode()
    assert pieces(body) == [({"b": 1.5, "a": "é"}, first), ({"a": 100.0}, second)]
    assert pieces(b"\n " + first.encode() + b" ") == [({"b": 1.5, "a": "é"}, first)]
    assert pieces(b" [ ] ") == []


def test_a_byte_order_mark_is_passed_over() -> None:
    """A mark before the text is no part of it."""
    assert pieces(b'\xef\xbb\xbf{"a":1}') == [({"a": 1}, '{"a":1}')]


@pytest.mark.parametrize(
    ("data", "at", "place"),
    [
        (b'{"a":1,"a":2}', "$.a", "line 1, column 8"),
        (b'[{"x":{"a":1,\n "b":[0,{"c":1,"c":1}]}}]', "$[0].x.b[1].c", "line 2, column 16"),
        (b'[{"a":1},{"a":1,"\\u0061":2}]', "$[1].a", "line 1, column 17"),
        (b'{"a":{"b":1},"b":1,"a":{}}', "$.a", "line 1, column 20"),
        (b'{"a key":1,"a key":1}', '$["a key"]', "line 1, column 12"),
    ],
)
def test_a_key_stands_once(data: bytes, at: str, place: str) -> None:
    """A key that stands twice is refused, with which and where (XAPI-00021)."""
    where, code, message = refused(data)
    assert (where, code) == (at, "duplicate-key")
    assert place in message


@pytest.mark.parametrize("data", [b'{"a":"\xff"}', b"\xfe", b'{"a":"\xed\xa0\x80"}', b'"\xc0\x80"'])
def test_only_utf_8_is_read(data: bytes) -> None:
    """Bytes that aren't UTF-8 are refused, with their number (XAPI-00015)."""
    _, code, message = refused(data)
    assert code == "not-utf8"
    assert f"byte {message.split()[1]} " in message


@pytest.mark.parametrize(
    ("data", "at", "code"),
    [
        (b'{"a":["\\u0000"]}', "$.a[0]", "null-character"),
        (b'{"\\u0000":1}', '$["\\u0000"]', "null-character"),
        (b'{"a":"x\\\\\\u0000"}', "$.a", "null-character"),
        (b'{"a":"\\ud800"}', "$.a", "surrogate"),
        (b'{"a":"\\udc00\\ud800"}', "$.a", "surrogate"),
        (b'{"a":"\\ud83d\\ude00\\ude00"}', "$.a", "surrogate"),
        (b'{"a":"\\ud83dx"}', "$.a", "surrogate"),
    ],
)
def test_what_cannot_be_kept_is_refused(data: bytes, at: str, code: str) -> None:
    """Escaped nulls and halves of surrogate pairs are refused at their place."""
    assert refused(data)[:2] == (at, code)


def test_what_looks_like_an_escape_is_read() -> None:
    """An escaped backslash before u0000 is text, and a whole surrogate pair one character."""
    assert value(b'{"a":"\\\\u0000 \\ud83d\\ude00 \\u00e9"}') == {"a": "\\u0000 😀 é"}


@pytest.mark.parametrize("data", [b"", b" \n", b"\xef\xbb\xbf"])
def test_nothing_is_refused(data: bytes) -> None:
    """An empty body isn't JSON."""
    assert refused(data)[1] == "empty-body"


@pytest.mark.parametrize(
    "data",
    [
        *(b"{", b"[", b"[1,2", b"[1 2]", b"[1,]", b'{"a":1,}', b'{"a" 1}', b"{'a':1}", b"{a:1}"),
        *(b"nul", b"+1", b"01", b".5", b"1.", b'"a', b'"a\nb"', b'"a\x00b"', b'"\\x"', b'"\\u12"'),
        *(b"\x00", b"// x", b"]", b",", b"[,1]", b'{"a":1]', b'{"\\x":1}'),
    ],
)
def test_what_is_broken_is_refused_at_its_place(data: bytes) -> None:
    """Broken JSON is refused with line and column."""
    _, code, message = refused(data)
    assert code in ("not-json", "trailing-text")
    assert "line " in message
    assert "column " in message


@pytest.mark.parametrize("data", [b"{}x", b"{}{}", b"[] []", b"1 2", b'{"a":1}{', b'{"a":1}['])
def test_nothing_follows(data: bytes) -> None:
    """Text after the end is refused (XAPI-00130)."""
    assert refused(data)[1] == "trailing-text"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("NaN", "not-a-number"),
        ("Infinity", "not-a-number"),
        ("-Infinity", "not-a-number"),
        ("1e999", "number-out-of-range"),
        ("-1e999", "number-out-of-range"),
        ("1e-999", "number-out-of-range"),
        ("9" * 400, "number-out-of-range"),
        ("9" * 5000, "number-out-of-range"),
        ("0." + "1" * 5000, "number-out-of-range"),
    ],
)
def test_a_number_can_be_held(number: str, code: str) -> None:
    """What a double can't hold is refused rather than bent; what isn't a number is none."""
    at, found, message = refused(b'[{"a":[0,' + number.encode() + b"]}]")
    assert (at, found) == ("$[0].a[1]", code)
    assert len(message) < 200
    assert "line 1, column 10" in message


def test_numbers_keep_their_precision() -> None:
    """Numbers are read as doubles, whole ones exactly (XAPI-00002)."""
    read = value(b"[0.12123434, 12.125, 45.45, 9007199254740993, 0e5, 1e300, -0.0]")
    assert read == [0.12123434, 12.125, 45.45, 9007199254740993, 0.0, 1e300, 0.0]


def test_members_are_as_they_were_written() -> None:
    """The members of an object are told to the letter, whatever stands between them."""
    body = b'\xef\xbb\xbf { "a" :1.10, "b\\"c":\n[ {"d" : 0e5} ] ,"\\u00e9":{}, "":"}," } '
    assert members(body) == {"a": "1.10", 'b"c': '[ {"d" : 0e5} ]', "é": "{}", "": '"},"'}
    assert members(b" {\t} ") == {}


@pytest.mark.parametrize(("opened", "closed"), [(b"[", b"]"), (b'{"a":', b"}"), (b'[{"a":', b"}]")])
def test_depth_has_an_end(opened: bytes, closed: bytes) -> None:
    """A hundred levels are read, one more and a hundred thousand are refused alike."""
    times = DEEPEST // len(closed)
    inner = b"1" if times * len(closed) == DEEPEST else b"[1]"
    value(opened * times + inner + closed * times)
    pieces(opened * times + inner + closed * times)
    for more in (times + 1, 100_000):
        assert refused(opened * more + b"1" + closed * more)[1] == "too-deep"
        assert refused(opened * more)[1] in ("too-deep", "not-json")


def test_breadth_has_none() -> None:
    """Many objects side by side are not deep."""
    body = b'{"a":[' + b"{}," * 5000 + b"[]]}"
    assert len(value(body)["a"]) == 5001
    assert len(pieces(b"[" + body + b"," + body + b"]")) == 2


@pytest.mark.parametrize(
    "data",
    [
        b"[" + b'{"a":[1]},' * 50_000,
        b"[" + b'{"a":[1]},' * 50_000 + b'{"a":1,"a":2}]',
        b"[" + b'{"a":[1]},' * 50_000 + b"[1e999]]",
        b"[" + b'"\\u00e4\\ud83d\\ude00",' * 30_000 + b'"\\u0000"]',
        b'{"a":' * 100_000,
        b'"' + b"\\u0020" * 100_000,
    ],
)
def test_no_refusal_takes_long(data: bytes) -> None:
    """Half a million broken bytes are refused, if need be without a path: were the work to grow
    with their square, this would not end."""
    with pytest.raises(BadRequest):
        value(data)
    with pytest.raises(BadRequest):
        pieces(data)


@settings(deadline=None)
@given(st.binary() | st.text('{}[]":,\\u0123456789.eE+-ntfalsr \n\t').map(str.encode))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    """Whatever comes is read or refused, in both ways alike."""
    results: list[Any] = []
    for read in (value, pieces):
        try:
            results.append(read(data))
        except LrsError as error:
            assert error.problems
            results.append(None)
    assert (results[0] is None) == (results[1] is None) or data.strip() == b"null"
