"""How to forge a copied log: flip a byte, change a vote, make the newest entries disappear."""

from __future__ import annotations

import json
from pathlib import Path

from backend.transparency.checkpoint import Checkpoint
from backend.transparency.merkle import Tree, leaf_hash, root_of
from backend.transparency.note import NoteSigner
from backend.transparency.tiles import ENTRIES, HEIGHT, Tile, decode_bundle, encode_bundle, grown_tiles, parse_path

FORGOTTEN = 5


def flip_byte(log: Path) -> None:
    """Change one character of one entry in the first bundle."""
    bundle = min(path for path in (log / "tile" / "entries").rglob("*") if path.is_file())
    content = bytearray(bundle.read_bytes())
    middle = len(content) // 2
    content[middle] ^= 0x01
    bundle.write_bytes(bytes(content))


def change_vote(openings: Path) -> None:
    """Turn one ballot of a yes/no question into its opposite."""
    for file in sorted(openings.iterdir()):
        lines = file.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            ballot = json.loads(line)
            if ballot["choices"] == ["no"]:
                ballot["choices"] = ["yes"]
                lines[number] = json.dumps(ballot, sort_keys=True, separators=(",", ":"))
                file.write_text("\n".join(lines) + "\n", encoding="utf-8")
                return


def roll_back(log: Path, signer: NoteSigner) -> None:
    """Sign an older state again, as a server that wants to forget its newest entries would."""
    entries = entries_of(log)
    kept = entries[: len(entries) - FORGOTTEN]
    tree = Tree([leaf_hash(entry) for entry in kept])
    for tile in grown_tiles(0, len(kept)):  # a careful liar also serves the pieces of the size he claims
        bundle = tile.level == ENTRIES
        content = encode_bundle(kept[tile.start : tile.end]) if bundle else _hashes(tree, tile)
        (log / tile.path).parent.mkdir(parents=True, exist_ok=True)
        (log / tile.path).write_bytes(content)
    checkpoint = Checkpoint(signer.name, len(kept), root_of(kept))
    (log / "checkpoint").write_bytes(checkpoint.signed(signer).encode())


def entries_of(log: Path) -> list[bytes]:
    """Read every entry of a copied log."""
    files = [path for path in (log / "tile" / "entries").rglob("*") if path.is_file()]
    best: dict[int, list[bytes]] = {}
    for path in files:
        tile = parse_path(path.relative_to(log).as_posix())
        entries = decode_bundle(path.read_bytes(), tile.width)
        if len(entries) > len(best.get(tile.index, [])):
            best[tile.index] = entries
    return [entry for index in sorted(best) for entry in best[index]]


def _hashes(tree: Tree, tile: Tile) -> bytes:
    return b"".join(tree.level(tile.level * HEIGHT)[tile.start : tile.end])
