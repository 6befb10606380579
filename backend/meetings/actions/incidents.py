"""What went wrong or was decided out of turn on an evening: told to everybody, and for the minutes."""

from __future__ import annotations

from backend.kit.errors import Invalid
from backend.kit.stream import append_event
from backend.kit.uow import UnitOfWork
from backend.meetings.actions.rows import lock_meeting
from backend.meetings.happenings import Happened, note_happening

MAX_INCIDENT_CHARS = 500


async def note_incident(uow: UnitOfWork, meeting_id: str, text: str) -> None:
    """Note an incident as a numbered event and for the minutes; its text is public and names nobody.

    Raises: NotFound, Invalid.
    """
    cleaned = " ".join(text.split())
    if not 0 < len(cleaned) <= MAX_INCIDENT_CHARS:
        raise Invalid(f"Ein Vorfall wird in 1 bis {MAX_INCIDENT_CHARS} Zeichen beschrieben.")
    row = await lock_meeting(uow, meeting_id)
    await append_event(uow, row.id, "incident", {"text": cleaned})
    await note_happening(uow, row, Happened.INCIDENT, {"text": cleaned})
