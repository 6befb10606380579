"""One entry for every step of a poll, whoever asks: API, stage, worker, rehearsal.

Guarantees: a step is checked once, under the poll's lock, with the expected version.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from backend.ballots.provisional import show_provisional
from backend.ballots.record import OutsideFacts
from backend.ballots.redemptions import turnout
from backend.ballots.results import public_result
from backend.ballots.seal import seal_poll
from backend.ballots.words import Ruling, log_moderation, rule_on_words
from backend.kit.errors import Conflict
from backend.kit.uow import UnitOfWork
from backend.polls import actions
from backend.polls.errors import InvalidTransition, StaleVersion
from backend.polls.keys import PollKeys
from backend.polls.models import PollRow
from backend.polls.queries import Poll, to_poll
from backend.polls.rules import NEEDS_REASON, SHOWN, is_moderated
from backend.polls.types import Channel, PollState, PollType
from backend.transparency.intents import record
from backend.transparency.types import LogType

_PLAIN = {
    PollState.READY: actions.make_ready,
    PollState.CLOSING: actions.begin_closing,
    PollState.COUNTING: actions.begin_counting,
}
FactsOf = Callable[[AsyncSession, PollRow], Awaitable[OutsideFacts]]


class NoSheets(Conflict):
    """The evening goes on by paper and this poll was never meant for paper."""

    code = "no_sheets"
    title = "Der Abend geht auf Papier weiter, und für diese Frage gibt es keine Zettel. Stellen Sie sie neu"


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

    async def show_provisional(self, uow: UnitOfWork, poll_id: str, *, version: int) -> Poll:
        """Show what is counted while paper is outstanding. Raises: what `show_provisional` refuses."""
        row = await actions.lock_poll(uow, poll_id)
        await show_provisional(uow, row, version=version, keys=self.keys, facts=await self.facts_of(uow.session, row))
        return to_poll(row)

    async def go_on_by_paper(self, uow: UnitOfWork, poll_id: str) -> Poll:
        """Give up phones and kiosks for an open poll, with the usual grace for ballots in flight.

        Raises: NotFound, InvalidTransition.
        """
        row = await actions.lock_poll(uow, poll_id)
        await actions.go_on_by_paper(uow, row)
        return to_poll(row)

    async def _step(self, uow: UnitOfWork, row: PollRow, target: PollState, *, version: int, reason: str) -> None:
        if target in _PLAIN:
            await _PLAIN[target](uow, row, version=version)
        elif target in SHOWN:
            await _show(uow, row, target, version=version)
        elif target in NEEDS_REASON:
            await actions.end_without_result(uow, row, target, version=version, reason=reason)
        elif target is PollState.OPEN:
            await self._open(uow, row, version=version)
        elif target is PollState.CLOSED:
            await _close(uow, row, version=version)
        elif target is PollState.SEALED:
            facts = await self.facts_of(uow.session, row)
            await seal_poll(uow, row, version=version, keys=self.keys, facts=facts)
        else:
            raise InvalidTransition(state=row.state)

    async def _open(self, uow: UnitOfWork, row: PollRow, *, version: int) -> None:
        """Open a poll; while the evening goes on by paper, phones find it closed the moment they hear of it."""
        is_on_paper = (await self.facts_of(uow.session, row)).is_on_paper
        if is_on_paper and Channel.PAPER not in row.channels:
            raise NoSheets
        await actions.open_poll(uow, row, version=version, keys=self.keys)
        if is_on_paper:
            await actions.go_on_by_paper(uow, row)
            await _close(uow, row, version=row.version)

    async def close_if_due(self, uow: UnitOfWork, poll_id: str, *, version: int) -> None:
        """Close a poll whose grace has ended; nothing when somebody did it before."""
        try:
            await self.transition(uow, poll_id, PollState.CLOSED, version=version)
        except (StaleVersion, InvalidTransition):
            return


async def moderate_words(uow: UnitOfWork, poll_id: str, rulings: Sequence[Ruling], *, user_id: str) -> None:
    """Decide which words of a word cloud are shown; the hall sees a change at once if it sees the result.

    Raises: NotFound, and what `rule_on_words` refuses.
    """
    row = await actions.lock_poll(uow, poll_id)
    await rule_on_words(uow, row, rulings, user_id=user_id)
    if PollState(row.state) in SHOWN:
        await log_moderation(uow, row)
        await actions.announce(uow, row, result=await public_result(uow.session, to_poll(row)))


async def _close(uow: UnitOfWork, row: PollRow, *, version: int) -> None:
    used = (await turnout(uow.session, [row.id]))[row.id]
    redeemed = {channel.value: number for channel, number in used.cards.items()}
    await actions.close_poll(uow, row, version=version, redeemed=redeemed)


async def _show(uow: UnitOfWork, row: PollRow, target: PollState, *, version: int) -> None:
    """Reveal the result to the hall, or publish it with its single ballots; a practice poll ends with the first."""
    if row.is_practice and target is PollState.PUBLISHED:
        raise InvalidTransition("Eine Probe wird gezeigt und nicht veröffentlicht.", state=row.state)
    await actions.advance(uow, row, target, version=version)
    if target is PollState.PUBLISHED:
        await record(uow, LogType.POLL_PUBLISHED, row.id, public={"poll": row.id})
    elif is_moderated(PollType(row.type)):
        await log_moderation(uow, row)
    result = await public_result(uow.session, to_poll(row))
    await actions.announce(uow, row, result=result)
