"""Load a consultation's trace: a fixed number of reads, whatever its size.

Public by default; `preview` adds drafts and submitted versions, for the editors' preview only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.models import Body, Organisation
from backend.consultations.models import (
    ConsultationRow,
    ContributionRow,
    TopicChangeRow,
    TopicInputRow,
    TopicRow,
)
from backend.consultations.rules import local_day
from backend.consultations.types import ContributionState
from backend.decisions.edges import Edge, Edges, NodeKind, link
from backend.decisions.facts import ConsultationFact, Facts, RetractionFact, TopicChangeFact
from backend.decisions.models import (
    DecisionRow,
    DeliberationRow,
    EffectRow,
    FeedbackRow,
    MilestoneRow,
    PaperRow,
    PaperTopic,
    RetractionRow,
    WeighingRow,
)
from backend.decisions.queries import mapping
from backend.decisions.queries.evidence import poll_facts
from backend.decisions.standings import retracted
from backend.decisions.types import StepKind, WeighingState

ROWS_MAX = 10_000  # contributions, links and answers of one consultation
GONE = (ContributionState.WITHDRAWN, ContributionState.ERASED)
C, T, W, P = NodeKind.CONTRIBUTION, NodeKind.TOPIC, NodeKind.WEIGHING, NodeKind.PAPER
L, D, E, M, F = NodeKind.DELIBERATION, NodeKind.DECISION, NodeKind.EFFECT, NodeKind.MILESTONE, NodeKind.FEEDBACK


@dataclass(slots=True)
class _Rows:
    """What was read, before it becomes facts and edges."""

    contributions: list[ContributionRow] = field(default_factory=list)
    topics: list[TopicRow] = field(default_factory=list)
    inputs: list[TopicInputRow] = field(default_factory=list)
    changes: list[TopicChangeRow] = field(default_factory=list)
    weighings: list[WeighingRow] = field(default_factory=list)
    papers: list[PaperRow] = field(default_factory=list)
    paper_topics: list[PaperTopic] = field(default_factory=list)
    deliberations: list[tuple[DeliberationRow, str]] = field(default_factory=list)
    decisions: list[DecisionRow] = field(default_factory=list)
    effects: list[EffectRow] = field(default_factory=list)
    milestones: list[MilestoneRow] = field(default_factory=list)
    feedback: list[FeedbackRow] = field(default_factory=list)
    retractions: list[RetractionRow] = field(default_factory=list)


async def load_facts(session: AsyncSession, consultation: ConsultationRow, *, preview: bool = False) -> Facts:
    """Return everything that may be shown about a consultation's trace."""
    rows = await _read(session, consultation.id, preview=preview)
    newest_weighing = {row.topic_id: row for row in rows.weighings}
    newest_effect = {(row.decision_id, row.topic_id): row for row in rows.effects}
    weighings = [mapping.weighing_fact(row) for row in newest_weighing.values()]
    org = await session.get_one(Organisation, consultation.org_id)
    return Facts(
        consultation=ConsultationFact(
            id=consultation.id,
            org_slug=org.slug,
            slug=consultation.slug,
            title=dict(consultation.title),
            promised_feedback_by=consultation.promised_feedback_by,
            deciding_body_id=consultation.deciding_body_id,
        ),
        edges=Edges(_edges(rows, newest_weighing.values(), newest_effect.values())),
        contributions={row.id: mapping.contribution_fact(row) for row in rows.contributions},
        topics={row.id: mapping.topic_fact(row, _changes(rows, row.id)) for row in rows.topics},
        polls=await poll_facts(session, [named for fact in weighings for named in fact.evidence]),
        weighings={fact.id: fact for fact in weighings},
        papers={row.id: mapping.paper_fact(row) for row in rows.papers},
        deliberations={row.id: mapping.deliberation_fact(row, body) for row, body in rows.deliberations},
        decisions={row.id: mapping.decision_fact(row) for row in rows.decisions},
        effects={row.id: mapping.effect_fact(row) for row in newest_effect.values()},
        milestones={row.id: mapping.milestone_fact(row) for row in rows.milestones},
        feedback={row.id: mapping.feedback_fact(row) for row in rows.feedback},
        retractions=tuple(
            RetractionFact(row.kind, row.subject_id, row.reason, local_day(row.retracted_at))
            for row in rows.retractions
        ),
    )


async def _read(session: AsyncSession, consultation_id: str, *, preview: bool) -> _Rows:
    rows = _Rows()
    topics = select(TopicRow.id).where(TopicRow.consultation_id == consultation_id)
    await _read_inputs(session, rows, consultation_id)
    states = list(WeighingState) if preview else [WeighingState.PUBLISHED]
    weighings = (
        select(WeighingRow)
        .where(WeighingRow.topic_id.in_(topics), WeighingRow.state.in_(states))
        .where(WeighingRow.id.not_in(retracted(StepKind.WEIGHING)))
        .order_by(WeighingRow.version)
    )
    rows.weighings = list(await session.scalars(weighings.limit(ROWS_MAX)))
    await _read_council(session, rows, consultation_id, preview=preview)
    changed = select(RetractionRow).where(RetractionRow.consultation_id == consultation_id)
    rows.retractions = list(await session.scalars(changed.order_by(RetractionRow.retracted_at).limit(ROWS_MAX)))
    return rows


async def _read_inputs(session: AsyncSession, rows: _Rows, consultation_id: str) -> None:
    contributions = (
        select(ContributionRow)
        .where(ContributionRow.consultation_id == consultation_id, ContributionRow.is_official.is_(False))
        .where(ContributionRow.state.not_in(GONE))
        .order_by(ContributionRow.ref)
    )
    rows.contributions = list(await session.scalars(contributions.limit(ROWS_MAX)))
    topics = select(TopicRow).where(TopicRow.consultation_id == consultation_id).order_by(TopicRow.position)
    rows.topics = list(await session.scalars(topics.limit(ROWS_MAX)))
    known = [row.id for row in rows.topics]
    inputs = select(TopicInputRow).where(TopicInputRow.topic_id.in_(known))
    rows.inputs = list(await session.scalars(inputs.order_by(TopicInputRow.contribution_id).limit(ROWS_MAX)))
    changes = (
        select(TopicChangeRow)
        .where(TopicChangeRow.topic_id.in_(known), TopicChangeRow.contribution_id.is_not(None))
        .order_by(TopicChangeRow.at)
    )
    rows.changes = list(await session.scalars(changes.limit(ROWS_MAX)))


async def _read_council(session: AsyncSession, rows: _Rows, consultation_id: str, *, preview: bool) -> None:
    papers = (
        select(PaperRow)
        .where(PaperRow.consultation_id == consultation_id, PaperRow.id.not_in(retracted(StepKind.PAPER)))
        .order_by(PaperRow.dated_on)
    )
    rows.papers = list(await session.scalars(papers.limit(ROWS_MAX)))
    known = [row.id for row in rows.papers]
    rows.paper_topics = list(
        await session.scalars(select(PaperTopic).where(PaperTopic.paper_id.in_(known)).limit(ROWS_MAX))
    )
    deliberations = (
        select(DeliberationRow, Body.name)
        .join(Body, Body.id == DeliberationRow.body_id)
        .where(DeliberationRow.paper_id.in_(known))
        .where(DeliberationRow.id.not_in(retracted(StepKind.DELIBERATION)))
        .order_by(DeliberationRow.position)
    )
    rows.deliberations = [(row, body) for row, body in await session.execute(deliberations.limit(ROWS_MAX))]
    decisions = (
        select(DecisionRow)
        .where(DecisionRow.paper_id.in_(known), DecisionRow.id.not_in(retracted(StepKind.DECISION)))
        .order_by(DecisionRow.decided_on)
    )
    if not preview:
        decisions = decisions.where(DecisionRow.published_at.is_not(None))
    rows.decisions = list(await session.scalars(decisions.limit(ROWS_MAX)))
    await _read_effects(session, rows)


async def _read_effects(session: AsyncSession, rows: _Rows) -> None:
    decided = [row.id for row in rows.decisions]
    effects = (
        select(EffectRow)
        .where(EffectRow.decision_id.in_(decided), EffectRow.id.not_in(retracted(StepKind.EFFECT)))
        .order_by(EffectRow.version)
    )
    rows.effects = list(await session.scalars(effects.limit(ROWS_MAX)))
    milestones = select(MilestoneRow).where(MilestoneRow.decision_id.in_(decided)).order_by(MilestoneRow.due)
    rows.milestones = list(await session.scalars(milestones.limit(ROWS_MAX)))
    answered = [row.id for row in rows.contributions]
    feedback = select(FeedbackRow).where(FeedbackRow.contribution_id.in_(answered)).order_by(FeedbackRow.sent_at)
    rows.feedback = list(await session.scalars(feedback.limit(ROWS_MAX)))


def _changes(rows: _Rows, topic_id: str) -> dict[str, TopicChangeFact]:
    return {
        row.contribution_id: TopicChangeFact(row.id, local_day(row.at))
        for row in rows.changes
        if row.topic_id == topic_id and row.contribution_id and row.kind == "input_added"
    }


def _edges(rows: _Rows, weighings: Iterable[WeighingRow], effects: Iterable[EffectRow]) -> Iterable[Edge]:
    order = {row.id: place for place, row in enumerate(rows.contributions)}
    shown = [row for row in rows.inputs if row.contribution_id in order]
    for row in sorted(shown, key=lambda each: order[each.contribution_id]):
        yield link(C, row.contribution_id, T, row.topic_id)
    weighing_of = {row.topic_id: row.id for row in weighings}
    yield from (link(T, topic, W, weighing) for topic, weighing in weighing_of.items())
    for carried in rows.paper_topics:
        if carried.topic_id in weighing_of:
            yield link(W, weighing_of[carried.topic_id], P, carried.paper_id)
    yield from (link(P, step.paper_id, L, step.id) for step, _ in rows.deliberations)
    yield from (link(P, decision.paper_id, D, decision.id) for decision in rows.decisions)
    position = {topic.id: topic.position for topic in rows.topics}
    for effect in sorted(effects, key=lambda row: position.get(row.topic_id, 0)):
        yield link(T, effect.topic_id, E, effect.id)
        yield link(D, effect.decision_id, E, effect.id)
    yield from (link(D, step.decision_id, M, step.id) for step in rows.milestones)
    yield from (link(C, answer.contribution_id, F, answer.id) for answer in rows.feedback)
