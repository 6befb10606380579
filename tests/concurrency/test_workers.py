"""Two workers, two sequencers, two publishers: every effect and every entry once."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from backend.jobs import build_worker
from backend.kit.clock import FixedClock
from backend.kit.db import JsonDict
from backend.kit.outbox import LEASE_S, Worker
from backend.kit.tables import OutboxRow
from backend.polls.keys import PollKeyMissing
from backend.polls.types import PollState
from backend.runtime import Runtime
from backend.transparency.intents import record
from backend.transparency.models import IntentRow, LeafRow
from backend.transparency.types import LogType
from tests.concurrency.voting import at_once, of_kind
from tests.factories import TO_SEALED, make_hall, make_poll, move_poll

pytestmark = [pytest.mark.both_databases, pytest.mark.timeout(60)]

ROWS = 30
ENTRIES = 40


async def _ask_for(rt: Runtime, rows: int) -> None:
    async with rt.work.write() as uow:
        for number in range(rows):
            await uow.later("count", str(number), {"number": number})


async def test_two_workers_on_the_same_rows_run_each_once(rt: Runtime, other: Runtime) -> None:
    await _ask_for(rt, ROWS)
    runs = Counter[int]()

    async def count(payload: JsonDict) -> None:
        runs[payload["number"]] += 1
        await asyncio.sleep(0)

    workers = [Worker(each.work, {"count": count}) for each in (rt, other)]
    tried = await asyncio.gather(*(worker.run_due() for worker in workers * 2))
    assert runs == Counter(range(ROWS))
    assert sum(tried) == ROWS
    async with rt.work.read() as uow:
        assert not list(await uow.session.scalars(select(OutboxRow.id).where(OutboxRow.done_at.is_(None))))


async def test_rows_waiting_behind_a_slow_one_are_not_run_by_two_workers(
    rt: Runtime, other: Runtime, clock: FixedClock
) -> None:
    await _ask_for(rt, 3)
    runs = Counter[int]()
    slow, is_running = asyncio.Event(), asyncio.Event()

    async def first_is_slow(payload: JsonDict) -> None:
        runs[payload["number"]] += 1
        if len(runs) == 1:
            is_running.set()
            await slow.wait()

    async def count(payload: JsonDict) -> None:
        runs[payload["number"]] += 1

    late = asyncio.create_task(Worker(rt.work, {"count": first_is_slow}).run_due())
    await is_running.wait()
    begun = set(runs)
    clock.advance(timedelta(seconds=LEASE_S + 1))
    await Worker(other.work, {"count": count}).run_due()
    slow.set()
    await late
    assert {number: runs[number] for number in range(3) if number not in begun} == dict.fromkeys(
        set(range(3)) - begun, 1
    )


async def test_two_workers_destroy_a_poll_key_without_complaint(rt: Runtime, other: Runtime) -> None:
    hall = await make_hall(rt)
    poll = await move_poll(rt, await make_poll(rt, hall), *TO_SEALED)
    await asyncio.gather(*(build_worker(each).run_due() for each in (rt, other)))
    assert poll.state is PollState.SEALED
    with pytest.raises(PollKeyMissing):
        rt.poll_keys.get(poll.id)
    async with rt.work.read() as uow:
        row = await uow.session.scalar(select(OutboxRow).where(OutboxRow.topic == "poll.destroy_key"))
    assert row is not None
    assert (row.attempts, row.last_error) == (0, None)
    assert row.done_at is not None


async def test_two_sequencers_give_every_record_one_place(rt: Runtime, other: Runtime) -> None:
    async def note(each: Runtime, number: int) -> None:
        async with each.work.write() as uow:
            await record(uow, LogType.MEETING_OPENED, f"m{number}", public={"meeting": number})

    notes = [note(rt if number % 2 else other, number) for number in range(ENTRIES)]
    flushes = [each.log.flush() for each in (rt, other) * 3]
    outcomes = await at_once(*notes[: ENTRIES // 2], *flushes, *notes[ENTRIES // 2 :])
    assert not of_kind(outcomes, BaseException), outcomes
    await rt.log.flush()
    assert (rt.log.refusal, other.log.refusal) == (None, None)
    async with rt.work.read() as uow:
        placed = list(await uow.session.scalars(select(IntentRow.idx).order_by(IntentRow.idx)))
        leaves = list(await uow.session.scalars(select(LeafRow.idx).order_by(LeafRow.idx)))
    assert placed == list(range(1, ENTRIES + 1))  # the log's own opening has place 0
    assert leaves == list(range(ENTRIES + 1))


async def test_same_record_by_two_at_once_is_one_entry(rt: Runtime, other: Runtime) -> None:
    async def note(each: Runtime) -> int:
        async with each.work.write() as uow:
            return await record(uow, LogType.MEETING_OPENED, "m", public={"meeting": "m"})

    assert len(set(await asyncio.gather(*(note(each) for each in (rt, other) * 4)))) == 1
    await rt.log.flush()
    async with rt.work.read() as uow:
        assert list(await uow.session.scalars(select(LeafRow.idx).order_by(LeafRow.idx))) == [0, 1]
