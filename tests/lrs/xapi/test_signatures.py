"""Tests of signed statements: what a signature must be, and what is not held against it."""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from lrs.xapi.attachments import Attached
from lrs.xapi.signatures import MOST_PROBLEMS, USAGE, signature_problems

STATEMENT: dict[str, Any] = {
    "id": "a4b2e6a4-58b6-4a53-9d57-1a2f5a6f5f10",
    "actor": {"mbox": "mailto:ana@corp.example"},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
    "object": {"id": "https://training.example/phishing"},
}
YEAR = datetime.timedelta(days=365)
NOW = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
HASHES = {"RS256": hashes.SHA256(), "RS384": hashes.SHA384(), "RS512": hashes.SHA512()}
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def equal(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return one == other


@cache
def key(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def certificate(
    name: str, holder: Key, issuer: str, signer: rsa.RSAPrivateKey, until: datetime.datetime
) -> str:
    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])

    built = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named(issuer))
        .public_key(holder.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - 2 * YEAR)
        .not_valid_after(until)
        .sign(signer, hashes.SHA256())
    )
    return base64.b64encode(built.public_bytes(serialization.Encoding.DER)).decode()


def leaf(until: datetime.datetime = NOW + YEAR) -> str:
    return certificate("signer", key("signer"), "issuer", key("issuer"), until)


def issuer(until: datetime.datetime = NOW + YEAR) -> str:
    return certificate("issuer", key("issuer"), "issuer", key("issuer"), until)


def base64url(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def jws(payload: object = STATEMENT, alg: str = "RS256", **header: object) -> bytes:
    text = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    head = base64url(json.dumps({"alg": alg, **header}).encode())
    signed = head + b"." + base64url(text)
    if alg in HASHES:
        signature = key("signer").sign(signed, padding.PKCS1v15(), HASHES[alg])
    else:
        signature = hmac.digest(b"secret", signed, "sha256") if alg == "HS256" else b""
    return signed + b"." + base64url(signature)


def codes(*contents: bytes, statement: dict[str, Any] = STATEMENT, **more: object) -> list[str]:
    """The codes of the problems of a statement with these signatures."""
    attachments = [
        {
            "usageType": USAGE,
            "contentType": "application/octet-stream",
            "sha2": hashlib.sha256(content).hexdigest(),
            **more,
        }
        for content in contents
    ]
    data = {
        hashlib.sha256(content).hexdigest(): Attached(content, "application/octet-stream")
        for content in contents
    }
    others = statement.get("attachments", [])
    sent = {**statement, "attachments": [*others, *attachments]}
    return [problem.code for problem in signature_problems(sent, data, equal)]


@pytest.mark.parametrize("alg", ["RS256", "RS384", "RS512"])
def test_a_signature_is_accepted(alg: str) -> None:
    """RS256, RS384 and RS512 are accepted, with certificates and without (XAPI-00117)."""
    assert codes(jws(alg=alg)) == []
    assert codes(jws(alg=alg, x5c=[leaf()])) == []
    assert codes(jws(alg=alg, x5c=[leaf(), issuer()])) == []


@pytest.mark.parametrize("alg", ["HS256", "none", "ES256", "PS256", "rs256", "", None, ["RS256"]])
def test_any_other_algorithm_is_refused(alg: Any) -> None:
    """No HMAC, no "none", nothing but the three (XAPI-00117)."""
    head = base64url(json.dumps({"alg": alg} if alg is not None else {}).encode())
    body = base64url(json.dumps(STATEMENT).encode())
    assert codes(head + b"." + body + b".AAAA") == ["signature-algorithm"]
    if alg == "HS256":
        assert codes(jws(alg=alg)) == ["signature-algorithm"]


@pytest.mark.parametrize("content_type", ["text/plain; charset=ascii", "octets"])
def test_a_signature_is_opaque_bytes(content_type: str) -> None:
    """A signature's contentType is application/octet-stream (XAPI-00115)."""
    assert codes(jws(), contentType=content_type) == ["signature-content-type"]


def test_a_signature_is_sent_along() -> None:
    """An attachment that is said to be a signature, but whose data aren't there, is refused, with
    its place in the request (XAPI-00115)."""
    link = {
        "usageType": USAGE,
        "contentType": "application/octet-stream",
        "sha2": "00",
        "fileUrl": "https://files.example/signature",
    }
    (problem,) = signature_problems([STATEMENT, {**STATEMENT, "attachments": [link]}], {}, equal)
    assert (problem.at, problem.code) == ("$[1].attachments[0]", "signature-missing")


@pytest.mark.parametrize(
    "payload",
    [
        json.dumps(STATEMENT).replace('"', "'", 1).encode(),
        b"",
        b"[]",
        b'{"id": NaN}',
        b'{"id": 1, "id": 1}',
        b"\xff",
        100_000 * b"[",
    ],
)
def test_the_payload_is_json(payload: bytes) -> None:
    """A payload that is not the JSON of one object is refused (XAPI-00116)."""
    assert codes(jws(payload)) == ["signature-payload"]


def test_the_payload_is_the_statement() -> None:
    """A signature of another statement is refused, one of the same in another order is not
    (XAPI-00116)."""
    other = {**STATEMENT, "verb": {"id": "http://adlnet.gov/expapi/verbs/passed"}}
    assert codes(jws(other)) == ["signature-of-another"]
    assert codes(jws(dict(reversed(STATEMENT.items())))) == []


def test_attachments_that_are_no_signatures_are_signed_too() -> None:
    """The payload has the statement's other attachments: they were there before it was signed."""
    picture = {"usageType": "https://training.example/picture", "sha2": "00"}
    with_picture = {**STATEMENT, "attachments": [picture]}
    assert codes(jws(with_picture), statement=with_picture) == []
    assert codes(jws(STATEMENT), statement=with_picture) == ["signature-of-another"]


def test_several_may_sign() -> None:
    """Each of several signatures stands for itself, whether or not it signs the ones before."""
    first = {"usageType": USAGE, "sha2": "00"}
    countersigned = {**STATEMENT, "attachments": [first]}
    assert codes(jws(), jws(alg="RS384"), jws(countersigned)) == []
    assert codes(jws(), jws(alg="HS256"), jws({})) == [
        "signature-algorithm",
        "signature-of-another",
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a.b",
        b"AAAA.AAAA.AAAA.AAAA",
        b'{"payload": "AAAA"}',
        jws() + b"=",
        jws() + b"\n",
        jws().replace(b".", b".+", 1),
        b"A.AAAA.AAAA",
    ],
)
def test_a_signature_has_the_compact_form(content: bytes) -> None:
    """Anything but three texts in base64url without padding is refused (XAPI-00115)."""
    assert codes(content) == ["signature-malformed"]


def test_the_header_is_understood() -> None:
    """A header that is no JSON object is refused, and so is one with critical extensions."""
    assert codes(b"AAAA.AAAA.AAAA") == ["signature-header"]
    assert codes(jws(crit=["b64"], b64=False)) == ["signature-extension"]


def test_a_certificate_s_key_verifies() -> None:
    """With certificates, the payload must be signed by the key of the first (XAPI-00117)."""
    assert codes(jws(x5c=[issuer()])) == ["signature-not-verified"]
    head, body, signature = jws(x5c=[leaf()]).split(b".")
    tampered = base64url(json.dumps({**STATEMENT, "id": "other"}).encode())
    assert codes(head + b"." + tampered + b"." + signature) == ["signature-not-verified"]
    assert codes(head + b"." + body + b".") == ["signature-not-verified"]
    other = base64url(json.dumps({"alg": "RS384", "x5c": [leaf()]}).encode())
    assert codes(other + b"." + body + b"." + signature) == ["signature-not-verified"]


def test_each_certificate_issues_the_one_before() -> None:
    """A chain with a stranger in it is refused."""
    stranger = certificate("issuer", key("stranger"), "issuer", key("stranger"), NOW + YEAR)
    renamed = certificate("other", key("issuer"), "other", key("issuer"), NOW + YEAR)
    for wrong in ([leaf(), stranger], [leaf(), renamed], [leaf(), issuer(), leaf()]):
        assert codes(jws(x5c=wrong)) == ["signature-chain"]


def test_a_chain_is_short() -> None:
    """Ten certificates are read, not eleven, and the one that a stranger issued is named."""
    root = issuer()
    assert codes(jws(x5c=[leaf(), *(9 * [root])])) == []
    assert codes(jws(x5c=[leaf(), *(10 * [root])])) == ["signature-certificate"]
    content = jws(x5c=[leaf(), root, leaf()])
    sha2 = hashlib.sha256(content).hexdigest()
    attachment = {"usageType": USAGE, "contentType": "application/octet-stream", "sha2": sha2}
    data = {sha2: Attached(content, "application/octet-stream")}
    sent = {**STATEMENT, "attachments": [attachment]}
    (problem,) = signature_problems(sent, data, equal)
    assert "certificate 2 was not issued by certificate 3" in problem.message


def test_an_expired_certificate_is_accepted() -> None:
    """What was signed long ago, and came late, is kept: only the signer knows when that was."""
    assert codes(jws(x5c=[leaf(NOW - 10 * YEAR), issuer(NOW + 30 * YEAR)])) == []


@pytest.mark.parametrize(
    "x5c", [[], "AAAA", None, [1], ["AAAA"], ["not base64!"], 11 * ["AAAA"], {"0": "AAAA"}]
)
def test_certificates_that_can_t_be_read_are_refused(x5c: object) -> None:
    """An x5c is a list of a few certificates, each DER in base64."""
    assert codes(jws(x5c=x5c)) == ["signature-certificate"]
    assert codes(jws(x5c=[leaf()[:64] + "\n" + leaf()[64:]])) == ["signature-certificate"]


def test_a_key_is_rsa_and_long_enough() -> None:
    """A certificate with a short key, or with one of another kind, can't verify a signature."""
    short = certificate("short", key("short", 1024), "issuer", key("issuer"), NOW + YEAR)
    curve = ec.generate_private_key(ec.SECP256R1())
    other = certificate("curve", curve, "issuer", key("issuer"), NOW + YEAR)
    assert codes(jws(x5c=[short])) == ["signature-key"]
    assert codes(jws(x5c=[other])) == ["signature-key"]


def test_a_signature_shown_often_is_verified_once() -> None:
    """A thousand statements with one large signature cost no thousand verifications: comparing
    ends when the request is refused anyway."""
    large = {**STATEMENT, "extension": 1_000_000 * "x"}
    content = jws(large, x5c=[leaf()])
    sha2 = hashlib.sha256(content).hexdigest()
    attachment = {"usageType": USAGE, "contentType": "application/octet-stream", "sha2": sha2}
    statements = 1000 * [{**STATEMENT, "attachments": [attachment]}]
    compared, read = [], []

    def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
        compared.append(other)
        return one == other

    def reading(text: bytes) -> object:
        read.append(text)
        return json.loads(text)

    data = {sha2: Attached(content, "application/octet-stream")}
    found = signature_problems(statements, data, same, reading)
    assert len(found) == len(compared) == MOST_PROBLEMS
    assert len(read) == 1
    assert found[1].at == "$[1].attachments[0]"


def test_a_substatement_s_signature_is_data() -> None:
    """Nothing is signed by what hangs on a substatement."""
    odd = {"usageType": USAGE, "contentType": "text/plain", "sha2": "00"}
    inner = {**STATEMENT, "objectType": "SubStatement", "attachments": [odd]}
    assert signature_problems({**STATEMENT, "object": inner}, {}, equal) == []
