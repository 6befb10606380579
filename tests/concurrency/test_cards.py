"""A card declared void, exchanged or used to change a vote while it is being cast with."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import pytest

from backend.ballots.errors import AlreadyVoted
from backend.ballots.redemptions import turnout
from backend.ballots.seal import openings
from backend.ballots.types import Acknowledgement
from backend.cards.actions import make_cards, open_pack, void_cards
from backend.cards.errors import CardVoid, PackOpen
from backend.cards.types import CardKind
from backend.polls.actions import NewPoll
from backend.polls.types import Channel, PollType
from backend.runtime import Runtime
from tests.concurrency.voting import at_once, cast, exchange, of_kind, sealed
from tests.factories import TO_SEALED, YES_NO, make_hall, make_poll, move_poll

pytestmark = [pytest.mark.both_databases, pytest.mark.timeout(90)]

T = TypeVar("T")
CARDS = 16
WAVE = 4  # cards that race at the same time: SQLite's writers queue, and none may wait for ten seconds
CHANGEABLE = NewPoll(type=PollType.YESNO, question={"de": "?"}, options=YES_NO, change_until_close=True)


async def in_waves(race: Callable[[str], Awaitable[T]], cards: Sequence[str]) -> list[T]:
    """Race some cards at a time and return every outcome."""
    outcomes: list[T] = []
    for start in range(0, len(cards), WAVE):
        outcomes += await asyncio.gather(*(race(card) for card in cards[start : start + WAVE]))
    return outcomes


async def test_card_voided_while_casting_counts_only_if_acknowledged(rt: Runtime, other: Runtime) -> None:
    hall = await make_hall(rt, voting=CARDS)
    poll = await make_poll(rt, hall)

    async def void(card: str) -> int:
        async with other.work.write() as uow:
            return await void_cards(uow, other.keyring, org_ids=[hall.org_id], codes=[card])

    async def race(card: str) -> bool:
        outcomes = await at_once(cast(rt, poll, card), void(card))
        assert len(of_kind(outcomes, Acknowledgement)) + len(of_kind(outcomes, CardVoid)) == 1, outcomes
        assert 1 in outcomes
        with pytest.raises((CardVoid, AlreadyVoted)):
            await cast(rt, poll, card)
        return bool(of_kind(outcomes, Acknowledgement))

    counted = sum(await in_waves(race, hall.cards))
    record, _ = await sealed(rt, poll)
    assert record["ballots"] == counted


async def test_card_exchanged_at_two_desks_while_casting_is_used_once(rt: Runtime, other: Runtime) -> None:
    hall = await make_hall(rt, voting=CARDS)
    poll = await make_poll(rt, hall)

    async def race(card: str) -> Channel:
        outcomes = await at_once(exchange(rt, poll, card), cast(other, poll, card), exchange(other, poll, card))
        won = [each.channel for each in of_kind(outcomes, Acknowledgement)] + of_kind(outcomes, Channel)
        assert len(won) == 1, outcomes
        assert {each.channel for each in of_kind(outcomes, AlreadyVoted)} == set(won)
        return won[0]

    won = await in_waves(race, hall.cards)
    async with rt.work.read() as uow:
        used = (await turnout(uow.session, [poll.id]))[poll.id]
    assert (used.used, used.sheets_out) == (CARDS, won.count(Channel.PAPER))
    record, _ = await sealed(rt, poll)
    assert record["ballots"] == CARDS - won.count(Channel.PAPER)


async def test_vote_changed_on_two_devices_at_once_leaves_the_ballot_of_one(rt: Runtime, other: Runtime) -> None:
    hall = await make_hall(rt, voting=CARDS)
    poll = await make_poll(rt, hall, CHANGEABLE)
    await asyncio.gather(*(cast(rt, poll, card, "abst") for card in hall.cards))
    nonces: dict[str, dict[bytes, tuple[Runtime, str]]] = {
        card: {secrets.token_bytes(32): (rt, "yes"), secrets.token_bytes(32): (other, "no")} for card in hall.cards
    }
    racers = [
        cast(each, poll, card, choice, nonce=nonce)
        for card, devices in nonces.items()
        for nonce, (each, choice) in devices.items()
    ]
    outcomes = await at_once(*racers)
    assert len(of_kind(outcomes, Acknowledgement)) == 2 * CARDS, of_kind(outcomes, BaseException)
    poll = await move_poll(rt, poll, *TO_SEALED)
    async with rt.work.read() as uow:
        counted = {opening.nonce for opening in await openings(uow.session, poll.id)}
    assert len(counted) == CARDS
    assert all(len(counted & set(devices)) == 1 for devices in nonces.values())


async def test_pack_opened_at_two_doors_at_once_is_opened_once(rt: Runtime, other: Runtime) -> None:
    hall = await make_hall(rt)
    async with rt.work.write() as uow:
        (pack,) = await make_cards(
            uow, rt.keyring, org_id=hall.org_id, meeting_id=hall.meeting_id, wanted={CardKind.VOTING: 3}, pack_size=3
        )

    async def unwrap(each: Runtime) -> None:
        async with each.work.write() as uow:
            await open_pack(uow, pack.id)

    outcomes = await at_once(*(unwrap(each) for each in (rt, other) * 2))
    assert len(of_kind(outcomes, PackOpen)) == 3
    assert outcomes.count(None) == 1
