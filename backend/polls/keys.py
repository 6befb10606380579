"""Poll keys: what hides every ballot until sealing, kept outside database and backups.

Guarantees: a key is on disk (fsynced, in every key folder) before anybody may vote, and gone after sealing or
cancelling. Anything that can create, give and destroy a key by poll id may stand in (a vault, a token).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from backend.kit.entropy import Entropy
from backend.kit.errors import DomainError
from backend.kit.storage import sync_folder, write_durably

KEY_BYTES = 32
PRIVATE = 0o600


class PollKeyMissing(DomainError):
    """The key of a poll is not on this machine: its ballots cannot be written or read."""

    code = "poll_key_missing"
    status = 503
    title = "Diese Abstimmung kann gerade nicht bearbeitet werden"


class PollKeys(Protocol):
    """Create, give and destroy poll keys."""

    def create(self, poll_id: str, entropy: Entropy) -> bytes:
        """Make the key unless it exists; return it once it is durable."""
        ...

    def get(self, poll_id: str) -> bytes:
        """Return the key. Raises: PollKeyMissing."""
        ...

    def destroy(self, poll_id: str) -> None:
        """Remove every copy; no error when there is none."""
        ...


class DirectoryPollKeys:
    """Keys as files in one or more folders."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self._folders = tuple(folder / "polls" for folder in folders)

    def create(self, poll_id: str, entropy: Entropy) -> bytes:
        """Make the key unless it exists; return it once it is durable in every folder."""
        try:
            key = self.get(poll_id)
        except PollKeyMissing:
            key = entropy.bytes(KEY_BYTES)
        for folder in self._folders:
            if not (folder / poll_id).exists():
                write_durably(folder / poll_id, key, mode=PRIVATE)
        return key

    def get(self, poll_id: str) -> bytes:
        """Return the key from the first folder that has it. Raises: PollKeyMissing."""
        for folder in self._folders:
            try:
                return (folder / poll_id).read_bytes()
            except FileNotFoundError:
                continue
        raise PollKeyMissing

    def destroy(self, poll_id: str) -> None:
        """Overwrite and remove every copy."""
        for folder in self._folders:
            path = folder / poll_id
            if path.exists():
                with path.open("r+b") as file:
                    file.write(os.urandom(KEY_BYTES))
                    file.flush()
                    os.fsync(file.fileno())
                path.unlink()
                sync_folder(folder)
