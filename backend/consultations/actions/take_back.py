"""What an author may do with a receipt code alone: withdraw and erase.

Guarantees: withdrawing hides the text and keeps answers to it; erasing removes every word, the address and the
sealed copy in the log, and leaves only that something was there.
"""

from __future__ import annotations

from sqlalchemy import delete, select, update

from backend.consultations import journal
from backend.consultations.errors import AlreadyDone
from backend.consultations.lookups import contribution_by_receipt
from backend.consultations.models import (
    ComplaintRow,
    ContactRow,
    ContributionRow,
    ModerationDecisionRow,
    NoticeRow,
)
from backend.consultations.publication import set_state
from backend.consultations.rules import may_be_withdrawn
from backend.consultations.types import ComplaintState, ContributionState
from backend.kit.uow import UnitOfWork

ERASED = ""
_RECORDED = (ComplaintState.UPHELD, ComplaintState.PARTLY, ComplaintState.DISMISSED)


async def withdraw(uow: UnitOfWork, code: str) -> str:
    """Take a contribution back; return its reference. Raises: UnknownReceipt, MalformedReceipt, AlreadyDone."""
    row = await contribution_by_receipt(uow.session, code)
    if not may_be_withdrawn(ContributionState(row.state)):
        raise AlreadyDone("Dieser Beitrag ist schon zurückgezogen.")
    await set_state(uow, row, ContributionState.WITHDRAWN, text=None)
    await _end_complaints(uow, row.id)
    await journal.input_withheld(uow, row)
    await journal.input_withdrawn(uow, row)
    return row.ref


async def erase(uow: UnitOfWork, code: str) -> str:
    """Delete everything a person wrote; return the reference. Raises: UnknownReceipt, MalformedReceipt, AlreadyDone."""
    row = await contribution_by_receipt(uow.session, code)
    if row.state == ContributionState.ERASED:
        raise AlreadyDone("Dieser Beitrag ist schon gelöscht.")
    decisions = await uow.session.scalars(
        select(ModerationDecisionRow.id).where(ModerationDecisionRow.contribution_id == row.id)
    )
    complaints = await uow.session.scalars(
        select(ComplaintRow.id).where(ComplaintRow.contribution_id == row.id, ComplaintRow.state.in_(_RECORDED))
    )
    await journal.input_erased(uow, row, decisions=decisions.all(), complaints=complaints.all())
    await _remove_words(uow, row)
    await uow.session.execute(delete(ContactRow).where(ContactRow.contribution_id == row.id))
    await set_state(uow, row, ContributionState.ERASED, text=None)
    return row.ref


async def _remove_words(uow: UnitOfWork, row: ContributionRow) -> None:
    row.text = ERASED
    row.title = row.translation = row.nickname = row.organisation = None
    row.flags = []
    decisions = update(ModerationDecisionRow).where(ModerationDecisionRow.contribution_id == row.id)
    await uow.session.execute(decisions.values(facts=ERASED, statement=ERASED))
    complaints = update(ComplaintRow).where(ComplaintRow.contribution_id == row.id)
    await uow.session.execute(complaints.values(text=ERASED, reason=None))
    await uow.session.execute(update(NoticeRow).where(NoticeRow.contribution_id == row.id).values(text=ERASED))
    await _end_complaints(uow, row.id)


async def _end_complaints(uow: UnitOfWork, contribution_id: str) -> None:
    """Close open complaints: about a contribution that is gone nobody needs to decide any more."""
    still_open = (ComplaintRow.contribution_id == contribution_id, ComplaintRow.state == ComplaintState.OPEN)
    gone = update(ComplaintRow).where(*still_open)
    await uow.session.execute(gone.values(state=ComplaintState.MOOT, decided_at=uow.now))
