"""Hashes of the append-only log (RFC 9162 section 2.1)."""

from __future__ import annotations

from hashlib import sha256


def leaf(data: bytes) -> bytes:
    """The hash of a leaf, 32 bytes (RFC 9162 2.1.1)."""
    return sha256(b"\x00" + data).digest()
