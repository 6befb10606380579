"""The life of a meeting.

Guarantees: steps check the expected version under the row's lock; everything the hall must see is a numbered
event of the same transaction.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select

from backend.kit.stream import append_event
from backend.kit.uow import UnitOfWork
from backend.meetings.actions.agenda import NewItem, activate_next
from backend.meetings.actions.ending import end_floor
from backend.meetings.actions.rows import lock_at, lock_meeting
from backend.meetings.ending import refuse_unfinished
from backend.meetings.happenings import Happened, note_happening
from backend.meetings.live_state import meeting_view
from backend.meetings.models import AgendaItemRow, MeetingRow
from backend.meetings.queries import to_meeting
from backend.meetings.types import AHEAD, ENDING, Assembly, ItemState, MeetingState, may_follow
from backend.polls.errors import InvalidTransition, StaleVersion
from backend.transparency.intents import record
from backend.transparency.types import LogType

MAX_PAUSE_CHARS = 300
USUAL_PAUSE = "Gleich geht es weiter."
_UMLAUTS: dict[int, str] = {ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("ß"): "ss"}


@dataclass(frozen=True, slots=True)
class NewMeeting:
    """A meeting as entered."""

    title: Mapping[str, str]
    notice: Mapping[str, str]
    starts_at: datetime
    assembly_type: Assembly
    ends_at: datetime | None = None
    place_id: str | None = None
    consultation_id: str | None = None
    treat_by: date | None = None
    slug: str | None = None
    agenda: Sequence[NewItem] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Edited:
    """What may be changed about a meeting before people are let in; texts in languages not named stay."""

    title: Mapping[str, str]
    notice: Mapping[str, str]
    starts_at: datetime
    assembly_type: Assembly
    ends_at: datetime | None = None
    place_id: str | None = None
    treat_by: date | None = None


def slug_of(title: str, on: date) -> str:
    """Return a readable address part such as `2027-03-11-buergerversammlung`."""
    german = title.lower().translate(_UMLAUTS)
    plain = unicodedata.normalize("NFKD", german).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return f"{on.isoformat()}-{words}"[:70].rstrip("-")


async def create_meeting(uow: UnitOfWork, new: NewMeeting, *, org_id: str) -> MeetingRow:
    """Add a draft meeting with its agenda."""
    base = new.slug or slug_of(new.title.get("de", "versammlung"), new.starts_at.date())
    taken = set(await uow.session.scalars(select(MeetingRow.slug).where(MeetingRow.org_id == org_id)))
    slug = next(name for name in (base, *(f"{base}-{number}" for number in range(2, 1_000))) if name not in taken)
    row = MeetingRow(
        id=uow.new_id(),
        org_id=org_id,
        slug=slug,
        title=dict(new.title),
        notice=dict(new.notice),
        assembly_type=new.assembly_type,
        place_id=new.place_id,
        consultation_id=new.consultation_id,
        starts_at=new.starts_at,
        ends_at=new.ends_at,
        treat_by=new.treat_by,
        state=MeetingState.DRAFT,
        version=1,
        screen={"show": "auto"},
    )
    uow.session.add(row)
    await uow.session.flush()
    for position, item in enumerate(new.agenda, start=1):
        uow.session.add(
            AgendaItemRow(
                id=uow.new_id(),
                meeting_id=row.id,
                position=position,
                number=item.number,
                title=dict(item.title),
                minutes=item.minutes,
                state=ItemState.PLANNED,
            )
        )
    await uow.session.flush()
    return row


async def edit_meeting(uow: UnitOfWork, meeting_id: str, new: Edited, *, version: int) -> None:
    """Change title, date, place and notice while nobody is in the hall; the address of its page stays.

    Raises: NotFound, StaleVersion, InvalidTransition once people are let in.
    """
    row = await lock_at(uow, meeting_id, version)
    if MeetingState(row.state) not in AHEAD:
        raise InvalidTransition("Ab dem Einlass bleiben Titel, Zeit und Ort, wie sie sind.", state=row.state)
    row.title, row.notice = {**row.title, **new.title}, {**row.notice, **new.notice}
    row.starts_at, row.ends_at, row.treat_by = new.starts_at, new.ends_at, new.treat_by
    row.assembly_type, row.place_id = new.assembly_type, new.place_id
    row.version += 1
    await _tell(uow, row)


async def transition_meeting(
    uow: UnitOfWork, meeting_id: str, target: MeetingState, *, version: int, pause_note: str = ""
) -> MeetingRow:
    """Move a meeting one step; `pause_note` is the sentence phones and wall show during a pause.

    Raises: NotFound, StaleVersion, InvalidTransition, Unfinished when something keeps the meeting from ending.
    """
    row = await lock_meeting(uow, meeting_id)
    if row.state == target and version == row.version - 1:
        return row
    if version != row.version:
        raise StaleVersion(version=row.version, state=row.state)
    if not may_follow(MeetingState(row.state), target):
        raise InvalidTransition(state=row.state)
    if target in ENDING:
        await refuse_unfinished(uow.session, meeting_id)
    row.state = target
    row.version += 1
    said = " ".join(pause_note.split())[:MAX_PAUSE_CHARS] or USUAL_PAUSE
    row.pause_note = said if target is MeetingState.PAUSED else None
    await note_happening(uow, row, Happened.STATE, {"to": target.value})
    if target is MeetingState.RUNNING and row.active_item_id is None:
        await activate_next(uow, row)
    if target in {MeetingState.CHECKIN, MeetingState.CLOSED}:
        kind = LogType.MEETING_OPENED if target is MeetingState.CHECKIN else LogType.MEETING_CLOSED
        await record(uow, kind, row.id, public={"meeting": row.id})
    await _tell(uow, row)
    await end_floor(uow, row.id, target)
    return row


async def _tell(uow: UnitOfWork, row: MeetingRow) -> None:
    """Tell the rooms of a locked meeting what it is now."""
    await uow.session.flush()
    view = await meeting_view(uow.session, to_meeting(row))
    await append_event(uow, row.id, "meeting", view)
