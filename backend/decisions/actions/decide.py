"""Write a decision, hand it in, let another person publish it.

Guarantees: a published decision has a chain that ends with the deciding body, an effect per topic of its paper
and a reason for every departure from the proposal; writer and publisher are two people.
"""

from __future__ import annotations

from sqlalchemy import select

from backend.accounts.types import UserId
from backend.consultations.lookups import consultation_row
from backend.consultations.rules import local_day
from backend.decisions import journal
from backend.decisions.errors import Frozen, SamePerson, WrongStage, incomplete
from backend.decisions.lookups import decision_row, paper_row
from backend.decisions.models import DecisionRow, MilestoneRow
from backend.decisions.rules import Gap, decision_gaps
from backend.decisions.standings import chain_of, newest_effects, standings, topics_of_paper, treat_by_of
from backend.decisions.types import DecisionDraft, DecisionId, DecisionState, Result, state_of
from backend.kit.errors import Invalid
from backend.kit.uow import UnitOfWork


async def write_decision(uow: UnitOfWork, paper_id: str, draft: DecisionDraft, *, by: UserId) -> DecisionId:
    """Save the wording of a paper's decision as draft; the deadline defaults to the meeting's.

    Raises: Frozen when the decision is public.
    """
    paper = await paper_row(uow.session, paper_id)
    if draft.decided_on > local_day(uow.now):
        raise Invalid("Ein Beschluss kann nicht in der Zukunft liegen.")
    row: DecisionRow | None = await uow.session.scalar(select(DecisionRow).where(DecisionRow.paper_id == paper_id))
    if row is None:
        row = DecisionRow(id=draft.id or uow.new_id(), org_id=paper.org_id, paper_id=paper_id)
    elif row.published_at is not None:
        raise Frozen("Der Beschluss ist schon öffentlich.")
    row.state = DecisionState.DRAFT
    row.resolution = {language: text.strip() for language, text in draft.resolution.items() if text.strip()}
    row.decided_on = draft.decided_on
    row.treat_by = draft.treat_by or await treat_by_of(uow.session, paper.consultation_id)
    row.written_by, row.written_at = by, uow.now
    row.submitted_by = row.submitted_at = None
    uow.session.add(row)
    await uow.session.flush()
    return DecisionId(row.id)


async def submit_decision(uow: UnitOfWork, decision_id: DecisionId, *, by: UserId) -> None:
    """Hand in a decision for another person to publish. Raises: Incomplete, WrongStage."""
    row = await decision_row(uow.session, decision_id)
    if row.published_at is not None or row.submitted_at is not None:
        raise WrongStage("Der Beschluss ist schon eingereicht.")
    gaps = await gaps_of(uow, row)
    if gaps:
        raise incomplete(gaps)
    row.submitted_by, row.submitted_at = by, uow.now
    await uow.session.flush()


async def publish_decision(uow: UnitOfWork, decision_id: DecisionId, *, by: UserId) -> None:
    """Make a submitted decision and its effects public. Raises: Incomplete, SamePerson, WrongStage."""
    row = await decision_row(uow.session, decision_id)
    if row.published_at is not None or row.submitted_at is None:
        raise WrongStage("Der Beschluss ist noch nicht eingereicht oder schon veröffentlicht.")
    if by in {row.written_by, row.submitted_by}:
        raise SamePerson("Wer den Beschluss geschrieben oder eingereicht hat, kann ihn nicht selbst freigeben.")
    gaps = await gaps_of(uow, row)
    if gaps:
        raise incomplete(gaps)
    last = (await chain_of(uow.session, row.paper_id))[-1]
    row.state = state_of(Result(last.result)) if last.result else DecisionState.RESOLVED
    row.approved_by, row.published_at = by, uow.now
    await uow.session.flush()
    overdue = max(0, (row.decided_on - row.treat_by).days) if row.treat_by else 0
    await journal.decision_published(uow, row, days_overdue=overdue)
    for effect in (await newest_effects(uow.session, row.id)).values():
        await journal.effect_recorded(uow, effect)
    for milestone in await uow.session.scalars(select(MilestoneRow).where(MilestoneRow.decision_id == row.id)):
        await journal.milestone_changed(uow, milestone)


async def gaps_of(uow: UnitOfWork, row: DecisionRow) -> tuple[Gap, ...]:
    """Return what a decision still lacks before it may be published."""
    paper = await paper_row(uow.session, row.paper_id)
    consultation = await consultation_row(uow.session, paper.consultation_id)
    topics = await standings(uow.session, await topics_of_paper(uow.session, paper.id), row.id)
    chain = await chain_of(uow.session, paper.id)
    return decision_gaps(row.resolution, topics, chain, deciding_body=consultation.deciding_body_id)
