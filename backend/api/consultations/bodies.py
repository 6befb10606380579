"""Request bodies of the consultation routes; every string and list has a limit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from backend.consultations import limits
from backend.consultations.drafts import ConsultationDraft, ModerationOrder, NewContribution
from backend.consultations.types import (
    AuthorGroup,
    Channel,
    ComplaintState,
    ConsultationState,
    ContributionKind,
    LegalBasis,
    ModerationMode,
    NextStep,
    NoticeReason,
    Outcome,
    Phase,
    PhaseRights,
    PhaseType,
)
from backend.web.body import Body, Language, ShortId, Texts

Ref = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}\d{2}-\d{3,6}$")]
Text = Annotated[str, StringConstraints(max_length=limits.LETTER_CHARS)]
Short = Annotated[str, StringConstraints(max_length=limits.REASON_CHARS)]
LongTexts = Annotated[
    dict[Language, Annotated[str, StringConstraints(max_length=limits.SUMMARY_CHARS)]],
    Field(max_length=limits.LANGUAGES),
]
Version = Annotated[int, Field(ge=1, le=1_000_000)]


class PhaseBody(Body):
    """One phase."""

    type: PhaseType
    opens_on: date
    closes_on: date
    rights: PhaseRights = PhaseRights.READ
    moderation: ModerationMode = ModerationMode.PRE
    title: Texts | None = None


class StepBody(Body):
    """One promise of what happens next."""

    date: date
    title: Texts
    text: LongTexts | None = None


class ConsultationBody(Body):
    """A procedure as entered."""

    title: Texts
    slug: Annotated[str, StringConstraints(max_length=limits.SLUG_CHARS)] = ""
    summary: LongTexts = Field(default_factory=dict)
    legal_basis: LegalBasis = LegalBasis.INFORMAL
    legal_note: LongTexts = Field(default_factory=dict)
    fixed: Annotated[list[Texts], Field(max_length=limits.POINTS)] = Field(default_factory=list)
    open: Annotated[list[Texts], Field(max_length=limits.POINTS)] = Field(default_factory=list)
    deciding_body: ShortId | None = None
    promised_feedback_by: date | None = None
    channels: Annotated[list[Channel], Field(max_length=len(Channel))] = Field(default_factory=lambda: [Channel.WEB])
    no_analogue_reason: Short | None = None
    next_steps: Annotated[list[StepBody], Field(max_length=limits.NEXT_STEPS)] = Field(default_factory=list)
    phases: Annotated[list[PhaseBody], Field(max_length=limits.PHASES)] = Field(default_factory=list)

    def draft(self) -> ConsultationDraft:
        """Return the domain's value."""
        return ConsultationDraft(
            title=self.title,
            slug=self.slug,
            summary=self.summary,
            legal_basis=self.legal_basis,
            legal_note=self.legal_note,
            fixed=self.fixed,
            open=self.open,
            deciding_body_id=self.deciding_body,
            promised_feedback_by=self.promised_feedback_by,
            channels=self.channels,
            no_analogue_reason=self.no_analogue_reason,
            next_steps=[NextStep(step.date, step.title, step.text or {}) for step in self.next_steps],
            phases=[
                Phase(phase.type, phase.opens_on, phase.closes_on, phase.rights, phase.moderation, phase.title or {})
                for phase in self.phases
            ],
        )


class NewConsultationBody(ConsultationBody):
    """A procedure with the organisation it belongs to."""

    org: ShortId


class ChangedConsultationBody(ConsultationBody):
    """A changed procedure with the version it was read at."""

    version: Version


class ConsultationStep(Body):
    """The next state of a procedure."""

    to: ConsultationState
    version: Version


class ContributionBody(Body):
    """What somebody wants to say."""

    text: Text
    kind: ContributionKind = ContributionKind.COMMENT
    title: Annotated[str, StringConstraints(max_length=limits.TITLE_CHARS)] | None = None
    place: ShortId | None = None
    in_reply_to: Ref | None = None
    nickname: Annotated[str, StringConstraints(max_length=limits.NICKNAME_CHARS)] | None = None
    author_group: AuthorGroup = AuthorGroup.UNKNOWN
    language: Language = "de"

    def new(self, channel: Channel = Channel.WEB) -> NewContribution:
        """Return the domain's value."""
        return NewContribution(
            text=self.text,
            kind=self.kind,
            channel=channel,
            title=self.title,
            language=self.language,
            nickname=self.nickname,
            author_group=self.author_group,
            place_id=self.place,
            in_reply_to=self.in_reply_to,
        )


class InputBody(ContributionBody):
    """What staff write down for somebody."""

    channel: Channel
    received_at: datetime
    organisation: Annotated[str, StringConstraints(max_length=limits.ORGANISATION_CHARS)] | None = None
    receipt_code: Annotated[str, StringConstraints(max_length=300)] | None = None


class CheckBody(Body):
    """A second person's look at a transcription; a text corrects it."""

    agrees: bool
    text: Text | None = None


class ModerationBody(Body):
    """A moderator's decision."""

    outcome: Outcome
    rule: Annotated[int, Field(ge=1, le=99)] | None = None
    facts: Annotated[str, StringConstraints(max_length=limits.FACTS_CHARS)] = ""
    text_published: Text | None = None

    def order(self) -> ModerationOrder:
        """Return the domain's value."""
        return ModerationOrder(self.outcome, self.rule, self.facts, self.text_published)


class NoticeBody(Body):
    """A report about a contribution."""

    reason: NoticeReason
    text: Annotated[str, StringConstraints(max_length=limits.NOTICE_CHARS)] = ""


class AnswerBody(Body):
    """An answer in words, and who gives it."""

    text: Text
    office: Annotated[str, StringConstraints(max_length=limits.OFFICE_CHARS)] = ""


class ComplaintBody(Body):
    """Why somebody disagrees."""

    text: Short


class VerdictBody(Body):
    """The answer to a complaint."""

    verdict: ComplaintState
    reason: Annotated[str, StringConstraints(max_length=limits.FACTS_CHARS)]
    rule: Annotated[int, Field(ge=1, le=99)] | None = None
    text_published: Text | None = None


class TopicBody(Body):
    """The name of a topic."""

    title: Texts


class InputsBody(Body):
    """Contributions to add to a topic and to remove from it."""

    add: Annotated[list[Ref], Field(max_length=limits.TOPIC_INPUTS)] = Field(default_factory=list)
    remove: Annotated[list[Ref], Field(max_length=limits.TOPIC_INPUTS)] = Field(default_factory=list)
