"""`kill -9` of the application at random points under load, again and again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.faults.audit import audit
from tests.faults.conftest import MakeApp
from tests.faults.crowd import Crowd
from tests.faults.dice import POINTS, Dice
from tests.faults.town import found_town

KILLS = POINTS or 3
CASTS_BETWEEN = 60  # at most so many acknowledgements between two kills
MOMENT_S = 0.02  # and a moment more, to meet every step of a transaction

pytestmark = [pytest.mark.timeout(120 + 30 * KILLS)]  # each kill is a restart under load


@pytest.mark.both_databases
async def test_killed_app_under_load_keeps_every_acknowledged_ballot_once(
    tmp_path: Path, durable_url: str, make_app: MakeApp, dice: Dice
) -> None:
    town = await found_town(tmp_path / "data", database_url=durable_url, cards=500 + KILLS * 3 * CASTS_BETWEEN)
    app = make_app(town.environment)
    crowd = Crowd(town, [app.url], dice)
    await app.start()
    async with asyncio.TaskGroup() as group:
        voting = group.create_task(crowd.vote())
        for _ in range(KILLS):
            await crowd.more(1 + dice.below(CASTS_BETWEEN))
            await asyncio.sleep(dice.between(0, MOMENT_S))
            assert not voting.done(), "the load ended before the last kill"
            app.kill()
            await app.start()
        await crowd.more(1)
        crowd.leave()
    app.stop()
    print(f"{KILLS} kills: {crowd}")  # noqa: T201 - a figure for the records
    assert crowd.unanswered > 0
    assert await audit(town, crowd) == len(crowd.acknowledged)
