"""The office's side of a kiosk: offer a code, compare the characters on both screens, take out of service.

Guarantees: a code is shown once, in the answer to its own form; nothing is confirmed whose characters the person
did not have before their eyes. Refuses a confirmation that names other characters (`OtherFingerprint`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from litestar import Response, get, post
from litestar.response import Redirect
from pydantic import BaseModel, ConfigDict, Field

from backend.accounts.devices import (
    CODE_LIFETIME,
    MAX_NAME_CHARS,
    Device,
    DeviceState,
    OtherFingerprint,
    confirm_device,
    devices_of,
    is_silent,
    offer_device,
    revoke_device,
)
from backend.accounts.queries import places_of
from backend.accounts.types import Principal, Right
from backend.kit.errors import NotFound
from backend.kit.uow import UnitOfWork
from backend.runtime import Runtime
from backend.web.access import access
from backend.web.assets import Assets
from backend.web.flash import Flash, Tone
from backend.web.forms import FormState, read_form
from backend.web.rendering import page, see_other, translator_of
from backend.web.security import PERSONAL
from moderation.office import AnyRequest, office_of

SECTION = "/kioske"
OPT = {"access": access(Right.MANAGE_DEVICES), "policy": PERSONAL}


class OfferForm(BaseModel):
    """A kiosk to be set up."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=MAX_NAME_CHARS)]
    ort: Annotated[str, Field(max_length=40)] | None = None


class ConfirmForm(BaseModel):
    """The characters a person compared, and what came of it."""

    model_config = ConfigDict(extra="forbid")

    zeichen: Annotated[str, Field(pattern=r"^[0-9A-Z]{4}-[0-9A-Z]{4}$")]
    urteil: Annotated[str, Field(pattern="^(gleich|verschieden)$")]


@dataclass(frozen=True, slots=True)
class Line:
    """A kiosk in the list."""

    device: Device
    place: str
    is_silent: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class Offered:
    """A code that was just drawn."""

    name: str
    code: str
    ends_at: datetime


@get("/verwaltung/{org:str}/kioske", opt=OPT, include_in_schema=False)
async def show_devices(request: AnyRequest, org: str, reader: UnitOfWork, principal: Principal) -> Response[str]:
    """Show every kiosk and what it waits for."""
    return await _page(request, reader, principal, org=org)


@post("/verwaltung/{org:str}/kioske", opt=OPT, status_code=200, include_in_schema=False)
async def offer(request: AnyRequest, org: str, rt: Runtime, principal: Principal) -> Response[str]:
    """Draw a code and show it, this once."""
    form = await read_form(request, OfferForm)
    if form.value is None:
        async with rt.work.read() as reader:
            return await _page(request, reader, principal, org=org, form=form.state)
    async with rt.work.write() as uow:
        office = await office_of(request, uow, principal, org=org, section=SECTION)
        places = {place.id for place in await places_of(uow.session, office.owner.id)}
        place = form.value.ort if form.value.ort in places else None
        _, code = await offer_device(uow, office.owner.id, name=form.value.name, place_id=place)
        shown = Offered(form.value.name, f"{code[:4]}-{code[4:]}", uow.now + CODE_LIFETIME)
    async with rt.work.read() as reader:
        return await _page(request, reader, principal, org=org, offered=shown)


@post("/verwaltung/{org:str}/kioske/{kiosk_id:str}/vergleich", opt=OPT, status_code=303, include_in_schema=False)
async def compare(request: AnyRequest, org: str, kiosk_id: str, uow: UnitOfWork) -> Redirect:
    """Let a kiosk work whose characters are the same on both screens; refuse any other for good."""
    gettext = translator_of(request).gettext
    form = await read_form(request, ConfirmForm)
    if form.value is None:
        raise NotFound
    if form.value.urteil == "verschieden":
        await revoke_device(uow, kiosk_id)
        return _back(request, org, gettext("Das Gerät ist abgewiesen. Melden Sie den Kiosk mit einem neuen Code an."))
    try:
        device = await confirm_device(uow, kiosk_id, fingerprint=form.value.zeichen)
    except OtherFingerprint:
        return _back(request, org, gettext("Die Zeichen sind verschieden. Nichts wurde freigegeben."), Tone.BAD)
    return _back(request, org, gettext("„%(name)s“ ist freigegeben.") % {"name": device.name})


@post("/verwaltung/{org:str}/kioske/{kiosk_id:str}/sperren", opt=OPT, status_code=303, include_in_schema=False)
async def revoke(request: AnyRequest, org: str, kiosk_id: str, uow: UnitOfWork) -> Redirect:
    """Take a kiosk out of service for good."""
    await revoke_device(uow, kiosk_id)
    return _back(request, org, translator_of(request).gettext("Das Gerät ist gesperrt."))


def _back(request: AnyRequest, org: str, sentence: str, tone: Tone = Tone.OK) -> Redirect:
    return see_other(request, f"/verwaltung/{org}{SECTION}", flash=Flash(sentence, tone))


async def _page(
    request: AnyRequest,
    reader: UnitOfWork,
    principal: Principal,
    *,
    org: str,
    form: FormState | None = None,
    offered: Offered | None = None,
) -> Response[str]:
    office = await office_of(request, reader, principal, org=org, section=SECTION)
    places = {place.id: place.name for place in await places_of(reader.session, office.owner.id)}
    devices = await devices_of(reader.session, office.owner.id)
    assets: Assets = request.app.state["assets"]
    context = office.context() | {
        "lines": [_line(device, places, reader.now, assets.tree) for device in devices if _is_listed(device)],
        "waiting": [device for device in devices if device.state is DeviceState.PENDING],
        "places": list(places.items()),
        "form": form,
        "offered": offered,
    }
    return page(request, "staff/devices/list.html", status_code=422 if form else 200, **context)


def _is_listed(device: Device) -> bool:
    return device.state is DeviceState.ACTIVE or (device.state is DeviceState.REVOKED and device.seen_at is not None)


def _line(device: Device, places: Mapping[str, str], now: datetime, tree: str) -> Line:
    return Line(
        device=device,
        place=places.get(device.place_id or "", ""),
        is_silent=is_silent(device, now),
        is_current=device.app_hash == tree,
    )


routes = [show_devices, offer, compare, revoke]
