"""Take back a published step. Its row stays, its edge is gone, and the reason is public.

Guarantees: whoever published a step cannot make it disappear alone: another person takes it back.
"""

from __future__ import annotations

from typing import TypeAlias

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.types import UserId
from backend.consultations.models import TopicRow
from backend.decisions import journal
from backend.decisions.errors import SamePerson, UnknownTrace, WrongStage
from backend.decisions.models import (
    DecisionRow,
    DeliberationRow,
    EffectRow,
    PaperRow,
    RetractionRow,
    WeighingRow,
)
from backend.decisions.types import DecisionState, StepKind
from backend.kit.errors import Invalid
from backend.kit.uow import UnitOfWork

REASON_MAX_CHARS = 1_000
Found: TypeAlias = tuple[str, str | None] | None


async def retract(
    uow: UnitOfWork,
    kind: StepKind,
    subject_id: str,
    *,
    reason: str,
    by: UserId,
    consultation_id: str | None = None,
) -> None:
    """Take a public step back, of the named consultation if one is named.

    Raises: UnknownTrace, WrongStage, SamePerson, Invalid without a reason.
    """
    if not reason.strip() or len(reason) > REASON_MAX_CHARS:
        raise Invalid("Bitte sagen Sie in wenigen Sätzen, warum das zurückgenommen wird.")
    belongs_to, published_by = await _public_step(uow.session, kind, subject_id)
    if consultation_id not in {None, belongs_to}:
        raise UnknownTrace("Dieser Schritt gehört nicht zu diesem Verfahren.")
    if by == published_by:
        raise SamePerson("Zurücknehmen muss jemand anderes als die Person, die es veröffentlicht hat.")
    if await uow.session.get(RetractionRow, (kind, subject_id)):
        raise WrongStage("Das ist schon zurückgenommen.")
    row = RetractionRow(
        kind=kind,
        subject_id=subject_id,
        consultation_id=belongs_to,
        reason=reason.strip(),
        retracted_by=by,
        retracted_at=uow.now,
    )
    uow.session.add(row)
    if kind is StepKind.DECISION:
        decision = await uow.session.get_one(DecisionRow, subject_id)
        decision.state = DecisionState.REPEALED
    await uow.session.flush()
    await journal.trace_retracted(uow, row)


async def _public_step(session: AsyncSession, kind: StepKind, subject_id: str) -> tuple[str, str | None]:
    """Return the consultation of a public step and who made it public."""
    finders = {
        StepKind.WEIGHING: _weighing,
        StepKind.PAPER: _paper,
        StepKind.DELIBERATION: _deliberation,
        StepKind.DECISION: _decision,
        StepKind.EFFECT: _effect,
    }
    found = await finders[kind](session, subject_id)
    if found is None:
        raise UnknownTrace("Diesen veröffentlichten Schritt gibt es nicht.")
    return found


async def _weighing(session: AsyncSession, weighing_id: str) -> Found:
    row = await session.get(WeighingRow, weighing_id)
    if row is None or row.published_at is None:
        return None
    topic = await session.get_one(TopicRow, row.topic_id)
    return topic.consultation_id, row.approved_by


async def _paper(session: AsyncSession, paper_id: str) -> Found:
    row = await session.get(PaperRow, paper_id)
    return (row.consultation_id, row.linked_by) if row else None


async def _deliberation(session: AsyncSession, deliberation_id: str) -> Found:
    row = await session.get(DeliberationRow, deliberation_id)
    if row is None or row.result is None:
        return None
    return (await session.get_one(PaperRow, row.paper_id)).consultation_id, row.recorded_by


async def _decision(session: AsyncSession, decision_id: str) -> Found:
    row = await session.get(DecisionRow, decision_id)
    if row is None or row.published_at is None:
        return None
    return (await session.get_one(PaperRow, row.paper_id)).consultation_id, row.approved_by


async def _effect(session: AsyncSession, effect_id: str) -> Found:
    row = await session.get(EffectRow, effect_id)
    if row is None:
        return None
    found = await _decision(session, row.decision_id)
    return (found[0], row.recorded_by) if found else None
