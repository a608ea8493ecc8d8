"""The tree against published roots, and the refusal of malformed proofs."""

from __future__ import annotations

import hashlib

import pytest

from audit.errors import InvalidFrontier, InvalidProof
from audit.tree import (
    EMPTY_ROOT,
    Frontier,
    Tree,
    consistency_proof,
    fold,
    inclusion_proof,
    inclusion_proofs,
    leaf_hash,
    node_hash,
    nodes_over,
    range_root,
    root_of,
    verify_consistency,
    verify_inclusion,
    verify_subtree_consistency,
    verify_subtree_inclusion,
)

# The test tree that the Certificate Transparency implementations share (google/certificate-transparency, Apache-2.0).
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(bytes.fromhex(text)) for text in INPUTS]


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert Frontier().root() == EMPTY_ROOT == hashlib.sha256().digest()
    assert root_of([]) == EMPTY_ROOT


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_the_published_ones(size: int) -> None:
    assert root_of(LEAVES[:size]).hex() == ROOTS[size - 1]
    assert Tree(LEAVES[:size]).root().hex() == ROOTS[size - 1]
    assert range_root(nodes_over(LEAVES), 0, size).hex() == ROOTS[size - 1]


def test_leaves_and_nodes_are_hashed_apart() -> None:
    left, right = LEAVES[:2]
    assert node_hash(left, right) != leaf_hash(left + right)


def test_the_frontier_survives_being_stored() -> None:
    frontier = Frontier()
    for size, leaf in enumerate(LEAVES, start=1):
        frontier.append(leaf)
        restored = Frontier.from_bytes(frontier.to_bytes())
        assert (restored.size, restored.root().hex()) == (size, ROOTS[size - 1])


@pytest.mark.parametrize("state", [b"", b"\0" * 7, b"\0" * 9, b"\0" * 7 + b"\3" + b"x" * 32, b"\xff" * 8 + b"x" * 2048])
def test_a_damaged_frontier_is_refused(state: bytes) -> None:
    with pytest.raises(InvalidFrontier):
        Frontier.from_bytes(state)


def test_append_returns_each_node_that_became_complete() -> None:
    frontier = Frontier()
    completed = {(level, index): value for leaf in LEAVES for level, index, value in frontier.append(leaf)}
    assert len(completed) == 15
    assert completed[3, 0].hex() == ROOTS[7]
    assert completed[1, 0].hex() == ROOTS[1]


def test_a_subtree_goes_only_where_it_fits() -> None:
    frontier = Frontier()
    frontier.append_subtree(2, fold(b"".join(LEAVES[:4])))
    frontier.append_subtree(1, fold(b"".join(LEAVES[4:6])))
    assert frontier.root().hex() == ROOTS[5]
    with pytest.raises(ValueError, match="multiple"):
        frontier.append_subtree(2, LEAVES[0])
    with pytest.raises(ValueError, match="32 bytes"):
        frontier.append(b"short")


def test_proofs_are_made_only_within_the_tree() -> None:
    for index, size in ((-1, 3), (3, 3), (0, 0)):
        with pytest.raises(ValueError, match="in the tree"):
            inclusion_proof(LEAVES, index, size)
    for size1, size2 in ((0, 3), (4, 3)):
        with pytest.raises(ValueError, match="0 < size1"):
            consistency_proof(LEAVES, size1, size2)


@pytest.mark.parametrize("size", [1, 2, 7, 8, 13, 64, 77])
def test_proofs_made_together_are_those_made_alone(size: int) -> None:
    leaves = [leaf_hash(bytes([number])) for number in range(80)]
    indices = [*range(size), 0, size - 1]
    together = inclusion_proofs(leaves, indices, size)
    assert together == [inclusion_proof(leaves, index, size) for index in indices]
    for index, proof in zip(indices, together, strict=True):
        verify_inclusion(leaves[index], index, size, proof, root_of(leaves[:size]))
    with pytest.raises(ValueError, match="index"):
        inclusion_proofs(leaves, [0, size], size)


def test_published_inclusion_proof() -> None:
    """RFC 9162 §2.1.5: in the tree of seven leaves the proof of d0 is [b, h, l]."""
    b, h = LEAVES[1], node_hash(LEAVES[2], LEAVES[3])
    last = node_hash(node_hash(LEAVES[4], LEAVES[5]), LEAVES[6])
    assert inclusion_proof(LEAVES, 0, 7) == [b, h, last]


def test_published_consistency_proof() -> None:
    """RFC 9162 §2.1.5: from three leaves to seven the proof is [c, d, g, l], from four [l], from six [i, j, k]."""
    c, d, g = LEAVES[2], LEAVES[3], node_hash(LEAVES[0], LEAVES[1])
    i, j, k = node_hash(LEAVES[4], LEAVES[5]), LEAVES[6], node_hash(g, node_hash(c, d))
    assert consistency_proof(LEAVES, 3, 7) == [c, d, g, node_hash(i, j)]
    assert consistency_proof(LEAVES, 4, 7) == [node_hash(i, j)]
    assert consistency_proof(LEAVES, 6, 7) == [i, j, k]


ROOT7 = bytes.fromhex(ROOTS[6])
PROOF = inclusion_proof(LEAVES, 2, 7)


@pytest.mark.parametrize(
    ("leaf", "index", "size", "proof", "root", "rule"),
    [
        (LEAVES[2], 3, 7, PROOF, ROOT7, "root_differs"),
        (LEAVES[3], 2, 7, PROOF, ROOT7, "root_differs"),
        (LEAVES[2], 7, 7, PROOF, ROOT7, "index_out_of_range"),
        (LEAVES[2], -1, 7, PROOF, ROOT7, "index_out_of_range"),
        (LEAVES[2], 2, 0, PROOF, ROOT7, "not_a_subtree"),
        (LEAVES[2], 2, 2**63, PROOF, ROOT7, "not_a_subtree"),
        (LEAVES[2], 2, 7, PROOF[:-1], ROOT7, "proof_too_short"),
        (LEAVES[2], 2, 7, [*PROOF, LEAVES[0]], ROOT7, "proof_too_long"),
        (LEAVES[2], 2, 7, [*PROOF[:-1], b""], ROOT7, "hash_length"),
        (LEAVES[2][:31], 2, 7, PROOF, ROOT7, "hash_length"),
        (LEAVES[2], 2, 7, PROOF, ROOT7 + b"\0", "hash_length"),
    ],
)
def test_a_wrong_inclusion_proof_is_refused_by_rule(
    *, leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes, rule: str
) -> None:
    with pytest.raises(InvalidProof) as caught:
        verify_inclusion(leaf, index, size, proof, root)
    assert caught.value.rule == rule


ROOT3 = bytes.fromhex(ROOTS[2])
STEPS = consistency_proof(LEAVES, 3, 7)


@pytest.mark.parametrize(
    ("size1", "size2", "proof", "root1", "root2", "rule"),
    [
        (0, 7, [], EMPTY_ROOT, ROOT7, "earlier_tree_empty"),
        (7, 3, STEPS, ROOT7, ROOT3, "sizes_out_of_order"),
        (7, 7, [], ROOT3, ROOT7, "root_differs"),
        (7, 7, [LEAVES[0]], ROOT7, ROOT7, "root_differs"),
        (3, 7, STEPS, ROOT7, ROOT7, "root_differs"),
        (3, 7, STEPS, ROOT3, ROOT3, "root_differs"),
        (3, 7, STEPS[:-1], ROOT3, ROOT7, "proof_too_short"),
        (3, 7, [], ROOT3, ROOT7, "proof_too_short"),
        (3, 7, [*STEPS, LEAVES[0]], ROOT3, ROOT7, "proof_too_long"),
        (3, 7, [b"", *STEPS], ROOT3, ROOT7, "hash_length"),
    ],
)
def test_a_wrong_consistency_proof_is_refused_by_rule(
    *, size1: int, size2: int, proof: list[bytes], root1: bytes, root2: bytes, rule: str
) -> None:
    with pytest.raises(InvalidProof) as caught:
        verify_consistency(size1, size2, proof, root1, root2)
    assert caught.value.rule == rule


def test_subtrees_start_at_multiples_of_their_width() -> None:
    verify_subtree_inclusion(LEAVES[5], 5, (4, 6), [LEAVES[4]], node_hash(LEAVES[4], LEAVES[5]))
    with pytest.raises(InvalidProof):
        verify_subtree_inclusion(LEAVES[5], 5, (5, 7), [LEAVES[6]], node_hash(LEAVES[5], LEAVES[6]))
    verify_subtree_consistency((3, 3), 7, [], EMPTY_ROOT, ROOT7)
    with pytest.raises(InvalidProof):
        verify_subtree_consistency((3, 3), 7, [], ROOT7, ROOT7)
