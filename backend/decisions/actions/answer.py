"""Answer people: one answer per contribution and decision, by the way that reaches its author.

Guarantees: nobody is answered twice; a mail is only promised where a confirmed address exists; without any way to
reach a person the answer waits under the receipt code and is counted as such. The public page always shows it.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.types import UserId
from backend.consultations.contacts import ask_for_mail
from backend.consultations.models import ContactRow, ContributionRow
from backend.consultations.types import ContributionState, Texts
from backend.decisions import journal
from backend.decisions.errors import UnknownTrace, WrongStage
from backend.decisions.lookups import decision_row, paper_row
from backend.decisions.models import FeedbackRow
from backend.decisions.rules import has_text
from backend.decisions.types import DecisionId, FeedbackId, Medium
from backend.kit.errors import Conflict, Invalid
from backend.kit.uow import UnitOfWork

MAIL_KIND = "feedback"
GONE = frozenset({ContributionState.WITHDRAWN, ContributionState.ERASED})


class AlreadyAnswered(Conflict):
    """This contribution has its answer to this decision."""

    code = "already_answered"
    title = "Dieser Beitrag hat schon eine Antwort"


class NoAddress(Conflict):
    """There is no confirmed address to send a mail to."""

    code = "no_address"
    title = "Zu diesem Beitrag gibt es keine bestätigte E-Mail-Adresse"


async def send_feedback(
    uow: UnitOfWork, decision_id: DecisionId, contribution_id: str, *, medium: Medium, text: Texts, by: UserId
) -> FeedbackId:
    """Answer one contribution. Raises: WrongStage, UnknownTrace, AlreadyAnswered, NoAddress, Invalid."""
    contribution = await _answerable(uow.session, decision_id, contribution_id)
    if not has_text(text):
        raise Invalid("Die Antwort ist leer.")
    if medium is Medium.EMAIL and not await has_address(uow.session, contribution_id):
        raise NoAddress("Wählen Sie einen anderen Weg, zum Beispiel den Brief oder den Aushang.")
    row = FeedbackRow(
        id=uow.new_id(),
        contribution_id=contribution.id,
        decision_id=decision_id,
        medium=medium,
        text=dict(text),
        sent_by=by,
        sent_at=uow.now,
    )
    uow.session.add(row)
    await uow.session.flush()
    await journal.feedback_sent(uow, row)
    if medium is Medium.EMAIL:
        await ask_for_mail(uow, contribution.id, kind=MAIL_KIND, about=row.id)
    return FeedbackId(row.id)


async def send_answers(
    uow: UnitOfWork, decision_id: DecisionId, answers: Mapping[str, tuple[Medium, Texts]], *, by: UserId
) -> int:
    """Answer many contributions at once; return how many. All or none."""
    for contribution_id, (medium, text) in answers.items():
        await send_feedback(uow, decision_id, contribution_id, medium=medium, text=text, by=by)
    return len(answers)


async def has_address(session: AsyncSession, contribution_id: str) -> bool:
    """Tell whether a confirmed address is known, without opening it."""
    query = select(ContactRow.contribution_id).where(
        ContactRow.contribution_id == contribution_id, ContactRow.confirmed_at.is_not(None)
    )
    return await session.scalar(query) is not None


async def _answerable(session: AsyncSession, decision_id: str, contribution_id: str) -> ContributionRow:
    decision = await decision_row(session, decision_id)
    if decision.published_at is None:
        raise WrongStage("Antworten gehen erst hinaus, wenn der Beschluss veröffentlicht ist.")
    paper = await paper_row(session, decision.paper_id)
    row = await session.get(ContributionRow, contribution_id)
    if row is None or row.consultation_id != paper.consultation_id:
        raise UnknownTrace("Dieser Beitrag gehört nicht zu diesem Verfahren.")
    if row.state in GONE:
        raise WrongStage("Dieser Beitrag wurde zurückgenommen.")
    known = select(FeedbackRow.id).where(
        FeedbackRow.contribution_id == contribution_id, FeedbackRow.decision_id == decision_id
    )
    if await session.scalar(known):
        raise AlreadyAnswered
    return row
