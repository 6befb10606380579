"""Full garbage collections wait for quiet moments."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator

import pytest

from backend.kit import collector


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()


def full_collections() -> int:
    return int(gc.get_stats()[2]["collections"])


def test_settle_sets_aside_what_is_there_and_stops_automatic_full_collections() -> None:
    collector.settle()
    assert gc.get_freeze_count() > 0
    before = full_collections()
    kept = [[number] for number in range(30 * collector.YOUNG)]
    assert kept
    assert full_collections() == before


@pytest.mark.parametrize(("is_busy", "expected"), [(False, 1), (True, 0)])
async def test_collect_when_quiet_waits_for_the_end_of_a_vote(
    monkeypatch: pytest.MonkeyPatch, *, is_busy: bool, expected: int
) -> None:
    monkeypatch.setattr(collector, "LOOK_EVERY_S", 0.001)
    monkeypatch.setattr(collector, "AT_LEAST_S", -1.0)
    looked = asyncio.Event()

    def busy() -> bool:
        looked.set()
        return is_busy

    before = full_collections()
    task = asyncio.create_task(collector.collect_when_quiet(busy))
    for _ in range(3):
        looked.clear()
        await looked.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert (full_collections() > before) == bool(expected)


async def test_collect_when_quiet_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collector, "LOOK_EVERY_S", 0.001)
    monkeypatch.setattr(collector, "AT_MOST_S", -1.0)
    collected = asyncio.Event()

    def note(phase: str, info: dict[str, int]) -> None:
        if (phase, info["generation"]) == ("stop", 2):
            collected.set()

    gc.callbacks.append(note)
    task = asyncio.create_task(collector.collect_when_quiet(lambda: True))
    await collected.wait()
    gc.callbacks.remove(note)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
