"""Devices that act for nobody: kiosks. Enrolled with a code, confirmed by a fingerprint, revocable.

Guarantees: a code works once and for ten minutes; a device may do nothing before a person compared the
fingerprints on both screens; only hashes of codes and tokens are stored.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from backend.accounts.actions import TOKEN_BYTES, token_hash
from backend.kit.db import Base, Id, Kind
from backend.kit.entropy import base32
from backend.kit.errors import Conflict, Forbidden, NotFound
from backend.kit.uow import UnitOfWork
from backend.transparency.intents import record
from backend.transparency.types import LogType

CODE_BYTES = 5  # eight characters
CODE_LIFETIME = timedelta(minutes=10)
FINGERPRINT_BYTES = 5
MAX_NAME_CHARS = 80
MAX_DEVICES = 200
SILENT_AFTER = timedelta(minutes=3)  # a kiosk reports every minute


class DeviceState(StrEnum):
    """The life of a device."""

    OFFERED = "offered"
    PENDING = "pending"
    ACTIVE = "active"
    REVOKED = "revoked"


class UnknownCode(Forbidden):
    """The enrolment code is wrong, used or too old."""

    code = "unknown_code"
    title = "Dieser Code gilt nicht mehr"


class OtherFingerprint(Conflict):
    """The fingerprints on the two screens differ: this is another device."""

    code = "other_fingerprint"
    title = "Die Zeichen auf den beiden Bildschirmen sind verschieden"


class DeviceRow(Base):
    """A kiosk."""

    __tablename__ = "device"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    org_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    place_id: Mapped[str | None] = mapped_column(ForeignKey("place.id"))
    name: Mapped[str] = mapped_column(String(MAX_NAME_CHARS))
    state: Mapped[str] = mapped_column(Kind)
    code_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    code_ends_at: Mapped[datetime | None]
    public_key: Mapped[str | None] = mapped_column(String(400))
    fingerprint: Mapped[str | None] = mapped_column(String(20))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    app_hash: Mapped[str | None] = mapped_column(String(64))
    seen_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Device:
    """A kiosk as surfaces see it."""

    id: str
    org_id: str
    place_id: str | None
    name: str
    state: DeviceState
    fingerprint: str | None
    app_hash: str | None
    seen_at: datetime | None


async def offer_device(uow: UnitOfWork, org_id: str, *, name: str, place_id: str | None = None) -> tuple[str, str]:
    """Make room for a device; return its id and the code to type there, once."""
    code = base32(uow.entropy.bytes(CODE_BYTES)).upper()
    row = DeviceRow(
        id=uow.new_id(),
        org_id=org_id,
        place_id=place_id,
        name=name,
        state=DeviceState.OFFERED,
        code_hash=token_hash(code),
        code_ends_at=uow.now + CODE_LIFETIME,
    )
    uow.session.add(row)
    await uow.session.flush()
    return row.id, code


async def offer_again(uow: UnitOfWork, device_id: str) -> str:
    """Give a device's place to another browser, once; the one before is locked out at once. Raises: NotFound."""
    row = await uow.session.get(DeviceRow, device_id, with_for_update=True)
    if row is None or row.state != DeviceState.ACTIVE:
        raise NotFound
    code = base32(uow.entropy.bytes(CODE_BYTES)).upper()
    row.state, row.token_hash = DeviceState.OFFERED, None
    row.code_hash, row.code_ends_at = token_hash(code), uow.now + CODE_LIFETIME
    await uow.session.flush()
    return code


async def enrol_device(uow: UnitOfWork, code: str, *, public_key: str) -> tuple[Device, str]:
    """Use a code; return the device and its token. It may act once a person confirmed. Raises: UnknownCode."""
    plain = code.replace("-", "").replace(" ", "").upper()
    query = select(DeviceRow).where(DeviceRow.code_hash == token_hash(plain)).with_for_update()
    row = await uow.session.scalar(query)
    if row is None or row.code_ends_at is None or row.code_ends_at <= uow.now:
        raise UnknownCode
    token = f"kd_{base64.urlsafe_b64encode(uow.entropy.bytes(TOKEN_BYTES)).rstrip(b'=').decode()}"
    row.code_hash = row.code_ends_at = None
    row.public_key, row.fingerprint = public_key, fingerprint_of(public_key)
    row.token_hash, row.state = token_hash(token), DeviceState.PENDING
    await uow.session.flush()
    return _device(row), token


async def confirm_device(uow: UnitOfWork, device_id: str, *, fingerprint: str) -> Device:
    """Let a device act: its fingerprint was compared. Raises: NotFound, OtherFingerprint."""
    row = await uow.session.get(DeviceRow, device_id, with_for_update=True)
    if row is None or row.state != DeviceState.PENDING:
        raise NotFound
    if row.fingerprint != fingerprint:
        raise OtherFingerprint
    row.state = DeviceState.ACTIVE
    public = {"device": row.id, "kind": "kiosk", "key": row.fingerprint}
    await record(uow, LogType.DEVICE_ENROLLED, f"{row.id}/{row.fingerprint}", public=public)
    return _device(row)


async def revoke_device(uow: UnitOfWork, device_id: str) -> None:
    """Take a device out of service for good. Raises: NotFound."""
    row = await uow.session.get(DeviceRow, device_id, with_for_update=True)
    if row is None:
        raise NotFound
    row.state = DeviceState.REVOKED
    row.token_hash = row.code_hash = None
    await record(uow, LogType.DEVICE_REVOKED, row.id, public={"device": row.id})


async def beat(uow: UnitOfWork, device_id: str, *, app_hash: str) -> None:
    """Note that a device is alive and which version it runs, at minute resolution."""
    row = await uow.session.get_one(DeviceRow, device_id)
    row.seen_at = uow.now.replace(second=0, microsecond=0)
    row.app_hash = app_hash


async def device_of_token(session: AsyncSession, token: str) -> Device | None:
    """Return the device behind a token, whatever its state, or None."""
    row = await session.scalar(select(DeviceRow).where(DeviceRow.token_hash == token_hash(token)))
    return _device(row) if row else None


async def devices_of(session: AsyncSession, org_id: str) -> list[Device]:
    """Return an organisation's devices by name."""
    query = select(DeviceRow).where(DeviceRow.org_id == org_id).order_by(DeviceRow.name).limit(MAX_DEVICES)
    return [_device(row) for row in await session.scalars(query)]


def is_silent(device: Device, now: datetime) -> bool:
    """Tell whether a device has not reported for longer than a working one ever does."""
    return device.seen_at is None or now - device.seen_at > SILENT_AFTER


def fingerprint_of(public_key: str) -> str:
    """Return what both screens show: two groups of four characters."""
    spelt = base32(hashlib.sha256(public_key.encode()).digest()[:FINGERPRINT_BYTES]).upper()
    return f"{spelt[:4]}-{spelt[4:]}"


def _device(row: DeviceRow) -> Device:
    return Device(
        id=row.id,
        org_id=row.org_id,
        place_id=row.place_id,
        name=row.name,
        state=DeviceState(row.state),
        fingerprint=row.fingerprint,
        app_hash=row.app_hash,
        seen_at=row.seen_at,
    )
