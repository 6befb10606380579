"""The ballot box beside casting: sheets for cards, the committer's bad days, sealing, signatures, openings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import msgspec
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from typing_extensions import override

from backend.ballots._box import Ballot, CastRequest
from backend.ballots.cast import Outcome, Prepared, _Batch, prepare
from backend.ballots.committer import Committer, tally_channel
from backend.ballots.errors import AlreadyVoted
from backend.ballots.lifecycle import Lifecycle
from backend.ballots.record import OutsideFacts
from backend.ballots.redemptions import channels_of, exchange_for_sheet, refused_duplicates, return_sheet, turnout
from backend.ballots.types import Acknowledgement, VoterKey
from backend.cards.actions import void_cards
from backend.cards.errors import CardVoid
from backend.kit.bus import LocalBus
from backend.kit.entropy import Drawn, Entropy
from backend.kit.errors import Invalid, Unavailable
from backend.kit.raw import RawTransactions, UnitConnection
from backend.polls.actions import NewPoll
from backend.polls.choices import canonical
from backend.polls.errors import ChannelClosed, PollNotOpen
from backend.polls.keys import PollKeyMissing
from backend.polls.models import PollRow
from backend.polls.queries import Poll
from backend.polls.types import Channel, PollState, PollType, VoterKind
from backend.runtime import Runtime
from tests.factories import YES_NO, card_key, command, make_hall, make_poll, move_poll


async def prepared(rt: Runtime, poll: Poll, card: str) -> Prepared:
    cast = command(poll, card_key(rt, card))
    frozen = await rt.desk.frozen(poll.id)
    return prepare(cast, frozen, canonical(frozen.definition, cast.choices))


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


# --- the committer ------------------------------------------------------------------------------------------------


class Vault:
    """Keys kept elsewhere, by a service with good days (None) and bad ones."""

    def __init__(self, rt: Runtime, *days: Exception | None) -> None:
        self._keys = rt.poll_keys
        self._days = iter(days)

    def create(self, poll_id: str, entropy: Entropy) -> bytes:
        return self._keys.create(poll_id, entropy)

    def get(self, poll_id: str) -> bytes:
        if error := next(self._days, None):
            raise error
        return self._keys.get(poll_id)

    def destroy(self, poll_id: str) -> None:
        self._keys.destroy(poll_id)


@pytest.fixture
async def committer(rt: Runtime) -> AsyncIterator[Committer]:
    """A second committer that was not started yet; the first one has stopped."""
    await rt.committer.stop()
    second = Committer(RawTransactions(rt.db.ballot_engine()), rt.committer._tools, rt.bus)
    yield second
    await second.stop()


def has_days(rt: Runtime, committer: Committer, *days: Exception | None) -> None:
    """Let the committer's keys come from a vault with these days."""
    committer._tools = replace(committer._tools, keys=Vault(rt, *days))


async def together(committer: Committer, casts: Sequence[Prepared]) -> list[Acknowledgement | BaseException]:
    """Commit casts in one batch, in a process that had not begun to write."""
    tasks = [asyncio.create_task(committer.commit(cast)) for cast in casts]
    await asyncio.sleep(0)
    committer.start()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    await committer.stop()
    return answers


async def test_committer_survives_a_bug_and_tells_those_waiting(rt: Runtime, committer: Committer) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    cast = await prepared(rt, poll, hall.cards[0])
    has_days(rt, committer, ValueError("a bug"))
    committer.start()
    task = committer._task
    committer.start()
    assert committer.is_running
    assert committer._task is task
    with pytest.raises(Unavailable):
        await committer.commit(cast)
    assert (await committer.commit(cast)).is_first
    await committer.stop()
    assert not committer.is_running


async def test_committer_never_started_stops_at_once(committer: Committer) -> None:
    await committer.stop()
    assert not committer.is_running


async def test_committer_that_has_ended_refuses(rt: Runtime, committer: Committer) -> None:
    hall = await make_hall(rt)
    cast = await prepared(rt, await make_poll(rt, hall), hall.cards[0])
    committer.start()
    await committer.stop()
    with pytest.raises(Unavailable):
        await committer.commit(cast)


async def test_committer_whose_task_ends_in_a_batch_tells_everybody(rt: Runtime, committer: Committer) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    first, second = [await prepared(rt, poll, card) for card in hall.cards[:2]]
    told: list[Outcome] = []
    committer.submit(first, told.append)
    committer.start()
    while committer._queue:  # noqa: ASYNC110 - a step of its task, not an event
        await asyncio.sleep(0)
    committer.submit(second, told.append)
    assert committer._task is not None
    committer._task.cancel()
    async with asyncio.timeout(10):
        await committer.stop()
    assert [type(outcome) for outcome in told] == [Unavailable, Unavailable]


async def test_committer_without_a_database_refuses_the_whole_batch(rt: Runtime, committer: Committer) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    nowhere = create_async_engine("postgresql+asyncpg://machmit@127.0.0.1:1/machmit")
    lost = Committer(RawTransactions(nowhere), committer._tools, rt.bus)
    answers = await together(lost, [await prepared(rt, poll, card) for card in hall.cards[:2]])
    assert [type(answer) for answer in answers] == [Unavailable, Unavailable]


async def test_committer_full_queue_refuses_and_keeps_what_waits(rt: Runtime, committer: Committer) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    committer._queue_limit = 1
    waiting = asyncio.create_task(committer.commit(await prepared(rt, poll, hall.cards[0])))
    await asyncio.sleep(0)
    with pytest.raises(Unavailable):
        await committer.commit(await prepared(rt, poll, hall.cards[1]))
    committer.start()
    assert (await waiting).is_first
    await committer.stop()


async def test_committer_batch_that_fails_is_written_one_by_one(rt: Runtime, committer: Committer) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    has_days(rt, committer, OSError("the batch fails"), None, OSError("the second one fails"), None)
    casts = [await prepared(rt, poll, card) for card in hall.cards[:3]]
    answers = await together(committer, casts)
    assert sorted(type(each).__name__ for each in answers) == ["Acknowledgement", "Acknowledgement", "Unavailable"]
    async with rt.work.read() as uow:
        assert (await turnout(uow.session, [poll.id]))[poll.id].used == 2


@pytest.mark.both_databases
async def test_batch_of_new_repeated_and_second_ballots_counts_only_the_second_attempt(
    rt: Runtime, committer: Committer
) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    ours, theirs = card_key(rt, hall.cards[0]), card_key(rt, hall.cards[1])
    first = await rt.desk.frozen(poll.id)
    voted = command(poll, ours)
    earlier = Committer(RawTransactions(rt.db.ballot_engine()), committer._tools, rt.bus)
    await together(earlier, [prepare(voted, first, ["yes"])])
    again, second, new = voted, command(poll, ours, "no"), command(poll, theirs)
    answers = await together(committer, [prepare(each, first, ["yes"]) for each in (again, second, new)])
    assert [type(each) for each in answers] == [Acknowledgement, AlreadyVoted, Acknowledgement]
    assert [each.is_first for each in answers if isinstance(each, Acknowledgement)] == [False, True]
    async with rt.work.read() as uow:
        assert await refused_duplicates(uow.session, poll.id) == 1


async def test_batch_with_polls_whose_keys_are_gone_lets_the_others_in(rt: Runtime, committer: Committer) -> None:
    hall = await make_hall(rt)
    polls = [await make_poll(rt, hall) for _ in range(6)]
    casts = [await prepared(rt, poll, hall.cards[0]) for poll in polls]
    for poll in polls[:3]:
        rt.poll_keys.destroy(poll.id)
    answers = await together(committer, casts)
    assert [type(each) for each in answers] == [PollKeyMissing] * 3 + [Acknowledgement] * 3


async def test_listener_that_breaks_leaves_the_others_their_answers(rt: Runtime, committer: Committer) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)

    def breaks(_: Outcome) -> None:
        raise ZeroDivisionError

    committer.submit(await prepared(rt, poll, hall.cards[0]), breaks)
    [answer] = await together(committer, [await prepared(rt, poll, hall.cards[1])])
    assert isinstance(answer, Acknowledgement)
    async with rt.work.read() as uow:
        assert (await turnout(uow.session, [poll.id]))[poll.id].used == 2


async def test_outcome_is_told_once(rt: Runtime, committer: Committer) -> None:
    hall = await make_hall(rt)
    told: list[Outcome] = []
    committer.submit(await prepared(rt, await make_poll(rt, hall), hall.cards[0]), told.append)
    committer.start()
    await committer.stop()
    assert [type(outcome) for outcome in told] == [Acknowledgement]


class SlowBus(LocalBus):
    """Hints that leave when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.may_leave = asyncio.Event()
        self.left: list[str] = []

    @override
    async def publish(self, channel: str, message: str) -> None:
        await self.may_leave.wait()
        self.left.append(channel)


async def test_slow_hint_holds_up_no_ballot(rt: Runtime, committer: Committer) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    bus = SlowBus()
    committer._bus = bus
    committer.start()
    for card in hall.cards[:2]:
        assert (await committer.commit(await prepared(rt, poll, card))).is_first
    assert bus.left == []
    bus.may_leave.set()
    await committer.stop()
    assert set(bus.left) == {tally_channel(hall.meeting_id)}


async def test_committer_two_that_fail_together_get_in_one_by_one(rt: Runtime, committer: Committer) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    has_days(rt, committer, OSError("the batch fails"))
    answers = await together(committer, [await prepared(rt, poll, card) for card in hall.cards[:2]])
    assert [type(answer) for answer in answers] == [Acknowledgement, Acknowledgement]


async def test_committer_caller_gone_does_not_take_the_ballot_back(rt: Runtime, committer: Committer) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    task = asyncio.create_task(committer.commit(await prepared(rt, poll, hall.cards[0])))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    committer.start()
    await committer.stop()
    async with rt.work.read() as uow:
        assert (await turnout(uow.session, [poll.id]))[poll.id].used == 1


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
