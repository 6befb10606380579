"""What came of an organisation's procedures: its public decisions with their counts, and one story to tell."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.consultations.models import ConsultationRow
from backend.consultations.types import ConsultationState, Texts
from backend.decisions.models import DecisionRow, EffectRow, PaperRow
from backend.decisions.queries.facts import load_facts
from backend.decisions.standings import retracted
from backend.decisions.steps import ContributionTrace, DecisionTrace, TopicOutcome
from backend.decisions.trace import trace_backward, trace_forward
from backend.decisions.types import DecisionState, Outcome, StepKind

CONSULTATIONS_MAX = 200
EFFECTS_MAX = 5_000


@dataclass(frozen=True, slots=True)
class DecisionSummary:
    """One public decision in a list."""

    id: str
    reference: str
    state: DecisionState
    decided_on: date
    resolution: Texts
    counts: dict[Outcome, int]
    deviations: int


@dataclass(frozen=True, slots=True)
class OutcomeSummary:
    """A procedure and its decisions, newest first; none means it is still on its way."""

    consultation_id: str
    slug: str
    title: Texts
    promised_feedback_by: date | None
    decisions: tuple[DecisionSummary, ...]


@dataclass(frozen=True, slots=True)
class FeaturedOutcome:
    """One story to tell: a contribution's way, its decision, and one thing that was not done."""

    trace: ContributionTrace
    decision: DecisionTrace
    not_done: TopicOutcome | None


async def outcomes_of(session: AsyncSession, org_id: str) -> list[OutcomeSummary]:
    """Return an organisation's public procedures with their decisions, newest first."""
    query = (
        select(ConsultationRow)
        .where(ConsultationRow.org_id == org_id, ConsultationRow.state != ConsultationState.DRAFT)
        .order_by(ConsultationRow.published_at.desc(), ConsultationRow.slug)
        .limit(CONSULTATIONS_MAX)
    )
    rows = list(await session.scalars(query))
    decided = await _decisions(session, [row.id for row in rows])
    return [
        OutcomeSummary(
            consultation_id=row.id,
            slug=row.slug,
            title=dict(row.title),
            promised_feedback_by=row.promised_feedback_by,
            decisions=tuple(decided.get(row.id, ())),
        )
        for row in rows
    ]


async def featured_outcome(session: AsyncSession, org_id: str | None = None) -> FeaturedOutcome | None:
    """Return the newest decision's best story: where the council departed from the proposal, else what was adopted."""
    query = (
        select(DecisionRow)
        .where(DecisionRow.published_at.is_not(None), DecisionRow.id.not_in(retracted(StepKind.DECISION)))
        .order_by(DecisionRow.decided_on.desc(), DecisionRow.id)
        .limit(1)
    )
    if org_id is not None:
        query = query.where(DecisionRow.org_id == org_id)
    row = await session.scalar(query)
    if row is None:
        return None
    paper = await session.get_one(PaperRow, row.paper_id)
    facts = await load_facts(session, await session.get_one(ConsultationRow, paper.consultation_id))
    decision = trace_backward(facts, facts.decisions[row.id])
    told = sorted((each for each in decision.rows if each.contributions), key=_telling)
    if not told:
        return None
    not_done = next((each for each in decision.rows if each.effect.effect is Outcome.NOT_ADOPTED), None)
    return FeaturedOutcome(trace_forward(facts, told[0].contributions[0]), decision, not_done)


def _telling(row: TopicOutcome) -> tuple[bool, int]:
    return not row.effect.deviates, list(Outcome).index(row.effect.effect)


async def _decisions(session: AsyncSession, consultation_ids: list[str]) -> dict[str, list[DecisionSummary]]:
    query = (
        select(DecisionRow, PaperRow)
        .join(PaperRow, PaperRow.id == DecisionRow.paper_id)
        .where(PaperRow.consultation_id.in_(consultation_ids), DecisionRow.published_at.is_not(None))
        .where(DecisionRow.id.not_in(retracted(StepKind.DECISION)))
        .order_by(DecisionRow.decided_on.desc())
        .limit(CONSULTATIONS_MAX)
    )
    rows = [(decision, paper) for decision, paper in await session.execute(query)]
    effects = await _newest_effects(session, [decision.id for decision, _ in rows])
    found: dict[str, list[DecisionSummary]] = {}
    for decision, paper in rows:
        own = [effect for effect in effects if effect.decision_id == decision.id]
        counts = Counter(Outcome(effect.effect) for effect in own)
        summary = DecisionSummary(
            id=decision.id,
            reference=paper.reference,
            state=DecisionState(decision.state),
            decided_on=decision.decided_on,
            resolution=dict(decision.resolution),
            counts={outcome: counts[outcome] for outcome in Outcome if counts[outcome]},
            deviations=sum(effect.deviates for effect in own),
        )
        found.setdefault(paper.consultation_id, []).append(summary)
    return found


async def _newest_effects(session: AsyncSession, decision_ids: list[str]) -> list[EffectRow]:
    query = (
        select(EffectRow)
        .where(EffectRow.decision_id.in_(decision_ids), EffectRow.id.not_in(retracted(StepKind.EFFECT)))
        .order_by(EffectRow.version)
        .limit(EFFECTS_MAX)
    )
    newest = {(row.decision_id, row.topic_id): row for row in await session.scalars(query)}
    return list(newest.values())
