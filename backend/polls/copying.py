"""Copy the questions of one meeting to another: everything a host entered, nothing that happened.

Guarantees: a copy is a draft with a sheet code of its own; whatever column a question is described by is copied, what
belongs to its life begins anew. Reserve stacks are not copied: their sheets are bound to the first poll.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from backend.kit.uow import UnitOfWork
from backend.polls.actions import OF_ITS_LIFE, SHEET_CODE_BYTES
from backend.polls.models import PollRow
from backend.polls.queries import MAX_POLLS
from backend.polls.types import PollState

_OF_ITS_MEETING = frozenset({"meeting_id", "agenda_item_id"})


async def copy_polls(uow: UnitOfWork, from_id: str, to_id: str, *, items: Mapping[str, str]) -> None:
    """Copy the polls of a meeting; `items` leads from the old agenda items to the new ones."""
    source = select(PollRow).where(PollRow.meeting_id == from_id, PollRow.reserve_no.is_(None))
    described = {column.key for column in PollRow.__table__.columns} - OF_ITS_LIFE - _OF_ITS_MEETING
    for row in await uow.session.scalars(source.order_by(PollRow.position).limit(MAX_POLLS)):
        copy = PollRow(**{name: getattr(row, name) for name in described})
        copy.id, copy.meeting_id, copy.position = uow.new_id(), to_id, row.position
        copy.agenda_item_id = items.get(row.agenda_item_id or "")
        copy.state, copy.version, copy.entitled = PollState.DRAFT, 1, 0
        copy.sheet_code = uow.entropy.bytes(SHEET_CODE_BYTES)
        uow.session.add(copy)
    await uow.session.flush()
