"""Never sign backwards: the last signed checkpoint, remembered outside the database.

For:        the publisher. A database restored from a backup would otherwise sign a second history,
            and every signature on it would be a split view.
Guarantees: compare and swap under a file lock, durable before it returns; sizes only grow, and one
            size has one root.
Refuses:    steps back and lost races (`RefusesToSign`).
Precondition: the folder belongs to the keys: neither in the database nor in its backups.
Source:     the lock backend of Sunlight's design, as a file.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from backend.kit.storage import write_durably
from backend.transparency.checkpoint import Checkpoint
from backend.transparency.errors import RefusesToSign

_SUFFIX: Final = ".last-signed"
_TURN: Final = "publishing.lock"


class LastSigned:
    """One small file per log."""

    def __init__(self, folder: Path) -> None:
        """Keep the files in `folder`, which is created when first needed."""
        self._folder = folder

    def get(self, origin: str) -> Checkpoint | None:
        """Return what was signed last, or None for a log that never signed.

        Raises:
            InvalidNote: the file is damaged; somebody has to look at it.
        """
        try:
            return Checkpoint.parse(self._path(origin).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None

    def all(self) -> list[Checkpoint]:
        """Return what was signed last in every log, older years first."""
        paths = sorted(self._folder.glob(f"*{_SUFFIX}"))
        return [Checkpoint.parse(path.read_text(encoding="utf-8")) for path in paths]

    def advance(self, *, expected: Checkpoint | None, new: Checkpoint) -> None:
        """Replace `expected` by `new`, durably.

        Raises:
            RefusesToSign: something else was signed meanwhile, or `new` is a step back.
        """
        with self._locked(new.origin):
            found = self.get(new.origin)
            if found != expected:
                raise RefusesToSign(f"expected {_name(expected)} signed last, got {_name(found)}")
            if found is not None and not _extends(found, new):
                raise RefusesToSign(f"expected a step after {_name(found)}, got {_name(new)}")
            write_durably(self._path(new.origin), new.text.encode(), mode=0o600)

    @contextmanager
    def publishing(self) -> Iterator[bool]:
        """Tell whether this process may publish now: one of those that share the folder at a time, the others pass.

        To be entered before the database is read, so that nobody holds an older view than what was signed last.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / _TURN).open("wb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    def _path(self, origin: str) -> Path:
        return self._folder / f"{origin.replace('/', '_')}{_SUFFIX}"

    @contextmanager
    def _locked(self, origin: str) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._path(origin).with_suffix(".lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _extends(old: Checkpoint, new: Checkpoint) -> bool:
    return new.size > old.size or new == old


def _name(checkpoint: Checkpoint | None) -> str:
    return f"size {checkpoint.size} ({checkpoint.read_aloud})" if checkpoint else "nothing"
