"""What everybody in the hall sees beside the agenda: the wall, announcements, how many people there are.

Guarantees: what the hall must see is a numbered event of the same transaction, and what the minutes need a
happening of it.
"""

from __future__ import annotations

from collections.abc import Collection

from backend.kit.errors import Invalid, NotFound
from backend.kit.stream import append_event
from backend.kit.uow import UnitOfWork
from backend.meetings.actions.rows import floor_row, lock_meeting
from backend.meetings.floor import to_floor
from backend.meetings.happenings import Happened, note_happening
from backend.meetings.models import MeetingRow
from backend.meetings.rules import may_stream_from
from backend.meetings.screens import RevealStep, may_show_step, reveal_step
from backend.meetings.wire import notice_view, stream_view
from backend.polls.errors import InvalidTransition
from backend.polls.queries import get_poll

MAX_NOTICE_CHARS = 300
MAX_PEOPLE = 100_000
MAX_ATTENDANCE_CHARS = 600
SCREENS = frozenset({"auto", "join", "black", "checksum", "poll"})


async def show_on_screen(
    uow: UnitOfWork, meeting_id: str, show: str, *, poll_id: str | None = None, step: RevealStep | None = None
) -> None:
    """Choose what the projector shows: follow the meeting, the join code, one poll, nothing.

    Raises: Invalid, NotFound.
    """
    if show not in SCREENS or (show == "poll") != (poll_id is not None) or (step and show != "poll"):
        raise Invalid("Diese Ansicht gibt es nicht.")
    row = await lock_meeting(uow, meeting_id)
    if poll_id is not None and (await get_poll(uow.session, poll_id)).meeting_id != meeting_id:
        raise NotFound
    chosen = {"show": show} | ({"poll": poll_id} if poll_id else {}) | ({"step": step.value} if step else {})
    if row.screen == chosen:
        return
    row.screen = chosen
    await append_event(uow, row.id, "screen", chosen)


async def show_step(uow: UnitOfWork, meeting_id: str, poll_id: str, step: RevealStep) -> None:
    """Go on in showing a result; the same click twice changes nothing.

    Raises: NotFound, InvalidTransition for a step that is over or whose time has not come.
    """
    row = await lock_meeting(uow, meeting_id)
    before = reveal_step(row.screen, poll_id)
    poll = await get_poll(uow.session, poll_id)
    if before is step:
        return
    if not may_show_step(step, poll.state, before):
        raise InvalidTransition(state=poll.state.value)
    await show_on_screen(uow, meeting_id, "poll", poll_id=poll_id, step=step)


async def end_projectors(uow: UnitOfWork, meeting_id: str) -> None:
    """Sign all projectors off: the addresses handed out so far show nothing any more. Raises: NotFound."""
    row = await lock_meeting(uow, meeting_id)
    row.projector_series += 1
    await append_event(uow, row.id, "screen", dict(row.screen))  # they look again, and are refused


async def notify_hall(uow: UnitOfWork, meeting_id: str, text: str) -> None:
    """Let an announcement stand on every phone and the projector until the next one. Raises: Invalid."""
    cleaned = " ".join(text.split())
    if not 0 < len(cleaned) <= MAX_NOTICE_CHARS:
        raise Invalid(f"Eine Nachricht hat 1 bis {MAX_NOTICE_CHARS} Zeichen.")
    row = await _announce(uow, meeting_id, cleaned)
    await note_happening(uow, row, Happened.NOTICE, {"text": cleaned})


async def clear_notice(uow: UnitOfWork, meeting_id: str) -> None:
    """Take the announcement back. Raises: NotFound."""
    await _announce(uow, meeting_id, None)


async def set_stream(uow: UnitOfWork, meeting_id: str, url: str, *, hosts: Collection[str]) -> None:
    """Name the address of a broadcast on one of the allowed hosts; an empty one takes it back. Raises: Invalid."""
    if url and not may_stream_from(url, hosts):
        named = ", ".join(sorted(hosts)) or "–"
        raise Invalid(f"Die Adresse beginnt mit https:// und liegt auf einem dieser Server: {named}")
    await lock_meeting(uow, meeting_id)
    row = await floor_row(uow, meeting_id)
    row.stream_url = url or None
    await uow.session.flush()
    await append_event(uow, meeting_id, "stream", {"stream": stream_view(to_floor(row))})


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
    await note_happening(uow, row, Happened.PEOPLE, {"n": people})


async def _announce(uow: UnitOfWork, meeting_id: str, text: str | None) -> MeetingRow:
    meeting = await lock_meeting(uow, meeting_id)
    row = await floor_row(uow, meeting_id)
    row.notice_text, row.notice_at = text, uow.now if text else None
    await uow.session.flush()
    await append_event(uow, meeting_id, "notice", {"notice": notice_view(to_floor(row)), "text": text or ""})
    return meeting
