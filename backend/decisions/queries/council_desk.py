"""What the decision editor shows: papers of an organisation, and one paper with its chain, effects, steps, answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.models import Body, Organisation
from backend.accounts.queries import display_names
from backend.consultations.models import ConsultationRow, ContactRow, ContributionRow, TopicInputRow, TopicRow
from backend.consultations.types import Channel, ContributionKind, ContributionState, Texts
from backend.decisions.facts import DeliberationFact, EffectFact, MilestoneFact
from backend.decisions.lookups import paper_row
from backend.decisions.models import DecisionRow, DeliberationRow, FeedbackRow, MilestoneRow, PaperRow, RetractionRow
from backend.decisions.queries import mapping
from backend.decisions.rules import Gap, decision_gaps
from backend.decisions.standings import (
    chain_of,
    newest_effects,
    published_weighings,
    retracted,
    standings,
    topics_of_paper,
    treat_by_of,
)
from backend.decisions.types import DecisionState, Medium, Outcome, StepKind

ROWS_MAX = 2_000
BODIES_MAX = 200
SUGGESTED = {
    Channel.LETTER: Medium.LETTER,
    Channel.PAPER_CARD: Medium.LETTER,
    Channel.KIOSK: Medium.KIOSK_NOTICE,
}


@dataclass(frozen=True, slots=True)
class PaperSummary:
    """One paper in the list."""

    id: str
    reference: str
    name: Texts
    dated_on: date
    consultation: Texts
    decision_id: str | None
    state: DecisionState | None
    is_public: bool
    is_submitted: bool


@dataclass(frozen=True, slots=True)
class CouncilTopic:
    """One row of "what the decision changes"."""

    id: str
    title: Texts
    inputs: int
    proposal: Outcome | None
    effect: EffectFact | None


@dataclass(frozen=True, slots=True)
class DraftDecision:
    """The decision as it stands in the office."""

    id: str
    state: DecisionState
    resolution: Texts
    decided_on: date
    treat_by: date | None
    written_by: str
    submitted_by: str | None
    author: str
    submitted_at: datetime | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A contribution without an answer, and the way that fits its author."""

    ref: str
    id: str
    channel: Channel
    state: ContributionState
    suggested: Medium


@dataclass(frozen=True, slots=True)
class CouncilDesk:
    """The whole editor of one paper."""

    paper_id: str
    reference: str
    paper_type: str
    name: Texts
    dated_on: date
    consultation_id: str
    consultation_slug: str
    consultation: Texts
    treat_by: date | None
    chain: tuple[DeliberationFact, ...]
    bodies: tuple[tuple[str, str], ...]
    decision: DraftDecision | None
    topics: tuple[CouncilTopic, ...]
    milestones: tuple[MilestoneFact, ...]
    gaps: tuple[Gap, ...]
    unanswered: tuple[Unanswered, ...]
    answered: int
    retracted: str | None

    @property
    def effects_done(self) -> int:
        """How many topics have an effect."""
        return sum(topic.effect is not None for topic in self.topics)


async def papers_of(session: AsyncSession, org_id: str) -> list[PaperSummary]:
    """Return an organisation's papers, newest first."""
    query = (
        select(PaperRow, ConsultationRow.title, DecisionRow)
        .join(ConsultationRow, ConsultationRow.id == PaperRow.consultation_id)
        .outerjoin(DecisionRow, DecisionRow.paper_id == PaperRow.id)
        .where(PaperRow.org_id == org_id, PaperRow.id.not_in(retracted(StepKind.PAPER)))
        .order_by(PaperRow.dated_on.desc())
        .limit(ROWS_MAX)
    )
    return [_summary(paper, title, decision) for paper, title, decision in await session.execute(query)]


async def council_desk(session: AsyncSession, paper_id: str) -> CouncilDesk:
    """Return the editor of one paper. Raises: UnknownTrace."""
    paper = await paper_row(session, paper_id)
    consultation = await session.get_one(ConsultationRow, paper.consultation_id)
    row = await session.scalar(select(DecisionRow).where(DecisionRow.paper_id == paper_id))
    topic_ids = await topics_of_paper(session, paper_id)
    known = await standings(session, topic_ids, row.id if row else None)
    chain = await chain_of(session, paper_id)
    gaps = decision_gaps(row.resolution, known, chain, deciding_body=consultation.deciding_body_id) if row else ()
    unanswered, answered = await _unanswered(session, paper.consultation_id, row)
    return CouncilDesk(
        paper_id=paper.id,
        reference=paper.reference,
        paper_type=paper.paper_type,
        name=dict(paper.name),
        dated_on=paper.dated_on,
        consultation_id=consultation.id,
        consultation_slug=consultation.slug,
        consultation=dict(consultation.title),
        treat_by=(row.treat_by if row else None) or await treat_by_of(session, consultation.id),
        chain=tuple(await _chain(session, paper_id)),
        bodies=tuple(await _bodies(session)),
        decision=await _decision(session, row) if row else None,
        topics=tuple(await _topics(session, topic_ids, row)),
        milestones=tuple(await _milestones(session, row)),
        gaps=gaps,
        unanswered=tuple(unanswered),
        answered=answered,
        retracted=await _retracted(session, row),
    )


def _summary(paper: PaperRow, title: Texts, decision: DecisionRow | None) -> PaperSummary:
    return PaperSummary(
        id=paper.id,
        reference=paper.reference,
        name=dict(paper.name),
        dated_on=paper.dated_on,
        consultation=dict(title),
        decision_id=decision.id if decision else None,
        state=DecisionState(decision.state) if decision else None,
        is_public=decision is not None and decision.published_at is not None,
        is_submitted=decision is not None and decision.submitted_at is not None,
    )


async def _chain(session: AsyncSession, paper_id: str) -> list[DeliberationFact]:
    query = (
        select(DeliberationRow, Body.name)
        .join(Body, Body.id == DeliberationRow.body_id)
        .where(DeliberationRow.paper_id == paper_id, DeliberationRow.id.not_in(retracted(StepKind.DELIBERATION)))
        .order_by(DeliberationRow.position)
        .limit(BODIES_MAX)
    )
    return [mapping.deliberation_fact(row, name) for row, name in await session.execute(query)]


async def _bodies(session: AsyncSession) -> list[tuple[str, str]]:
    query = (
        select(Body.id, Body.name, Organisation.short_name)
        .join(Organisation, Organisation.id == Body.org_id)
        .order_by(Organisation.short_name, Body.name)
        .limit(BODIES_MAX)
    )
    return [(row.id, f"{row.name} ({row.short_name})") for row in await session.execute(query)]


async def _decision(session: AsyncSession, row: DecisionRow) -> DraftDecision:
    names = await display_names(session, {row.submitted_by or row.written_by})
    return DraftDecision(
        id=row.id,
        state=DecisionState(row.state),
        resolution=dict(row.resolution),
        decided_on=row.decided_on,
        treat_by=row.treat_by,
        written_by=row.written_by,
        submitted_by=row.submitted_by,
        author=names.get(row.submitted_by or row.written_by, ""),
        submitted_at=row.submitted_at,
        published_at=row.published_at,
    )


async def _topics(session: AsyncSession, topic_ids: list[str], row: DecisionRow | None) -> list[CouncilTopic]:
    query = select(TopicRow).where(TopicRow.id.in_(topic_ids)).order_by(TopicRow.position).limit(ROWS_MAX)
    weighings = await published_weighings(session, topic_ids)
    effects = await newest_effects(session, row.id) if row else {}
    counted = (
        select(TopicInputRow.topic_id, func.count().label("inputs"))
        .where(TopicInputRow.topic_id.in_(topic_ids))
        .group_by(TopicInputRow.topic_id)
    )
    inputs = {each.topic_id: each.inputs for each in await session.execute(counted)}
    return [
        CouncilTopic(
            id=topic.id,
            title=dict(topic.title),
            inputs=inputs.get(topic.id, 0),
            proposal=Outcome(weighings[topic.id][-1].proposal) if topic.id in weighings else None,
            effect=mapping.effect_fact(effects[topic.id]) if topic.id in effects else None,
        )
        for topic in await session.scalars(query)
    ]


async def _milestones(session: AsyncSession, row: DecisionRow | None) -> list[MilestoneFact]:
    if row is None:
        return []
    query = select(MilestoneRow).where(MilestoneRow.decision_id == row.id).order_by(MilestoneRow.due).limit(ROWS_MAX)
    return [mapping.milestone_fact(each) for each in await session.scalars(query)]


async def _unanswered(
    session: AsyncSession, consultation_id: str, row: DecisionRow | None
) -> tuple[list[Unanswered], int]:
    if row is None or row.published_at is None:
        return [], 0
    answered = select(FeedbackRow.contribution_id).where(FeedbackRow.decision_id == row.id)
    owed = (
        select(ContributionRow, ContactRow.confirmed_at)
        .outerjoin(ContactRow, ContactRow.contribution_id == ContributionRow.id)
        .where(ContributionRow.consultation_id == consultation_id, ContributionRow.is_official.is_(False))
        .where(ContributionRow.state.not_in((ContributionState.WITHDRAWN, ContributionState.ERASED)))
        .where(ContributionRow.kind != ContributionKind.REPLY, ContributionRow.id.not_in(answered))
        .order_by(ContributionRow.ref)
        .limit(ROWS_MAX)
    )
    found = [_owed(each, has_address=at is not None) for each, at in await session.execute(owed)]
    count = await session.scalar(select(func.count()).select_from(answered.subquery()))
    return found, count or 0


async def _retracted(session: AsyncSession, row: DecisionRow | None) -> str | None:
    gone = await session.get(RetractionRow, (StepKind.DECISION, row.id)) if row else None
    return gone.reason if gone else None


def _owed(row: ContributionRow, *, has_address: bool) -> Unanswered:
    channel = Channel(row.channel)
    by_channel = SUGGESTED.get(channel, Medium.NONE_NO_CONTACT)
    return Unanswered(
        ref=row.ref,
        id=row.id,
        channel=channel,
        state=ContributionState(row.state),
        suggested=Medium.EMAIL if has_address else by_channel,
    )
