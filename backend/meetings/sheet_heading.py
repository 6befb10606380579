"""What a meeting puts on every sheet of its polls: title, town, date, notice, number of the question."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from babel.dates import format_date
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.queries import org_by_id
from backend.meetings.queries import get_meeting
from backend.paper.types import SheetHeading
from backend.polls.queries import Poll, get_poll, polls_of
from backend.polls.types import PollState
from printables.types import Language

HALL_ZONE = ZoneInfo("Europe/Berlin")
LOCALES = {Language.DE: "de_DE", Language.EASY: "de_DE", Language.EN: "en_GB"}
_NOT_ASKED = frozenset({PollState.CANCELLED})


async def sheet_heading(session: AsyncSession, poll_id: str, *, language: Language = Language.DE) -> SheetHeading:
    """Return what stands around the question of one poll. Raises: NotFound."""
    poll = await get_poll(session, poll_id)
    meeting = await get_meeting(session, poll.meeting_id)
    org = await org_by_id(session, meeting.org_id)
    asked = [each.id for each in await polls_of(session, meeting.id) if _is_asked(each) or each == poll]
    return SheetHeading(
        meeting_title=_text(dict(meeting.title), language),
        org_name=org.name,
        date_text=format_date(meeting.starts_at.astimezone(HALL_ZONE).date(), "long", locale=LOCALES[language]),
        notice=_text(dict(meeting.notice), language),
        question_no=asked.index(poll.id) + 1,
        question_count=len(asked),
        stack=f"R{poll.reserve_no}" if poll.is_waiting_stack else None,
    )


def _is_asked(poll: Poll) -> bool:
    return poll.state not in _NOT_ASKED and not poll.is_waiting_stack


def _text(texts: dict[str, str], language: Language) -> str:
    return texts.get(language.value) or texts.get("de", "")
