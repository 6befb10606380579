"""A cache of what cannot change: one read for many, nothing kept that may still change."""

from __future__ import annotations

import asyncio

import pytest

from backend.kit.cache import OncePerKey


class Source:
    """Something slow to read."""

    def __init__(self, *values: str) -> None:
        self.values = list(values)
        self.reads = 0

    async def read(self) -> str:
        """Return the next value."""
        self.reads += 1
        value = self.values.pop(0)
        await asyncio.sleep(0)
        if value == "broken":
            raise OSError(value)
        return value


async def test_many_at_once_share_one_read() -> None:
    cache, source = OncePerKey[str](2), Source("a")
    answers = await asyncio.gather(*(cache.get("key", source.read) for _ in range(50)))
    assert set(answers) == {"a"}
    assert source.reads == 1
    assert cache.peek("key") == "a"


async def test_a_value_that_may_still_change_is_read_again_by_everybody() -> None:
    cache, source = OncePerKey[str](2), Source("", "", "a")
    assert await asyncio.gather(*(cache.get("key", source.read) for _ in range(2))) == ["", ""]
    assert cache.peek("key") is None
    assert await cache.get("key", source.read) == "a"


async def test_a_failed_read_is_the_askers_alone() -> None:
    cache, source = OncePerKey[str](2), Source("broken", "a")
    first, second = await asyncio.gather(*(cache.get("key", source.read) for _ in range(2)), return_exceptions=True)
    assert isinstance(first, OSError)
    assert second == "a"


async def test_the_oldest_key_makes_room() -> None:
    cache, source = OncePerKey[str](2), Source("a", "b", "c")
    for key in "abc":
        await cache.get(key, source.read)
    assert [cache.peek(key) for key in "abc"] == [None, "b", "c"]


@pytest.mark.parametrize("askers", [1, 3])
async def test_a_cancelled_asker_leaves_the_others_an_answer(askers: int) -> None:
    cache, source = OncePerKey[str](2), Source("a", *"b" * askers)
    first = asyncio.create_task(cache.get("key", source.read))
    others = [asyncio.create_task(cache.get("key", source.read)) for _ in range(askers)]
    await asyncio.sleep(0)
    first.cancel()
    assert set(await asyncio.gather(*others)) == {"b"}
