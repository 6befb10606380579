"""Find what an action is about, inside the organisation it belongs to."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.consultations.models import TopicRow
from backend.decisions.errors import UnknownTrace
from backend.decisions.models import DecisionRow, PaperRow


async def paper_row(session: AsyncSession, paper_id: str) -> PaperRow:
    """Return a council paper. Raises: UnknownTrace."""
    row = await session.get(PaperRow, paper_id)
    if row is None:
        raise UnknownTrace("Diese Vorlage gibt es nicht.")
    return row


async def decision_row(session: AsyncSession, decision_id: str) -> DecisionRow:
    """Return a decision, draft or public. Raises: UnknownTrace."""
    row = await session.get(DecisionRow, decision_id)
    if row is None:
        raise UnknownTrace("Diesen Beschluss gibt es nicht.")
    return row


async def decision_of_paper(session: AsyncSession, paper_id: str) -> DecisionRow:
    """Return the decision on a paper. Raises: UnknownTrace before its wording was written."""
    row = await session.scalar(select(DecisionRow).where(DecisionRow.paper_id == paper_id))
    if row is None:
        raise UnknownTrace("Schreiben Sie zuerst den Wortlaut des Beschlusses.")
    return row


async def topics_of_consultation(session: AsyncSession, consultation_id: str) -> list[str]:
    """Return a consultation's topics in order."""
    query = select(TopicRow.id).where(TopicRow.consultation_id == consultation_id).order_by(TopicRow.position)
    return list(await session.scalars(query))
