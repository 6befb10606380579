"""The row of a meeting, locked."""

from __future__ import annotations

from backend.kit.errors import NotFound
from backend.kit.uow import UnitOfWork
from backend.meetings.models import MeetingRow
from backend.polls.errors import StaleVersion


async def lock_meeting(uow: UnitOfWork, meeting_id: str) -> MeetingRow:
    """Return a meeting's row, locked until commit. Raises: NotFound."""
    row = await uow.session.get(MeetingRow, meeting_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    return row


async def lock_at(uow: UnitOfWork, meeting_id: str, version: int) -> MeetingRow:
    """Return a meeting's row, locked, if it is still at this version. Raises: NotFound, StaleVersion."""
    row = await lock_meeting(uow, meeting_id)
    if version != row.version:
        raise StaleVersion(version=row.version, state=row.state)
    return row
