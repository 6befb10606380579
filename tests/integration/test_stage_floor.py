"""A host runs questions, speakers, announcements and live text by form posts alone; a captioner needs only a link."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest
from litestar import Litestar

from backend.accounts.types import Role
from backend.kit.clock import FixedClock
from backend.kit.db import JsonDict
from backend.kit.settings import Settings
from backend.meetings.actions.captions import switch_captions
from backend.meetings.actions.questions import NewQuestion, ask_question, move_question
from backend.meetings.actions.speakers import request_to_speak
from backend.meetings.live_state import state
from backend.meetings.live_tokens import issue_live_token
from backend.meetings.queries import HallQuestion, questions_of
from backend.meetings.types import MeetingState, QuestionState
from backend.runtime import Runtime
from tests.factories import PASSWORD, Hall, make_hall, move_meeting
from tests.integration.stage_host import ORIGIN, Button, Host, host

ANNA = b"a" * 32


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """One server is allowed for broadcasts."""
    return settings.model_copy(update={"stream_hosts": "video.example, Stream.example"})


@pytest.fixture
async def hall(rt: Runtime) -> Hall:
    """A running meeting."""
    return await make_hall(rt)


async def live(rt: Runtime, hall: Hall) -> JsonDict:
    """Return the live state."""
    async with rt.work.read() as uow:
        return await state(uow.session, hall.meeting_id)


async def ask(rt: Runtime, hall: Hall, text: str, *, visible: bool = True) -> str:
    """Ask a question that everybody sees."""
    async with rt.work.write() as uow:
        question = await ask_question(uow, hall.meeting_id, NewQuestion(text, "phone", "Ida"))
        if visible:
            await move_question(uow, question.id, QuestionState.VISIBLE)
        return question.id


async def known(rt: Runtime, hall: Hall) -> dict[str, HallQuestion]:
    """Return every question."""
    async with rt.work.read() as uow:
        return {each.id: each for each in await questions_of(uow.session, hall.meeting_id, all_states=True)}


def of(weber: Host, question: str, label: str) -> Button:
    """Return a question's button."""
    return weber.button(label, like=question)


async def test_host_queues_merges_and_rejects_with_a_reason(app: Litestar, rt: Runtime, hall: Hall) -> None:
    first, second = await ask(rt, hall, "Wo parken wir?"), await ask(rt, hall, "Parkplätze?")
    third = await ask(rt, hall, "Frau X?", visible=False)
    async with host(app, rt, hall) as weber:
        assert "Ida" in await weber.open()
        words = await weber.send(of(weber, first, "In die Warteschlange"))
        assert "kommt als Nächstes dran" in words
        await weber.send(of(weber, second, "Zusammenlegen"), ziel=first)
        words = await weber.send(of(weber, third, "Ablehnen"), grund="names_people", hinweis="Bitte ohne Namen.")
        assert "Frau X?" not in words
        assert "Parkplätze?" not in words
    questions = await known(rt, hall)
    assert questions[first].state is QuestionState.QUEUED
    assert questions[second].merged_into == first
    assert (questions[third].reject_reason, questions[third].reject_note) == ("names_people", "Bitte ohne Namen.")


async def test_host_shows_new_questions_at_once_and_back(app: Litestar, rt: Runtime, hall: Hall) -> None:
    async with host(app, rt, hall) as weber:
        await weber.open()
        await weber.press("Neue sofort zeigen")
        question = await ask(rt, hall, "Wo parken wir?", visible=False)
        assert (await known(rt, hall))[question].state is QuestionState.VISIBLE
        await weber.press("Erst nach Prüfung zeigen")
        assert weber.has("Neue sofort zeigen")


async def test_promised_answer_is_written_after_the_evening(
    app: Litestar, rt: Runtime, hall: Hall, clock: FixedClock
) -> None:
    question = await ask(rt, hall, "Wo parken wir?")
    due = (clock.now() + timedelta(days=10)).date()
    async with host(app, rt, hall) as weber:
        await weber.open()
        words = await weber.send(of(weber, question, "Später schriftlich"), bis=due.isoformat(), wer="Tiefbauamt")
        assert "1 schriftliche Antwort offen" in words
        await move_meeting(rt, hall, MeetingState.CLOSED)
        weber.path += "/antworten"
        assert "Tiefbauamt" in await weber.open()
        clock.advance(timedelta(days=11))
        await sign_in_again(weber)
        assert "Fällig seit" in await weber.open()
        words = await weber.press("Antwort veröffentlichen", antwort="Auf dem Festplatz.")
        assert "Die Antwort steht jetzt auf der öffentlichen Seite" in words
        assert "Auf dem Festplatz." in words
        slug = (await live(rt, hall))["meeting"]["slug"]
        page = (await weber.http.get(f"/{hall.org_slug}/t/{slug}")).text
    assert "Wo parken wir?" in page
    assert "Auf dem Festplatz." in page


def anybody(app: Litestar) -> httpx.AsyncClient:
    """Return a browser nobody signed in with."""
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]  # the two ASGI types differ in name only
    return httpx.AsyncClient(transport=transport, base_url=ORIGIN)


async def sign_in_again(weber: Host) -> None:
    """Begin a new session: days have passed."""
    answer = await weber.http.post("/verwaltung/anmelden", data={"name": "weber", "password": PASSWORD})
    assert answer.status_code == 303


async def test_host_runs_the_list_of_speakers(app: Litestar, rt: Runtime, hall: Hall, clock: FixedClock) -> None:
    async with host(app, rt, hall) as weber:
        await weber.open()
        rules = {"offen": "1", "reihenfolge": "first_time", "minuten": "1", "gruppen": "Nordstadt\nSüdstadt"}
        words = await weber.send(weber.button("Übernehmen", like="/redeliste"), **rules)
        assert "wer noch nicht sprach, zuerst" in words
        async with rt.work.write() as uow:
            await request_to_speak(uow, hall.meeting_id, ANNA, group="Nordstadt")
        await weber.open()
        await weber.press("Auf die Liste", thema="Wochenmarkt", gruppe="Südstadt")
        words = await weber.press("Aufrufen")
        assert "Wortmeldung 1" in words
        assert "1:00 von 1:00" in words
        clock.advance(timedelta(seconds=61))
        words = await weber.open()
        assert "Die Redezeit ist um." in words
        assert "Nordstadt 1:01" in words
        assert "von 2:00" in await weber.press("+ 1 Min.")
        assert "Die Uhr steht." in await weber.press("Anhalten")
        await weber.press("Weiter")
        words = await weber.press("Nächste: 2")
        assert "Wochenmarkt" in words
        assert "Niemand wartet." in await weber.press("Fertig")


async def test_host_takes_up_and_strikes_requests_one_by_one(app: Litestar, rt: Runtime, hall: Hall) -> None:
    async with host(app, rt, hall) as weber:
        await weber.open()
        rules = {"offen": "1", "aufnehmen": "1", "reihenfolge": "first_come", "minuten": "3"}
        await weber.send(weber.button("Übernehmen", like="/redeliste"), **rules)
        for voter in (ANNA, b"b" * 32):
            async with rt.work.write() as uow:
                await request_to_speak(uow, hall.meeting_id, voter)
        assert "möchte auf die Liste" in await weber.open()
        await weber.press("Aufnehmen")
        await weber.press("Streichen")
    assert [each["no"] for each in (await live(rt, hall))["speakers"]["next"]] == [1]


async def test_announcement_stands_until_taken_away(app: Litestar, rt: Runtime, hall: Hall) -> None:
    async with host(app, rt, hall) as weber:
        await weber.open()
        await weber.press("Senden", text="Gleich geht es weiter.")
        assert (await live(rt, hall))["notice"]["text"] == "Gleich geht es weiter."
        words = await weber.press("Wegnehmen")
        assert "Die Nachricht ist zurückgenommen." in words
        assert (await live(rt, hall))["notice"] is None


async def test_broadcast_is_named_on_an_allowed_server_only(app: Litestar, rt: Runtime, hall: Hall) -> None:
    async with host(app, rt, hall) as weber:
        await weber.open()
        words = await weber.send(weber.button("Übernehmen", like="/uebertragung"), adresse="https://evil.example/x")
        assert "stream.example, video.example" in words
        await weber.send(weber.button("Übernehmen", like="/uebertragung"), adresse="https://video.example/x")
        stream = {"url": "https://video.example/x", "host": "video.example"}
        seen = await live(rt, hall)
        assert seen["stream"] == stream
        page = (await weber.http.get(f"/{hall.org_slug}/t/{seen['meeting']['slug']}")).text
    assert 'href="https://video.example/x" target="_blank" rel="noreferrer noopener"' in page
    assert "lädt von video.example" in page


async def test_captioner_types_by_link_until_switched_off(
    app: Litestar, rt: Runtime, hall: Hall, clock: FixedClock
) -> None:
    async with host(app, rt, hall) as weber:
        await weber.open()
        link = re.search(r'value="[^"]*(/mitschrift/[^"]+)"', weber.page)
        assert link is not None
        await weber.press("Einschalten")
        async with anybody(app) as typist:
            assert (await typist.get(link[1])).status_code == 200
            sent = await typist.post(link[1], data={"text": "Guten Abend.", "_key": "k1"})
            again = await typist.post(link[1], data={"text": "Guten Abend.", "_key": "k1"})
            assert (sent.status_code, again.status_code) == (200, 200)
            assert (await typist.post(link[1], data={"text": "Zu schnell.", "_key": "k2"})).status_code == 429
            clock.advance(timedelta(seconds=1))
            assert (await typist.post(link[1], data={"text": "Zu schnell.", "_key": "k2"})).status_code == 200
            await weber.press("Ausschalten")
            clock.advance(timedelta(seconds=1))
            off = await typist.post(link[1], data={"text": "Geheim.", "_key": "k3"})
            assert off.status_code == 409
            assert "Geheim." in off.text
        await weber.press("Einschalten")
    lines = [line["text"] for line in (await live(rt, hall))["captions"]["lines"]]
    assert lines == ["Guten Abend.", "Zu schnell."]


async def test_captioners_page_from_the_console_needs_the_right(app: Litestar, rt: Runtime, hall: Hall) -> None:
    async with rt.work.write() as uow:
        await switch_captions(uow, hall.meeting_id, on=True)
    async with host(app, rt, hall) as weber, host(app, rt, hall, Role.DOOR, name="tuer") as door:
        weber.path += "/mitschrift"
        await weber.open()
        assert "Guten Abend." in await weber.press("Senden", text="Guten Abend.")
        assert (await door.http.get(weber.path)).status_code == 403
        assert (await door.http.post(weber.path, data={"text": "Ich auch."})).status_code == 403


@pytest.mark.parametrize("role", ["projector", "moderator", "kiosk"])
async def test_other_tokens_and_old_links_do_not_type(
    app: Litestar, rt: Runtime, hall: Hall, clock: FixedClock, role: str
) -> None:
    other = issue_live_token(rt.keyring.session, role=role, meeting_id=hall.meeting_id, subject="x", now=clock.now())
    old = issue_live_token(
        rt.keyring.session,
        role="captioner",
        meeting_id=hall.meeting_id,
        subject="x",
        now=clock.now() - timedelta(days=1),
    )
    async with anybody(app) as typist:
        for token in (other, old, "x"):
            assert (await typist.get(f"/mitschrift/{token}")).status_code == 403
            assert (await typist.post(f"/mitschrift/{token}", data={"text": "Hallo."})).status_code == 403
