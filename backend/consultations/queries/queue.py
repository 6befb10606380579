"""The moderators' queue: what waits for review, was reported, or was complained about. For reviewers only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.queries import display_names
from backend.consultations import limits
from backend.consultations.models import (
    ComplaintRow,
    ContributionRow,
    ModerationDecisionRow,
    NoticeRow,
)
from backend.consultations.types import (
    Channel,
    ComplaintState,
    ContributionState,
    FlagKind,
    NoticeState,
    Transcription,
)

WAITING = (ContributionState.RECEIVED, ContributionState.IN_REVIEW)


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """One line of the queue."""

    ref: str
    channel: Channel
    waiting_since: datetime
    excerpt: str
    flags: tuple[FlagKind, ...] = ()
    transcription: Transcription | None = None
    assigned_to: str | None = None
    note: str = ""
    due_on: date | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits in one organisation, oldest first, in its three groups."""

    review: tuple[QueueEntry, ...] = ()
    notices: tuple[QueueEntry, ...] = ()
    complaints: tuple[QueueEntry, ...] = ()
    totals: dict[str, int] = field(default_factory=dict)

    @property
    def waiting(self) -> int:
        """Return how much waits altogether."""
        return sum(self.totals.values())

    @property
    def oldest(self) -> datetime | None:
        """Return since when the longest wait lasts."""
        return min((entry.waiting_since for entry in self.review), default=None)


async def queue_of(session: AsyncSession, org_id: str) -> Queue:
    """Return what waits in an organisation."""
    review = await _review(session, org_id)
    notices = await _notices(session, org_id)
    complaints = await _complaints(session, org_id)
    return Queue(tuple(review), tuple(notices), tuple(complaints), await queue_totals(session, org_id))


async def queue_totals(session: AsyncSession, org_id: str) -> dict[str, int]:
    """Return how much waits per group, for the menu and the headings."""
    waiting = (ContributionRow.org_id == org_id, ContributionRow.state.in_(WAITING))
    counts = {
        "review": select(func.count()).select_from(ContributionRow).where(*waiting),
        "notices": select(func.count())
        .select_from(NoticeRow)
        .where(NoticeRow.org_id == org_id, NoticeRow.state == NoticeState.OPEN),
        "complaints": select(func.count())
        .select_from(ComplaintRow)
        .where(ComplaintRow.org_id == org_id, ComplaintRow.state == ComplaintState.OPEN),
    }
    return {name: await session.scalar(query) or 0 for name, query in counts.items()}


async def _review(session: AsyncSession, org_id: str) -> list[QueueEntry]:
    query = (
        select(ContributionRow)
        .where(ContributionRow.org_id == org_id, ContributionRow.state.in_(WAITING))
        .order_by(ContributionRow.recorded_at, ContributionRow.ref)
        .limit(limits.QUEUE_SHOWN)
    )
    rows = list(await session.scalars(query))
    names = await display_names(session, {row.assigned_to for row in rows if row.assigned_to})
    return [
        QueueEntry(
            ref=row.ref,
            channel=Channel(row.channel),
            waiting_since=row.recorded_at,
            excerpt=row.text[:160],
            flags=tuple(dict.fromkeys(FlagKind(flag["kind"]) for flag in row.flags)),
            transcription=Transcription(row.transcription) if row.transcription else None,
            assigned_to=names.get(row.assigned_to or ""),
        )
        for row in rows
    ]


async def _notices(session: AsyncSession, org_id: str) -> list[QueueEntry]:
    query = (
        select(NoticeRow, ContributionRow)
        .join(ContributionRow, ContributionRow.id == NoticeRow.contribution_id)
        .where(NoticeRow.org_id == org_id, NoticeRow.state == NoticeState.OPEN)
        .order_by(NoticeRow.received_at, NoticeRow.id)
        .limit(limits.QUEUE_SHOWN)
    )
    return [
        QueueEntry(
            id=notice.id,
            ref=row.ref,
            channel=Channel(row.channel),
            waiting_since=notice.received_at,
            excerpt=(row.text_published or "")[:160],
            note=notice.text or notice.reason,
        )
        for notice, row in await session.execute(query)
    ]


async def _complaints(session: AsyncSession, org_id: str) -> list[QueueEntry]:
    query = (
        select(ComplaintRow, ContributionRow, ModerationDecisionRow.decided_by)
        .join(ContributionRow, ContributionRow.id == ComplaintRow.contribution_id)
        .join(ModerationDecisionRow, ModerationDecisionRow.id == ComplaintRow.decision_id)
        .where(ComplaintRow.org_id == org_id, ComplaintRow.state == ComplaintState.OPEN)
        .order_by(ComplaintRow.received_at, ComplaintRow.id)
        .limit(limits.QUEUE_SHOWN)
    )
    return [
        QueueEntry(
            id=complaint.id,
            ref=row.ref,
            channel=Channel(row.channel),
            waiting_since=complaint.received_at,
            excerpt=complaint.text[:160],
            due_on=complaint.promised_by,
            assigned_to=decided_by,
        )
        for complaint, row, decided_by in await session.execute(query)
    ]
