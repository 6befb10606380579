"""The tree against the definitions of RFC 6962, written down a second time and recursively."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.transparency.compact import CompactRange
from backend.transparency.merkle import (
    InvalidProof,
    Node,
    Tree,
    all_inclusion_proofs,
    consistency_proof,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
)
from backend.transparency.tiles import Tile, grown_tiles, node_reader

LEAVES_MAX = 700


def leaves(count: int) -> list[bytes]:
    return [sha256(number.to_bytes(4, "big")).digest() for number in range(count)]


def mth(hashes: list[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1, over leaf hashes."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1 << ((len(hashes) - 1).bit_length() - 1)
    return sha256(b"\x01" + mth(hashes[:k]) + mth(hashes[k:])).digest()


def path(m: int, hashes: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962 section 2.1.1."""
    if len(hashes) == 1:
        return []
    k = 1 << ((len(hashes) - 1).bit_length() - 1)
    if m < k:
        return [*path(m, hashes[:k]), mth(hashes[k:])]
    return [*path(m - k, hashes[k:]), mth(hashes[:k])]


def subproof(m: int, hashes: list[bytes], *, complete: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962 section 2.1.2."""
    if m == len(hashes):
        return [] if complete else [mth(hashes)]
    k = 1 << ((len(hashes) - 1).bit_length() - 1)
    if m <= k:
        return [*subproof(m, hashes[:k], complete=complete), mth(hashes[k:])]
    return [*subproof(m - k, hashes[k:], complete=False), mth(hashes[:k])]


@st.composite
def two_sizes(draw: st.DrawFn) -> tuple[int, int]:
    new = draw(st.integers(1, LEAVES_MAX))
    return draw(st.integers(0, new)), new


@given(st.integers(0, LEAVES_MAX))
def test_root_equals_the_recursive_definition(size: int) -> None:
    assert Tree(leaves(size)).root() == mth(leaves(size))


@given(two_sizes())
def test_compact_range_grows_to_the_same_root(sizes: tuple[int, int]) -> None:
    old, new = sizes
    edge = CompactRange().extended(leaves(new)[:old])
    edge = CompactRange.from_bytes(edge.size, edge.to_bytes())
    assert edge.root == mth(leaves(new)[:old])
    assert edge.extended(leaves(new)[old:]).root == mth(leaves(new))


@given(two_sizes())
def test_growing_names_the_root_of_every_full_tile(sizes: tuple[int, int]) -> None:
    old, new = sizes
    tree = Tree(leaves(new))
    _, full_tiles = CompactRange().extended(leaves(new)[:old]).grown(leaves(new)[old:])
    assert full_tiles == [(Node(8, offset), tree.node(Node(8, offset))) for offset in range(old // 256, new // 256)]


@given(two_sizes(), st.data())
def test_inclusion_proof_equals_the_definition_and_verifies(sizes: tuple[int, int], data: st.DataObject) -> None:
    _, size = sizes
    index = data.draw(st.integers(0, size - 1))
    tree = Tree(leaves(size))
    proof = inclusion_proof(index, size, tree.node)
    assert proof == path(index, leaves(size))
    leaf = leaves(size)[index]
    verify_inclusion(leaf, index=index, size=size, proof=proof, root=tree.root())
    with pytest.raises(InvalidProof):
        verify_inclusion(leaf, index=index, size=size, proof=[*proof, bytes(32)], root=tree.root())
    with pytest.raises(InvalidProof):
        verify_inclusion(bytes(32), index=index, size=size, proof=proof, root=tree.root())


@given(two_sizes(), st.data())
def test_consistency_proof_equals_the_definition_and_verifies(sizes: tuple[int, int], data: st.DataObject) -> None:
    old, new = sizes
    tree = Tree(leaves(new))
    proof = consistency_proof(old, new, tree.node)
    assert proof == ([] if old == 0 else subproof(old, leaves(new), complete=True))

    def verify(changed: list[bytes], old_root: bytes) -> None:
        verify_consistency(old_size=old, old_root=old_root, new_size=new, new_root=tree.root(), proof=changed)

    verify(proof, tree.root(old))
    with pytest.raises(InvalidProof):
        verify(proof, sha256(b"another history").digest())
    with pytest.raises(InvalidProof):
        verify([*proof, bytes(32)], tree.root(old))
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        with pytest.raises(InvalidProof):
            verify([*proof[:at], *proof[at + 1 :]], tree.root(old))
        with pytest.raises(InvalidProof):
            verify([*proof[:at], bytes(32), *proof[at + 1 :]], tree.root(old))


@given(st.integers(1, 200_000), st.data())
def test_tiles_hold_every_hash_a_proof_needs(size: int, data: st.DataObject) -> None:
    """Hashes are counted, not computed: a tile reader must only ask for published tiles."""
    published = set(grown_tiles(0, size))
    asked: set[Tile] = set()

    def read(tile: Tile) -> bytes:
        asked.add(tile)
        return bytes(32 * tile.width)

    node = node_reader(size, read)
    inclusion_proof(data.draw(st.integers(0, size - 1)), size, node)
    consistency_proof(data.draw(st.integers(0, size)), size, node)
    assert asked <= published


@given(two_sizes())
def test_tiles_written_while_growing_equal_those_of_the_grown_log(
    sizes: tuple[int, int],
) -> None:
    old, new = (size * 300 for size in sizes)
    before, after = set(grown_tiles(0, old)), set(grown_tiles(0, new))
    written = before | set(grown_tiles(old, new))
    assert after <= written
    assert {tile for tile in written - after if tile.width == 256} == set()


@given(two_sizes())
def test_hashes_read_from_tiles_are_the_tree(sizes: tuple[int, int]) -> None:
    size = sizes[1]
    tree = Tree(leaves(size))

    def read(tile: Tile) -> bytes:
        level_hashes = tree.level(tile.level * 8)
        return b"".join(level_hashes[tile.start : tile.end])

    node = node_reader(size, read)
    assert inclusion_proof(size - 1, size, node) == path(size - 1, leaves(size))
    assert consistency_proof(sizes[0], size, node) == consistency_proof(sizes[0], size, tree.node)


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=70))
def test_all_inclusion_proofs_equal_one_at_a_time(leaves: list[bytes]) -> None:
    tree = Tree(leaves)
    root, proofs = all_inclusion_proofs(leaves)
    assert root == tree.root()
    assert proofs == [tuple(inclusion_proof(index, tree.size, tree.node)) for index in range(tree.size)]
