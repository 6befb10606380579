"""A small cache of what cannot change, read once however many ask at the same time.

Guarantees: the newest `limit` keys are kept; whoever asks during a read waits for it, so that a hall full of phones
costs one query and not the connection pool; a value that may still change, and a failed read, are nobody else's.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Generic, TypeVar

T = TypeVar("T")


class OncePerKey(Generic[T]):
    """Values by key, for the tasks of one event loop. Values that are false may still change and are not kept."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._known: OrderedDict[str, T] = OrderedDict()
        self._reading: dict[str, asyncio.Event] = {}

    def peek(self, key: str) -> T | None:
        """Return what is known, without asking anybody."""
        return self._known.get(key)

    async def get(self, key: str, read: Callable[[], Awaitable[T]]) -> T:
        """Return the value, read by whoever asks first."""
        known = self._known.get(key)
        if known is None and (reading := self._reading.get(key)):
            await reading.wait()
            known = self._known.get(key)
        return await self._read(key, read) if known is None else known

    async def _read(self, key: str, read: Callable[[], Awaitable[T]]) -> T:
        done = self._reading.setdefault(key, asyncio.Event())
        try:
            value = await read()
            if value:
                self._known[key] = value
                while len(self._known) > self._limit:
                    self._known.popitem(last=False)
        finally:
            done.set()
            with suppress(KeyError):
                del self._reading[key]
        return value
