"""The emergency exit: phones stop, sheets go on, and every card still counts exactly once."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import select

from backend.ballots.errors import AlreadyVoted
from backend.ballots.lifecycle import NoSheets
from backend.ballots.redemptions import turnout
from backend.ballots.results import count_record
from backend.kit.clock import FixedClock
from backend.kit.errors import Invalid
from backend.kit.tables import StreamEvent
from backend.meetings.actions.incidents import note_incident
from backend.meetings.actions.meeting import transition_meeting
from backend.meetings.actions.paper import go_back_to_phones, go_on_by_paper
from backend.meetings.live_tokens import issue_live_token
from backend.meetings.queries import get_meeting
from backend.meetings.types import MeetingState
from backend.paper.actions.issue import issue_sheet
from backend.polls.actions import NewPoll
from backend.polls.errors import InvalidTransition, PollNotOpen, StaleVersion
from backend.polls.queries import Poll, get_poll, polls_of
from backend.polls.types import Channel, PollState, PollType
from backend.runtime import Runtime
from tests.factories import YES_NO, Hall, card_key, command, make_hall, make_poll, move_poll
from tests.integration.stage_host import host

pytestmark = pytest.mark.both_databases

PHONES = 5
BY_PHONE = NewPoll(PollType.YESNO, {"de": "Soll es Bäume geben?"}, YES_NO, channels=[Channel.PHONE])


@pytest.fixture
async def hall(rt: Runtime) -> Hall:
    """A running meeting with twenty cards."""
    return await make_hall(rt)


async def vote(rt: Runtime, poll: Poll, card: str) -> None:
    """Vote by phone."""
    await rt.desk.cast(command(poll, card_key(rt, card)))


async def leave(rt: Runtime, hall: Hall) -> None:
    """Take the emergency exit."""
    async with rt.work.write() as uow:
        version = (await get_meeting(uow.session, hall.meeting_id)).version
        await go_on_by_paper(uow, rt.lifecycle, hall.meeting_id, version=version)


async def close_when_due(rt: Runtime, poll: Poll, clock: FixedClock) -> Poll:
    """Let the grace run out; the worker's job, here by hand."""
    clock.advance(timedelta(seconds=7))
    poll = await now(rt, poll)
    async with rt.work.write() as uow:
        await rt.lifecycle.close_if_due(uow, poll.id, version=poll.version)
    return await now(rt, poll)


async def give_sheet(rt: Runtime, poll: Poll, card: str) -> None:
    """Exchange a card for a sheet at the desk."""
    async with rt.work.write() as uow:
        await issue_sheet(uow, rt.keyring, poll.id, card)


async def now(rt: Runtime, poll: Poll) -> Poll:
    """Return the poll as it is now."""
    async with rt.work.read() as uow:
        return await get_poll(uow.session, poll.id)


def words(page: str) -> str:
    """Return what a page says."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<body")[2]).split())


async def test_exit_stops_phones_and_lets_the_rest_vote_on_paper(rt: Runtime, hall: Hall, clock: FixedClock) -> None:
    poll = await make_poll(rt, hall)
    for card in hall.cards[:PHONES]:
        await vote(rt, poll, card)
    await leave(rt, hall)
    assert ((await now(rt, poll)).state, (await now(rt, poll)).on_paper) == (PollState.CLOSING, True)
    await vote(rt, poll, hall.cards[PHONES])  # was on its way
    poll = await close_when_due(rt, poll, clock)
    assert poll.state is PollState.CLOSED
    with pytest.raises(PollNotOpen):
        await vote(rt, poll, hall.cards[PHONES + 1])
    with pytest.raises(AlreadyVoted):
        await give_sheet(rt, poll, hall.cards[0])
    await give_sheet(rt, poll, hall.cards[PHONES + 1])
    with pytest.raises(AlreadyVoted):
        await give_sheet(rt, poll, hall.cards[PHONES + 1])
    async with rt.work.read() as uow:
        used = (await turnout(uow.session, [poll.id]))[poll.id]
    assert used.cards == {Channel.PHONE: PHONES + 1, Channel.PAPER: 1}
    poll = await move_poll(rt, poll, PollState.COUNTING)
    with pytest.raises(PollNotOpen):
        await give_sheet(rt, poll, hall.cards[PHONES + 2])
    await move_poll(rt, poll, PollState.SEALED)
    async with rt.work.read() as uow:
        assert (await count_record(uow.session, poll.id))["totals"]["yes"] == PHONES + 1


async def test_exit_while_a_poll_is_closing_does_not_delay_its_end(rt: Runtime, hall: Hall, clock: FixedClock) -> None:
    poll = await move_poll(rt, await make_poll(rt, hall), PollState.CLOSING)
    await leave(rt, hall)
    assert (await now(rt, poll)).version == poll.version
    assert (await close_when_due(rt, poll, clock)).state is PollState.CLOSED
    await give_sheet(rt, poll, hall.cards[0])


async def test_exit_asks_a_poll_without_sheets_again_on_paper(rt: Runtime, hall: Hall) -> None:
    poll = await make_poll(rt, hall, BY_PHONE)
    await vote(rt, poll, hall.cards[0])
    await leave(rt, hall)
    async with rt.work.read() as uow:
        old, new = await polls_of(uow.session, hall.meeting_id)
    assert (old.state, new.state, new.supersedes_id) == (PollState.CANCELLED, PollState.READY, old.id)
    assert new.definition.channels == {Channel.PAPER}
    assert new.question == old.question
    await give_sheet(rt, new, hall.cards[0])  # the cancelled vote never counts, so this card votes again


async def test_poll_opened_on_paper_takes_no_phone(rt: Runtime, hall: Hall) -> None:
    ready = await make_poll(rt, hall, state=PollState.READY)
    await leave(rt, hall)
    poll = await move_poll(rt, ready, PollState.OPEN)
    assert (poll.state, poll.on_paper, poll.entitled) == (PollState.CLOSED, True, len(hall.cards))
    with pytest.raises(PollNotOpen):
        await vote(rt, poll, hall.cards[0])
    await give_sheet(rt, poll, hall.cards[0])


async def test_poll_without_sheets_does_not_open_on_paper(rt: Runtime, hall: Hall) -> None:
    ready = await make_poll(rt, hall, BY_PHONE, state=PollState.READY)
    await leave(rt, hall)
    with pytest.raises(NoSheets):
        await move_poll(rt, ready, PollState.OPEN)


async def test_way_back_opens_the_next_poll_for_phones(rt: Runtime, hall: Hall) -> None:
    ready = await make_poll(rt, hall, state=PollState.READY)
    await leave(rt, hall)
    async with rt.work.write() as uow:
        version = (await get_meeting(uow.session, hall.meeting_id)).version
        await go_back_to_phones(uow, hall.meeting_id, version=version)
        await go_back_to_phones(uow, hall.meeting_id, version=version)  # the same click twice
    poll = await move_poll(rt, ready, PollState.OPEN)
    assert (poll.state, poll.on_paper) == (PollState.OPEN, False)
    await vote(rt, poll, hall.cards[0])


async def test_exit_twice_and_late_and_outside_of_an_evening(rt: Runtime, hall: Hall) -> None:
    async with rt.work.write() as uow:
        meeting = await get_meeting(uow.session, hall.meeting_id)
        with pytest.raises(StaleVersion):
            await go_on_by_paper(uow, rt.lifecycle, hall.meeting_id, version=meeting.version - 1)
        await go_on_by_paper(uow, rt.lifecycle, hall.meeting_id, version=meeting.version)
        await go_on_by_paper(uow, rt.lifecycle, hall.meeting_id, version=meeting.version)
        row = await transition_meeting(uow, hall.meeting_id, MeetingState.CLOSED, version=meeting.version + 1)
        with pytest.raises(InvalidTransition):
            await go_back_to_phones(uow, hall.meeting_id, version=row.version)


async def test_exit_is_told_to_everybody_and_noted(rt: Runtime, hall: Hall) -> None:
    await leave(rt, hall)
    async with rt.work.write() as uow:
        with pytest.raises(Invalid):
            await note_incident(uow, hall.meeting_id, "  ")
        rows = await uow.session.execute(
            select(StreamEvent.kind, StreamEvent.payload)
            .where(StreamEvent.stream_id == hall.meeting_id)
            .order_by(StreamEvent.seq)
        )
        told = [(row.kind, row.payload) for row in rows][-3:]
    assert [kind for kind, _ in told] == ["meeting", "incident", "notice"]
    assert told[0][1]["on_paper"] is True
    assert "auf Papier weiter" in told[1][1]["text"]
    assert "Was schon angekommen ist, zählt." in told[2][1]["text"]


async def test_wall_and_phones_say_where_to_go(
    client: httpx.AsyncClient, rt: Runtime, hall: Hall, clock: FixedClock
) -> None:
    poll = await make_poll(rt, hall)
    await vote(rt, poll, hall.cards[0])
    await leave(rt, hall)
    await close_when_due(rt, poll, clock)
    token = issue_live_token(
        rt.keyring.session, role="projector", meeting_id=hall.meeting_id, subject="1", now=rt.clock.now()
    )
    wall = words((await client.get(f"/beamer/{token}")).text)
    assert "Wir machen auf Papier weiter" in wall
    assert "bekommen Sie am Tisch „Auskunft“ einen Stimmzettel" in wall
    seen = [
        words((await client.post("/s/frage", data={"card": card, "poll": poll.id})).text) for card in hall.cards[:2]
    ]
    assert "Die Abstimmung ist beendet" in seen[0]
    assert "Dort bekommen Sie Ihren Stimmzettel." in seen[1]
    overview = words((await client.post("/s", data={"card": hall.cards[1]})).text)
    assert "geht auf Papier weiter" in overview


async def test_host_goes_on_by_paper_with_one_button_and_one_question(
    app: Litestar, rt: Runtime, hall: Hall, clock: FixedClock
) -> None:
    poll = await make_poll(rt, hall)
    async with host(app, rt, hall) as weber:
        await weber.open()
        await weber.press("Ja, auf Papier weitermachen")
        assert "Ab jetzt auf Papier." in weber.words
        await close_when_due(rt, poll, clock)
        assert "Geht auf Papier weiter" in await weber.open()
        await weber.press("Zettel sind eingesammelt")
        assert (await now(rt, poll)).state is PollState.COUNTING
        assert "Die nächste Abstimmung geht wieder mit Handy" in await weber.press("Wieder mit Handy")
        script = await weber.http.get(f"{weber.path}/drehbuch.pdf")
        assert script.content.startswith(b"%PDF")
