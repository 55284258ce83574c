"""Bytes to JSON values: nothing gets in that two readers could take for two things (RFC 8259)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import islice, takewhile
from typing import Any, NamedTuple, NoReturn

from lrs.errors import BadRequest, Problem

DEEPEST = 100  # objects and arrays within each other; a statement needs about 12
LONGEST_NUMBER = 400  # characters; whatever a double can hold is shorter
_SOUGHT = 20_000  # tokens in which the place of a fault is sought, so that no refusal takes long
_UNDERSTOOD = "RFC 8259"

_SPACE = re.compile(r"[ \t\n\r]*")
# Whether there may be any such escape as the next; most texts are spared the closer look.
_SUSPECT = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
# What an escape in a string may say that can't be kept: a null (PostgreSQL holds none), half a
# surrogate pair. A whole pair is stepped over, so that its second half isn't taken for a lone one.
_ESCAPE = re.compile(
    r"\\(?:u(?:(?P<null>0000)|[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|(?P<half>[dD][89a-fA-F][0-9a-fA-F]{2}))|.)",
    re.DOTALL,
)
_SAID = {  # what Python's reader says, in our words
    "Expecting value": "expected a value",
    "Expecting ',' delimiter": 'expected ","',
    "Expecting ':' delimiter": 'expected ":"',
    "Expecting property name enclosed in double quotes": "expected a key in double quotes",
    "Illegal trailing comma before end of object": "nothing may follow the last comma but a key",
    "Illegal trailing comma before end of array": "nothing may follow the last comma but a value",
    "Invalid control character at": "expected an escape such as \\n for a control character",
    "Unterminated string starting at": "expected a closing quote for the string that begins here",
}
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s"{}\[\],:]+', re.DOTALL)


def value(data: bytes) -> Any:
    """The one value that a body holds."""
    text = _text(data)
    found, end = _value(text, _start(text))
    _end(text, end)
    return found


def pieces(data: bytes) -> list[tuple[Any, str]]:
    """The values of a body that is one of them or an array of them, each with the exact characters
    in which it was written."""
    text = _text(data)
    start = _start(text)
    if not text.startswith("[", start):
        found, end = _value(text, start)
        _end(text, end)
        return [(found, text[start:end])]
    listed: list[tuple[Any, str]] = []
    at = _skip(text, start + 1)
    while not (text.startswith("]", at) and not listed):
        found, end = _value(text, at, outer=1)
        listed.append((found, text[at:end]))
        at = _skip(text, end)
        if text.startswith("]", at):
            break
        if not text.startswith(",", at):
            _broken(text, at, 'expected "," or "]" after an element')
        at = _skip(text, at + 1)
    _end(text, at + 1)
    return listed


def members(data: bytes) -> dict[str, str]:
    """The members of what `value` reads as an object, each with the exact characters in which its
    value was written."""
    text = _text(data)
    at = _start(text)
    found, _ = _value(text, at)
    written: dict[str, str] = {}
    for name in found:
        _, at = _value(text, _skip(text, at + 1))  # the key, behind the brace or a comma
        at = _skip(text, _skip(text, at) + 1)  # behind the colon
        _, end = _value(text, at)
        written[name] = text[at:end]
        at = _skip(text, end)
    return written


def _text(data: bytes) -> str:
    """The characters of a body; a byte order mark before them is passed over (RFC 8259 8.1)."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as bad:
        whole = data[: bad.start].decode("utf-8")
        _refuse(
            "$",
            f"byte {bad.start} ({_place(whole, len(whole))}) is 0x{data[bad.start]:02x}, which is "
            "not UTF-8; send JSON in UTF-8",
            "not-utf8",
            "RFC 8259 8.1",
        )
    if text.startswith("\ufeff"):
        text = text[1:]
    if "\\u" in text and _SUSPECT.search(text):
        _check_escapes(text)
    return text


def _check_escapes(text: str) -> None:
    for found in _ESCAPE.finditer(text):
        if found.lastgroup is None:
            continue
        at = found.start()
        path = next((token.path for token in _tokens(text) if token.end > at), "$")
        what, code = {
            "null": ("a null character, which can't be kept", "null-character"),
            "half": ("half of a surrogate pair; write both halves, or the character", "surrogate"),
        }[found.lastgroup]
        _refuse(path, f"{found[0]} ({_place(text, at)}) is {what}", code, "RFC 8259 8.2")


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    assert found
    return found.end()


def _start(text: str) -> int:
    at = _skip(text, 0)
    if at == len(text):
        _refuse("$", "the body is empty; JSON was expected", "empty-body", _UNDERSTOOD)
    return at


def _end(text: str, at: int) -> None:
    at = _skip(text, at)
    if at != len(text):
        _broken(text, at, "the JSON ended before this", "trailing-text")


class _Unfit(Exception):
    """A hook of the reader met what it refuses; where that is, is looked up then."""

    def __init__(self, find: Callable[[str, int], BadRequest]) -> None:
        super().__init__()
        self.find = find


def _value(text: str, at: int, outer: int = 0) -> tuple[Any, int]:
    """The value that begins here and where it ends; outer: how deep it lies already."""
    try:
        found, end = _READER.raw_decode(text, at)
    except json.JSONDecodeError as bad:
        _broken(text, bad.pos, _SAID.get(bad.msg) or bad.msg[:1].lower() + bad.msg[1:])
    except _Unfit as unfit:
        raise unfit.find(text, at) from None
    except RecursionError:
        raise _too_deep(text, at, outer) from None
    # The limit is far above any statement, so a count of the brackets is nearly always enough.
    limit = DEEPEST - outer
    if text.count("{", at, end) + text.count("[", at, end) > limit and _is_deeper(found, limit):
        raise _too_deep(text, at, outer)
    return found, end


def _is_deeper(found: Any, limit: int) -> bool:
    level = [found]
    for _ in range(limit + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return bool(level)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Unfit(_twice)
    return found


def _whole(digits: str) -> int:
    if len(digits) > 300:
        _float(digits)
    return int(digits)


def _float(digits: str) -> float:
    """A number with a fraction or an exponent; what is too large or too small for a double is
    refused rather than rounded to infinity or nothing."""
    found = float(digits) if len(digits) <= LONGEST_NUMBER else 0.0
    if found - found != 0.0 or (found == 0.0 and _significant(digits)):
        raise _Unfit(lambda text, at: _unfit_number(text, at, digits))
    return found


def _significant(digits: str) -> bool:
    return any(digit in "123456789" for digit in re.split("[eE]", digits)[0])


def _constant(name: str) -> NoReturn:
    raise _Unfit(lambda text, at: _unfit_number(text, at, name))


_READER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_whole, parse_float=_float, parse_constant=_constant
)


# From here on: only for what is refused.


class _Token(NamedTuple):
    text: str
    start: int
    end: int
    path: str  # of the value that it is, begins or ends; of the value that it names, for a key
    depth: int
    is_key: bool


def _tokens(text: str, at: int = 0) -> Iterator[_Token]:
    """The first tokens of a text that may be broken, each with its path, as far as one can be
    told."""
    paths: list[str] = ["$"]  # of the containers around, and last of the value that comes now
    containers: list[str] = []
    counts: list[int] = []
    expects_key = False
    for found in islice(_TOKEN.finditer(text, at), _SOUGHT):
        token = found[0]
        is_key = expects_key and token[0] == '"'
        if is_key:
            paths[-1] = _below(paths[-2], _key(token))
            expects_key = False
        if token in "}]" and containers:
            containers.pop()
            counts.pop()
            paths.pop()
            expects_key = False
        yield _Token(token, *found.span(), paths[-1], len(containers), is_key)
        if token in "{[":
            containers.append(token)
            counts.append(0)
            paths.append(paths[-1] + ("[0]" if token == "[" else ""))
            expects_key = token == "{"
        elif token == "," and containers:
            counts[-1] += 1
            expects_key = containers[-1] == "{"
            paths[-1] = paths[-2] + ("" if expects_key else f"[{counts[-1]}]")
        elif not containers and token != ":":
            return


def _key(token: str) -> str:
    try:
        return str(json.loads(token))
    except ValueError:
        return token[1:-1]


def _below(path: str, key: str) -> str:
    plain = re.fullmatch(r"[A-Za-z_][\w-]*", key, re.ASCII)
    return f"{path}.{key}" if plain else f"{path}[{json.dumps(key, ensure_ascii=False)}]"


def _whole_path(text: str, at: int, path: str) -> str:
    """A path below an element that begins here, as a path from the top."""
    if at == 0:
        return path
    outer = next((token.path for token in _tokens(text) if token.end > at), "$")
    return outer + path[1:]


def _twice(text: str, at: int) -> BadRequest:
    seen: set[tuple[int, str]] = set()
    objects = [at]
    for token in _tokens(text, at):
        if token.text == "{":
            objects.append(token.start)
        elif token.text == "}":
            objects.pop()
        elif token.is_key:
            key = (objects[-1], _key(token.text))
            if key in seen:
                return _refusal(
                    _whole_path(text, at, token.path),
                    f"the key {token.text} stands twice in one object, the second time at "
                    f"{_place(text, token.start)}; write it once",
                    "duplicate-key",
                    "RFC 8259 4",
                )
            seen.add(key)
    return _refusal("$", "a key stands twice in one object", "duplicate-key", "RFC 8259 4")


def _unfit_number(text: str, at: int, digits: str) -> BadRequest:
    path, place = "$", ""
    for token in _tokens(text, at):
        if token.text == digits:
            path = _whole_path(text, at, token.path)
            place = f" ({_place(text, token.start)})"
            break
    shown = digits if len(digits) <= 40 else f"{digits[:20]}... ({len(digits)} characters)"
    if digits.lstrip("-")[:1].isdigit():
        said, code = "can't be held as a double; send a number that can", "number-out-of-range"
    else:
        said, code = "is not a JSON number", "not-a-number"
    return _refusal(path, f"{shown}{place} {said}", code, "RFC 8259 6")


def _too_deep(text: str, at: int, outer: int) -> BadRequest:
    for token in _tokens(text, at):
        if token.text in "{[" and token.depth + outer >= DEEPEST:
            return _refusal(
                _whole_path(text, at, "$"),
                f"objects and arrays lie more than {DEEPEST} deep at {_place(text, token.start)}",
                "too-deep",
                "RFC 8259 9",
            )
    return _refusal("$", "objects and arrays lie too deep", "too-deep", "RFC 8259 9")


def _broken(text: str, at: int, said: str, code: str = "not-json") -> NoReturn:
    before = list(takewhile(lambda token: token.start < at, _tokens(text)))
    path = before[-1].path if 0 < len(before) < _SOUGHT else "$"
    rest = text[at : at + 20].split("\n")[0]
    met = json.dumps(rest) if rest else ("the end of a line" if at < len(text) else "the end")
    _refuse(path, f"{_place(text, at)}: {said}, met {met}", code, _UNDERSTOOD)


def _place(text: str, at: int) -> str:
    line_start = text.rfind("\n", 0, at) + 1
    return f"line {text.count(chr(10), 0, at) + 1}, column {at - line_start + 1}"


def _refusal(at: str, said: str, code: str, requirement: str) -> BadRequest:
    return BadRequest(f"{at}: {said}", [Problem(at, said, code, requirement)])


def _refuse(at: str, said: str, code: str, requirement: str) -> NoReturn:
    raise _refusal(at, said, code, requirement)
