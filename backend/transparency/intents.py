"""Recording: a change of the domain and its future log entry, in one transaction.

For:        every action the public must be able to check.
Guarantees: the entry enters the log if and only if the caller's transaction commits; the same type
            and key are recorded once; what is personal is committed to, encrypted under a key of
            its own, and not in the entry.
Refuses:    entries the log could not publish (`InvalidEntry`, `NotCanonical`): an error of the
            program, raised before anything is written.
Precondition: a writing unit of work. Times are cut to the minute.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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

_INSERT_ONCE: Final = {
    dialect: insert_one(IntentRow)
    .on_conflict_do_nothing(index_elements=[IntentRow.dedup_key])
    .returning(IntentRow.dedup_key, IntentRow.id)
    for dialect, insert_one in (("postgresql", insert_postgresql), ("sqlite", insert_sqlite))
}
"""Built once: this statement is part of nearly every writing transaction."""


@dataclass(frozen=True, slots=True)
class Record:
    """An event to record.

    `public` becomes the entry: ids, enums, counts, hashes. `private` is committed to; it is opened
    to the public at once, except for the types in `OPENED_ON_RELEASE`.
    """

    type: LogType
    key: str
    public: JsonObject
    private: JsonObject | None = None


async def record(
    uow: UnitOfWork,
    type_: LogType,
    key: str,
    *,
    public: JsonObject,
    private: JsonObject | None = None,
) -> IntentId:
    """Record an event; a repeat with the same type and key changes nothing. Fields as in `Record`.

    Raises:
        InvalidEntry: `public` breaks a rule of the log.
        NotCanonical: `private` has no canonical spelling.
    """
    fresh = await record_all(uow, [Record(type_, key, public, private)])
    if fresh:
        return fresh[0]
    known = select(IntentRow.id).where(IntentRow.dedup_key == dedup(type_, key))
    return IntentId((await uow.session.scalars(known)).one())


async def record_all(uow: UnitOfWork, records: Sequence[Record]) -> list[IntentId]:
    """Record events in one statement per table; return the ids of those that are new.

    Raises:
        InvalidEntry, NotCanonical: as `record`; nothing was written.
    """
    prepared = {dedup(each.type, each.key): _prepare(uow, each) for each in records}
    if not prepared:
        return []
    rows = [
        {"dedup_key": key, "type": each.type, "entry": each.entry, "created_at": to_minute(uow.now)}
        for key, each in prepared.items()
    ]
    inserted = (await uow.session.execute(_INSERT_ONCE[uow.dialect], rows)).all()
    await _keep(uow, {row.id: prepared[row.dedup_key] for row in inserted})
    uow.hint(LOG_CHANNEL)
    return [IntentId(row.id) for row in inserted]


async def release(uow: UnitOfWork, type_: LogType, key: str) -> None:
    """Let the public open the payload of a record, because the text itself is public now."""
    await _show(uow, type_, key, is_released=True)


async def withhold(uow: UnitOfWork, type_: LogType, key: str) -> None:
    """Seal the payload of a record again, because the text itself was redacted, rejected or withdrawn."""
    await _show(uow, type_, key, is_released=False)


async def _show(uow: UnitOfWork, type_: LogType, key: str, *, is_released: bool) -> None:
    known = select(IntentRow.id).where(IntentRow.dedup_key == dedup(type_, key))
    await uow.session.execute(
        update(PayloadRow).where(PayloadRow.intent_id == known.scalar_subquery()).values(is_released=is_released)
    )


def dedup(type_: LogType, key: str) -> str:
    """Return the unique key of a record."""
    return f"{type_}:{key}"


@dataclass(frozen=True, slots=True)
class _Prepared:
    type: LogType
    entry: bytes
    sealed: SealedPayload | None


def _prepare(uow: UnitOfWork, event: Record) -> _Prepared:
    sealed = None if event.private is None else seal(event.type, event.private, uow.entropy)
    commitment = None if sealed is None else sealed.commitment
    entry = LogEntry(event.type, uow.now, event.public, commitment)
    return _Prepared(event.type, entry.encode(), sealed)


async def _keep(uow: UnitOfWork, records: Mapping[int, _Prepared]) -> None:
    payloads = [
        {
            "intent_id": intent,
            "ciphertext": each.sealed.ciphertext,
            "is_released": each.type not in OPENED_ON_RELEASE,
        }
        for intent, each in records.items()
        if each.sealed is not None
    ]
    if not payloads:
        return
    keys = [
        {"intent_id": intent, "key": each.sealed.key} for intent, each in records.items() if each.sealed is not None
    ]
    await uow.session.execute(insert(PayloadRow), payloads)
    await uow.session.execute(insert(PayloadKeyRow), keys)
