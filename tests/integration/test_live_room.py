"""A room's own promises, without sockets: nothing missing, nothing double, also after a long gap."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from backend.kit.stream import WINDOW, append_event
from backend.live.fanout import Member
from backend.live.frames import Role
from backend.live.room import Pace, Room
from backend.meetings.actions.hall import notify_hall
from backend.polls.types import Channel
from backend.runtime import Runtime
from tests.factories import Hall, make_hall, make_poll
from tests.unit.live.test_fanout import PaperLine

PACE = Pace(tally=0.01, phones=0.01, look_again=0.05, state_age=0.0)


@pytest.fixture
async def hall(rt: Runtime) -> Hall:
    """A running meeting."""
    return await make_hall(rt)


@pytest.fixture
async def room(rt: Runtime, hall: Hall) -> AsyncIterator[Room]:
    """Its room."""
    opened = Room(hall.meeting_id, rt.work, rt.bus, PACE)
    await opened.open()
    yield opened
    await opened.close()


def join(room: Room, seq: int, role: Role = Role.ATTENDEE) -> PaperLine:
    """Take in a member that has seen everything up to a number."""
    line = PaperLine()
    room.admit(Member(line=line, role=role, seq=seq))
    return line


async def announce(rt: Runtime, hall: Hall, count: int) -> None:
    """Append some events in one transaction, none of which says again what another said."""
    async with rt.work.write() as uow:
        for number in range(count):
            await append_event(uow, hall.meeting_id, "incident", {"number": number})


async def heard(line: PaperLine, kind: str, count: int) -> list[dict[str, object]]:
    """Wait until a line was given so many messages of a kind."""
    async with asyncio.timeout(20):
        while True:
            found = [each for each in map(json.loads, line.written) if each["t"] == kind]
            if len(found) >= count:
                return found
            line.news.clear()
            await line.news.wait()


async def test_member_admitted_with_an_older_state_gets_what_was_told_since(
    rt: Runtime, hall: Hall, room: Room
) -> None:
    start = room.seq
    early = join(room, start)
    await announce(rt, hall, 3)
    await heard(early, "event", 3)
    late = join(room, start + 1)
    assert [each["seq"] for each in await heard(late, "event", 2)] == [start + 2, start + 3]


async def test_member_admitted_with_a_newer_state_gets_nothing_twice(rt: Runtime, hall: Hall, room: Room) -> None:
    start = room.seq
    ahead = join(room, start + 2)
    await announce(rt, hall, 3)
    assert [each["seq"] for each in await heard(ahead, "event", 1)] == [start + 3]


async def test_events_without_a_hint_are_found_by_looking_again(rt: Runtime, hall: Hall, room: Room) -> None:
    line = join(room, room.seq)
    async with rt.db.write() as session, rt.work.read() as reading:
        uow = type(reading)(session, reading.now, reading.entropy, reading.dialect)
        await notify_hall(uow, hall.meeting_id, "Niemand sagt Bescheid.")
    assert (await heard(line, "event", 1))[0]["text"] == "Niemand sagt Bescheid."


async def test_gap_beyond_the_window_welcomes_everybody_anew(rt: Runtime, hall: Hall, room: Room) -> None:
    line = join(room, room.seq)
    await announce(rt, hall, WINDOW + 5)
    welcome = (await heard(line, "welcome", 1))[0]
    assert welcome["seq"] == room.seq
    assert welcome["state"]["meeting"]["id"] == hall.meeting_id  # type: ignore[index]


async def test_member_owed_a_turnout_gets_the_latest_once_it_reads_again(rt: Runtime, hall: Hall, room: Room) -> None:
    poll = await make_poll(rt, hall)
    line = join(room, room.seq)
    await heard(line, "tally", 1)
    line.waiting = 20_000
    await rt.desk.cast_with_card(
        poll.id, hall.cards[0], choices=["yes"], nonce=b"n" * 32, channel=Channel.PHONE, request_key="k" * 16
    )
    async with asyncio.timeout(20):
        while not any(each.is_owed for each in room.members):  # noqa: ASYNC110 - a mark, not an event
            await asyncio.sleep(0)
    line.waiting = 0
    tallies = await heard(line, "tally", 2)
    assert (tallies[0]["used"], tallies[-1]["used"]) == (0, 1)


async def test_turnout_is_told_to_screens_at_once_and_to_phones_when_they_are_due(rt: Runtime, hall: Hall) -> None:
    poll = await make_poll(rt, hall)
    room = Room(hall.meeting_id, rt.work, rt.bus, Pace(tally=0.01, phones=2.0))
    await room.open()
    wall, phone = join(room, room.seq, Role.PROJECTOR), join(room, room.seq)
    await heard(wall, "tally", 1)
    await heard(phone, "tally", 1)
    for number in range(2):
        await rt.desk.cast_with_card(
            poll.id,
            hall.cards[number],
            choices=["yes"],
            nonce=b"n" * 32,
            channel=Channel.PHONE,
            request_key=f"{number:016}",
        )
        assert (await heard(wall, "tally", number + 2))[-1]["used"] == number + 1
    assert [each["used"] for each in await heard(phone, "tally", 2)] == [0, 2]
    await room.close()


async def test_snapshot_is_shared_within_a_moment_and_never_older_than_the_news(rt: Runtime, hall: Hall) -> None:
    room = Room(hall.meeting_id, rt.work, rt.bus, Pace(state_age=60.0))
    await room.open()
    first = await room.snapshot(Role.ATTENDEE)
    assert await room.snapshot(Role.PROJECTOR) is first
    line = join(room, first.seq)
    await announce(rt, hall, 1)
    await heard(line, "event", 1)
    assert (await room.snapshot(Role.ATTENDEE)).seq == first.seq + 1
    await room.close()
