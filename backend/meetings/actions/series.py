"""The same evening on another date: its agenda and questions are copied, and the dates may form a series.

Guarantees: a copy is a draft of its own; nothing of what happened on the first date is copied. Refuses a series of
another organisation by construction: a date joins the series of the meeting it is copied from.
"""

from __future__ import annotations

from datetime import date, datetime

from backend.kit.uow import UnitOfWork
from backend.meetings.actions.agenda import NewItem
from backend.meetings.actions.meeting import NewMeeting, create_meeting
from backend.meetings.actions.rows import lock_meeting
from backend.meetings.models import MeetingRow
from backend.meetings.preparation_tables import MeetingSeriesRow
from backend.meetings.queries import agenda_of
from backend.meetings.types import Assembly
from backend.polls.copying import copy_polls

MAX_SERIES_CHARS = 200


async def repeat_meeting(
    uow: UnitOfWork, meeting_id: str, *, starts_at: datetime, treat_by: date | None, series: str = ""
) -> str:
    """Copy a meeting to another date and return its id; with a title both are of a series. Raises: NotFound."""
    row = await lock_meeting(uow, meeting_id)
    items = await agenda_of(uow.session, meeting_id)
    length = row.ends_at - row.starts_at if row.ends_at else None
    new = NewMeeting(
        title=row.title,
        notice=row.notice,
        starts_at=starts_at,
        ends_at=starts_at + length if length else None,
        assembly_type=Assembly(row.assembly_type),
        place_id=row.place_id,
        treat_by=treat_by,
        consultation_id=row.consultation_id,
        agenda=[NewItem(item.number, item.title, item.minutes) for item in items],
    )
    copy = await create_meeting(uow, new, org_id=row.org_id)
    copy.plan = {name: value for name, value in row.plan.items() if not name.endswith("_at")}
    copy.series_id = await _series(uow, row, series)
    fresh = await agenda_of(uow.session, copy.id)
    pairs = {old.id: again.id for old, again in zip(items, fresh, strict=True)}
    await copy_polls(uow, meeting_id, copy.id, items=pairs)
    return copy.id


async def _series(uow: UnitOfWork, row: MeetingRow, title: str) -> str | None:
    """Return the series both dates are of; a title begins one where there is none."""
    cleaned = " ".join(title.split())[:MAX_SERIES_CHARS]
    if row.series_id is None and cleaned:
        series = MeetingSeriesRow(id=uow.new_id(), org_id=row.org_id, title={"de": cleaned})
        uow.session.add(series)
        row.series_id = series.id
    await uow.session.flush()
    return row.series_id
