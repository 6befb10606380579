"""The light of the machines: green, yellow, red, each in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from litestar import Litestar

from backend.accounts.devices import DeviceRow, DeviceState
from backend.kit.outbox import stuck_effects
from backend.kit.pulse import redis_answers
from backend.kit.uow import UnitOfWork
from backend.runtime import Runtime
from moderation.stage.health import Health, Light, health_of
from tests.factories import Hall, make_hall
from tests.integration.stage_host import host

GOOD = Health(3, database=True, ballots=True, redis=None, log=True, stuck=0, kiosks=(), silent=())


@pytest.fixture
async def hall(rt: Runtime) -> Hall:
    """A running meeting."""
    return await make_hall(rt)


@pytest.mark.parametrize(
    ("changes", "light"),
    [
        ({}, Light.GOOD),
        ({"redis": True}, Light.GOOD),
        ({"redis": False}, Light.LOOK),
        ({"stuck": 1}, Light.LOOK),
        ({"log": False}, Light.LOOK),
        ({"ballots": False}, Light.BAD),
        ({"database": False}, Light.BAD),
    ],
)
def test_light_is_red_when_nobody_can_vote_and_yellow_when_somebody_should_look(
    changes: dict[str, object], light: Light
) -> None:
    assert replace(GOOD, **changes).light is light  # type: ignore[arg-type]


async def test_stuck_effects_are_overdue_or_tried_in_vain(rt: Runtime) -> None:
    async with rt.work.write() as uow:
        await uow.later("poll.destroy_key", "p1", {})
        await uow.later("poll.destroy_key", "p2", {}, at=uow.now + timedelta(hours=1))
    async with rt.work.read() as uow:
        assert await stuck_effects(uow.session, uow.now) == 0
        assert await stuck_effects(uow.session, uow.now + timedelta(minutes=3)) == 1


async def test_redis_that_is_not_there_does_not_answer() -> None:
    assert not await redis_answers("redis://127.0.0.1:1/0", 0.5)


@pytest.mark.redis
async def test_redis_that_is_there_answers(redis_url: str) -> None:
    assert await redis_answers(redis_url, 2.0)


async def test_console_names_a_kiosk_that_is_silent(app: Litestar, rt: Runtime, hall: Hall) -> None:
    async with rt.work.write() as uow:
        add_kiosk(uow, hall, "Galerie", seen_minutes_ago=9)
        add_kiosk(uow, hall, "Foyer", seen_minutes_ago=0)
    async with rt.work.read() as reader:
        health = await health_of(rt, reader, hall.org_id, connected=0)
        assert [each.name for each in health.silent] == ["Galerie"]
    async with host(app, rt, hall) as weber:
        words = await weber.open()
        assert "Galerie meldet sich nicht" in words


def add_kiosk(uow: UnitOfWork, hall: Hall, name: str, *, seen_minutes_ago: int) -> None:
    """Add a kiosk that was last heard so long ago."""
    seen_at = uow.now - timedelta(minutes=seen_minutes_ago)
    uow.session.add(DeviceRow(id=name, org_id=hall.org_id, name=name, state=DeviceState.ACTIVE, seen_at=seen_at))
