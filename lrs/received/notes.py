"""Signed notes (C2SP signed-note) and the tree heads in them (C2SP tlog-checkpoint). Pure."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lrs import timestamps

_ED25519 = b"\x01"  # the type of signature that a key's id and text begin with
_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
_TIME = "time "  # begins our one extension line


class BadNote(ValueError):
    """A text that isn't a signed note, or isn't one of a tree head; says why."""


@dataclass(frozen=True)
class PublicKey:
    """A key that notes are signed with, under the name that it signs for."""

    name: str
    raw: bytes  # 32 bytes (RFC 8032)

    @property
    def id(self) -> str:
        """The first four bytes of the SHA-256 of name, line feed, type and key, hexadecimal."""
        return sha256(f"{self.name}\n".encode() + _ED25519 + self.raw).hexdigest()[:8]

    def written(self) -> str:
        """As the tools of signed notes take it: name, id and key with + between."""
        return f"{self.name}+{self.id}+{b64encode(_ED25519 + self.raw).decode()}"

    def pem(self) -> str:
        """As everybody else's tools take it: PEM, SubjectPublicKeyInfo."""
        encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        return Ed25519PublicKey.from_public_bytes(self.raw).public_bytes(encoding, form).decode()

    def made(self, signature: bytes, data: bytes) -> bool:
        """Whether a signature of some bytes is this key's."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, data)
        except InvalidSignature:
            return False
        return True


def public_key(written: str) -> PublicKey:
    """The key of its written form. Raises BadNote."""
    name, _, rest = written.partition("+")
    said, _, encoded = rest.partition("+")
    raw = _bytes(encoded)
    if len(raw) != 33 or raw[:1] != _ED25519:
        raise BadNote(f"{written!r} is no Ed25519 key")
    found = PublicKey(name, raw[1:])
    if found.id != said:
        raise BadNote(f"{written!r} is the key {found.id}, not {said}")
    return found


def of_pem(pem: bytes) -> bytes:
    """The 32 bytes of a public key in PEM. Raises BadNote."""
    try:
        found = serialization.load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        raise BadNote("it holds no public key in PEM") from None
    if not isinstance(found, Ed25519PublicKey):
        raise BadNote("it holds a public key that is not Ed25519")
    return found.public_bytes_raw()


@dataclass(frozen=True)
class Signer:
    """Who can sign, under a name."""

    name: str
    private: Ed25519PrivateKey

    @property
    def key(self) -> PublicKey:
        """The key that others verify with."""
        return PublicKey(self.name, self.private.public_key().public_bytes_raw())


class Signature(NamedTuple):
    """A signature of a note: for whom, with which key, the bytes."""

    name: str
    id: str
    signed: bytes


class Note(NamedTuple):
    """A note taken apart; the text ends with a line feed."""

    text: str
    signatures: tuple[Signature, ...]

    def signed_by(self, key: PublicKey) -> bool:
        """Whether the key signed it: there is a signature of its, and each of them holds."""
        own = [each for each in self.signatures if (each.name, each.id) == (key.name, key.id)]
        return bool(own) and all(key.made(each.signed, self.text.encode()) for each in own)


def sign(text: str, signers: Sequence[Signer]) -> str:
    """A text that ends with a line feed as a note, with a signature of each."""
    lines = []
    for signer in signers:
        key = signer.key
        signed = bytes.fromhex(key.id) + signer.private.sign(text.encode())
        lines.append(f"— {key.name} {b64encode(signed).decode()}\n")
    return f"{text}\n{''.join(lines)}"


def read(note: str) -> Note:
    """A note's text and signatures. Raises BadNote."""
    text, blank, rest = note.rpartition("\n\n")
    if not (blank and text) or not rest.endswith("\n"):
        raise BadNote("there is no empty line between a text and its signatures")
    if re.search(r"[\x00-\x09\x0b-\x1f]", note):
        raise BadNote("there is a control character in it")
    signatures = []
    for line in rest[:-1].split("\n"):
        found = _SIGNATURE.fullmatch(line)
        signed = _bytes(found[2]) if found else b""
        if found is None or len(signed) < 5:
            raise BadNote(f"{line!r} is no signature")
        signatures.append(Signature(found[1], signed[:4].hex(), signed[4:]))
    return Note(f"{text}\n", tuple(signatures))


class Checkpoint(NamedTuple):
    """What a tree head says."""

    origin: str
    size: int
    root: bytes
    at: int  # microseconds

    def text(self) -> str:
        """Its lines, the time as an extension line."""
        lines = (self.origin, str(self.size), b64encode(self.root).decode())
        return "\n".join((*lines, f"{_TIME}{timestamps.written(self.at)}")) + "\n"


def checkpoint(text: str) -> Checkpoint:
    """The tree head in a note's text, to the letter as we write it. Raises BadNote."""
    lines = text.split("\n")
    if len(lines) < 5 or not lines[3].startswith(_TIME) or not lines[1].isdecimal():
        raise BadNote("it is not a tree head: origin, size, root and time, a line each")
    at = timestamps.read(lines[3].removeprefix(_TIME))
    made = Checkpoint(lines[0], int(lines[1]), _bytes(lines[2]), at or 0)
    if at is None or len(made.root) != 32 or made.text() != text:
        raise BadNote("it is not a tree head as this store writes them")
    return made


def _bytes(encoded: str) -> bytes:
    try:
        return b64decode(encoded, validate=True)
    except (Error, ValueError):
        raise BadNote(f"{encoded[:60]!r} is no base64") from None
