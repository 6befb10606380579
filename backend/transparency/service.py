"""The log as a running part of the installation: sequence, publish, repeat.

For:        the worker process (or the one process of the embedded mode).
Guarantees: signs at most once per interval; a refusal to sign stops signing, not recording, is
            reported loudly and stays visible in `refusal` for health checks and pages.
"""

import asyncio
from contextlib import suppress
from typing import Final

import structlog

from backend.kit.supervision import to_the_end
from backend.kit.uow import Work
from backend.transparency.checkpoint import Checkpoint
from backend.transparency.errors import RefusesToSign
from backend.transparency.intents import LOG_CHANNEL
from backend.transparency.publisher import Publisher
from backend.transparency.sequencer import BATCH_MAX, sequence
from backend.transparency.signer import LogSigner

SIGN_INTERVAL_S: Final = 1.0
PUBLISHED_CHANNEL: Final = "log.published"
"""Hint that a checkpoint was published."""
IDLE_WAIT_S: Final = 5.0
"""Look again this often even when no hint came; hints may be lost."""

log = structlog.get_logger(__name__)


class LogService:
    """Keeps the published log up with what is recorded."""

    def __init__(
        self,
        work: Work,
        *,
        signer: LogSigner,
        publisher: Publisher,
        sign_interval_s: float = SIGN_INTERVAL_S,
    ) -> None:
        """Sequence with `signer`'s names, publish with `publisher`."""
        self._work = work
        self._publisher = publisher
        self._sign_interval_s = sign_interval_s
        self.signer = signer
        self.refusal: str | None = None
        self._turn = asyncio.Lock()

    async def run(self) -> None:
        """Work until cancelled, woken by hints."""
        async with self._work.bus.subscribe(LOG_CHANNEL) as hints:
            while True:
                await to_the_end(self.flush())
                await asyncio.sleep(self._sign_interval_s)
                with suppress(TimeoutError):
                    async with asyncio.timeout(IDLE_WAIT_S):  # `wait_for` may lose a cancellation before Python 3.12
                        await hints.get()
                hints.drain()

    async def flush(self) -> list[Checkpoint]:
        """Bring everything recorded so far into the published log; return the new checkpoints.

        One at a time in a process: two signers of one head would look like a rollback to each other.
        """
        async with self._turn:
            return await self._flush()

    async def _flush(self) -> list[Checkpoint]:
        while await self._sequence() >= BATCH_MAX:
            pass
        try:
            published = await self._publisher.publish()
        except RefusesToSign as refusal:
            self.refusal = refusal.detail
            log.critical("log.refuses_to_sign", detail=refusal.detail)
            return []
        self.refusal = None
        for checkpoint in published:
            await self._work.bus.publish(PUBLISHED_CHANNEL, f"{checkpoint.origin} {checkpoint.size}")
        return published

    async def _sequence(self) -> int:
        async with self._work.write() as uow:
            return await sequence(uow, self.signer)
