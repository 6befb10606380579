"""Live text: what is said, typed by a captioner in short lines.

Guarantees: lines are numbered and must-see; they come no faster than a hall of phones takes them; when the meeting is
filed away they are deleted, from the table and from the events, unless kept on purpose. Refuses text while it is off.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select, update

from backend.kit.db import JsonDict
from backend.kit.errors import Conflict, Invalid, TooMany
from backend.kit.stream import append_event
from backend.kit.tables import RequestKey, StreamEvent
from backend.kit.uow import UnitOfWork
from backend.meetings.actions.rows import floor_row, lock_meeting, lock_open_hall
from backend.meetings.floor import CaptionLine, floor_of, latest_lines
from backend.meetings.models import CaptionLineRow
from backend.meetings.rules import caption_lines
from backend.meetings.wire import captions_view, line_view

MAX_TYPED_CHARS = 600
MIN_GAP = timedelta(milliseconds=400)  # one event to every phone; a captioner's page gathers what is typed meanwhile


class CaptionsOff(Conflict):
    """The stage has switched the live text off."""

    code = "captions_off"
    title = "Das Mitlesen ist ausgeschaltet"


def key_scope(meeting_id: str) -> str:
    """Name what the request keys of a captioner are kept under; they go with the lines."""
    return f"captions:{meeting_id}"


async def switch_captions(uow: UnitOfWork, meeting_id: str, *, on: bool) -> None:
    """Show or hide the live text on phones and wall. Raises: NotFound."""
    await lock_meeting(uow, meeting_id)
    (await floor_row(uow, meeting_id)).captions_on = on
    await _tell_all(uow, meeting_id)


async def keep_captions(uow: UnitOfWork, meeting_id: str, *, keep: bool) -> None:
    """Choose whether the lines outlive the meeting. Raises: NotFound."""
    await lock_meeting(uow, meeting_id)
    (await floor_row(uow, meeting_id)).captions_kept = keep


async def write_captions(uow: UnitOfWork, meeting_id: str, typed: str) -> list[CaptionLine]:
    """Add what was typed as lines. Raises: Invalid, HallClosed, CaptionsOff, TooMany."""
    texts = caption_lines(typed)
    if not texts or len(typed) > MAX_TYPED_CHARS:
        raise Invalid(f"Ein Stück Text hat 1 bis {MAX_TYPED_CHARS} Zeichen.")
    await lock_open_hall(uow, meeting_id)
    if not (await floor_of(uow.session, meeting_id)).captions_on:
        raise CaptionsOff
    newest = select(CaptionLineRow.number, CaptionLineRow.said_at).where(CaptionLineRow.meeting_id == meeting_id)
    last = (await uow.session.execute(newest.order_by(CaptionLineRow.number.desc()).limit(1))).first()
    if last and uow.now - last.said_at < MIN_GAP:
        raise TooMany("Das war sehr schnell. Der Text kommt gleich mit.", retry_after_s=1)
    lines = [CaptionLine(number, text) for number, text in enumerate(texts, last.number + 1 if last else 1)]
    uow.session.add_all(
        CaptionLineRow(meeting_id=meeting_id, number=line.number, text=line.text, said_at=uow.now) for line in lines
    )
    await uow.session.flush()
    await append_event(uow, meeting_id, "caption", {"lines": [line_view(line) for line in lines]})
    return lines


async def delete_captions(uow: UnitOfWork, meeting_id: str) -> None:
    """Delete every line for good, also from the events that told it, unless it is kept; the meeting is locked."""
    if (await floor_of(uow.session, meeting_id)).captions_kept:
        return
    await uow.session.execute(delete(CaptionLineRow).where(CaptionLineRow.meeting_id == meeting_id))
    await uow.session.execute(delete(RequestKey).where(RequestKey.scope == key_scope(meeting_id)))
    told = (StreamEvent.stream_id == meeting_id, StreamEvent.kind.in_({"caption", "captions"}))
    emptied: JsonDict = {"lines": []}
    await uow.session.execute(update(StreamEvent).where(*told).values(kind="caption", payload=emptied))
    (await floor_row(uow, meeting_id)).captions_on = False
    await _tell_all(uow, meeting_id)


async def _tell_all(uow: UnitOfWork, meeting_id: str) -> None:
    """Tell the switch with the lines it shows."""
    await uow.session.flush()
    floor = await floor_of(uow.session, meeting_id)
    captions = captions_view(floor, await latest_lines(uow.session, meeting_id))
    await append_event(uow, meeting_id, "captions", {"captions": captions})
