"""Going through the agenda.

Guarantees: exactly one active point; steps check the expected version under the meeting's lock; whoever hears the
event knows the whole agenda.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from backend.kit.stream import append_event
from backend.kit.uow import UnitOfWork
from backend.meetings.actions.rows import lock_at
from backend.meetings.happenings import Happened, note_happening
from backend.meetings.models import MeetingRow
from backend.meetings.queries import agenda_rows, item_of, item_view
from backend.meetings.types import ItemState, MeetingState
from backend.polls.errors import InvalidTransition


@dataclass(frozen=True, slots=True)
class NewItem:
    """An agenda item as entered."""

    number: str
    title: Mapping[str, str]
    minutes: int


async def next_item(uow: UnitOfWork, meeting_id: str, *, version: int) -> MeetingRow:
    """Finish the active agenda item and begin the next one. Raises: StaleVersion, InvalidTransition."""
    row = await lock_at(uow, meeting_id, version)
    if row.state != MeetingState.RUNNING:
        raise InvalidTransition(state=row.state)
    row.version += 1
    await activate_next(uow, row)
    return row


async def activate_next(uow: UnitOfWork, row: MeetingRow) -> None:
    """Finish the active point of a locked meeting and begin the next one, if there is one."""
    items = await agenda_rows(uow.session, row.id)
    for item in items:
        if item.state == ItemState.ACTIVE:
            item.state = ItemState.DONE
    upcoming = next((item for item in items if item.state == ItemState.PLANNED), None)
    row.active_item_id = upcoming.id if upcoming else None
    if upcoming:
        upcoming.state = ItemState.ACTIVE
        upcoming.started_at = uow.now
    await tell_agenda(uow, row)
    await note_happening(uow, row, Happened.ITEM, {"active": row.active_item_id})


async def tell_agenda(uow: UnitOfWork, row: MeetingRow) -> None:
    """Tell the rooms of a locked meeting what its agenda is now."""
    await uow.session.flush()
    items = [item_view(item_of(item)) for item in await agenda_rows(uow.session, row.id)]
    await append_event(uow, row.id, "agenda", {"items": items, "active": row.active_item_id, "version": row.version})
