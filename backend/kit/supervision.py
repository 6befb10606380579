"""Keep what works in the background working: an error is logged and the work begins again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import structlog

from backend.kit.causes import cause_of

RESTART_S = 1.0
T = TypeVar("T")

log = structlog.get_logger(__name__)


async def to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """Await a piece of work; a cancellation takes effect when it is done, never in the middle of a query."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


async def keep_running(name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Run endless work until cancelled, beginning again a moment after an error."""
    while True:
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - whatever failed, the next round may succeed
            log.warning("background.failed", topic=name, error=type(error).__name__, code=cause_of(error))
            await asyncio.sleep(RESTART_S)
