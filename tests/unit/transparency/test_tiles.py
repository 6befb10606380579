"""Paths and bundles of C2SP tlog-tiles."""

import pytest

from backend.transparency.merkle import Node
from backend.transparency.tiles import (
    ENTRIES,
    MalformedTile,
    Tile,
    decode_bundle,
    encode_bundle,
    grown_tiles,
    node_reader,
    parse_path,
    split_hashes,
)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 999), "tile/0/999"),
        (Tile(1, 1234067), "tile/1/x001/x234/067"),
        (Tile(0, 273, 112), "tile/0/273.p/112"),
        (Tile(0, 1000, 1), "tile/0/x001/000.p/1"),
        (Tile(ENTRIES, 5, 255), "tile/entries/005.p/255"),
        (Tile(63, 0), "tile/63/000"),
    ],
)
def test_path_is_spelt_one_way_and_read_back(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert parse_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/0/0000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/x000/000",
        "tile/0/001/000",
        "tile/0/x001",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/999",
        "tile/entries/../000",
        "/tile/0/000",
        "tile/0/000/",
        "tile/0/٠٠٠",
    ],
)
def test_path_with_another_spelling_is_refused(path: str) -> None:
    with pytest.raises(MalformedTile):
        parse_path(path)


@pytest.mark.parametrize("fields", [(-2, 0, 1), (64, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)])
def test_tile_outside_the_format_is_refused(fields: tuple[int, int, int]) -> None:
    with pytest.raises(MalformedTile):
        Tile(*fields)


def test_log_of_70000_entries_has_the_files_of_the_specification() -> None:
    tiles = [tile for tile in grown_tiles(0, 70_000) if tile.level != ENTRIES]
    assert sum(tile.level == 0 and tile.width == 256 for tile in tiles) == 273
    assert [tile.path for tile in tiles if tile.width < 256] == [
        "tile/0/273.p/112",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    ]
    assert sum(tile.level == 1 and tile.width == 256 for tile in tiles) == 1


def test_growth_inside_a_tile_writes_only_its_new_width() -> None:
    assert [tile.path for tile in grown_tiles(3, 5)] == [
        "tile/entries/000.p/5",
        "tile/0/000.p/5",
    ]
    assert list(grown_tiles(5, 5)) == []
    assert list(grown_tiles(0, 0)) == []


def test_growth_over_a_tile_writes_the_full_one_and_the_next() -> None:
    assert [tile.path for tile in grown_tiles(250, 258)] == [
        "tile/entries/000",
        "tile/entries/001.p/2",
        "tile/0/000",
        "tile/0/001.p/2",
        "tile/1/000.p/1",
    ]


def test_bundle_decodes_to_its_entries() -> None:
    entries = [b"", b"a", b"b" * 65_535]
    content = encode_bundle(entries)
    assert content[:5] == b"\x00\x00\x00\x01a"
    assert decode_bundle(content, 3) == entries


@pytest.mark.parametrize("cut", range(1, 9))
def test_bundle_with_bytes_missing_is_refused(cut: int) -> None:
    content = encode_bundle([b"abc", b"def"])
    with pytest.raises(MalformedTile):
        decode_bundle(content[:-cut], 2)


def test_bundle_with_bytes_left_over_is_refused() -> None:
    content = encode_bundle([b"abc", b"def"])
    with pytest.raises(MalformedTile, match="more"):
        decode_bundle(content, 1)


def test_bundle_of_an_entry_too_long_is_refused() -> None:
    with pytest.raises(MalformedTile, match="at most 65535"):
        encode_bundle([b"a" * 65_536])


def test_tile_of_another_length_is_refused() -> None:
    assert split_hashes(Tile(0, 0, 2), b"a" * 32 + b"b" * 32) == [b"a" * 32, b"b" * 32]
    with pytest.raises(MalformedTile, match="expected 64 bytes"):
        split_hashes(Tile(0, 0, 2), b"a" * 63)


def test_node_outside_the_log_is_refused() -> None:
    with pytest.raises(MalformedTile):
        node_reader(3, lambda tile: bytes(32 * tile.width))(Node(9, 0))
