"""Signed statements over HTTP: the signature is an attachment, and is looked at."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from functools import cache

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from live import Answer, Caller, fresh, statement
from wording import SIGNATURE, Json, Piece, attachment, data_piece, json_piece, mixed, multipart

HASHES = {"RS256": hashes.SHA256(), "RS384": hashes.SHA384(), "RS512": hashes.SHA512()}
OCTETS = "application/octet-stream"


@pytest.fixture
def ask(lite: Caller) -> Caller:
    """Signatures are looked at before any database is."""
    return lite


@cache
def signer() -> rsa.RSAPrivateKey:
    """A key; whose it is isn't told, as in the suites."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def url64(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def jws(payload: bytes, algorithm: str) -> bytes:
    """A signature in compact form, with nothing in its header but the algorithm."""
    signed = url64(json.dumps({"alg": algorithm}).encode()) + b"." + url64(payload)
    if algorithm in HASHES:
        made = signer().sign(signed, padding.PKCS1v15(), HASHES[algorithm])
    else:
        made = hmac.digest(b"secret", signed, "sha256")
    return signed + b"." + url64(made)


def posted(ask: Caller, one: Json, signature: bytes, said: str = OCTETS) -> Answer:
    """The answer to a statement sent with a signature, as the suites send it."""
    signed = attachment(signature, usageType=SIGNATURE, contentType=said)
    pieces = [
        Piece(tuple(line.replace(": ", ":") for line in piece.headers), piece.content)
        for piece in (
            json_piece({**one, "attachments": [signed]}),
            data_piece(signature, Content_Type=said),
        )
    ]
    odd = f"-------------__{fresh()}__123__456"
    body = b"\r\n" + multipart(pieces, odd).removesuffix(b"\r\n")
    return ask("POST", "/statements", body, mixed(odd))


def one() -> Json:
    """A statement to sign."""
    return statement(id=fresh())


@pytest.mark.parametrize("algorithm", HASHES)
def test_signed_statements_are_taken(ask: Caller, algorithm: str) -> None:
    """A statement may be signed with RS256, RS384 or RS512, without any certificate
    (XAPI-00117)."""
    told = one()
    signature = jws(json.dumps(told).encode(), algorithm)
    assert posted(ask, told, signature).status == 200
    answer = ask("GET", f"/statements?statementId={told['id']}&attachments=true")
    assert signature in answer.body


@pytest.mark.parametrize("algorithm", ["HS256", "none", "rs256"])
def test_other_algorithms_are_refused(ask: Caller, algorithm: str) -> None:
    """A signature by another algorithm is none (XAPI-00117)."""
    told = one()
    assert posted(ask, told, jws(json.dumps(told).encode(), algorithm)).status == 400


def test_a_signature_is_bytes(ask: Caller) -> None:
    """A signature has the content type application/octet-stream (XAPI-00115)."""
    told = one()
    signature = jws(json.dumps(told).encode(), "RS256")
    assert posted(ask, told, signature, "text/plain; charset=ascii").status == 400


@pytest.mark.parametrize("payload", ["broken", "a list", "nothing"])
def test_the_payload_is_a_statement(ask: Caller, payload: str) -> None:
    """What is signed is a statement in JSON (XAPI-00115, XAPI-00116)."""
    told = one()
    text = json.dumps(told).encode()
    wrong = {"broken": text.replace(b'"', b"'", 1), "a list": b"[]", "nothing": b""}
    assert posted(ask, told, jws(wrong[payload], "RS256")).status == 400


def test_the_payload_is_this_statement(ask: Caller) -> None:
    """What is signed is the statement that shows the signature, not another (XAPI-00116)."""
    told = one()
    other = {**told, "verb": {"id": "https://brightwater.example/failed"}}
    assert posted(ask, told, jws(json.dumps(other).encode(), "RS256")).status == 400


@pytest.mark.parametrize("signature", [b"", b"no signature", b"a.b.c"])
def test_a_signature_has_its_form(ask: Caller, signature: bytes) -> None:
    """What is attached as a signature is a JSON Web Signature (XAPI-00115)."""
    assert posted(ask, one(), signature).status == 400


def test_a_signature_is_sent_along(ask: Caller) -> None:
    """A signature that is only told of, at an address, is none (XAPI-00115)."""
    text = jws(json.dumps(one()).encode(), "RS256")
    url = "https://brightwater.example/signatures/1"
    signed = attachment(text, usageType=SIGNATURE, contentType=OCTETS, fileUrl=url)
    answer = ask("POST", "/statements", {**one(), "attachments": [signed]})
    assert (answer.status, answer.codes()) == (400, ["signature-missing"])


def test_durations_count_to_hundredths(ask: Caller) -> None:
    """A signed duration and that of the statement may differ beyond hundredths of a second (2.0
    signed durations)."""
    told = {**one(), "result": {"duration": "P1DT12H36M0.1237S"}}
    signed = {**told, "result": {"duration": "P1DT12H36M0.12S"}}
    assert posted(ask, told, jws(json.dumps(signed).encode(), "RS256")).status == 200
    signed["result"] = {"duration": "P1DT12H36M0.13S"}
    told["id"] = signed["id"] = fresh()
    assert posted(ask, told, jws(json.dumps(signed).encode(), "RS256")).status == 400


def test_hashes_are_of_the_signature(ask: Caller) -> None:
    """A signature whose part has another hash is refused like any attachment (XAPI-00132)."""
    told = one()
    signature = jws(json.dumps(told).encode(), "RS256")
    signed = attachment(signature, usageType=SIGNATURE, contentType=OCTETS)
    piece = data_piece(
        signature + b"x", X_Experience_API_Hash=hashlib.sha256(signature).hexdigest()
    )
    body = multipart([json_piece({**told, "attachments": [signed]}), piece])
    assert ask("POST", "/statements", body, mixed()).status == 400


def test_a_signature_is_of_one_id(ask: Caller) -> None:
    """A signature over a statement with an id is none of the same statement under another, or under
    one that is made for it: else one signed pass would do for many (XAPI-00116). Where no id was
    signed, any will do."""
    told = one()
    signature = jws(json.dumps(told).encode(), "RS256")
    bare = {name: part for name, part in told.items() if name != "id"}
    for other in ({**told, "id": fresh()}, bare):
        answer = posted(ask, other, signature)
        assert (answer.status, answer.codes()) == (400, ["signature-of-another"])
    signed = attachment(signature, usageType=SIGNATURE, contentType=OCTETS)
    body = multipart(
        [json_piece({**bare, "attachments": [signed]}), data_piece(signature, Content_Type=OCTETS)]
    )
    assert ask("PUT", f"/statements?statementId={fresh()}", body, mixed()).status == 400
    assert ask("PUT", f"/statements?statementId={told['id'].upper()}", body, mixed()).status == 204
    nameless = jws(json.dumps(bare).encode(), "RS256")
    for fine in ({**bare, "id": fresh()}, bare):
        assert posted(ask, fine, nameless).status == 200
