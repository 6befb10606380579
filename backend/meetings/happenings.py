"""What happened in a meeting and when, kept for its minutes.

For:        the minutes; the numbered events of the live room are trimmed and carry no past.
Guarantees: written in the transaction of the action itself, in order (the meeting's row is locked), never changed.
Refuses:    nothing; whoever notes something takes care that it names no citizen and no card.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.db import JsonDict
from backend.kit.uow import UnitOfWork
from backend.meetings.models import HappeningRow, MeetingRow

MAX_HAPPENINGS = 2_000


class Happened(StrEnum):
    """Kinds of happenings, with what each carries."""

    STATE = "state"
    """The meeting moved on: `to`."""
    ITEM = "item"
    """Another point of the agenda became active: `active`, an id or None after the last."""
    NOTICE = "notice"
    """The hall was told something: `text`."""
    PEOPLE = "people"
    """People were counted: `n`."""
    INCIDENT = "incident"
    """The host noted an outage or another incident: `text`."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened."""

    kind: Happened
    at: datetime
    payload: JsonDict


async def note_happening(uow: UnitOfWork, meeting: MeetingRow, kind: Happened, payload: JsonDict | None = None) -> None:
    """Keep something for the minutes. Precondition: the meeting's row is locked."""
    last = await uow.session.scalar(
        select(func.max(HappeningRow.position)).where(HappeningRow.meeting_id == meeting.id)
    )
    uow.session.add(
        HappeningRow(
            meeting_id=meeting.id, position=(last or 0) + 1, kind=kind.value, at=uow.now, payload=payload or {}
        )
    )
    await uow.session.flush()


async def happenings_of(session: AsyncSession, meeting_id: str) -> list[Happening]:
    """Return what happened in a meeting, in order."""
    query = (
        select(HappeningRow.kind, HappeningRow.at, HappeningRow.payload)
        .where(HappeningRow.meeting_id == meeting_id)
        .order_by(HappeningRow.position)
        .limit(MAX_HAPPENINGS)
    )
    return [Happening(Happened(row.kind), row.at, row.payload) for row in await session.execute(query)]
