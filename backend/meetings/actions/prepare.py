"""What a clerk decides while preparing: begin with a format, common questions, the plan, ticks of the checklist.

Guarantees: a format is laid only on an empty agenda; the plan and a tick never change what the hall sees.
"""

from __future__ import annotations

from sqlalchemy import delete

from backend.kit.errors import Conflict, Invalid, NotFound
from backend.kit.uow import UnitOfWork
from backend.meetings.actions.agenda import NewItem
from backend.meetings.actions.agenda_items import add_item
from backend.meetings.actions.rows import lock_at, lock_meeting
from backend.meetings.checklist import TASKS
from backend.meetings.formats import COMMON, FORMATS, CommonQuestion
from backend.meetings.models import MeetingRow
from backend.meetings.plan import Plan
from backend.meetings.preparation_tables import ChecklistTickRow
from backend.meetings.queries import agenda_of
from backend.polls.actions import NewPoll, create_poll


class AgendaNotEmpty(Conflict):
    """A format would be laid over points somebody wrote."""

    code = "agenda_not_empty"
    title = "Die Tagesordnung ist nicht mehr leer"


async def begin_with(uow: UnitOfWork, meeting_id: str, name: str, *, version: int, n_min: int) -> None:
    """Lay the points and questions of a format on an empty agenda.

    Raises: NotFound, StaleVersion, AgendaNotEmpty.
    """
    chosen = FORMATS.get(name)
    if chosen is None:
        raise NotFound("Diese Vorlage gibt es nicht.")
    row = await lock_at(uow, meeting_id, version)
    if await agenda_of(uow.session, meeting_id):
        raise AgendaNotEmpty
    items = [
        await add_item(uow, meeting_id, NewItem("", {"de": title}, minutes), version=row.version)
        for title, minutes in chosen.points
    ]
    for question in chosen.questions:
        item_id = items[question.point - 1] if question.point else None
        await _ask(uow, row, question, item_id=item_id, n_min=n_min)


async def add_common_question(uow: UnitOfWork, meeting_id: str, name: str, *, n_min: int) -> str:
    """Add a common question as a draft and return its id. Raises: NotFound."""
    if name not in COMMON:
        raise NotFound("Diese Vorlage gibt es nicht.")
    row = await lock_meeting(uow, meeting_id)
    question = COMMON[name]
    items = await agenda_of(uow.session, meeting_id)
    item_id = items[0].id if question.is_practice and items else None
    return await _ask(uow, row, question, item_id=item_id, n_min=n_min)


async def keep_plan(uow: UnitOfWork, meeting_id: str, plan: Plan) -> None:
    """Keep how the evening is planned. Raises: NotFound."""
    row = await lock_meeting(uow, meeting_id)
    row.plan = plan.kept()


async def tick(uow: UnitOfWork, meeting_id: str, task: str, *, is_done: bool) -> None:
    """Tick a task of the checklist, or take the tick back; twice is once. Raises: NotFound, Invalid."""
    await lock_meeting(uow, meeting_id)
    if task not in {each.id for each in TASKS}:
        raise Invalid("Diese Aufgabe steht nicht auf der Liste.")
    if is_done:
        await uow.insert_new(ChecklistTickRow, meeting_id=meeting_id, task=task, ticked_at=uow.now)
    else:
        gone = delete(ChecklistTickRow).where(ChecklistTickRow.meeting_id == meeting_id, ChecklistTickRow.task == task)
        await uow.session.execute(gone)


async def _ask(uow: UnitOfWork, row: MeetingRow, question: CommonQuestion, *, item_id: str | None, n_min: int) -> str:
    new = NewPoll(
        type=question.type,
        question={"de": question.text},
        options=question.options,
        agenda_item_id=item_id,
        is_practice=question.is_practice,
    )
    return (await create_poll(uow, new, org_id=row.org_id, meeting_id=row.id, n_min=n_min)).id
