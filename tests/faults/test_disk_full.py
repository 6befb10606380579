"""A full disk under load: casts are refused with the cause in the log, nothing is lost, and it heals by itself."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from tests.faults.audit import audit, look_into_box
from tests.faults.conftest import MakeApp
from tests.faults.crowd import Crowd
from tests.faults.dice import Dice
from tests.faults.disks import fill, tmpfs
from tests.faults.town import found_town

REFUSALS = 40
DISK_MB = 24

pytestmark = [pytest.mark.timeout(120)]  # a server and a crowd on a slow machine


async def test_full_disk_refuses_casts_names_the_cause_and_recovers_without_restart(
    tmp_path: Path, make_app: MakeApp, dice: Dice
) -> None:
    with tmpfs(tmp_path / "disk", size_mb=DISK_MB) as disk:
        town = await found_town(disk / "data", cards=2_000)
        app = make_app(town.environment)
        crowd = Crowd(town, [app.url], dice)
        await app.start()
        pid = app.pid
        async with asyncio.TaskGroup() as group:
            group.create_task(crowd.vote())
            await crowd.more(1 + dice.below(60))
            ballast = await asyncio.to_thread(fill, disk)
            while crowd.refused["unavailable"] < REFUSALS:  # noqa: ASYNC110 - the phones find out
                await asyncio.sleep(0.05)
            told = crowd.commitments()
            async with httpx.AsyncClient(base_url=app.url, trust_env=False) as client:
                pages = [await client.get(path) for path in ("/auenfurt/", "/protokoll", "/health/ready")]
            assert [page.status_code for page in pages] == [200, 200, 200]
            async with town.runtime() as rt:
                assert told <= set((await look_into_box(rt, town.poll.id)).commitments)
            ballast.unlink()
            await crowd.more(20)
            crowd.leave()
        assert app.pid == pid
        app.stop()
        causes = [json.loads(line) for line in app.words().splitlines() if "database.failed" in line]
        assert ("SQLITE_FULL", "no space left") in {(cause["code"], cause["detail"]) for cause in causes}
        assert await audit(town, crowd) == len(crowd.acknowledged)
