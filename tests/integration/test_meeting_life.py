"""The whole life of a meeting: what may be edited when, what keeps it from ending, what a pause says."""

from __future__ import annotations

import pytest

from backend.kit.stream import events_since, last_seq
from backend.meetings.actions.hall import count_people
from backend.meetings.actions.meeting import USUAL_PAUSE, Edited, edit_meeting, transition_meeting
from backend.meetings.ending import Unfinished
from backend.meetings.queries import get_meeting
from backend.meetings.types import TRANSITIONS, Assembly, MeetingState
from backend.polls.actions import NewPoll
from backend.polls.errors import InvalidTransition, StaleVersion
from backend.polls.types import PollState, PollType
from backend.runtime import Runtime
from backend.transparency.queries import waiting
from tests.factories import TO_SEALED, YES_NO, Hall, make_hall, make_poll, move_poll

PRACTICE = NewPoll(PollType.YESNO, {"de": "Sehen Sie die Leinwand?", "en": "Can you see it?"}, YES_NO, is_practice=True)


@pytest.fixture
async def hall(rt: Runtime) -> Hall:
    """A running meeting."""
    return await make_hall(rt, voting=2)


async def step(rt: Runtime, hall: Hall, target: MeetingState, note: str = "") -> None:
    async with rt.work.write() as uow:
        version = (await get_meeting(uow.session, hall.meeting_id)).version
        await transition_meeting(uow, hall.meeting_id, target, version=version, pause_note=note)


async def test_meeting_goes_its_way_to_the_archive(rt: Runtime, hall: Hall) -> None:
    for state in (MeetingState.PAUSED, MeetingState.RUNNING, MeetingState.CLOSED, MeetingState.MINUTED):
        await step(rt, hall, state)
    await step(rt, hall, MeetingState.ARCHIVED)
    for state in MeetingState:
        if state is not MeetingState.ARCHIVED:
            with pytest.raises(InvalidTransition):
                await step(rt, hall, state)


@pytest.mark.parametrize("state", [MeetingState.CLOSED, MeetingState.MINUTED, MeetingState.ARCHIVED])
def test_nothing_is_cancelled_after_the_end(state: MeetingState) -> None:
    assert MeetingState.CANCELLED not in TRANSITIONS[state]


@pytest.mark.parametrize("target", [MeetingState.CLOSED, MeetingState.CANCELLED])
@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ((), "noch offen"),
        (TO_SEALED[:1], "noch offen"),
        (TO_SEALED[:2], "nicht ausgezählt"),
        (TO_SEALED[:3], "nicht ausgezählt"),
    ],
)
async def test_meeting_does_not_end_over_an_unfinished_poll(
    rt: Runtime, hall: Hall, steps: tuple[PollState, ...], said: str, target: MeetingState
) -> None:
    poll = await make_poll(rt, hall)
    await move_poll(rt, poll, *steps)
    with pytest.raises(Unfinished) as refused:
        await step(rt, hall, target)
    assert said in refused.value.detail
    assert "Soll es Bäume geben?" in refused.value.detail


async def test_meeting_ends_once_every_poll_is_counted(rt: Runtime, hall: Hall) -> None:
    await move_poll(rt, await make_poll(rt, hall), *TO_SEALED)
    await make_poll(rt, hall, state=PollState.READY)
    await step(rt, hall, MeetingState.CLOSED)


async def test_pause_says_its_sentence_and_forgets_it(rt: Runtime, hall: Hall) -> None:
    async with rt.work.read() as reader:
        before = await last_seq(reader.session, hall.meeting_id)
    await step(rt, hall, MeetingState.PAUSED, note="  Weiter um\n20:15 Uhr ")
    await step(rt, hall, MeetingState.RUNNING)
    await step(rt, hall, MeetingState.PAUSED)
    async with rt.work.read() as reader:
        events = await events_since(reader.session, hall.meeting_id, before)
    assert events is not None
    assert [event.payload["pause_note"] for event in events] == ["Weiter um 20:15 Uhr", None, USUAL_PAUSE]


async def test_edit_is_refused_once_people_are_let_in(rt: Runtime, hall: Hall) -> None:
    async with rt.work.write() as uow:
        meeting = await get_meeting(uow.session, hall.meeting_id)
        new = Edited({"de": "Anders"}, {}, meeting.starts_at, Assembly.WORKSHOP)
        with pytest.raises(StaleVersion):
            await edit_meeting(uow, hall.meeting_id, new, version=meeting.version - 1)
        with pytest.raises(InvalidTransition):
            await edit_meeting(uow, hall.meeting_id, new, version=meeting.version)


async def test_counting_keeps_the_note_until_another_is_given(rt: Runtime, hall: Hall) -> None:
    async with rt.work.write() as uow:
        await count_people(uow, hall.meeting_id, 120, note=" 9 von 20 Ratsmitgliedern ")
        await count_people(uow, hall.meeting_id, 118)
        meeting = await get_meeting(uow.session, hall.meeting_id)
        assert (meeting.people_counted, meeting.attendance_note) == (118, "9 von 20 Ratsmitgliedern")
        await count_people(uow, hall.meeting_id, 118, note="")
        assert (await get_meeting(uow.session, hall.meeting_id)).attendance_note is None


async def test_practice_poll_is_marked_and_enters_no_log(rt: Runtime, hall: Hall) -> None:
    async with rt.work.read() as reader:
        before = await waiting(reader.session)
    poll = await make_poll(rt, hall, PRACTICE)
    assert dict(poll.question) == {"de": "Probe: Sehen Sie die Leinwand?", "en": "Practice: Can you see it?"}
    poll = await move_poll(rt, poll, *TO_SEALED, PollState.REVEALED)
    with pytest.raises(InvalidTransition):
        await move_poll(rt, poll, PollState.PUBLISHED)
    await move_poll(rt, poll, PollState.VOID, reason="Die Probe ist vorbei.")
    async with rt.work.read() as reader:
        assert await waiting(reader.session) == before
