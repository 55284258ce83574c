"""Tests of the tree: known hashes and proofs, and those of the RFC's own recursions."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrs.received import merkle
from lrs.received.merkle import Growing

# The eight leaves that implementations of Certificate Transparency test each other with, and the
# roots of the first 0, 1, 2 ... of them (RFC 6962, whose hashes RFC 9162 kept).
LEAVES = [
    merkle.leaf(bytes.fromhex(data))
    for data in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
H = {  # hashes of that tree by what they stand above
    "0": "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "1": "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "4": "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "0-1": "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "2-3": "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "4-5": "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "6-7": "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "0-3": "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4-7": "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
}
INCLUSIONS = [
    (0, 1, ""),
    (0, 2, "1"),
    (1, 2, "0"),
    (2, 3, "0-1"),
    (1, 5, "0 2-3 4"),
    (0, 8, "1 2-3 4-7"),
    (5, 8, "4 6-7 0-3"),
]
CONSISTENCIES = [
    (1, 1, ""),
    (1, 8, "1 2-3 4-7"),
    (2, 5, "2-3 4"),
    (6, 8, "4-5 6-7 0-3"),
]


def some(count: int) -> list[bytes]:
    return [merkle.leaf(f"record {n}".encode()) for n in range(count)]


def of(names: str) -> list[bytes]:
    return [bytes.fromhex(H[name]) for name in names.split()]


def grown(leaves: Sequence[bytes]) -> dict[int, bytes]:
    """Every full subtree by its place."""
    return dict(Growing().add(leaves))


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_known_ones(size: int) -> None:
    """RFC 9162 2.1.1: the root of the first 0 to 8 leaves of the reference tree."""
    assert merkle.root(LEAVES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size", "wanted"), INCLUSIONS)
def test_inclusion_proofs_are_the_known_ones(index: int, size: int, wanted: str) -> None:
    """RFC 9162 2.1.3.1: the proofs of the reference tree, and they verify."""
    proof = merkle.proof(merkle.inclusion(index, size), grown(LEAVES[:size]))
    assert proof == of(wanted)
    root = bytes.fromhex(ROOTS[size])
    assert merkle.verify_inclusion(LEAVES[index], index, size, proof, root)


@pytest.mark.parametrize(("old", "new", "wanted"), CONSISTENCIES)
def test_consistency_proofs_are_the_known_ones(old: int, new: int, wanted: str) -> None:
    """RFC 9162 2.1.4.1: the proofs of the reference tree, and they verify."""
    proof = merkle.proof(merkle.consistency(old, new), grown(LEAVES[:new]))
    assert proof == of(wanted)
    roots = (bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new]))
    assert merkle.verify_consistency(old, new, *roots, proof)


# The RFC's definitions as they stand there: slow, and plain to compare.
def mth(leaves: Sequence[bytes]) -> bytes:
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    k = split(len(leaves))
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def split(n: int) -> int:
    return max(1 << e for e in range(n) if 1 << e < n)


def path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m: int, leaves: Sequence[bytes], whole: bool) -> list[bytes]:
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


@pytest.mark.parametrize("size", [*range(1, 71), 127, 128, 129, 255, 256, 257])
def test_proofs_of_every_leaf_and_size(size: int) -> None:
    """Proofs are those of the RFC's recursions, for each leaf and each smaller tree."""
    leaves = some(size)
    hashes, root = grown(leaves), mth(leaves)
    assert merkle.root(leaves) == root
    for index in range(size):
        proof = merkle.proof(merkle.inclusion(index, size), hashes)
        assert proof == path(index, leaves)
        assert merkle.verify_inclusion(leaves[index], index, size, proof, root)
        old = index + 1
        between = merkle.proof(merkle.consistency(old, size), hashes)
        assert between == subproof(old, leaves, True)
        assert merkle.verify_consistency(old, size, mth(leaves[:old]), root, between)


@settings(max_examples=150, deadline=None)
@given(size=st.integers(1, 600), data=st.data())
def test_a_wrong_proof_does_not_verify(size: int, data: st.DataObject) -> None:
    """A proof with a bit changed, a hash more or less, for another leaf, place, size or root proves
    nothing."""
    leaves = some(size)
    hashes, root = grown(leaves), merkle.root(leaves)
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.proof(merkle.inclusion(index, size), hashes)
    assert merkle.verify_inclusion(leaves[index], index, size, proof, root)
    other = data.draw(st.integers(0, size - 1))
    if other != index:
        assert not merkle.verify_inclusion(leaves[index], other, size, proof, root)
        assert not merkle.verify_inclusion(leaves[other], index, size, proof, root)
    assert not merkle.verify_inclusion(leaves[index], index, size, [*proof, root], root)
    assert not merkle.verify_inclusion(leaves[index], index, size, proof, sha256(root).digest())
    assert not merkle.verify_inclusion(leaves[index], size, size, proof, root)
    assert not merkle.verify_inclusion(leaves[index], -1, size, proof, root)
    if proof:
        assert not merkle.verify_inclusion(leaves[index], index, size, proof[:-1], root)
        wrong = changed(proof, data)
        assert not merkle.verify_inclusion(leaves[index], index, size, wrong, root)


@settings(max_examples=150, deadline=None)
@given(new=st.integers(1, 600), data=st.data())
def test_a_wrong_consistency_does_not_verify(new: int, data: st.DataObject) -> None:
    """Two trees of which one does not begin with the other have no proof that they do."""
    leaves = some(new)
    hashes, root = grown(leaves), merkle.root(leaves)
    old = data.draw(st.integers(0, new))
    was = merkle.root(leaves[:old])
    proof = merkle.proof(merkle.consistency(old, new), hashes)
    assert merkle.verify_consistency(old, new, was, root, proof)
    if old:
        assert not merkle.verify_consistency(old, new, sha256(was).digest(), root, proof)
        assert not merkle.verify_consistency(old, new, was, sha256(root).digest(), proof)
    assert not merkle.verify_consistency(new + 1, new, was, root, proof)
    assert not merkle.verify_consistency(old, new, was, root, [*proof, root])
    if proof:
        assert not merkle.verify_consistency(old, new, was, root, proof[:-1])
        assert not merkle.verify_consistency(old, new, was, root, changed(proof, data))


def changed(proof: Sequence[bytes], data: st.DataObject) -> list[bytes]:
    """The proof with one bit of it changed."""
    at = data.draw(st.integers(0, len(proof) - 1))
    bit = data.draw(st.integers(0, 255))
    number = int.from_bytes(proof[at], "big") ^ 1 << bit
    return [*proof[:at], number.to_bytes(32, "big"), *proof[at + 1 :]]


@settings(max_examples=100, deadline=None)
@given(cuts=st.lists(st.integers(0, 70), max_size=12))
def test_a_tree_grows_in_any_steps(cuts: list[int]) -> None:
    """However many leaves come at a time, the subtrees, their places and the root are the same; and
    a tree goes on from its right edge alone."""
    leaves = some(sum(cuts))
    growing, kept = Growing(), dict[int, bytes]()
    for count in cuts:
        made = growing.add(leaves[growing.size : growing.size + count])
        assert made == sorted(made)
        assert not kept.keys() & dict(made).keys()
        kept |= dict(made)
        edge = [kept[place] for place in merkle.parts(0, growing.size)]
        growing = Growing(growing.size, edge)
        assert growing.root() == merkle.root(leaves[: growing.size])
    assert kept == grown(leaves)
    assert {place for place in kept if not place & 1} == {2 * n for n in range(len(leaves))}
