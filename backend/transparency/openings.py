"""Opening commitments: salt and payload while they exist, and an honest word when they do not.

For:        `GET /log/<year>/open/<index>` and the export.
Guarantees: one of four answers, each checkable: opened, erased by entry n, sealed (types that wait
            for a release), not restored (the key stayed out of a backup).
Refuses:    entries without a commitment and places the log has not reached (`NoSuchEntry`).
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from backend.transparency.canonical import JsonObject
from backend.transparency.entries import LogEntry
from backend.transparency.errors import NoSuchEntry
from backend.transparency.models import ErasureRow, IntentRow, LeafRow, PayloadKeyRow, PayloadRow
from backend.transparency.payloads import OpenedPayload, SealedPayload, unseal
from backend.transparency.types import Position

RANGE_MAX: Final = 1000
"""Entries disclosed in one statement."""

_Tombstone = aliased(IntentRow)


class _Stored(NamedTuple):
    """An entry and what three tables still hold of its payload."""

    idx: int
    entry: bytes
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

    @property
    def commitment(self) -> bytes | None:
        return LogEntry.decode(self.entry).commitment

    def opened(self) -> OpenedPayload | None:
        if self.commitment is None or self.ciphertext is None or self.key is None:
            return None
        return unseal(SealedPayload(self.commitment, self.ciphertext, self.key))


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The answer for one entry, as JSON and as an HTTP status."""

    index: int
    status: HTTPStatus
    document: JsonObject


async def disclose(session: AsyncSession, position: Position) -> Disclosure:
    """Return what may be told of an entry's payload. Raises: NoSuchEntry."""
    disclosed = await disclose_range(session, position.year, start=position.index, end=position.index + 1)
    if not disclosed:
        raise NoSuchEntry(entry=str(position))
    return disclosed[0]


async def disclose_range(session: AsyncSession, year: int, *, start: int, end: int) -> list[Disclosure]:
    """Return what may be told of the payloads of a range; entries without one are left out."""
    stored = await _stored(session, year, start=start, end=end)
    return [_disclosure(each) for each in stored if each.commitment is not None]


async def payload_of(session: AsyncSession, position: Position) -> OpenedPayload | None:
    """Return a payload for somebody entitled to it, released or not; None when it is gone."""
    stored = await _stored(session, position.year, start=position.index, end=position.index + 1)
    return stored[0].opened() if stored else None


def _disclosure(stored: _Stored) -> Disclosure:
    if stored.erased is not None:
        # An erasure is durable before the entry saying so has its place.
        gone: JsonObject = {"erased": str(stored.tombstone or "pending")}
        return Disclosure(stored.idx, HTTPStatus.GONE, gone)
    opened = stored.opened()
    if opened is None:
        return Disclosure(stored.idx, HTTPStatus.GONE, {"not_restored": True})
    if not stored.is_released:
        return Disclosure(stored.idx, HTTPStatus.FORBIDDEN, {"sealed": True})
    document: JsonObject = {"salt": opened.salt.hex(), "payload": opened.payload}
    return Disclosure(stored.idx, HTTPStatus.OK, document)


async def _stored(session: AsyncSession, year: int, *, start: int, end: int) -> list[_Stored]:
    if end - start > RANGE_MAX:
        raise ValueError(f"expected at most {RANGE_MAX} entries, got {end - start}")
    recorded = and_(IntentRow.year == LeafRow.year, IntentRow.idx == LeafRow.idx)
    query = (
        select(
            LeafRow.idx,
            LeafRow.entry,
            PayloadRow.ciphertext,
            PayloadRow.is_released,
            PayloadKeyRow.key,
            ErasureRow.intent_id,
            _Tombstone.year,
            _Tombstone.idx,
        )
        .select_from(LeafRow)
        .outerjoin(IntentRow, recorded)
        .outerjoin(PayloadRow, PayloadRow.intent_id == IntentRow.id)
        .outerjoin(PayloadKeyRow, PayloadKeyRow.intent_id == IntentRow.id)
        .outerjoin(ErasureRow, ErasureRow.intent_id == IntentRow.id)
        .outerjoin(_Tombstone, _Tombstone.id == ErasureRow.tombstone_id)
        .where(LeafRow.year == year, LeafRow.idx >= start, LeafRow.idx < end)
        .order_by(LeafRow.idx)
    )
    return [_Stored(*row) for row in (await session.execute(query)).all()]
