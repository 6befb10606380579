"""The ballot box beside casting: sheets for cards, casts, sealing, signatures, openings."""

from __future__ import annotations

import asyncio

import msgspec
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.ballots._box import Ballot, CastRequest
from backend.ballots.cast import _Batch
from backend.ballots.errors import AlreadyVoted
from backend.ballots.lifecycle import Lifecycle
from backend.ballots.record import OutsideFacts
from backend.ballots.redemptions import channels_of, exchange_for_sheet, refused_duplicates, return_sheet, turnout
from backend.ballots.types import VoterKey
from backend.cards.actions import void_cards
from backend.cards.errors import CardVoid
from backend.kit.entropy import Drawn
from backend.kit.errors import Invalid, Unavailable
from backend.kit.raw import UnitConnection
from backend.polls.actions import NewPoll
from backend.polls.errors import ChannelClosed, PollNotOpen
from backend.polls.keys import PollKeyMissing
from backend.polls.models import PollRow
from backend.polls.types import Channel, PollState, PollType, VoterKind
from backend.runtime import Runtime
from tests.factories import YES_NO, card_key, command, make_hall, make_poll, move_poll, prepared


def with_facts(rt: Runtime, facts: OutsideFacts) -> Lifecycle:
    """Return the steps of polls for a hall of which this is known."""

    async def known(_session: AsyncSession, _row: PollRow) -> OutsideFacts:
        await asyncio.sleep(0)
        return facts

    return Lifecycle(keys=rt.poll_keys, facts_of=known)


# --- cards and sheets ---------------------------------------------------------------------------------------------


@pytest.mark.both_databases
async def test_exchange_for_sheet_takes_the_card_until_the_sheet_comes_back(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall, state=PollState.READY)
    voter = card_key(rt, hall.cards[0])
    async with rt.work.write() as uow:
        await exchange_for_sheet(uow.session, poll.id, voter)
        assert await channels_of(uow.session, voter.hashed, [poll.id]) == {poll.id: Channel.PAPER}
        used = (await turnout(uow.session, [poll.id]))[poll.id]
        assert (used.used, used.sheets_out, used.sheets_scanned) == (1, 1, 0)
        with pytest.raises(AlreadyVoted) as refused:
            await exchange_for_sheet(uow.session, poll.id, voter)
        assert refused.value.channel is Channel.PAPER
        assert await return_sheet(uow.session, poll.id, voter)
        assert not await return_sheet(uow.session, poll.id, voter)
        await exchange_for_sheet(uow.session, poll.id, voter)


async def test_exchange_for_sheet_of_cards_that_may_not_vote_is_refused(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    voted, lost = card_key(rt, hall.cards[0]), card_key(rt, hall.cards[1])
    await rt.desk.cast(command(poll, voted))
    async with rt.work.write() as uow:
        await void_cards(uow, rt.keyring, org_ids=[hall.org_id], codes=[hall.cards[1]])
    async with rt.work.write() as uow:
        with pytest.raises(AlreadyVoted) as refused:
            await exchange_for_sheet(uow.session, poll.id, voted)
        assert refused.value.channel is Channel.PHONE
        assert not await return_sheet(uow.session, poll.id, voted)
        with pytest.raises(CardVoid):
            await exchange_for_sheet(uow.session, poll.id, lost)
        with pytest.raises(PollNotOpen):
            await exchange_for_sheet(uow.session, "no such poll", card_key(rt, hall.cards[2]))
    poll = await move_poll(rt, poll, PollState.CLOSING)
    async with rt.work.write() as uow:
        with pytest.raises(PollNotOpen):
            await exchange_for_sheet(uow.session, poll.id, card_key(rt, hall.cards[2]))


async def test_turnout_counts_scanned_sheets_beside_cards(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll, empty = await make_poll(rt, hall), await make_poll(rt, hall)
    await rt.desk.cast(command(poll, card_key(rt, hall.cards[0]), channel=Channel.KIOSK))
    for number in range(2):
        sheet = VoterKey(kind=VoterKind.SHEET, hashed=bytes([number]) * 32)
        await rt.desk.cast(command(poll, sheet, "no", channel=Channel.PAPER))
    async with rt.work.read() as uow:
        used = await turnout(uow.session, [poll.id, empty.id])
    assert used[poll.id].cards == {Channel.KIOSK: 1}
    assert used[poll.id].sheets_scanned == 2
    assert (used[empty.id].cards, used[empty.id].sheets_scanned) == ({}, 0)


# --- the desk -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change", [{"nonce": b"short"}, {"request_key": ""}, {"request_key": "x" * 101}], ids=["nonce", "none", "long"]
)
async def test_cast_incomplete_request_is_refused(rt: Runtime, change: dict[str, str | bytes]) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    whole = command(poll, card_key(rt, hall.cards[0]))
    longest = msgspec.structs.replace(whole, request_key="x" * 100)
    with pytest.raises(Invalid):
        await rt.desk.cast(msgspec.structs.replace(whole, **change))
    assert (await rt.desk.cast(longest)).is_first


async def test_cast_channel_that_is_not_offered_is_refused(rt: Runtime) -> None:
    hall = await make_hall(rt)
    only_kiosk = NewPoll(type=PollType.YESNO, question={"de": "?"}, options=YES_NO, channels=[Channel.KIOSK])
    poll = await make_poll(rt, hall, only_kiosk)
    with pytest.raises(ChannelClosed):
        await rt.desk.cast(command(poll, card_key(rt, hall.cards[0])))


async def test_cast_draft_is_refused_and_may_be_opened_later(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall, state=PollState.DRAFT)
    cast = command(poll, card_key(rt, hall.cards[0]))
    with pytest.raises(PollNotOpen):
        await rt.desk.cast(cast)
    await move_poll(rt, poll, PollState.READY, PollState.OPEN)
    assert (await rt.desk.cast(cast)).is_first


# --- casting ------------------------------------------------------------------------------------------------------


async def test_cast_without_the_polls_key_is_refused_and_redeems_nothing(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    rt.poll_keys.destroy(poll.id)
    with pytest.raises(PollKeyMissing):
        await rt.desk.cast(command(poll, card_key(rt, hall.cards[0])))
    async with rt.work.read() as uow:
        assert (await turnout(uow.session, [poll.id]))[poll.id].used == 0


async def test_cast_voter_freed_between_two_statements_is_asked_to_come_again(rt: Runtime) -> None:
    """On PostgreSQL a sheet may come back after we failed to redeem its card and before we look why."""
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    cast = await prepared(rt, poll, hall.cards[0])
    async with rt.work.read() as uow:
        connection = UnitConnection(await uow.session.connection())
        states, keys = {poll.id: PollState.OPEN}, {poll.id: bytes(32)}
        batch = _Batch(connection, [cast], rt.committer._tools, Drawn(rt.entropy, 0), states=states, keys=keys)
        assert isinstance(batch._refusal(cast, None, is_void=False), Unavailable)


@pytest.mark.both_databases
async def test_cast_changed_vote_moves_one_channel_and_keeps_its_answer(rt: Runtime) -> None:
    hall = await make_hall(rt)
    changeable = NewPoll(type=PollType.YESNO, question={"de": "?"}, options=YES_NO, change_until_close=True)
    poll, other = await make_poll(rt, hall, changeable), await make_poll(rt, hall, changeable)
    ours, theirs = card_key(rt, hall.cards[0]), card_key(rt, hall.cards[1])
    for each, voter in ((poll, ours), (poll, theirs), (other, ours)):
        await rt.desk.cast(command(each, voter, "yes"))
    change = command(poll, ours, "no", channel=Channel.KIOSK)
    first, again = await rt.desk.cast(change), await rt.desk.cast(change)
    assert (first.is_first, again.is_first) == (True, False)
    assert (again.commitment, again.receipt) == (first.commitment, first.receipt)
    async with rt.work.read() as uow:
        assert await channels_of(uow.session, ours.hashed, [poll.id, other.id]) == {
            poll.id: Channel.KIOSK,
            other.id: Channel.PHONE,
        }
        assert await channels_of(uow.session, theirs.hashed, [poll.id]) == {poll.id: Channel.PHONE}


@pytest.mark.both_databases
async def test_cast_second_attempts_are_counted_per_poll(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll, other = await make_poll(rt, hall), await make_poll(rt, hall)
    voter = card_key(rt, hall.cards[0])
    for each, attempts in ((poll, 4), (other, 2)):
        await rt.desk.cast(command(each, voter))
        for _ in range(attempts - 1):
            with pytest.raises(AlreadyVoted):
                await rt.desk.cast(command(each, voter, "no"))
    async with rt.work.read() as uow:
        assert await refused_duplicates(uow.session, poll.id) == 3
        assert await refused_duplicates(uow.session, other.id) == 1
        assert await refused_duplicates(uow.session, "no such poll") == 0


async def test_stored_envelopes_have_one_length_and_random_names(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    for card, choice, channel in zip(hall.cards, ("yes", "no", "abst"), Channel, strict=False):
        await rt.desk.cast(command(poll, card_key(rt, card), choice, channel=channel))
    choices_bytes = (await rt.desk.frozen(poll.id)).choices_bytes
    async with rt.work.read() as uow:
        ballots = (await uow.session.execute(select(Ballot.ballot_id, Ballot.sealed))).all()
        answers = (await uow.session.scalars(select(CastRequest.sealed))).all()
    nonce_and_tag = 12 + 16
    assert {len(each.sealed) - nonce_and_tag for each in ballots} == {96 + choices_bytes}
    assert {len(each) - nonce_and_tag for each in answers} == {512}
    assert [len(each.ballot_id) for each in ballots] == [16, 16, 16]
