"""Find byte strings in whatever an installation leaves on its disks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

PREFIX_BYTES = 4


@dataclass(frozen=True, slots=True)
class Hit:
    """A string that was found, by the name of its kind, and where."""

    kind: str
    place: str


def spellings(raw: bytes) -> frozenset[bytes]:
    """Return how a byte string may stand in a file: as it is, and as hexadecimal text."""
    return frozenset({raw, raw.hex().encode(), raw.hex().upper().encode()})


def hunt(canaries: Mapping[str, Iterable[bytes]], files: Iterable[Path]) -> list[Hit]:
    """Return every canary found in the files, one hit per kind and place."""
    search = Search(canaries)
    return [hit for path in files for hit in search.in_bytes(_content(path), str(path))]


def files_below(*folders: Path) -> Iterator[Path]:
    """Yield all files of some folders."""
    for folder in folders:
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


class Search:
    """Looks for many strings in one pass: by the first four bytes, then by the whole."""

    def __init__(self, canaries: Mapping[str, Iterable[bytes]]) -> None:
        self._by_prefix: dict[int, list[tuple[str, bytes]]] = {}
        for kind, strings in canaries.items():
            for each in strings:
                assert len(each) >= PREFIX_BYTES, (kind, each)
                self._by_prefix.setdefault(int.from_bytes(each[:PREFIX_BYTES], "little"), []).append((kind, each))
        self._prefixes = np.array(sorted(self._by_prefix), dtype=np.uint32)
        self._begins = np.zeros(1 << 16, dtype=bool)
        self._begins[self._prefixes & 0xFFFF] = True

    def in_bytes(self, content: bytes, place: str) -> set[Hit]:
        """Return the kinds found in a byte string."""
        found: set[Hit] = set()
        for offset in self._candidates(content):
            prefix = int.from_bytes(content[offset : offset + PREFIX_BYTES], "little")
            for kind, each in self._by_prefix.get(prefix, ()):
                if content.startswith(each, offset):
                    found.add(Hit(kind, place))
        return found

    def _candidates(self, content: bytes) -> Iterator[int]:
        if len(content) < PREFIX_BYTES or not len(self._prefixes):
            return
        data = np.frombuffer(content, dtype=np.uint8)
        pairs = data[:-1].astype(np.uint16) | (data[1:].astype(np.uint16) << 8)
        starts = np.flatnonzero(self._begins[pairs[:-2]])
        quads = pairs[starts].astype(np.uint32) | (pairs[starts + 2].astype(np.uint32) << 16)
        yield from (int(offset) for offset in starts[np.isin(quads, self._prefixes)])


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:  # a running server tidies up its temporary files
        return b""
