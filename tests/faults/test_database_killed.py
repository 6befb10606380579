"""`kill -9` of PostgreSQL, postmaster and backends, at random points under load.

A commit that was under way is in doubt: the phone gets 503 or nothing, repeats, and is told the first result.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from pathlib import Path

import httpx
import pytest

from tests.faults.audit import audit
from tests.faults.conftest import MakeApp
from tests.faults.crowd import Crowd
from tests.faults.dice import POINTS, Dice
from tests.faults.servers import family, until
from tests.faults.town import found_town
from tests.postgres import PostgresCluster

KILLS = POINTS or 3
CASTS_BETWEEN = 60
MOMENT_S = 0.02

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(120 + 30 * KILLS)]  # each kill is a recovery under load


async def test_killed_database_under_load_keeps_every_acknowledged_ballot_once(
    tmp_path: Path, mortal_cluster: PostgresCluster, make_app: MakeApp, dice: Dice
) -> None:
    cards = 500 + KILLS * 3 * CASTS_BETWEEN
    town = await found_town(tmp_path / "data", database_url=mortal_cluster.server.create("machmit"), cards=cards)
    app = make_app(town.environment)
    crowd = Crowd(town, [app.url], dice)
    recoveries: list[tuple[float, float]] = []
    await app.start()
    pid = app.pid
    async with asyncio.TaskGroup() as group:
        voting = group.create_task(crowd.vote())
        for _ in range(KILLS):
            await crowd.more(1 + dice.below(CASTS_BETWEEN))
            await asyncio.sleep(dice.between(0, MOMENT_S))
            assert not voting.done(), "the load ended before the last kill"
            kill_cluster(mortal_cluster)
            assert await status_of(f"{app.url}/auenfurt/") == (503, True)
            assert await app.readiness() == 503
            begun = time.monotonic()
            mortal_cluster.launch()
            await until(mortal_cluster.is_ready)
            is_back = time.monotonic()
            await crowd.more(1)
            recoveries.append((round(is_back - begun, 1), round(time.monotonic() - is_back, 1)))
        crowd.leave()
    assert app.pid == pid
    assert crowd.unanswered + crowd.refused["unavailable"] > 0
    await app.ready()
    app.stop()
    print(f"{KILLS} kills: {crowd}")  # noqa: T201 - figures for the records
    print(f"seconds until PostgreSQL was back, and from then to an acknowledgement: {recoveries}")  # noqa: T201
    assert await audit(town, crowd) == len(crowd.acknowledged)


async def status_of(url: str) -> tuple[int, bool]:
    """Return the status of a page, and whether it says when to come back."""
    async with httpx.AsyncClient(trust_env=False, timeout=20) as client:
        page = await client.get(url)
    return page.status_code, "Retry-After" in page.headers


def kill_cluster(cluster: PostgresCluster) -> None:
    """Kill the postmaster first, so that it cannot tend to the others, and every backend."""
    assert cluster.process is not None
    for pid in family(cluster.process.pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    cluster.process.wait()
