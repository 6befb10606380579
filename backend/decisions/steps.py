"""The steps a reader sees on the way of one contribution. Pure values.

`line` says how the stretch after a step is drawn: solid while the contribution stands, weak while a proposal says
no, ahead where the rest is still to come. It is always also said in words.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from backend.consultations.types import Channel
from backend.decisions.facts import (
    ConsultationFact,
    ContributionFact,
    DecisionFact,
    DeliberationFact,
    EffectFact,
    FeedbackFact,
    MilestoneFact,
    PaperFact,
    PollFact,
    RetractionFact,
    TopicFact,
    WeighingFact,
)
from backend.decisions.log_keys import ProofRef
from backend.decisions.types import Outcome


class Line(StrEnum):
    """How strong the contribution stands after a step."""

    SOLID = "solid"
    WEAK = "weak"
    AHEAD = "ahead"


class StepName(StrEnum):
    """Which step it is; templates and exports tell them apart by it."""

    ARRIVED = "arrived"
    GROUPED = "grouped"
    WEIGHED = "weighed"
    CARRIED = "carried"
    DELIBERATED = "deliberated"
    DECIDED = "decided"
    CHANGED = "changed"
    ANSWERED = "answered"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Step:
    """What all steps share. `proof` finds the log entry; None where there is nothing to prove."""

    kind: ClassVar[StepName]

    on: date | None
    stands: Line
    line: Line
    proof: ProofRef | None


@dataclass(frozen=True, slots=True)
class Arrived(Step):
    """The contribution came in."""

    kind: ClassVar = StepName.ARRIVED

    contribution: ContributionFact


@dataclass(frozen=True, slots=True)
class Grouped(Step):
    """It was put into a topic, beside others, with polls as evidence."""

    kind: ClassVar = StepName.GROUPED

    topic: TopicFact
    companions: tuple[ContributionFact, ...]
    polls: tuple[PollFact, ...]


@dataclass(frozen=True, slots=True)
class Weighed(Step):
    """The office proposed something, with a reason."""

    kind: ClassVar = StepName.WEIGHED

    weighing: WeighingFact


@dataclass(frozen=True, slots=True)
class Carried(Step):
    """The proposal went into a council paper."""

    kind: ClassVar = StepName.CARRIED

    paper: PaperFact


@dataclass(frozen=True, slots=True)
class Deliberated(Step):
    """A body recommended. `departs` is what it wants instead of the proposal, if it does."""

    kind: ClassVar = StepName.DELIBERATED

    deliberation: DeliberationFact
    departs: Outcome | None


@dataclass(frozen=True, slots=True)
class Decided(Step):
    """The body that decides decided."""

    kind: ClassVar = StepName.DECIDED

    decision: DecisionFact
    deliberation: DeliberationFact
    effect: EffectFact | None


@dataclass(frozen=True, slots=True)
class Changed(Step):
    """What is different from now on."""

    kind: ClassVar = StepName.CHANGED

    effect: EffectFact


@dataclass(frozen=True, slots=True)
class Answered(Step):
    """The person got an answer, or finds it under the receipt code."""

    kind: ClassVar = StepName.ANSWERED

    feedback: FeedbackFact


@dataclass(frozen=True, slots=True)
class Ahead(Step):
    """What comes next: planned bodies and milestones; both empty means the date promised for the answer."""

    kind: ClassVar = StepName.AHEAD

    bodies: tuple[DeliberationFact, ...]
    milestones: tuple[MilestoneFact, ...]
    promised_by: date | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a contribution in one topic, in a form a sentence can be made of."""

    outcome: Outcome
    after: EffectFact | None
    deviates: bool
    is_final: bool


@dataclass(frozen=True, slots=True)
class Strand:
    """A contribution's way through one topic."""

    topic: TopicFact
    steps: tuple[Step, ...]
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class ContributionTrace:
    """Forwards: everything that happened because of one contribution."""

    consultation: ConsultationFact
    contribution: ContributionFact
    arrived: Arrived
    strands: tuple[Strand, ...]
    closing: tuple[Step, ...]
    retractions: tuple[RetractionFact, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every step in reading order."""
        return (self.arrived, *(step for strand in self.strands for step in strand.steps), *self.closing)

    @property
    def effect_ids(self) -> frozenset[str]:
        """The effects this page names."""
        return frozenset(step.effect.id for step in self.steps if isinstance(step, Changed))


@dataclass(frozen=True, slots=True)
class TopicOutcome:
    """Backwards: one topic of a decision and the contributions behind it."""

    topic: TopicFact
    effect: EffectFact
    weighing: WeighingFact | None
    contributions: tuple[ContributionFact, ...]
    polls: tuple[PollFact, ...]


@dataclass(frozen=True, slots=True)
class DecisionTrace:
    """Backwards: everything that bore on one decision."""

    consultation: ConsultationFact
    decision: DecisionFact
    paper: PaperFact
    chain: tuple[DeliberationFact, ...]
    rows: tuple[TopicOutcome, ...]
    milestones: tuple[MilestoneFact, ...]
    received: tuple[ContributionFact, ...]
    answers: tuple[FeedbackFact, ...]
    retractions: tuple[RetractionFact, ...]

    @property
    def deciding(self) -> DeliberationFact:
        """The deliberation the decision rests on."""
        return self.chain[-1]

    @property
    def published(self) -> int:
        """How many of the contributions everybody may read."""
        return sum(fact.is_public for fact in self.received)

    @property
    def by_channel(self) -> dict[Channel, int]:
        """Contributions per channel, most first; none left out."""
        counts = Counter(fact.channel for fact in self.received)
        return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))

    @property
    def answered_on(self) -> date | None:
        """The day the first answer went out."""
        return min((fact.sent_on for fact in self.answers), default=None)

    @property
    def deviations(self) -> tuple[TopicOutcome, ...]:
        """The topics where the council did something else than the office proposed."""
        return tuple(row for row in self.rows if row.effect.deviates)

    @property
    def counts(self) -> dict[Outcome, int]:
        """Topics per outcome, in the order of the outcomes; none left out."""
        return {outcome: sum(row.effect.effect is outcome for row in self.rows) for outcome in Outcome}

    @property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Every (contribution, effect) this page names."""
        return frozenset((fact.id, row.effect.id) for row in self.rows for fact in row.contributions)
