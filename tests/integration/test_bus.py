"""Hints through Redis: they arrive, in order; a frozen or dead server costs whoever publishes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from backend.kit.bus import QUEUE_LIMIT, RedisBus
from tests.faults.servers import frozen
from tests.services import RedisServer, redis_server

pytestmark = pytest.mark.redis
NOW_S = 1.0  # a deadline for what must not wait, far above what it takes


@pytest.fixture
async def bus(redis_url: str) -> AsyncIterator[RedisBus]:
    """A bus on a running server."""
    hints = RedisBus(redis_url)
    yield hints
    await hints.close()


async def test_publish_reaches_a_listener_in_order(bus: RedisBus) -> None:
    async with bus.subscribe("room") as heard:
        assert await heard.get() == ""  # look again: something may have been missed before
        for number in range(100):
            await bus.publish("room", str(number))
        assert [await heard.get() for _ in range(100)] == [str(number) for number in range(100)]


async def test_close_sends_what_waits(bus: RedisBus, redis_url: str) -> None:
    leaving = RedisBus(redis_url)
    async with bus.subscribe("room") as heard:
        assert await heard.get() == ""
        await leaving.publish("room", "goodbye")
        await leaving.close()
        assert await heard.get() == "goodbye"


async def test_publish_to_frozen_server_does_not_wait() -> None:
    with redis_server() as server:
        bus = RedisBus(server.url)
        assert server.process is not None
        with frozen([server.process.pid]):
            async with asyncio.timeout(NOW_S):
                for number in range(QUEUE_LIMIT + 10):
                    await bus.publish("room", str(number))
            async with asyncio.timeout(NOW_S):
                await bus.close()


async def test_publish_to_dead_server_does_not_wait_and_later_hints_arrive() -> None:
    with redis_server() as server:
        bus = RedisBus(server.url)
        _kill(server)
        async with asyncio.timeout(NOW_S):
            await bus.publish("room", "lost")
        server.launch()
        async with bus.subscribe("room") as heard:
            assert await heard.get() == ""  # connected again
            await bus.publish("room", "back")
            assert await heard.get() == "back"
        await bus.close()


def _kill(server: RedisServer) -> None:
    assert server.process is not None
    server.process.kill()
    server.process.wait()
