"""What the editors' forms send: every field has a limit, nothing unknown is taken."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.decisions.actions.retract import REASON_MAX_CHARS
from backend.decisions.rules import MAX_TEXT_CHARS
from backend.decisions.types import (
    DecisionDraft,
    DeliberationDraft,
    EffectDraft,
    Evidence,
    Medium,
    MilestoneDraft,
    MilestoneState,
    Outcome,
    PaperDraft,
    ReasonCode,
    Result,
    Votes,
    WeighingDraft,
)

LINE_CHARS = 200
Line = Annotated[str, Field(max_length=LINE_CHARS)]
LongText = Annotated[str, Field(max_length=MAX_TEXT_CHARS)]
Id = Annotated[str, Field(max_length=40)]
Ref = Annotated[str, Field(pattern=r"^[A-Z]{2}\d{2}-\d{3,6}$")]
Count = Annotated[int, Field(ge=0, le=1_000)]


class FormModel(BaseModel):
    """A form that refuses unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TopicForm(FormModel):
    """The name of a topic."""

    title: Annotated[str, Field(min_length=2, max_length=120)]


class AssignForm(FormModel):
    """Put a contribution into a topic, or take it out."""

    ref: Ref
    topic: Id
    do: Literal["add", "remove"] = "add"


class WeighingForm(FormModel):
    """A proposal with its reason; `then` says whether it is handed in too."""

    proposal: Outcome
    reason_code: ReasonCode
    reason_de: LongText = ""
    reason_ls: LongText = ""
    office: Annotated[str, Field(max_length=120)] = ""
    forwarded_to: Line = ""
    forwarded_on: date | None = None
    evidence: Annotated[list[Line], Field(default_factory=list, max_length=20)]
    then: Literal["save", "submit"] = "save"

    def draft(self) -> WeighingDraft:
        """Return what the action takes."""
        named = [key.partition(":") for key in self.evidence]
        return WeighingDraft(
            proposal=self.proposal,
            reason_code=self.reason_code,
            reason={"de": self.reason_de, "ls": self.reason_ls},
            office=self.office,
            forwarded_to=self.forwarded_to or None,
            forwarded_on=self.forwarded_on,
            evidence=tuple(Evidence(poll, option or None) for poll, _, option in named),
        )


class ReviewForm(FormModel):
    """What the second person decides."""

    do: Literal["publish", "return"]


class PaperForm(FormModel):
    """A council paper with every topic of its consultation."""

    consultation: Id
    reference: Annotated[str, Field(min_length=2, max_length=60)]
    paper_type: Annotated[str, Field(min_length=2, max_length=80)] = "Beschlussvorlage"
    name: Annotated[str, Field(min_length=3, max_length=LINE_CHARS)]
    dated_on: date

    def draft(self) -> PaperDraft:
        """Return what the action takes."""
        return PaperDraft(self.reference, self.paper_type, {"de": self.name}, self.dated_on)


class DeliberationForm(FormModel):
    """A body in the chain, planned or with its result."""

    body: Id
    position: Annotated[int, Field(ge=1, le=40)]
    role: Annotated[str, Field(min_length=3, max_length=80)]
    authoritative: bool = False
    held_on: date
    agenda_no: Annotated[str, Field(max_length=20)] = ""
    result: Result | None = None
    yes: Count | None = None
    no: Count | None = None
    abstain: Count | None = None
    note: LongText = ""
    departs: Id | None = None
    departs_to: Outcome | None = None

    def draft(self) -> DeliberationDraft:
        """Return what the action takes."""
        votes = Votes(self.yes, self.no or 0, self.abstain or 0) if self.yes is not None else None
        return DeliberationDraft(
            body_id=self.body,
            position=self.position,
            role=self.role,
            authoritative=self.authoritative,
            held_on=self.held_on,
            agenda_no=self.agenda_no,
            result=self.result,
            votes=votes,
            note={"de": self.note} if self.note else {},
            departures={self.departs: self.departs_to} if self.departs and self.departs_to else {},
        )


class DecisionForm(FormModel):
    """The wording of a decision."""

    resolution_de: Annotated[str, Field(min_length=5, max_length=MAX_TEXT_CHARS)]
    resolution_ls: LongText = ""
    decided_on: date
    treat_by: date | None = None

    def draft(self) -> DecisionDraft:
        """Return what the action takes."""
        return DecisionDraft({"de": self.resolution_de, "ls": self.resolution_ls}, self.decided_on, self.treat_by)


class EffectForm(FormModel):
    """What changes for one topic."""

    topic: Id
    effect: Outcome
    before: Line = ""
    after: Annotated[str, Field(min_length=2, max_length=LINE_CHARS)]
    reason: LongText = ""

    def draft(self) -> EffectDraft:
        """Return what the action takes."""
        return EffectDraft(
            topic_id=self.topic,
            effect=self.effect,
            after={"de": self.after},
            before={"de": self.before} if self.before else None,
            deviation_reason={"de": self.reason} if self.reason else None,
        )


class MilestoneForm(FormModel):
    """A step of the implementation."""

    milestone: Id | None = None
    title: Annotated[str, Field(min_length=3, max_length=LINE_CHARS)]
    due: date
    state: MilestoneState = MilestoneState.PLANNED
    done: date | None = None
    topic: Id | None = None

    def draft(self) -> MilestoneDraft:
        """Return what the action takes."""
        return MilestoneDraft({"de": self.title}, self.due, self.state, self.done, self.topic)


class StepForm(FormModel):
    """Where a decision goes next."""

    to: Literal["submit", "publish"]


class RetractForm(FormModel):
    """Why a public decision is taken back."""

    reason: Annotated[str, Field(min_length=10, max_length=REASON_MAX_CHARS)]


class AnswersForm(FormModel):
    """Which contributions are answered, by which way, with which words."""

    refs: Annotated[list[Ref], Field(min_length=1, max_length=500)]
    medium: Medium | None = None
    text: Annotated[str, Field(min_length=10, max_length=MAX_TEXT_CHARS)]
