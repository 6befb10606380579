"""Erasure: salt, payload and key go; an entry says that they went, and why.

For:        erasing by receipt code, retention, courts; and for replaying erasures after a restore.
Guarantees: after commit the commitment binds to nothing anybody can test a guess against; the
            tombstone names every target; a repeat with the same key changes nothing.
Refuses:    records without a place yet (`NotYetLogged`: try again in a second) and unknown ones
            (`NoSuchEntry`).
Precondition: a writing unit of work, the one that erases the domain's own copy.
Source:     Art. 17 GDPR; docs/algorithms/log.md, "Erasure".
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import delete, insert, select

from backend.kit.uow import UnitOfWork
from backend.transparency.errors import NoSuchEntry, NotYetLogged
from backend.transparency.intents import dedup, record
from backend.transparency.models import ErasureRow, IntentRow, PayloadKeyRow, PayloadRow
from backend.transparency.types import ErasureGround, IntentId, LogType, Position

TARGETS_MAX: Final = 200
"""Targets one entry of 4 KiB can name."""


async def erase(uow: UnitOfWork, records: Sequence[tuple[LogType, str]], *, key: str, ground: ErasureGround) -> None:
    """Erase what was committed to under these records; `key` makes the request repeatable.

    Raises:
        NoSuchEntry: one of them was never made.
        NotYetLogged: one of them has no place in the log yet.
    """
    for number in range(0, len(records), TARGETS_MAX):
        targets = await _with_payload(uow, records[number : number + TARGETS_MAX])
        if not targets:
            continue
        positions = [str(position) for _, position in targets]
        tombstone = await record(
            uow,
            LogType.ERASURE,
            f"{key}:{positions[0]}",
            public={"targets": positions, "ground": ground.value},
        )
        await shred(uow, [intent for intent, _ in targets], tombstone=tombstone)


async def shred(uow: UnitOfWork, intents: Sequence[int], *, tombstone: IntentId) -> None:
    """Delete payloads with their keys and remember which record says so."""
    await uow.session.execute(delete(PayloadKeyRow).where(PayloadKeyRow.intent_id.in_(intents)))
    await uow.session.execute(delete(PayloadRow).where(PayloadRow.intent_id.in_(intents)))
    await uow.session.execute(
        insert(ErasureRow),
        [{"intent_id": intent, "tombstone_id": tombstone} for intent in intents],
    )


async def _with_payload(uow: UnitOfWork, records: Sequence[tuple[LogType, str]]) -> list[tuple[int, Position]]:
    wanted = {dedup(type_, key) for type_, key in records}
    query = (
        select(IntentRow.id, IntentRow.year, IntentRow.idx, PayloadRow.intent_id.label("payload"))
        .outerjoin(PayloadRow, PayloadRow.intent_id == IntentRow.id)
        .where(IntentRow.dedup_key.in_(wanted))
        .order_by(IntentRow.id)
    )
    rows = (await uow.session.execute(query)).all()
    if len(rows) < len(wanted):
        raise NoSuchEntry
    holding = [row for row in rows if row.payload is not None]
    if any(row.idx is None for row in holding):
        raise NotYetLogged
    return [(row.id, Position(row.year, row.idx)) for row in holding]
