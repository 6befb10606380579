"""The demo's log is one people can believe: nothing in it happened before what stands above it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from sqlalchemy import select

from backend.demo.seed import seed_if_empty
from backend.kit.clock import FixedClock
from backend.runtime import Runtime
from backend.transparency.entries import LogEntry
from backend.transparency.models import LeafRow
from backend.transparency.types import LogType

pytestmark = pytest.mark.timeout(120)  # the whole story is played


async def test_entries_of_the_story_stand_in_the_order_of_their_time(rt: Runtime, clock: FixedClock) -> None:
    await seed_if_empty(rt, clock)
    async with rt.work.read() as uow:
        query = select(LeafRow.entry).order_by(LeafRow.year, LeafRow.idx)
        entries = [LogEntry.decode(content) for content in await uow.session.scalars(query)]
    told = [entry for entry in entries if entry.type is not LogType.LOG_OPENED]  # by the machine, before the story
    late = [(before.type, before.at, after.type, after.at) for before, after in pairwise(told) if after.at < before.at]
    assert len(told) > 100
    assert late == []
