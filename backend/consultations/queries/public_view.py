"""A contribution as everybody may see it: what is not public is not in it.

The one place where a row becomes something that may leave the office.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from backend.consultations.models import ContributionRow
from backend.consultations.rules import local_day
from backend.consultations.types import (
    VISIBLE_STATES,
    AuthorGroup,
    Channel,
    ContributionKind,
    ContributionState,
    Transcription,
)

_MARK = re.compile(r"\[([^\[\]]{2,60} entfernt)\]")


@dataclass(frozen=True, slots=True)
class TextPart:
    """A stretch of a text; a mark stands for something the moderation removed."""

    text: str
    is_mark: bool


@dataclass(frozen=True, slots=True)
class Contribution:
    """A contribution as everybody may see it; `text` is None unless it is public."""

    id: str
    consultation_id: str
    ref: str
    kind: ContributionKind
    channel: Channel
    state: ContributionState
    received_at: datetime
    title: str | None
    text: str | None
    language: str
    translation: str | None
    nickname: str | None
    organisation: str | None
    office: str | None
    is_official: bool
    place_id: str | None
    transcription: Transcription | None
    author_group: AuthorGroup
    supports: int
    replies: int
    is_answered: bool
    duplicate_of: str | None
    rule_number: int | None = None
    complaint_until: date | None = None
    answers: tuple[Contribution, ...] = ()

    @property
    def is_public(self) -> bool:
        """Tell whether everybody may read its text."""
        return self.state in VISIBLE_STATES

    @property
    def received_on(self) -> date:
        """Return the day it came in; the public needs no finer time."""
        return local_day(self.received_at)

    @property
    def parts(self) -> tuple[TextPart, ...]:
        """Return the text with the marks of a redaction told apart."""
        if self.state is not ContributionState.REDACTED:
            return (TextPart(self.text or "", is_mark=False),)
        pieces = _MARK.split(self.text or "")
        return tuple(TextPart(piece, is_mark=number % 2 == 1) for number, piece in enumerate(pieces) if piece)


def public_view(
    row: ContributionRow,
    *,
    answers: tuple[Contribution, ...] = (),
    decision: tuple[int | None, date | None] | None = None,
) -> Contribution:
    """Return a contribution without anything that is not public; `decision` is the rule and the complaint's end."""
    public = row.state in VISIBLE_STATES
    return Contribution(
        id=row.id,
        consultation_id=row.consultation_id,
        ref=row.ref,
        kind=ContributionKind(row.kind),
        channel=Channel(row.channel),
        state=ContributionState(row.state),
        received_at=row.received_at,
        title=row.title if public else None,
        text=row.text_published if public else None,
        language=row.language,
        translation=row.translation if public else None,
        nickname=row.nickname if public else None,
        organisation=row.organisation if public else None,
        office=row.office,
        is_official=row.is_official,
        place_id=row.place_id,
        transcription=Transcription(row.transcription) if row.transcription else None,
        author_group=AuthorGroup(row.author_group),
        supports=row.supports,
        replies=row.replies,
        is_answered=row.is_answered,
        duplicate_of=row.duplicate_of,
        rule_number=decision[0] if decision else None,
        complaint_until=decision[1] if decision else None,
        answers=answers,
    )
