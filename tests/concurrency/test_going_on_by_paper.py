"""The emergency exit under load: phones cast and the desk hands out sheets while the host leaves for paper."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

import pytest

from backend.ballots.errors import AlreadyVoted
from backend.ballots.redemptions import turnout
from backend.ballots.results import count_record
from backend.ballots.types import Acknowledgement
from backend.kit.errors import DomainError
from backend.meetings.actions.paper import go_on_by_paper
from backend.meetings.queries import get_meeting
from backend.polls.errors import InvalidTransition, PollNotOpen, StaleVersion
from backend.polls.queries import Poll, get_poll
from backend.polls.types import Channel, PollState
from backend.runtime import Runtime
from tests.concurrency.voting import at_once, cast, exchange, of_kind
from tests.factories import Hall, make_hall, make_poll, move_poll

pytestmark = [pytest.mark.both_databases, pytest.mark.timeout(120)]

CARDS = 60


async def leave(rt: Runtime, hall: Hall, version: int) -> None:
    """Press the button of the emergency exit."""
    async with rt.work.write() as uow:
        await go_on_by_paper(uow, rt.lifecycle, hall.meeting_id, version=version)


async def version_of(rt: Runtime, hall: Hall) -> int:
    """Return the meeting's version."""
    async with rt.work.read() as uow:
        return (await get_meeting(uow.session, hall.meeting_id)).version


async def now(rt: Runtime, poll: Poll) -> Poll:
    """Return the poll as it is now."""
    async with rt.work.read() as uow:
        return await get_poll(uow.session, poll.id)


async def phone_then_sheet(rt: Runtime, poll: Poll, card: str) -> object:
    """Try the phone; whoever is refused because it is closed goes to the desk with the same card."""
    try:
        return await cast(rt, poll, card)
    except PollNotOpen:
        return await exchange(rt, poll, card)


async def test_every_card_counts_once_while_the_evening_goes_on_by_paper(rt: Runtime, other: Runtime) -> None:
    hall = await make_hall(rt, voting=CARDS)
    poll = await make_poll(rt, hall)
    version = await version_of(rt, hall)

    async def leave_and_close() -> None:
        await leave(other, hall, version)
        await move_poll(other, await now(other, poll), PollState.CLOSED)

    people = [phone_then_sheet(rt if number % 2 else other, poll, card) for number, card in enumerate(hall.cards)]
    outcomes = await at_once(*people[: CARDS // 2], leave_and_close(), *people[CARDS // 2 :])
    phones, sheets = of_kind(outcomes, Acknowledgement), [each for each in outcomes if each is Channel.PAPER]
    assert len(phones) + len(sheets) == CARDS, of_kind(outcomes, DomainError)
    again = await at_once(*(exchange(other, poll, card) for card in hall.cards))
    assert len(of_kind(again, AlreadyVoted)) == CARDS
    await move_poll(rt, await now(rt, poll), PollState.COUNTING, PollState.SEALED)
    async with rt.work.read() as uow:
        record = await count_record(uow.session, poll.id)
        used = (await turnout(uow.session, [poll.id]))[poll.id]
    assert record["ballots"] == len(phones)
    assert used.cards.get(Channel.PAPER, 0) == len(sheets)
    assert used.used == CARDS


async def test_card_gets_a_vote_or_a_sheet_never_both(rt: Runtime, other: Runtime) -> None:
    hall = await make_hall(rt, voting=20)
    poll = await make_poll(rt, hall)
    racers: list[Awaitable[object]] = [leave(other, hall, await version_of(rt, hall))]
    for card in hall.cards:
        racers += [cast(rt, poll, card), exchange(other, poll, card)]
    outcomes = (await at_once(*racers))[1:]
    pairs = [outcomes[at : at + 2] for at in range(0, len(outcomes), 2)]
    won = [sum(isinstance(each, Acknowledgement) or each is Channel.PAPER for each in pair) for pair in pairs]
    assert won == [1] * len(hall.cards), pairs


async def test_two_hosts_at_the_exit_leave_once(rt: Runtime, other: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    version = await version_of(rt, hall)
    outcomes = await asyncio.gather(
        leave(rt, hall, version), leave(other, hall, version), leave(rt, hall, version), return_exceptions=True
    )
    assert [each for each in outcomes if each is not None and not isinstance(each, StaleVersion)] == []
    assert (await now(rt, poll)).version == poll.version + 1
    assert await version_of(rt, hall) == version + 1


async def test_counting_and_a_last_sheet_are_in_some_order(rt: Runtime, other: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    await leave(rt, hall, await version_of(rt, hall))
    poll = await move_poll(rt, await now(rt, poll), PollState.CLOSED)
    sheets = [exchange(other, poll, card) for card in hall.cards[:10]]
    outcomes = await at_once(*sheets[:5], move_poll(rt, poll, PollState.COUNTING), *sheets[5:])
    assert not of_kind(outcomes, InvalidTransition)
    given = sum(each is Channel.PAPER for each in outcomes)
    assert given + len(of_kind(outcomes, PollNotOpen)) == 10, outcomes
    async with rt.work.read() as uow:
        assert (await turnout(uow.session, [poll.id]))[poll.id].sheets_out == given
