"""What a receipt code opens: one's own contribution with its history, or one's own notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.models import Organisation
from backend.consultations import receipts
from backend.consultations.errors import UnknownReceipt
from backend.consultations.models import (
    ComplaintRow,
    ConsultationRow,
    ContactRow,
    ContributionRow,
    ModerationDecisionRow,
    NoticeRow,
)
from backend.consultations.rules import local_day, may_be_withdrawn
from backend.consultations.types import (
    Channel,
    ComplaintState,
    ContributionKind,
    ContributionState,
    NoticeReason,
    NoticeState,
    Outcome,
    Texts,
    Transcription,
)
from backend.kit.db import JsonDict

MAX_DECISIONS = 50


@dataclass(frozen=True, slots=True)
class OwnComplaint:
    """An author's complaint and what became of it."""

    text: str
    state: ComplaintState
    reason: str | None
    received_at: datetime
    promised_by: date


@dataclass(frozen=True, slots=True)
class OwnDecision:
    """A moderator's decision as its author reads it."""

    outcome: Outcome
    rule_number: int | None
    rule_title: str | None
    statement: str
    decided_at: datetime
    complaint_until: date | None
    complaint: OwnComplaint | None


@dataclass(frozen=True, slots=True)
class OwnContribution:
    """Everything the holder of a receipt code may know."""

    id: str
    ref: str
    org_slug: str
    org_name: str
    consultation_slug: str
    consultation_title: Texts
    promised_feedback_by: date | None
    kind: ContributionKind
    channel: Channel
    state: ContributionState
    transcription: Transcription | None
    received_at: datetime
    published_at: datetime | None
    title: str | None
    text: str
    text_published: str | None
    nickname: str | None
    supports: int
    replies: int
    decisions: tuple[OwnDecision, ...]
    has_contact: bool
    contact_is_confirmed: bool

    @property
    def may_take_back(self) -> bool:
        """Tell whether it can still be withdrawn."""
        return may_be_withdrawn(self.state)

    @property
    def path(self) -> str:
        """Return the address of the procedure."""
        return f"/{self.org_slug}/b/{self.consultation_slug}"

    def may_complain(self, now: datetime) -> bool:
        """Tell whether a complaint about the last decision is still possible."""
        last = self.decisions[-1] if self.decisions else None
        if last is None or last.complaint_until is None or last.complaint is not None:
            return False
        return self.may_take_back and local_day(now) <= last.complaint_until


@dataclass(frozen=True, slots=True)
class OwnNotice:
    """A notice as the person who gave it sees it."""

    ref: str
    org_slug: str
    reason: NoticeReason
    text: str
    state: NoticeState
    answer: str | None
    received_at: datetime


async def own_contribution(session: AsyncSession, code: str) -> OwnContribution:
    """Return the contribution of a code as typed. Raises: MalformedReceipt, UnknownReceipt."""
    digest = receipts.receipt_hash(receipts.read(code))
    query = (
        select(ContributionRow, ConsultationRow, Organisation.slug, Organisation.name)
        .join(ConsultationRow, ConsultationRow.id == ContributionRow.consultation_id)
        .join(Organisation, Organisation.id == ContributionRow.org_id)
        .where(ContributionRow.receipt_hash == digest)
    )
    found = (await session.execute(query)).one_or_none()
    if found is None:
        raise UnknownReceipt("Prüfen Sie den Code auf Ihrer Quittung oder fragen Sie im Rathaus nach.")
    row, consultation, org_slug, org_name = found
    contact = await session.get(ContactRow, row.id)
    return OwnContribution(
        id=row.id,
        ref=row.ref,
        org_slug=org_slug,
        org_name=org_name,
        consultation_slug=consultation.slug,
        consultation_title=consultation.title,
        promised_feedback_by=consultation.promised_feedback_by,
        kind=ContributionKind(row.kind),
        channel=Channel(row.channel),
        state=ContributionState(row.state),
        transcription=Transcription(row.transcription) if row.transcription else None,
        received_at=row.received_at,
        published_at=row.published_at,
        title=row.title,
        text=row.text,
        text_published=row.text_published,
        nickname=row.nickname,
        supports=row.supports,
        replies=row.replies,
        decisions=tuple(await _decisions(session, row.id)),
        has_contact=contact is not None,
        contact_is_confirmed=contact is not None and contact.confirmed_at is not None,
    )


async def own_notice(session: AsyncSession, code: str) -> OwnNotice:
    """Return the notice of a code as typed. Raises: MalformedReceipt, UnknownReceipt."""
    digest = receipts.receipt_hash(receipts.read(code))
    query = (
        select(NoticeRow, ContributionRow.ref, Organisation.slug)
        .join(ContributionRow, ContributionRow.id == NoticeRow.contribution_id)
        .join(Organisation, Organisation.id == NoticeRow.org_id)
        .where(NoticeRow.receipt_hash == digest)
    )
    found = (await session.execute(query)).one_or_none()
    if found is None:
        raise UnknownReceipt
    row, ref, org_slug = found
    return OwnNotice(
        ref=ref,
        org_slug=org_slug,
        reason=NoticeReason(row.reason),
        text=row.text,
        state=NoticeState(row.state),
        answer=row.answer,
        received_at=row.received_at,
    )


def export(own: OwnContribution) -> JsonDict:
    """Return everything kept about a contribution and its author, for download (Art. 15 and 20 GDPR)."""
    return {
        "ref": own.ref,
        "organisation": own.org_name,
        "consultation": own.consultation_title,
        "kind": own.kind.value,
        "channel": own.channel.value,
        "state": own.state.value,
        "received_at": own.received_at.isoformat(),
        "published_at": own.published_at.isoformat() if own.published_at else None,
        "title": own.title,
        "text": own.text,
        "text_published": own.text_published,
        "nickname": own.nickname,
        "email_kept": own.has_contact,
        "decisions": [
            {
                "outcome": decision.outcome.value,
                "rule": decision.rule_number,
                "statement": decision.statement,
                "decided_at": decision.decided_at.isoformat(),
                "complaint": decision.complaint.text if decision.complaint else None,
                "complaint_state": decision.complaint.state.value if decision.complaint else None,
                "complaint_answer": decision.complaint.reason if decision.complaint else None,
            }
            for decision in own.decisions
        ],
    }


async def _decisions(session: AsyncSession, contribution_id: str) -> list[OwnDecision]:
    query = (
        select(ModerationDecisionRow, ComplaintRow)
        .outerjoin(ComplaintRow, ComplaintRow.decision_id == ModerationDecisionRow.id)
        .where(ModerationDecisionRow.contribution_id == contribution_id)
        .order_by(ModerationDecisionRow.decided_at, ModerationDecisionRow.id)
        .limit(MAX_DECISIONS)
    )
    return [
        OwnDecision(
            outcome=Outcome(decision.outcome),
            rule_number=decision.rule_number,
            rule_title=decision.rule_title,
            statement=decision.statement,
            decided_at=decision.decided_at,
            complaint_until=decision.complaint_until,
            complaint=_complaint(complaint) if complaint is not None else None,
        )
        for decision, complaint in await session.execute(query)
    ]


def _complaint(row: ComplaintRow) -> OwnComplaint:
    return OwnComplaint(
        text=row.text,
        state=ComplaintState(row.state),
        reason=row.reason,
        received_at=row.received_at,
        promised_by=row.promised_by,
    )
