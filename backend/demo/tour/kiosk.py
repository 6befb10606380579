"""The demo's kiosk: it sets itself up, so that the hall on one screen shows a working one at once."""

from __future__ import annotations

from typing import Annotated

from litestar import post
from pydantic import Field

from backend.accounts.devices import confirm_device, enrol_device, offer_device
from backend.demo.tour.cards import tonight
from backend.kit.db import JsonDict
from backend.kit.errors import DomainError
from backend.kit.uow import UnitOfWork
from backend.meetings.queries import get_meeting
from backend.runtime import Runtime
from backend.web.access import DEMO
from backend.web.body import Body


class KeyBody(Body):
    """The key the browser made."""

    public_key: Annotated[str, Field(min_length=32, max_length=400)]


@post("/demo/kiosk", opt={"access": DEMO}, status_code=201, include_in_schema=False)
async def enrol_demo_kiosk(data: KeyBody, rt: Runtime, uow: UnitOfWork) -> JsonDict:
    """Offer, enrol and confirm a kiosk for the running meeting in one step. Raises: DomainError."""
    meeting = await get_meeting(uow.session, tonight(rt).meeting_id)
    _, code = await offer_device(uow, meeting.org_id, name="Foyer", place_id=meeting.place_id)
    device, token = await enrol_device(uow, code, public_key=data.public_key)
    if device.fingerprint is None:
        raise DomainError("expected an enrolled device to have a fingerprint")
    await confirm_device(uow, device.id, fingerprint=device.fingerprint)
    return {"kiosk": device.id, "fingerprint": device.fingerprint, "token": token}


routes = [enrol_demo_kiosk]
