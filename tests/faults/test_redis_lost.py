"""Redis killed or frozen under load, with two servers on one PostgreSQL: votes go on, rooms look for themselves."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from backend.live.frames import SUBPROTOCOL
from tests.faults.audit import audit
from tests.faults.conftest import MakeApp
from tests.faults.crowd import Crowd
from tests.faults.dice import Dice
from tests.faults.servers import frozen, until
from tests.faults.town import Town, found_town
from tests.postgres import PostgresCluster
from tests.services import RedisServer

WHILE_AWAY = 60  # ballots acknowledged while Redis is away

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.redis,
    pytest.mark.timeout(120),  # two servers start, and a room looks again only every few seconds
]


async def watch_until_used(url: str, meeting_id: str, used: int) -> None:
    """Follow a meeting like a projector until its turnout says so many cards."""
    address = f"{url.replace('http', 'ws', 1)}/live/{meeting_id}"
    async with connect(address, subprotocols=[Subprotocol(SUBPROTOCOL)], compression=None, proxy=None) as socket:
        await socket.send(json.dumps({"t": "hello"}))
        seen = 0
        async with asyncio.timeout(60):
            while seen < used:
                message: dict[str, Any] = json.loads(await socket.recv())
                if message["t"] == "tally":
                    seen = message["used"]


@pytest.fixture
async def town(tmp_path: Path, mortal_redis: RedisServer, durable_cluster: PostgresCluster) -> AsyncIterator[Town]:
    name = f"redis_{uuid.uuid4().hex}"
    url = durable_cluster.server.create(name)
    yield await found_town(tmp_path / "data", database_url=url, redis_url=mortal_redis.url, cards=5_000)
    durable_cluster.server.drop(name)


async def test_killed_redis_costs_no_vote_and_rooms_of_both_servers_go_on(
    town: Town, mortal_redis: RedisServer, make_app: MakeApp, dice: Dice
) -> None:
    apps = [make_app(town.environment), make_app(town.environment)]
    await asyncio.gather(*(app.start() for app in apps))
    crowd = Crowd(town, [app.url for app in apps], dice)
    async with asyncio.TaskGroup() as group:
        group.create_task(crowd.vote(lanes=16))
        await crowd.more(1 + dice.below(30))
        assert mortal_redis.process is not None
        mortal_redis.process.kill()
        mortal_redis.process.wait()
        await crowd.more(WHILE_AWAY)
        used = len(crowd.acknowledged)
        rooms = [group.create_task(watch_until_used(app.url, town.hall.meeting_id, used)) for app in apps]
        await asyncio.wait(rooms)
        assert [await app.readiness() for app in apps] == [200, 200]
        mortal_redis.launch()
        await until(mortal_redis.is_ready)
        await crowd.more(1)
        crowd.leave()
    assert (crowd.refused, crowd.unanswered) == ({}, 0)
    for app in apps:
        app.stop()
    assert await audit(town, crowd) == len(crowd.acknowledged)


async def test_frozen_redis_costs_no_vote(town: Town, mortal_redis: RedisServer, make_app: MakeApp, dice: Dice) -> None:
    app = make_app(town.environment)
    await app.start()
    crowd = Crowd(town, [app.url], dice)
    assert mortal_redis.process is not None
    async with asyncio.TaskGroup() as group:
        group.create_task(crowd.vote(lanes=16))
        await crowd.more(1 + dice.below(30))
        with frozen([mortal_redis.process.pid]):
            await crowd.more(WHILE_AWAY)
            assert await app.readiness() == 200
        await crowd.more(1)
        crowd.leave()
    assert (crowd.refused, crowd.unanswered) == ({}, 0)
    app.stop()
    assert await audit(town, crowd) == len(crowd.acknowledged)
