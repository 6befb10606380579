"""The answer clock: what was delivered, what waits under the receipt code, what is open. Never one blended number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.consultations.models import ConsultationRow, ContributionRow
from backend.consultations.rules import local_day
from backend.consultations.types import ConsultationState, ContributionKind, ContributionState, Texts
from backend.decisions.models import FeedbackRow
from backend.decisions.rules import Deadline, deadline
from backend.decisions.types import AnswerState, Medium

ROWS_MAX = 20_000
CONSULTATIONS_MAX = 200


@dataclass(frozen=True, slots=True)
class AnswerClock:
    """How a consultation's contributions are answered; `median_days` from arrival to answer."""

    consultation_id: str
    slug: str
    title: Texts
    answers: tuple[AnswerState, ...]
    median_days: int | None
    promised: Deadline | None

    @property
    def total(self) -> int:
        """Contributions that are owed an answer."""
        return len(self.answers)

    @property
    def delivered(self) -> int:
        """Answers that reached somebody by mail, letter or notice."""
        return self.answers.count(AnswerState.DELIVERED)

    @property
    def waiting(self) -> int:
        """Answers that wait under the receipt code, because no address is known."""
        return self.answers.count(AnswerState.WAITING)

    @property
    def open(self) -> int:
        """Contributions without an answer."""
        return self.answers.count(AnswerState.OPEN)

    @property
    def overdue(self) -> int:
        """Contributions without an answer although the promised day has passed."""
        return self.open if self.promised and self.promised.days < 0 else 0


async def answer_clock(session: AsyncSession, consultation_id: str, today: date) -> AnswerClock | None:
    """Return the clock of one consultation, or None for a draft."""
    row = await session.get(ConsultationRow, consultation_id)
    if row is None or row.state == ConsultationState.DRAFT:
        return None
    return (await _clocks(session, [row], today))[0]


async def answer_clocks(session: AsyncSession, org_id: str, today: date) -> list[AnswerClock]:
    """Return the clocks of an organisation's public consultations, newest first."""
    query = (
        select(ConsultationRow)
        .where(ConsultationRow.org_id == org_id, ConsultationRow.state != ConsultationState.DRAFT)
        .order_by(ConsultationRow.published_at.desc(), ConsultationRow.slug)
        .limit(CONSULTATIONS_MAX)
    )
    return await _clocks(session, list(await session.scalars(query)), today)


async def _clocks(session: AsyncSession, rows: list[ConsultationRow], today: date) -> list[AnswerClock]:
    contributions = (
        select(ContributionRow.id, ContributionRow.consultation_id, ContributionRow.received_at, ContributionRow.state)
        .where(ContributionRow.consultation_id.in_([row.id for row in rows]))
        .where(ContributionRow.state.not_in((ContributionState.WITHDRAWN, ContributionState.ERASED)))
        .where(ContributionRow.kind != ContributionKind.REPLY, ContributionRow.is_official.is_(False))
        .order_by(ContributionRow.ref)
        .limit(ROWS_MAX)
    )
    owed = list(await session.execute(contributions))
    sent = await _answers(session, [row.id for row in rows])
    clocks: list[AnswerClock] = []
    for row in rows:
        own = [each for each in owed if each.consultation_id == row.id]
        days = [(sent[each.id][1] - local_day(each.received_at)).days for each in own if each.id in sent]
        promised = deadline(row.promised_feedback_by, today) if row.promised_feedback_by else None
        answers = tuple(
            sorted((_state(sent.get(each.id), ContributionState(each.state)) for each in own), key=_ORDER.index)
        )
        clocks.append(
            AnswerClock(row.id, row.slug, dict(row.title), answers, round(median(days)) if days else None, promised)
        )
    return clocks


_ORDER = (AnswerState.DELIVERED, AnswerState.WAITING, AnswerState.OPEN)


async def _answers(session: AsyncSession, consultation_ids: Iterable[str]) -> dict[str, tuple[Medium, date]]:
    query = (
        select(FeedbackRow.contribution_id, FeedbackRow.medium, FeedbackRow.sent_at)
        .join(ContributionRow, ContributionRow.id == FeedbackRow.contribution_id)
        .where(ContributionRow.consultation_id.in_(list(consultation_ids)))
        .order_by(FeedbackRow.sent_at.desc())
        .limit(ROWS_MAX)
    )
    return {row.contribution_id: (Medium(row.medium), local_day(row.sent_at)) for row in await session.execute(query)}


def _state(answer: tuple[Medium, date] | None, state: ContributionState) -> AnswerState:
    if answer is None:  # whoever was rejected has a statement of reasons under the receipt code
        return AnswerState.WAITING if state is ContributionState.REJECTED else AnswerState.OPEN
    return AnswerState.WAITING if answer[0] is Medium.NONE_NO_CONTACT else AnswerState.DELIVERED
