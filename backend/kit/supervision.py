"""Keep what works in the background working: an error is logged and the work begins again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

RESTART_S = 1.0

log = structlog.get_logger(__name__)


async def keep_running(name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Run endless work until cancelled, beginning again a moment after an error."""
    while True:
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - whatever failed, the next round may succeed
            log.warning("background.failed", topic=name, error=type(error).__name__)
            await asyncio.sleep(RESTART_S)
