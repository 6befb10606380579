"""How much of what is public has its trace: every published contribution in a topic, and its answer in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.consultations.models import ConsultationRow, ContributionRow, TopicInputRow
from backend.consultations.types import VISIBLE_STATES, ConsultationState, ContributionKind


@dataclass(frozen=True, slots=True)
class TraceCoverage:
    """Published contributions whose promised day has come, and how many of them are in a topic."""

    due: int
    traced: int


async def trace_coverage(session: AsyncSession, today: date) -> TraceCoverage:
    """Return the coverage over all public procedures whose promised day has passed."""
    due = (
        select(func.count())
        .select_from(ContributionRow)
        .join(ConsultationRow, ConsultationRow.id == ContributionRow.consultation_id)
        .where(ConsultationRow.state != ConsultationState.DRAFT, ConsultationRow.promised_feedback_by < today)
        .where(ContributionRow.state.in_(VISIBLE_STATES), ContributionRow.kind != ContributionKind.REPLY)
        .where(ContributionRow.is_official.is_(False))
    )
    traced = due.where(ContributionRow.id.in_(select(TopicInputRow.contribution_id)))
    return TraceCoverage(await session.scalar(due) or 0, await session.scalar(traced) or 0)
