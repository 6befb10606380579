"""Reading the log: entries, places, openings and proofs.

For:        the log's addresses, the explorer, and pages that say "geprüft im Protokoll, Eintrag n".
Guarantees: reads only; a bounded number of rows; what is sealed or erased never leaves.
Refuses:    places the log has not reached (`NoSuchEntry`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.storage import Storage
from backend.transparency.checkpoint import Checkpoint
from backend.transparency.entries import LogEntry
from backend.transparency.errors import NoSuchEntry
from backend.transparency.intents import dedup
from backend.transparency.merkle import inclusion_ranges
from backend.transparency.models import HeadRow, IntentRow, LeafRow
from backend.transparency.note import Note
from backend.transparency.proof import TlogProof
from backend.transparency.publisher import log_path
from backend.transparency.tree_store import range_hashes
from backend.transparency.types import LogType, Position

PAGE_MAX: Final = 200
"""Entries on one page of the explorer."""
LOOKUP_MAX: Final = 500
"""Places looked up in one statement."""
POLLS_A_YEAR_MAX: Final = 10_000
"""Read to tell rehearsed polls from real ones."""


@dataclass(frozen=True, slots=True)
class PlacedEntry:
    """An entry and where it stands."""

    position: Position
    entry: LogEntry


async def entry_at(session: AsyncSession, position: Position) -> LogEntry:
    """Return an entry. Raises: NoSuchEntry."""
    return LogEntry.decode(await entry_bytes(session, position))


async def entry_bytes(session: AsyncSession, position: Position) -> bytes:
    """Return the bytes whose hash is the leaf. Raises: NoSuchEntry."""
    row = await session.scalar(
        select(LeafRow.entry).where(LeafRow.year == position.year, LeafRow.idx == position.index)
    )
    if row is None:
        raise NoSuchEntry(entry=str(position))
    return row


async def entries_before(
    session: AsyncSession, year: int, *, before: int | None = None, limit: int = 50, type_: LogType | None = None
) -> list[PlacedEntry]:
    """Return entries of a year, newest first, below index `before`, perhaps of one type only."""
    query = (
        select(LeafRow.idx, LeafRow.entry)
        .where(LeafRow.year == year)
        .order_by(LeafRow.idx.desc())
        .limit(min(limit, PAGE_MAX))
    )
    if before is not None:
        query = query.where(LeafRow.idx < before)
    if type_ is not None:
        recorded = and_(IntentRow.year == LeafRow.year, IntentRow.idx == LeafRow.idx)
        query = query.join(IntentRow, recorded).where(IntentRow.type == type_)
    rows = (await session.execute(query)).all()
    return [PlacedEntry(Position(year, row.idx), LogEntry.decode(row.entry)) for row in rows]


async def position_of(session: AsyncSession, type_: LogType, key: str) -> Position | None:
    """Return where a record stands; None while it waits or was never made."""
    found = await positions_of(session, [(type_, key)])
    return found.get((type_, key))


async def positions_of(
    session: AsyncSession, records: Iterable[tuple[LogType, str]]
) -> dict[tuple[LogType, str], Position]:
    """Return where records stand, at most `LOOKUP_MAX` at once; those that wait are left out."""
    wanted = {dedup(type_, key): (type_, key) for type_, key in records}
    if len(wanted) > LOOKUP_MAX:
        raise ValueError(f"expected at most {LOOKUP_MAX} records, got {len(wanted)}")
    query = select(IntentRow.dedup_key, IntentRow.year, IntentRow.idx).where(
        IntentRow.dedup_key.in_(wanted), IntentRow.idx.is_not(None)
    )
    rows = (await session.execute(query)).all()
    return {wanted[row.dedup_key]: Position(row.year, row.idx) for row in rows}


async def entries_at(session: AsyncSession, positions: Iterable[Position]) -> list[PlacedEntry]:
    """Return the entries at some places of one year, newest first; places not reached are left out."""
    wanted = list(positions)[:LOOKUP_MAX]
    years = {position.year for position in wanted}
    query = (
        select(LeafRow.year, LeafRow.idx, LeafRow.entry)
        .where(LeafRow.year.in_(years), LeafRow.idx.in_({position.index for position in wanted}))
        .order_by(LeafRow.year.desc(), LeafRow.idx.desc())
    )
    rows = (await session.execute(query)).all()
    placed = [PlacedEntry(Position(row.year, row.idx), LogEntry.decode(row.entry)) for row in rows]
    return [entry for entry in placed if entry.position in set(wanted)]


async def counts_by_type(session: AsyncSession, year: int) -> dict[LogType, int]:
    """Return how many entries of each type a year has."""
    query = (
        select(IntentRow.type, func.count())
        .where(IntentRow.year == year, IntentRow.idx.is_not(None))
        .group_by(IntentRow.type)
    )
    return {LogType(type_): n for type_, n in (await session.execute(query)).all()}


async def rehearsed_polls(session: AsyncSession, year: int) -> int:
    """Return how many published polls of a year called themselves practice when they were opened."""
    opened = await _entries_of(session, year, LogType.POLL_OPENED)
    practice = {entry.public.get("poll") for entry in opened if entry.public.get("practice") is True}
    if not practice:
        return 0
    published = await _entries_of(session, year, LogType.POLL_PUBLISHED)
    return sum(entry.public.get("poll") in practice for entry in published)


async def _entries_of(session: AsyncSession, year: int, type_: LogType) -> list[LogEntry]:
    query = (
        select(LeafRow.entry)
        .join(IntentRow, and_(IntentRow.year == LeafRow.year, IntentRow.idx == LeafRow.idx))
        .where(IntentRow.year == year, IntentRow.type == type_)
        .order_by(LeafRow.idx)
        .limit(POLLS_A_YEAR_MAX)
    )
    return [LogEntry.decode(entry) for entry in await session.scalars(query)]


async def waiting(session: AsyncSession) -> int:
    """Return how many records are durable but not in the log yet."""
    return await session.scalar(select(func.count()).select_from(IntentRow).where(IntentRow.idx.is_(None))) or 0


async def log_years(session: AsyncSession) -> list[int]:
    """Return the years that have a log, newest first."""
    return list(await session.scalars(select(HeadRow.year).order_by(HeadRow.year.desc())))


async def newest_year(session: AsyncSession) -> int | None:
    """Return the year of the running log; None before the first entry."""
    return await session.scalar(select(func.max(HeadRow.year)))


def published_checkpoint(storage: Storage, year: int) -> tuple[Checkpoint, bytes] | None:
    """Return the newest published checkpoint of a year with its file, if there is one."""
    file = storage.get(log_path(year, "checkpoint"))
    return None if file is None else (Checkpoint.parse(Note.decode(file).text), file)


async def offline_proof(session: AsyncSession, storage: Storage, position: Position) -> TlogProof:
    """Return the proof that an entry is in the published log. Raises: NoSuchEntry."""
    published = published_checkpoint(storage, position.year)
    if published is None or position.index >= published[0].size:
        raise NoSuchEntry(entry=str(position))
    checkpoint, file = published
    hashes = await range_hashes(
        session,
        position.year,
        size=checkpoint.size,
        ranges=inclusion_ranges(position.index, checkpoint.size),
    )
    return TlogProof(position.index, tuple(hashes), file)
