"""The log's signed state after a meeting was closed: what its minutes carry as text and QR.

Guarantees: the checkpoint covers the entry that says the meeting was closed; once a version carries it, all later
ones carry the same. Refuses nothing: None while the log has
not come so far.
"""

from __future__ import annotations

import asyncio
import base64

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.storage import Storage
from backend.minutes.models import MinutesVersionRow
from backend.minutes.types import LogFacts
from backend.transparency.checkpoint import Checkpoint
from backend.transparency.note import Note
from backend.transparency.queries import position_of, published_checkpoint
from backend.transparency.signer import LogSigner
from backend.transparency.types import LogType


async def closing_log(session: AsyncSession, storage: Storage, signer: LogSigner, meeting_id: str) -> LogFacts | None:
    """Return the log's state an earlier version carries, else the published one once it holds the meeting's end."""
    kept = await session.scalar(
        select(MinutesVersionRow.checkpoint)
        .where(MinutesVersionRow.meeting_id == meeting_id, MinutesVersionRow.checkpoint.is_not(None))
        .order_by(MinutesVersionRow.version)
        .limit(1)
    )
    if kept is not None:
        return log_facts(kept, signer)
    closed = await position_of(session, LogType.MEETING_CLOSED, meeting_id)
    if closed is None:
        return None
    published = await asyncio.to_thread(published_checkpoint, storage, closed.year)
    if published is None or published[0].size <= closed.index:
        return None
    return log_facts(published[1].decode(), signer)


def log_facts(note: str, signer: LogSigner) -> LogFacts:
    """Return what a checkpoint's file says. Raises: InvalidNote."""
    checkpoint = _checkpoint(note)
    year = int(checkpoint.origin.rpartition("/")[2])
    return LogFacts(
        origin=checkpoint.origin,
        size=checkpoint.size,
        root=base64.b64encode(checkpoint.root).decode(),
        read_aloud=checkpoint.read_aloud,
        note=note,
        vkey=signer.for_year(year).key.vkey,
    )


def read_aloud_of(note: str) -> str:
    """Return the groups of a checkpoint's root to read aloud. Raises: InvalidNote."""
    return _checkpoint(note).read_aloud


def _checkpoint(note: str) -> Checkpoint:
    return Checkpoint.parse(Note.decode(note.encode()).text)
