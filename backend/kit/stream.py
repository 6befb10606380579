"""Numbered event streams: what a live room must not miss.

Guarantees: numbers of a stream are contiguous and committed in order (the head row is locked until commit),
so a reader that knows `seq` can ask for everything after it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.db import JsonDict
from backend.kit.tables import StreamEvent, StreamHead
from backend.kit.uow import UnitOfWork

WINDOW = 200  # events a reconnecting client may fetch; older ones get the full state


@dataclass(frozen=True, slots=True)
class Event:
    """One numbered event."""

    seq: int
    kind: str
    payload: JsonDict


def stream_channel(stream_id: str) -> str:
    """Name the bus channel that carries "look again" for a stream."""
    return f"stream:{stream_id}"


async def append_event(uow: UnitOfWork, stream_id: str, kind: str, payload: JsonDict) -> int:
    """Append an event and return its number; listeners are told after commit."""
    insert = insert_postgresql if uow.dialect == "postgresql" else insert_sqlite
    first = insert(StreamHead).values(stream_id=stream_id, seq=1)
    bump = first.on_conflict_do_update(index_elements=[StreamHead.stream_id], set_={"seq": StreamHead.seq + 1})
    seq = (await uow.session.execute(bump.returning(StreamHead.seq))).scalar_one()
    uow.session.add(StreamEvent(stream_id=stream_id, seq=seq, kind=kind, payload=payload, created_at=uow.now))
    await uow.session.flush()
    uow.hint(stream_channel(stream_id), "event")
    return seq


async def last_seq(session: AsyncSession, stream_id: str) -> int:
    """Return the number of the newest event, 0 for an empty stream."""
    return await session.scalar(select(StreamHead.seq).where(StreamHead.stream_id == stream_id)) or 0


async def events_since(session: AsyncSession, stream_id: str, seq: int) -> list[Event] | None:
    """Return the events after `seq`, or None when they are no longer kept and the full state is needed."""
    newest = await last_seq(session, stream_id)
    if seq > newest or newest - seq > WINDOW:
        return None
    rows = await session.execute(
        select(StreamEvent.seq, StreamEvent.kind, StreamEvent.payload)
        .where(StreamEvent.stream_id == stream_id, StreamEvent.seq > seq)
        .order_by(StreamEvent.seq)
        .limit(WINDOW)
    )
    return [Event(seq=row.seq, kind=row.kind, payload=row.payload) for row in rows]
