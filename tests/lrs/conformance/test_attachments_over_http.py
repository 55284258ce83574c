"""Attachments come with statements and go with them: the multipart bodies, byte for byte."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from live import Answer, Caller, fresh, statement
from wording import (
    BOUNDARY,
    Json,
    Piece,
    attachment,
    data_piece,
    iri,
    json_piece,
    mixed,
    multipart,
    parts_of,
)

from lrs.xapi import queries

NOTE, OTHER = b"here is a simple attachment", b"here is another one"
URL = "https://brightwater.example/files/1"


def posted(ask: Caller, body: bytes, **headers: str) -> Answer:
    """The answer to a multipart POST."""
    return ask("POST", "/statements", body, {**mixed(), **headers})


def two(**parts: Any) -> Json:
    """A statement with two attachments that have no address."""
    return statement(attachments=[attachment(NOTE, **parts), attachment(OTHER)])


def test_statements_are_json_or_multipart(ask: Caller) -> None:
    """A POST is application/json or multipart/mixed, and nothing else (XAPI-00127)."""
    one = statement(attachments=[attachment(NOTE, fileUrl=URL)])
    assert ask("POST", "/statements", one).status == 200
    text = json.dumps(one).encode()
    pieces = multipart([json_piece(one), data_piece(NOTE)])
    form = f"multipart/form-data; boundary={BOUNDARY}"
    for body, said in (
        *((text, form), (text, "text/plain"), (text, "application/x-www-form-urlencoded")),
        *((text, None), (text, ""), (text, "nonsense"), (pieces, form)),
    ):
        assert ask("POST", "/statements", body, {"Content-Type": said}).status == 400, said
    for said in ("application/json; charset=utf-8", "Application/JSON"):
        assert ask("POST", "/statements", text, {"Content-Type": said}).status == 200
    assert posted(ask, pieces).status == 200


def test_the_length_is_not_held_against_the_data(ask: Caller) -> None:
    """An attachment is known by its hash alone: one whose data are longer than it says is taken
    (XAPI-00127)."""
    picture = b"89504e470d0a1a0a"  # hexadecimal digits, as the suites send it
    one = statement(attachments=[attachment(picture, length=8, contentType="image/jpeg")])
    body = multipart([json_piece(one), data_piece(picture, Content_Type="image/jpeg")])
    assert posted(ask, body).status == 200


def test_the_json_part_may_be_alone(ask: Caller) -> None:
    """A multipart body may hold the statements alone, if their attachments have addresses (2.0
    multipart of one part)."""
    for one in (statement(), statement(attachments=[attachment(NOTE, fileUrl=URL)])):
        assert posted(ask, multipart([json_piece(one)])).status == 200


def test_a_part_too_many_is_refused(ask: Caller) -> None:
    """A part that is no attachment of the statements is refused (XAPI-00128)."""
    pieces = [json_piece(two()), data_piece(NOTE), data_piece(OTHER), data_piece(b"a third one")]
    assert posted(ask, multipart(pieces)).status == 400


def test_an_attachment_without_data_or_address_is_refused(ask: Caller) -> None:
    """An attachment that has no address needs its part, also where another attachment of the same
    hash has an address (XAPI-00129)."""
    assert posted(ask, multipart([json_piece(two()), data_piece(NOTE)])).status == 400
    assert ask("POST", "/statements", two()).status == 400
    again = statement(attachments=[attachment(NOTE, fileUrl=URL), attachment(NOTE)])
    assert ask("POST", "/statements", again).status == 400
    inner = {"objectType": "SubStatement", **two()}
    assert ask("POST", "/statements", statement(object=inner)).status == 400


def test_a_batch_is_told_which_attachment(ask: Caller) -> None:
    """Of a batch, the error says in words, too, which statement's attachment is missing
    (XAPI-00129)."""
    batch = [statement(attachments=[attachment(data)]) for data in (b"one", b"two")]
    body = multipart([json_piece(batch), data_piece(b"one")])
    answer = ask("POST", "/statements", body, mixed())
    assert (answer.status, answer.codes()) == (400, ["attachment-without-data"])
    assert answer.json()["problems"][0]["at"] == "$[1].attachments[0]"
    assert answer.json()["error"].startswith("statement 2 of 2: attachments[0]: has no fileUrl")


def test_boundaries_are_needed(ask: Caller) -> None:
    """A multipart body has the boundary that its header names, before each part and at the end
    (XAPI-00130, XAPI-00131, XAPI-00138)."""
    one = statement(attachments=[attachment(NOTE)])
    body = multipart([json_piece(one), data_piece(NOTE)])
    assert posted(ask, body).status == 200
    mark = f"--{BOUNDARY}\r\n".encode()
    wrong = {
        "none before the first": body.removeprefix(mark),
        "none before the second": mark + body.removeprefix(mark).replace(mark, b""),
        "none at the end": body.removesuffix(f"--{BOUNDARY}--\r\n".encode()),
        "nothing": b"",
        "the end alone": f"--{BOUNDARY}--\r\n".encode(),
    }
    for name, each in wrong.items():
        assert posted(ask, each).status == 400, name
    for said in ("multipart/mixed;", "multipart/mixed", "multipart/mixed; boundary=another"):
        assert ask("POST", "/statements", body, {"Content-Type": said}).status == 400, said


def test_the_first_part_is_json(ask: Caller) -> None:
    """All statements are in the first part, which is application/json (XAPI-00133, XAPI-00134)."""
    one = statement(attachments=[attachment(NOTE)])
    text = json.dumps(one).encode()
    for first in (
        [Piece(("Content-Type: text/plain",), text)],
        [Piece((), text)],
        [json_piece(one), json_piece(one)],
        [],
    ):
        assert posted(ask, multipart([*first, data_piece(NOTE)])).status == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Experience_API_Hash": None},
        {"X_Experience_API_Hash": hashlib.sha256(OTHER).hexdigest()},
        {"X_Experience_API_Hash": "should fail"},
        {"Content_Transfer_Encoding": "base64"},
        {"Content_Transfer_Encoding": None},
    ],
)
def test_the_headers_of_a_part_are_judged(ask: Caller, headers: dict[str, str | None]) -> None:
    """A part has the hash of an attachment, and is sent as it is: Content-Transfer-Encoding is
    binary (XAPI-00132, XAPI-00135)."""
    one = statement(attachments=[attachment(NOTE)])
    pieces = [json_piece(one), data_piece(NOTE, **headers)]
    assert posted(ask, multipart(pieces)).status == 400


def test_a_part_that_differs_from_its_hash_is_refused(ask: Caller) -> None:
    """Data that don't have the hash they claim are not those of the attachment (XAPI-00132)."""
    one = statement(attachments=[attachment(NOTE)])
    piece = data_piece(b"tampered", X_Experience_API_Hash=hashlib.sha256(NOTE).hexdigest())
    assert posted(ask, multipart([json_piece(one), piece])).status == 400


def test_parts_are_read_loosely_where_they_may_be(ask: Caller) -> None:
    """A line before the first boundary, none after the last, a quoted boundary and no space after a
    header's colon are all in order (XAPI-00127)."""
    one = statement(attachments=[attachment(NOTE)])
    tight = [
        Piece(tuple(line.replace(": ", ":") for line in piece.headers), piece.content)
        for piece in (json_piece(one), data_piece(NOTE))
    ]
    odd = f"-------------__{fresh()}__123__456"
    body = b"\r\n" + multipart(tight, odd).removesuffix(b"\r\n")
    for said in (f"multipart/mixed; boundary={odd}", f'multipart/mixed;boundary="{odd}"'):
        assert ask("POST", "/statements", body, {"Content-Type": said}).status == 200


def test_put_takes_attachments(ask: Caller) -> None:
    """A PUT may be multipart as well (XAPI-00127)."""
    name = fresh()
    one = statement(attachments=[attachment(NOTE)])
    body = multipart([json_piece(one), data_piece(NOTE)])
    assert ask("PUT", f"/statements?statementId={name}", body, mixed()).status == 204
    answer = ask("GET", f"/statements?statementId={name}&attachments=true")
    assert NOTE in answer.body


def test_attachments_come_back_where_they_are_wanted(ask: Caller) -> None:
    """With `attachments` true, a statement is the first part of a multipart answer and the data
    follow, though they have an address as well; else it is JSON (XAPI-00161, XAPI-00167)."""
    one = statement(attachments=[attachment(NOTE, fileUrl=URL)])
    body = multipart([json_piece(one), data_piece(NOTE)])
    name = posted(ask, body).json()[0]
    for asked in ("", "&attachments=false"):
        answer = ask("GET", f"/statements?statementId={name}{asked}")
        assert answer.headers["Content-Type"] == "application/json"
        assert NOTE not in answer.body
    answer = ask("GET", f"/statements?statementId={name}&attachments=true")
    (head, first), (about, data) = parts_of(answer.headers["Content-Type"], answer.body)
    assert head["content-type"] == "application/json"
    assert json.loads(first)["id"] == name
    assert about["content-type"] == "text/plain; charset=ascii"
    assert about["content-transfer-encoding"] == "binary"
    assert about["x-experience-api-hash"] == hashlib.sha256(NOTE).hexdigest()
    assert data == NOTE


def test_each_hash_stands_twice(ask: Caller) -> None:
    """The hash of each attachment stands once in its statement and once before its data, and
    nowhere else (XAPI-00167)."""
    pieces = [json_piece(two()), data_piece(NOTE), data_piece(OTHER)]
    name = posted(ask, multipart(pieces)).json()[0]
    answer = ask("GET", f"/statements?attachments=true&statementId={name}")
    for content in (NOTE, OTHER):
        assert answer.body.count(hashlib.sha256(content).hexdigest().encode()) == 2
    assert len(parts_of(answer.headers["Content-Type"], answer.body)) == 3


def test_a_page_with_attachments(ask: Caller) -> None:
    """A page may be asked for with its attachments: a multipart answer, even if there are none, and
    the same data once (XAPI-00167, XAPI-00154)."""
    verb = iri()
    for _ in range(2):
        one = statement(verb={"id": verb}, attachments=[attachment(NOTE)])
        assert posted(ask, multipart([json_piece(one), data_piece(NOTE)])).status == 200
    ask("POST", "/statements", statement(verb={"id": verb}))
    answer = ask("GET", f"/statements?verb={verb}&attachments=true")
    first, *data = parts_of(answer.headers["Content-Type"], answer.body)
    assert len(json.loads(first[1])["statements"]) == 3
    assert [content for _, content in data] == [NOTE]
    answer = ask("GET", f"/statements?verb={iri()}&attachments=true")
    (_, told), *none = parts_of(answer.headers["Content-Type"], answer.body)
    assert (json.loads(told), none) == ({"statements": [], "more": ""}, [])


def test_pages_keep_their_attachments(ask: Caller) -> None:
    """The link of a page with attachments leads to a page with attachments (XAPI-00111)."""
    verb = iri()
    one = statement(verb={"id": verb}, attachments=[attachment(NOTE)])
    posted(ask, multipart([json_piece(one), data_piece(NOTE)]))
    ask("POST", "/statements", statement(verb={"id": verb}))
    answer = ask("GET", f"/statements?verb={verb}&limit=1&attachments=true")
    told = json.loads(parts_of(answer.headers["Content-Type"], answer.body)[0][1])
    second = ask("GET", told["more"])
    assert [data for _, data in parts_of(second.headers["Content-Type"], second.body)][1:] == [NOTE]


def test_a_page_is_bounded_by_its_attachments(ask: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page ends before the statement whose attachments would be too many bytes, each counted as
    often as it is sent, which is once; the link goes on with that one (XAPI-00111)."""
    verb = iri()
    files = [b"a" * 5_000, b"a" * 5_000, b"b" * 5_000, b"c" * 9_000, b"d"]
    for file in files:
        one = statement(verb={"id": verb}, attachments=[attachment(file)])
        assert posted(ask, multipart([json_piece(one), data_piece(file)])).status == 200
    monkeypatch.setattr(queries, "MOST_BYTES", 8_000)
    path, told = f"/statements?verb={verb}&ascending=true&attachments=true", []
    while path:
        answer = ask("GET", path)
        (_, body), *rest = parts_of(answer.headers["Content-Type"], answer.body)
        result = json.loads(body)
        told.append((len(result["statements"]), [data for _, data in rest]))
        path = result["more"]
    alone = [(1, [file]) for file in files[2:]]
    assert told == [(2, [files[0]]), *alone]


def test_any_bytes_are_kept(ask: Caller) -> None:
    """Data are bytes: boundaries, line ends and whatever else is in them come back as they were
    (XAPI-00167)."""
    content = bytes(range(256)) + f"\r\n--{BOUNDARY}x\r\n\n--{BOUNDARY}\n".encode() + b"\r\n"
    one = statement(attachments=[attachment(content, contentType="application/octet-stream")])
    piece = data_piece(content, Content_Type="application/octet-stream")
    name = posted(ask, multipart([json_piece(one), piece])).json()[0]
    answer = ask("GET", f"/statements?attachments=true&statementId={name}")
    assert parts_of(answer.headers["Content-Type"], answer.body)[1][1] == content


def test_attachments_of_a_substatement(ask: Caller) -> None:
    """The attachments of a SubStatement come and go like those of its statement (XAPI-00167)."""
    inner = {"objectType": "SubStatement", **statement(attachments=[attachment(NOTE)])}
    pieces = [json_piece(statement(object=inner)), data_piece(NOTE)]
    name = posted(ask, multipart(pieces)).json()[0]
    answer = ask("GET", f"/statements?attachments=true&statementId={name}")
    assert parts_of(answer.headers["Content-Type"], answer.body)[1][1] == NOTE
