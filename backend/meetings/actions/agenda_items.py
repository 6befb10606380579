"""Editing the agenda, before and during the meeting.

Guarantees: every change expects the meeting's version under its lock and tells the rooms the whole agenda; what is
postponed, withdrawn or taken up again leaves a trace. Plain numbers 1, 2, 3 … are counted anew while nobody is
in the hall; once people are let in, a point keeps the number they have read.
Refuses to move or delete what has begun or belongs to a question that is released.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from backend.kit.errors import Conflict, Invalid, NotFound
from backend.kit.uow import UnitOfWork
from backend.meetings.actions.agenda import NewItem, tell_agenda
from backend.meetings.actions.rows import lock_at
from backend.meetings.models import AgendaItemRow, MeetingRow
from backend.meetings.preparation_tables import AgendaStepRow
from backend.meetings.queries import agenda_rows
from backend.meetings.types import AHEAD, EDITABLE, ITEM_STEPS, ItemState, MeetingState
from backend.polls.actions import leave_item
from backend.polls.errors import InvalidTransition
from backend.polls.queries import Poll, polls_of
from backend.polls.types import PollState

MAX_POINTS = 60
MAX_MINUTES = 600
MAX_NUMBER_CHARS = 10
MAX_TITLE_CHARS = 300
MAX_REASON_CHARS = 300
_VOTING = frozenset({PollState.OPEN, PollState.CLOSING})


class ItemInUse(Conflict):
    """The point has begun, has a trace, or carries a released question."""

    code = "item_in_use"
    title = "Dieser Punkt kann so nicht geändert werden"


@dataclass(frozen=True, slots=True)
class Agenda:
    """A locked meeting and its points in order."""

    meeting: MeetingRow
    items: list[AgendaItemRow]

    def item(self, item_id: str) -> AgendaItemRow:
        """Return one point. Raises: NotFound."""
        for item in self.items:
            if item.id == item_id:
                return item
        raise NotFound("Diesen Punkt gibt es nicht mehr.")


async def add_item(uow: UnitOfWork, meeting_id: str, new: NewItem, *, version: int) -> str:
    """Add a point at the end and return its id; without a number it gets the next. Raises: Invalid, StaleVersion."""
    agenda = await _open_agenda(uow, meeting_id, version)
    if len(agenda.items) >= MAX_POINTS:
        raise Invalid(f"Eine Tagesordnung hat höchstens {MAX_POINTS} Punkte.")
    _check(new)
    item = AgendaItemRow(
        id=uow.new_id(),
        meeting_id=meeting_id,
        position=len(agenda.items) + 1,
        number=new.number or str(len(agenda.items) + 1),
        title=dict(new.title),
        minutes=new.minutes,
        state=ItemState.PLANNED,
    )
    uow.session.add(item)
    await _changed(uow, agenda.meeting)
    return item.id


async def edit_item(uow: UnitOfWork, meeting_id: str, item_id: str, new: NewItem, *, version: int) -> None:
    """Change number, title and minutes of a point. Raises: Invalid, NotFound, StaleVersion."""
    agenda = await _open_agenda(uow, meeting_id, version)
    _check(new)
    item = agenda.item(item_id)
    item.number, item.title, item.minutes = new.number or item.number, {**item.title, **new.title}, new.minutes
    await _changed(uow, agenda.meeting)


async def move_item(uow: UnitOfWork, meeting_id: str, item_id: str, *, to: int, version: int) -> None:
    """Move a planned point to a place counted from 1, at the earliest behind what has begun.

    Raises: ItemInUse, NotFound, StaleVersion.
    """
    agenda = await _open_agenda(uow, meeting_id, version)
    item = agenda.item(item_id)
    if item.state != ItemState.PLANNED:
        raise ItemInUse("Verschieben können Sie nur Punkte, die noch kommen.")
    others = [each for each in agenda.items if each is not item]
    begun = [index for index, each in enumerate(others, start=1) if each.state in {ItemState.ACTIVE, ItemState.DONE}]
    place = max(min(to, len(agenda.items)) - 1, begun[-1] if begun else 0)
    _place(agenda.meeting, agenda.items, [*others[:place], item, *others[place:]])
    await _changed(uow, agenda.meeting)


async def remove_item(uow: UnitOfWork, meeting_id: str, item_id: str, *, version: int) -> None:
    """Delete a planned point; its draft questions stay without a point. Raises: ItemInUse, NotFound, StaleVersion."""
    agenda = await _open_agenda(uow, meeting_id, version)
    item = agenda.item(item_id)
    traced = await uow.session.scalar(select(AgendaStepRow.id).where(AgendaStepRow.item_id == item_id).limit(1))
    if item.state != ItemState.PLANNED or traced:
        raise ItemInUse("Löschen können Sie nur Punkte, mit denen noch nichts geschehen ist. Setzen Sie ihn ab.")
    if any(poll.state is not PollState.DRAFT for poll in await _polls_at(uow, meeting_id, item_id)):
        raise ItemInUse("Zu diesem Punkt gehört eine Frage, die schon freigegeben ist. Setzen Sie ihn ab.")
    await leave_item(uow, meeting_id, item_id)
    await uow.session.delete(item)
    _place(agenda.meeting, agenda.items, [each for each in agenda.items if each is not item])
    await _changed(uow, agenda.meeting)


async def set_item(
    uow: UnitOfWork, meeting_id: str, item_id: str, target: ItemState, *, version: int, reason: str = ""
) -> None:
    """Postpone or withdraw a point, or plan it again. The trace keeps when and, if given, why.

    Raises: InvalidTransition, ItemInUse while people vote at it, NotFound, StaleVersion.
    """
    agenda = await _open_agenda(uow, meeting_id, version)
    item = agenda.item(item_id)
    is_announced = agenda.meeting.state != MeetingState.DRAFT  # before, a point is simply deleted
    if not is_announced or target not in ITEM_STEPS[ItemState(item.state)]:
        raise InvalidTransition(state=item.state)
    if any(poll.state in _VOTING for poll in await _polls_at(uow, meeting_id, item_id)):
        raise ItemInUse("Zu diesem Punkt wird gerade abgestimmt. Schließen Sie zuerst die Abstimmung.")
    item.state = target
    item.started_at = None if target is ItemState.PLANNED else item.started_at
    if agenda.meeting.active_item_id == item.id:
        agenda.meeting.active_item_id = None
    step = AgendaStepRow(
        id=uow.new_id(),
        item_id=item.id,
        version=agenda.meeting.version + 1,
        step=target,
        reason=" ".join(reason.split())[:MAX_REASON_CHARS],
        taken_at=uow.now,
    )
    uow.session.add(step)
    await _changed(uow, agenda.meeting)


async def _open_agenda(uow: UnitOfWork, meeting_id: str, version: int) -> Agenda:
    row = await lock_at(uow, meeting_id, version)
    if MeetingState(row.state) not in EDITABLE:
        raise InvalidTransition("Nach dem Ende bleibt die Tagesordnung, wie sie ist.", state=row.state)
    return Agenda(row, await agenda_rows(uow.session, meeting_id))


async def _changed(uow: UnitOfWork, row: MeetingRow) -> None:
    row.version += 1
    await tell_agenda(uow, row)


async def _polls_at(uow: UnitOfWork, meeting_id: str, item_id: str) -> list[Poll]:
    return [poll for poll in await polls_of(uow.session, meeting_id) if poll.agenda_item_id == item_id]


def _check(new: NewItem) -> None:
    title = new.title.get("de", "").strip()
    if not 0 < len(title) <= MAX_TITLE_CHARS or len(new.number) > MAX_NUMBER_CHARS:
        raise Invalid("Ein Punkt braucht einen Titel; seine Nummer hat höchstens zehn Zeichen.")
    if not 0 <= new.minutes <= MAX_MINUTES:
        raise Invalid(f"Ein Punkt dauert höchstens {MAX_MINUTES} Minuten.")


def _place(meeting: MeetingRow, before: list[AgendaItemRow], after: list[AgendaItemRow]) -> None:
    """Give the points their places, and new numbers where the old ones only counted."""
    is_counted = [item.number for item in before] == [str(number) for number in range(1, len(before) + 1)]
    for number, item in enumerate(after, start=1):
        item.position = number
        if is_counted and MeetingState(meeting.state) in AHEAD:
            item.number = str(number)
