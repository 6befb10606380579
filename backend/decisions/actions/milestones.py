"""Add a milestone or change one; every change of a public decision's milestone is logged and tells those concerned."""

from __future__ import annotations

from backend.accounts.types import UserId
from backend.decisions import journal
from backend.decisions.errors import UnknownTrace
from backend.decisions.lookups import decision_row
from backend.decisions.models import MilestoneRow, MilestoneVersion
from backend.decisions.rules import has_text
from backend.decisions.standings import topics_of_paper
from backend.decisions.types import DecisionId, MilestoneDraft, MilestoneId, MilestoneState
from backend.kit.errors import Invalid
from backend.kit.uow import UnitOfWork

OUTBOX_CHANGED = "milestone.changed"


async def change_milestone(
    uow: UnitOfWork,
    decision_id: DecisionId,
    draft: MilestoneDraft,
    *,
    by: UserId,
    milestone_id: MilestoneId | None = None,
) -> MilestoneId:
    """Add a milestone, or write the next version of one.

    Raises: UnknownTrace, Invalid for a step that is done without a day (or has a day without being done).
    """
    decision = await decision_row(uow.session, decision_id)
    _check(draft)
    if draft.topic_id and draft.topic_id not in await topics_of_paper(uow.session, decision.paper_id):
        raise UnknownTrace("Dieses Thema steht nicht in der Vorlage.")
    row = await _row(uow, decision_id, milestone_id)
    row.version = (row.version or 0) + 1
    row.title, row.due, row.state, row.done = dict(draft.title), draft.due, draft.state, draft.done
    row.topic_id = draft.topic_id
    uow.session.add(row)
    await uow.session.flush()
    uow.session.add(
        MilestoneVersion(
            milestone_id=row.id,
            version=row.version,
            title=row.title,
            due=row.due,
            state=row.state,
            done=row.done,
            changed_by=by,
            changed_at=uow.now,
        )
    )
    await uow.session.flush()
    if decision.published_at is not None:
        await journal.milestone_changed(uow, row)
        await uow.later(OUTBOX_CHANGED, f"{row.id}:{row.version}", {"milestone_id": row.id, "version": row.version})
    return MilestoneId(row.id)


def _check(draft: MilestoneDraft) -> None:
    if not has_text(draft.title):
        raise Invalid("Bitte benennen Sie den Schritt.")
    if (draft.state is MilestoneState.DONE) != (draft.done is not None):
        raise Invalid("Ein fertiger Schritt braucht den Tag, an dem er fertig wurde – und nur ein fertiger.")


async def _row(uow: UnitOfWork, decision_id: str, milestone_id: str | None) -> MilestoneRow:
    if milestone_id is None:
        return MilestoneRow(id=uow.new_id(), decision_id=decision_id)
    known = await uow.session.get(MilestoneRow, milestone_id)
    if known is None or known.decision_id != decision_id:
        raise UnknownTrace("Diesen Schritt gibt es nicht.")
    return known
