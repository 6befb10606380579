"""The vocabulary of weighing and deciding, and what each action is given.

For:        everything between a topic and the answer to a person.
Guarantees: pure and immutable; values are those of the public decision trace, so exports need no translation.
Source:     docs/glossary.md; the demo data's enumerations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NewType

from backend.consultations.types import Texts

WeighingId = NewType("WeighingId", str)
PaperId = NewType("PaperId", str)
DeliberationId = NewType("DeliberationId", str)
DecisionId = NewType("DecisionId", str)
EffectId = NewType("EffectId", str)
MilestoneId = NewType("MilestoneId", str)
FeedbackId = NewType("FeedbackId", str)


class Outcome(StrEnum):
    """What the office proposes for a topic, and what the council made of it."""

    ADOPTED = "uebernommen"
    PARTLY = "teilweise"
    NOT_ADOPTED = "nicht_uebernommen"
    ALREADY_PLANNED = "bereits_geplant"
    FORWARDED = "weitergeleitet"
    NOTED = "zur_kenntnis"


class ReasonCode(StrEnum):
    """The main reason of a proposal."""

    AGREEMENT = "zustimmung"
    LEGAL_DUTY = "rechtspflicht"
    TECHNICAL = "technisch"
    COST = "kosten"
    COMPETING_INTERESTS = "abwaegung_konkurrierend"
    NOT_COMPETENT = "nicht_zustaendig"
    ALREADY_DONE = "bereits_umgesetzt"
    OUT_OF_SCOPE = "ausserhalb_des_spielraums"


class WeighingState(StrEnum):
    """Where a version of a weighing stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    PUBLISHED = "published"


class Result(StrEnum):
    """How a body's deliberation ended."""

    RECOMMENDED = "empfohlen"
    RECOMMENDED_UNANIMOUSLY = "einstimmig_empfohlen"
    RECOMMENDED_AMENDED = "geaendert_empfohlen"
    RESOLVED = "beschlossen"
    RESOLVED_AMENDED = "geaendert_beschlossen"
    REJECTED = "abgelehnt"
    ADJOURNED = "vertagt"


class DecisionState(StrEnum):
    """Where a decision stands; all but `DRAFT` are public."""

    DRAFT = "entwurf"
    ADJOURNED = "vertagt"
    RESOLVED = "beschlossen"
    RESOLVED_AMENDED = "geaendert_beschlossen"
    REJECTED = "abgelehnt"
    REPEALED = "aufgehoben"


class MilestoneState(StrEnum):
    """Where a step of the implementation stands."""

    PLANNED = "geplant"
    COMMISSIONED = "beauftragt"
    UNDER_CONSTRUCTION = "im_bau"
    DONE = "fertig"
    DELAYED = "verzoegert"
    STOPPED = "gestoppt"


class StepKind(StrEnum):
    """What can be taken back after it was public."""

    WEIGHING = "weighing"
    PAPER = "paper"
    DELIBERATION = "deliberation"
    DECISION = "decision"
    EFFECT = "effect"


class Medium(StrEnum):
    """How an answer reaches the person. `NONE_NO_CONTACT`: it waits under the receipt code."""

    EMAIL = "email"
    LETTER = "letter"
    KIOSK_NOTICE = "kiosk_notice"
    PUBLIC_PAGE = "public_page"
    NONE_NO_CONTACT = "none_no_contact"


class AnswerState(StrEnum):
    """What the answer clock counts per contribution."""

    DELIVERED = "delivered"
    WAITING = "waiting"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A poll, perhaps one of its options, that a weighing points to."""

    poll_id: str
    option_id: str | None = None


@dataclass(frozen=True, slots=True)
class Votes:
    """How a body voted."""

    yes: int
    no: int
    abstain: int

    @property
    def total(self) -> int:
        """Everyone who voted."""
        return self.yes + self.no + self.abstain


@dataclass(frozen=True, slots=True)
class WeighingDraft:
    """What the office writes about a topic."""

    proposal: Outcome
    reason_code: ReasonCode
    reason: Texts
    office: str = ""
    forwarded_to: str | None = None
    forwarded_on: date | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperDraft:
    """A council paper (Vorlage) that carries the weighings of a consultation to the bodies."""

    reference: str
    paper_type: str
    name: Texts
    dated_on: date
    topic_ids: tuple[str, ...] = ()
    """Empty: every topic of the consultation."""
    id: str | None = None


@dataclass(frozen=True, slots=True)
class DeliberationDraft:
    """A body's place in the chain; without `result` it is only planned.

    `departures` names, per topic, where the body wants something else than the office proposed.
    """

    body_id: str
    position: int
    role: str
    authoritative: bool
    held_on: date
    agenda_no: str = ""
    result: Result | None = None
    votes: Votes | None = None
    note: Texts = field(default_factory=dict)
    departures: Mapping[str, Outcome] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DecisionDraft:
    """The wording of a decision."""

    resolution: Texts
    decided_on: date
    treat_by: date | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class EffectDraft:
    """What a decision changes for one topic."""

    topic_id: str
    effect: Outcome
    after: Texts
    before: Texts | None = None
    deviation_reason: Texts | None = None


@dataclass(frozen=True, slots=True)
class MilestoneDraft:
    """One step of the implementation."""

    title: Texts
    due: date
    state: MilestoneState = MilestoneState.PLANNED
    done: date | None = None
    topic_id: str | None = None


def result_named(words: str) -> Result:
    """Return the result a council's minutes name, e.g. "geändert beschlossen". Raises: ValueError."""
    return Result(words.strip().lower().replace("ä", "ae").replace(" ", "_"))


def state_of(result: Result) -> DecisionState:
    """Return the state a deciding body's result gives a decision. Raises: ValueError for a recommendation."""
    return DecisionState(result.value)
