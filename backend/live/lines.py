"""The way to one client, and the one through plain ASGI; the shorter one is `backend.live.protocol.LentLine`.

Guarantees: messages of one line leave in the order they were written; writing never waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol, TypeVar

from litestar.exceptions import WebSocketException

from backend.live.wire import Outgoing

MAX_QUEUED = 1_000  # messages of a client that does not read; it is dropped long before by its bytes


T = TypeVar("T")


class LineGone(ConnectionError):
    """The line was dropped from our side."""


class Line(Protocol):
    """What a room needs of a connection."""

    def write(self, message: Outgoing) -> None:
        """Send a message, at the latest when the ones before have left."""
        ...

    def tell(self, message: Outgoing, limit: int) -> bool:
        """Write a message unless more than `limit` bytes still wait; return whether it was written."""
        ...

    def waiting_bytes(self) -> int:
        """Return how much has been written and not yet left."""
        ...

    def drop(self) -> None:
        """End the connection without waiting for the other side."""
        ...

    def hear(self, listener: Callable[[bytes], bool] | None) -> None:
        """Let a listener take texts in the moment they come, where the server can; those it refuses go the long way."""
        ...

    async def until_gone(self, work: Awaitable[T]) -> T:
        """Wait for something, but not beyond the end of this line. Raises: LineGone."""
        ...

    async def flushed(self, timeout_s: float) -> None:
        """Wait until everything written has been handed over, for a moment at most."""
        ...


class QueueLine:
    """Sends through ASGI, one after the other, from a task of its own (`pump`)."""

    def __init__(self, send: Callable[[str], Awaitable[None]]) -> None:
        self._send = send
        self._queue: asyncio.Queue[Outgoing] = asyncio.Queue(MAX_QUEUED)
        self._waiting = 0
        self._gone = asyncio.Event()

    def write(self, message: Outgoing) -> None:
        """Queue a message; a client with a full queue is dropped."""
        try:
            self._queue.put_nowait(message)
        except asyncio.QueueFull:
            self.drop()
            return
        self._waiting += len(message.payload)

    def tell(self, message: Outgoing, limit: int) -> bool:
        """Queue a message unless more than `limit` bytes are queued."""
        if self._waiting > limit:
            return False
        self.write(message)
        return True

    def waiting_bytes(self) -> int:
        """Return the size of what is queued."""
        return self._waiting

    def drop(self) -> None:
        """End the connection."""
        self._gone.set()

    def hear(self, listener: Callable[[bytes], bool] | None) -> None:
        """Hear nothing early: all texts come through ASGI."""

    async def until_gone(self, work: Awaitable[T]) -> T:
        """Wait for something, but not beyond the end of this line. Raises: LineGone."""
        main, gone = asyncio.ensure_future(work), asyncio.ensure_future(self._gone.wait())
        try:
            await asyncio.wait((main, gone), return_when=asyncio.FIRST_COMPLETED)
            if not main.done():
                raise LineGone
            return main.result()
        finally:
            main.cancel()
            gone.cancel()

    async def pump(self) -> None:
        """Send what is queued until the client is gone."""
        while True:
            message = await self._queue.get()
            try:
                await self._send(message.text)
            except (WebSocketException, OSError, RuntimeError):
                self.drop()
                return
            self._waiting -= len(message.payload)
            self._queue.task_done()

    async def flushed(self, timeout_s: float) -> None:
        """Wait until everything queued has left, for a moment at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._queue.join()
