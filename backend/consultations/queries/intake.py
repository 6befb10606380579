"""What staff and mentors wrote down for others, and what still waits for a second person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.queries import display_names
from backend.consultations import limits
from backend.consultations.models import ConsultationRow, ContributionRow
from backend.consultations.types import AuthorGroup, Channel, ContributionState, Texts, Transcription

UNCHECKED = (Transcription.CAPTURED, Transcription.DISPUTED)
_GONE = (ContributionState.WITHDRAWN, ContributionState.ERASED)


@dataclass(frozen=True, slots=True)
class WrittenDown:
    """One text somebody typed in for somebody else."""

    ref: str
    channel: Channel
    consultation_title: Texts
    received_at: datetime
    recorded_at: datetime
    recorded_by: str
    recorded_by_id: str | None
    checked_by: str
    transcription: Transcription
    author_group: AuthorGroup
    organisation: str | None
    text: str


async def written_down(session: AsyncSession, org_id: str, *, unchecked: bool) -> list[WrittenDown]:
    """Return what waits for a second person (oldest first), or what was checked last (newest first)."""
    order = ContributionRow.recorded_at if unchecked else ContributionRow.recorded_at.desc()
    wanted = ContributionRow.transcription.in_(UNCHECKED)
    query = (
        select(ContributionRow, ConsultationRow.title)
        .join(ConsultationRow, ConsultationRow.id == ContributionRow.consultation_id)
        .where(*_written(org_id), wanted if unchecked else ~wanted)
        .order_by(order, ContributionRow.ref)
        .limit(limits.QUEUE_SHOWN if unchecked else limits.PAGE_SIZE)
    )
    rows = list(await session.execute(query))
    people = {person for row, _ in rows for person in (row.recorded_by, row.checked_by) if person}
    names = await display_names(session, people)
    return [
        WrittenDown(
            ref=row.ref,
            channel=Channel(row.channel),
            consultation_title=title,
            received_at=row.received_at,
            recorded_at=row.recorded_at,
            recorded_by=names.get(row.recorded_by or "", ""),
            recorded_by_id=row.recorded_by,
            checked_by=names.get(row.checked_by or "", ""),
            transcription=Transcription(row.transcription or Transcription.CAPTURED),
            author_group=AuthorGroup(row.author_group),
            organisation=row.organisation,
            text=row.text,
        )
        for row, title in rows
    ]


async def unchecked_total(session: AsyncSession, org_id: str) -> int:
    """Return how many texts wait for a second person."""
    query = select(func.count()).select_from(ContributionRow)
    return await session.scalar(query.where(*_written(org_id), ContributionRow.transcription.in_(UNCHECKED))) or 0


def _written(org_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        ContributionRow.org_id == org_id,
        ContributionRow.transcription.is_not(None),
        ContributionRow.state.not_in(_GONE),
    )
