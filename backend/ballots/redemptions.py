"""Redeemed cards: how many through which channel, which one by its holder, and the exchange for a sheet of paper.

Guarantees: who redeemed is told only to whoever holds the card; a card leaves the door with a sheet only if it was
not redeemed before, under the same lock and the same unique key as a ballot.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.ballots import _rows
from backend.ballots._box import Participation, Refusal
from backend.ballots._rows import Redemption
from backend.ballots.errors import AlreadyVoted
from backend.ballots.types import Turnout, VoterKey
from backend.cards.errors import CardVoid
from backend.kit.raw import UnitConnection
from backend.polls.errors import PollNotOpen
from backend.polls.models import PollRow
from backend.polls.rules import may_issue_sheets
from backend.polls.types import Channel, VoterKind


async def turnout(session: AsyncSession, poll_ids: Sequence[str]) -> dict[str, Turnout]:
    """Return cards used and sheets scanned for each poll."""
    query = (
        select(Participation.poll_id, Participation.kind, Participation.channel, func.count().label("n"))
        .where(Participation.poll_id.in_(poll_ids))
        .group_by(Participation.poll_id, Participation.kind, Participation.channel)
    )
    cards: dict[str, dict[Channel, int]] = {poll_id: {} for poll_id in poll_ids}
    sheets: dict[str, int] = {}
    for row in await session.execute(query):
        if row.kind == VoterKind.CARD:
            cards[row.poll_id][Channel(row.channel)] = row.n
        else:
            sheets[row.poll_id] = row.n
    return {poll_id: Turnout(cards=used, sheets_scanned=sheets.get(poll_id, 0)) for poll_id, used in cards.items()}


async def channels_of(session: AsyncSession, hashed: bytes, poll_ids: Sequence[str]) -> dict[str, Channel]:
    """Return through which channel one card was redeemed, per poll; for the holder of the card only."""
    return (await channels_of_each(session, [hashed], poll_ids))[hashed]


async def channels_of_each(
    session: AsyncSession, hashes: Collection[bytes], poll_ids: Sequence[str]
) -> dict[bytes, dict[str, Channel]]:
    """Return the same for many cards at once; each holder is told about their own."""
    query = select(Participation.voter_hash, Participation.poll_id, Participation.channel).where(
        Participation.poll_id.in_(poll_ids), Participation.voter_hash.in_(hashes)
    )
    used: dict[bytes, dict[str, Channel]] = {hashed: {} for hashed in hashes}
    for row in await session.execute(query):
        used[row.voter_hash][row.poll_id] = Channel(row.channel)
    return used


async def refused_duplicates(session: AsyncSession, poll_id: str) -> int:
    """Return how many second attempts a poll has refused."""
    return await session.scalar(select(Refusal.duplicates).where(Refusal.poll_id == poll_id)) or 0


async def exchange_for_sheet(session: AsyncSession, poll_id: str, voter: VoterKey) -> None:
    """Redeem a card because its holder gets a paper ballot. Part of the caller's transaction.

    Raises: PollNotOpen, CardVoid, AlreadyVoted.
    """
    connection = UnitConnection(await session.connection())
    state = (await _rows.lock_states(connection, [poll_id])).get(poll_id)
    if state is None or not may_issue_sheets(state, on_paper=await _is_on_paper(session, poll_id)):
        raise PollNotOpen
    row = Redemption(poll_id, voter.hashed, VoterKind.CARD.value, Channel.PAPER.value)
    if await _rows.redeem(connection, [row]):
        return
    known = await channels_of(session, voter.hashed, [poll_id])
    if poll_id not in known:
        raise CardVoid
    raise AlreadyVoted(known[poll_id])


async def _is_on_paper(session: AsyncSession, poll_id: str) -> bool:
    """Tell whether a poll goes on by paper; asked under the lock that orders this against counting."""
    return await session.scalar(select(PollRow.on_paper_since).where(PollRow.id == poll_id)) is not None


async def return_sheet(session: AsyncSession, poll_id: str, voter: VoterKey) -> bool:
    """Free a card whose unused sheet came back. Part of the caller's transaction; tells whether it was out."""
    statement = delete(Participation).where(
        Participation.poll_id == poll_id,
        Participation.voter_hash == voter.hashed,
        Participation.kind == VoterKind.CARD.value,
        Participation.channel == Channel.PAPER.value,
    )
    freed = await session.execute(statement.returning(Participation.poll_id))
    return freed.one_or_none() is not None
