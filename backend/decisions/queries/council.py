"""What a council member looks for: what comes up, what is due, what was decided, what is late. All of it public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.models import Body
from backend.consultations.models import ConsultationRow, TopicRow
from backend.consultations.types import ConsultationState, Texts
from backend.decisions.facts import MilestoneFact
from backend.decisions.models import DecisionRow, DeliberationRow, MilestoneRow, PaperRow
from backend.decisions.queries.mapping import milestone_fact
from backend.decisions.rules import has_text
from backend.decisions.standings import published_weighings, retracted
from backend.decisions.types import MilestoneState, StepKind

ROWS_MAX = 200
TOPICS_MAX = 2_000
STEPS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Coming:
    """A planned deliberation; `weighed` of `topics` have a public proposal."""

    held_on: date
    body: str
    agenda_no: str
    role: str
    authoritative: bool
    reference: str
    about: Texts
    slug: str


@dataclass(frozen=True, slots=True)
class PublicStep:
    """A milestone of a public decision, with the procedure it belongs to."""

    milestone: MilestoneFact
    about: Texts
    decision_id: str


@dataclass(frozen=True, slots=True)
class PlainLanguageDebt:
    """Public reasons without Leichte Sprache: how many, how many past their day."""

    owed: int
    overdue: int
    total: int


async def coming_deliberations(session: AsyncSession, org_id: str) -> list[Coming]:
    """Return the planned deliberations of an organisation's papers, soonest first."""
    query = (
        select(DeliberationRow, Body.name, PaperRow.reference, ConsultationRow.title, ConsultationRow.slug)
        .join(PaperRow, PaperRow.id == DeliberationRow.paper_id)
        .join(ConsultationRow, ConsultationRow.id == PaperRow.consultation_id)
        .join(Body, Body.id == DeliberationRow.body_id)
        .where(PaperRow.org_id == org_id, DeliberationRow.result.is_(None))
        .where(ConsultationRow.state != ConsultationState.DRAFT)
        .order_by(DeliberationRow.held_on)
        .limit(ROWS_MAX)
    )
    return [
        Coming(
            held_on=row.held_on,
            body=body,
            agenda_no=row.agenda_no,
            role=row.role,
            authoritative=row.authoritative,
            reference=reference,
            about=dict(title),
            slug=slug,
        )
        for row, body, reference, title, slug in await session.execute(query)
    ]


async def public_steps(session: AsyncSession, org_id: str) -> list[PublicStep]:
    """Return the next and the late milestones of an organisation's public decisions."""
    query = (
        select(MilestoneRow, ConsultationRow.title)
        .join(DecisionRow, DecisionRow.id == MilestoneRow.decision_id)
        .join(PaperRow, PaperRow.id == DecisionRow.paper_id)
        .join(ConsultationRow, ConsultationRow.id == PaperRow.consultation_id)
        .where(DecisionRow.org_id == org_id, DecisionRow.published_at.is_not(None))
        .where(DecisionRow.id.not_in(retracted(StepKind.DECISION)), MilestoneRow.state != MilestoneState.DONE)
        .order_by(MilestoneRow.due)
        .limit(STEPS_SHOWN)
    )
    return [
        PublicStep(milestone_fact(row), dict(title), row.decision_id) for row, title in await session.execute(query)
    ]


async def plain_language_debt(session: AsyncSession, org_id: str, today: date) -> PlainLanguageDebt:
    """Return how many public reasons still lack Leichte Sprache."""
    topics = select(TopicRow.id).where(TopicRow.org_id == org_id).limit(TOPICS_MAX)
    public = await published_weighings(session, list(await session.scalars(topics)))
    newest = [versions[-1] for versions in public.values()]
    owed = [row for row in newest if not has_text(row.reason, "ls")]
    late = [row for row in owed if row.plain_language_due and row.plain_language_due < today]
    return PlainLanguageDebt(len(owed), len(late), len(newest))
