"""The wall clock jumps by an hour while a poll is closing: it closes soon all the same, once, and the log verifies."""

from __future__ import annotations

import secrets
from datetime import timedelta
from pathlib import Path

import pytest

from backend.ballots.types import Acknowledgement
from backend.commands.log import export_to
from backend.jobs import build_worker
from backend.kit.clock import FixedClock
from backend.polls.errors import PollNotOpen
from backend.polls.queries import Poll, get_poll
from backend.polls.rules import GRACE
from backend.polls.types import Channel, PollState
from backend.runtime import Runtime
from backend.transparency.verifier import verify_directory
from tests.factories import TO_PUBLISHED, Hall, make_hall, make_poll, move_poll

HOUR = timedelta(hours=1)
SOON = timedelta(seconds=1)

pytestmark = pytest.mark.both_databases


async def cast(rt: Runtime, poll: Poll, card: str) -> Acknowledgement:
    return await rt.desk.cast_with_card(
        poll.id,
        card,
        choices=["yes"],
        nonce=secrets.token_bytes(32),
        channel=Channel.PHONE,
        request_key=secrets.token_hex(8),
    )


async def state_of(rt: Runtime, poll: Poll) -> PollState:
    async with rt.work.read() as uow:
        return (await get_poll(uow.session, poll.id)).state


async def closing_poll(rt: Runtime) -> tuple[Hall, Poll]:
    """Return a poll whose grace runs, with one ballot in it."""
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    await cast(rt, poll, hall.cards[0])
    return hall, await move_poll(rt, poll, PollState.CLOSING)


async def test_clock_set_back_while_closing_closes_after_the_grace_all_the_same(rt: Runtime, clock: FixedClock) -> None:
    hall, poll = await closing_poll(rt)
    worker = build_worker(rt)
    clock.advance(-HOUR)
    await worker.run_due()
    assert await state_of(rt, poll) is PollState.CLOSING
    await cast(rt, poll, hall.cards[1])  # under way when the poll was closed: still taken
    clock.advance(GRACE + SOON)
    await worker.run_due()
    assert await state_of(rt, poll) is PollState.CLOSED
    with pytest.raises(PollNotOpen):
        await cast(rt, poll, hall.cards[2])


async def test_clock_set_forward_while_closing_closes_at_once_and_stays_closed_when_it_is_set_back(
    rt: Runtime, clock: FixedClock
) -> None:
    hall, poll = await closing_poll(rt)
    worker = build_worker(rt)
    clock.advance(HOUR)
    await worker.run_due()
    assert await state_of(rt, poll) is PollState.CLOSED
    clock.advance(-2 * HOUR)
    await worker.run_due()
    assert await state_of(rt, poll) is PollState.CLOSED
    with pytest.raises(PollNotOpen):
        await cast(rt, poll, hall.cards[1])


async def test_clock_jumps_through_an_evening_leave_a_log_that_verifies(
    rt: Runtime, clock: FixedClock, tmp_path: Path
) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    for card in hall.cards:
        await cast(rt, poll, card)
    for number, step in enumerate(TO_PUBLISHED):
        clock.advance(HOUR if number % 2 else -HOUR)
        poll = await move_poll(rt, poll, step)
        await rt.log.flush()
    await export_to(rt, tmp_path / "copy")
    report = verify_directory(tmp_path / "copy")
    assert report.findings == []
    assert report.ok
