"""The committer: what a batch does when its database, its keys or its listeners have a bad day."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import create_async_engine
from typing_extensions import override

from backend.ballots.cast import Outcome, Prepared, prepare
from backend.ballots.committer import Committer, tally_channel
from backend.ballots.errors import AlreadyVoted
from backend.ballots.redemptions import refused_duplicates, turnout
from backend.ballots.types import Acknowledgement
from backend.kit.bus import LocalBus
from backend.kit.entropy import Entropy
from backend.kit.errors import Unavailable
from backend.kit.raw import RawTransactions
from backend.polls.keys import PollKeyMissing
from backend.runtime import Runtime
from tests.factories import card_key, command, make_hall, make_poll, prepared


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


async def test_committer_is_busy_once_it_wrote_a_batch(rt: Runtime, committer: Committer) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    assert not committer.is_busy()
    committer.start()
    await committer.commit(await prepared(rt, poll, hall.cards[0]))
    assert committer.is_busy()


async def test_committer_started_twice_writes_each_ballot_once(rt: Runtime, committer: Committer) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    committer.start()
    first = committer._task
    committer.start()
    assert committer._task is first
    await committer.commit(await prepared(rt, poll, hall.cards[0]))
    async with rt.work.read() as uow:
        assert (await turnout(uow.session, [poll.id]))[poll.id].used == 1


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
