"""A meeting keeps what its minutes need: in order, in the transaction of the action, unchangeable."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from backend.kit.clock import FixedClock
from backend.kit.errors import Invalid
from backend.meetings.actions.agenda import next_item
from backend.meetings.actions.hall import count_people, notify_hall
from backend.meetings.actions.incidents import note_incident
from backend.meetings.actions.meeting import transition_meeting
from backend.meetings.happenings import Happened, happenings_of
from backend.meetings.queries import agenda_of, get_meeting
from backend.meetings.types import MeetingState
from backend.runtime import Runtime
from tests.factories import make_hall

pytestmark = pytest.mark.both_databases


async def test_evening_is_kept_in_order_with_its_times(rt: Runtime, clock: FixedClock) -> None:
    hall = await make_hall(rt)
    meeting_id, span = hall.meeting_id, timedelta(minutes=5)
    clock.advance(span)
    async with rt.work.write() as uow:
        await count_people(uow, meeting_id, 41)
    clock.advance(span)
    async with rt.work.write() as uow:
        await notify_hall(uow, meeting_id, " Wasser   steht hinten. ")
    clock.advance(span)
    async with rt.work.write() as uow:
        await next_item(uow, meeting_id, version=(await get_meeting(uow.session, meeting_id)).version)
    clock.advance(span)
    async with rt.work.write() as uow:
        await note_incident(uow, meeting_id, "Der Strom war kurz weg.")
    clock.advance(span)
    async with rt.work.write() as uow:
        version = (await get_meeting(uow.session, meeting_id)).version
        await transition_meeting(uow, meeting_id, MeetingState.CLOSED, version=version)
    async with rt.work.read() as reader:
        items = await agenda_of(reader.session, hall.meeting_id)
        kept = await happenings_of(reader.session, hall.meeting_id)
    assert [(each.kind, each.payload) for each in kept] == [
        (Happened.STATE, {"to": "published"}),
        (Happened.STATE, {"to": "checkin"}),
        (Happened.STATE, {"to": "running"}),
        (Happened.ITEM, {"active": items[0].id}),
        (Happened.PEOPLE, {"n": 41}),
        (Happened.NOTICE, {"text": "Wasser steht hinten."}),
        (Happened.ITEM, {"active": items[1].id}),
        (Happened.INCIDENT, {"text": "Der Strom war kurz weg."}),
        (Happened.STATE, {"to": "closed"}),
    ]
    assert [later.at - earlier.at for earlier, later in pairwise(kept[3:])] == [timedelta(minutes=5)] * 5


async def test_refused_action_leaves_nothing_behind(rt: Runtime) -> None:
    hall = await make_hall(rt)
    async with rt.work.read() as reader:
        before = await happenings_of(reader.session, hall.meeting_id)
    for words in ("", " ", "x" * 501):
        with pytest.raises(Invalid):
            async with rt.work.write() as uow:
                await note_incident(uow, hall.meeting_id, words)
    async with rt.work.read() as reader:
        assert await happenings_of(reader.session, hall.meeting_id) == before


async def test_what_happened_cannot_be_changed(rt: Runtime) -> None:
    await make_hall(rt)
    with pytest.raises(DBAPIError, match="append-only"):
        async with rt.work.write() as uow:
            await uow.session.execute(text("UPDATE meeting_happening SET kind = 'notice'"))
