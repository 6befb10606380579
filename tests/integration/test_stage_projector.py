"""The projector's page, screen by screen, as a browser without scripts sees it."""

from __future__ import annotations

import json
import re
import secrets
from datetime import timedelta

import httpx
import pytest
from litestar import Litestar

from backend.ballots.results import sign_count
from backend.cards.queries import voter_hash
from backend.kit.clock import FixedClock
from backend.meetings import live_state
from backend.meetings.actions.agenda import next_item
from backend.meetings.actions.hall import count_people, show_on_screen, show_step
from backend.meetings.actions.meeting import transition_meeting
from backend.meetings.actions.questions import NewQuestion, ask_question, move_question
from backend.meetings.live_tokens import issue_live_token
from backend.meetings.queries import get_meeting
from backend.meetings.screens import RevealStep
from backend.meetings.types import MeetingState, QuestionState
from backend.polls.actions import NewPoll, call_last
from backend.polls.queries import Poll
from backend.polls.types import Channel, PollState, PollType
from backend.runtime import Runtime
from tests.factories import ABC, TO_SEALED, Hall, make_hall, make_person, make_poll, move_poll
from tests.integration.stage_host import host

CLOSED = (PollState.CLOSING, PollState.CLOSED)
REVEALED = (*TO_SEALED, PollState.REVEALED)


@pytest.fixture
async def hall(rt: Runtime) -> Hall:
    """A running meeting with thirty cards."""
    return await make_hall(rt, voting=30)


def address(rt: Runtime, meeting_id: str, role: str = "projector") -> str:
    """Return the address of a meeting's projector, of the first series."""
    key = rt.keyring.session
    token = issue_live_token(key, role=role, meeting_id=meeting_id, subject="1", now=rt.clock.now())
    return f"/beamer/{token}"


async def seen(client: httpx.AsyncClient, rt: Runtime, hall: Hall) -> str:
    """Return the words on the wall."""
    answer = await client.get(address(rt, hall.meeting_id))
    assert answer.status_code == 200, answer.text
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


async def vote(rt: Runtime, poll: Poll, cards: list[str], *, choice: str, channel: Channel = Channel.PHONE) -> None:
    """Cast one ballot per card."""
    for card in cards:
        await rt.desk.cast_with_card(
            poll.id,
            card,
            choices=[choice],
            nonce=secrets.token_bytes(32),
            channel=channel,
            request_key=secrets.token_hex(8),
        )


async def show(rt: Runtime, hall: Hall, what: str) -> None:
    """Choose what the wall shows."""
    async with rt.work.write() as uow:
        await show_on_screen(uow, hall.meeting_id, what)


async def test_projector_before_the_meeting_shows_the_join_code(
    client: httpx.AsyncClient, rt: Runtime, hall: Hall
) -> None:
    await show(rt, hall, "join")
    page = (await client.get(address(rt, hall.meeting_id))).text
    assert 'data-screen="join"' in page
    assert "QR-Code zu http://testserver.local/auenfurt/t/" in page
    assert "testserver.local/s" in page
    assert "Dieser Code öffnet die Seite. Abstimmen kann nur, wer eine Stimmkarte hat." in page


async def test_projector_of_a_ready_poll_shows_the_question_and_its_answers(
    client: httpx.AsyncClient, rt: Runtime, hall: Hall
) -> None:
    poll = await make_poll(rt, hall, NewPoll(PollType.SINGLE, {"de": "Welches Obst?"}, ABC), state=PollState.READY)
    async with rt.work.write() as uow:
        await show_on_screen(uow, hall.meeting_id, "poll", poll_id=poll.id)
    words = await seen(client, rt, hall)
    assert "Welches Obst? A Apfel B Birne C Kirsche" in words
    assert "die Abstimmung beginnt gleich" in words


async def test_projector_of_an_open_poll_shows_turnout_but_no_votes(
    client: httpx.AsyncClient, rt: Runtime, hall: Hall
) -> None:
    poll = await make_poll(rt, hall)
    await vote(rt, poll, hall.cards[:3], choice="yes")
    await vote(rt, poll, hall.cards[3:5], choice="no", channel=Channel.KIOSK)
    words = await seen(client, rt, hall)
    assert "Soll es Bäume geben?" in words
    assert "5 von 30 Karten" in words
    assert "Handy 3 Kiosk 2 Papier 0" in words
    assert "offen" in words


async def test_projector_counts_the_last_call_down(
    client: httpx.AsyncClient, rt: Runtime, hall: Hall, clock: FixedClock
) -> None:
    poll = await make_poll(rt, hall)
    async with rt.work.write() as uow:
        await call_last(uow, poll.id, version=poll.version)
    clock.advance(timedelta(seconds=18))
    assert "noch 0:42" in await seen(client, rt, hall)
    clock.advance(timedelta(seconds=30))
    assert "endet gleich – noch 0:12" in await seen(client, rt, hall)


async def test_projector_of_a_closed_poll_says_that_it_is_counted(
    client: httpx.AsyncClient, rt: Runtime, hall: Hall
) -> None:
    poll = await move_poll(rt, await make_poll(rt, hall), *CLOSED)
    assert "die Abstimmung ist zu" in await seen(client, rt, hall)
    await move_poll(rt, poll, PollState.COUNTING, PollState.SEALED)
    words = await seen(client, rt, hall)
    assert "ausgezählt" in words
    assert "gültige" not in words


async def test_projector_shows_channels_where_each_is_large_enough(
    client: httpx.AsyncClient, rt: Runtime, hall: Hall
) -> None:
    poll = await make_poll(rt, hall)
    await vote(rt, poll, hall.cards[:9], choice="yes")
    await vote(rt, poll, hall.cards[9:12], choice="no")
    await vote(rt, poll, hall.cards[12:20], choice="yes", channel=Channel.KIOSK)
    await vote(rt, poll, hall.cards[20:24], choice="no", channel=Channel.KIOSK)
    await move_poll(rt, poll, *REVEALED)
    words = await seen(client, rt, hall)
    assert "Handy Kiosk zusammen Ja 9 8 17 Nein 3 4 7 – Enthaltung 0 0 0" in words
    assert "ausgezählt" in words
    assert "24 gültige Stimmen · 6 Karten ohne Stimme" in words


async def test_projector_merges_channels_and_says_why(client: httpx.AsyncClient, rt: Runtime, hall: Hall) -> None:
    poll = await make_poll(rt, hall)
    await vote(rt, poll, hall.cards[:12], choice="yes")
    await vote(rt, poll, hall.cards[12:15], choice="no", channel=Channel.KIOSK)
    await move_poll(rt, poll, *REVEALED)
    words = await seen(client, rt, hall)
    assert "Ja 12 80 % Nein 3 20 %" in words
    assert "weniger als 10 Stimmen" in words
    assert "zusammen Ja" not in words


async def test_projector_of_a_provisional_result_has_no_winner(
    client: httpx.AsyncClient, rt: Runtime, hall: Hall
) -> None:
    poll = await make_poll(rt, hall)
    await vote(rt, poll, hall.cards[:12], choice="yes")
    async with rt.work.write() as uow:
        await count_people(uow, hall.meeting_id, 3)
    await move_poll(rt, poll, *REVEALED)
    page = (await client.get(address(rt, hall.meeting_id))).text
    assert "mm-state--provisional" in page
    assert "mm-prov" in page
    assert "is-win" not in page


async def test_projector_of_a_confirmed_result_says_so(client: httpx.AsyncClient, rt: Runtime, hall: Hall) -> None:
    poll = await make_poll(rt, hall)
    await vote(rt, poll, hall.cards[:12], choice="yes")
    await move_poll(rt, poll, *REVEALED)
    async with rt.work.write() as uow:
        for name in ("hofmann", "weber"):
            await sign_count(uow, poll.id, user_id=await make_person(uow, name, hall.org_id))
    assert "festgestellt" in await seen(client, rt, hall)
    await show(rt, hall, "checksum")
    await rt.log.flush()
    page = (await client.get(address(rt, hall.meeting_id))).text
    assert re.search(r'aria-label="Prüfgruppen: (\w{4}, ){3}\w{4}"', page)
    assert "Zwei Personen haben unterschrieben." in page


async def test_projector_follows_the_evening_between_polls(client: httpx.AsyncClient, rt: Runtime, hall: Hall) -> None:
    assert "Punkt 1 Begrüßung 2 Abstimmungen" in await seen(client, rt, hall)
    async with rt.work.write() as uow:
        question = await ask_question(uow, hall.meeting_id, NewQuestion("Wo parken wir?", "phone"))
        for step in (QuestionState.VISIBLE, QuestionState.ON_STAGE):
            await move_question(uow, question.id, step)
    assert "„Wo parken wir?“" in await seen(client, rt, hall)
    async with rt.work.write() as uow:
        meeting = await get_meeting(uow.session, hall.meeting_id)
        row = await next_item(uow, hall.meeting_id, version=meeting.version)
        await transition_meeting(uow, hall.meeting_id, MeetingState.PAUSED, version=row.version)
    assert "Gleich geht es weiter." in await seen(client, rt, hall)


async def test_projector_can_be_black(client: httpx.AsyncClient, rt: Runtime, hall: Hall) -> None:
    await make_poll(rt, hall)
    await show(rt, hall, "black")
    page = (await client.get(address(rt, hall.meeting_id))).text
    assert "mm-black" in page
    assert "Bäume" not in page


async def test_projector_of_a_cancelled_poll_says_so(client: httpx.AsyncClient, rt: Runtime, hall: Hall) -> None:
    await move_poll(rt, await make_poll(rt, hall), PollState.CANCELLED, reason="Die Frage war unklar.")
    assert "wird nicht gezählt" in await seen(client, rt, hall)


async def test_projector_page_may_be_framed_by_the_tour_and_is_never_stored(
    client: httpx.AsyncClient, rt: Runtime, hall: Hall
) -> None:
    answer = await client.get(address(rt, hall.meeting_id))
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    assert 'http-equiv="refresh"' in answer.text


async def test_projector_refuses_other_tokens(client: httpx.AsyncClient, rt: Runtime, hall: Hall) -> None:
    good = address(rt, hall.meeting_id)
    for wrong in (f"{good}x", good.replace(".1.", ".2."), address(rt, hall.meeting_id, "moderator"), "/beamer/x"):
        assert (await client.get(wrong)).status_code == 403, wrong


async def test_projector_address_ends_with_the_evening(
    client: httpx.AsyncClient, rt: Runtime, hall: Hall, clock: FixedClock
) -> None:
    yesterday = address(rt, hall.meeting_id)
    clock.advance(timedelta(hours=15))
    answer = await client.get(yesterday, headers={"Accept": "text/html"})
    assert answer.status_code == 403
    assert "Die Adresse dieser Leinwand gilt nicht mehr. Öffnen Sie die Leinwand neu aus der Regie" in answer.text


async def test_projectors_signed_off_are_refused_and_a_new_address_works(
    app: Litestar, client: httpx.AsyncClient, rt: Runtime, hall: Hall
) -> None:
    first = address(rt, hall.meeting_id)
    async with host(app, rt, hall) as weber:
        await weber.open()
        assert "Alle Leinwände sind abgemeldet." in await weber.press("Ja, alle abmelden")
        opened = await weber.http.get(f"{weber.path}/beamer")
    answer = await client.get(first, headers={"Accept": "text/html"})
    assert (answer.status_code, "gilt nicht mehr" in answer.text) == (403, True)
    again = [await client.get(opened.headers["location"]) for _ in range(3)]  # any number of screens
    assert {each.status_code for each in again} == {200}


async def test_end_of_the_evening_shows_thanks_and_the_checkpoint(
    client: httpx.AsyncClient, rt: Runtime, hall: Hall
) -> None:
    async with rt.work.write() as uow:
        meeting = await get_meeting(uow.session, hall.meeting_id)
        await transition_meeting(uow, hall.meeting_id, MeetingState.CLOSED, version=meeting.version)
    assert "Danke fürs Mitmachen!" in await seen(client, rt, hall)
    await rt.log.flush()
    page = (await client.get(address(rt, hall.meeting_id))).text
    assert "QR-Code mit der unterschriebenen Prüfsumme" in page
    assert re.search(r"Prüfsumme: <span class=\"mm-code\">(\w{4} ?){4}<", page)


async def test_projector_follows_the_steps_of_a_result(client: httpx.AsyncClient, rt: Runtime, hall: Hall) -> None:
    poll = await make_poll(rt, hall)
    await vote(rt, poll, hall.cards[:9], choice="yes")
    await vote(rt, poll, hall.cards[9:12], choice="no")
    await vote(rt, poll, hall.cards[12:20], choice="yes", channel=Channel.KIOSK)
    await vote(rt, poll, hall.cards[20:24], choice="no", channel=Channel.KIOSK)
    poll = await move_poll(rt, poll, *TO_SEALED)
    await step(rt, hall, poll, RevealStep.QUESTION)
    words = await seen(client, rt, hall)
    assert "Soll es Bäume geben?" in words
    assert "24" not in words
    await step(rt, hall, poll, RevealStep.TURNOUT)
    words = await seen(client, rt, hall)
    assert "24 von 30 Karten" in words
    assert "17" not in words
    await move_poll(rt, poll, PollState.REVEALED)
    await step(rt, hall, poll, RevealStep.BARS)
    page = (await client.get(address(rt, hall.meeting_id))).text
    assert "mm-res__row" in page
    assert "<table" not in page
    assert 'data-pace="each"' in page
    await step(rt, hall, poll, RevealStep.CHANNELS)
    assert "Handy Kiosk zusammen Ja 9 8 17" in await seen(client, rt, hall)


async def test_what_a_projector_gets_holds_no_secret(client: httpx.AsyncClient, rt: Runtime, hall: Hall) -> None:
    poll = await make_poll(rt, hall)
    await vote(rt, poll, hall.cards[:12], choice="yes")
    await vote(rt, poll, hall.cards[12:14], choice="no")
    await move_poll(rt, poll, *TO_SEALED)
    own = address(rt, hall.meeting_id)
    other = address(rt, hall.meeting_id, "moderator").partition("/beamer/")[2]
    async with rt.work.read() as uow:
        state = json.dumps(await live_state.state(uow.session, hall.meeting_id))
    for text in ((await client.get(own)).text, state):
        for card in (*hall.cards, *hall.guests):
            assert card not in text
            assert voter_hash(rt.keyring, card).hex() not in text
        assert other not in text
        assert "totals" not in text
        assert "sealed_ballot" not in text
    assert '"result": null' in state
    words = await seen(client, rt, hall)
    assert "14 von 30" in words
    assert not re.search(r"\b12\b", words)


async def step(rt: Runtime, hall: Hall, poll: Poll, to: RevealStep) -> None:
    """Go on in showing a result."""
    async with rt.work.write() as uow:
        await show_step(uow, hall.meeting_id, poll.id, to)
