"""Everything a consultation's trace is made of, as plain facts joined by edges. Pure.

The facts are what may be shown: texts of contributions that are not public are absent, drafts are absent unless
a preview asked for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from backend.consultations.types import Channel, ContributionKind, ContributionState, Texts, Transcription
from backend.decisions.edges import Edges
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
from backend.polls.types import PollType


@dataclass(frozen=True, slots=True)
class ConsultationFact:
    """The procedure the trace belongs to."""

    id: str
    org_slug: str
    slug: str
    title: Texts
    promised_feedback_by: date | None
    deciding_body_id: str | None


@dataclass(frozen=True, slots=True)
class ContributionFact:
    """An input; `text` is None unless it is public."""

    id: str
    ref: str
    kind: ContributionKind
    channel: Channel
    state: ContributionState
    received_on: date
    text: str | None
    language: str = "de"
    transcription: Transcription | None = None
    place: str | None = None

    @property
    def is_public(self) -> bool:
        """Tell whether everybody may read it."""
        return self.state in {ContributionState.PUBLISHED, ContributionState.REDACTED}


@dataclass(frozen=True, slots=True)
class TopicChangeFact:
    """When a contribution was put into a topic, and the change that says so."""

    id: str
    on: date


@dataclass(frozen=True, slots=True)
class TopicFact:
    """A group of contributions that are weighed together; `changes` by contribution."""

    id: str
    title: Texts
    created_on: date
    changes: Mapping[str, TopicChangeFact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PollFact:
    """A published result that a weighing points to; `count` belongs to the option named as evidence."""

    poll_id: str
    question: Texts
    option: Texts | None
    count: int
    valid: int
    meeting: Texts
    held_on: date | None
    max_choices: int = 1
    type: PollType = PollType.SINGLE


@dataclass(frozen=True, slots=True)
class WeighingFact:
    """The office's proposal for a topic, with its reason."""

    id: str
    topic_id: str
    version: int
    proposal: Outcome
    reason_code: ReasonCode
    reason: Texts
    office: str
    published_on: date | None
    plain_language_due: date | None
    forwarded_to: str | None = None
    forwarded_on: date | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperFact:
    """A council paper."""

    id: str
    reference: str
    paper_type: str
    name: Texts
    dated_on: date
    document: str | None = None


@dataclass(frozen=True, slots=True)
class DeliberationFact:
    """A body's place in the chain; planned while `result` is None."""

    id: str
    paper_id: str
    body_id: str
    body: str
    position: int
    role: str
    authoritative: bool
    held_on: date
    agenda_no: str
    result: Result | None
    votes: Votes | None
    note: Texts
    departures: Mapping[str, Outcome] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DecisionFact:
    """What was decided."""

    id: str
    paper_id: str
    state: DecisionState
    resolution: Texts
    decided_on: date
    treat_by: date | None
    published_on: date | None


@dataclass(frozen=True, slots=True)
class EffectFact:
    """What the decision changes for one topic."""

    id: str
    decision_id: str
    topic_id: str
    effect: Outcome
    before: Texts | None
    after: Texts
    deviates: bool
    deviation_reason: Texts | None
    recorded_on: date


@dataclass(frozen=True, slots=True)
class MilestoneFact:
    """One step of the implementation as it stands now."""

    id: str
    decision_id: str
    topic_id: str | None
    title: Texts
    due: date
    state: MilestoneState
    done: date | None
    version: int


@dataclass(frozen=True, slots=True)
class FeedbackFact:
    """An answer to one person."""

    id: str
    contribution_id: str
    decision_id: str | None
    medium: Medium
    text: Texts
    sent_on: date


@dataclass(frozen=True, slots=True)
class RetractionFact:
    """A published step that was taken back, with the reason."""

    kind: str
    subject: str
    reason: str
    retracted_on: date


@dataclass(frozen=True, slots=True)
class Facts:
    """A consultation's trace: facts by id and the edges between them."""

    consultation: ConsultationFact
    edges: Edges
    contributions: Mapping[str, ContributionFact] = field(default_factory=dict)
    topics: Mapping[str, TopicFact] = field(default_factory=dict)
    polls: Mapping[Evidence, PollFact] = field(default_factory=dict)
    weighings: Mapping[str, WeighingFact] = field(default_factory=dict)
    papers: Mapping[str, PaperFact] = field(default_factory=dict)
    deliberations: Mapping[str, DeliberationFact] = field(default_factory=dict)
    decisions: Mapping[str, DecisionFact] = field(default_factory=dict)
    effects: Mapping[str, EffectFact] = field(default_factory=dict)
    milestones: Mapping[str, MilestoneFact] = field(default_factory=dict)
    feedback: Mapping[str, FeedbackFact] = field(default_factory=dict)
    retractions: tuple[RetractionFact, ...] = ()

    def contribution(self, ref: str) -> ContributionFact | None:
        """Return a contribution by its public reference."""
        return next((fact for fact in self.contributions.values() if fact.ref == ref), None)
