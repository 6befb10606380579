"""Which contributions still belong to no topic. Every published one must, before a body deliberates."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.consultations.models import ContributionRow, TopicInputRow
from backend.consultations.types import VISIBLE_STATES, ContributionKind

CONTRIBUTIONS_MAX = 5_000


async def refs_without_topic(session: AsyncSession, consultation_id: str) -> list[str]:
    """Return the references of published contributions in no topic; replies follow what they answer."""
    query = (
        select(ContributionRow.ref)
        .where(ContributionRow.consultation_id == consultation_id)
        .where(ContributionRow.state.in_(VISIBLE_STATES), ContributionRow.kind != ContributionKind.REPLY)
        .where(ContributionRow.id.not_in(select(TopicInputRow.contribution_id)))
        .order_by(ContributionRow.ref)
        .limit(CONTRIBUTIONS_MAX)
    )
    return list(await session.scalars(query))
