"""Request keys, outbox requests and the first event of a stream asked for at the same instant."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select

from backend.kit.db import JsonDict
from backend.kit.idempotency import MAX_KEY_CHARS, IdempotencyMismatch, once
from backend.kit.stream import append_event, events_since
from backend.kit.tables import OutboxRow, RequestKey
from backend.kit.uow import UnitOfWork
from backend.runtime import Runtime
from tests.concurrency.voting import at_once, of_kind

pytestmark = [pytest.mark.both_databases, pytest.mark.timeout(60)]

TIMES = 8


class Work:
    """Something that must be done once: it counts how often it was."""

    def __init__(self) -> None:
        self.done = 0

    async def __call__(self) -> JsonDict:
        """Do it, slowly enough for everybody else to look."""
        self.done += 1
        number = self.done
        await asyncio.sleep(0)
        return {"number": number}


async def _ask(rt: Runtime, work: Work, body: object, key: str = "key") -> JsonDict:
    async with rt.work.write() as uow:
        answer, _ = await once(uow, "scope", key, body=body, produce=work)
        return answer


async def test_same_request_key_at_once_is_answered_once_and_equally(rt: Runtime, other: Runtime) -> None:
    work = Work()
    answers = await at_once(*(_ask(each, work, "body") for each in (rt, other) * (TIMES // 2)))
    assert answers == [{"number": 1}] * TIMES
    assert work.done == 1


async def test_same_request_key_at_once_with_two_bodies_refuses_one_of_them(rt: Runtime, other: Runtime) -> None:
    work = Work()
    answers = await at_once(*(_ask(rt, work, "one") for _ in range(4)), *(_ask(other, work, "two") for _ in range(4)))
    assert [each for each in answers if isinstance(each, dict)] == [{"number": 1}] * 4
    assert len(of_kind(answers, IdempotencyMismatch)) == 4


async def test_request_whose_first_try_failed_is_done_by_the_next(rt: Runtime, other: Runtime) -> None:
    tries = iter([True, False])

    async def fail_once() -> JsonDict:
        if next(tries):
            raise RuntimeError
        return {"done": True}

    async def ask(each: Runtime) -> JsonDict:
        async with each.work.write() as uow:
            return (await once(uow, "scope", "key", body="", produce=fail_once))[0]

    outcomes = await at_once(ask(rt), ask(other))
    assert len(of_kind(outcomes, RuntimeError)) == 1
    assert {"done": True} in outcomes


async def test_request_key_longer_than_its_column_is_found_again(rt: Runtime) -> None:
    work = Work()
    long = "k" * (MAX_KEY_CHARS + 20)
    assert [await _ask(rt, work, "body", long) for _ in range(2)] == [{"number": 1}] * 2
    assert await _ask(rt, work, "body", long + "x") == {"number": 2}


async def test_same_effect_asked_for_at_once_is_one_effect(rt: Runtime, other: Runtime) -> None:
    async def ask(each: Runtime) -> bool:
        async with each.work.write() as uow:
            return await uow.later("topic", "key", {})

    assert sorted(await asyncio.gather(*(ask(each) for each in (rt, other) * 4))) == [False] * 7 + [True]
    async with rt.work.read() as uow:
        assert await uow.session.scalar(select(func.count()).select_from(OutboxRow)) == 1
        assert await uow.session.scalar(select(func.count()).select_from(RequestKey)) == 0


async def test_first_events_of_a_stream_at_once_are_numbered_without_gap(rt: Runtime, other: Runtime) -> None:
    async def append(uow: UnitOfWork, number: int) -> int:
        return await append_event(uow, "stream", "kind", {"number": number})

    async def one(each: Runtime, number: int) -> int:
        async with each.work.write() as uow:
            return await append(uow, number)

    numbers = await asyncio.gather(*(one(rt if number % 2 else other, number) for number in range(TIMES)))
    assert sorted(numbers) == list(range(1, TIMES + 1))
    async with rt.work.read() as uow:
        events = await events_since(uow.session, "stream", 0)
    assert events is not None
    assert [event.seq for event in events] == list(range(1, TIMES + 1))
