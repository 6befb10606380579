"""Recording: a change of the domain and its future log entry, in one transaction.

For:        every action the public must be able to check.
Guarantees: the entry enters the log if and only if the caller's transaction commits; the same type
            and key are recorded once; what is personal is committed to, encrypted under a key of
            its own, and not in the entry.
Refuses:    entries the log could not publish (`InvalidEntry`, `NotCanonical`): an error of the
            program, raised before anything is written.
Precondition: a writing unit of work. Times are cut to the minute.
"""

from typing import Final

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from backend.kit.clock import to_minute
from backend.kit.uow import UnitOfWork
from backend.transparency.canonical import JsonObject
from backend.transparency.entries import LogEntry
from backend.transparency.models import IntentRow, PayloadKeyRow, PayloadRow
from backend.transparency.payloads import SealedPayload, seal
from backend.transparency.types import OPENED_ON_RELEASE, IntentId, LogType

LOG_CHANNEL: Final = "log"
"""The hint that something waits for its place in the log."""


async def record(
    uow: UnitOfWork,
    type_: LogType,
    key: str,
    *,
    public: JsonObject,
    private: JsonObject | None = None,
) -> IntentId:
    """Record an event; a repeat with the same type and key changes nothing.

    `public` becomes the entry: ids, enums, counts, hashes. `private` is committed to; it is opened
    to the public at once, except for the types in `OPENED_ON_RELEASE`.

    Raises:
        InvalidEntry: `public` breaks a rule of the log.
        NotCanonical: `private` has no canonical spelling.
    """
    sealed = None if private is None else seal(type_, private, uow.entropy)
    commitment = None if sealed is None else sealed.commitment
    entry = LogEntry(type_, uow.now, public, commitment).encode()
    dedup_key = dedup(type_, key)
    insert_one = insert_postgresql if uow.dialect == "postgresql" else insert_sqlite
    intent = await uow.session.scalar(
        insert_one(IntentRow)
        .values(dedup_key=dedup_key, type=type_, entry=entry, created_at=to_minute(uow.now))
        .on_conflict_do_nothing(index_elements=[IntentRow.dedup_key])
        .returning(IntentRow.id)
    )
    if intent is None:
        known = select(IntentRow.id).where(IntentRow.dedup_key == dedup_key)
        return IntentId((await uow.session.scalars(known)).one())
    if sealed is not None:
        await _keep(uow, intent, sealed, is_released=type_ not in OPENED_ON_RELEASE)
    uow.hint(LOG_CHANNEL)
    return IntentId(intent)


async def release(uow: UnitOfWork, type_: LogType, key: str) -> None:
    """Let the public open the payload of a record, because the text itself is public now."""
    known = select(IntentRow.id).where(IntentRow.dedup_key == dedup(type_, key))
    await uow.session.execute(
        update(PayloadRow).where(PayloadRow.intent_id == known.scalar_subquery()).values(is_released=True)
    )


def dedup(type_: LogType, key: str) -> str:
    """Return the unique key of a record."""
    return f"{type_}:{key}"


async def _keep(uow: UnitOfWork, intent: int, sealed: SealedPayload, *, is_released: bool) -> None:
    await uow.session.execute(
        insert(PayloadRow).values(intent_id=intent, ciphertext=sealed.ciphertext, is_released=is_released)
    )
    await uow.session.execute(insert(PayloadKeyRow).values(intent_id=intent, key=sealed.key))
