"""What waits in an office for weighing and deciding, each with the day it is due. The surface adds words and links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.consultations.models import ConsultationRow, TopicRow
from backend.consultations.types import ConsultationState, Texts
from backend.decisions.models import DecisionRow, PaperRow, WeighingRow
from backend.decisions.queries.clock import answer_clocks
from backend.decisions.queries.weighing_desk import Desk, weighing_desk
from backend.decisions.rules import GapCode, has_text
from backend.decisions.standings import published_weighings, treat_by_of
from backend.decisions.types import WeighingState

ROWS_MAX = 500


class TaskKind(StrEnum):
    """One kind of work."""

    GROUP = "group"
    WEIGH = "weigh"
    APPROVE_WEIGHING = "approve_weighing"
    PLAIN_LANGUAGE = "plain_language"
    APPROVE_DECISION = "approve_decision"
    FINISH_DECISION = "finish_decision"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Task:
    """Work that waits; `n` of `total` things, `target` is the procedure or paper it happens in."""

    kind: TaskKind
    due: date | None
    n: int
    total: int
    about: Texts
    target: str


@dataclass(frozen=True, slots=True)
class CouncilDeadline:
    """A day by which a council must have treated recommendations, and whether it has."""

    due: date
    about: Texts
    decided_on: date | None


async def tasks_of(session: AsyncSession, org_id: str, *, user_id: str, today: date) -> list[Task]:
    """Return what waits in an organisation, soonest first; approvals only for those who may give them."""
    tasks: list[Task] = []
    for row in await _procedures(session, org_id):
        desk = await weighing_desk(session, row.id)
        tasks += _weighing_tasks(desk, row)
        tasks += await _plain_language(session, desk)
        tasks += await _approvals(session, desk, user_id)
    tasks += await _decisions(session, org_id, user_id)
    tasks += await _answers(session, org_id, today)
    return sorted(tasks, key=lambda task: (task.due is None, task.due or today, task.kind))


async def council_deadlines(session: AsyncSession, org_id: str) -> list[CouncilDeadline]:
    """Return the treatment deadlines of an organisation's procedures, open ones first."""
    found: list[CouncilDeadline] = []
    for row in await _procedures(session, org_id):
        due = await treat_by_of(session, row.id)
        if due is None:
            continue
        decided = (
            select(func.min(DecisionRow.decided_on))
            .join(PaperRow, PaperRow.id == DecisionRow.paper_id)
            .where(PaperRow.consultation_id == row.id, DecisionRow.published_at.is_not(None))
        )
        found.append(CouncilDeadline(due, dict(row.title), await session.scalar(decided)))
    return sorted(found, key=lambda each: (each.decided_on is not None, each.due))


async def _procedures(session: AsyncSession, org_id: str) -> list[ConsultationRow]:
    query = (
        select(ConsultationRow)
        .where(ConsultationRow.org_id == org_id, ConsultationRow.state == ConsultationState.PUBLISHED)
        .order_by(ConsultationRow.published_at)
        .limit(ROWS_MAX)
    )
    return list(await session.scalars(query))


def _weighing_tasks(desk: Desk, row: ConsultationRow) -> list[Task]:
    due = desk.next_body[1] if desk.next_body else row.promised_feedback_by
    loose = [gap for gap in desk.gaps if gap.code is GapCode.TOPIC]
    unweighed = [topic for topic in desk.topics if topic.state in {None, WeighingState.DRAFT}]
    tasks: list[Task] = []
    if loose:
        tasks.append(Task(TaskKind.GROUP, due, len(loose), desk.inputs_total, desk.title, desk.consultation_id))
    if unweighed:
        tasks.append(Task(TaskKind.WEIGH, due, len(unweighed), len(desk.topics), desk.title, desk.consultation_id))
    return tasks


async def _approvals(session: AsyncSession, desk: Desk, user_id: str) -> list[Task]:
    topics = select(TopicRow.id).where(TopicRow.consultation_id == desk.consultation_id)
    query = (
        select(func.count())
        .select_from(WeighingRow)
        .where(WeighingRow.topic_id.in_(topics), WeighingRow.state == WeighingState.SUBMITTED)
        .where(WeighingRow.written_by != user_id, WeighingRow.submitted_by != user_id)
    )
    waiting = await session.scalar(query) or 0
    if not waiting:
        return []
    due = desk.next_body[1] if desk.next_body else None
    return [Task(TaskKind.APPROVE_WEIGHING, due, waiting, len(desk.topics), desk.title, desk.consultation_id)]


async def _plain_language(session: AsyncSession, desk: Desk) -> list[Task]:
    public = await published_weighings(session, [topic.id for topic in desk.topics])
    newest = [versions[-1] for versions in public.values()]
    owed = [row.plain_language_due for row in newest if row.plain_language_due and not has_text(row.reason, "ls")]
    if not owed:
        return []
    return [Task(TaskKind.PLAIN_LANGUAGE, min(owed), len(owed), len(newest), desk.title, desk.consultation_id)]


async def _decisions(session: AsyncSession, org_id: str, user_id: str) -> list[Task]:
    query = (
        select(DecisionRow, PaperRow)
        .join(PaperRow, PaperRow.id == DecisionRow.paper_id)
        .where(DecisionRow.org_id == org_id, DecisionRow.published_at.is_(None))
        .limit(ROWS_MAX)
    )
    tasks: list[Task] = []
    for decision, paper in await session.execute(query):
        is_mine = user_id in {decision.written_by, decision.submitted_by}
        kind = TaskKind.APPROVE_DECISION if decision.submitted_at else TaskKind.FINISH_DECISION
        if kind is TaskKind.FINISH_DECISION or not is_mine:
            tasks.append(Task(kind, decision.treat_by, 1, 1, {"de": paper.reference}, paper.id))
    return tasks


async def _answers(session: AsyncSession, org_id: str, today: date) -> list[Task]:
    decided = (
        select(PaperRow.consultation_id, PaperRow.id)
        .join(DecisionRow, DecisionRow.paper_id == PaperRow.id)
        .where(PaperRow.org_id == org_id, DecisionRow.published_at.is_not(None))
        .order_by(DecisionRow.decided_on)
        .limit(ROWS_MAX)
    )
    papers = {row.consultation_id: row.id for row in await session.execute(decided)}
    return [
        Task(
            TaskKind.ANSWER,
            clock.promised.due if clock.promised else None,
            clock.open,
            clock.total,
            clock.title,
            papers[clock.consultation_id],
        )
        for clock in await answer_clocks(session, org_id, today)
        if clock.open and clock.consultation_id in papers
    ]
