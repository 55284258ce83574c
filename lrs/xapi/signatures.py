"""Signed statements: whether a signature is one of its statement (Data 2.6, RFC 7515).

What is held against a signature: its form, its algorithm, what it signs, and, where it brings its
certificates (x5c), the key of the first and that each is issued by the next. What is not:

- A missing x5c. The standard only recommends it, and the conformance suite sends none; there is no
  key then by which the signature could be verified. Keys by address (jku, x5u) are not fetched.
- Who issued the last certificate, and the days of validity. The store takes statements that were
  signed long ago, forwarded or kept offline; a certificate that has expired since was good when it
  signed, and when that was, the signer alone says. Whoever relies on a signature finds all
  certificates in it and has his own list of issuers; the store has none.
- Signatures within a substatement, which nobody claims: they are data like any others."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice, pairwise
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from lrs.errors import LrsError, Problem
from lrs.xapi.attachments import OPAQUE, Attached
from lrs.xapi.multipart import media_type

USAGE = "http://adlnet.gov/expapi/attachments/signature"
MOST_PROBLEMS = 20  # a payload is compared with its statement no more often once this many are bad
MOST_CERTIFICATES = 10
SMALLEST_KEY, LARGEST_KEY = 2048, 8192  # bits; the smallest by RFC 7518, 3.3
_ALGORITHMS: dict[str, hashes.HashAlgorithm] = {
    "RS256": hashes.SHA256(),
    "RS384": hashes.SHA384(),
    "RS512": hashes.SHA512(),
}
_COMPACT = re.compile(rb"[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*")
_WHERE = "Data 2.6"

Same = Callable[[Mapping[str, Any], Mapping[str, Any]], bool]
Read = Callable[[bytes], object]


class _Unsound(Exception):
    """Why a signature isn't one: what to say, and the code."""


def signature_problems(
    statements: object, data: Mapping[str, Attached], same: Same, read: Read | None = None
) -> list[Problem]:
    """What is wrong with the signatures of a request's statements.

    `statements` is their parsed JSON as it was sent, valid by itself, before the store adds
    anything; `data` is what `attachments.attached` answers. `same` is the comparison of statements
    (Data 2.3.1) and `read` what parsed them, so that numbers compare."""
    payloads: dict[str, Mapping[str, Any] | _Unsound] = {}

    def payload(content: bytes, sha2: str) -> Mapping[str, Any]:
        """Each signature is decoded and verified once, however many statements show it."""
        if sha2 not in payloads:
            try:
                payloads[sha2] = _payload(content, read or _json)
            except _Unsound as unsound:
                payloads[sha2] = unsound
        found = payloads[sha2]
        if isinstance(found, _Unsound):
            raise found
        return found

    def problems() -> Iterator[Problem]:
        for at, statement, attachment in _signatures(statements):
            try:
                one = _attached(attachment, data)
                signed = payload(one.content, attachment["sha2"].lower())
                if not (
                    _same_name(signed.get("id"), statement.get("id"))
                    and same(_unsigned(signed), _unsigned(statement))
                ):
                    raise _Unsound("signs another statement than this", "signature-of-another")
            except _Unsound as unsound:
                message, code = unsound.args
                yield Problem(at, message, code, _WHERE)

    return list(islice(problems(), MOST_PROBLEMS))


def _signatures(
    statements: object,
) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    several = isinstance(statements, list)
    for number, statement in enumerate(
        statements if isinstance(statements, list) else [statements]
    ):
        for index, attachment in enumerate(statement.get("attachments", ())):
            if attachment["usageType"] == USAGE:
                at = f"$[{number}]" if several else "$"
                yield f"{at}.attachments[{index}]", statement, attachment


def _same_name(signed: object, told: object) -> bool:
    """Whether the id that was signed, if one was, is the statement's. `same` leaves ids out: by it,
    one signature would do for any number of statements."""
    if isinstance(signed, str) and isinstance(told, str):
        return signed.lower() == told.lower()
    return signed is None


def _attached(attachment: Mapping[str, Any], data: Mapping[str, Attached]) -> Attached:
    content_type = attachment["contentType"]
    found = media_type(content_type)
    if found is None or found.essence != OPAQUE:
        raise _Unsound(
            f'is a signature with the contentType "{content_type}"; a signature has {OPAQUE}',
            "signature-content-type",
        )
    one = data.get(attachment["sha2"].lower())
    if one is None:
        raise _Unsound("is a signature that was not sent along", "signature-missing")
    return one


def _unsigned(statement: Mapping[str, Any]) -> dict[str, Any]:
    """The statement before any signature was added to it: of several signers, each may or may not
    have seen the signatures of the others."""
    rest = {name: value for name, value in statement.items() if name != "attachments"}
    attachments = statement.get("attachments")
    if isinstance(attachments, list):
        kept = [a for a in attachments if not isinstance(a, dict) or a.get("usageType") != USAGE]
        return {**rest, "attachments": kept} if kept else rest
    return dict(statement)


def _payload(content: bytes, read: Read) -> Mapping[str, Any]:
    """What a signature signs, once its form and its certificates are found to be in order."""
    if _COMPACT.fullmatch(content) is None:
        raise _Unsound(
            "is no JSON Web Signature in compact form: three texts in base64url, with dots between",
            "signature-malformed",
        )
    head, body, signature = (_base64url(text) for text in content.split(b"."))
    header = _object(head, _json, "header")
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in _ALGORITHMS:
        raise _Unsound(
            f"has the algorithm {json.dumps(algorithm)[:40]}; allowed are {', '.join(_ALGORITHMS)}",
            "signature-algorithm",
        )
    if "crit" in header:
        raise _Unsound("asks for extensions (crit); none is known here", "signature-extension")
    if "x5c" in header:
        signed = content.rpartition(b".")[0]
        _verify(_chain(header["x5c"]), signature, signed, _ALGORITHMS[algorithm])
    return _object(body, read, "payload")


def _base64url(text: bytes) -> bytes:
    if len(text) % 4 == 1:
        raise _Unsound("has base64url that is cut off", "signature-malformed")
    return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))


def _object(text: bytes, read: Read, name: str) -> dict[str, Any]:
    try:
        found = read(text)
    except (ValueError, RecursionError, LrsError):
        found = None
    if not isinstance(found, dict):
        raise _Unsound(f"has a {name} that is not a JSON object", f"signature-{name}")
    return found


def _json(text: bytes) -> object:
    return json.loads(text.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name twice in one object")
    return found


def _no_number(text: str) -> object:
    raise ValueError(f"{text} is no JSON")


def _chain(x5c: object) -> list[x509.Certificate]:
    if not isinstance(x5c, list) or not 1 <= len(x5c) <= MOST_CERTIFICATES:
        raise _Unsound(
            f"has an x5c that is not a list of 1 to {MOST_CERTIFICATES} certificates",
            "signature-certificate",
        )
    return [_certificate(text, number) for number, text in enumerate(x5c, 1)]


def _certificate(text: object, number: int) -> x509.Certificate:
    try:
        if not isinstance(text, str):
            raise ValueError("not a text")
        return x509.load_der_x509_certificate(base64.b64decode(text, validate=True))
    except ValueError as error:
        raise _Unsound(
            f"has an x5c whose certificate {number} can't be read; each is DER in base64",
            "signature-certificate",
        ) from error


def _verify(
    chain: list[x509.Certificate], signature: bytes, signed: bytes, algorithm: hashes.HashAlgorithm
) -> None:
    try:
        key = chain[0].public_key()
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, rsa.RSAPublicKey) or not SMALLEST_KEY <= key.key_size <= LARGEST_KEY:
        raise _Unsound(
            f"has a certificate whose key is not RSA of {SMALLEST_KEY} to {LARGEST_KEY} bits",
            "signature-key",
        )
    try:
        key.verify(signature, signed, padding.PKCS1v15(), algorithm)
    except InvalidSignature as error:
        raise _Unsound(
            "was not made over this payload by the key of its first certificate",
            "signature-not-verified",
        ) from error
    for number, (one, issuer) in enumerate(pairwise(chain), 1):
        if not _issued(one, issuer):
            raise _Unsound(
                f"has an x5c whose certificate {number} was not issued by certificate {number + 1}",
                "signature-chain",
            )


def _issued(one: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        one.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True
