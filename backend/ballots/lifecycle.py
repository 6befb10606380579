"""One entry for every step of a poll, whoever asks: API, stage, worker, rehearsal.

Guarantees: a step is checked once, under the poll's lock, with the expected version.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from backend.ballots.record import OutsideFacts
from backend.ballots.redemptions import turnout
from backend.ballots.results import public_result
from backend.ballots.seal import seal_poll
from backend.kit.uow import UnitOfWork
from backend.polls import actions
from backend.polls.errors import InvalidTransition, StaleVersion
from backend.polls.keys import PollKeys
from backend.polls.models import PollRow
from backend.polls.queries import Poll, to_poll
from backend.polls.rules import NEEDS_REASON, SHOWN
from backend.polls.types import PollState
from backend.transparency.intents import record
from backend.transparency.types import LogType

_PLAIN = {
    PollState.READY: actions.make_ready,
    PollState.CLOSING: actions.begin_closing,
    PollState.COUNTING: actions.begin_counting,
}
FactsOf = Callable[[AsyncSession, PollRow], Awaitable[OutsideFacts]]


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """What steps need from outside: the poll keys and the facts of paper and hall."""

    keys: PollKeys
    facts_of: FactsOf

    async def transition(
        self, uow: UnitOfWork, poll_id: str, target: PollState, *, version: int, reason: str = ""
    ) -> Poll:
        """Move a poll one step. Raises: NotFound, StaleVersion, InvalidTransition and what the step refuses."""
        row = await actions.lock_poll(uow, poll_id)
        if row.state == target and version == row.version - 1:
            return to_poll(row)  # the same click twice
        await self._step(uow, row, target, version=version, reason=reason)
        return to_poll(row)

    async def _step(self, uow: UnitOfWork, row: PollRow, target: PollState, *, version: int, reason: str) -> None:
        if target in _PLAIN:
            await _PLAIN[target](uow, row, version=version)
        elif target in SHOWN:
            await _show(uow, row, target, version=version)
        elif target in NEEDS_REASON:
            await actions.end_without_result(uow, row, target, version=version, reason=reason)
        elif target is PollState.OPEN:
            await actions.open_poll(uow, row, version=version, keys=self.keys)
        elif target is PollState.CLOSED:
            used = (await turnout(uow.session, [row.id]))[row.id]
            redeemed = {channel.value: number for channel, number in used.cards.items()}
            await actions.close_poll(uow, row, version=version, redeemed=redeemed)
        elif target is PollState.SEALED:
            facts = await self.facts_of(uow.session, row)
            await seal_poll(uow, row, version=version, keys=self.keys, facts=facts)
        else:
            raise InvalidTransition(state=row.state)

    async def close_if_due(self, uow: UnitOfWork, poll_id: str, *, version: int) -> None:
        """Close a poll whose grace has ended; nothing when somebody did it before."""
        try:
            await self.transition(uow, poll_id, PollState.CLOSED, version=version)
        except (StaleVersion, InvalidTransition):
            return


async def _show(uow: UnitOfWork, row: PollRow, target: PollState, *, version: int) -> None:
    """Reveal the result to the hall, or publish it with its single ballots; a practice poll ends with the first."""
    if row.is_practice and target is PollState.PUBLISHED:
        raise InvalidTransition("Eine Probe wird gezeigt und nicht veröffentlicht.", state=row.state)
    await actions.advance(uow, row, target, version=version)
    if target is PollState.PUBLISHED:
        await record(uow, LogType.POLL_PUBLISHED, row.id, public={"poll": row.id})
    result = await public_result(uow.session, to_poll(row))
    await actions.announce(uow, row, result=result)
