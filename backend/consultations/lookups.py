"""Rows that several actions begin with, found by what people know: reference, receipt code, address."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.consultations import receipts
from backend.consultations.errors import UnknownConsultation, UnknownContribution, UnknownReceipt, UnknownTopic
from backend.consultations.house_rules import DEFAULT_RULES
from backend.consultations.models import ConsultationRow, ContributionRow, PhaseRow, RuleRow, TopicRow
from backend.consultations.types import ModerationMode, Phase, PhaseRights, PhaseType, Rule

MAX_RULES = 50


async def consultation_row(session: AsyncSession, consultation_id: str) -> ConsultationRow:
    """Return a procedure. Raises: UnknownConsultation."""
    row = await session.get(ConsultationRow, consultation_id)
    if row is None:
        raise UnknownConsultation
    return row


async def contribution_row(session: AsyncSession, ref: str) -> ContributionRow:
    """Return a contribution by its reference. Raises: UnknownContribution."""
    row = await session.scalar(select(ContributionRow).where(ContributionRow.ref == ref))
    if row is None:
        raise UnknownContribution
    return row


async def contribution_by_receipt(session: AsyncSession, code: str) -> ContributionRow:
    """Return the contribution of a receipt code as typed. Raises: MalformedReceipt, UnknownReceipt."""
    digest = receipts.receipt_hash(receipts.read(code))
    row = await session.scalar(select(ContributionRow).where(ContributionRow.receipt_hash == digest))
    if row is None:
        raise UnknownReceipt
    return row


async def topic_row(session: AsyncSession, topic_id: str) -> TopicRow:
    """Return a topic. Raises: UnknownTopic."""
    row = await session.get(TopicRow, topic_id)
    if row is None:
        raise UnknownTopic
    return row


async def phases_of(session: AsyncSession, consultation_id: str) -> list[Phase]:
    """Return the phases of a procedure in order."""
    query = select(PhaseRow).where(PhaseRow.consultation_id == consultation_id).order_by(PhaseRow.position)
    return [phase_of(row) for row in await session.scalars(query)]


def phase_of(row: PhaseRow) -> Phase:
    """Return a phase's value."""
    return Phase(
        type=PhaseType(row.type),
        opens_on=row.opens_on,
        closes_on=row.closes_on,
        rights=PhaseRights(row.rights),
        moderation=ModerationMode(row.moderation),
        title=dict(row.title),
    )


async def rules_of(session: AsyncSession, org_id: str) -> list[Rule]:
    """Return an organisation's published rules, the defaults when it has none of its own."""
    query = select(RuleRow).where(RuleRow.org_id == org_id).order_by(RuleRow.number).limit(MAX_RULES)
    own = [Rule(row.number, row.title, row.text) for row in await session.scalars(query)]
    return own or list(DEFAULT_RULES)
