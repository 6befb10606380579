"""The right edge of a growing tree: all that is needed to append and to know the root.

For:        the sequencer, which never loads the tree to extend it.
Guarantees: at most 63 hashes; extending costs two hashes per leaf on average; pure and immutable.
Refuses:    stored edges whose length does not fit their size (`ValueError`).
Source:     RFC 6962 section 2.1; "compact range" as in Trillian's merkle package.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from backend.transparency.merkle import HASH_SIZE, Node, fold, node_hash
from backend.transparency.tiles import HEIGHT


@dataclass(frozen=True, slots=True)
class CompactRange:
    """The perfect subtrees over the first `size` leaves, largest first."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an edge that belongs to another size."""
        if len(self.hashes) != self.size.bit_count():
            expected = self.size.bit_count()
            raise ValueError(f"expected {expected} hashes at size {self.size}, got {len(self.hashes)}")

    @property
    def root(self) -> bytes:
        """The root of the tree."""
        return fold(self.hashes)

    def extended(self, leaves: Iterable[bytes]) -> "CompactRange":
        """Return the edge after appending leaf hashes."""
        return self.grown(leaves)[0]

    def grown(self, leaves: Iterable[bytes]) -> tuple["CompactRange", list[tuple[Node, bytes]]]:
        """Append leaf hashes; return the edge and the root of every tile that became full."""
        size, stack = self.size, list(self.hashes)
        full_tiles: list[tuple[Node, bytes]] = []
        for leaf in leaves:
            merged, level = leaf, 0
            while size >> level & 1:
                merged = node_hash(stack.pop(), merged)
                level += 1
                if level % HEIGHT == 0:
                    full_tiles.append((Node(level, size >> level), merged))
            stack.append(merged)
            size += 1
        return CompactRange(size, tuple(stack)), full_tiles

    def to_bytes(self) -> bytes:
        """Spell the hashes for storage beside the size."""
        return b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, size: int, edge: bytes) -> "CompactRange":
        """Read what `to_bytes` wrote. Raises: ValueError when it does not fit the size."""
        hashes = tuple(edge[at : at + HASH_SIZE] for at in range(0, len(edge), HASH_SIZE))
        if any(len(each) != HASH_SIZE for each in hashes):
            raise ValueError(f"expected whole hashes, got {len(edge)} bytes")
        return cls(size, hashes)
