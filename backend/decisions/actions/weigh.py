"""Weigh a topic: write a proposal with its reason, hand it in, let another person publish it.

Guarantees: without a reason in standard language nothing is published; writer and publisher are two people; what
a body has seen stays as it was, only Leichte Sprache may follow.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.types import UserId
from backend.consultations.lookups import topic_row
from backend.consultations.rules import local_day
from backend.consultations.types import TopicId
from backend.decisions import journal
from backend.decisions.errors import Frozen, SamePerson, UnknownTrace, WrongStage, incomplete
from backend.decisions.models import WeighingRow
from backend.decisions.rules import has_text, plain_language_due, weighing_gaps
from backend.decisions.standings import is_deliberated, published_weighings
from backend.decisions.types import (
    Evidence,
    Outcome,
    ReasonCode,
    WeighingDraft,
    WeighingId,
    WeighingState,
)
from backend.kit.uow import UnitOfWork


async def write_weighing(uow: UnitOfWork, topic_id: TopicId, draft: WeighingDraft, *, by: UserId) -> WeighingId:
    """Save a proposal as draft: the same person's draft is overwritten, anything else begins a new version."""
    await topic_row(uow.session, topic_id)
    newest = await newest_version(uow.session, topic_id)
    if newest and newest.state == WeighingState.DRAFT and newest.written_by == by:
        row = newest
    else:
        row = WeighingRow(id=uow.new_id(), topic_id=topic_id, version=newest.version + 1 if newest else 1)
    row.state = WeighingState.DRAFT
    row.proposal, row.reason_code = draft.proposal, draft.reason_code
    row.reason = {language: text.strip() for language, text in draft.reason.items() if text.strip()}
    row.office = draft.office
    row.forwarded_to, row.forwarded_on = draft.forwarded_to or None, draft.forwarded_on
    row.evidence = [{"poll": named.poll_id, "option": named.option_id} for named in draft.evidence]
    row.written_by, row.written_at = by, uow.now
    uow.session.add(row)
    await uow.session.flush()
    return WeighingId(row.id)


async def submit_weighing(uow: UnitOfWork, topic_id: TopicId, *, by: UserId) -> WeighingId:
    """Hand in the draft for another person to publish. Raises: Incomplete, WrongStage."""
    row = await _newest(uow.session, topic_id)
    if row.state != WeighingState.DRAFT:
        raise WrongStage("Diese Fassung ist schon eingereicht.")
    gaps = weighing_gaps(draft_of(row), topic_id)
    if gaps:
        raise incomplete(gaps)
    row.state = WeighingState.SUBMITTED
    row.submitted_by, row.submitted_at = by, uow.now
    await uow.session.flush()
    return WeighingId(row.id)


async def publish_weighing(uow: UnitOfWork, topic_id: TopicId, *, by: UserId) -> WeighingId:
    """Make the submitted version public. Raises: SamePerson, WrongStage, Frozen after a body's result."""
    row = await _newest(uow.session, topic_id)
    if row.state != WeighingState.SUBMITTED:
        raise WrongStage("Diese Fassung ist noch nicht eingereicht oder schon veröffentlicht.")
    if by in {row.written_by, row.submitted_by}:
        raise SamePerson("Wer die Abwägung geschrieben oder eingereicht hat, kann sie nicht selbst freigeben.")
    await _refuse_after_deliberation(uow.session, row)
    row.state = WeighingState.PUBLISHED
    row.approved_by, row.published_at = by, uow.now
    if not has_text(row.reason, "ls"):
        row.plain_language_due = plain_language_due(local_day(uow.now))
    await uow.session.flush()
    await journal.weighing_published(uow, row)
    return WeighingId(row.id)


async def return_weighing(uow: UnitOfWork, topic_id: TopicId, *, by: UserId) -> WeighingId:
    """Give a submitted version back to its writer as a draft. Raises: WrongStage, SamePerson."""
    row = await _newest(uow.session, topic_id)
    if row.state != WeighingState.SUBMITTED:
        raise WrongStage("Nur eine eingereichte Fassung kann zurückgegeben werden.")
    if by == row.written_by:
        raise SamePerson("Zurückgeben kann nur die Person, die freigeben würde.")
    row.state = WeighingState.DRAFT
    row.submitted_by = row.submitted_at = None
    await uow.session.flush()
    return WeighingId(row.id)


def draft_of(row: WeighingRow) -> WeighingDraft:
    """Return what a row says, as the rules read it."""
    return WeighingDraft(
        proposal=Outcome(row.proposal),
        reason_code=ReasonCode(row.reason_code),
        reason=row.reason,
        office=row.office,
        forwarded_to=row.forwarded_to,
        forwarded_on=row.forwarded_on,
        evidence=tuple(Evidence(named["poll"], named.get("option")) for named in row.evidence),
    )


async def newest_version(session: AsyncSession, topic_id: str) -> WeighingRow | None:
    """Return the newest version of a topic's weighing in whatever state."""
    query = select(WeighingRow).where(WeighingRow.topic_id == topic_id).order_by(WeighingRow.version.desc()).limit(1)
    row: WeighingRow | None = await session.scalar(query)
    return row


async def _newest(session: AsyncSession, topic_id: str) -> WeighingRow:
    await topic_row(session, topic_id)
    row = await newest_version(session, topic_id)
    if row is None:
        raise UnknownTrace("Zu diesem Thema gibt es noch keine Abwägung.")
    return row


async def _refuse_after_deliberation(session: AsyncSession, row: WeighingRow) -> None:
    if not await is_deliberated(session, row.topic_id):
        return
    public = (await published_weighings(session, [row.topic_id])).get(row.topic_id, [])
    seen = public[-1] if public else None
    if seen is None or _substance(seen) != _substance(row):
        raise Frozen("Ein Gremium hat schon darüber beraten. Nur Leichte Sprache kann noch ergänzt werden.")


def _substance(row: WeighingRow) -> tuple[str, str, str, str | None]:
    return row.proposal, row.reason_code, row.reason.get("de", ""), row.forwarded_to
