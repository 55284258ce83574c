"""Tests of attachments: data are found by their SHA-2, and nothing else is taken."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from lrs.errors import BadRequest, in_words
from lrs.xapi.attachments import Attached, answer_parts, attached, statements_part
from lrs.xapi.multipart import Part, boundary, parts, write

TEXT = b"A certificate, \r\nas text."
PICTURE = bytes(range(256))


def sha2(content: bytes, algorithm: str = "sha256") -> str:
    return hashlib.new(algorithm, content).hexdigest()


def attachment(content: bytes, content_type: str = "text/plain", **more: object) -> dict[str, Any]:
    return {
        "usageType": "https://training.example/usage/certificate",
        "display": {"en": "Certificate"},
        "contentType": content_type,
        "length": len(content),
        "sha2": sha2(content),
        **more,
    }


def statement(*attachments: dict[str, Any], **more: object) -> dict[str, Any]:
    return {
        "actor": {"mbox": "mailto:ana@corp.example"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": "https://training.example/phishing"},
        **({"attachments": list(attachments)} if attachments else {}),
        **more,
    }


def part(content: bytes, content_type: str | None = "text/plain", **more: str | None) -> Part:
    headers = {
        "Content-Type": content_type,
        "Content-Transfer-Encoding": "binary",
        "X-Experience-API-Hash": sha2(content),
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
    return Part(tuple((n, v) for n, v in headers.items() if v is not None), content)


def told(statements: object, *sent: Part) -> list[tuple[str, str]]:
    with pytest.raises(BadRequest) as caught:
        attached(statements, sent)
    problems = caught.value.problems
    several = len(statements) if isinstance(statements, list) else 1
    assert caught.value.message == in_words(problems, several)
    return [(problem.at, problem.code) for problem in caught.value.problems]


def test_each_attachment_finds_its_part() -> None:
    """Parts are matched to the attachments of all statements by SHA-2, whatever their order, and
    keep the content type that the statement gives them (XAPI-00132)."""
    found = attached(
        [
            statement(attachment(TEXT, "text/plain; charset=utf-8")),
            statement(attachment(PICTURE, "image/png")),
        ],
        [part(PICTURE, "image/png"), part(TEXT)],
    )
    assert found == {
        sha2(TEXT): Attached(TEXT, "text/plain; charset=utf-8"),
        sha2(PICTURE): Attached(PICTURE, "image/png"),
    }


@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON; charset=utf-8"])
def test_the_statements_are_the_first_part(content_type: str) -> None:
    """The first part is application/json (XAPI-00133, XAPI-00134)."""
    assert statements_part([Part((("content-type", content_type),), b"{}")]) == b"{}"


@pytest.mark.parametrize("headers", [(), (("Content-Type", "text/plain"),)])
def test_a_first_part_of_another_type_is_refused(headers: tuple[tuple[str, str], ...]) -> None:
    """A first part that isn't said to be application/json is refused (XAPI-00134)."""
    with pytest.raises(BadRequest, match=r"part 1: .*holds the statements") as caught:
        statements_part([Part(headers, b"{}")])
    assert caught.value.problems[0].code == "first-part-not-json"


def test_no_attachment_needs_no_part() -> None:
    """Statements without attachments, or with a fileUrl for each, come with or without parts."""
    linked = attachment(TEXT, fileUrl="https://files.example/certificate")
    assert attached([statement(), statement(linked)], []) == {}
    assert attached(statement(linked), [part(TEXT)]) == {sha2(TEXT): Attached(TEXT, "text/plain")}


def test_data_may_neither_be_missing_nor_in_excess() -> None:
    """An attachment with neither fileUrl nor part is named with its path, and so is a part that is
    no attachment's (XAPI-00128, XAPI-00129)."""
    one = statement(attachment(TEXT), attachment(PICTURE, "image/png"))
    assert told(one, part(TEXT)) == [("$.attachments[1]", "attachment-without-data")]
    assert told([statement(), one]) == [
        ("$[1].attachments[0]", "attachment-without-data"),
        ("$[1].attachments[1]", "attachment-without-data"),
    ]
    assert told(statement(attachment(TEXT)), part(TEXT), part(b"third")) == [
        ("part 3", "part-not-an-attachment")
    ]
    assert told(statement(), part(TEXT)) == [("part 2", "part-not-an-attachment")]


def test_a_substatement_has_attachments_too() -> None:
    """The attachments within a substatement need their data like any other."""
    inner = statement(attachment(TEXT), objectType="SubStatement")
    outer = statement(attachment(PICTURE), object=inner)
    assert told([outer], part(PICTURE)) == [
        ("$[0].object.attachments[0]", "attachment-without-data")
    ]
    assert set(attached(outer, [part(TEXT), part(PICTURE)])) == {sha2(TEXT), sha2(PICTURE)}


def test_the_same_data_are_kept_once() -> None:
    """Attachments with the same data share one part, and a second copy of the part adds nothing."""
    sent = [statement(attachment(TEXT)), statement(attachment(TEXT), attachment(TEXT))]
    assert attached(sent, [part(TEXT)]) == attached(sent, [part(TEXT), part(TEXT)])
    assert len(attached(sent, [part(TEXT)])) == 1


@pytest.mark.parametrize("algorithm", ["sha224", "sha256", "sha384", "sha512"])
def test_every_length_of_sha2_is_known(algorithm: str) -> None:
    """SHA-224, SHA-256, SHA-384 and SHA-512 are told apart by length, and may be upper-case."""
    upper = sha2(TEXT, algorithm).upper()
    sent = part(TEXT, X_Experience_API_Hash=sha2(TEXT, algorithm))
    assert list(attached(statement(attachment(TEXT, sha2=upper)), [sent])) == [upper.lower()]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"Content_Transfer_Encoding": None}, "encoding-not-binary"),
        ({"Content_Transfer_Encoding": "base64"}, "encoding-not-binary"),
        ({"content_type": "certificate"}, "content-type-malformed"),
        ({"X_Experience_API_Hash": None}, "hash-missing"),
        ({"X_Experience_API_Hash": sha2(PICTURE)}, "part-not-an-attachment"),
    ],
)
def test_the_headers_of_a_part_are_checked(changed: dict[str, Any], code: str) -> None:
    """A part needs Content-Transfer-Encoding: binary and the hash of an attachment (XAPI-00132,
    XAPI-00135)."""
    sent = [part(TEXT), part(TEXT, **changed)]
    assert told(statement(attachment(TEXT)), *sent)[0] == ("part 3", code)


def test_the_hash_is_that_of_the_content() -> None:
    """A part whose content has another SHA-2 than its header says is refused, and so is a hash that
    is no SHA-2 at all."""
    tampered = part(TEXT + b"!", X_Experience_API_Hash=sha2(TEXT))
    assert told(statement(attachment(TEXT)), tampered) == [("part 2", "hash-differs")]
    short = part(TEXT, X_Experience_API_Hash="abc")
    assert told(statement(attachment(TEXT, sha2="abc")), short) == [("part 2", "hash-malformed")]


@pytest.mark.parametrize(
    ("declared", "sent", "taken"),
    [
        ("text/plain", "Text/Plain", True),
        ("text/plain; charset=ascii", "text/plain", True),
        ("text/plain", "text/plain; charset=ascii", True),
        ("text/plain; charset=ascii", "text/plain; charset=ASCII", True),
        ("text/plain; charset=ascii", None, True),
        ("text/plain; charset=ascii", "text/plain; charset=utf-8", False),
        ("text/plain", "text/html", False),
    ],
)
def test_content_types_don_t_contradict(declared: str, sent: str | None, taken: bool) -> None:
    """What a part says of its content type is what the attachment says, or less, or more."""
    one = statement(attachment(TEXT, declared))
    if taken:
        assert attached(one, [part(TEXT, sent)])[sha2(TEXT)].content_type == declared
    else:
        assert told(one, part(TEXT, sent)) == [("$.attachments[0]", "content-type-differs")]


def test_a_wrong_length_is_taken() -> None:
    """The length that an attachment declares is not held against its data: the conformance suite
    for XAPI-00127 sends one that is wrong."""
    assert attached(statement(attachment(TEXT, length=1)), [part(TEXT)])


def test_all_problems_are_told_at_once() -> None:
    """Whoever sends three broken things hears of the three."""
    assert told(
        [statement(attachment(TEXT)), statement(attachment(PICTURE))],
        part(TEXT, "text/html", Content_Transfer_Encoding="base64"),
    ) == [
        ("part 2", "encoding-not-binary"),
        ("$[0].attachments[0]", "content-type-differs"),
        ("$[1].attachments[0]", "attachment-without-data"),
    ]


def test_an_answer_can_be_sent_as_a_request() -> None:
    """What is written for GET /statements?attachments=true is read by the same rules (XAPI-00161),
    and no hash stands in it more often than in its own header (XAPI-00167)."""
    data = {sha2(TEXT): Attached(TEXT, "text/plain"), sha2(PICTURE): Attached(PICTURE, "image/png")}
    written = answer_parts(b"{}", data.items())
    chosen = boundary(written)
    body = b"".join(write(written, chosen))
    read = parts(body, f"multipart/mixed; boundary={chosen}")
    assert statements_part(read) == b"{}"
    one = statement(attachment(TEXT), attachment(PICTURE, "image/png"))
    assert attached(one, read[1:]) == data
    assert [body.count(known.encode()) for known in data] == [1, 1]


@pytest.mark.parametrize("wrong", ["text/plain\r\nX-Evil: 1", "text", "text/plän", "text/a\x00"])
def test_a_content_type_can_t_smuggle_headers(wrong: str) -> None:
    """A stored content type that would break an answer's headers is answered as opaque bytes."""
    (_, written) = answer_parts(b"{}", [("00", Attached(b"x", wrong))])
    assert written.header("Content-Type") == "application/octet-stream"
