"""A host runs an evening by form posts alone; late clicks and wrong people change nothing."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

import httpx
import pytest
from litestar import Litestar

from backend.accounts.types import Role
from backend.ballots.redemptions import exchange_for_sheet
from backend.kit.clock import FixedClock
from backend.meetings.actions.hall import count_people
from backend.meetings.actions.meeting import NewMeeting, create_meeting
from backend.meetings.actions.questions import NewQuestion, ask_question
from backend.meetings.live_state import state
from backend.meetings.queries import get_meeting, questions_of
from backend.meetings.types import Assembly
from backend.polls.actions import repeat_poll
from backend.polls.errors import InvalidTransition
from backend.polls.queries import Poll, get_poll, polls_of
from backend.polls.types import Channel, PollState
from backend.runtime import Runtime
from tests.factories import TO_SEALED, Hall, make_hall, make_poll, move_poll
from tests.integration.stage_host import Button, host


@pytest.fixture
async def hall(rt: Runtime) -> Hall:
    """A running meeting with thirty cards."""
    return await make_hall(rt, voting=30)


async def vote(rt: Runtime, poll: Poll, cards: list[str], choice: str) -> None:
    """Cast one ballot per card by phone."""
    for card in cards:
        await rt.desk.cast_with_card(
            poll.id,
            card,
            choices=[choice],
            nonce=secrets.token_bytes(32),
            channel=Channel.PHONE,
            request_key=secrets.token_hex(8),
        )


async def second_meeting(rt: Runtime, hall: Hall) -> str:
    """Add another meeting of the same organisation."""
    async with rt.work.write() as uow:
        new = NewMeeting({"de": "Werkstatt"}, {}, uow.now + timedelta(days=1), Assembly.WORKSHOP)
        return (await create_meeting(uow, new, org_id=hall.org_id)).id


async def _tries(http: httpx.AsyncClient, base: str, poll: Poll) -> set[int]:
    """Try every kind of post with a good token; return the answers' statuses."""
    page = (await http.get("/verwaltung/konto")).text
    token = re.search(r'name="_csrf" value="([^"]+)"', page)
    assert token is not None
    step = {"schritt": "schliessen", "version": str(poll.version)}
    posts: dict[str, dict[str, str]] = {f"/abstimmung/{poll.id}/schritt": step}
    if poll.meeting_id in base:
        posts |= {"/punkt": {"version": "1"}, "/leinwand": {"zeigen": "black"}, "/spontan": {"art": "yesno"}}
    answers = [await http.post(base + path, data={**fields, "_csrf": token[1]}) for path, fields in posts.items()]
    return {answer.status_code for answer in answers}


async def now(rt: Runtime, poll: Poll) -> Poll:
    """Return the poll as it is now."""
    async with rt.work.read() as uow:
        return await get_poll(uow.session, poll.id)


async def test_host_drives_a_whole_poll_by_form_posts(
    app: Litestar, rt: Runtime, hall: Hall, clock: FixedClock
) -> None:
    poll = await make_poll(rt, hall, state=PollState.DRAFT)
    async with host(app, rt, hall) as weber, host(app, rt, hall, Role.HOST, name="hofmann") as hofmann:
        await weber.open()
        assert "30 Stimmkarten gelten." in await weber.press("Bereit machen")
        assert "auch Sie nicht" in await weber.press("Öffnen")
        await vote(rt, poll, hall.cards[:12], "yes")
        await vote(rt, poll, hall.cards[12:15], "no")
        assert "15 von 30 haben abgestimmt" in await weber.open()
        assert "Ja 12" not in weber.words
        await weber.press("Letzter Aufruf")
        words = await weber.press("Schließen")
        assert "Schließt gleich" in words
        assert not weber.has("Schließen")
        clock.advance(timedelta(seconds=7))
        async with rt.work.write() as uow:  # the worker's job, here by hand
            await rt.lifecycle.close_if_due(uow, poll.id, version=(await now(rt, poll)).version)
        await weber.open()
        words = await weber.press("Versiegeln und auszählen")
        assert "Der Saal sieht das Ergebnis noch nicht." in words
        assert "Ja 12 Nein 3" in words
        assert "Gezeigt" in await weber.press("Ergebnis zeigen")
        await weber.press("Unterschreiben")
        assert "Unterschrieben hat Weber." in weber.words
        assert not weber.has("Unterschreiben")
        await hofmann.open()
        words = await hofmann.press("Unterschreiben")
        assert "Festgestellt von Hofmann und Weber." in words or "Festgestellt von Weber und Hofmann." in words
        words = await weber.open() and await weber.press("Veröffentlichen")
        assert "Diese Abstimmung ist fertig." in words
    assert (await now(rt, poll)).state is PollState.PUBLISHED


async def test_revealed_result_goes_to_the_wall(app: Litestar, rt: Runtime, hall: Hall) -> None:
    poll = await make_poll(rt, hall)
    await move_poll(rt, poll, PollState.CLOSING, PollState.CLOSED)
    async with host(app, rt, hall) as weber:
        await weber.open()
        await weber.press("Versiegeln und auszählen")
        await weber.press("Ergebnis zeigen")
    async with rt.work.read() as uow:
        assert (await get_meeting(uow.session, hall.meeting_id)).screen == {"show": "poll", "poll": poll.id}


async def test_double_click_changes_nothing(app: Litestar, rt: Runtime, hall: Hall) -> None:
    poll = await make_poll(rt, hall, state=PollState.READY)
    async with host(app, rt, hall) as weber:
        await weber.open()
        button = weber.button("Öffnen")
        await weber.send(button)
        words = await weber.send(button)
        assert "Jemand war schneller" not in words
        assert "Offen seit" in words
    assert (await now(rt, poll)).version == poll.version + 1


async def test_late_click_of_a_second_host_is_told_kindly(app: Litestar, rt: Runtime, hall: Hall) -> None:
    poll = await make_poll(rt, hall)
    async with host(app, rt, hall) as weber, host(app, rt, hall, Role.HOST, name="berger") as berger:
        await weber.open()
        await berger.open()
        late = berger.button("Sofort schließen")
        await weber.press("Letzter Aufruf")
        words = await berger.send(late)
        assert "Jemand war schneller. Ihr Klick hat nichts doppelt ausgelöst" in words
        assert "Letzter Aufruf, noch" in words
    assert (await now(rt, poll)).state is PollState.OPEN


async def test_forged_step_is_refused_in_words(app: Litestar, rt: Runtime, hall: Hall) -> None:
    poll = await make_poll(rt, hall, state=PollState.DRAFT)
    async with host(app, rt, hall) as weber:
        await weber.open()
        button = weber.button("Bereit machen")
        assert "Jemand war schneller" in await weber.send(button, schritt="zeigen")
        assert "eine der Möglichkeiten" in await weber.send(button, schritt="zaubern")
        assert "veraltet" in await weber.send(button, fremd="1")
    assert (await now(rt, poll)).state is PollState.DRAFT


async def test_cancel_needs_a_reason(app: Litestar, rt: Runtime, hall: Hall) -> None:
    poll = await make_poll(rt, hall)
    async with host(app, rt, hall) as weber:
        await weber.open()
        cancel = weber.button("Abstimmung abbrechen")
        assert "Bitte schreiben Sie einen Satz" in await weber.send(cancel, grund="ja")
        assert (await now(rt, poll)).state is PollState.OPEN
        words = await weber.send(cancel, grund="Die Frage war missverständlich.")
        assert "Abgegebene Stimmen zählen nicht." in words
    assert (await now(rt, poll)).state is PollState.CANCELLED


async def test_spontaneous_question_is_ready_once_and_shown(app: Litestar, rt: Runtime, hall: Hall) -> None:
    async with host(app, rt, hall) as weber:
        await weber.open()
        button = weber.button("Bereit machen und zeigen")
        refused = await weber.send(button, art="single", text="Welches Obst?", antworten="Apfel")
        assert "mindestens zwei verschiedene Antworten" in refused
        lines = "Apfel\n\nBirne\nApfel"
        words = await weber.send(button, art="single", text="Welches Obst?", antworten=lines, enthaltung="1")
        assert "Die Frage ist bereit." in words
        await weber.send(button, art="single", text="Welches Obst?", antworten=lines, enthaltung="1")
    async with rt.work.read() as uow:
        polls = await polls_of(uow.session, hall.meeting_id)
        meeting = await get_meeting(uow.session, hall.meeting_id)
    assert [poll.state for poll in polls] == [PollState.READY]
    assert [option.label["de"] for option in polls[0].definition.options] == ["Apfel", "Birne", "Enthaltung"]
    assert polls[0].agenda_item_id == meeting.active_item_id
    assert meeting.screen == {"show": "poll", "poll": polls[0].id}


async def test_host_leads_through_the_evening(app: Litestar, rt: Runtime, hall: Hall) -> None:
    async with host(app, rt, hall) as weber:
        await weber.open()
        assert "Jetzt Abstimmungen" in await weber.press("Weiter zu Punkt 2")
        assert "Weiter geht es" in await weber.press("Pause")
        await weber.press("Weiter geht es")
        await weber.press("QR zum Mitmachen")
        await weber.press("Beamer schwarz")
        assert weber.has("Beamer an")
        await weber.press("Notieren", personen="27")
        assert "27 Personen gezählt" in weber.words
        await weber.press("Senden", text="Bitte die Fenster schließen.")
        assert "geschlossen" in await weber.press("Versammlung schließen")
    async with rt.work.read() as uow:
        live = await state(uow.session, hall.meeting_id)
        meeting = await get_meeting(uow.session, hall.meeting_id)
    assert live["meeting"]["state"] == "closed"
    assert meeting.people_counted == 27
    assert meeting.screen == {"show": "black"}


async def test_host_calls_up_questions_from_the_hall(app: Litestar, rt: Runtime, hall: Hall) -> None:
    async with rt.work.write() as uow:
        await ask_question(uow, hall.meeting_id, NewQuestion("Wo parken wir?", "phone"))
    async with host(app, rt, hall) as weber:
        assert "neu, noch nicht zu sehen" in await weber.open()
        for label in ("Zurückhalten", "Allen zeigen", "Auf die Bühne", "Beantwortet"):
            await weber.press(label)
        assert "Wo parken wir?" not in weber.words
    async with rt.work.read() as uow:
        questions = await questions_of(uow.session, hall.meeting_id, all_states=True)
    assert [question.state.value for question in questions] == ["answered"]


async def test_missing_sheets_hold_the_count_back(app: Litestar, rt: Runtime, hall: Hall) -> None:
    poll = await make_poll(rt, hall)
    async with rt.work.write() as uow:
        voter = await rt.desk.voter(poll.id, hall.cards[0])
        await exchange_for_sheet(uow.session, poll.id, voter)
        await count_people(uow, hall.meeting_id, 0)
    await vote(rt, poll, hall.cards[1:3], "yes")
    await move_poll(rt, poll, PollState.CLOSING, PollState.CLOSED)
    async with host(app, rt, hall) as weber:
        words = await weber.open()
        assert "1 Stimmzettel sind ausgegeben, 0 gezählt." in words
        assert not weber.has("Versiegeln")
        words = await weber.press("Ja, jetzt versiegeln")
        assert "vorläufig" in words
        assert "bis zwei Personen es begründen" in words
        assert "Bitte schreiben Sie, warum" in await weber.press("Unterschreiben")
        await weber.press("Unterschreiben", grund="Ein Zettel kam nicht zurück.")
        assert "Eine zweite Person fehlt." in weber.words


async def test_console_leads_to_its_projector(app: Litestar, rt: Runtime, hall: Hall) -> None:
    async with host(app, rt, hall) as weber:
        answer = await weber.http.get(f"{weber.path}/beamer")
        assert answer.status_code == 303
        assert (await weber.http.get(answer.headers["location"])).status_code == 200


@pytest.mark.parametrize("role", [Role.DOOR, Role.TELLER, Role.MODERATOR, Role.EDITOR, Role.COUNCIL, Role.ADMIN])
async def test_console_is_for_hosts_only(app: Litestar, rt: Runtime, hall: Hall, role: Role) -> None:
    poll = await make_poll(rt, hall)
    async with host(app, rt, hall, role) as other:
        assert (await other.http.get(other.path)).status_code == 403
        assert await _tries(other.http, other.path, poll) == {403}
    assert (await now(rt, poll)).version == poll.version


async def test_console_of_another_organisation_is_closed(app: Litestar, rt: Runtime, hall: Hall) -> None:
    elsewhere = await make_hall(rt, slug="bergdorf")
    foreign = await make_poll(rt, elsewhere)
    async with host(app, rt, hall) as weber:
        theirs = f"/verwaltung/{elsewhere.org_slug}/regie/{elsewhere.meeting_id}"
        mixed = f"/verwaltung/{hall.org_slug}/regie/{elsewhere.meeting_id}"
        assert (await weber.http.get(theirs)).status_code == 403
        assert (await weber.http.get(mixed)).status_code == 403
        assert await _tries(weber.http, weber.path, foreign) == {403}
    assert (await now(rt, foreign)).version == foreign.version


async def test_poll_of_another_evening_is_not_found(app: Litestar, rt: Runtime, hall: Hall) -> None:
    poll = await make_poll(rt, hall, state=PollState.DRAFT)
    async with host(app, rt, hall) as weber:
        await weber.open()
        button = weber.button("Bereit machen", like=poll.id)
        other = await second_meeting(rt, hall)
        stray = Button(button.label, button.action.replace(hall.meeting_id, other), button.fields)
        await weber.send(stray)
    assert (await now(rt, poll)).state is PollState.DRAFT


async def test_anonymous_is_sent_to_the_sign_in(app: Litestar, rt: Runtime, hall: Hall) -> None:
    async with host(app, rt, hall) as weber:
        weber.http.cookies.clear()
        answer = await weber.http.get(weber.path, headers={"Accept": "text/html"})
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/verwaltung/anmelden")


async def test_result_is_shown_step_by_step_and_never_back(app: Litestar, rt: Runtime, hall: Hall) -> None:
    poll = await make_poll(rt, hall)
    await vote(rt, poll, hall.cards[:12], "yes")
    await move_poll(rt, poll, *TO_SEALED)
    async with host(app, rt, hall) as weber, host(app, rt, hall, name="hofmann") as hofmann:
        await weber.open()
        await hofmann.open()
        await weber.press("Ergebnis: erst die Frage")
        await weber.press("Beteiligung zeigen")
        assert "Jemand war schneller." in await hofmann.press("Ergebnis: erst die Frage")
        assert await screen(rt, hall) == {"show": "poll", "poll": poll.id, "step": "turnout"}
        await weber.press("Alle Balken zugleich")
        assert await screen(rt, hall) == {"show": "poll", "poll": poll.id, "step": "bars_at_once"}
        assert weber.has("Veröffentlichen")  # one channel alone is no step
    assert (await now(rt, poll)).state is PollState.REVEALED


async def test_poll_opens_with_a_countdown(app: Litestar, rt: Runtime, hall: Hall) -> None:
    poll = await make_poll(rt, hall, state=PollState.READY)
    async with host(app, rt, hall) as weber:
        await weber.open()
        await weber.press("2 Min.")
        opened = await now(rt, poll)
        assert opened.last_call_ends_at == rt.clock.now() + timedelta(minutes=2)
        assert weber.has("Schließen")


async def test_void_poll_has_a_prefilled_successor_made_once(app: Litestar, rt: Runtime, hall: Hall) -> None:
    poll = await move_poll(rt, await make_poll(rt, hall), *TO_SEALED)
    async with host(app, rt, hall) as weber:
        await weber.open()
        await weber.press("Ergebnis zeigen")
        await weber.press("Ergebnis verwerfen", grund="Ein Packen war verwechselt.", neu="1")
        assert "wiederholt Abstimmung 1" in weber.words
        await weber.open(f"?frage={poll.id}")
        assert "Zur Wiederholung" in weber.words
        assert not weber.has("Wiederholen")
    async with rt.work.read() as uow:
        old, new = await polls_of(uow.session, hall.meeting_id)
    assert (old.state, old.end_reason) == (PollState.VOID, "Ein Packen war verwechselt.")
    assert (new.state, new.supersedes_id, new.opened_at) == (PollState.DRAFT, old.id, None)
    assert (new.question, new.definition.options, new.definition.channels) == (
        old.question,
        old.definition.options,
        old.definition.channels,
    )
    async with rt.work.write() as uow:
        assert (await repeat_poll(uow, poll.id)).id == new.id


async def test_cancelled_poll_is_repeated_with_one_button(app: Litestar, rt: Runtime, hall: Hall) -> None:
    poll = await move_poll(rt, await make_poll(rt, hall), PollState.CANCELLED, reason="Die Frage war unklar.")
    async with host(app, rt, hall) as weber:
        await weber.open(f"?frage={poll.id}")
        assert "Die Wiederholung ist vorbereitet." in await weber.press("Wiederholen")
    async with rt.work.write() as uow:
        [_, new] = await polls_of(uow.session, hall.meeting_id)
        with pytest.raises(InvalidTransition):
            await repeat_poll(uow, new.id)


async def screen(rt: Runtime, hall: Hall) -> dict[str, object]:
    """Return what the wall was told to show."""
    async with rt.work.read() as uow:
        return (await get_meeting(uow.session, hall.meeting_id)).screen
