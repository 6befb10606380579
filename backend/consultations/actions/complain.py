"""Notices from anybody and complaints from authors; whoever decided first does not decide again."""

from __future__ import annotations

from sqlalchemy import select

from backend.consultations import journal, limits, receipts
from backend.consultations.actions.moderate import decide
from backend.consultations.contacts import ask_for_mail
from backend.consultations.drafts import ModerationOrder
from backend.consultations.errors import (
    AlreadyDone,
    InvalidTransition,
    NotVisible,
    ReasonMissing,
    SamePerson,
    TextMissing,
    TextTooLong,
    TooLate,
)
from backend.consultations.lookups import contribution_by_receipt, contribution_row
from backend.consultations.models import (
    ComplaintRow,
    ContributionRow,
    ModerationDecisionRow,
    NoticeRow,
    OriginalViewRow,
)
from backend.consultations.rate import spend
from backend.consultations.rules import local_day, may_be_moderated
from backend.consultations.types import (
    VISIBLE_STATES,
    ComplaintState,
    ContributionState,
    NoticeReason,
    NoticeState,
    Outcome,
)
from backend.kit.errors import NotFound
from backend.kit.uow import UnitOfWork

_OUTCOMES = {ComplaintState.UPHELD: Outcome.PUBLISH, ComplaintState.PARTLY: Outcome.REDACT}


async def give_notice(
    uow: UnitOfWork, ref: str, *, reason: NoticeReason, text: str = "", source: str | None = None
) -> str:
    """Report a public contribution; return the receipt code of the notice.

    Raises: UnknownContribution, NotVisible, TextTooLong, TooMany.
    """
    if len(text) > limits.NOTICE_CHARS:
        raise TextTooLong(f"Höchstens {limits.NOTICE_CHARS} Zeichen passen hinein.")
    row = await contribution_row(uow.session, ref)
    if row.state not in VISIBLE_STATES:
        raise NotVisible("Dieser Beitrag ist schon nicht mehr öffentlich.")
    await spend(uow, "notice", source, most=limits.NOTICES_PER_HOUR)
    code = receipts.draw(uow)
    uow.session.add(
        NoticeRow(
            id=uow.new_id(),
            org_id=row.org_id,
            contribution_id=row.id,
            reason=reason,
            text=text.strip(),
            state=NoticeState.OPEN,
            receipt_hash=receipts.receipt_hash(code),
            received_at=uow.now,
        )
    )
    await uow.session.flush()
    uow.hint(f"queue:{row.org_id}", "notice")
    return code


async def answer_notice(uow: UnitOfWork, notice_id: str, *, answer: str, by: str) -> None:
    """Close a notice with an answer for whoever gave it. Raises: NotFound, AlreadyDone, ReasonMissing."""
    row = await uow.session.get(NoticeRow, notice_id)
    if row is None:
        raise NotFound("Diese Meldung gibt es nicht.")
    if row.state != NoticeState.OPEN:
        raise AlreadyDone("Diese Meldung ist schon beantwortet.")
    if not answer.strip():
        raise ReasonMissing("Schreiben Sie einen Satz, was Sie entschieden haben.")
    row.state, row.answer = NoticeState.CLOSED, answer.strip()[: limits.REASON_CHARS]
    row.decided_by, row.decided_at = by, uow.now
    await uow.session.flush()


async def complain(uow: UnitOfWork, code: str, *, text: str) -> ComplaintRow:
    """Complain about the last decision on one's own contribution, in time and once.

    Raises: UnknownReceipt, MalformedReceipt, TextMissing, TextTooLong, InvalidTransition, TooLate, AlreadyDone.
    """
    if not text.strip():
        raise TextMissing("Schreiben Sie, womit Sie nicht einverstanden sind.")
    if len(text) > limits.COMPLAINT_CHARS:
        raise TextTooLong(f"Höchstens {limits.COMPLAINT_CHARS} Zeichen passen hinein.")
    row = await contribution_by_receipt(uow.session, code)
    decision = await last_decision(uow, row.id)
    if decision is None or decision.complaint_until is None or not may_be_moderated(ContributionState(row.state)):
        raise InvalidTransition("Zu diesem Beitrag gibt es keine Entscheidung, über die Sie sich beschweren können.")
    if local_day(uow.now) > decision.complaint_until:
        raise TooLate(f"Eine Beschwerde war bis {decision.complaint_until:%d.%m.%Y} möglich.")
    if await uow.session.scalar(select(ComplaintRow.id).where(ComplaintRow.decision_id == decision.id)):
        raise AlreadyDone("Ihre Beschwerde zu dieser Entscheidung liegt schon vor.")
    complaint = ComplaintRow(
        id=uow.new_id(),
        org_id=row.org_id,
        contribution_id=row.id,
        decision_id=decision.id,
        text=text.strip(),
        state=ComplaintState.OPEN,
        received_at=uow.now,
        promised_by=local_day(uow.now + limits.COMPLAINT_ANSWER),
    )
    uow.session.add(complaint)
    await uow.session.flush()
    uow.hint(f"queue:{row.org_id}", "complaint")
    return complaint


async def decide_complaint(
    uow: UnitOfWork, complaint_id: str, *, verdict: ComplaintState, order: ModerationOrder, by: str
) -> ComplaintRow:
    """Answer a complaint; `order` carries the reason as its facts and, if partly upheld, rule and redacted text.

    Raises: NotFound, AlreadyDone, SamePerson, ReasonMissing, InvalidTransition, Invalid.
    """
    complaint = await uow.session.get(ComplaintRow, complaint_id)
    if complaint is None:
        raise NotFound("Diese Beschwerde gibt es nicht.")
    decision = await uow.session.get_one(ModerationDecisionRow, complaint.decision_id)
    row = await uow.session.get_one(ContributionRow, complaint.contribution_id)
    _check_verdict(complaint, decision, row=row, verdict=verdict, by=by)
    if not order.facts.strip():
        raise ReasonMissing("Begründen Sie Ihre Entscheidung in einem Satz.")
    complaint.state, complaint.reason = verdict, order.facts.strip()
    complaint.decided_by, complaint.decided_at = by, uow.now
    await uow.session.flush()
    if verdict in _OUTCOMES:
        rule_number = order.rule_number or decision.rule_number
        new_order = ModerationOrder(_OUTCOMES[verdict], rule_number, order.facts, order.text_published)
        await decide(uow, row, order=new_order, by=by)
    await journal.complaint_decided(uow, complaint)
    await ask_for_mail(uow, row.id, kind="complaint", about=complaint.id)
    return complaint


async def last_decision(uow: UnitOfWork, contribution_id: str) -> ModerationDecisionRow | None:
    """Return the decision that stands."""
    query = (
        select(ModerationDecisionRow)
        .where(ModerationDecisionRow.contribution_id == contribution_id)
        .order_by(ModerationDecisionRow.decided_at.desc(), ModerationDecisionRow.id)
        .limit(1)
    )
    found: ModerationDecisionRow | None = await uow.session.scalar(query)
    return found


def _check_verdict(
    complaint: ComplaintRow,
    decision: ModerationDecisionRow,
    *,
    row: ContributionRow,
    verdict: ComplaintState,
    by: str,
) -> None:
    if complaint.state != ComplaintState.OPEN:
        raise AlreadyDone("Über diese Beschwerde ist schon entschieden.")
    if verdict in {ComplaintState.OPEN, ComplaintState.MOOT}:
        raise InvalidTransition("Entscheiden Sie: Erfolg, teilweise oder kein Erfolg.")
    if by == decision.decided_by:
        raise SamePerson("Sie haben zuerst entschieden. Über die Beschwerde entscheidet eine andere Person.")
    if not may_be_moderated(ContributionState(row.state)):
        raise InvalidTransition("Die Person hat diesen Beitrag zurückgezogen.")


async def open_original(uow: UnitOfWork, ref: str, *, by: str) -> None:
    """Note that somebody looks at a hidden original. Raises: UnknownContribution."""
    row = await contribution_row(uow.session, ref)
    uow.session.add(OriginalViewRow(id=uow.new_id(), contribution_id=row.id, user_id=by, at=uow.now))
    await uow.session.flush()
