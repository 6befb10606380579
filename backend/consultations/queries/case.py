"""One entry of the moderators' queue with everything a decision needs, the original text included. For reviewers only.

Guarantees: nothing here is ever rendered on a citizen's page; the original under a complaint is shown only after the
look was noted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.queries import display_names
from backend.consultations import limits
from backend.consultations.errors import UnknownContribution
from backend.consultations.models import (
    ComplaintRow,
    ConsultationRow,
    ContributionRow,
    ModerationDecisionRow,
    NoticeRow,
    OriginalViewRow,
)
from backend.consultations.similar import closest
from backend.consultations.types import (
    AuthorGroup,
    Channel,
    ComplaintState,
    ContributionState,
    Flag,
    FlagKind,
    NoticeReason,
    Outcome,
    Texts,
    Transcription,
)
from backend.kit.errors import NotFound


@dataclass(frozen=True, slots=True)
class PastDecision:
    """A decision as reviewers see it."""

    id: str
    outcome: Outcome
    rule_number: int | None
    rule_title: str | None
    facts: str
    statement: str
    decided_at: datetime
    decided_by: str
    decided_by_id: str | None
    complaint_until: date | None


@dataclass(frozen=True, slots=True)
class Case:
    """One contribution with everything a decision needs."""

    id: str
    ref: str
    consultation_id: str
    consultation_slug: str
    consultation_title: Texts
    channel: Channel
    state: ContributionState
    transcription: Transcription | None
    received_at: datetime
    recorded_by: str | None
    author_group: AuthorGroup
    nickname: str | None
    title: str | None
    text: str
    text_published: str | None
    language: str
    flags: tuple[Flag, ...]
    is_reply: bool
    assigned_to: str | None
    assigned_to_id: str | None
    similar: tuple[tuple[str, str], ...]
    decisions: tuple[PastDecision, ...]

    @property
    def last_decision(self) -> PastDecision | None:
        """Return the decision that stands."""
        return self.decisions[-1] if self.decisions else None


@dataclass(frozen=True, slots=True)
class OpenNotice:
    """A report with the contribution it is about."""

    id: str
    ref: str
    reason: NoticeReason
    text: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class OpenComplaint:
    """A complaint with the decision it is about."""

    id: str
    ref: str
    text: str
    received_at: datetime
    promised_by: date
    decision_id: str
    state: ComplaintState


async def case_of(session: AsyncSession, org_id: str, ref: str) -> Case:
    """Return one contribution of the organisation for review. Raises: UnknownContribution."""
    query = (
        select(ContributionRow, ConsultationRow)
        .join(ConsultationRow, ConsultationRow.id == ContributionRow.consultation_id)
        .where(ContributionRow.ref == ref, ContributionRow.org_id == org_id)
    )
    found = (await session.execute(query)).one_or_none()
    if found is None:
        raise UnknownContribution
    row, consultation = found
    names = await display_names(session, {row.assigned_to or "", row.recorded_by or ""})
    return Case(
        id=row.id,
        ref=row.ref,
        consultation_id=consultation.id,
        consultation_slug=consultation.slug,
        consultation_title=consultation.title,
        channel=Channel(row.channel),
        state=ContributionState(row.state),
        transcription=Transcription(row.transcription) if row.transcription else None,
        received_at=row.received_at,
        recorded_by=names.get(row.recorded_by or ""),
        author_group=AuthorGroup(row.author_group),
        nickname=row.nickname,
        title=row.title,
        text=row.text,
        text_published=row.text_published,
        language=row.language,
        flags=tuple(Flag(FlagKind(flag["kind"]), flag["start"], flag["end"]) for flag in row.flags),
        is_reply=row.in_reply_to is not None,
        assigned_to=names.get(row.assigned_to or ""),
        assigned_to_id=row.assigned_to,
        similar=tuple(await _similar(session, row)),
        decisions=tuple(await _decisions(session, row.id)),
    )


async def notice_of(session: AsyncSession, org_id: str, notice_id: str) -> OpenNotice:
    """Return one report of the organisation. Raises: NotFound."""
    query = (
        select(NoticeRow, ContributionRow.ref)
        .join(ContributionRow, ContributionRow.id == NoticeRow.contribution_id)
        .where(NoticeRow.id == notice_id, NoticeRow.org_id == org_id)
    )
    found = (await session.execute(query)).one_or_none()
    if found is None:
        raise NotFound
    row, ref = found
    return OpenNotice(row.id, ref, NoticeReason(row.reason), row.text, row.received_at)


async def complaint_of(session: AsyncSession, org_id: str, complaint_id: str) -> OpenComplaint:
    """Return one complaint of the organisation. Raises: NotFound."""
    query = (
        select(ComplaintRow, ContributionRow.ref)
        .join(ContributionRow, ContributionRow.id == ComplaintRow.contribution_id)
        .where(ComplaintRow.id == complaint_id, ComplaintRow.org_id == org_id)
    )
    found = (await session.execute(query)).one_or_none()
    if found is None:
        raise NotFound
    row, ref = found
    state = ComplaintState(row.state)
    return OpenComplaint(row.id, ref, row.text, row.received_at, row.promised_by, row.decision_id, state)


async def has_seen_original(session: AsyncSession, contribution_id: str, user_id: str, *, since: datetime) -> bool:
    """Tell whether somebody opened the original since a moment, and that was noted."""
    query = select(OriginalViewRow.id).where(
        OriginalViewRow.contribution_id == contribution_id,
        OriginalViewRow.user_id == user_id,
        OriginalViewRow.at >= since,
    )
    return await session.scalar(query.limit(1)) is not None


async def _similar(session: AsyncSession, row: ContributionRow) -> list[tuple[str, str]]:
    near: ColumnElement[bool] = (ContributionRow.consultation_id == row.consultation_id) & (
        ContributionRow.id != row.id
    )
    query = (
        select(ContributionRow.ref, ContributionRow.text)
        .where(near, ContributionRow.text != "")
        .order_by(ContributionRow.recorded_at.desc())
        .limit(limits.SIMILAR_COMPARED)
    )
    texts = {each.ref: each.text for each in await session.execute(query)}
    return [(ref, texts[ref][:80]) for ref, _ in closest(row.text, texts.items(), most=limits.SIMILAR_SHOWN)]


async def _decisions(session: AsyncSession, contribution_id: str) -> Sequence[PastDecision]:
    query = (
        select(ModerationDecisionRow)
        .where(ModerationDecisionRow.contribution_id == contribution_id)
        .order_by(ModerationDecisionRow.decided_at, ModerationDecisionRow.id)
        .limit(limits.QUEUE_SHOWN)
    )
    rows = list(await session.scalars(query))
    names = await display_names(session, {row.decided_by for row in rows if row.decided_by})
    return [
        PastDecision(
            id=row.id,
            outcome=Outcome(row.outcome),
            rule_number=row.rule_number,
            rule_title=row.rule_title,
            facts=row.facts,
            statement=row.statement,
            decided_at=row.decided_at,
            decided_by=names.get(row.decided_by or "", ""),
            decided_by_id=row.decided_by,
            complaint_until=row.complaint_until,
        )
        for row in rows
    ]
