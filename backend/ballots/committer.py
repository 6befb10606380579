"""Group commit: whatever queued while the last commit ran is written in the next transaction.

Guarantees: at most one transaction at a time in a process; every waiting cast is answered after its commit, or
told why not; a batch that fails for a row is tried again one by one, so one bad row cannot fail the others.
Refuses casts beyond `QUEUE_LIMIT` (the phone keeps its ballot and comes back).
Source: docs/adr/0002-unit-of-work-and-committer.md.
"""

from __future__ import annotations

import asyncio
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from backend.ballots.cast import Outcome, Prepared, Tools, settle
from backend.ballots.types import Acknowledgement
from backend.kit.bus import Bus
from backend.kit.errors import DomainError, Unavailable
from backend.kit.raw import DatabaseError, RawTransactions

QUEUE_LIMIT = 5_000  # casts waiting; above that the answer is 503 with Retry-After
BATCH_LIMIT = 500  # casts in one transaction
QUIET_S = 15.0  # without a ballot for so long, nobody is voting

log = structlog.get_logger(__name__)


def tally_channel(meeting_id: str) -> str:
    """Name the bus channel that says "the turnout of this meeting moved"."""
    return f"tally:{meeting_id}"


@dataclass(slots=True)
class _Waiting:
    cast: Prepared
    tell: Callable[[Outcome], None]
    is_told: bool = False

    def answer(self, outcome: Outcome) -> None:
        """Tell the outcome, once; a listener that breaks is its own fault and nobody else's."""
        if self.is_told:
            return
        self.is_told = True
        try:
            self.tell(outcome)
        except Exception as error:  # noqa: BLE001 - the ballots beside this one must be answered
            log.warning("committer.listener", where=_where(error), error=type(error).__name__)


class Committer:
    """Owns the connection ballots are written through. Started and stopped by the application."""

    def __init__(
        self, transactions: RawTransactions, tools: Tools, bus: Bus, *, queue_limit: int = QUEUE_LIMIT
    ) -> None:
        self._transactions = transactions
        self._tools = tools
        self._bus = bus
        self._queue: deque[_Waiting] = deque()
        self._queue_limit = queue_limit
        self._due = asyncio.Event()
        self._done = asyncio.Event()
        self._done.set()
        self._task: asyncio.Task[None] | None = None
        self._moved: set[str] = set()
        self._hinting: asyncio.Task[None] | None = None
        self._last_batch_at = -QUIET_S

    def start(self) -> None:
        """Begin to write what comes in; starting twice changes nothing."""
        if self.is_running:
            return
        self._task = asyncio.create_task(self._run(), name="committer")

    @property
    def is_running(self) -> bool:
        """Tell whether ballots are being written."""
        return self._task is not None and not self._task.done()

    def is_busy(self) -> bool:
        """Tell whether ballots came in within the last seconds."""
        return asyncio.get_running_loop().time() - self._last_batch_at < QUIET_S

    async def stop(self) -> None:
        """Finish what is queued, then stop and close the engine."""
        await self._done.wait()
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._hinting:
            await self._hinting
        await self._transactions.close()

    async def commit(self, cast: Prepared) -> Acknowledgement:
        """Put one ballot into the box and return once it is durable.

        Raises: Unavailable when the queue is full or the database is away; the errors of `cast.settle`.
        A cancelled caller does not take its ballot back.
        """
        answer: asyncio.Future[Acknowledgement] = asyncio.get_running_loop().create_future()

        def tell(outcome: Outcome) -> None:
            if answer.done():
                return
            if isinstance(outcome, DomainError):
                answer.set_exception(outcome)
            else:
                answer.set_result(outcome)

        self.submit(cast, tell)
        return await answer

    def submit(self, cast: Prepared, tell: Callable[[Outcome], None]) -> None:
        """Queue one ballot; `tell` is called with its outcome, once, from the event loop. Raises: Unavailable."""
        has_ended = self._task is not None and self._task.done()
        if has_ended or len(self._queue) >= self._queue_limit:
            raise Unavailable
        self._queue.append(_Waiting(cast, tell))
        self._done.clear()
        self._due.set()

    async def _run(self) -> None:
        try:
            while True:
                while not self._queue:
                    self._done.set()
                    self._due.clear()
                    await self._due.wait()
                batch = min(len(self._queue), BATCH_LIMIT)
                await self._settle([self._queue.popleft() for _ in range(batch)])
        finally:
            for waiting in self._queue:
                waiting.answer(Unavailable())
            self._queue.clear()
            self._done.set()

    async def _settle(self, waiting: Sequence[_Waiting]) -> None:
        """Write a batch and answer everybody in it, whatever happens."""
        self._last_batch_at = asyncio.get_running_loop().time()
        try:
            await self._answer(self._tools.entropy.shuffled(waiting))
        except Exception as error:  # noqa: BLE001 - the loop must survive; those waiting are told below
            log.warning("committer.bug", casts=len(waiting), where=_where(error), error=type(error).__name__)
        finally:
            for each in waiting:
                each.answer(Unavailable())

    async def _answer(self, waiting: Sequence[_Waiting]) -> None:
        casts = [each.cast for each in waiting]
        outcomes = await self._write(casts)
        if outcomes is None and len(casts) > 1:
            singly = [await self._write([cast]) for cast in casts]
            outcomes = [result[0] if result else Unavailable() for result in singly]
        for each, outcome in zip(waiting, outcomes or [Unavailable()], strict=True):
            each.answer(outcome)
        self._hint({cast.poll.meeting_id for cast in casts})

    def _hint(self, meeting_ids: set[str]) -> None:
        """Say that the turnout of meetings moved, beside the next batch: it need not wait for Redis."""
        self._moved |= meeting_ids
        if self._hinting is None or self._hinting.done():
            self._hinting = asyncio.create_task(self._publish(), name="turnout hints")

    async def _publish(self) -> None:
        while self._moved:
            await self._bus.publish(tally_channel(self._moved.pop()), "")

    async def _write(self, casts: Sequence[Prepared]) -> list[Outcome] | None:
        """Write one transaction; None when it did not commit and one of the rows may be to blame.

        A connection that was lost is tried once more on a new one: a repeat of what committed gets its first answer.
        """
        for _ in range(2):
            try:
                async with self._transactions.begin() as connection:
                    outcomes = await settle(connection, casts, self._tools)
            except DatabaseError as failed:
                log.warning("committer.failed", casts=len(casts), error=failed.kind)
                if not failed.hits_every_row:
                    return None
            else:
                return outcomes
        return [Unavailable() for _ in casts]


def _where(error: BaseException) -> str:
    """Name the line an error came from, without any value: a log must not tell a vote."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{last.name}:{last.lineno}"
