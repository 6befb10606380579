"""Live text, announcements and the broadcast: what stands, what is told, what is deleted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from backend.kit.clock import FixedClock
from backend.kit.db import JsonDict
from backend.kit.errors import Invalid, TooMany
from backend.kit.tables import StreamEvent
from backend.meetings.actions.captions import CaptionsOff, keep_captions, switch_captions, write_captions
from backend.meetings.actions.hall import clear_notice, notify_hall, set_stream
from backend.meetings.actions.rows import HallClosed
from backend.meetings.floor import LINES_SHOWN
from backend.meetings.live_state import state
from backend.meetings.models import CaptionLineRow
from backend.meetings.types import MeetingState
from backend.runtime import Runtime
from tests.factories import Hall, make_hall, move_meeting

pytestmark = pytest.mark.both_databases
TO_THE_ARCHIVE = (MeetingState.CLOSED, MeetingState.MINUTED, MeetingState.ARCHIVED)


@pytest.fixture
async def hall(rt: Runtime) -> Hall:
    """A running meeting with live text."""
    hall = await make_hall(rt)
    async with rt.work.write() as uow:
        await switch_captions(uow, hall.meeting_id, on=True)
    return hall


async def write(rt: Runtime, hall: Hall, text: str) -> list[str]:
    """Type something; return its lines."""
    async with rt.work.write() as uow:
        return [line.text for line in await write_captions(uow, hall.meeting_id, text)]


async def now(rt: Runtime, hall: Hall) -> JsonDict:
    """Return the live state."""
    async with rt.work.read() as uow:
        return await state(uow.session, hall.meeting_id)


async def test_text_becomes_numbered_lines_and_the_last_ones_stay(rt: Runtime, hall: Hall, clock: FixedClock) -> None:
    assert await write(rt, hall, "Guten  Abend\nzusammen.") == ["Guten Abend zusammen."]
    for number in range(LINES_SHOWN):
        clock.advance(timedelta(seconds=1))
        await write(rt, hall, f"Zeile {number}")
    lines = (await now(rt, hall))["captions"]["lines"]
    assert [line["no"] for line in lines] == list(range(2, LINES_SHOWN + 2))


async def test_lines_that_come_too_fast_are_refused(rt: Runtime, hall: Hall, clock: FixedClock) -> None:
    await write(rt, hall, "Eins.")
    with pytest.raises(TooMany):
        await write(rt, hall, "Zwei.")
    clock.advance(timedelta(milliseconds=400))
    assert await write(rt, hall, "Zwei.") == ["Zwei."]


@pytest.mark.parametrize("text", ["", "  ", "x" * 601])
async def test_text_without_words_or_too_long_is_refused(rt: Runtime, hall: Hall, text: str) -> None:
    with pytest.raises(Invalid):
        await write(rt, hall, text)


async def test_switched_off_text_is_hidden_and_refused_and_comes_back(rt: Runtime, hall: Hall) -> None:
    await write(rt, hall, "Eins.")
    async with rt.work.write() as uow:
        await switch_captions(uow, hall.meeting_id, on=False)
    assert (await now(rt, hall))["captions"] == {"on": False, "lines": []}
    with pytest.raises(CaptionsOff):
        await write(rt, hall, "Zwei.")
    async with rt.work.write() as uow:
        await switch_captions(uow, hall.meeting_id, on=True)
    assert [line["text"] for line in (await now(rt, hall))["captions"]["lines"]] == ["Eins."]


@pytest.mark.parametrize("keep", [False, True])
async def test_archive_deletes_every_word_unless_it_is_kept(rt: Runtime, hall: Hall, keep: bool) -> None:
    await write(rt, hall, "Vertraulich gesagt.")
    async with rt.work.write() as uow:
        await keep_captions(uow, hall.meeting_id, keep=keep)
        await switch_captions(uow, hall.meeting_id, on=True)
    await move_meeting(rt, hall, *TO_THE_ARCHIVE)
    async with rt.work.read() as uow:
        lines = list(await uow.session.scalars(select(CaptionLineRow.text)))
        events = list(await uow.session.scalars(select(StreamEvent.payload)))
    assert lines == (["Vertraulich gesagt."] if keep else [])
    assert any("Vertraulich" in str(payload) for payload in events) is keep


async def test_closed_meeting_takes_no_text(rt: Runtime, hall: Hall) -> None:
    await move_meeting(rt, hall, MeetingState.CLOSED)
    with pytest.raises(HallClosed):
        await write(rt, hall, "Zu spät.")


async def test_announcement_stands_until_replaced_or_taken_back(rt: Runtime, hall: Hall, clock: FixedClock) -> None:
    async with rt.work.write() as uow:
        await notify_hall(uow, hall.meeting_id, "Gleich  geht es weiter.")
    assert (await now(rt, hall))["notice"] == {"text": "Gleich geht es weiter.", "at": clock.now().isoformat()}
    async with rt.work.write() as uow:
        await notify_hall(uow, hall.meeting_id, "Pause bis acht.")
    assert (await now(rt, hall))["notice"]["text"] == "Pause bis acht."
    async with rt.work.write() as uow:
        await clear_notice(uow, hall.meeting_id)
    assert (await now(rt, hall))["notice"] is None


async def test_broadcast_is_named_on_an_allowed_host_only(rt: Runtime, hall: Hall) -> None:
    hosts = {"video.example"}
    async with rt.work.write() as uow:
        await set_stream(uow, hall.meeting_id, "https://video.example/saal", hosts=hosts)
    stream = (await now(rt, hall))["stream"]
    assert stream == {"url": "https://video.example/saal", "host": "video.example"}
    with pytest.raises(Invalid):
        async with rt.work.write() as uow:
            await set_stream(uow, hall.meeting_id, "https://evil.example/", hosts=hosts)
    async with rt.work.write() as uow:
        await set_stream(uow, hall.meeting_id, "", hosts=hosts)
    assert (await now(rt, hall))["stream"] is None
