"""Editing the agenda: places, numbers, what may no longer be changed, and the trace."""

from __future__ import annotations

import pytest

from backend.kit.errors import DomainError, Invalid
from backend.kit.stream import events_since, last_seq
from backend.kit.uow import UnitOfWork
from backend.meetings.actions.agenda import NewItem, next_item
from backend.meetings.actions.agenda_items import (
    MAX_POINTS,
    ItemInUse,
    add_item,
    edit_item,
    move_item,
    remove_item,
    set_item,
)
from backend.meetings.actions.meeting import NewMeeting, create_meeting, transition_meeting
from backend.meetings.queries import AgendaItem, agenda_of, agenda_steps, get_meeting
from backend.meetings.types import Assembly, ItemState, MeetingState
from backend.polls.actions import NewPoll, create_poll
from backend.polls.errors import InvalidTransition, StaleVersion
from backend.polls.queries import get_poll
from backend.polls.types import PollState, PollType
from backend.runtime import Runtime
from tests.factories import YES_NO, Hall, make_hall, make_org, make_poll

POINTS = ("Begrüßung", "Marktplatz", "Fragen")


@pytest.fixture
async def draft(rt: Runtime) -> str:
    """A meeting with three points nobody has heard of."""
    async with rt.work.write() as uow:
        org = await make_org(uow)
        new = NewMeeting(
            title={"de": "Werkstatt"},
            notice={},
            starts_at=uow.now,
            assembly_type=Assembly.WORKSHOP,
            agenda=[NewItem(str(no), {"de": title}, 10) for no, title in enumerate(POINTS, start=1)],
        )
        return (await create_meeting(uow, new, org_id=org.id)).id


@pytest.fixture
async def hall(rt: Runtime) -> Hall:
    """A running meeting at its first of two points."""
    return await make_hall(rt, voting=2)


async def agenda(rt: Runtime, meeting_id: str) -> list[AgendaItem]:
    async with rt.work.read() as uow:
        return await agenda_of(uow.session, meeting_id)


async def listed(rt: Runtime, meeting_id: str) -> list[str]:
    return [f"{item.number} {item.title['de']}" for item in await agenda(rt, meeting_id)]


async def version_of(uow: UnitOfWork, meeting_id: str) -> int:
    return (await get_meeting(uow.session, meeting_id)).version


async def move(rt: Runtime, meeting_id: str, item: AgendaItem, to: int) -> None:
    async with rt.work.write() as uow:
        await move_item(uow, meeting_id, item.id, to=to, version=await version_of(uow, meeting_id))


async def put(rt: Runtime, meeting_id: str, item: AgendaItem, state: ItemState, reason: str = "") -> None:
    async with rt.work.write() as uow:
        await set_item(uow, meeting_id, item.id, state, version=await version_of(uow, meeting_id), reason=reason)


async def drop(rt: Runtime, meeting_id: str, item: AgendaItem) -> None:
    async with rt.work.write() as uow:
        await remove_item(uow, meeting_id, item.id, version=await version_of(uow, meeting_id))


async def test_points_are_added_edited_moved_and_deleted(rt: Runtime, draft: str) -> None:
    async with rt.work.write() as uow:
        added = await add_item(uow, draft, NewItem("", {"de": "Anträge"}, 20), version=1)
        await edit_item(uow, draft, added, NewItem("", {"de": "Anträge aus der Mitte"}, 25), version=2)
    assert (await listed(rt, draft))[-1] == "4 Anträge aus der Mitte"
    await move(rt, draft, (await agenda(rt, draft))[3], to=1)
    assert await listed(rt, draft) == ["1 Anträge aus der Mitte", "2 Begrüßung", "3 Marktplatz", "4 Fragen"]
    await drop(rt, draft, (await agenda(rt, draft))[1])
    assert await listed(rt, draft) == ["1 Anträge aus der Mitte", "2 Marktplatz", "3 Fragen"]


async def test_numbers_of_ones_own_are_kept_when_points_move(rt: Runtime, draft: str) -> None:
    first = (await agenda(rt, draft))[0]
    async with rt.work.write() as uow:
        await edit_item(uow, draft, first.id, NewItem("Ö 1", {"de": "Begrüßung"}, 10), version=1)
    await move(rt, draft, first, to=3)
    assert await listed(rt, draft) == ["2 Marktplatz", "3 Fragen", "Ö 1 Begrüßung"]


async def test_numbers_stay_once_people_are_let_in(rt: Runtime, hall: Hall) -> None:
    async with rt.work.write() as uow:
        await add_item(uow, hall.meeting_id, NewItem("", {"de": "Anträge"}, 5), version=4)
    await move(rt, hall.meeting_id, (await agenda(rt, hall.meeting_id))[2], to=1)
    assert await listed(rt, hall.meeting_id) == ["1 Begrüßung", "3 Anträge", "2 Abstimmungen"]


async def test_change_expects_the_version_and_tells_the_rooms(rt: Runtime, draft: str) -> None:
    async with rt.work.write() as uow:
        before = await last_seq(uow.session, draft)
        await add_item(uow, draft, NewItem("", {"de": "Anträge"}, 20), version=1)
    async with rt.work.read() as reader:
        events = await events_since(reader.session, draft, before)
    assert events is not None
    (event,) = events
    assert event.kind == "agenda"
    assert [item["title"]["de"] for item in event.payload["items"]] == [*POINTS, "Anträge"]
    assert event.payload["version"] == 2
    with pytest.raises(StaleVersion):
        async with rt.work.write() as uow:
            await add_item(uow, draft, NewItem("", {"de": "Noch einer"}, 20), version=1)


@pytest.mark.parametrize(
    "new",
    [NewItem("", {"de": "  "}, 5), NewItem("", {"de": "x" * 301}, 5), NewItem("1" * 11, {"de": "x"}, 5)]
    + [NewItem("", {"de": "Lang"}, minutes) for minutes in (-1, 601)],
)
async def test_point_without_title_or_with_wild_numbers_is_refused(rt: Runtime, draft: str, new: NewItem) -> None:
    with pytest.raises(Invalid):
        async with rt.work.write() as uow:
            await add_item(uow, draft, new, version=1)


async def test_agenda_ends_at_its_limit(rt: Runtime, draft: str) -> None:
    async with rt.work.write() as uow:
        for version in range(1, MAX_POINTS - len(POINTS) + 1):
            await add_item(uow, draft, NewItem("", {"de": "Noch einer"}, 1), version=version)
        with pytest.raises(Invalid):
            await add_item(uow, draft, NewItem("", {"de": "Zu viel"}, 1), version=await version_of(uow, draft))


async def test_what_has_begun_is_neither_moved_nor_deleted(rt: Runtime, hall: Hall) -> None:
    active = (await agenda(rt, hall.meeting_id))[0]
    with pytest.raises(ItemInUse):
        await move(rt, hall.meeting_id, active, to=2)
    with pytest.raises(ItemInUse):
        await drop(rt, hall.meeting_id, active)


async def test_postponed_point_can_be_taken_up_again_and_leaves_a_trace(rt: Runtime, hall: Hall) -> None:
    active = (await agenda(rt, hall.meeting_id))[0]
    await put(rt, hall.meeting_id, active, ItemState.POSTPONED, reason=" Referentin  im Stau ")
    async with rt.work.read() as reader:
        assert (await get_meeting(reader.session, hall.meeting_id)).active_item_id is None
    await put(rt, hall.meeting_id, active, ItemState.PLANNED)
    async with rt.work.write() as uow:
        await next_item(uow, hall.meeting_id, version=await version_of(uow, hall.meeting_id))
    assert [item.state for item in await agenda(rt, hall.meeting_id)] == [ItemState.ACTIVE, ItemState.PLANNED]
    async with rt.work.read() as reader:
        steps = await agenda_steps(reader.session, hall.meeting_id)
    assert [(step.step, step.reason) for step in steps] == [
        (ItemState.POSTPONED, "Referentin im Stau"),
        (ItemState.PLANNED, ""),
    ]


async def test_point_with_a_trace_is_not_deleted(rt: Runtime, hall: Hall) -> None:
    planned = (await agenda(rt, hall.meeting_id))[1]
    for state in (ItemState.WITHDRAWN, ItemState.PLANNED):
        await put(rt, hall.meeting_id, planned, state)
    with pytest.raises(ItemInUse):
        await drop(rt, hall.meeting_id, planned)


async def test_point_is_not_postponed_while_people_vote_at_it(rt: Runtime, hall: Hall) -> None:
    planned = (await agenda(rt, hall.meeting_id))[1]
    new = NewPoll(PollType.YESNO, {"de": "Bäume?"}, YES_NO, agenda_item_id=planned.id)
    await make_poll(rt, hall, new)
    with pytest.raises(ItemInUse):
        await put(rt, hall.meeting_id, planned, ItemState.POSTPONED)


async def test_deleting_a_point_keeps_its_draft_questions_but_not_a_released_one(rt: Runtime, hall: Hall) -> None:
    async with rt.work.write() as uow:
        version = await version_of(uow, hall.meeting_id)
        added = await add_item(uow, hall.meeting_id, NewItem("", {"de": "Anträge"}, 5), version=version)
        new = NewPoll(PollType.YESNO, {"de": "Bäume?"}, YES_NO, agenda_item_id=added)
        poll = await create_poll(uow, new, org_id=hall.org_id, meeting_id=hall.meeting_id, n_min=10)
        await remove_item(uow, hall.meeting_id, added, version=version + 1)
        assert (await get_poll(uow.session, poll.id)).agenda_item_id is None
    planned = (await agenda(rt, hall.meeting_id))[1]
    again = NewPoll(PollType.YESNO, {"de": "Bänke?"}, YES_NO, agenda_item_id=planned.id)
    await make_poll(rt, hall, again, state=PollState.READY)
    with pytest.raises(ItemInUse):
        await drop(rt, hall.meeting_id, planned)


@pytest.mark.parametrize("state", [ItemState.POSTPONED, ItemState.ACTIVE, ItemState.DONE])
async def test_draft_agenda_has_nothing_to_postpone(rt: Runtime, draft: str, state: ItemState) -> None:
    with pytest.raises(InvalidTransition):
        await put(rt, draft, (await agenda(rt, draft))[0], state)


async def test_agenda_stays_as_it_was_after_the_end(rt: Runtime, hall: Hall) -> None:
    async with rt.work.write() as uow:
        version = await version_of(uow, hall.meeting_id)
        await transition_meeting(uow, hall.meeting_id, MeetingState.CLOSED, version=version)
    with pytest.raises(DomainError):
        async with rt.work.write() as uow:
            await add_item(uow, hall.meeting_id, NewItem("", {"de": "Zu spät"}, 5), version=version + 1)
