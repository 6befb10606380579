"""SIGSTOP of PostgreSQL under load: nobody is acknowledged, readiness says so, and nothing counts twice later."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from tests.faults.audit import audit
from tests.faults.conftest import MakeApp
from tests.faults.crowd import Crowd
from tests.faults.dice import Dice
from tests.faults.servers import App, family, frozen
from tests.faults.town import found_town
from tests.postgres import PostgresCluster

ANSWER_S = 3.0  # phones of this test lose patience early, and repeat while their first try still hangs
TRIES_WHILE_FROZEN = 20
NOT_READY_S = 3.0  # a contract with whoever balances the load, not a measurement

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(120)]  # phones run into their time-outs on purpose


async def test_frozen_database_acknowledges_nothing_and_counts_once_after_it_wakes(
    tmp_path: Path, mortal_cluster: PostgresCluster, make_app: MakeApp, dice: Dice
) -> None:
    town = await found_town(tmp_path / "data", database_url=mortal_cluster.server.create("machmit"), cards=2_000)
    app = make_app(town.environment)
    crowd = Crowd(town, [app.url], dice, answer_s=ANSWER_S)
    await app.start()
    assert mortal_cluster.process is not None
    async with asyncio.TaskGroup() as group:
        group.create_task(crowd.vote())
        await crowd.more(1 + dice.below(60))
        with frozen(family(mortal_cluster.process.pid)):
            await _becomes_unready(app)
            told, tries = len(crowd.acknowledged), crowd.unanswered
            while crowd.unanswered + sum(crowd.refused.values()) < tries + TRIES_WHILE_FROZEN:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            assert len(crowd.acknowledged) == told
        await crowd.more(1)
        await app.ready()
        crowd.leave()
    app.stop()
    assert await audit(town, crowd) == len(crowd.acknowledged)


async def _becomes_unready(app: App) -> None:
    """Wait for the first answer that is not "ready"; it must be an answer, and in time."""
    begun = time.monotonic()
    assert await app.readiness(timeout_s=NOT_READY_S) == 503
    print(f"not ready after {time.monotonic() - begun:.2f} s")  # noqa: T201 - a figure for the records
