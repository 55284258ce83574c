"""Which data belong to which attachments of a request's statements, or of an answer's.

What is matched, is matched by the SHA-2 of the data alone (Communication 1.5.2). An attachment's
`length` is not held against the data: the conformance suite sends one that is wrong and expects the
statement to be taken, and the hash decides what the data are. Of the content type, a part may say
less than the attachment (the standard's own example leaves the charset out), but not the contrary.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from lrs.errors import BadRequest, Problem, in_words
from lrs.xapi.multipart import Part, media_type

JSON = "application/json"
OPAQUE = "application/octet-stream"
_BY_LENGTH: dict[int, Callable[[bytes], Any]] = {  # of the hash in hexadecimal digits
    56: hashlib.sha224,
    64: hashlib.sha256,
    96: hashlib.sha384,
    128: hashlib.sha512,
}
_WHERE = "Communication 1.5.2"


class Attached(NamedTuple):
    """The data of an attachment, with the content type that its statement gives them."""

    content: bytes
    content_type: str


def statements_part(parts: Sequence[Part]) -> bytes:
    """The JSON of the statements: the first part of a multipart/mixed request."""
    told = parts[0].header("Content-Type") or ""
    found = media_type(told)
    if found is None or found.essence != JSON:
        is_not = f'is "{told[:100]}"' if told else "has no Content-Type"
        raise BadRequest.of(
            "part 1",
            f"{is_not}; the first part holds the statements, as {JSON}",
            "first-part-not-json",
            _WHERE,
        )
    return parts[0].content


def attached(statements: object, parts: Sequence[Part]) -> dict[str, Attached]:
    """The data of all attachments by their SHA-2 in lower case, the same data once.

    `statements` is the parsed JSON, one statement or a list of them, that is valid by itself;
    `parts` are those after the first, and none if the request was application/json."""
    told = list(declared(statements))
    known = {attachment["sha2"].lower() for _, attachment in told}
    problems = [
        problem
        for number, part in enumerate(parts, 2)
        for problem in _part_problems(f"part {number}", part, known)
    ]
    by_hash: defaultdict[str, list[Part]] = defaultdict(list)
    for part in parts:
        by_hash[_hash(part)].append(part)
    data: dict[str, Attached] = {}
    for at, attachment in told:
        sha2, content_type = attachment["sha2"].lower(), attachment["contentType"]
        fitting = [part for part in by_hash[sha2] if _agree(content_type, part)]
        problems.extend(_attachment_problems(at, attachment, by_hash[sha2], fitting))
        for part in fitting:
            data.setdefault(sha2, Attached(part.content, content_type))
    if problems:
        several = len(statements) if isinstance(statements, list) else 1
        raise BadRequest(in_words(problems, several), problems)
    return data


def answer_parts(statements: bytes, data: Iterable[tuple[str, Attached]]) -> list[Part]:
    """The parts of the answer to GET /statements?attachments=true; `data` has each SHA-2 once."""
    first = Part((("Content-Type", JSON),), statements)
    return [first, *(_answer_part(sha2, one) for sha2, one in data)]


def _answer_part(sha2: str, one: Attached) -> Part:
    told = one.content_type
    safe = media_type(told) is not None and told.isascii() and told.isprintable()
    return Part(
        (
            ("Content-Type", told if safe else OPAQUE),
            ("Content-Transfer-Encoding", "binary"),
            ("X-Experience-API-Hash", sha2),
        ),
        one.content,
    )


def declared(statements: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every attachment of the statements and their substatements, with its path in the JSON."""
    several = isinstance(statements, list)
    for number, statement in enumerate(
        statements if isinstance(statements, list) else [statements]
    ):
        at = f"$[{number}]" if several else "$"
        yield from _of(at, statement)
        if statement["object"].get("objectType") == "SubStatement":
            yield from _of(f"{at}.object", statement["object"])


def _of(at: str, statement: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for number, attachment in enumerate(statement.get("attachments", ())):
        yield f"{at}.attachments[{number}]", attachment


def _hash(part: Part) -> str:
    return (part.header("X-Experience-API-Hash") or "").lower()


def _part_problems(at: str, part: Part, known: set[str]) -> Iterator[Problem]:
    encoding = part.header("Content-Transfer-Encoding")
    if (encoding or "").lower() != "binary":
        told = (
            f'has Content-Transfer-Encoding "{encoding}"'
            if encoding
            else "has no Content-Transfer-Encoding"
        )
        yield Problem(
            at,
            f"{told}; an attachment's data are sent with Content-Transfer-Encoding: binary",
            "encoding-not-binary",
            _WHERE,
        )
    content_type = part.header("Content-Type")
    if content_type is not None and media_type(content_type) is None:
        told = f'has Content-Type "{content_type[:100]}", which is not a media type'
        yield Problem(at, told, "content-type-malformed", _WHERE)
    yield from _hash_problems(at, part, known)


def _hash_problems(at: str, part: Part, known: set[str]) -> Iterator[Problem]:
    sha2 = _hash(part)
    made = _BY_LENGTH.get(len(sha2))
    if not sha2:
        told = "has no X-Experience-API-Hash, so it is not known which attachment it is"
        yield Problem(at, told, "hash-missing", _WHERE)
    elif sha2 not in known:
        told = f'has the X-Experience-API-Hash "{sha2[:128]}", which is the sha2 of no attachment'
        yield Problem(at, told, "part-not-an-attachment", _WHERE)
    elif made is None:
        told = f'has the X-Experience-API-Hash "{sha2[:128]}", which is not a SHA-2 in hexadecimal'
        yield Problem(at, told, "hash-malformed", _WHERE)
    elif (found := made(part.content).hexdigest()) != sha2:
        told = f'has the X-Experience-API-Hash "{sha2}", but its content has {found}'
        yield Problem(at, told, "hash-differs", _WHERE)


def _attachment_problems(
    at: str, attachment: Mapping[str, Any], sent: Sequence[Part], fitting: Sequence[Part]
) -> Iterator[Problem]:
    sha2, content_type = attachment["sha2"], attachment["contentType"]
    if not sent and "fileUrl" not in attachment:
        yield Problem(
            at,
            f'has no fileUrl, and no part has its sha2 "{sha2}" as X-Experience-API-Hash; send its '
            "data as a part of multipart/mixed",
            "attachment-without-data",
            _WHERE,
        )
    elif sent and not fitting:
        told = sent[0].header("Content-Type")
        yield Problem(
            at,
            f'has the contentType "{content_type}", but the Content-Type of its part is "{told}"',
            "content-type-differs",
            _WHERE,
        )


def _agree(declared: str, part: Part) -> bool:
    """Whether the part's Content-Type, if it has one, says nothing else than the attachment's."""
    told = part.header("Content-Type")
    ours, theirs = media_type(declared), media_type(told or "")
    if told is None or ours is None or theirs is None:
        return told in (None, declared)
    return ours.essence == theirs.essence and all(
        value.lower() == ours.parameters.get(name, value).lower()
        for name, value in theirs.parameters.items()
    )
