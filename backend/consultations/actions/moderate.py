"""A person decides about a contribution.

Guarantees: every decision names outcome, rule and facts, gives its author a statement of reasons and the way to
complain, and is recorded in the log. Refuses restrictions without a reason, texts nobody checked against their
original, and decisions while a complaint is open.
"""

from __future__ import annotations

from sqlalchemy import select

from backend.consultations import journal, limits
from backend.consultations.contacts import ask_for_mail
from backend.consultations.drafts import ModerationOrder
from backend.consultations.errors import AlreadyDone, InvalidTransition, ReasonMissing
from backend.consultations.letters import Reasons, letter
from backend.consultations.lookups import contribution_row, rules_of
from backend.consultations.models import ComplaintRow, ContributionRow, ModerationDecisionRow
from backend.consultations.publication import set_state
from backend.consultations.rules import complaint_until, is_checked, may_be_moderated, needs_reason, state_after
from backend.consultations.types import ComplaintState, ContributionState, Outcome, Rule, Transcription
from backend.kit.errors import Invalid
from backend.kit.uow import UnitOfWork

SECONDS_PER_MINUTE = 60


async def moderate(uow: UnitOfWork, ref: str, *, order: ModerationOrder, by: str) -> ModerationDecisionRow:
    """Decide about a contribution.

    Raises: UnknownContribution, ReasonMissing, Invalid, AlreadyDone, InvalidTransition.
    """
    row = await contribution_row(uow.session, ref)
    await _check_state(uow, row, order)
    return await decide(uow, row, order=order, by=by)


async def assign(uow: UnitOfWork, ref: str, *, to: str | None) -> None:
    """Put a contribution on somebody's desk, or back into the queue."""
    row = await contribution_row(uow.session, ref)
    row.assigned_to = to
    await uow.session.flush()


async def decide(uow: UnitOfWork, row: ContributionRow, *, order: ModerationOrder, by: str) -> ModerationDecisionRow:
    """Write a decision down and act on it. Precondition: the caller checked that it is allowed now."""
    rule = await _rule(uow, row, order)
    text = published_text(row, order)
    decision = _decision(uow, row, order=order, rule=rule, by=by)
    uow.session.add(decision)
    await uow.session.flush()
    await set_state(uow, row, state_after(order.outcome), text=text)
    await journal.moderation_decided(uow, decision)
    if order.outcome is Outcome.PUBLISH:
        await journal.input_released(uow, row)
    else:
        await journal.input_withheld(uow, row)
    await ask_for_mail(uow, row.id, kind="moderation", about=decision.id)
    uow.hint(f"queue:{row.org_id}", "moderation")
    return decision


def published_text(row: ContributionRow, order: ModerationOrder) -> str | None:
    """Return what everybody will read. Raises: Invalid when a redaction changes nothing or leaves nothing."""
    if order.outcome is Outcome.PUBLISH:
        return row.text
    if order.outcome is not Outcome.REDACT:
        return None
    text = (order.text_published or "").strip()
    if not text or text == row.text:
        raise Invalid("Ersetzen Sie die Stelle, die niemand lesen soll.", field="text_published")
    if len(text) > limits.LETTER_CHARS:
        raise Invalid(f"Höchstens {limits.LETTER_CHARS} Zeichen passen hinein.", field="text_published")
    return text


async def _check_state(uow: UnitOfWork, row: ContributionRow, order: ModerationOrder) -> None:
    if not may_be_moderated(ContributionState(row.state)):
        raise AlreadyDone("Die Person hat diesen Beitrag zurückgezogen.")
    publishes = order.outcome in {Outcome.PUBLISH, Outcome.REDACT}
    if publishes and not is_checked(Transcription(row.transcription) if row.transcription else None):
        raise InvalidTransition("Erst vergleicht eine zweite Person den abgetippten Text mit dem Original.")
    complaint = select(ComplaintRow.id).where(
        ComplaintRow.contribution_id == row.id, ComplaintRow.state == ComplaintState.OPEN
    )
    if await uow.session.scalar(complaint):
        raise InvalidTransition("Zu diesem Beitrag läuft eine Beschwerde. Eine andere Person entscheidet darüber.")


async def _rule(uow: UnitOfWork, row: ContributionRow, order: ModerationOrder) -> Rule | None:
    if len(order.facts) > limits.FACTS_CHARS:
        raise Invalid(f"Höchstens {limits.FACTS_CHARS} Zeichen passen hinein.", field="facts")
    if not needs_reason(order.outcome):
        return None
    rules = {rule.number: rule for rule in await rules_of(uow.session, row.org_id)}
    rule = rules.get(order.rule_number or 0)
    if rule is None or not order.facts.strip():
        raise ReasonMissing("Nennen Sie die Regel und schreiben Sie auf, was genau dagegen verstößt.")
    return rule


def _decision(
    uow: UnitOfWork, row: ContributionRow, *, order: ModerationOrder, rule: Rule | None, by: str
) -> ModerationDecisionRow:
    until = complaint_until(uow.now)
    statement = letter(
        Reasons(
            ref=row.ref,
            outcome=order.outcome,
            rule=rule,
            facts=order.facts,
            was_flagged=bool(row.flags),
            complaint_until=until,
        )
    )
    return ModerationDecisionRow(
        id=uow.new_id(),
        org_id=row.org_id,
        contribution_id=row.id,
        outcome=order.outcome,
        rule_number=rule.number if rule else None,
        rule_title=rule.title if rule else None,
        facts=order.facts.strip(),
        statement=statement,
        is_automated=False,
        was_flagged=bool(row.flags),
        decided_by=by,
        decided_at=uow.now,
        waited_minutes=int((uow.now - row.recorded_at).total_seconds() // SECONDS_PER_MINUTE),
        complaint_until=until if needs_reason(order.outcome) else None,
    )
