"""Request keys: repeating a write returns the first answer, even when both arrive at the same instant.

Refuses the same key with another body. For ballots see `backend.ballots.cast`, which must leave no trace.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable

from sqlalchemy import select, update

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
    row_key = key if len(key) <= MAX_KEY_CHARS else hashlib.sha256(key.encode()).hexdigest()
    digest = hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()
    async with uow.session.begin_nested():  # a refusal takes its key back, whatever the caller makes of it
        # The empty answer is never seen: whoever asks meanwhile waits for this transaction to end.
        if not await uow.insert_new(RequestKey, scope=scope, key=row_key, digest=digest, answer={}, created_at=uow.now):
            return await _first_answer(uow, scope, row_key, digest), False
        answer = await produce()
        mine = update(RequestKey).where(RequestKey.scope == scope, RequestKey.key == row_key)
        await uow.session.execute(mine.values(answer=answer))
    return answer, True


async def _first_answer(uow: UnitOfWork, scope: str, row_key: str, digest: str) -> JsonDict:
    query = select(RequestKey.digest, RequestKey.answer).where(RequestKey.scope == scope, RequestKey.key == row_key)
    first = (await uow.session.execute(query)).one()
    if first.digest != digest:
        raise IdempotencyMismatch
    answer: JsonDict = first.answer
    return answer
