"""One server to a SQLite file: hints, caches and the signing of the log live in one process there.

Guarantees: as long as a process is inside `sole_use`, no other one gets in, also not after a crash of the first
(the lock dies with its process, whatever way it dies). Refuses the second one by a sentence (`InUse`).
What may run beside a server: everything that reads, and commands that write in short transactions (people, tokens,
sheets, scans). What may not: a second server or worker, migrations, seeding. PostgreSQL needs none of this.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from backend.kit.errors import Conflict

SUFFIX = ".in-use"


class InUse(Conflict):
    """Another process serves this database file."""

    code = "database_in_use"
    title = "Diese Datenbank wird schon benutzt / This database is in use"


@contextmanager
def sole_use(url: str) -> Iterator[None]:
    """Be the only server, worker or migration on a SQLite file. Raises: InUse."""
    path = _file(url)
    if path is None:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(path.name + SUFFIX).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InUse(_sentence(path)) from error
        yield


def is_file(url: str) -> bool:
    """Tell whether a database is a file that one process at a time may serve."""
    return _file(url) is not None


def _file(url: str) -> Path | None:
    parts = make_url(url)
    if parts.get_backend_name() != "sqlite" or parts.database in {None, "", ":memory:"}:
        return None
    return Path(str(parts.database)).resolve()


def _sentence(path: Path) -> str:
    return (
        f"Ein anderer Prozess arbeitet mit {path}. Beenden Sie ihn, oder nehmen Sie PostgreSQL für mehrere Prozesse. / "
        f"Another process works on {path}. Stop it, or take PostgreSQL for several processes."
    )
