"""Worker for effects asked for inside transactions (mail, print, key destruction, log sequencing).

Guarantees: an effect runs only after its transaction committed, at least once, one worker at a time per row;
handlers make it exactly once by their own key. Failures back off and stay visible in `attempts`/`last_error`.
A clock that is set back delays nothing by more than a few seconds: the delay that was asked for counts anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.db import JsonDict
from backend.kit.errors import DomainError
from backend.kit.supervision import to_the_end
from backend.kit.tables import OutboxRow
from backend.kit.uow import OUTBOX_CHANNEL, UnitOfWork, Work

Handler = Callable[[JsonDict], Awaitable[None]]

BATCH = 50
IDLE_WAIT_S = 5.0  # look again this often even when no hint came
MIN_WAIT_S = 0.05
BACKOFF_S = (1, 5, 30, 120, 600)
SKEW = timedelta(seconds=2)  # clocks of several machines differ by so much without one having been set
STUCK_AFTER = timedelta(minutes=2)  # overdue by so much, or tried so often, an effect needs somebody to look at it
STUCK_ATTEMPTS = 3
LEASE_S = 60  # a worker that died leaves its row to the next one after this time

log = structlog.get_logger(__name__)


class Worker:
    """Runs due outbox rows through the handler of their topic."""

    def __init__(self, work: Work, handlers: Mapping[str, Handler]) -> None:
        self._work = work
        self._handlers = handlers

    async def run(self) -> None:
        """Work until cancelled, woken by hints."""
        async with self._work.bus.subscribe(OUTBOX_CHANNEL) as hints:
            while True:
                if await to_the_end(self.run_due()):
                    continue
                idle_s = await to_the_end(self._idle_s())
                with suppress(TimeoutError):
                    async with asyncio.timeout(idle_s):  # `wait_for` may lose a cancellation before Python 3.12
                        await hints.get()
                hints.drain()

    async def run_due(self) -> int:
        """Run everything that is due; return how many rows were tried."""
        rows = await self._lease()
        for row in rows:
            if await self._is_still_ours(row):
                await self._run_row(row)
        return len(rows)

    async def _idle_s(self) -> float:
        async with self._work.read() as uow:
            due_at = await uow.session.scalar(select(func.min(OutboxRow.due_at)).where(OutboxRow.done_at.is_(None)))
            wait = (due_at - uow.now).total_seconds() if due_at else IDLE_WAIT_S
        return min(max(wait, MIN_WAIT_S), IDLE_WAIT_S)

    async def _lease(self) -> list[OutboxRow]:
        async with self._work.write() as uow:
            await _count_anew(uow)
            query = (
                select(OutboxRow)
                .where(OutboxRow.done_at.is_(None), OutboxRow.due_at <= uow.now)
                .order_by(OutboxRow.due_at, OutboxRow.id)
                .limit(BATCH)
            )
            if uow.dialect == "postgresql":
                query = query.with_for_update(skip_locked=True)
            rows = list(await uow.session.scalars(query))
            for row in rows:
                row.due_at = uow.now + timedelta(seconds=LEASE_S)
            return rows

    async def _is_still_ours(self, row: OutboxRow) -> bool:
        """Tell whether a leased row may run; renews a lease that ran down while the rows before it took their time."""
        leased_until = row.due_at
        if leased_until - self._work.clock.now() > timedelta(seconds=LEASE_S / 2):
            return True
        async with self._work.write() as uow:
            renewed = (
                update(OutboxRow)
                .where(OutboxRow.id == row.id, OutboxRow.due_at == leased_until, OutboxRow.done_at.is_(None))
                .values(due_at=uow.now + timedelta(seconds=LEASE_S))
            )
            return (await uow.session.execute(renewed.returning(OutboxRow.id))).first() is not None

    async def _run_row(self, row: OutboxRow) -> None:
        try:
            await self._handlers[row.topic](row.payload)
        except Exception as error:  # noqa: BLE001 - any failure of an effect is recorded and retried
            log.warning(
                "outbox.failed",
                topic=row.topic,
                attempts=row.attempts + 1,
                error=type(error).__name__,
            )
            await self._retry_later(row, _name_of(error))
        else:
            await self._finish(row)

    async def _finish(self, row: OutboxRow) -> None:
        async with self._work.write() as uow:
            await uow.session.execute(update(OutboxRow).where(OutboxRow.id == row.id).values(done_at=uow.now))

    async def _retry_later(self, row: OutboxRow, error: str) -> None:
        wait = BACKOFF_S[min(row.attempts, len(BACKOFF_S) - 1)]
        async with self._work.write() as uow:
            await uow.session.execute(
                update(OutboxRow)
                .where(OutboxRow.id == row.id)
                .values(
                    attempts=OutboxRow.attempts + 1,
                    last_error=error,
                    due_at=uow.now + timedelta(seconds=wait),
                )
            )


async def stuck_effects(session: AsyncSession, now: datetime) -> int:
    """Return how many effects do not get done: tried in vain several times, or long overdue."""
    is_stuck = or_(OutboxRow.attempts >= STUCK_ATTEMPTS, OutboxRow.due_at < now - STUCK_AFTER)
    query = select(func.count()).select_from(OutboxRow).where(OutboxRow.done_at.is_(None), is_stuck)
    return await session.scalar(query) or 0


def _name_of(error: Exception) -> str:
    """Name an error without its text: that may quote an address, a code or the values of a statement."""
    code = f" {error.code}" if isinstance(error, DomainError) else ""
    return type(error).__name__ + code


async def _count_anew(uow: UnitOfWork) -> None:
    """Let the delay of rows from the future begin now: they were written before the clock was set back."""
    rows = select(OutboxRow).where(OutboxRow.done_at.is_(None), OutboxRow.created_at > uow.now + SKEW)
    for row in await uow.session.scalars(rows.limit(BATCH)):
        row.due_at = uow.now + (row.due_at - row.created_at)
        row.created_at = uow.now
    await uow.session.flush()
