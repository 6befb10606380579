"""Try an action in a transaction of its own, so that a refusal can be shown beside what was typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from backend.kit.errors import DomainError
from backend.kit.uow import UnitOfWork
from backend.runtime import Runtime


async def attempt(rt: Runtime, act: Callable[[UnitOfWork], Awaitable[object]]) -> DomainError | None:
    """Run an action and commit; return the refusal instead of raising it, with nothing written."""
    try:
        async with rt.work.write() as uow:
            await act(uow)
    except DomainError as refused:
        return refused
    return None
