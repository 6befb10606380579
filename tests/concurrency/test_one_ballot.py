"""One card, several channels at once: exactly one ballot, on both databases."""

from __future__ import annotations

import asyncio
import secrets

import pytest
from sqlalchemy import event

from backend.ballots.errors import AlreadyVoted
from backend.ballots.results import count_record
from backend.ballots.types import Acknowledgement
from backend.kit.errors import Unavailable
from backend.polls.queries import Poll
from backend.polls.types import Channel, PollState
from backend.runtime import Runtime
from tests.factories import Hall, make_hall, make_poll, move_poll

pytestmark = [pytest.mark.both_databases, pytest.mark.timeout(120)]

ROUNDS = 200
CHANNELS = (Channel.PHONE, Channel.KIOSK, Channel.PAPER)


async def _race(rt: Runtime, hall: Hall, poll: Poll, card: str) -> list[Acknowledgement | BaseException]:
    """Let the card be used on phone and kiosk while the desk exchanges it for paper."""
    del hall

    async def by_device(channel: Channel) -> Acknowledgement:
        return await rt.desk.cast_with_card(
            poll.id,
            card,
            choices=["yes"],
            nonce=secrets.token_bytes(32),
            channel=channel,
            request_key=secrets.token_hex(8),
        )

    return await asyncio.gather(*(by_device(channel) for channel in CHANNELS), return_exceptions=True)


async def test_same_card_on_three_channels_at_once_leaves_one_ballot_each_round(rt: Runtime) -> None:
    hall = await make_hall(rt, voting=ROUNDS)
    poll = await make_poll(rt, hall)
    for card in hall.cards:
        outcomes = await _race(rt, hall, poll, card)
        accepted = [each for each in outcomes if isinstance(each, Acknowledgement)]
        refused = [each for each in outcomes if isinstance(each, AlreadyVoted)]
        assert (len(accepted), len(refused)) == (1, 2), outcomes
        assert {each.channel for each in refused} == {accepted[0].channel}
    poll = await move_poll(rt, poll, PollState.CLOSING, PollState.CLOSED, PollState.COUNTING, PollState.SEALED)
    async with rt.work.read() as uow:
        record = await count_record(uow.session, poll.id)
    assert record["ballots"] == ROUNDS
    assert record["rejected_duplicates"] == 2 * ROUNDS


async def test_parallel_repeats_of_one_request_give_one_ballot_and_equal_answers(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    nonce = secrets.token_bytes(32)
    answers = await asyncio.gather(
        *(
            rt.desk.cast_with_card(
                poll.id, hall.cards[0], choices=["yes"], nonce=nonce, channel=Channel.PHONE, request_key="same"
            )
            for _ in range(50)
        )
    )
    assert {(each.commitment, each.receipt) for each in answers} == {(answers[0].commitment, answers[0].receipt)}
    assert sum(each.is_first for each in answers) == 1


async def test_cast_when_commit_fails_is_not_acknowledged_and_may_be_repeated(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    engine = rt.committer._engine.sync_engine
    failures = iter([True, True, False])

    def fail(_connection: object) -> None:
        if next(failures, False):
            msg = "the disk is gone"
            raise OSError(msg)

    event.listen(engine, "commit", fail)
    nonce = secrets.token_bytes(32)

    async def attempt() -> Acknowledgement:
        return await rt.desk.cast_with_card(
            poll.id, hall.cards[0], choices=["yes"], nonce=nonce, channel=Channel.PHONE, request_key="same-key"
        )

    with pytest.raises(Unavailable):
        await attempt()
    with pytest.raises(Unavailable):
        await attempt()
    assert (await attempt()).is_first
