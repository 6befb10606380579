"""Add a milestone or change one; a public decision's change is logged and told to those whose address is confirmed."""

from __future__ import annotations

from sqlalchemy import select

from backend.accounts.types import UserId
from backend.consultations.contacts import ask_for_mail
from backend.consultations.models import ContactRow, TopicInputRow
from backend.decisions import journal
from backend.decisions.errors import UnknownTrace
from backend.decisions.lookups import decision_row
from backend.decisions.models import DecisionRow, MilestoneRow, MilestoneVersion
from backend.decisions.rules import has_text
from backend.decisions.standings import topics_of_paper
from backend.decisions.types import DecisionId, MilestoneDraft, MilestoneId, MilestoneState
from backend.kit.errors import Invalid
from backend.kit.uow import UnitOfWork

MAIL_KIND = "milestone"
CONCERNED_MAX = 5_000


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
        await _tell(uow, decision, row)
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


async def _tell(uow: UnitOfWork, decision: DecisionRow, row: MilestoneRow) -> None:
    """Ask for a mail to everybody whose contribution is in the milestone's topic, or in any topic of the paper."""
    topics = [row.topic_id] if row.topic_id else await topics_of_paper(uow.session, decision.paper_id)
    concerned = (
        select(TopicInputRow.contribution_id)
        .join(ContactRow, ContactRow.contribution_id == TopicInputRow.contribution_id)
        .where(TopicInputRow.topic_id.in_(topics), ContactRow.confirmed_at.is_not(None))
        .distinct()
        .limit(CONCERNED_MAX)
    )
    for contribution_id in list(await uow.session.scalars(concerned)):
        about = f"{row.id}:{row.version}:{contribution_id}"
        await ask_for_mail(uow, contribution_id, kind=MAIL_KIND, about=about)
