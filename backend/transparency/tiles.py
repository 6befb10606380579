"""Tiles: the tree cut into files of 256 hashes, and the entries cut the same way.

For:        publishing the log as static files, and reading hashes back out of them.
Guarantees: pure; a path names one immutable file; a bundle decodes to the entries it was made of.
Refuses:    paths with another spelling, empty tiles, bundles with bytes missing or left over.
Source:     C2SP tlog-tiles 0.1.0 (paths, widths, entry bundles).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from backend.transparency.merkle import HASH_SIZE, Node, NodeReader, Tree

HEIGHT: Final = 8
WIDTH: Final = 1 << HEIGHT
LEVEL_MAX: Final = 63
ENTRIES: Final = -1
"""The "level" of entry bundles, below the hashes of level 0."""
ENTRY_BYTES_MAX: Final = 0xFFFF

_GROUP: Final = 1000
_LENGTH_BYTES: Final = 2
_PATH: Final = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


class MalformedTile(ValueError):
    """The path or the content of a tile is not what the format allows."""


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """One file: `width` hashes (or entries) starting at `index * 256` of its level."""

    level: int
    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        """Refuse tiles nobody may publish."""
        if not (ENTRIES <= self.level <= LEVEL_MAX and self.index >= 0 and 0 < self.width <= WIDTH):
            raise MalformedTile(f"expected a tile of the format, got {self}")

    @property
    def path(self) -> str:
        """The path below the log's prefix."""
        groups = [f"{self.index % _GROUP:03d}"]
        rest = self.index // _GROUP
        while rest:
            groups.append(f"x{rest % _GROUP:03d}")
            rest //= _GROUP
        level = "entries" if self.level == ENTRIES else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{'/'.join(reversed(groups))}{partial}"

    @property
    def start(self) -> int:
        """The first hash of its level (or entry) it holds."""
        return self.index * WIDTH

    @property
    def end(self) -> int:
        """The position after the last hash (or entry) it holds."""
        return self.start + self.width


TileReader: TypeAlias = Callable[[Tile], bytes]


def parse_path(path: str) -> Tile:
    """Read a tile's path. Raises: MalformedTile unless it is spelt exactly as `Tile.path`."""
    match = _PATH.fullmatch(path)
    if match is None:
        raise MalformedTile(f"expected a tile path, got {path!r}")
    level, number, width = match.groups()
    tile = Tile(
        level=ENTRIES if level == "entries" else int(level),
        index=int(number.replace("/", "").replace("x", "")),
        width=int(width) if width else WIDTH,
    )
    if tile.path != path:
        raise MalformedTile(f"expected {tile.path!r}, got {path!r}")
    return tile


def grown_tiles(old_size: int, new_size: int) -> Iterator[Tile]:
    """Name the files to write when the log grows: bundles, then hashes from the leaves up.

    `grown_tiles(0, size)` names every file of a log of that size.
    """
    levels = -(-new_size.bit_length() // HEIGHT)
    for level in range(ENTRIES, levels):
        shift = HEIGHT * max(level, 0)
        old, new = old_size >> shift, new_size >> shift
        if old == new:
            continue
        for index in range(old // WIDTH, -(-new // WIDTH)):
            yield Tile(level, index, min(WIDTH, new - index * WIDTH))


def split_hashes(tile: Tile, content: bytes) -> list[bytes]:
    """Cut a hash tile into its hashes. Raises: MalformedTile when its length is another."""
    if len(content) != tile.width * HASH_SIZE:
        expected = tile.width * HASH_SIZE
        raise MalformedTile(f"expected {expected} bytes in {tile.path}, got {len(content)}")
    return [content[at : at + HASH_SIZE] for at in range(0, len(content), HASH_SIZE)]


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Write entries one after the other, each behind its length (two bytes, big endian)."""
    for entry in entries:
        if len(entry) > ENTRY_BYTES_MAX:
            raise MalformedTile(f"expected at most {ENTRY_BYTES_MAX} bytes, got {len(entry)}")
    return b"".join(len(entry).to_bytes(_LENGTH_BYTES, "big") + entry for entry in entries)


def decode_bundle(content: bytes, count: int) -> list[bytes]:
    """Read exactly `count` entries. Raises: MalformedTile when bytes are missing or left over."""
    entries: list[bytes] = []
    at = 0
    for _ in range(count):
        start = at + _LENGTH_BYTES
        at = start + int.from_bytes(content[at:start], "big")
        if start > len(content) or at > len(content):
            raise MalformedTile(f"expected {count} entries, got {len(entries)} and a piece")
        entries.append(content[start:at])
    if at != len(content):
        raise MalformedTile(f"expected {count} entries, got {len(content) - at} bytes more")
    return entries


def tile_of(node: Node, size: int) -> Tile:
    """Name the hash tile that a perfect subtree of a log of that size is read from."""
    level, below = divmod(node.level, HEIGHT)
    index = (node.offset << below) // WIDTH
    return Tile(level, index, min(WIDTH, (size >> (HEIGHT * level)) - index * WIDTH))


def node_reader(size: int, read: TileReader) -> NodeReader:
    """Read perfect subtrees of a log of that size out of its tiles."""

    def node(wanted: Node) -> bytes:
        tile = tile_of(wanted, size)
        count = 1 << wanted.level % HEIGHT
        start = wanted.offset * count - tile.start
        return Tree(split_hashes(tile, read(tile))[start : start + count]).root()

    return node
