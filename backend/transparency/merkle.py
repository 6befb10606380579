"""Merkle tree hashing, inclusion and consistency proofs.

For:        the log, its proofs, the receipts of a ballot batch and every verifier of them.
Guarantees: pure; a proof that verifies binds the leaf (or the older tree) to the root.
Refuses:    proofs of the wrong length or with a wrong hash (`InvalidProof`), positions outside the
            tree (`ValueError`).
Source:     RFC 6962 section 2.1 (hashing and proofs), RFC 9162 sections 2.1.3.2 and 2.1.4.2
            (verification). Nodes are named as in C2SP tlog-tiles: level 0 are the leaves.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Final, NamedTuple, TypeAlias

HASH_SIZE: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()

_LEAF: Final = b"\x00"
_NODE: Final = b"\x01"


class Node(NamedTuple):
    """The perfect subtree over leaves `offset * 2^level` up to `(offset + 1) * 2^level`."""

    level: int
    offset: int


class LeafRange(NamedTuple):
    """The leaves from `start` up to, not including, `end`."""

    start: int
    end: int


NodeReader: TypeAlias = Callable[[Node], bytes]
"""Where the hashes of perfect subtrees come from: memory, tiles or the database."""


class InvalidProof(ValueError):
    """The proof does not lead to the expected root."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry as a leaf."""
    return sha256(_LEAF + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into their parent."""
    return sha256(_NODE + left + right).digest()


class Tree:
    """All perfect subtrees over a list of leaves, in memory."""

    def __init__(self, leaves: Sequence[bytes] = ()) -> None:
        """Build bottom up from leaf hashes."""
        self._levels = [list(leaves)]
        while len(below := self._levels[-1]) > 1:
            pairs = zip(below[::2], below[1::2], strict=False)
            self._levels.append([node_hash(left, right) for left, right in pairs])

    @property
    def size(self) -> int:
        """The number of leaves."""
        return len(self._levels[0])

    def node(self, node: Node) -> bytes:
        """Return the hash of a perfect subtree."""
        return self._levels[node.level][node.offset]

    def level(self, level: int) -> Sequence[bytes]:
        """Return the hashes of all perfect subtrees of one level, left to right."""
        return self._levels[level]

    def root(self, size: int | None = None) -> bytes:
        """Return the root over the first `size` leaves; all of them by default."""
        return range_hash(LeafRange(0, self.size if size is None else size), self.node)


def perfect_nodes(leaves: LeafRange) -> list[Node]:
    """Cover a range with the fewest perfect subtrees, left to right."""
    nodes: list[Node] = []
    start, end = leaves
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        nodes.append(Node(level, start >> level))
        start += 1 << level
    return nodes


def fold(hashes: Sequence[bytes]) -> bytes:
    """Hash adjacent perfect subtrees of falling size, left to right, into their root."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def range_hash(leaves: LeafRange, node: NodeReader) -> bytes:
    """Return MTH(D[start:end]) for a range that a proof or a root speaks of."""
    return fold([node(each) for each in perfect_nodes(leaves)])


def root_of(entries: Iterable[bytes]) -> bytes:
    """Return the root over entries (not leaf hashes)."""
    return Tree([leaf_hash(entry) for entry in entries]).root()


def inclusion_ranges(index: int, size: int) -> list[LeafRange]:
    """Name the subtrees of PATH(index, D[size]), leaf to root.

    Raises:
        ValueError: the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"expected an index below the size {size}, got {index}")
    ranges: list[LeafRange] = []
    start, end = 0, size
    while end - start > 1:
        middle = _split(start, end)
        if index < middle:
            ranges.append(LeafRange(middle, end))
            end = middle
        else:
            ranges.append(LeafRange(start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(old_size: int, new_size: int) -> list[LeafRange]:
    """Name the subtrees of PROOF(old_size, D[new_size]), in the order of the proof.

    Raises:
        ValueError: the older tree is larger than the newer one.
    """
    if not 0 <= old_size <= new_size:
        raise ValueError(f"expected an old size up to {new_size}, got {old_size}")
    if old_size in {0, new_size}:
        return []
    ranges: list[LeafRange] = []
    start, end = 0, new_size
    while old_size != end:
        middle = _split(start, end)
        if old_size <= middle:
            ranges.append(LeafRange(middle, end))
            end = middle
        else:
            ranges.append(LeafRange(start, middle))
            start = middle
    if start:  # the old tree itself is not repeated in its own proof
        ranges.append(LeafRange(start, end))
    return ranges[::-1]


def inclusion_proof(index: int, size: int, node: NodeReader) -> list[bytes]:
    """Prove that a leaf is part of the tree of that size. Raises: ValueError as `inclusion_ranges`."""
    return [range_hash(each, node) for each in inclusion_ranges(index, size)]


def all_inclusion_proofs(leaves: Sequence[bytes]) -> tuple[bytes, list[tuple[bytes, ...]]]:
    """Return the root over leaf hashes, and `inclusion_proof` of every leaf in turn.

    Bottom up, a node without a sibling moves up unhashed: the same tree, one hash per pair. Then top down, every proof
    is its parent's with one sibling more.
    """
    if not leaves:
        return EMPTY_ROOT, []
    levels = [list(leaves)]
    while len(below := levels[-1]) > 1:
        above = [node_hash(left, right) for left, right in zip(below[::2], below[1::2], strict=False)]
        levels.append(above + below[len(above) * 2 :])
    [root] = levels.pop()
    proofs: list[tuple[bytes, ...]] = [()]
    for level in reversed(levels):
        siblings = [each for pair in zip(level[::2], level[1::2], strict=False) for each in reversed(pair)]
        beside = [(sibling, *proofs[number // 2]) for number, sibling in enumerate(siblings)]
        proofs = beside + proofs[len(beside) // 2 :]
    return root, proofs


def consistency_proof(old_size: int, new_size: int, node: NodeReader) -> list[bytes]:
    """Prove that a tree only grew. Raises: ValueError as `consistency_ranges`."""
    return [range_hash(each, node) for each in consistency_ranges(old_size, new_size)]


def implied_root(leaf: bytes, *, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """Return the root that an inclusion proof leads to.

    Raises:
        InvalidProof: the proof has another length than the position asks for.
    """
    if not 0 <= index < size:
        raise InvalidProof(f"expected an index below the size {size}, got {index}")
    position, last, computed = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise InvalidProof("expected a shorter proof")
        if position & 1 or position == last:
            computed = node_hash(sibling, computed)
            position, last = _skip_missing_siblings(position, last)
        else:
            computed = node_hash(computed, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise InvalidProof("expected a longer proof")
    return computed


def verify_inclusion(leaf: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that a leaf hash is leaf `index` of the tree with this size and root.

    Raises:
        InvalidProof: it is not, or the proof has another length than the position asks for.
    """
    _expect(root, implied_root(leaf, index=index, size=size, proof=proof))


def verify_consistency(
    *, old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the newer tree begins with the older one.

    Raises:
        InvalidProof: it does not, or the proof has another length than the sizes ask for.
    """
    if not 0 <= old_size <= new_size:
        raise InvalidProof(f"expected an old size up to {new_size}, got {old_size}")
    if old_size in {0, new_size}:
        if proof:
            raise InvalidProof(f"expected an empty proof, got {len(proof)} hashes")
        _expect(EMPTY_ROOT if old_size == 0 else new_root, old_root)
        return
    is_perfect = old_size & (old_size - 1) == 0
    hashes = [old_root, *proof] if is_perfect else list(proof)
    if not hashes:
        raise InvalidProof("expected a longer proof")
    computed_old, computed_new = _replay_consistency(old_size - 1, new_size - 1, hashes)
    _expect(old_root, computed_old)
    _expect(new_root, computed_new)


def _replay_consistency(position: int, last: int, hashes: list[bytes]) -> tuple[bytes, bytes]:
    while position & 1:
        position, last = position >> 1, last >> 1
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise InvalidProof("expected a shorter proof")
        if position & 1 or position == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            position, last = _skip_missing_siblings(position, last)
        else:
            new = node_hash(new, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise InvalidProof("expected a longer proof")
    return old, new


def _skip_missing_siblings(position: int, last: int) -> tuple[int, int]:
    # A right edge node without a sibling moves up unhashed until it is a right child.
    while position and not position & 1:
        position, last = position >> 1, last >> 1
    return position, last


def _split(start: int, end: int) -> int:
    # The largest power of two strictly below the number of leaves goes to the left.
    return start + (1 << ((end - start - 1).bit_length() - 1))


def _expect(root: bytes, computed: bytes) -> None:
    if computed != root:
        raise InvalidProof(f"expected root {root.hex()}, got {computed.hex()}")
