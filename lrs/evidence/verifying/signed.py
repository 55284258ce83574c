"""Keys and what they sign: notes, heads of a log, and the change of one key to the next."""

from __future__ import annotations

import base64
import hashlib
from typing import Any, NamedTuple

_ED25519 = b"\x01"


class Key(NamedTuple):
    """A public key, under the name that it signs for; that is empty where only the key is known."""

    name: str
    raw: bytes

    @property
    def id(self) -> str:
        """As notes call it (C2SP signed-note)."""
        told = f"{self.name}\n".encode() + _ED25519 + self.raw
        return hashlib.sha256(told).hexdigest()[:8]

    def made(self, signature: bytes, data: bytes) -> bool:
        """Whether a signature is this key's (RFC 8032)."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, data)
        except (InvalidSignature, ValueError):
            return False
        return True


def key_of(text: str) -> Key:
    """A key as notes write it (name+id+key), or in PEM. Raises ValueError."""
    if "-----BEGIN" in text:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        found = serialization.load_pem_public_key(text.encode())
        if not isinstance(found, Ed25519PublicKey):
            raise ValueError("it is no Ed25519 key")
        form = serialization.Encoding.Raw, serialization.PublicFormat.Raw
        return Key("", found.public_bytes(*form))
    words = text.strip().split("+", 2)
    raw = base64.b64decode(words[-1], validate=True)
    if len(words) != 3 or len(raw) != 33 or raw[:1] != _ED25519:
        raise ValueError("it is no Ed25519 key, neither in PEM nor as name+id+key")
    key = Key(words[0], raw[1:])
    if key.id != words[1]:
        raise ValueError(f"it calls itself {words[1]}, but it is {key.id}")
    return key


class Note(NamedTuple):
    """A signed note (C2SP signed-note): its text, and name, key id and signature of each who
    signed."""

    text: str
    signatures: tuple[tuple[str, str, bytes], ...]

    def signed_by(self, key: Key) -> bool:
        """Whether a key signed it."""
        own = [each for name, id, each in self.signatures if (name, id) == (key.name, key.id)]
        return bool(own) and all(key.made(each, self.text.encode()) for each in own)


def note_of(text: str) -> Note:
    """A note taken apart. Raises ValueError."""
    body, _, rest = text.rpartition("\n\n")
    lines = rest.split("\n")
    if not body or lines.pop() or not lines:
        raise ValueError("there is no empty line between a text and its signatures")
    found = []
    for line in lines:
        words = line.split(" ")
        if len(words) != 3 or words[0] != "—":
            raise ValueError(f"{line!r} is no signature")
        signed = base64.b64decode(words[2], validate=True)
        found.append((words[1], signed[:4].hex(), signed[4:]))
    return Note(f"{body}\n", tuple(found))


class Head(NamedTuple):
    """A tree head (C2SP tlog-checkpoint): the first `size` records of the log have this root."""

    origin: str
    size: int
    root: bytes
    time: str


def head_of(text: str) -> Head:
    """The head in a note's text. Raises ValueError."""
    lines = text.split("\n")
    if len(lines) < 5 or lines.pop() or not lines[1].isdecimal():
        raise ValueError("it is no tree head: origin, size, root and time, a line each")
    root = base64.b64decode(lines[2], validate=True)
    if len(root) != 32 or not lines[3].startswith("time ") or len(lines) != 4:
        raise ValueError("it is no tree head: origin, size, root and time, a line each")
    return Head(lines[0], int(lines[1]), root, lines[3][5:])


class Chain(NamedTuple):
    """The keys of a log in order, each with the record that put it into use, and where the chain
    is broken: keys whose predecessor was lost and did not sign the change."""

    keys: tuple[tuple[int, Key], ...]
    lost: frozenset[int]

    def at(self, size: int) -> Key | None:
        """The key that signs heads of so many records."""
        found = [key for record, key in self.keys if record <= size]
        return found[-1] if found else None

    def trusted(self, given: Key) -> list[Key]:
        """The keys that one may trust who trusts a key: those that the change of each to the next
        was signed by, forwards and backwards."""
        place = next((n for n, (_, key) in enumerate(self.keys) if key.raw == given.raw), None)
        if place is None:
            return []
        first = max((n for n in self.lost if n <= place), default=0)
        last = min((n for n in self.lost if n > place), default=len(self.keys))
        return [key for _, key in self.keys[first:last]]


def chain_of(told: Any) -> Chain:
    """The keys of seal/keys.json, each change verified. Raises ValueError."""
    found: list[tuple[int, Key]] = []
    lost = set()
    for each in told["keys"]:
        note = note_of(each["note"])
        lines = note.text.split("\n")
        if not lines[1].startswith("key "):
            raise ValueError("a note that should put a key into use names none")
        key = key_of(lines[1][4:])
        if key.name != lines[0] or not note.signed_by(key):
            raise ValueError(f"key {key.id} has not signed that it comes into use")
        if found:
            before = found[-1][1]
            if lines[2].startswith("lost "):
                lost.add(len(found))
            elif not lines[2].startswith("replaces ") or not note.signed_by(before):
                raise ValueError(f"key {before.id} has not signed that {key.id} replaces it")
            if key_of(lines[2].split(" ", 1)[1]) != before or int(each["record"]) <= found[-1][0]:
                raise ValueError(f"key {key.id} does not follow {before.id}")
        found.append((int(each["record"]), key))
    if not found:
        raise ValueError("there is no key in it")
    return Chain(tuple(found), frozenset(lost))
