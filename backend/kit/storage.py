"""Files that belong to the installation (log tiles, scans, PDFs), behind a small port.

Guarantees: a file is either wholly there or not at all (temporary name, fsync, rename, fsync of the folder).
Refuses paths that leave the root.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Protocol


class Storage(Protocol):
    """Put and get byte strings by relative path."""

    def put(self, path: str, content: bytes) -> None:
        """Store durably, replacing what was there."""
        ...

    def get(self, path: str) -> bytes | None:
        """Return the content, or None when absent."""
        ...

    def delete(self, path: str) -> None:
        """Remove if present."""
        ...


def write_durably(target: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write a file so that a crash leaves the old or the new content, never a mix."""
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".tmp-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Flush a folder's entries to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class DirectoryStorage:
    """Files below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def path(self, path: str) -> Path:
        """Resolve a relative path inside the root. Raises: ValueError when it would leave it."""
        target = (self.root / path).resolve()
        if not target.is_relative_to(self.root):
            msg = f"path leaves the storage: {path!r}"
            raise ValueError(msg)
        return target

    def put(self, path: str, content: bytes) -> None:
        """Store durably, replacing what was there."""
        write_durably(self.path(path), content)

    def get(self, path: str) -> bytes | None:
        """Return the content, or None when absent."""
        try:
            return self.path(path).read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None

    def delete(self, path: str) -> None:
        """Remove if present."""
        self.path(path).unlink(missing_ok=True)
