"""What the end of a meeting means for what the hall said: the list ends, cards and live text are forgotten."""

from __future__ import annotations

from backend.kit.uow import UnitOfWork
from backend.meetings.actions.captions import delete_captions
from backend.meetings.actions.speakers import close_list
from backend.meetings.types import MeetingState


async def end_floor(uow: UnitOfWork, meeting_id: str, reached: MeetingState) -> None:
    """Follow a meeting, locked, to the state it reached."""
    if reached in {MeetingState.CLOSED, MeetingState.CANCELLED}:
        await close_list(uow, meeting_id)
    if reached in {MeetingState.ARCHIVED, MeetingState.CANCELLED}:
        await delete_captions(uow, meeting_id)
