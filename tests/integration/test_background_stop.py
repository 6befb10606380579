"""What works in the background stops when it is told to, even at the moment a hint wakes it."""

from __future__ import annotations

import asyncio

from backend.jobs import build_worker
from backend.kit.bus import LocalBus
from backend.kit.uow import OUTBOX_CHANNEL
from backend.runtime import Runtime
from backend.transparency.intents import LOG_CHANNEL

TURNS = 200_000


async def until_it_waits(bus: LocalBus, channel: str) -> None:
    """Let the loop turn until somebody waits for a hint on the channel."""
    for _ in range(TURNS):
        if any(listener._queue._getters for listener in bus._listeners.get(channel, ())):  # type: ignore[attr-defined]
            return
        await asyncio.sleep(0)
    raise AssertionError(f"nobody waits on {channel}")


async def test_worker_stops_at_the_moment_of_a_hint(rt: Runtime) -> None:
    await stops_at_the_moment_of_a_hint(rt, asyncio.create_task(build_worker(rt).run()), OUTBOX_CHANNEL)


async def test_log_stops_at_the_moment_of_a_hint(rt: Runtime) -> None:
    rt.log._sign_interval_s = 0.0
    await stops_at_the_moment_of_a_hint(rt, asyncio.create_task(rt.log.run()), LOG_CHANNEL)


async def stops_at_the_moment_of_a_hint(rt: Runtime, task: asyncio.Task[None], channel: str) -> None:
    assert isinstance(rt.bus, LocalBus)
    await until_it_waits(rt.bus, channel)
    await rt.bus.publish(channel, "look")
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=5)
    assert done, "a cancellation was lost"
