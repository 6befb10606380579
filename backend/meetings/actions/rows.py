"""Rows, locked: the meeting first, then what belongs to it, so that no two actions wait for each other."""

from __future__ import annotations

from sqlalchemy import select

from backend.kit.errors import Conflict, NotFound
from backend.kit.uow import UnitOfWork
from backend.meetings.floor import Floor
from backend.meetings.models import HallQuestionRow, MeetingFloorRow, MeetingRow
from backend.meetings.types import OPEN_TO_HALL, MeetingState
from backend.polls.errors import StaleVersion


class HallClosed(Conflict):
    """Nobody is in the hall now."""

    code = "hall_closed"
    title = "Gerade werden keine Fragen und Wortmeldungen angenommen"


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


async def lock_open_hall(uow: UnitOfWork, meeting_id: str) -> None:
    """Lock a meeting that takes questions and speakers. Raises: NotFound, HallClosed."""
    row = await lock_meeting(uow, meeting_id)
    if MeetingState(row.state) not in OPEN_TO_HALL:
        raise HallClosed


async def lock_question(uow: UnitOfWork, question_id: str) -> HallQuestionRow:
    """Return a question, locked against support; its meeting was locked before. Raises: NotFound."""
    row = await uow.session.get(HallQuestionRow, question_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    return row


async def lock_meeting_of(uow: UnitOfWork, question_id: str) -> str:
    """Lock the meeting of a question and return its id. Raises: NotFound."""
    meeting_id = await uow.session.scalar(select(HallQuestionRow.meeting_id).where(HallQuestionRow.id == question_id))
    if meeting_id is None:
        raise NotFound
    await lock_meeting(uow, meeting_id)
    return meeting_id


async def floor_row(uow: UnitOfWork, meeting_id: str) -> MeetingFloorRow:
    """Return how the hall may speak, made with the defaults when missing; the meeting is locked."""
    row = await uow.session.get(MeetingFloorRow, meeting_id, populate_existing=True)
    if row is None:
        usual = Floor()
        row = MeetingFloorRow(
            meeting_id=meeting_id,
            question_display=usual.question_display,
            takes_speakers=usual.takes_speakers,
            admits_by_hand=usual.admits_by_hand,
            order_rule=usual.order_rule,
            limit_s=usual.limit_s,
            speaker_groups=list(usual.speaker_groups),
            captions_on=usual.captions_on,
            captions_kept=usual.captions_kept,
        )
        uow.session.add(row)
        await uow.session.flush()
    return row
