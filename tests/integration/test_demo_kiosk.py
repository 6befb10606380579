"""The demo's kiosk: who closes the window leaves the place to the next one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from backend.accounts.devices import SILENT_AFTER, DeviceState, devices_of, revoke_device
from backend.demo.tour.kiosk import seat
from backend.kit.clock import FixedClock
from backend.runtime import Runtime
from tests.factories import Hall, make_hall

TREE = "ab" * 8


@dataclass(slots=True)
class Foyer:
    """The demo's hall, and browsers that come to it."""

    rt: Runtime
    hall: Hall

    async def comes(self, key: str) -> str:
        """Open a kiosk in a browser; return the device it became."""
        async with self.rt.work.write() as uow:
            device, _ = await seat(uow, self.hall.meeting_id, public_key=key * 40, tree=TREE)
        return device.id

    async def names(self) -> list[str]:
        async with self.rt.work.read() as uow:
            devices = await devices_of(uow.session, self.hall.org_id)
            return [device.name for device in devices if device.state is DeviceState.ACTIVE]


@pytest.fixture
async def foyer(rt: Runtime) -> Foyer:
    return Foyer(rt, await make_hall(rt))


async def test_kiosks_open_at_once_have_names_of_their_own(foyer: Foyer) -> None:
    assert len({await foyer.comes("a"), await foyer.comes("b")}) == 2
    assert await foyer.names() == ["Foyer", "Foyer 2"]


async def test_kiosk_that_was_closed_leaves_its_place_to_the_next(foyer: Foyer, clock: FixedClock) -> None:
    first = await foyer.comes("a")
    clock.advance(SILENT_AFTER + timedelta(minutes=1))
    assert await foyer.comes("b") == first
    assert await foyer.names() == ["Foyer"]


async def test_kiosk_taken_out_of_service_stays_out(foyer: Foyer, clock: FixedClock) -> None:
    first = await foyer.comes("a")
    async with foyer.rt.work.write() as uow:
        await revoke_device(uow, first)
    clock.advance(SILENT_AFTER + timedelta(minutes=1))
    assert await foyer.comes("b") != first
    assert await foyer.names() == ["Foyer"]
