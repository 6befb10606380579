"""Reads that many ask for at the same time, each about its own key: one query for all who waited while the last ran.

A hall that comes in through the door asks five thousand such questions within seconds; alone each costs a transaction.
Guarantees: everybody is answered from a read that began after they asked; a failed read fails those it was for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

BATCH_LIMIT = 500  # keys in one query; SQLite binds at most 32,766 values


class ReadTogether(Generic[K, V]):
    """Answers for keys, for the tasks of one event loop. `read` returns what it found; other keys have no answer."""

    def __init__(self, read: Callable[[Collection[K]], Awaitable[Mapping[K, V]]]) -> None:
        self._read = read
        self._waiting: list[tuple[K, asyncio.Future[V | None]]] = []
        self._reader: asyncio.Task[None] | None = None

    async def get(self, key: K) -> V | None:
        """Return the answer for a key, or None when there is none. Raises: what the read raises."""
        answer: asyncio.Future[V | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((key, answer))
        if self._reader is None:
            self._reader = asyncio.create_task(self._read_all(), name="read together")
        return await answer

    async def _read_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:BATCH_LIMIT], self._waiting[BATCH_LIMIT:]
            await self._answer(batch)
        self._reader = None

    async def _answer(self, batch: list[tuple[K, asyncio.Future[V | None]]]) -> None:
        try:
            found = await self._read({key for key, _ in batch})
        except Exception as error:  # noqa: BLE001 - whoever asked decides what it means
            for _, answer in batch:
                if not answer.done():
                    answer.set_exception(error)
            return
        for key, answer in batch:
            if not answer.done():
                answer.set_result(found.get(key))
