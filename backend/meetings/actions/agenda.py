"""Going through the agenda.

Guarantees: exactly one active point; steps check the expected version under the meeting's lock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from backend.kit.stream import append_event
from backend.kit.uow import UnitOfWork
from backend.meetings.actions.rows import lock_meeting
from backend.meetings.happenings import Happened, note_happening
from backend.meetings.models import AgendaItemRow, MeetingRow
from backend.meetings.types import ItemState, MeetingState
from backend.polls.errors import InvalidTransition, StaleVersion


@dataclass(frozen=True, slots=True)
class NewItem:
    """An agenda item as entered."""

    number: str
    title: Mapping[str, str]
    minutes: int


async def next_item(uow: UnitOfWork, meeting_id: str, *, version: int) -> MeetingRow:
    """Finish the active agenda item and begin the next one. Raises: StaleVersion, InvalidTransition."""
    row = await lock_meeting(uow, meeting_id)
    if version != row.version:
        raise StaleVersion(version=row.version)
    if row.state != MeetingState.RUNNING:
        raise InvalidTransition(state=row.state)
    row.version += 1
    await activate_next(uow, row)
    return row


async def activate_next(uow: UnitOfWork, row: MeetingRow) -> None:
    """Finish the active point of a locked meeting and begin the next one, if there is one."""
    items = list(
        await uow.session.scalars(
            select(AgendaItemRow).where(AgendaItemRow.meeting_id == row.id).order_by(AgendaItemRow.position)
        )
    )
    for item in items:
        if item.state == ItemState.ACTIVE:
            item.state = ItemState.DONE
    upcoming = next((item for item in items if item.state == ItemState.PLANNED), None)
    row.active_item_id = upcoming.id if upcoming else None
    if upcoming:
        upcoming.state = ItemState.ACTIVE
        upcoming.started_at = uow.now
    started_at = upcoming.started_at.isoformat() if upcoming and upcoming.started_at else None
    payload = {"active": row.active_item_id, "started_at": started_at, "version": row.version}
    await append_event(uow, row.id, "agenda", payload)
    await note_happening(uow, row, Happened.ITEM, {"active": row.active_item_id})
