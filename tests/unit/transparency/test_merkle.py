"""Fixed vectors of RFC 6962 implementations, and the refusals."""

from itertools import pairwise

import pytest

from backend.transparency.compact import CompactRange
from backend.transparency.merkle import (
    EMPTY_ROOT,
    InvalidProof,
    LeafRange,
    Tree,
    consistency_ranges,
    inclusion_ranges,
    leaf_hash,
    perfect_nodes,
    root_of,
    verify_consistency,
    verify_inclusion,
)

# The eight leaves and the roots over the first n of them that Certificate Transparency
# implementations test with.
ENTRIES = [
    bytes.fromhex(entry)
    for entry in (
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
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("size", range(9))
def test_root_matches_the_published_vectors(size: int) -> None:
    assert root_of(ENTRIES[:size]).hex() == ROOTS[size]
    edge = CompactRange().extended(leaf_hash(entry) for entry in ENTRIES[:size])
    assert edge.root.hex() == ROOTS[size]


def test_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert Tree().root() == EMPTY_ROOT


def test_root_of_an_older_size_is_kept() -> None:
    tree = Tree([leaf_hash(entry) for entry in ENTRIES])
    assert tree.root(5).hex() == ROOTS[5]


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_inclusion_outside_the_tree_is_refused(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="expected an index"):
        inclusion_ranges(index, size)
    with pytest.raises(InvalidProof, match="expected an index"):
        verify_inclusion(bytes(32), index=index, size=size, proof=[], root=bytes(32))


def test_inclusion_with_missing_hashes_is_refused() -> None:
    with pytest.raises(InvalidProof, match="longer"):
        verify_inclusion(bytes(32), index=0, size=2, proof=[], root=bytes(32))


def test_consistency_of_a_shrunken_tree_is_refused() -> None:
    with pytest.raises(ValueError, match="expected an old size"):
        consistency_ranges(4, 3)
    with pytest.raises(InvalidProof, match="expected an old size"):
        verify_consistency(old_size=4, old_root=bytes(32), new_size=3, new_root=bytes(32), proof=[])


@pytest.mark.parametrize("old", [0, 8])
def test_consistency_with_nothing_or_itself_takes_no_proof(old: int) -> None:
    root = bytes.fromhex(ROOTS[8])
    old_root = bytes.fromhex(ROOTS[old])
    verify_consistency(old_size=old, old_root=old_root, new_size=8, new_root=root, proof=[])
    with pytest.raises(InvalidProof, match="empty proof"):
        verify_consistency(old_size=old, old_root=old_root, new_size=8, new_root=root, proof=[root])
    with pytest.raises(InvalidProof, match="expected root"):
        verify_consistency(old_size=old, old_root=bytes(32), new_size=8, new_root=root, proof=[])


@pytest.mark.parametrize("old", [3, 4])
def test_consistency_without_hashes_is_refused(old: int) -> None:
    with pytest.raises(InvalidProof, match="longer"):
        verify_consistency(
            old_size=old,
            old_root=bytes.fromhex(ROOTS[old]),
            new_size=8,
            new_root=bytes.fromhex(ROOTS[8]),
            proof=[],
        )


@pytest.mark.parametrize(("size", "edge"), [(3, b"a" * 32), (1, b"a" * 31), (0, b"a" * 32)])
def test_compact_range_that_does_not_fit_its_size_is_refused(size: int, edge: bytes) -> None:
    with pytest.raises(ValueError, match="expected"):
        CompactRange.from_bytes(size, edge)


@pytest.mark.parametrize("start", range(20))
def test_perfect_nodes_cover_any_range_with_the_fewest_subtrees(start: int) -> None:
    for end in range(start, 40):
        nodes = perfect_nodes(LeafRange(start, end))
        covered = [leaf for node in nodes for leaf in range(node.offset << node.level, (node.offset + 1) << node.level)]
        assert covered == list(range(start, end))
        for left, right in pairwise(nodes):  # two that are brothers would be one
            assert left.level != right.level or left.offset % 2 == 1
