"""What everybody in the hall sees beside the agenda: the wall, announcements, how many people there are.

Guarantees: what the hall must see is a numbered event of the same transaction.
"""

from __future__ import annotations

from backend.kit.errors import Invalid, NotFound
from backend.kit.stream import append_event
from backend.kit.uow import UnitOfWork
from backend.meetings.actions.rows import lock_meeting
from backend.polls.queries import get_poll

MAX_NOTICE_CHARS = 300
MAX_PEOPLE = 100_000
MAX_ATTENDANCE_CHARS = 600
SCREENS = frozenset({"auto", "join", "black", "checksum", "poll"})


async def show_on_screen(uow: UnitOfWork, meeting_id: str, show: str, *, poll_id: str | None = None) -> None:
    """Choose what the projector shows: follow the meeting, the join code, one poll, nothing. Raises: Invalid."""
    if show not in SCREENS or (show == "poll") != (poll_id is not None):
        raise Invalid("Diese Ansicht gibt es nicht.")
    row = await lock_meeting(uow, meeting_id)
    if poll_id is not None and (await get_poll(uow.session, poll_id)).meeting_id != meeting_id:
        raise NotFound
    chosen = {"show": show} | ({"poll": poll_id} if poll_id else {})
    if row.screen == chosen:
        return
    row.screen = chosen
    await append_event(uow, row.id, "screen", chosen)


async def notify_hall(uow: UnitOfWork, meeting_id: str, text: str) -> None:
    """Send a short announcement to every phone and the projector. Raises: Invalid."""
    cleaned = " ".join(text.split())
    if not 0 < len(cleaned) <= MAX_NOTICE_CHARS:
        raise Invalid(f"Eine Nachricht hat 1 bis {MAX_NOTICE_CHARS} Zeichen.")
    row = await lock_meeting(uow, meeting_id)
    await append_event(uow, row.id, "notice", {"text": cleaned})


async def count_people(uow: UnitOfWork, meeting_id: str, people: int, *, note: str | None = None) -> None:
    """Note how many people are in the rooms and, in free words, who is there; no law asks for a quorum.

    Without a note the former one stays. Raises: Invalid.
    """
    if not 0 <= people <= MAX_PEOPLE:
        raise Invalid("Bitte geben Sie die gezählten Personen als Zahl ein.")
    row = await lock_meeting(uow, meeting_id)
    row.people_counted = people
    if note is not None:
        row.attendance_note = note.strip()[:MAX_ATTENDANCE_CHARS] or None
