"""The list of speakers: one request per card, an order by rule, a clock by the server's time, no card remembered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from backend.kit.clock import FixedClock
from backend.kit.db import JsonDict
from backend.kit.errors import Conflict, DomainError, Invalid, NotFound
from backend.kit.stream import events_since
from backend.kit.uow import UnitOfWork
from backend.meetings.actions import speakers as acts
from backend.meetings.actions.rows import HallClosed
from backend.meetings.actions.speakers import ListClosed, ListFull, NewSpeaker, SpeakingRules
from backend.meetings.floor import SpeakersList, own_request, seconds_by_group, seconds_by_person, speakers_of
from backend.meetings.live_state import state
from backend.meetings.models import SpeakerRow
from backend.meetings.types import MeetingState, OrderRule
from backend.polls.errors import InvalidTransition
from backend.runtime import Runtime
from tests.factories import Hall, make_hall, move_meeting

pytestmark = pytest.mark.both_databases
ANNA, BERT, CARL = (bytes([number]) * 32 for number in (1, 2, 3))
GROUPS = ("Nordstadt", "Südstadt")


@pytest.fixture
async def hall(rt: Runtime) -> Hall:
    """A running meeting whose list is open."""
    hall = await make_hall(rt)
    await choose(rt, hall)
    return hall


async def choose(
    rt: Runtime, hall: Hall, *, is_open: bool = True, by_hand: bool = False, rule: OrderRule = OrderRule.FIRST_COME
) -> None:
    """Choose how the list works."""
    async with rt.work.write() as uow:
        await acts.set_speaking_rules(uow, hall.meeting_id, SpeakingRules(is_open, by_hand, rule, 180, GROUPS))


async def request(rt: Runtime, hall: Hall, voter: bytes, group: str = "") -> int:
    """Ask to speak."""
    async with rt.work.write() as uow:
        return await acts.request_to_speak(uow, hall.meeting_id, voter, group=group)


async def note(rt: Runtime, hall: Hall, new: NewSpeaker) -> int:
    """Put somebody on the list by hand."""
    async with rt.work.write() as uow:
        return await acts.note_speaker(uow, hall.meeting_id, new)


async def call(rt: Runtime, hall: Hall, number: int) -> None:
    """Give the floor."""
    async with rt.work.write() as uow:
        await acts.call_speaker(uow, hall.meeting_id, number)


async def listed(rt: Runtime, hall: Hall, rule: OrderRule = OrderRule.FIRST_COME) -> SpeakersList:
    """Return the list."""
    async with rt.work.read() as uow:
        return await speakers_of(uow.session, hall.meeting_id, rule)


async def seen(rt: Runtime, hall: Hall) -> JsonDict:
    """Return what everybody sees of the list."""
    async with rt.work.read() as uow:
        speakers: JsonDict = (await state(uow.session, hall.meeting_id))["speakers"]
        return speakers


async def test_card_has_one_open_request(rt: Runtime, hall: Hall) -> None:
    assert [await request(rt, hall, voter) for voter in (ANNA, BERT, ANNA)] == [1, 2, 1]
    assert [each["no"] for each in (await seen(rt, hall))["next"]] == [1, 2]
    assert (await listed(rt, hall)).place_of(2) == 2


async def test_withdrawn_request_gives_way_and_a_new_one_queues_at_the_end(rt: Runtime, hall: Hall) -> None:
    for voter in (ANNA, BERT):
        await request(rt, hall, voter)
    async with rt.work.write() as uow:
        await acts.withdraw_own(uow, hall.meeting_id, ANNA)
        await acts.withdraw_own(uow, hall.meeting_id, CARL)
    assert await request(rt, hall, ANNA) == 3
    assert [each["no"] for each in (await seen(rt, hall))["next"]] == [2, 3]


async def test_request_waits_for_the_host_where_the_meeting_wants_so(rt: Runtime, hall: Hall) -> None:
    await choose(rt, hall, by_hand=True)
    number = await request(rt, hall, ANNA, "Nordstadt")
    assert (await seen(rt, hall))["next"] == []
    assert [each.number for each in (await listed(rt, hall)).requested] == [number]
    async with rt.work.write() as uow:
        await acts.admit_speaker(uow, hall.meeting_id, number)
    assert (await seen(rt, hall))["next"] == [{"no": 1, "group": "Nordstadt", "topic": "", "first": True}]


async def test_first_timers_come_before_people_who_spoke(rt: Runtime, hall: Hall) -> None:
    await choose(rt, hall, rule=OrderRule.FIRST_TIME)
    await call(rt, hall, await request(rt, hall, ANNA))
    async with rt.work.write() as uow:
        await acts.end_turn(uow, hall.meeting_id, 1)
    again, new = await request(rt, hall, ANNA), await request(rt, hall, BERT)
    following = (await seen(rt, hall))["next"]
    assert [(each["no"], each["first"]) for each in following] == [(new, True), (again, False)]


async def test_clock_pauses_resumes_and_is_extended(rt: Runtime, hall: Hall, clock: FixedClock) -> None:
    await call(rt, hall, await request(rt, hall, ANNA))
    clock.advance(timedelta(seconds=73))
    async with rt.work.write() as uow:
        await acts.pause_clock(uow, hall.meeting_id)
    clock.advance(timedelta(minutes=5))
    now = (await seen(rt, hall))["now"]
    assert (now["used_ms"], now["runs_since"], now["limit_s"]) == (73_000, None, 180)
    async with rt.work.write() as uow:
        await acts.resume_clock(uow, hall.meeting_id)
        await acts.give_more_time(uow, hall.meeting_id)
    clock.advance(timedelta(seconds=7))
    async with rt.work.write() as uow:
        await acts.end_turn(uow, hall.meeting_id, 1)
    spoken = (await listed(rt, hall)).spoken[0]
    assert (spoken.clock.used_ms, spoken.clock.limit_s, spoken.clock.runs_since) == (80_000, 240, None)


async def test_next_speaker_ends_the_turn_before(rt: Runtime, hall: Hall, clock: FixedClock) -> None:
    first = await request(rt, hall, ANNA, "Nordstadt")
    second = await note(rt, hall, NewSpeaker("Südstadt", "Wochenmarkt"))
    await call(rt, hall, first)
    clock.advance(timedelta(seconds=60))
    await call(rt, hall, second)
    clock.advance(timedelta(seconds=90))
    current = await listed(rt, hall)
    assert current.now is not None
    assert (current.now.number, [each.number for each in current.spoken]) == (second, [first])
    turns = [*current.spoken, current.now]
    assert seconds_by_group(turns, clock.now()) == {"Südstadt": 90, "Nordstadt": 60}
    assert seconds_by_person(turns, clock.now()) == {1: 60, 2: 90}


async def test_person_noted_again_is_the_same_person_and_waits_once(rt: Runtime, hall: Hall) -> None:
    first = await note(rt, hall, NewSpeaker(topic="Wochenmarkt"))
    with pytest.raises(Conflict):
        await note(rt, hall, NewSpeaker(again=first))
    await call(rt, hall, first)
    again = await note(rt, hall, NewSpeaker(again=first))
    (waiting,) = (await listed(rt, hall)).following
    assert (waiting.number, waiting.person, waiting.is_first) == (again, 1, False)


async def test_list_takes_nobody_when_closed_full_or_for_an_unknown_group(
    rt: Runtime, hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Invalid):
        await request(rt, hall, ANNA, "Mond")
    monkeypatch.setattr(acts, "MAX_WAITING", 1)
    await request(rt, hall, ANNA)
    with pytest.raises(ListFull):
        await request(rt, hall, BERT)
    await choose(rt, hall, is_open=False)
    with pytest.raises(ListClosed):
        await request(rt, hall, CARL)


@pytest.mark.parametrize(
    ("limit_s", "groups"), [(29, GROUPS), (1_801, GROUPS), (60, ["x" * 41]), (60, [str(n) for n in range(31)])]
)
async def test_rules_beyond_their_limits_are_refused(rt: Runtime, hall: Hall, limit_s: int, groups: list[str]) -> None:
    wanted = SpeakingRules(
        takes_speakers=True, admits_by_hand=False, order_rule=OrderRule.FIRST_COME, limit_s=limit_s, groups=groups
    )
    with pytest.raises(Invalid):
        async with rt.work.write() as uow:
            await acts.set_speaking_rules(uow, hall.meeting_id, wanted)


async def test_steps_out_of_order_are_refused(rt: Runtime, hall: Hall) -> None:
    number = await request(rt, hall, ANNA)
    tries: list[tuple[Callable[[UnitOfWork], Awaitable[object]], type[DomainError]]] = [
        (lambda uow: acts.end_turn(uow, hall.meeting_id, number), InvalidTransition),
        (lambda uow: acts.admit_speaker(uow, hall.meeting_id, number), InvalidTransition),
        (lambda uow: acts.call_speaker(uow, hall.meeting_id, 99), NotFound),
        (lambda uow: acts.pause_clock(uow, hall.meeting_id), NotFound),
    ]
    for act, refusal in tries:
        with pytest.raises(refusal):
            async with rt.work.write() as uow:
                await act(uow)


async def test_end_of_the_meeting_ends_the_list_and_forgets_the_cards(rt: Runtime, hall: Hall) -> None:
    await call(rt, hall, await request(rt, hall, ANNA))
    await request(rt, hall, BERT)
    await move_meeting(rt, hall, MeetingState.CLOSED)
    assert await seen(rt, hall) == {"open": False, "now": None, "next": []}
    async with rt.work.read() as uow:
        assert list(await uow.session.scalars(select(SpeakerRow.asker_mac))) == [None, None]
        assert await own_request(uow.session, hall.meeting_id, BERT) is None
    with pytest.raises(HallClosed):
        await note(rt, hall, NewSpeaker())


async def test_nothing_told_names_a_card_or_a_person(rt: Runtime, hall: Hall) -> None:
    await call(rt, hall, await request(rt, hall, ANNA))
    await request(rt, hall, BERT)
    async with rt.work.read() as uow:
        events = await events_since(uow.session, hall.meeting_id, 0) or []
    told = events[-1].payload["speakers"]
    assert set(told["now"]) == {"no", "group", "topic", "limit_s", "used_ms", "runs_since"}
    assert set(told["next"][0]) == {"no", "group", "topic", "first"}
