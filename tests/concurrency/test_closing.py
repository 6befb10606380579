"""Casting while the poll closes, and several people at the same button: nothing late, nothing lost, one winner."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field

import pytest
from sqlalchemy import func, select

from backend.ballots.errors import AlreadyVoted
from backend.ballots.results import count_record
from backend.ballots.types import Acknowledgement
from backend.jobs import build_worker
from backend.kit.tables import StreamEvent
from backend.polls.errors import PollNotOpen, StaleVersion
from backend.polls.queries import Poll, get_poll, register_of
from backend.polls.types import PollState
from backend.runtime import Runtime
from backend.transparency.models import IntentRow
from backend.transparency.types import LogType
from tests.concurrency.voting import at_once, cast, of_kind, sealed
from tests.factories import make_hall, make_poll, move_poll

pytestmark = [pytest.mark.both_databases, pytest.mark.timeout(120)]

DEVICES = 6
CARDS = 90


@dataclass(slots=True)
class Crowd:
    """Devices that cast card after card until the poll refuses."""

    poll: Poll
    acknowledged: set[bytes] = field(default_factory=set)
    refused: int = 0
    under_way: asyncio.Event = field(default_factory=asyncio.Event)
    is_closed: bool = False

    async def vote(self, rt: Runtime, cards: list[str]) -> None:
        """Cast one card after the other."""
        for card in cards:
            began_after_the_close = self.is_closed
            nonce = secrets.token_bytes(32)
            try:
                await cast(rt, self.poll, card, nonce=nonce)
            except PollNotOpen:
                self.refused += 1
            else:
                assert not began_after_the_close
                self.acknowledged.add(nonce)
            if len(self.acknowledged) >= CARDS // 5:
                self.under_way.set()


async def test_casts_racing_the_close_are_all_counted_or_all_refused(rt: Runtime, other: Runtime) -> None:
    hall = await make_hall(rt, voting=CARDS)
    crowd = Crowd(await make_poll(rt, hall))

    async def close() -> Poll:
        await crowd.under_way.wait()
        closed = await move_poll(other, crowd.poll, PollState.CLOSING, PollState.CLOSED)
        crowd.is_closed = True
        return closed

    shares = [hall.cards[number::DEVICES] for number in range(DEVICES)]
    devices = [crowd.vote(rt if number % 2 else other, share) for number, share in enumerate(shares)]
    closed, *_ = await asyncio.gather(close(), *devices)
    assert crowd.refused + len(crowd.acknowledged) == CARDS
    async with rt.work.read() as uow:
        entry = await uow.session.scalar(select(IntentRow.entry).where(IntentRow.type == LogType.POLL_CLOSED))
    poll = await move_poll(rt, poll_of(closed), PollState.COUNTING, PollState.SEALED)
    async with rt.work.read() as uow:
        record = await count_record(uow.session, poll.id)
    assert record["ballots"] == len(crowd.acknowledged)
    assert f'"phone":{len(crowd.acknowledged)}'.encode() in (entry or b"")  # what the log said at the close


async def test_every_acknowledged_ballot_is_counted_when_closing_without_grace(rt: Runtime, other: Runtime) -> None:
    hall = await make_hall(rt, voting=40)
    poll = await make_poll(rt, hall)
    nonces = {card: secrets.token_bytes(32) for card in hall.cards}
    poll = await move_poll(rt, poll, PollState.CLOSING)
    close = move_poll(other, poll, PollState.CLOSED)
    casts = [cast(rt if number % 2 else other, poll, card, nonce=nonces[card]) for number, card in enumerate(nonces)]
    outcomes = await at_once(*casts[:20], close, *casts[20:])
    acknowledged = {
        nonce
        for nonce, outcome in zip(nonces.values(), outcomes[:20] + outcomes[21:], strict=True)
        if isinstance(outcome, Acknowledgement)
    }
    assert len(of_kind(outcomes, PollNotOpen)) + len(acknowledged) == len(nonces), outcomes
    poll = await move_poll(rt, poll_of(outcomes[20]), PollState.COUNTING, PollState.SEALED)
    async with rt.work.read() as uow:
        assert (await count_record(uow.session, poll.id))["ballots"] == len(acknowledged)


def poll_of(outcome: object) -> Poll:
    """Return the poll a transition gave."""
    assert isinstance(outcome, Poll), outcome
    return outcome


@pytest.mark.parametrize(
    ("before", "step"),
    [
        ((), PollState.READY),
        ((PollState.READY,), PollState.OPEN),
        ((PollState.READY, PollState.OPEN), PollState.CLOSING),
        ((PollState.READY, PollState.OPEN, PollState.CLOSING), PollState.CLOSED),
        ((PollState.READY, PollState.OPEN, PollState.CLOSING, PollState.CLOSED, PollState.COUNTING), PollState.SEALED),
    ],
    ids=lambda value: value.value if isinstance(value, PollState) else "",
)
async def test_same_step_by_many_at_once_happens_once(
    rt: Runtime, other: Runtime, before: tuple[PollState, ...], step: PollState
) -> None:
    hall = await make_hall(rt)
    poll = await move_poll(rt, await make_poll(rt, hall, state=PollState.DRAFT), *before)
    outcomes = await at_once(*(move_poll(each, poll, step) for each in (rt, other) * 2))
    assert {(poll_of(each).state, poll_of(each).version) for each in outcomes} == {(step, poll.version + 1)}
    async with rt.work.read() as uow:
        kind = "poll.opened" if step is PollState.OPEN else f"poll.{step.value}"
        told = await uow.session.scalar(select(func.count()).where(StreamEvent.kind == kind))
        register = await register_of(uow.session, poll.id)
    assert told == 1
    assert len(register) == (len(hall.cards) if step is PollState.OPEN or PollState.OPEN in before else 0)


async def test_close_and_cancel_at_once_let_one_win_and_tell_the_other(rt: Runtime, other: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await move_poll(rt, await make_poll(rt, hall), PollState.CLOSING)
    outcomes = await at_once(
        move_poll(rt, poll, PollState.CLOSED),
        move_poll(other, poll, PollState.CANCELLED, reason="Die Frage war missverständlich."),
        move_poll(rt, poll, PollState.CANCELLED, reason="Die Frage war missverständlich."),
    )
    won = {each.state for each in of_kind(outcomes, Poll)}
    assert len(won) == 1, outcomes
    assert len(of_kind(outcomes, Poll)) + len(of_kind(outcomes, StaleVersion)) == 3, outcomes
    async with rt.work.read() as uow:
        assert (await get_poll(uow.session, poll.id)).state in won


async def test_worker_and_host_closing_at_once_close_once(rt: Runtime, other: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await move_poll(rt, await make_poll(rt, hall), PollState.CLOSING)

    async def close_if_due(each: Runtime) -> None:
        async with each.work.write() as uow:
            await each.lifecycle.close_if_due(uow, poll.id, version=poll.version)

    outcomes = await at_once(move_poll(rt, poll, PollState.CLOSED), close_if_due(other), close_if_due(rt))
    assert not of_kind(outcomes, BaseException)
    async with rt.work.read() as uow:
        now = await get_poll(uow.session, poll.id)
        entries = await uow.session.scalar(select(func.count()).where(IntentRow.type == LogType.POLL_CLOSED))
    assert (now.state, now.version, entries) == (PollState.CLOSED, poll.version + 1, 1)


async def test_cast_after_the_key_was_destroyed_is_told_what_became_of_the_card(rt: Runtime, other: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    await cast(rt, poll, hall.cards[0], key="same-key")
    await sealed(rt, poll)
    await build_worker(rt).run_due()
    with pytest.raises(AlreadyVoted):
        await cast(other, poll, hall.cards[0], key="same-key")
    with pytest.raises(PollNotOpen):
        await cast(other, poll, hall.cards[1])


async def test_casts_racing_the_opening_are_counted_if_acknowledged(rt: Runtime, other: Runtime) -> None:
    hall = await make_hall(rt, voting=20)
    poll = await make_poll(rt, hall, state=PollState.READY)
    opening = move_poll(rt, poll, PollState.OPEN)
    outcomes = await at_once(opening, *(cast(other, poll, card) for card in hall.cards))
    acknowledged = of_kind(outcomes, Acknowledgement)
    assert len(acknowledged) + len(of_kind(outcomes, PollNotOpen)) == len(hall.cards), outcomes
    record, _ = await sealed(rt, poll_of(outcomes[0]))
    assert record["ballots"] == len(acknowledged)
