"""The script for going on by paper, as a PDF to print before the evening."""

from __future__ import annotations

import asyncio

from babel.dates import format_date
from litestar import Response, get

from backend.accounts.queries import org_by_id
from backend.kit.errors import Invalid
from backend.kit.uow import UnitOfWork
from backend.meetings.queries import get_meeting
from backend.paper.press import press
from backend.polls.queries import polls_of
from backend.polls.rules import ENDED
from moderation.stage.drafting import HALL_ZONE
from moderation.stage.pages import BASE, HOST
from printables.emergency import print_emergency_script
from printables.types import DocumentError, EmergencyDocument

HEADERS = {"Content-Disposition": 'attachment; filename="drehbuch-papier.pdf"', "Cache-Control": "no-store"}


@get(f"{BASE}/drehbuch.pdf", opt={"access": HOST}, include_in_schema=False)
async def print_script(meeting_id: str, reader: UnitOfWork) -> Response[bytes]:
    """Answer with the script and the questions that are still to come. Raises: NotFound, NoPrinting, Invalid."""
    document = await script_of(reader, meeting_id)
    try:
        with press():
            pdf = await asyncio.to_thread(print_emergency_script, document)
    except DocumentError as error:
        raise Invalid("Die Fragen passen nicht auf eine Seite.") from error
    return Response(pdf, media_type="application/pdf", headers=HEADERS)


async def script_of(reader: UnitOfWork, meeting_id: str) -> EmergencyDocument:
    """Return what the script says for a meeting. Raises: NotFound."""
    meeting = await get_meeting(reader.session, meeting_id)
    org = await org_by_id(reader.session, meeting.org_id)
    polls = [poll for poll in await polls_of(reader.session, meeting_id) if poll.state not in ENDED]
    return EmergencyDocument(
        meeting_title=meeting.title.get("de", ""),
        org_name=org.name,
        date_text=format_date(meeting.starts_at.astimezone(HALL_ZONE).date(), "long", locale="de_DE"),
        questions=tuple(poll.question.get("de", "") for poll in polls),
    )


routes = [print_script]
