"""The trace in both directions, from the database."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.consultations.lookups import contribution_row
from backend.consultations.models import ConsultationRow, ContributionRow
from backend.consultations.types import ConsultationState, ContributionState
from backend.decisions.errors import UnknownTrace
from backend.decisions.facts import Facts
from backend.decisions.models import DecisionRow, PaperRow, RetractionRow
from backend.decisions.queries.facts import load_facts
from backend.decisions.steps import ContributionTrace, DecisionTrace
from backend.decisions.trace import trace_backward, trace_forward
from backend.decisions.types import StepKind

HIDDEN = frozenset({ContributionState.WITHDRAWN, ContributionState.ERASED})


async def trace_of_contribution(session: AsyncSession, ref: str, *, preview: bool = False) -> ContributionTrace:
    """Return what one contribution led to; a rejected one has a trace without its words.

    Raises: UnknownContribution, UnknownTrace when it was taken back or its procedure is not public.
    """
    row = await contribution_row(session, ref)
    if row.state in HIDDEN or row.is_official:
        raise UnknownTrace("Zu diesem Beitrag gibt es keine Spur mehr.")
    facts = await _facts(session, row, preview=preview)
    return trace_forward(facts, facts.contributions[row.id])


async def trace_of_decision(session: AsyncSession, decision_id: str, *, preview: bool = False) -> DecisionTrace:
    """Return everything that bore on one decision. Raises: UnknownTrace while it is a draft or after retraction."""
    row = await session.get(DecisionRow, decision_id)
    if row is None or (row.published_at is None and not preview):
        raise UnknownTrace("Diesen Beschluss gibt es nicht.")
    gone = await session.get(RetractionRow, (StepKind.DECISION, decision_id))
    if gone is not None:
        raise UnknownTrace(f"Dieser Beschluss wurde zurückgenommen. Der Grund: {gone.reason}")
    paper = await session.get_one(PaperRow, row.paper_id)
    consultation = await session.get_one(ConsultationRow, paper.consultation_id)
    facts = await load_facts(session, consultation, preview=preview)
    if decision_id not in facts.decisions:
        raise UnknownTrace("Die Vorlage zu diesem Beschluss wurde zurückgenommen.")
    return trace_backward(facts, facts.decisions[decision_id])


async def facts_of(session: AsyncSession, consultation_id: str) -> Facts:
    """Return all public facts of a consultation, for exports. Raises: UnknownTrace."""
    row = await session.get(ConsultationRow, consultation_id)
    if row is None or row.state == ConsultationState.DRAFT:
        raise UnknownTrace("Dieses Verfahren gibt es nicht.")
    return await load_facts(session, row)


async def preview_facts(session: AsyncSession, consultation_id: str) -> Facts:
    """Return a consultation's facts with drafts, for the office's preview only."""
    return await load_facts(session, await session.get_one(ConsultationRow, consultation_id), preview=True)


async def preview_of(session: AsyncSession, consultation_id: str, ref: str) -> ContributionTrace | None:
    """Return one contribution's trace with drafts, for the office's preview only."""
    facts = await preview_facts(session, consultation_id)
    found = facts.contribution(ref)
    return trace_forward(facts, found) if found else None


async def decision_of_consultation(session: AsyncSession, consultation_id: str) -> list[str]:
    """Return the public decisions of a consultation, newest first."""
    query = (
        select(DecisionRow.id)
        .join(PaperRow, PaperRow.id == DecisionRow.paper_id)
        .where(PaperRow.consultation_id == consultation_id, DecisionRow.published_at.is_not(None))
        .order_by(DecisionRow.decided_on.desc())
    )
    return list(await session.scalars(query))


async def _facts(session: AsyncSession, row: ContributionRow, *, preview: bool) -> Facts:
    consultation = await session.get_one(ConsultationRow, row.consultation_id)
    if consultation.state == ConsultationState.DRAFT and not preview:
        raise UnknownTrace("Dieses Verfahren ist noch nicht öffentlich.")
    return await load_facts(session, consultation, preview=preview)
