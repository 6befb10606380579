"""The row of a meeting, locked."""

from __future__ import annotations

from backend.kit.errors import NotFound
from backend.kit.uow import UnitOfWork
from backend.meetings.models import MeetingRow


async def lock_meeting(uow: UnitOfWork, meeting_id: str) -> MeetingRow:
    """Return a meeting's row, locked until commit. Raises: NotFound."""
    row = await uow.session.get(MeetingRow, meeting_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    return row
