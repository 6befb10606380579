"""Request bodies of weighing and deciding; every string and list has a limit."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from backend.decisions.actions.retract import REASON_MAX_CHARS
from backend.decisions.rules import MAX_TEXT_CHARS
from backend.decisions.types import (
    DeliberationDraft,
    Evidence,
    Medium,
    MilestoneDraft,
    MilestoneState,
    Outcome,
    ReasonCode,
    Result,
    StepKind,
    Votes,
    WeighingDraft,
)
from backend.web.body import Body, Language, Line, ShortId

MAX_TOPICS = 200
MAX_POLLS = 20
MAX_ANSWERS = 500
MAX_VOTES = 1_000

LongText = Annotated[str, Field(min_length=1, max_length=MAX_TEXT_CHARS)]
LongTexts = Annotated[dict[Language, LongText], Field(min_length=1, max_length=8)]
Word = Annotated[str, Field(min_length=1, max_length=80)]
Count = Annotated[int, Field(ge=0, le=MAX_VOTES)]


class EvidenceBody(Body):
    """A poll, perhaps one of its options."""

    poll: ShortId
    option: ShortId | None = None


class WeighingBody(Body):
    """A proposal with its reason."""

    proposal: Outcome
    reason_code: ReasonCode
    reason: LongTexts
    office: Annotated[str, Field(max_length=120)] = ""
    forwarded_to: Line | None = None
    forwarded_on: date | None = None
    evidence: Annotated[list[EvidenceBody], Field(default_factory=list, max_length=MAX_POLLS)]

    def draft(self) -> WeighingDraft:
        """Return what the action takes."""
        return WeighingDraft(
            proposal=self.proposal,
            reason_code=self.reason_code,
            reason=self.reason,
            office=self.office,
            forwarded_to=self.forwarded_to,
            forwarded_on=self.forwarded_on,
            evidence=tuple(Evidence(named.poll, named.option) for named in self.evidence),
        )


class WeighingStep(Body):
    """Where a weighing goes next; `draft` gives it back."""

    to: Literal["submitted", "published", "draft"]


class PaperBody(Body):
    """A council paper; without `topics` it carries all."""

    reference: Annotated[str, Field(min_length=1, max_length=60)]
    paper_type: Word = "Beschlussvorlage"
    name: LongTexts
    date: date
    topics: Annotated[list[ShortId], Field(default_factory=list, max_length=MAX_TOPICS)]


class VotesBody(Body):
    """How a body voted."""

    yes: Count
    no: Count
    abstain: Count = 0


class DeliberationBody(Body):
    """A body in the chain; without `result` it is planned."""

    body: ShortId
    position: Annotated[int, Field(ge=1, le=40)]
    role: Word
    authoritative: bool
    date: date
    agenda_no: Annotated[str, Field(max_length=20)] = ""
    result: Result | None = None
    votes: VotesBody | None = None
    note: Annotated[dict[Language, LongText], Field(default_factory=dict, max_length=8)]
    departures: Annotated[dict[ShortId, Outcome], Field(default_factory=dict, max_length=MAX_TOPICS)]

    def draft(self) -> DeliberationDraft:
        """Return what the action takes."""
        return DeliberationDraft(
            body_id=self.body,
            position=self.position,
            role=self.role,
            authoritative=self.authoritative,
            held_on=self.date,
            agenda_no=self.agenda_no,
            result=self.result,
            votes=Votes(self.votes.yes, self.votes.no, self.votes.abstain) if self.votes else None,
            note=self.note,
            departures=self.departures,
        )


class DecisionBody(Body):
    """The wording of a decision."""

    resolution: LongTexts
    decided_on: date
    treat_by: date | None = None


class DecisionStep(Body):
    """Where a decision goes next."""

    to: Literal["submitted", "published"]


class EffectBody(Body):
    """What changes for one topic."""

    topic: ShortId
    effect: Outcome
    after: LongTexts
    before: LongTexts | None = None
    deviation_reason: LongTexts | None = None


class MilestoneBody(Body):
    """A step of the implementation; with `id` the next version of one."""

    id: ShortId | None = None
    title: LongTexts
    due: date
    state: MilestoneState = MilestoneState.PLANNED
    done: date | None = None
    topic: ShortId | None = None

    def draft(self) -> MilestoneDraft:
        """Return what the action takes."""
        return MilestoneDraft(self.title, self.due, self.state, self.done, self.topic)


class AnswerBody(Body):
    """The answer to one contribution."""

    ref: Annotated[str, Field(pattern=r"^[A-Z]{2}\d{2}-\d{3,6}$")]
    medium: Medium
    text: LongTexts


class AnswersBody(Body):
    """Answers that go out together: all or none."""

    answers: Annotated[list[AnswerBody], Field(min_length=1, max_length=MAX_ANSWERS)]


class RetractionBody(Body):
    """A public step to take back, and why."""

    kind: StepKind
    subject: ShortId
    reason: Annotated[str, Field(min_length=1, max_length=REASON_MAX_CHARS)]
