"""One card, several channels and processes at once: exactly one ballot, on both databases.

`MACHMIT_RACE_ROUNDS` sets how many cards race (200 unless it says otherwise; 1,000 for a long run by hand).
"""

from __future__ import annotations

import asyncio
import os
import secrets

import pytest

from backend.ballots.errors import AlreadyVoted, IdempotencyMismatch
from backend.ballots.redemptions import refused_duplicates, turnout
from backend.ballots.types import Acknowledgement
from backend.kit.errors import Unavailable
from backend.polls.queries import Poll
from backend.polls.types import Channel
from backend.runtime import Runtime
from tests.broken import failing_commits
from tests.concurrency.voting import at_once, cast, exchange, of_kind, sealed
from tests.factories import make_hall, make_poll

pytestmark = [pytest.mark.both_databases, pytest.mark.timeout(600)]  # the long run by hand takes minutes

ROUNDS = int(os.environ.get("MACHMIT_RACE_ROUNDS", "200"))
WAVE = 10  # cards that race at the same time
REPEATS = 50


async def test_same_card_on_three_channels_and_two_processes_leaves_one_ballot_each_round(
    rt: Runtime, other: Runtime
) -> None:
    hall = await make_hall(rt, voting=ROUNDS)
    poll = await make_poll(rt, hall)
    winners = dict.fromkeys(Channel, 0)
    for start in range(0, ROUNDS, WAVE):
        wave = hall.cards[start : start + WAVE]
        for won in await asyncio.gather(*(_race(rt, other, poll, card, turn) for turn, card in enumerate(wave))):
            winners[won] += 1
    async with rt.work.read() as uow:
        used = (await turnout(uow.session, [poll.id]))[poll.id].cards
        duplicates = await refused_duplicates(uow.session, poll.id)
    assert used == {channel: number for channel, number in winners.items() if number}
    on_paper = winners[Channel.PAPER]
    assert duplicates == 2 * on_paper + (ROUNDS - on_paper)  # the desk's own refusals are no second ballots
    record, nonces = await sealed(rt, poll)
    assert record["ballots"] == len(nonces) == ROUNDS - on_paper


async def _race(rt: Runtime, other: Runtime, poll: Poll, card: str, turn: int) -> Channel:
    """Use a card by phone, at the kiosk and at the paper desk at once; return which way won."""
    one, two = (rt, other) if turn % 2 else (other, rt)
    racers = [cast(one, poll, card), cast(two, poll, card, channel=Channel.KIOSK), exchange(one, poll, card)]
    begin = turn % len(racers)
    outcomes = await at_once(*racers[begin:], *racers[:begin])
    won = [each.channel for each in of_kind(outcomes, Acknowledgement)] + of_kind(outcomes, Channel)
    refused = of_kind(outcomes, AlreadyVoted)
    assert (len(won), len(refused)) == (1, 2), outcomes
    assert {each.channel for each in refused} == set(won)
    return won[0]


async def test_parallel_repeats_of_one_request_over_two_processes_give_one_ballot_and_equal_answers(
    rt: Runtime, other: Runtime
) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    nonce = secrets.token_bytes(32)
    answers = await at_once(
        *(
            cast(rt if number % 2 else other, poll, hall.cards[0], key="same-key", nonce=nonce)
            for number in range(REPEATS)
        )
    )
    acknowledged = of_kind(answers, Acknowledgement)
    assert len(acknowledged) == REPEATS, answers
    assert len({(each.commitment, each.receipt, each.channel) for each in acknowledged}) == 1
    assert sum(each.is_first for each in acknowledged) == 1
    record, nonces = await sealed(rt, poll)
    assert (record["ballots"], nonces) == (1, {nonce})
    assert record["rejected_duplicates"] == 0


async def test_one_key_with_two_bodies_at_once_counts_one_and_names_the_mismatch(rt: Runtime, other: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    nonces = [secrets.token_bytes(32) for _ in hall.cards]
    for card, nonce in zip(hall.cards, nonces, strict=True):
        outcomes = await at_once(
            cast(rt, poll, card, "yes", key="same-key", nonce=nonce),
            cast(other, poll, card, "no", key="same-key", nonce=nonce),
            cast(rt, poll, card, "abst", key="same-key", nonce=nonce),
        )
        assert len(of_kind(outcomes, Acknowledgement)) == 1, outcomes
        assert len(of_kind(outcomes, IdempotencyMismatch)) == 2, outcomes
    record, counted = await sealed(rt, poll)
    assert record["ballots"] == len(hall.cards)
    assert counted == set(nonces)


async def test_every_card_in_two_processes_at_once_is_never_told_unavailable(rt: Runtime, other: Runtime) -> None:
    hall = await make_hall(rt, voting=60)
    poll = await make_poll(rt, hall)
    racers = [cast(each, poll, card) for card in hall.cards for each in (rt, other)]
    outcomes = await at_once(*racers)
    assert len(of_kind(outcomes, Acknowledgement)) == len(hall.cards)
    assert len(of_kind(outcomes, AlreadyVoted)) == len(hall.cards), of_kind(outcomes, BaseException)
    record, _ = await sealed(rt, poll)
    assert (record["ballots"], record["rejected_duplicates"]) == (len(hall.cards), len(hall.cards))


async def test_cast_when_commit_fails_is_not_acknowledged_and_may_be_repeated(rt: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    nonce = secrets.token_bytes(32)
    async with failing_commits(rt.db):
        for _ in range(2):
            with pytest.raises(Unavailable):
                await cast(rt, poll, hall.cards[0], key="same-key", nonce=nonce)
    assert (await cast(rt, poll, hall.cards[0], key="same-key", nonce=nonce)).is_first
