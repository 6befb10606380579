"""The tree as the database keeps it: leaves, and one hash per full tile above them.

For:        publishing tiles, checking the right edge, proving inclusion.
Guarantees: reads only; a few hundred rows whatever the size of the log.
Refuses:    tiles beyond the log (`LookupError`).
Source:     C2SP tlog-tiles: the hashes of level n + 1 are the roots of the full tiles of level n.
"""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.transparency.compact import CompactRange
from backend.transparency.merkle import LeafRange, perfect_nodes, range_hash
from backend.transparency.models import LeafRow, NodeRow
from backend.transparency.tiles import (
    ENTRIES,
    HEIGHT,
    WIDTH,
    Tile,
    encode_bundle,
    node_reader,
    split_hashes,
    tile_of,
)


async def tile_content(session: AsyncSession, year: int, tile: Tile) -> bytes:
    """Return a file of the log. Raises: LookupError when the log does not reach that far."""
    rows = (await session.scalars(_rows(year, tile))).all()
    if len(rows) != tile.width:
        raise LookupError(f"expected {tile.width} rows for {tile.path}, got {len(rows)}")
    return encode_bundle(rows) if tile.level == ENTRIES else b"".join(rows)


async def stored_edge(session: AsyncSession, year: int, size: int) -> CompactRange:
    """Compute the right edge over the first `size` entries. Raises: LookupError as above."""
    hashes: list[bytes] = []
    levels = -(-size.bit_length() // HEIGHT)
    for level in reversed(range(levels)):
        index, width = divmod(size >> (HEIGHT * level), WIDTH)
        if width:
            content = await tile_content(session, year, Tile(level, index, width))
            leaves = split_hashes(Tile(level, index, width), content)
            hashes += CompactRange().extended(leaves).hashes
    return CompactRange(size, tuple(hashes))


async def range_hashes(session: AsyncSession, year: int, *, size: int, ranges: Sequence[LeafRange]) -> list[bytes]:
    """Return the hashes a proof in the tree of that size names."""
    wanted = {tile_of(node, size) for each in ranges for node in perfect_nodes(each)}
    contents = {tile: await tile_content(session, year, tile) for tile in sorted(wanted)}
    node = node_reader(size, contents.__getitem__)
    return [range_hash(each, node) for each in ranges]


def _rows(year: int, tile: Tile) -> Select[bytes]:
    if tile.level <= 0:
        column = LeafRow.entry if tile.level == ENTRIES else LeafRow.hash
        inside = LeafRow.idx.between(tile.start, tile.end - 1)
        return select(column).where(LeafRow.year == year, inside).order_by(LeafRow.idx)
    inside = NodeRow.idx.between(tile.start, tile.end - 1)
    return select(NodeRow.hash).where(NodeRow.year == year, NodeRow.level == tile.level, inside).order_by(NodeRow.idx)
