"""The demo's kiosk: it sets itself up, so that the hall on one screen shows a working one at once.

A window that was closed leaves its place to the next one: the office's list shows the kiosks there are, not everybody
who ever looked.
"""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, post
from pydantic import Field

from backend.accounts.devices import (
    Device,
    DeviceState,
    beat,
    confirm_device,
    devices_of,
    enrol_device,
    is_silent,
    offer_again,
    offer_device,
)
from backend.demo.tour.cards import tonight
from backend.kit.db import JsonDict
from backend.kit.errors import DomainError
from backend.kit.uow import UnitOfWork
from backend.meetings.queries import get_meeting
from backend.runtime import Runtime
from backend.web.access import DEMO
from backend.web.assets import Assets
from backend.web.body import Body

AnyRequest = Request[Any, Any, Any]
NAME = "Foyer"


class KeyBody(Body):
    """The key the browser made."""

    public_key: Annotated[str, Field(min_length=32, max_length=400)]


@post("/demo/kiosk", opt={"access": DEMO}, status_code=201, include_in_schema=False)
async def enrol_demo_kiosk(data: KeyBody, request: AnyRequest, rt: Runtime, uow: UnitOfWork) -> JsonDict:
    """Offer, enrol and confirm a kiosk for the running meeting in one step. Raises: DomainError."""
    assets: Assets = request.app.state["assets"]
    device, token = await seat(uow, tonight(rt).meeting_id, public_key=data.public_key, tree=assets.tree)
    return {"kiosk": device.id, "fingerprint": device.fingerprint, "token": token}


async def seat(uow: UnitOfWork, meeting_id: str, *, public_key: str, tree: str) -> tuple[Device, str]:
    """Make a browser a kiosk of a meeting, in a place somebody left where there is one. Raises: DomainError."""
    meeting = await get_meeting(uow.session, meeting_id)
    devices = await devices_of(uow.session, meeting.org_id)
    ours = [device for device in devices if device.name.startswith(NAME) and device.state is DeviceState.ACTIVE]
    left = next((device for device in ours if is_silent(device, uow.now)), None)
    if left is not None:
        code = await offer_again(uow, left.id)
    else:
        _, code = await offer_device(uow, meeting.org_id, name=_free_name(ours), place_id=meeting.place_id)
    device, token = await enrol_device(uow, code, public_key=public_key)
    if device.fingerprint is None:
        raise DomainError("expected an enrolled device to have a fingerprint")
    await confirm_device(uow, device.id, fingerprint=device.fingerprint)
    await beat(uow, device.id, app_hash=tree)
    return device, token


def _free_name(devices: list[Device]) -> str:
    taken = {device.name for device in devices}
    names = (NAME, *(f"{NAME} {number}" for number in range(2, len(devices) + 2)))
    return next(name for name in names if name not in taken)


routes = [enrol_demo_kiosk]
