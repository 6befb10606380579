"""Opening commitments: salt and payload while they exist, and an honest word when they do not.

For:        `GET /log/<year>/open/<index>` and the export.
Guarantees: one of four answers, each checkable: opened, erased by entry n, sealed (types that wait
            for a release), not restored (the key stayed out of a backup).
Refuses:    entries without a commitment and places the log has not reached (`NoSuchEntry`).
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from backend.transparency.canonical import JsonObject
from backend.transparency.errors import NoSuchEntry
from backend.transparency.models import ErasureRow, IntentRow, PayloadKeyRow, PayloadRow
from backend.transparency.payloads import OpenedPayload, SealedPayload, unseal
from backend.transparency.queries import entry_at
from backend.transparency.types import Position

_Tombstone = aliased(IntentRow)


class _Stored(NamedTuple):
    """What three tables still hold of a payload."""

    ciphertext: bytes | None
    is_released: bool | None
    key: bytes | None
    erased: int | None
    tombstone_year: int | None
    tombstone_idx: int | None

    @property
    def tombstone(self) -> Position | None:
        if self.tombstone_year is None or self.tombstone_idx is None:
            return None
        return Position(self.tombstone_year, self.tombstone_idx)


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The answer for one entry, as JSON and as an HTTP status."""

    status: HTTPStatus
    document: JsonObject


async def disclose(session: AsyncSession, position: Position) -> Disclosure:
    """Return what may be told of an entry's payload. Raises: NoSuchEntry."""
    entry = await entry_at(session, position)
    if entry.commitment is None:
        raise NoSuchEntry(entry=str(position))
    stored = await _stored(session, position)
    if stored is not None and stored.erased is not None:
        # An erasure is durable before the entry saying so has its place.
        return Disclosure(HTTPStatus.GONE, {"erased": str(stored.tombstone or "pending")})
    if stored is None or stored.ciphertext is None or stored.key is None:
        return Disclosure(HTTPStatus.GONE, {"not_restored": True})
    if not stored.is_released:
        return Disclosure(HTTPStatus.FORBIDDEN, {"sealed": True})
    opened = unseal(SealedPayload(entry.commitment, stored.ciphertext, stored.key))
    document: JsonObject = {"salt": opened.salt.hex(), "payload": opened.payload}
    return Disclosure(HTTPStatus.OK, document)


async def payload_of(session: AsyncSession, position: Position) -> OpenedPayload | None:
    """Return a payload for somebody entitled to it, released or not; None when it is gone."""
    entry = await entry_at(session, position)
    stored = await _stored(session, position)
    if entry.commitment is None or stored is None:
        return None
    if stored.ciphertext is None or stored.key is None:
        return None
    return unseal(SealedPayload(entry.commitment, stored.ciphertext, stored.key))


async def _stored(session: AsyncSession, position: Position) -> _Stored | None:
    query = (
        select(
            PayloadRow.ciphertext,
            PayloadRow.is_released,
            PayloadKeyRow.key,
            ErasureRow.intent_id,
            _Tombstone.year,
            _Tombstone.idx,
        )
        .select_from(IntentRow)
        .outerjoin(PayloadRow, PayloadRow.intent_id == IntentRow.id)
        .outerjoin(PayloadKeyRow, PayloadKeyRow.intent_id == IntentRow.id)
        .outerjoin(ErasureRow, ErasureRow.intent_id == IntentRow.id)
        .outerjoin(_Tombstone, _Tombstone.id == ErasureRow.tombstone_id)
        .where(IntentRow.year == position.year, IntentRow.idx == position.index)
    )
    row = (await session.execute(query)).one_or_none()
    return None if row is None else _Stored(*row)
