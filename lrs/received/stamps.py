"""Time stamps over heads (RFC 3161): when somebody else says that a head was there."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

import rfc3161_client as tsp
from cryptography import x509
from sqlalchemy import Connection

from lrs.database import inserter, rows, writing
from lrs.errors import LrsError
from lrs.received.seal import Head
from lrs.received.seal_keys import Store
from lrs.received.tables import STAMPS

_PATIENCE = 15  # seconds
_MOST = 1_000_000  # bytes of an answer
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_add = inserter(STAMPS, ignore=True)


class StampError(LrsError):
    """A head got no time stamp; the head itself stands."""


class Stamp(NamedTuple):
    """What an authority said of a head."""

    size: int  # of the head
    tsa: str  # the authority's address
    at: int  # microseconds, by the authority's clock
    response: bytes  # its answer (DER), as `openssl ts -verify -in` takes it; over the head's note


def certificates(pem: bytes) -> list[x509.Certificate]:
    """The certificates of a file. Raises StampError where it has none."""
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise StampError(f"there are no certificates in PEM: {error}") from error


def ask(store: Store, head: Head, url: str, roots: bytes) -> Stamp:
    """Have a head stamped by an authority whose root certificates (PEM) are trusted. The answer is
    verified before it is kept. Raises StampError."""
    trusted = certificates(roots)
    builder = tsp.TimestampRequestBuilder().data(head.note.encode())
    request = builder.hash_algorithm(tsp.HashAlgorithm.SHA256).nonce(nonce=True).build()
    answer = _asked(url, request.as_bytes())
    response = _read(answer)
    why = _wrong(response, head.note, trusted, request.nonce)
    if why:
        raise StampError(f"{url} sent a time stamp that does not hold: {why}")
    made = Stamp(head.size, url, _instant(response), answer)
    with writing(store.engine) as connection:
        _add(connection, [made])
    return made


def _asked(url: str, request: bytes) -> bytes:
    if not url.startswith(("http://", "https://")):
        raise StampError(f"{url!r} is no address of a time-stamping authority; it begins with http")
    told = {"Content-Type": "application/timestamp-query"}  # RFC 3161 3.4
    try:
        asking = urllib.request.Request(url, request, told, method="POST")
        with urllib.request.urlopen(asking, timeout=_PATIENCE) as answer:
            found: bytes = answer.read(_MOST)
    except urllib.error.HTTPError as error:
        raise StampError(f"{url} answered {error.code} {error.reason}") from error
    except (OSError, ValueError) as error:
        raise StampError(f"{url} can't be asked: {getattr(error, 'reason', error)}") from error
    return found


def _read(answer: bytes) -> tsp.TimeStampResponse:
    try:
        response = tsp.decode_timestamp_response(answer)
        if response.status not in (tsp.PKIStatus.GRANTED, tsp.PKIStatus.GRANTED_WITH_MODS):
            said = "; ".join(response.status_string) or f"status {response.status}"
            raise StampError(f"the authority refused: {said}")
    except ValueError as error:
        raise StampError(f"the answer is no time stamp: {error}") from error
    return response


def _wrong(
    response: tsp.TimeStampResponse,
    note: str,
    roots: list[x509.Certificate],
    nonce: int | None = None,
) -> str:
    """Why a time stamp doesn't hold for a head; nothing where it does."""
    digest = sha256(note.encode()).digest()
    try:
        if response.tst_info.message_imprint.message != digest:
            return "it is over something else"
        if roots:
            tsp.VerifierBuilder(roots=roots, nonce=nonce).build().verify(response, digest)
    except (tsp.VerificationError, ValueError) as error:
        return str(error)
    return ""


def _instant(response: tsp.TimeStampResponse) -> int:
    made = response.tst_info.gen_time
    aware = made if made.tzinfo else made.replace(tzinfo=UTC)
    return (aware - _EPOCH) // timedelta(microseconds=1)


def of(connection: Connection, size: int) -> list[Stamp]:
    """The time stamps of a head."""
    query = "SELECT size, tsa, at, response FROM seal_stamps WHERE size = ? ORDER BY at, tsa"
    return [Stamp(n, tsa, at, bytes(sent)) for n, tsa, at, sent in rows(connection, query, [size])]


def wrong(connection: Connection, roots: bytes = b"") -> Iterator[tuple[int, str]]:
    """The time stamps that don't hold, by the size of their heads. Without root certificates (PEM)
    only what they are over and when is looked at, not whose they are."""
    trusted = certificates(roots) if roots else []
    query = (
        "SELECT s.size, s.tsa, s.at, s.response, h.note FROM seal_stamps s "
        "LEFT JOIN seal_heads h ON h.size = s.size ORDER BY s.size, s.at"
    )
    for size, tsa, at, answer, note in rows(connection, query):
        whose = f"the time stamp of {tsa} over the head of {size} records"
        try:
            response = _read(bytes(answer))
            why = "there is no such head" if note is None else _wrong(response, note, trusted)
            why = why or ("" if _instant(response) == at else "its time is another")
        except StampError as error:
            why = error.message
        if why:
            yield size, f"{whose} does not hold: {why}"
