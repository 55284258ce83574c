"""Hashes and proofs of the append-only log (RFC 9162 section 2.1). Pure: no database, no clock.

A full subtree of 2^level leaves that begins at leaf n * 2^level has a place, one number for both:
(2n + 1) * 2^level - 1, its number if the tree's nodes are counted from left to right. A subtree
that is full never changes again, so what is kept by its place is written once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple


def leaf(data: bytes) -> bytes:
    """The hash of a leaf, 32 bytes (RFC 9162 2.1.1)."""
    return sha256(b"\x00" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of an interior node (RFC 9162 2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The head of the tree of these leaves' hashes; of none, the hash of nothing (2.1.1)."""
    growing = Growing()
    growing.add(leaves)
    return growing.root()


class Placed(NamedTuple):
    """The hash of a full subtree, and where that is."""

    place: int
    hash: bytes


class Growing:
    """The right edge of a tree that grows: the hashes of its full subtrees, the largest first.
    They are all that it takes to add leaves and to know the root; so few that a tree of any size
    grows in the memory of its newest leaves."""

    def __init__(self, size: int = 0, edge: Sequence[bytes] = ()) -> None:
        assert len(edge) == size.bit_count(), "a full subtree for each bit of the size"
        self.size = size
        self._edge = list(edge)

    def add(self, leaves: Sequence[bytes]) -> list[Placed]:
        """Put leaves behind the last one; every subtree that is full now, leaves too, in order of
        place."""
        made = []
        for hashed in leaves:
            number, level = self.size, 0
            made.append(Placed(2 * number, hashed))
            while number & 1:
                hashed = node(self._edge.pop(), hashed)
                number >>= 1
                level += 1
                made.append(Placed(place(level, number), hashed))
            self._edge.append(hashed)
            self.size += 1
        return sorted(made)

    def root(self) -> bytes:
        """The head of the tree as it is."""
        return folded(self._edge)

    def copy(self) -> Growing:
        """Another that grows on its own from here."""
        return Growing(self.size, self._edge)


def place(level: int, number: int) -> int:
    """Where the full subtree of a level is, counted from the left from 0."""
    return (2 * number + 1 << level) - 1


def folded(hashes: Sequence[bytes]) -> bytes:
    """The root above full subtrees that stand side by side, the largest first."""
    if not hashes:
        return sha256().digest()
    found = hashes[-1]
    for left in reversed(hashes[:-1]):
        found = node(left, found)
    return found


def parts(first: int, end: int) -> list[int]:
    """The places of the full subtrees that leaves from `first` up to before `end` are made of, the
    largest first; `first` is where a subtree at least as large as all of them begins."""
    found = []
    while first < end:
        level = (end - first).bit_length() - 1
        found.append(place(level, first >> level))
        first += 1 << level
    return found


Span = tuple[int, int]  # leaves from the first up to before the second


def span(place: int) -> Span:
    """The leaves below a place."""
    level = (~place & place + 1).bit_length() - 1
    first = (place + 1 >> level + 1) << level
    return first, first + (1 << level)


def inclusion(index: int, size: int) -> list[Span]:
    """What the hashes of an inclusion proof stand above (2.1.3.1), in the order of the proof."""
    assert 0 <= index < size, (index, size)
    return list(reversed(list(_path(index, 0, size))))


def _path(index: int, first: int, end: int) -> Iterator[Span]:
    while end - first > 1:
        middle = first + _split(end - first)
        if index < middle:
            yield middle, end
            end = middle
        else:
            yield first, middle
            first = middle


def consistency(old: int, new: int) -> list[Span]:
    """The same of a consistency proof between two sizes (2.1.4.1); from nothing, or to the same
    size, there is nothing to prove."""
    assert 0 <= old <= new, (old, new)
    return list(reversed(list(_between(old, new)))) if 0 < old < new else []


def _between(old: int, new: int) -> Iterator[Span]:
    first, end = 0, new
    while end != old:
        middle = first + _split(end - first)
        if old <= middle:
            yield middle, end
            end = middle
        else:
            yield first, middle
            first = middle
    if first:  # else it is the old root itself, which the verifier has
        yield first, end


def _split(size: int) -> int:
    """The largest power of two below a size (2.1.1)."""
    return 1 << (size - 1).bit_length() - 1


def proof(spans: Sequence[Span], hashes: Mapping[int, bytes]) -> list[bytes]:
    """The hashes of a proof, of those of the full subtrees by their places."""
    return [folded([hashes[each] for each in parts(*span)]) for span in spans]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether a leaf's hash is the one at an index, counted from 0, in the tree of that size and
    root (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    here, last, found = index, size - 1, leaf
    for hashed in proof:
        if last == 0:
            return False
        if here & 1 or here == last:
            found = node(hashed, found)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            found = node(found, hashed)
        here, last = here >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the tree of the new size and root begins with all of the old one (2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == 0 or old == new:
        same = old_root == (new_root if old else folded(()))
        return not proof and same
    hashes = list(proof)
    if not old & old - 1:
        hashes.insert(0, old_root)
    if not hashes:
        return False
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    was = now = hashes[0]
    for hashed in hashes[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            was, now = node(hashed, was), node(hashed, now)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            now = node(now, hashed)
        here, last = here >> 1, last >> 1
    return last == 0 and was == old_root and now == new_root
