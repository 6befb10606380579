"""Hand out sheets for cards, exchange spoilt ones, take unused ones back.

Guarantees: a card is redeemed in the same transaction that books its sheet; card and sheet are never stored
together; a spoilt or returned sheet can never be counted. Refuses cards by the codes of the public contract.
Terms: spoilt (exchanged before the box) is not invalid (in the box, decided by rule).
"""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.ballots.committer import tally_channel
from backend.ballots.redemptions import exchange_for_sheet
from backend.ballots.redemptions import return_sheet as free_card
from backend.ballots.types import VoterKey
from backend.cards.errors import CardVoid, NotEntitled, NotInRegister
from backend.cards.queries import find_card, voter_hash
from backend.cards.types import CardKind
from backend.kit.errors import NotFound
from backend.kit.keyring import Keyring
from backend.kit.uow import UnitOfWork
from backend.paper.actions.print_sheets import is_numbered
from backend.paper.codes import read_code, verified
from backend.paper.errors import NoSheetOut, NotASheet, SerialModeOnly, SheetSeen, SheetVoid
from backend.paper.ledger import lock_ledger
from backend.paper.models import SheetRow
from backend.paper.models import SheetSeen as SheetSeenRow
from backend.paper.types import SheetState
from backend.polls.errors import ChannelClosed, PollNotOpen
from backend.polls.models import RegisterEntry
from backend.polls.queries import Poll, get_poll, poll_by_sheet_code
from backend.polls.rules import accepts_ballots, may_exchange_sheets
from backend.polls.types import Channel, VoterKind
from backend.transparency.canonical import JsonObject
from backend.transparency.intents import record
from backend.transparency.types import LogType


async def issue_sheet(uow: UnitOfWork, keyring: Keyring, poll_id: str, card: str) -> None:
    """Exchange a card for a paper ballot.

    Raises: NotFound, ChannelClosed, UnknownCard, CardVoid, NotEntitled, NotInRegister, PollNotOpen, AlreadyVoted.
    """
    poll = await get_poll(uow.session, poll_id)
    if Channel.PAPER not in poll.definition.channels:
        raise ChannelClosed
    ledger = await lock_ledger(uow, poll_id)
    voter = await _entitled(uow.session, keyring, poll, card)
    await exchange_for_sheet(uow.session, poll_id, voter)
    ledger.issued += 1
    await uow.session.flush()
    uow.hint(tally_channel(poll.meeting_id))


async def spoil_sheet(uow: UnitOfWork, keyring: Keyring, sheet: str, *, meeting_id: str) -> Poll:
    """Declare a sheet void and hand out a new one in its place; `sheet` is its scanned code.

    Raises: NotASheet, SerialModeOnly, SheetVoid, SheetSeen, PollNotOpen.
    """
    poll, hashed = await _sheet(uow.session, keyring, sheet, meeting_id=meeting_id)
    ledger = await lock_ledger(uow, poll.id)
    await _void(uow.session, poll, hashed)
    ledger.spoilt += 1
    ledger.issued += 1
    await uow.session.flush()
    public: JsonObject = {"poll": poll.id, "channel": Channel.PAPER.value, "n": ledger.spoilt}
    if not poll.is_practice:
        await record(uow, LogType.BALLOT_SPOILED, f"{poll.id}:{ledger.spoilt}", public=public)
    return poll


async def return_sheet(uow: UnitOfWork, keyring: Keyring, sheet: str, card: str, *, meeting_id: str) -> Poll:
    """Take an unused sheet back and free the card it was handed out for; the voter may choose another way.

    Raises: NotASheet, SerialModeOnly, SheetVoid, SheetSeen, PollNotOpen, UnknownCard, NoSheetOut.
    """
    poll, hashed = await _sheet(uow.session, keyring, sheet, meeting_id=meeting_id)
    ledger = await lock_ledger(uow, poll.id)
    voter = VoterKey(kind=VoterKind.CARD, hashed=(await find_card(uow.session, voter_hash(keyring, card))).voter_hash)
    await _void(uow.session, poll, hashed)
    if not await free_card(uow.session, poll.id, voter):
        raise NoSheetOut
    ledger.returned += 1
    await uow.session.flush()
    uow.hint(tally_channel(poll.meeting_id))
    return poll


async def _entitled(session: AsyncSession, keyring: Keyring, poll: Poll, text: str) -> VoterKey:
    """Return the voter key of a card that may get a sheet: by the register once it is taken, else by its pack."""
    card = await find_card(session, voter_hash(keyring, text))
    if card.is_void:
        raise CardVoid
    if card.kind is CardKind.GUEST:
        raise NotEntitled
    if card.meeting_id != poll.meeting_id:
        raise NotInRegister
    if poll.opened_at is None:
        is_listed = card.is_pack_open
    else:
        is_listed = await session.get(RegisterEntry, (poll.id, card.voter_hash)) is not None
    if not is_listed:
        raise NotInRegister
    return VoterKey(kind=VoterKind.CARD, hashed=card.voter_hash)


async def _sheet(session: AsyncSession, keyring: Keyring, text: str, *, meeting_id: str) -> tuple[Poll, bytes]:
    """Return the poll and the serial hash of a numbered sheet of this meeting."""
    signed = read_code(text)
    try:
        poll = await poll_by_sheet_code(session, signed.code.poll_code)
    except NotFound as error:
        raise NotASheet from error
    if poll.meeting_id != meeting_id:
        raise NotASheet
    code = verified(signed, keyring, poll.id)
    if code.serial is None or not is_numbered(poll):
        raise SerialModeOnly
    if not may_exchange_sheets(poll.state, on_paper=poll.on_paper):
        raise PollNotOpen("Getauscht wird nur, solange die Frage offen ist.")
    return poll, keyring.sheet_hash(code.serial)


async def _void(session: AsyncSession, poll: Poll, hashed: bytes) -> None:
    if await session.get(SheetSeenRow, (poll.id, hashed)) is not None:
        raise SheetSeen
    change = (
        update(SheetRow)
        .where(SheetRow.poll_id == poll.id, SheetRow.serial_hash == hashed, SheetRow.state == SheetState.PRINTED.value)
        .values(state=SheetState.VOID.value)
    )
    if (await session.execute(change.returning(SheetRow.poll_id))).one_or_none() is not None:
        return
    known = select(SheetRow.poll_id).where(SheetRow.poll_id == poll.id, SheetRow.serial_hash == hashed)
    if await session.scalar(known) is None:
        raise NotASheet
    raise SheetVoid


def takes_scans(poll: Poll) -> bool:
    """Tell whether sheets of a poll may be scanned now."""
    return Channel.PAPER in poll.definition.channels and accepts_ballots(poll.state, Channel.PAPER)
