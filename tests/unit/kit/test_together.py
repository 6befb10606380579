"""One read for everybody who asks at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping

import pytest

from backend.kit.together import BATCH_LIMIT, ReadTogether


class Desk:
    """Answers with the length of a word, as often as it is let."""

    def __init__(self) -> None:
        self.asked: list[set[str]] = []
        self.is_asked = asyncio.Event()
        self.may_go = asyncio.Event()
        self.error: Exception | None = None

    async def read(self, words: Collection[str]) -> Mapping[str, int]:
        self.asked.append(set(words))
        self.is_asked.set()
        await self.may_go.wait()
        if self.error is not None:
            raise self.error
        return {word: len(word) for word in words if word}


async def test_whoever_asks_during_a_read_shares_the_next_one() -> None:
    desk = Desk()
    together = ReadTogether(desk.read)
    first = asyncio.create_task(together.get("a"))
    await desk.is_asked.wait()
    others = [asyncio.create_task(together.get(word)) for word in ("bb", "ccc", "bb")]
    await asyncio.sleep(0)
    desk.may_go.set()
    assert await asyncio.gather(first, *others) == [1, 2, 3, 2]
    assert desk.asked == [{"a"}, {"bb", "ccc"}]


async def test_what_is_not_found_is_none() -> None:
    desk = Desk()
    desk.may_go.set()
    assert await ReadTogether(desk.read).get("") is None


async def test_failed_read_fails_those_it_was_for_and_nobody_later() -> None:
    desk = Desk()
    desk.error = OSError("away")
    together = ReadTogether(desk.read)
    waiting = [asyncio.create_task(together.get(word)) for word in ("a", "bb")]
    desk.may_go.set()
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(answer) for answer in answers] == [OSError, OSError]
    desk.error = None
    assert await together.get("a") == 1


async def test_whoever_gives_up_leaves_the_others_their_answer() -> None:
    desk = Desk()
    together = ReadTogether(desk.read)
    leaving, staying = asyncio.create_task(together.get("a")), asyncio.create_task(together.get("a"))
    await desk.is_asked.wait()
    leaving.cancel()
    desk.may_go.set()
    assert await staying == 1
    with pytest.raises(asyncio.CancelledError):
        await leaving
    desk.error = OSError("away")
    leaving, staying = asyncio.create_task(together.get("a")), asyncio.create_task(together.get("a"))
    desk.may_go.clear()
    desk.is_asked.clear()
    await desk.is_asked.wait()
    leaving.cancel()
    desk.may_go.set()
    with pytest.raises(OSError, match="away"):
        await staying


async def test_more_than_a_query_holds_are_asked_in_turn() -> None:
    desk = Desk()
    desk.may_go.set()
    together = ReadTogether(desk.read)
    answers = await asyncio.gather(*(together.get("x" * number) for number in range(1, BATCH_LIMIT + 11)))
    assert answers == list(range(1, BATCH_LIMIT + 11))
    assert [len(words) for words in desk.asked] == [BATCH_LIMIT, 10]
