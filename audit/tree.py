"""The Merkle tree of the log: hashing, the append-only frontier, proofs and their strict verification.

A node is named by `(level, index)`: the root of the perfect subtree over leaves `index * 2**level` up to
`(index + 1) * 2**level`. Proofs are made over any function that returns such nodes, so that a database can serve them.

Source: RFC 9162 §2.1; proofs for subtrees that start elsewhere than at 0: draft-ietf-plants-merkle-tree-certs §4.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

from audit.errors import InvalidFrontier, InvalidProof

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
MAX_SIZE = 2**63 - 1

NodeGetter = Callable[[int, int], bytes]
"""`(level, index) -> 32 bytes`; asked only for nodes that are complete in the tree at hand."""

Node = tuple[int, int, bytes]
"""`(level, index, hash)` of a node that has just become complete."""

_sha256 = hashlib.sha256


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of an entry's bytes as a leaf: SHA-256(0x00 ‖ data)."""
    return _sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two nodes as their parent: SHA-256(0x01 ‖ left ‖ right)."""
    return _sha256(b"\x01" + left + right).digest()


def fold(hashes: bytes) -> bytes:
    """Return the root of the perfect subtree over 2**k consecutive node hashes in one buffer, as fast as Python can.

    Args:
        hashes: the 32-byte hashes end to end; their number is a power of two.
    """
    sha = _sha256
    while len(hashes) > HASH_BYTES:
        pairs = range(0, len(hashes), 2 * HASH_BYTES)
        hashes = b"".join([sha(b"\x01" + hashes[at : at + 64]).digest() for at in pairs])
    return hashes


class Frontier:
    """The right edge of a tree: all that is needed to append and to know the root, O(log n) in size and time."""

    __slots__ = ("_edge", "_size")

    def __init__(self) -> None:
        self._size = 0
        self._edge: list[bytes] = []  # roots of the perfect subtrees, largest (leftmost) first: one per set bit of size

    @property
    def size(self) -> int:
        """The number of leaves appended."""
        return self._size

    def append(self, leaf: bytes) -> list[Node]:
        """Append one leaf hash and return every node that it completes, the leaf itself first."""
        return self.append_subtree(0, leaf)

    def append_subtree(self, level: int, root: bytes) -> list[Node]:
        """Append a perfect subtree of 2**level leaves by its root; the size must be a multiple of 2**level.

        Raises:
            ValueError: the size is not such a multiple, or the root is not 32 bytes.
        """
        if len(root) != HASH_BYTES:
            raise ValueError("a node hash has 32 bytes")
        if self._size & ((1 << level) - 1):
            raise ValueError("a subtree of 2**level leaves starts at a multiple of 2**level")
        index = self._size >> level
        self._size += 1 << level
        completed: list[Node] = [(level, index, root)]
        while index & 1:
            root = node_hash(self._edge.pop(), root)
            level += 1
            index >>= 1
            completed.append((level, index, root))
        self._edge.append(root)
        return completed

    def extend(self, leaves: Iterable[bytes]) -> list[Node]:
        """Append leaf hashes one after another, and return every node that they complete."""
        completed: list[Node] = []
        for leaf in leaves:  # `append_subtree` without its calls and checks: this runs for every entry of the log
            level, index, node = 0, self._size, leaf
            completed.append((0, index, leaf))
            while index & 1:
                node = _sha256(b"\x01" + self._edge.pop() + node).digest()
                level += 1
                index >>= 1
                completed.append((level, index, node))
            self._edge.append(node)
            self._size += 1
        return completed

    def root(self) -> bytes:
        """Return the root over all leaves appended so far (SHA-256 of nothing for an empty tree)."""
        if not self._edge:
            return EMPTY_ROOT
        root = self._edge[-1]
        for left in reversed(self._edge[:-1]):
            root = node_hash(left, root)
        return root

    def to_bytes(self) -> bytes:
        """Return the state as 8 bytes of size (big-endian) and the edge's hashes, largest subtree first."""
        return self._size.to_bytes(8, "big") + b"".join(self._edge)

    @classmethod
    def from_bytes(cls, state: bytes) -> Frontier:
        """Return the frontier that `to_bytes` wrote.

        Raises:
            InvalidFrontier: the number of hashes does not fit the size.
        """
        size = int.from_bytes(state[:8], "big")
        if len(state) != 8 + HASH_BYTES * size.bit_count() or size > MAX_SIZE:
            raise InvalidFrontier
        frontier = cls()
        frontier._size = size
        frontier._edge = [state[at : at + HASH_BYTES] for at in range(8, len(state), HASH_BYTES)]
        return frontier


class Tree:
    """A whole tree in memory that serves its own nodes: for proofs over a log that was read in."""

    __slots__ = ("_frontier", "_levels")

    def __init__(self, leaf_hashes: Iterable[bytes] = ()) -> None:
        self._frontier = Frontier()
        self._levels: list[list[bytes]] = []
        for leaf in leaf_hashes:
            self.append(leaf)

    @property
    def size(self) -> int:
        """The number of leaves."""
        return self._frontier.size

    def append(self, leaf: bytes) -> None:
        """Append one leaf hash."""
        for level, _index, value in self._frontier.append(leaf):
            if level == len(self._levels):
                self._levels.append([])
            self._levels[level].append(value)

    def node(self, level: int, index: int) -> bytes:
        """Return a complete node; usable as the `NodeGetter` of the proofs."""
        return self._levels[level][index]

    def root(self) -> bytes:
        """Return the root over all leaves."""
        return self._frontier.root()


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """Return the root over these leaf hashes, without keeping them."""
    frontier = Frontier()
    for leaf in leaf_hashes:
        frontier.append(leaf)
    return frontier.root()


def nodes_over(leaf_hashes: Sequence[bytes]) -> NodeGetter:
    """Return a node getter that computes each node anew from the leaf hashes (simple, and slow for large trees)."""

    def node(level: int, index: int) -> bytes:
        return fold(b"".join(leaf_hashes[index << level : (index + 1) << level]))

    return node


def range_root(nodes: NodeGetter, start: int, end: int) -> bytes:
    """Return the root over leaves [start, end); `start` is a multiple of the smallest power of two ≥ end - start."""
    edge: list[bytes] = []
    at = start
    while at < end:
        level = (end - at).bit_length() - 1
        edge.append(nodes(level, at >> level))
        at += 1 << level
    root = edge.pop()
    while edge:
        root = node_hash(edge.pop(), root)
    return root


def inclusion_proof(nodes: NodeGetter | Sequence[bytes], index: int, size: int) -> list[bytes]:
    """Return the proof that leaf `index` is in the tree over the first `size` leaves, lowest node first.

    Args:
        nodes: a node getter, or the leaf hashes themselves.

    Raises:
        ValueError: the index is not in the tree.

    Source: RFC 9162 §2.1.3.1.
    """
    return inclusion_proofs(nodes, [index], size)[0]


def inclusion_proofs(nodes: NodeGetter | Sequence[bytes], indices: Iterable[int], size: int) -> list[list[bytes]]:
    """Return the proof of each of these leaves; the tree's right edge, which most of them share, is hashed once.

    Args, Raises, Source: as `inclusion_proof`.
    """
    getter = nodes if callable(nodes) else nodes_over(nodes)
    edges: dict[int, bytes] = {}
    proofs = []
    for index in indices:
        if not 0 <= index < size <= MAX_SIZE:
            raise ValueError("the index must be in the tree")
        proofs.append(_path(getter, 0, index, size, edges))
    return proofs


def consistency_proof(nodes: NodeGetter | Sequence[bytes], size1: int, size2: int) -> list[bytes]:
    """Return the proof that the tree of `size2` leaves extends the one of its first `size1`, lowest node first.

    Args:
        nodes: a node getter, or the leaf hashes themselves.

    Raises:
        ValueError: not 0 < size1 <= size2.

    Source: RFC 9162 §2.1.4.1.
    """
    if not 0 < size1 <= size2 <= MAX_SIZE:
        raise ValueError("sizes must be 0 < size1 <= size2")
    if size1 == size2:
        return []
    getter = nodes if callable(nodes) else nodes_over(nodes)
    # The earlier tree ends with a perfect subtree; from there it is the way of an inclusion proof.
    level = (size1 & -size1).bit_length() - 1
    index = (size1 >> level) - 1
    path = _path(getter, level, index, size2, {})
    # The verifier knows that subtree only when it is the whole of the earlier tree.
    return [getter(level, index), *path] if index else path


def _path(nodes: NodeGetter, level: int, index: int, size: int, edges: dict[int, bytes]) -> list[bytes]:
    """Return the hash beside this node, beside its parent, and so on up to the root over `size` leaves.

    `edges` keeps the incomplete nodes of this tree, one a level at most, from one path to the next.
    """
    path: list[bytes] = []
    last = (size - 1) >> level
    while last:
        if index & 1:
            path.append(nodes(level, index - 1))
        elif index + 1 < last or (index < last and size == (last + 1) << level):
            path.append(nodes(level, index + 1))
        elif index < last:  # the last one of its level is not complete
            if level not in edges:
                edges[level] = range_root(nodes, last << level, size)
            path.append(edges[level])
        level += 1
        index >>= 1
        last >>= 1
    return path


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Return nothing when the proof shows that `leaf` is leaf `index` of the tree with this size and root.

    Raises:
        InvalidProof: it does not, or any part has the wrong form.

    Source: RFC 9162 §2.1.3.2.
    """
    verify_subtree_inclusion(leaf, index, (0, size), proof, root)


def verify_subtree_inclusion(
    leaf: bytes, index: int, subtree: tuple[int, int], proof: Sequence[bytes], root: bytes
) -> None:
    """Return nothing when `leaf` is leaf `index` of the subtree over [start, end) with this root.

    Raises:
        InvalidProof: it is not, the range is no subtree, or any part has the wrong form.
    """
    start, end = subtree
    _check_subtree(start, end)
    if not start <= index < end:
        raise InvalidProof("index_out_of_range")
    _check_hashes((leaf, root, *proof))
    fn, sn = index - start, end - start - 1
    result = leaf
    for sibling in proof:
        if sn == 0:
            raise InvalidProof("proof_too_long")
        if fn & 1 or fn == sn:
            result = node_hash(sibling, result)
            while fn and not fn & 1:  # climb past the levels where this node has no sibling
                fn, sn = fn >> 1, sn >> 1
        else:
            result = node_hash(result, sibling)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise InvalidProof("proof_too_short")
    if result != root:
        raise InvalidProof("root_differs")


def verify_consistency(size1: int, size2: int, proof: Sequence[bytes], root1: bytes, root2: bytes) -> None:
    """Return nothing when the proof shows that the tree (size2, root2) extends the tree (size1, root1).

    An earlier tree of no leaves proves nothing and is refused; two trees of one size need equal roots and no proof.

    Raises:
        InvalidProof: it does not, or any part has the wrong form.

    Source: RFC 9162 §2.1.4.2.
    """
    if size1 < 1:
        raise InvalidProof("earlier_tree_empty")
    verify_subtree_consistency((0, size1), size2, proof, root1, root2)


def verify_subtree_consistency(
    subtree: tuple[int, int], size: int, proof: Sequence[bytes], subtree_root: bytes, root: bytes
) -> None:
    """Return nothing when the subtree over [start, end) with its root is part of the tree (size, root).

    The empty range is part of every tree: it needs the empty root and no proof, and says nothing about `root`.

    Raises:
        InvalidProof: it is not, the range is no subtree of it, or any part has the wrong form.
    """
    start, end = subtree
    if not end <= size <= MAX_SIZE:
        raise InvalidProof("sizes_out_of_order")
    if 0 <= start == end or (start == 0 and end == size):
        if proof or subtree_root != (root if end > start else EMPTY_ROOT):
            raise InvalidProof("root_differs")
        return
    _check_subtree(start, end)
    _check_hashes((subtree_root, root, *proof))
    old, new = _climb(start, end - 1, size - 1, proof, subtree_root)
    if old != subtree_root or new != root:
        raise InvalidProof("root_differs")


def _climb(fn: int, sn: int, tn: int, proof: Sequence[bytes], subtree_root: bytes) -> tuple[bytes, bytes]:
    """Return the two roots that a consistency proof computes, in the RFC's own variables.

    `fn` and `sn` are the first and last leaf of the subtree, `tn` the last leaf of the tree, all shifted as we climb.
    """
    while fn != sn and (sn & 1 or sn == tn):
        fn, sn, tn = fn >> 1, sn >> 1, tn >> 1
    rest = iter(proof)
    first = subtree_root if fn == sn else next(rest, None)
    if first is None:
        raise InvalidProof("proof_too_short")
    old = new = first
    for sibling in rest:
        if tn == 0:
            raise InvalidProof("proof_too_long")
        if sn & 1 or sn == tn:
            if fn < sn:
                old = node_hash(sibling, old)
            new = node_hash(sibling, new)
            while not sn & 1:
                fn, sn, tn = fn >> 1, sn >> 1, tn >> 1
        else:
            new = node_hash(new, sibling)
        fn, sn, tn = fn >> 1, sn >> 1, tn >> 1
    if tn:
        raise InvalidProof("proof_too_short")
    return old, new


def _check_subtree(start: int, end: int) -> None:
    width = end - start
    if not 0 <= start < end <= MAX_SIZE or start % (1 << (width - 1).bit_length()):
        raise InvalidProof("not_a_subtree")


def _check_hashes(hashes: Iterable[bytes]) -> None:
    if any(len(value) != HASH_BYTES for value in hashes):
        raise InvalidProof("hash_length")
