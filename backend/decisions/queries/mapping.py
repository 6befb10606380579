"""Turn rows into facts. No database access."""

from __future__ import annotations

from backend.consultations.models import ContributionRow, TopicRow
from backend.consultations.rules import local_day
from backend.consultations.types import Channel, ContributionKind, ContributionState, Transcription
from backend.decisions.facts import (
    ContributionFact,
    DecisionFact,
    DeliberationFact,
    EffectFact,
    FeedbackFact,
    MilestoneFact,
    PaperFact,
    TopicChangeFact,
    TopicFact,
    WeighingFact,
)
from backend.decisions.models import (
    DecisionRow,
    DeliberationRow,
    EffectRow,
    FeedbackRow,
    MilestoneRow,
    PaperRow,
    WeighingRow,
)
from backend.decisions.types import (
    DecisionState,
    Evidence,
    Medium,
    MilestoneState,
    Outcome,
    ReasonCode,
    Result,
    Votes,
)


def contribution_fact(row: ContributionRow) -> ContributionFact:
    """Return an input; its words only when they are public."""
    state = ContributionState(row.state)
    is_public = state in {ContributionState.PUBLISHED, ContributionState.REDACTED}
    return ContributionFact(
        id=row.id,
        ref=row.ref,
        kind=ContributionKind(row.kind),
        channel=Channel(row.channel),
        state=state,
        received_on=local_day(row.received_at),
        text=row.text_published if is_public else None,
        language=row.language,
        transcription=Transcription(row.transcription) if row.transcription else None,
        place=row.place_id,
    )


def topic_fact(row: TopicRow, changes: dict[str, TopicChangeFact]) -> TopicFact:
    """Return a topic with the changes that put contributions into it."""
    return TopicFact(id=row.id, title=dict(row.title), created_on=local_day(row.created_at), changes=changes)


def weighing_fact(row: WeighingRow) -> WeighingFact:
    """Return a proposal."""
    return WeighingFact(
        id=row.id,
        topic_id=row.topic_id,
        version=row.version,
        proposal=Outcome(row.proposal),
        reason_code=ReasonCode(row.reason_code),
        reason=dict(row.reason),
        office=row.office,
        published_on=local_day(row.published_at) if row.published_at else None,
        plain_language_due=row.plain_language_due,
        forwarded_to=row.forwarded_to,
        forwarded_on=row.forwarded_on,
        evidence=tuple(Evidence(named["poll"], named.get("option")) for named in row.evidence),
    )


def paper_fact(row: PaperRow) -> PaperFact:
    """Return a council paper."""
    return PaperFact(
        id=row.id,
        reference=row.reference,
        paper_type=row.paper_type,
        name=dict(row.name),
        dated_on=row.dated_on,
        document=row.document,
    )


def deliberation_fact(row: DeliberationRow, body: str) -> DeliberationFact:
    """Return a body's place in the chain."""
    votes = None
    if row.votes_yes is not None:
        votes = Votes(row.votes_yes, row.votes_no or 0, row.votes_abstain or 0)
    return DeliberationFact(
        id=row.id,
        paper_id=row.paper_id,
        body_id=row.body_id,
        body=body,
        position=row.position,
        role=row.role,
        authoritative=row.authoritative,
        held_on=row.held_on,
        agenda_no=row.agenda_no,
        result=Result(row.result) if row.result else None,
        votes=votes,
        note=dict(row.note),
        departures={topic: Outcome(outcome) for topic, outcome in row.departures.items()},
    )


def decision_fact(row: DecisionRow) -> DecisionFact:
    """Return a decision."""
    return DecisionFact(
        id=row.id,
        paper_id=row.paper_id,
        state=DecisionState(row.state),
        resolution=dict(row.resolution),
        decided_on=row.decided_on,
        treat_by=row.treat_by,
        published_on=local_day(row.published_at) if row.published_at else None,
    )


def effect_fact(row: EffectRow) -> EffectFact:
    """Return an effect."""
    return EffectFact(
        id=row.id,
        decision_id=row.decision_id,
        topic_id=row.topic_id,
        effect=Outcome(row.effect),
        before=dict(row.before) if row.before else None,
        after=dict(row.after),
        deviates=row.deviates,
        deviation_reason=dict(row.deviation_reason) if row.deviation_reason else None,
        recorded_on=local_day(row.recorded_at),
    )


def milestone_fact(row: MilestoneRow) -> MilestoneFact:
    """Return a milestone as it stands."""
    return MilestoneFact(
        id=row.id,
        decision_id=row.decision_id,
        topic_id=row.topic_id,
        title=dict(row.title),
        due=row.due,
        state=MilestoneState(row.state),
        done=row.done,
        version=row.version,
    )


def feedback_fact(row: FeedbackRow) -> FeedbackFact:
    """Return an answer."""
    return FeedbackFact(
        id=row.id,
        contribution_id=row.contribution_id,
        decision_id=row.decision_id,
        medium=Medium(row.medium),
        text=dict(row.text),
        sent_on=local_day(row.sent_at),
    )
