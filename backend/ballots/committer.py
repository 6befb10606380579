"""Group commit: whatever queued while the last commit ran is written in the next transaction.

Guarantees: at most one transaction at a time in a process; every waiting cast is answered after its commit, or
told why not; a batch that fails is tried again one by one, so one bad row cannot fail the others.
Refuses casts beyond `QUEUE_LIMIT` (the phone keeps its ballot and comes back).
Source: docs/adr/0002-unit-of-work-and-committer.md.
"""

from __future__ import annotations

import asyncio
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from backend.ballots import cast as box
from backend.ballots.cast import Outcome, Prepared
from backend.ballots.errors import AlreadyVoted
from backend.ballots.types import Acknowledgement
from backend.kit.bus import Bus
from backend.kit.entropy import Entropy
from backend.kit.errors import DomainError, Unavailable
from backend.transparency.receipts import issue

QUEUE_LIMIT = 5_000  # casts waiting; above that the answer is 503 with Retry-After
BATCH_LIMIT = 500  # casts in one transaction

log = structlog.get_logger(__name__)


def tally_channel(meeting_id: str) -> str:
    """Name the bus channel that says "the turnout of this meeting moved"."""
    return f"tally:{meeting_id}"


@dataclass(slots=True)
class _Waiting:
    cast: Prepared
    answer: asyncio.Future[Acknowledgement]


@dataclass(slots=True)
class _Settled:
    """The outcomes of one transaction, told to nobody before its commit."""

    outcomes: dict[int, Outcome] = field(default_factory=dict)
    fresh: list[tuple[int, Prepared]] = field(default_factory=list)
    changed: list[tuple[int, Prepared]] = field(default_factory=list)


class Committer:
    """Owns the engine ballots are written through. Started and stopped by the application."""

    def __init__(self, engine: AsyncEngine, *, signing_key: Ed25519PrivateKey, entropy: Entropy, bus: Bus) -> None:
        self._engine = engine
        self._sign = signing_key.sign
        self._entropy = entropy
        self._bus = bus
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue(QUEUE_LIMIT)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to write what comes in; starting twice changes nothing."""
        if self.is_running:
            return
        self._task = asyncio.create_task(self._run(), name="committer")

    @property
    def is_running(self) -> bool:
        """Tell whether ballots are being written."""
        return self._task is not None and not self._task.done()

    async def stop(self) -> None:
        """Finish what is queued, then stop and close the engine."""
        await self._queue.join()
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._engine.dispose()

    async def commit(self, cast: Prepared) -> Acknowledgement:
        """Put one ballot into the box and return once it is durable.

        Raises: Unavailable when the queue is full or the database is away; the errors of `cast.refusal`.
        A cancelled caller does not take its ballot back.
        """
        answer: asyncio.Future[Acknowledgement] = asyncio.get_running_loop().create_future()
        try:
            self._queue.put_nowait(_Waiting(cast, answer))
        except asyncio.QueueFull as error:
            raise Unavailable from error
        return await answer

    async def _run(self) -> None:
        while True:
            waiting = [await self._queue.get()]
            while len(waiting) < BATCH_LIMIT and not self._queue.empty():
                waiting.append(self._queue.get_nowait())
            try:
                await self._answer(self._entropy.shuffled(waiting))
            except Exception as error:  # noqa: BLE001 - the loop must survive; those waiting are told below
                log.warning("committer.bug", casts=len(waiting), where=_where(error), error=type(error).__name__)
            finally:
                for each in waiting:
                    if not each.answer.done():
                        each.answer.set_exception(Unavailable())
                    self._queue.task_done()

    async def _answer(self, waiting: Sequence[_Waiting]) -> None:
        casts = [each.cast for each in waiting]
        outcomes = await self._write(casts)
        if outcomes is None and len(casts) > 1:
            singly = [await self._write([cast]) for cast in casts]
            outcomes = [result[0] if result else Unavailable() for result in singly]
        for each, outcome in zip(waiting, outcomes or [Unavailable()], strict=True):
            if each.answer.done():
                continue
            if isinstance(outcome, DomainError):
                each.answer.set_exception(outcome)
            else:
                each.answer.set_result(outcome)
        for meeting_id in {cast.poll.meeting_id for cast in casts}:
            await self._bus.publish(tally_channel(meeting_id), "")

    async def _write(self, casts: Sequence[Prepared]) -> list[Outcome] | None:
        """Write one transaction; None when it did not commit."""
        try:
            async with self._engine.begin() as connection:
                outcomes = await self._settle(connection, casts)
        except (SQLAlchemyError, OSError) as error:
            log.warning("committer.failed", casts=len(casts), error=type(error).__name__)
            return None
        return outcomes

    async def _settle(self, connection: AsyncConnection, casts: Sequence[Prepared]) -> list[Outcome]:
        """Decide every cast of a batch and write the ballots that enter."""
        states = await box.states_for_cast(connection, [cast.poll.id for cast in casts])
        answers = await box.first_answers(connection, casts)
        channels = await box.redeemed_channels(connection, casts)
        voids = await box.void_cards_among(connection, casts)
        settled = _Settled()
        for index, cast in enumerate(casts):
            stored = answers.get(cast.request_mac)
            channel = channels.get(cast.voter)
            state = states.get(cast.poll.id)
            is_void = cast.command.voter.hashed in voids
            if stored is not None:
                settled.outcomes[index] = box.repeat_answer(cast, stored)
            elif (why := box.refusal(cast, state, channel, is_void=is_void)) is not None:
                settled.outcomes[index] = why
            elif channel is None:
                settled.fresh.append((index, cast))
            else:
                settled.changed.append((index, cast))
        await self._enter(connection, settled)
        await box.count_refusals(connection, _duplicates(casts, settled))
        return [settled.outcomes[index] for index in range(len(casts))]

    async def _enter(self, connection: AsyncConnection, settled: _Settled) -> None:
        """Redeem voters, sign one batch, put the ballots in; casts that lost a race are settled again."""
        distinct: dict[tuple[str, bytes], tuple[int, Prepared]] = {}
        for index, cast in settled.fresh:
            distinct.setdefault(cast.voter, (index, cast))
        won = await box.redeem(connection, [cast for _, cast in distinct.values()])
        entering = [pair for voter, pair in distinct.items() if voter in won]
        changing: dict[tuple[str, bytes], tuple[int, Prepared]] = {}
        for index, cast in settled.changed:
            changing.setdefault(cast.voter, (index, cast))
        for _, cast in changing.values():
            await box.change_channel(connection, cast)
        await self._put(connection, settled, entering, replace=False)
        await self._put(connection, settled, list(changing.values()), replace=True)
        late = [pair for pair in settled.fresh + settled.changed if pair[0] not in settled.outcomes]
        await self._settle_late(connection, settled, late)

    async def _put(
        self, connection: AsyncConnection, settled: _Settled, entering: list[tuple[int, Prepared]], *, replace: bool
    ) -> None:
        receipts = issue([(cast.poll.id, cast.commitment, cast.blind) for _, cast in entering], self._sign)
        pairs = [(cast, receipt) for (_, cast), receipt in zip(entering, receipts, strict=True)]
        await box.put(connection, pairs, self._entropy, replace=replace)
        for (index, cast), receipt in zip(entering, receipts, strict=True):
            settled.outcomes[index] = box.acknowledge(cast, receipt)

    async def _settle_late(
        self, connection: AsyncConnection, settled: _Settled, late: list[tuple[int, Prepared]]
    ) -> None:
        """Answer casts whose voter was redeemed by another cast of this batch or another process."""
        if not late:
            return
        casts = [cast for _, cast in late]
        answers = await box.first_answers(connection, casts)
        channels = await box.redeemed_channels(connection, casts)
        for index, cast in late:
            stored = answers.get(cast.request_mac)
            if stored is not None:
                settled.outcomes[index] = box.repeat_answer(cast, stored)
            else:
                settled.outcomes[index] = AlreadyVoted(channels[cast.voter])


def _duplicates(casts: Sequence[Prepared], settled: _Settled) -> dict[str, int]:
    refused = Counter[str]()
    for index, cast in enumerate(casts):
        if isinstance(settled.outcomes[index], AlreadyVoted):
            refused[cast.poll.id] += 1
    return dict(refused)


def _where(error: BaseException) -> str:
    """Name the line an error came from, without any value: a log must not tell a vote."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{last.name}:{last.lineno}"
