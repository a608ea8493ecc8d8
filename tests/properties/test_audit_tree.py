"""The tree against a naive recursive one that follows RFC 9162 word for word."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import InvalidProof
from audit.tree import (
    Frontier,
    Tree,
    consistency_proof,
    fold,
    inclusion_proof,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [leaf_hash(bytes([number])) for number in range(130)]
sizes = st.integers(1, len(LEAVES))


def largest_power_below(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def naive_root(leaves: list[bytes]) -> bytes:
    """MTH of §2.1.1, over leaf hashes."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = largest_power_below(len(leaves))
    return hashlib.sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def naive_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of §2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = largest_power_below(len(leaves))
    if index < k:
        return [*naive_path(index, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(index - k, leaves[k:]), naive_root(leaves[:k])]


def naive_subproof(size: int, leaves: list[bytes], *, is_whole: bool) -> list[bytes]:
    """SUBPROOF of §2.1.4.1."""
    if size == len(leaves):
        return [] if is_whole else [naive_root(leaves)]
    k = largest_power_below(len(leaves))
    if size <= k:
        return [*naive_subproof(size, leaves[:k], is_whole=is_whole), naive_root(leaves[k:])]
    return [*naive_subproof(size - k, leaves[k:], is_whole=False), naive_root(leaves[:k])]


@given(size=st.integers(0, len(LEAVES)))
def test_every_way_to_a_root_agrees(size: int) -> None:
    expected = naive_root(LEAVES[:size])
    assert root_of(LEAVES[:size]) == expected
    assert Tree(LEAVES[:size]).root() == expected


@given(data=st.data(), size=sizes)
def test_subtrees_may_be_appended_whole(data: st.DataObject, size: int) -> None:
    frontier = Frontier()
    while frontier.size < size:
        fitting = [n for n in range(8) if frontier.size % (1 << n) == 0 and frontier.size + (1 << n) <= size]
        level = data.draw(st.sampled_from(fitting))
        frontier.append_subtree(level, fold(b"".join(LEAVES[frontier.size : frontier.size + (1 << level)])))
        frontier = Frontier.from_bytes(frontier.to_bytes())
    assert frontier.root() == naive_root(LEAVES[:size])


@given(data=st.data(), size=sizes)
def test_inclusion_proofs_are_the_rfcs_and_hold(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(Tree(LEAVES).node, index, size)
    assert proof == inclusion_proof(LEAVES, index, size) == naive_path(index, LEAVES[:size])
    verify_inclusion(LEAVES[index], index, size, proof, naive_root(LEAVES[:size]))


@given(data=st.data(), size2=sizes)
def test_consistency_proofs_are_the_rfcs_and_hold(data: st.DataObject, size2: int) -> None:
    size1 = data.draw(st.integers(1, size2))
    proof = consistency_proof(Tree(LEAVES).node, size1, size2)
    assert proof == naive_subproof(size1, LEAVES[:size2], is_whole=True)
    verify_consistency(size1, size2, proof, naive_root(LEAVES[:size1]), naive_root(LEAVES[:size2]))


def damaged(data: st.DataObject, proof: list[bytes]) -> list[bytes]:
    """Return the proof with one bit, one node or the order changed."""
    place = data.draw(st.integers(0, len(proof) - 1))
    match data.draw(st.sampled_from(["bit", "drop", "double", "cut"])):
        case "bit":
            at, bit = data.draw(st.integers(0, 31)), data.draw(st.integers(0, 7))
            node = bytearray(proof[place])
            node[at] ^= 1 << bit
            return [*proof[:place], bytes(node), *proof[place + 1 :]]
        case "drop":
            return [*proof[:place], *proof[place + 1 :]]
        case "double":
            return [*proof[: place + 1], *proof[place:]]
        case _:
            return [*proof[:place], proof[place][:-1], *proof[place + 1 :]]


@given(data=st.data(), size=st.integers(2, len(LEAVES)))
def test_a_damaged_inclusion_proof_never_holds(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = damaged(data, inclusion_proof(LEAVES, index, size))
    with pytest.raises(InvalidProof):
        verify_inclusion(LEAVES[index], index, size, proof, naive_root(LEAVES[:size]))


@given(data=st.data(), size=sizes)
def test_an_inclusion_proof_holds_for_one_place_only(data: st.DataObject, size: int) -> None:
    index, claimed = data.draw(st.integers(0, size - 1)), data.draw(st.integers(-2, 2 * size))
    proof = inclusion_proof(LEAVES, index, size)
    if claimed != index:
        with pytest.raises(InvalidProof):
            verify_inclusion(LEAVES[index], claimed, size, proof, naive_root(LEAVES[:size]))


@given(data=st.data(), size2=st.integers(2, len(LEAVES)))
def test_a_damaged_consistency_proof_never_holds(data: st.DataObject, size2: int) -> None:
    size1 = data.draw(st.integers(1, size2 - 1))
    proof = damaged(data, consistency_proof(LEAVES, size1, size2))
    with pytest.raises(InvalidProof):
        verify_consistency(size1, size2, proof, naive_root(LEAVES[:size1]), naive_root(LEAVES[:size2]))


@given(data=st.data(), size2=sizes)
def test_a_rewritten_log_never_extends_the_earlier_one(data: st.DataObject, size2: int) -> None:
    size1 = data.draw(st.integers(1, size2))
    changed = data.draw(st.integers(0, size1 - 1))
    rewritten = [*LEAVES[:changed], leaf_hash(b"rewritten"), *LEAVES[changed + 1 : size2]]
    with pytest.raises(InvalidProof):
        verify_consistency(
            size1,
            size2,
            consistency_proof(rewritten, size1, size2),
            naive_root(LEAVES[:size1]),
            naive_root(rewritten),
        )
