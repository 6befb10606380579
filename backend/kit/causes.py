"""What an operator must mend, named without any value: a full disk, a broken file, a database that is out of room.

Guarantees: pure; the answer is a code of the database or of the operating system, never text of an error, which
could hold a card or a vote. Sources: sqlite.org "Result Codes"; PostgreSQL "Error Codes"; errno(3).
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from typing import Final

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

_SQLITE: Final = tuple(f"SQLITE_{code}" for code in ("FULL", "IOERR", "READONLY", "CANTOPEN", "CORRUPT", "NOTADB"))
_POSTGRESQL: Final = ("53", "58", "XX")  # classes: out of resources, system error, internal error
_AWAY: Final = ("08", "57P", "53300")  # connection lost, shutting down or starting up, no connection to spare
_SYSTEM: Final = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.EACCES}
)
_NO_ROOM: Final = frozenset({"SQLITE_FULL", "53100", "ENOSPC", "EDQUOT"})


def cause_of(error: BaseException) -> str | None:
    """Return the code of what an operator must mend, or None when an error says nothing of the kind."""
    return next((code for each in _chain(error) if (code := _code(each)) is not None), None)


def is_no_room(code: str) -> bool:
    """Tell whether a code means that a disk is full."""
    return code in _NO_ROOM


def is_away(error: BaseException) -> bool:
    """Tell whether a database did not answer or had no connection to spare: the same request may succeed soon."""
    state = str(getattr(getattr(error, "orig", error), "sqlstate", ""))
    if isinstance(error, DBAPIError):
        is_refused = isinstance(error, OperationalError | InterfaceError) or state.startswith(_AWAY)
        return error.connection_invalidated or is_refused
    return state.startswith(_AWAY) or isinstance(error, PoolTimeout | ConnectionError | TimeoutError)


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        original = getattr(seen, "orig", None)
        seen = original if isinstance(original, BaseException) else seen.__cause__


def _code(error: BaseException) -> str | None:
    name = getattr(error, "sqlite_errorname", None)
    if isinstance(name, str):
        return name if name.startswith(_SQLITE) else None
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str):
        return state if state.startswith(_POSTGRESQL) else None
    if isinstance(error, OSError) and error.errno in _SYSTEM:
        return errno.errorcode[error.errno]
    return None
