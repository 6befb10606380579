"""The kiosk's sync interface: enrol, live state, hand over ballots, heartbeat. And the staff's side of enrolment."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import HeaderParameter
from pydantic import Field, JsonValue

from backend.accounts.devices import (
    MAX_NAME_CHARS,
    Device,
    DeviceState,
    UnknownCode,
    beat,
    confirm_device,
    devices_of,
    enrol_device,
    offer_device,
    revoke_device,
)
from backend.accounts.queries import any_org_by_slug
from backend.accounts.types import Right
from backend.ballots.types import MAX_REQUEST_KEY_CHARS
from backend.ballots.wire import acknowledgement_view, padded
from backend.kit.db import JsonDict
from backend.kit.errors import Forbidden
from backend.kit.uow import UnitOfWork
from backend.meetings.live_state import state
from backend.meetings.queries import meetings_of
from backend.meetings.types import OPEN_TO_HALL
from backend.polls.types import Channel
from backend.runtime import Runtime
from backend.web.access import DEVICE, PUBLIC, access
from backend.web.body import Body, CardText, ShortId
from backend.web.source import source_of

MAX_BODY_BYTES = 16_384
MAX_PAD_CHARS = 16_000
PURPOSE = "enrol"

AnyRequest = Request[Any, Any, Any]


class OfferBody(Body):
    """A kiosk to be set up."""

    name: Annotated[str, Field(min_length=1, max_length=MAX_NAME_CHARS)]
    place: ShortId | None = None


class EnrolBody(Body):
    """The code from the office and the key the device made."""

    code: Annotated[str, Field(min_length=8, max_length=12)]
    public_key: Annotated[str, Field(min_length=32, max_length=400)]


class ConfirmBody(Body):
    """What the device's screen shows."""

    fingerprint: Annotated[str, Field(pattern=r"^[0-9A-Z]{4}-[0-9A-Z]{4}$")]


class KioskCast(Body):
    """A ballot as a kiosk hands it over."""

    poll: ShortId
    card: CardText
    choices: JsonValue
    nonce: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    pad: Annotated[str, Field(max_length=MAX_PAD_CHARS)] | None = None


class BeatBody(Body):
    """A sign of life."""

    app_hash: Annotated[str, Field(min_length=1, max_length=64)]


def active_device(request: AnyRequest) -> Device:
    """Return the device that asks. Raises: Forbidden until a person confirmed it."""
    device = request.scope.get("auth")
    if not isinstance(device, Device) or device.state is not DeviceState.ACTIVE:
        raise Forbidden("Dieses Gerät ist noch nicht freigegeben.")
    return device


@post("/api/v1/organisations/{org:str}/kiosks", opt={"access": access(Right.MANAGE_DEVICES)}, status_code=201)
async def offer(org: str, data: OfferBody, uow: UnitOfWork) -> JsonDict:
    """Make room for a kiosk; the code is shown once."""
    owner = await any_org_by_slug(uow.session, org)
    device_id, code = await offer_device(uow, owner.id, name=data.name, place_id=data.place)
    return {"id": device_id, "code": f"{code[:4]}-{code[4:]}"}


@get("/api/v1/organisations/{org:str}/kiosks", opt={"access": access(Right.MANAGE_DEVICES)})
async def list_kiosks(org: str, reader: UnitOfWork) -> JsonDict:
    """List an organisation's kiosks."""
    owner = await any_org_by_slug(reader.session, org)
    return {"items": [device_view(device) for device in await devices_of(reader.session, owner.id)]}


@post("/api/v1/kiosks/{kiosk_id:str}/confirm", opt={"access": access(Right.MANAGE_DEVICES)}, status_code=200)
async def confirm(kiosk_id: str, data: ConfirmBody, uow: UnitOfWork) -> JsonDict:
    """Confirm that both screens show the same fingerprint."""
    return device_view(await confirm_device(uow, kiosk_id, fingerprint=data.fingerprint))


@post("/api/v1/kiosks/{kiosk_id:str}/revoke", opt={"access": access(Right.MANAGE_DEVICES)}, status_code=204)
async def revoke(kiosk_id: str, uow: UnitOfWork) -> None:
    """Take a kiosk out of service."""
    await revoke_device(uow, kiosk_id)


@post("/api/v1/kiosk/enrol", opt={"access": PUBLIC}, status_code=201, request_max_body_size=MAX_BODY_BYTES)
async def enrol(data: EnrolBody, rt: Runtime, request: AnyRequest) -> JsonDict:
    """Use an enrolment code; failures are limited per source."""
    source = source_of(request)
    rt.throttle.check(PURPOSE, source)
    try:
        async with rt.work.write() as uow:
            device, token = await enrol_device(uow, data.code, public_key=data.public_key)
    except UnknownCode:
        rt.throttle.failed(PURPOSE, source)
        raise
    return {"kiosk": device.id, "fingerprint": device.fingerprint, "token": token}


@get("/api/v1/kiosk/state", opt={"access": DEVICE})
async def kiosk_state(request: AnyRequest, reader: UnitOfWork) -> JsonDict:
    """Return the device's own state and the meeting that is open in its organisation."""
    device: Device = request.scope["auth"]
    if device.state is not DeviceState.ACTIVE:
        return {"kiosk": device_view(device), "meeting": None}
    running = [meeting for meeting in await meetings_of(reader.session, device.org_id) if meeting.state in OPEN_TO_HALL]
    live = await state(reader.session, running[0].id) if running else None
    return {"kiosk": device_view(device), "meeting": live}


@post("/api/v1/kiosk/casts", opt={"access": DEVICE}, status_code=201, request_max_body_size=MAX_BODY_BYTES)
async def cast(
    data: KioskCast,
    rt: Runtime,
    request: AnyRequest,
    request_key: Annotated[
        str, HeaderParameter(name="Idempotency-Key", min_length=8, max_length=MAX_REQUEST_KEY_CHARS)
    ],
) -> Response[bytes]:
    """Put a ballot into the box; repeating a request gives its first answer (200). Raises: Forbidden."""
    device = active_device(request)
    poll = await rt.desk.frozen(data.poll)
    if poll.org_id != device.org_id:
        raise Forbidden("Dieser Kiosk gehört zu einer anderen Gemeinde.")
    answer = await rt.desk.cast_with_card(
        data.poll,
        data.card,
        choices=data.choices,
        nonce=bytes.fromhex(data.nonce),
        channel=Channel.KIOSK,
        request_key=request_key,
    )
    return Response(
        padded(acknowledgement_view(answer), poll.pad_bytes),
        status_code=201 if answer.is_first else 200,
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


@post("/api/v1/kiosk/heartbeat", opt={"access": DEVICE}, status_code=204)
async def heartbeat(data: BeatBody, request: AnyRequest, uow: UnitOfWork) -> None:
    """Say that the kiosk is alive and which version it runs."""
    device: Device = request.scope["auth"]
    await beat(uow, device.id, app_hash=data.app_hash)


def device_view(device: Device) -> JsonDict:
    """Return a device in wire form."""
    return {
        "id": device.id,
        "name": device.name,
        "place": device.place_id,
        "state": device.state.value,
        "fingerprint": device.fingerprint,
        "app_hash": device.app_hash,
        "seen_at": device.seen_at.isoformat() if device.seen_at else None,
    }


routes = [offer, list_kiosks, confirm, revoke, enrol, kiosk_state, cast, heartbeat]
