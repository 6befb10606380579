"""Hints between processes. Lossy by contract: a hint only says "look again", the database is the truth.

In embedded mode hints stay in the process; with several processes Redis carries them (pub/sub, never a store).
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Protocol

import redis.asyncio as redis
import structlog
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

QUEUE_LIMIT = 1_000  # hints a slow listener may lag behind before the oldest are dropped
RECONNECT_S = 1.0
SEND_S = 2.0  # a frozen server takes bytes and never answers
GOODBYE_S = 0.5  # for the last hints of a process that ends

log = structlog.get_logger(__name__)


class Subscription:
    """A listener's queue; the oldest hints fall out when nobody reads."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[str] = asyncio.Queue(QUEUE_LIMIT)

    def push(self, message: str) -> None:
        """Queue a hint, dropping the oldest when full."""
        if self._queue.full():
            with suppress(asyncio.QueueEmpty):
                self._queue.get_nowait()
        self._queue.put_nowait(message)

    async def get(self) -> str:
        """Wait for the next hint."""
        return await self._queue.get()

    def drain(self) -> list[str]:
        """Return everything queued, without waiting."""
        out: list[str] = []
        while not self._queue.empty():
            out.append(self._queue.get_nowait())
        return out


class Bus(Protocol):
    """Publish and receive hints by channel name."""

    async def publish(self, channel: str, message: str) -> None:
        """Send a hint; never raises, since losing it is allowed."""
        ...

    def subscribe(self, channel: str) -> AbstractAsyncContextManager[Subscription]:
        """Listen on a channel while the context is open."""
        ...

    async def close(self) -> None:
        """Stop listening."""
        ...


class LocalBus:
    """Hints inside one process."""

    def __init__(self) -> None:
        self._listeners: defaultdict[str, set[Subscription]] = defaultdict(set)

    async def publish(self, channel: str, message: str) -> None:
        """Hand the hint to everyone listening in this process."""
        for listener in tuple(self._listeners.get(channel, ())):
            listener.push(message)

    @asynccontextmanager
    async def subscribe(self, channel: str) -> AsyncIterator[Subscription]:
        """Listen on a channel while the context is open."""
        subscription = Subscription()
        self._listeners[channel].add(subscription)
        try:
            yield subscription
        finally:
            self._listeners[channel].discard(subscription)
            if not self._listeners[channel]:
                del self._listeners[channel]

    async def close(self) -> None:
        """Forget all listeners."""
        self._listeners.clear()


class RedisBus:
    """Hints through Redis or Valkey pub/sub. Losing the server costs liveness, never state, and nobody's time."""

    def __init__(self, url: str) -> None:
        self._client = redis.from_url(
            url,
            decode_responses=True,
            socket_connect_timeout=2,
            health_check_interval=15,
            retry=Retry(NoBackoff(), 0),  # hints that are late are worth nothing
        )
        self._tasks: set[asyncio.Task[None]] = set()
        self._outgoing: asyncio.Queue[tuple[str, str]] = asyncio.Queue(QUEUE_LIMIT)
        self._sender: asyncio.Task[None] | None = None

    async def publish(self, channel: str, message: str) -> None:
        """Leave a hint to the sender, dropping the oldest when full: who publishes never waits for the server."""
        if self._outgoing.full():
            self._outgoing.get_nowait()
            self._outgoing.task_done()
        self._outgoing.put_nowait((channel, message))
        if self._sender is None:
            self._sender = asyncio.create_task(self._send(), name="bus sender")

    async def _send(self) -> None:
        while True:
            channel, message = await self._outgoing.get()
            try:
                async with asyncio.timeout(SEND_S):
                    await self._client.publish(channel, message)
            except (redis.RedisError, OSError) as error:
                log.warning("bus.publish_failed", channel=channel, error=type(error).__name__)
                self._forget_waiting()
                await asyncio.sleep(RECONNECT_S)
            finally:
                self._outgoing.task_done()

    def _forget_waiting(self) -> None:
        """Drop what waits: whoever listens looks again by itself once the server is back."""
        while not self._outgoing.empty():
            self._outgoing.get_nowait()
            self._outgoing.task_done()

    @asynccontextmanager
    async def subscribe(self, channel: str) -> AsyncIterator[Subscription]:
        """Listen on a channel while the context is open, reconnecting for ever."""
        subscription = Subscription()
        ready = asyncio.Event()
        task = asyncio.create_task(self._listen(channel, subscription, ready))
        self._tasks.add(task)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(2):
                    await ready.wait()
            yield subscription
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            self._tasks.discard(task)

    async def _listen(self, channel: str, subscription: Subscription, ready: asyncio.Event) -> None:
        while True:
            try:
                async with self._client.pubsub() as pubsub:
                    await pubsub.subscribe(channel)
                    ready.set()
                    subscription.push("")  # hints may have been lost meanwhile: look again
                    async for message in pubsub.listen():
                        if message["type"] == "message":
                            subscription.push(message["data"])
            except (redis.RedisError, OSError) as error:
                log.warning("bus.listen_failed", channel=channel, error=type(error).__name__)
                await asyncio.sleep(RECONNECT_S)

    async def close(self) -> None:
        """Send what waits, if it goes at once; stop listening and close the connection."""
        with suppress(TimeoutError):
            async with asyncio.timeout(GOODBYE_S):
                await self._outgoing.join()
        for task in (*self._tasks, *([self._sender] if self._sender else [])):
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await self._client.aclose()


def open_bus(redis_url: str | None) -> Bus:
    """Return the Redis bus when an address is set, else the in-process one."""
    return RedisBus(redis_url) if redis_url else LocalBus()
