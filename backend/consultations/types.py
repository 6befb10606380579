"""Words of the consultation domain: states, kinds, channels, and the values that travel between layers. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NewType

ConsultationId = NewType("ConsultationId", str)
ContributionId = NewType("ContributionId", str)
TopicId = NewType("TopicId", str)

Texts = dict[str, str]
"""One text in several languages: `{"de": …, "ls": …, "en": …}`; `ls` is Leichte Sprache."""


class ConsultationState(StrEnum):
    """Where a procedure stands as a whole; its phases say where it stands in time."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"


class LegalBasis(StrEnum):
    """Why the municipality asks; `planning_law` only links out (BauGB § 3)."""

    INFORMAL = "informal"
    CITIZENS_ASSEMBLY = "citizens_assembly"
    RESIDENTS_ASSEMBLY = "residents_assembly"
    PLANNING_LAW = "planning_law"


class PhaseType(StrEnum):
    """What happens in a phase."""

    ANNOUNCE = "announce"
    COLLECT = "collect"
    DISCUSS = "discuss"
    MEETING = "meeting"
    WEIGH = "weigh"
    DECIDE = "decide"
    IMPLEMENT = "implement"
    DONE = "done"


class PhaseRights(StrEnum):
    """What the public may do while a phase runs."""

    HIDDEN = "hidden"
    READ = "read"
    WRITE = "write"


class ModerationMode(StrEnum):
    """Whether a person reads a contribution before or after it becomes public."""

    PRE = "pre"
    POST = "post"


class Channel(StrEnum):
    """How a contribution came in. All have the same rank."""

    WEB = "web"
    PHONE = "phone"
    KIOSK = "kiosk"
    PAPER_CARD = "paper_card"
    PAPER_BALLOT = "paper_ballot"
    LETTER = "letter"
    TELEPHONE = "telephone"
    EMAIL = "email"
    ORAL = "oral"


ANALOGUE_CHANNELS = frozenset(
    {
        Channel.KIOSK,
        Channel.PAPER_CARD,
        Channel.PAPER_BALLOT,
        Channel.LETTER,
        Channel.TELEPHONE,
        Channel.ORAL,
    }
)
"""Ways that need no internet of one's own; a procedure offers at least one or says why not."""

INTAKE_CHANNELS = (
    Channel.PAPER_CARD,
    Channel.LETTER,
    Channel.TELEPHONE,
    Channel.EMAIL,
    Channel.ORAL,
    Channel.PAPER_BALLOT,
)
"""What staff and mentors write down for somebody."""


class ContributionKind(StrEnum):
    """What a contribution is."""

    COMMENT = "comment"
    REPLY = "reply"
    PROPOSAL = "proposal"
    QUESTION = "question"
    STATEMENT = "statement"


class ContributionState(StrEnum):
    """The life of a contribution."""

    RECEIVED = "received"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    REDACTED = "redacted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


VISIBLE_STATES = frozenset({ContributionState.PUBLISHED, ContributionState.REDACTED})
"""States whose published text everybody may read."""


class Transcription(StrEnum):
    """How far a written-down contribution was checked against its original."""

    CAPTURED = "captured"
    CHECKED = "checked"
    DOUBLE_CHECKED = "double_checked"
    DISPUTED = "disputed"


class AuthorGroup(StrEnum):
    """Optional age band; nothing else is asked about a person."""

    UNDER_18 = "0-17"
    FROM_18 = "18-29"
    FROM_30 = "30-44"
    FROM_45 = "45-59"
    FROM_60 = "60-74"
    FROM_75 = "75+"
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """What a moderator decides."""

    PUBLISH = "publish"
    REDACT = "redact"
    REJECT = "reject"
    HOLD = "hold"


class NoticeReason(StrEnum):
    """Why somebody reports a contribution."""

    INSULT = "insult"
    PERSONAL_DATA = "personal_data"
    ADVERTISING = "advertising"
    ILLEGAL = "illegal"
    OTHER = "other"


class NoticeState(StrEnum):
    """Whether a notice still waits."""

    OPEN = "open"
    CLOSED = "closed"


class ComplaintState(StrEnum):
    """What became of a complaint; decided by another person. `moot`: its contribution is gone."""

    OPEN = "open"
    UPHELD = "upheld"
    PARTLY = "partly"
    DISMISSED = "dismissed"
    MOOT = "moot"


class Sorting(StrEnum):
    """Order of a thread; random by default so that early contributions have no advantage."""

    RANDOM = "random"
    NEWEST = "newest"
    SUPPORTED = "supported"
    DISCUSSED = "discussed"
    UNANSWERED = "unanswered"


class FlagKind(StrEnum):
    """What a program points out. A flag never decides."""

    PHONE = "phone"
    EMAIL = "email"
    IBAN = "iban"
    PLATE = "plate"
    WORD = "word"
    LINK = "link"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class Flag:
    """A place in a text that a person should look at; `start` and `end` count characters."""

    kind: FlagKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of a procedure; both days are included."""

    type: PhaseType
    opens_on: date
    closes_on: date
    rights: PhaseRights = PhaseRights.READ
    moderation: ModerationMode = ModerationMode.PRE
    title: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NextStep:
    """One promise of what happens next."""

    on: date
    title: Texts
    text: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """One of the organisation's published rules for taking part."""

    number: int
    title: str
    text: str
