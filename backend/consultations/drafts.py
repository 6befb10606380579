"""What surfaces hand to the actions: frozen values, checked for size where they are built. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from backend.consultations import limits
from backend.consultations.errors import TextMissing, TextTooLong
from backend.consultations.types import (
    AuthorGroup,
    Channel,
    ContributionKind,
    LegalBasis,
    NextStep,
    Outcome,
    Phase,
    Texts,
)
from backend.kit.errors import Invalid


@dataclass(frozen=True, slots=True)
class ConsultationDraft:
    """Everything an editor settles about a procedure."""

    title: Texts
    slug: str = ""
    summary: Texts = field(default_factory=dict)
    easy_read_is_checked: bool = False
    legal_basis: LegalBasis = LegalBasis.INFORMAL
    legal_note: Texts = field(default_factory=dict)
    fixed: Sequence[Texts] = ()
    open: Sequence[Texts] = ()
    deciding_body_id: str | None = None
    promised_feedback_by: date | None = None
    channels: Sequence[Channel] = (Channel.WEB,)
    no_analogue_reason: str | None = None
    next_steps: Sequence[NextStep] = ()
    phases: Sequence[Phase] = ()
    geo: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.title.get("de", "").strip():
            raise Invalid("Geben Sie der Beteiligung einen Namen.")
        _at_most("title", self.title, limits.TITLE_CHARS)
        _at_most("summary", self.summary, limits.SUMMARY_CHARS)
        for point in (*self.fixed, *self.open):
            _at_most("point", point, limits.POINT_CHARS)
        for name, rows, most in (
            ("fixed", self.fixed, limits.POINTS),
            ("open", self.open, limits.POINTS),
            ("phases", self.phases, limits.PHASES),
            ("next_steps", self.next_steps, limits.NEXT_STEPS),
        ):
            if len(rows) > most:
                raise Invalid(f"Mehr als {most} Einträge sind zu viele.", field=name)


@dataclass(frozen=True, slots=True)
class NewContribution:
    """What somebody wants to say."""

    text: str
    kind: ContributionKind = ContributionKind.COMMENT
    channel: Channel = Channel.WEB
    title: str | None = None
    language: str = "de"
    nickname: str | None = None
    author_group: AuthorGroup = AuthorGroup.UNKNOWN
    place_id: str | None = None
    in_reply_to: str | None = None  # reference of the contribution answered

    def checked(self, *, most: int = limits.TEXT_CHARS) -> NewContribution:
        """Return itself when its sizes fit. Raises: TextMissing, TextTooLong, Invalid."""
        if not self.text.strip():
            raise TextMissing("Bitte schreiben Sie Ihren Gedanken in das Feld. Ein Satz genügt.")
        if len(self.text) > most:
            raise TextTooLong(f"Ihr Text hat {len(self.text)} Zeichen. Höchstens {most} passen hinein.", most=most)
        for name, value, limit in (
            ("title", self.title, limits.TITLE_CHARS),
            ("nickname", self.nickname, limits.NICKNAME_CHARS),
        ):
            if value and len(value) > limit:
                raise Invalid(f"Höchstens {limit} Zeichen passen in dieses Feld.", field=name)
        return self


@dataclass(frozen=True, slots=True)
class Intake:
    """What staff add when they write something down for somebody."""

    received_at: datetime
    recorded_by: str
    organisation: str | None = None
    receipt_code: str | None = None  # printed on a postcard; drawn freshly otherwise


@dataclass(frozen=True, slots=True)
class Accepted:
    """What the author gets back, once."""

    ref: str
    receipt_code: str
    state: str


@dataclass(frozen=True, slots=True)
class ModerationOrder:
    """What a moderator decided."""

    outcome: Outcome
    rule_number: int | None = None
    facts: str = ""
    text_published: str | None = None


def _at_most(name: str, texts: Texts, most: int) -> None:
    if len(texts) > limits.LANGUAGES or any(len(text) > most for text in texts.values()):
        raise Invalid(f"Höchstens {most} Zeichen passen in dieses Feld.", field=name)
