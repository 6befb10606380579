"""Disks that can lose their power or fill up: an ext4 in a file, and a small tmpfs. Both need root.

A copy of the backing file holds what had reached the disk when it was made: pages that were written and not yet
flushed live in the memory of the mounted file system and are missing, as after a power cut. What the drive's own
cache would lose as well is not shown.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.services import missing

MOUNT = "loop,noauto_da_alloc"  # without ext4's kindness to programs that rename without flushing


def need_disks() -> None:
    """Skip, visibly, where file systems cannot be mounted."""
    if os.geteuid() != 0:
        missing("Root", "power loss and full disks are simulated with mounts")
    if not shutil.which("mkfs.ext4") or not Path("/dev/loop-control").exists():
        missing("ext4 on a loop device", "apt-get install e2fsprogs, on a machine with loop devices")


@contextlib.contextmanager
def mounted(image: Path, at: Path) -> Iterator[Path]:
    """Mount the file system in a file."""
    at.mkdir(parents=True, exist_ok=True)
    _do("mount", "-o", MOUNT, image, at)
    try:
        yield at
    finally:
        _do("umount", at)


@contextlib.contextmanager
def ext4(folder: Path, *, size_mb: int) -> Iterator[tuple[Path, Path]]:
    """Make and mount a fresh file system; yields its image and where it is mounted."""
    need_disks()
    image = folder / "disk.img"
    with image.open("wb") as file:
        file.truncate(size_mb << 20)
    _do("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", image)
    with mounted(image, folder / "disk") as at:
        yield image, at


@contextlib.contextmanager
def tmpfs(at: Path, *, size_mb: int) -> Iterator[Path]:
    """Mount a disk of a few megabytes."""
    if os.geteuid() != 0:
        missing("Root", "a full disk is simulated with a mount")
    at.mkdir(parents=True, exist_ok=True)
    _do("mount", "-t", "tmpfs", "-o", f"size={size_mb}m", "tmpfs", at)
    try:
        yield at
    finally:
        _do("umount", at)


def cut_power(image: Path, copy: Path) -> None:
    """Keep what is on the disk at this moment."""
    _do("cp", "--sparse=always", image, copy)


def fill(disk: Path) -> Path:
    """Take every free byte; return the file to delete when there shall be room again."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        for size in (1 << 16, 1 << 12, 1):
            with contextlib.suppress(OSError):
                while file.write(b"\0" * size):
                    pass
    return ballast


def _do(*words: object) -> None:
    subprocess.run([str(word) for word in words], check=True, capture_output=True)  # noqa: S603 - our own words
