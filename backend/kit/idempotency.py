"""Request keys: repeating a write returns the first answer.

Refuses the same key with another body. For ballots see `backend.ballots.requests`, which must leave no trace.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable

from sqlalchemy import select

from backend.kit.db import JsonDict
from backend.kit.errors import Conflict
from backend.kit.tables import RequestKey
from backend.kit.uow import UnitOfWork

MAX_KEY_CHARS = 120


class IdempotencyMismatch(Conflict):
    """The request key was used before for something else."""

    code = "idempotency_mismatch"
    title = "Diese Anfrage gab es schon mit anderem Inhalt"


async def once(
    uow: UnitOfWork,
    scope: str,
    key: str | None,
    *,
    body: object,
    produce: Callable[[], Awaitable[JsonDict]],
) -> tuple[JsonDict, bool]:
    """Run `produce` once per (scope, key); return (answer, is_first). Without a key it simply runs.

    Raises: IdempotencyMismatch when the key is known with another body.
    """
    if not key:
        return await produce(), True
    digest = hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()
    row = await uow.session.scalar(select(RequestKey).where(RequestKey.scope == scope, RequestKey.key == key))
    if row is not None:
        if row.digest != digest:
            raise IdempotencyMismatch
        return row.answer, False
    answer = await produce()
    uow.session.add(RequestKey(scope=scope, key=key[:MAX_KEY_CHARS], digest=digest, answer=answer, created_at=uow.now))
    await uow.session.flush()
    return answer, True
