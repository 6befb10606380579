"""What the office's first page puts together: the next meeting with its preparation, and the day's work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.queries import place_by_id
from backend.accounts.types import Principal, Right
from backend.cards.queries import packs_of
from backend.consultations.queries.intake import written_down
from backend.consultations.queries.queue import queue_of
from backend.consultations.rules import local_day
from backend.kit.uow import UnitOfWork
from backend.meetings.queries import Meeting, agenda_of, meetings_of
from backend.meetings.types import MeetingState
from backend.polls.queries import polls_of
from backend.polls.types import PollState

NEAR = timedelta(days=14)
COMING = frozenset({MeetingState.DRAFT, MeetingState.PUBLISHED})
LIVE = frozenset({MeetingState.CHECKIN, MeetingState.RUNNING, MeetingState.PAUSED})


@dataclass(frozen=True, slots=True)
class Check:
    """One point of the preparation."""

    name: str
    is_done: bool
    n: int = 0


@dataclass(frozen=True, slots=True)
class Evening:
    """The next meeting and how well it is prepared."""

    meeting: Meeting
    place: str
    items: int
    polls: int
    is_today: bool
    is_live: bool
    checks: tuple[Check, ...]

    @property
    def done(self) -> int:
        """How many points are done."""
        return sum(check.is_done for check in self.checks)


@dataclass(frozen=True, slots=True)
class Reviews:
    """What waits for moderators: how much, since when, and what the oldest deadline is."""

    review: int
    flagged: int
    oldest: datetime | None
    notices: int
    complaints: int
    complaint_due: date | None
    unchecked: int


async def next_evening(session: AsyncSession, org_id: str, now: datetime) -> Evening | None:
    """Return the meeting that runs or comes next within two weeks."""
    known = await meetings_of(session, org_id, with_drafts=True)
    live = [meeting for meeting in known if meeting.state in LIVE]
    coming = [
        meeting for meeting in known if meeting.state in COMING and now - NEAR / 14 <= meeting.starts_at <= now + NEAR
    ]
    chosen = min(live or coming, key=lambda meeting: meeting.starts_at, default=None)
    if chosen is None:
        return None
    agenda, polls = await agenda_of(session, chosen.id), await polls_of(session, chosen.id)
    packs = await packs_of(session, chosen.id)
    place = (await place_by_id(session, chosen.place_id)).name if chosen.place_id else ""
    drafts = sum(poll.state is PollState.DRAFT for poll in polls)
    checks = (
        Check("agenda", bool(agenda), len(agenda)),
        Check("place", bool(place)),
        Check("notice", bool(chosen.notice.get("de"))),
        Check("polls", bool(polls) and not drafts, drafts),
        Check("cards", bool(packs), sum(pack.size for pack in packs)),
        Check("published", chosen.state is not MeetingState.DRAFT),
    )
    is_today = local_day(chosen.starts_at) == local_day(now)
    return Evening(chosen, place, len(agenda), len(polls), is_today, chosen.state in LIVE, checks)


async def reviews_of(reader: UnitOfWork, principal: Principal, org_id: str) -> Reviews | None:
    """Return what waits for moderation and intake, as far as the person may work on it."""
    moderates, records = principal.may(Right.MODERATE, org_id), principal.may(Right.RECORD_INPUT, org_id)
    if not (moderates or records):
        return None
    queue = await queue_of(reader.session, org_id)
    unchecked = len(await written_down(reader.session, org_id, unchecked=True)) if records else 0
    if not moderates:
        return Reviews(0, 0, None, 0, 0, None, unchecked)
    return Reviews(
        review=queue.totals.get("review", 0),
        flagged=sum(bool(entry.flags) for entry in queue.review),
        oldest=queue.oldest,
        notices=queue.totals.get("notices", 0),
        complaints=queue.totals.get("complaints", 0),
        complaint_due=min((entry.due_on for entry in queue.complaints if entry.due_on), default=None),
        unchecked=unchecked,
    )
