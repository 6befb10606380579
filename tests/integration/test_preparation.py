"""The preparation by plain forms: every step alone, what it lacks, and the print pack."""

from __future__ import annotations

import base64
import io
import json
from datetime import timedelta

import pytest
from litestar import Litestar
from pypdfium2 import PdfDocument

from backend.accounts.types import Role
from backend.cards.queries import packs_of
from backend.meetings.actions.meeting import NewMeeting, create_meeting
from backend.meetings.formats import COMMON, FORMATS
from backend.meetings.queries import agenda_of, get_meeting, plan_of, ticks_of
from backend.meetings.types import Assembly, MeetingState
from backend.polls.queries import polls_of
from backend.polls.types import PollState
from backend.runtime import Runtime
from tests.factories import Hall, make_hall
from tests.integration.stage_host import Host, host

STEPS = ("termin", "ablauf", "fragen", "team", "druck", "probe", "abend")


@pytest.fixture
async def hall(rt: Runtime) -> Hall:
    """An organisation with a draft meeting beside its running one."""
    made = await make_hall(rt, voting=2)
    async with rt.work.write() as uow:
        new = NewMeeting(
            title={"de": "Infoabend Radweg"},
            notice={},
            starts_at=uow.now + timedelta(days=14),
            assembly_type=Assembly.DIALOG,
        )
        made.meeting_id = (await create_meeting(uow, new, org_id=made.org_id)).id
    return made


def at(hall: Hall, step: str = "") -> str:
    return f"/verwaltung/{hall.org_slug}/abende/{hall.meeting_id}/vorbereiten{'/' if step else ''}{step}"


async def go(clerk: Host, path: str) -> str:
    clerk.path = path
    return await clerk.open()


async def titles(rt: Runtime, hall: Hall) -> list[str]:
    async with rt.work.read() as uow:
        return [item.title["de"] for item in await agenda_of(uow.session, hall.meeting_id)]


async def test_preparation_leads_to_the_first_step_that_lacks_something(app: Litestar, rt: Runtime, hall: Hall) -> None:
    async with host(app, rt, hall) as clerk:
        first = await clerk.http.get(at(hall))
        assert first.status_code == 303
        assert first.headers["location"] == at(hall, "termin")
        words = await go(clerk, at(hall, "termin"))
        assert "0 von 7 Schritten fertig" in words
        assert "Der Ort fehlt." in words
        assert "Noch nicht angekündigt." in words


async def test_date_is_edited_until_people_are_let_in(app: Litestar, rt: Runtime, hall: Hall) -> None:
    async with host(app, rt, hall) as clerk:
        await go(clerk, at(hall, "termin"))
        button = clerk.button("Speichern")
        given = {"titel": "Infoabend", "art": "workshop", "tag": "2027-04-08", "uhrzeit": "19:00", "ende": "21:30"}
        assert "Gespeichert." in await clerk.send(button, **given)
        assert "Jemand war schneller" in await clerk.send(button, **given)
        assert "ist angekündigt" in await clerk.press("Jetzt ankündigen")
        async with rt.work.read() as uow:
            meeting = await get_meeting(uow.session, hall.meeting_id)
        assert meeting.title["de"] == "Infoabend"
        assert meeting.ends_at is not None
        assert meeting.ends_at - meeting.starts_at == timedelta(hours=2, minutes=30)
        assert "binden niemanden" in meeting.notice["de"]
        assert meeting.state is MeetingState.PUBLISHED
        assert "ist abgesagt" in await clerk.press("Ja, absagen")
        assert not clerk.has("Speichern")


async def test_place_of_another_town_is_refused(app: Litestar, rt: Runtime, hall: Hall) -> None:
    async with host(app, rt, hall) as clerk:
        await go(clerk, at(hall, "termin"))
        given = {"titel": "Infoabend", "art": "workshop", "tag": "2027-04-08", "uhrzeit": "19:00", "ort": "anderswo"}
        assert "Diesen Ort gibt es nicht." in await clerk.press("Speichern", **given)
        assert "Bitte geben Sie ein Datum ein" in await clerk.press("Speichern", **given | {"tag": "morgen"})


@pytest.mark.parametrize("name", FORMATS)
async def test_format_brings_points_and_questions_once(app: Litestar, rt: Runtime, hall: Hall, name: str) -> None:
    async with host(app, rt, hall) as clerk:
        await go(clerk, at(hall, "ablauf"))
        button = clerk.button("Nehmen")
        words = await clerk.send(button, vorlage=name)
        assert "Tagesordnung und Fragen sind da." in words
        await clerk.send(button, vorlage=name)
    assert await titles(rt, hall) == [title for title, _ in FORMATS[name].points]
    async with rt.work.read() as uow:
        polls = await polls_of(uow.session, hall.meeting_id)
    assert [poll.is_practice for poll in polls] == [True, False]
    assert polls[0].question["de"].startswith("Probe: ")


async def test_agenda_is_edited_by_buttons_alone(app: Litestar, rt: Runtime, hall: Hall) -> None:
    async with host(app, rt, hall) as clerk:
        await go(clerk, at(hall, "ablauf"))
        for title in ("Begrüßung", "Fragen", "Ausblick"):
            await clerk.press("Hinzufügen", titel=title, minuten="20")
        assert "60 Minuten" in clerk.words
        await clerk.press("Ausblick nach oben")
        assert await titles(rt, hall) == ["Begrüßung", "Ausblick", "Fragen"]
        await clerk.press("Begrüßung nach unten")
        assert await titles(rt, hall) == ["Ausblick", "Begrüßung", "Fragen"]
        await clerk.press("Speichern", titel="Rückblick", minuten="5")
        await clerk.press("Löschen")
        assert await titles(rt, hall) == ["Begrüßung", "Fragen"]
        assert not clerk.has("Vertagen")


async def test_point_is_postponed_and_taken_up_again_with_a_trace(app: Litestar, rt: Runtime, hall: Hall) -> None:
    async with host(app, rt, hall) as clerk:
        await go(clerk, at(hall, "ablauf"))
        await clerk.press("Hinzufügen", titel="Begrüßung")
        await go(clerk, at(hall, "termin"))
        await clerk.press("Jetzt ankündigen")
        await go(clerk, at(hall, "ablauf"))
        assert "Der Punkt ist vertagt." in await clerk.press("Vertagen", grund="Referentin krank")
        words = await clerk.press("Wieder aufnehmen")
        assert "Punkt 1: vertagt – Referentin krank" in words
        assert "Punkt 1: wieder aufgenommen" in words
        assert not clerk.has("Löschen") or "Setzen Sie ihn ab" in await clerk.press("Löschen")


@pytest.mark.parametrize("name", COMMON)
async def test_every_common_question_can_be_released(app: Litestar, rt: Runtime, hall: Hall, name: str) -> None:
    async with host(app, rt, hall) as clerk:
        await go(clerk, at(hall, "fragen"))
        button = clerk.button("Ja oder Nein zu …")
        assert "Die Frage steht auf der Liste." in await clerk.send(button, vorlage=name)
        await clerk.send(button, vorlage=name)
        await go(clerk, at(hall, "druck"))
        assert "1 Frage ist noch ein Entwurf" in clerk.words
        assert "Die Fragen sind freigegeben." in await clerk.press("Alle freigeben")
    async with rt.work.read() as uow:
        (poll,) = await polls_of(uow.session, hall.meeting_id)
    assert poll.state is PollState.READY


async def test_plan_states_the_least_crew_and_who_is_missing(app: Litestar, rt: Runtime, hall: Hall) -> None:
    plan = {"personen": "300", "eingaenge": "1", "kioske": "1", "papier": "1", "helfende": "4"}
    async with host(app, rt, hall) as clerk:
        await go(clerk, at(hall, "team"))
        words = await clerk.press("Berechnen", **plan)
        assert "Mindestens 8 Personen" in words  # chair, host, two at the door, two tellers, info, kiosk
        assert "Es fehlen noch 4 Personen." in words
        words = await clerk.press("Berechnen", **plan | {"helfende": "8"})
        assert "Es fehlen noch" not in words


async def test_ticks_are_saved_at_once_and_can_be_taken_back(app: Litestar, rt: Runtime, hall: Hall) -> None:
    async with host(app, rt, hall) as clerk:
        await go(clerk, at(hall, "abend"))
        button = clerk.button("Zähltisch: Zwei Personen haben gesehen")
        await clerk.send(button)
        assert "1 von" in await clerk.send(button)
        async with rt.work.read() as uow:
            assert set(await ticks_of(uow.session, hall.meeting_id)) == {"urn"}
        assert "0 von" in await clerk.press("Zähltisch: Zwei Personen haben gesehen")
        assert "steht nicht auf der Liste" in await clerk.send(button, aufgabe="nichts")


@pytest.mark.needs("pango")
async def test_pack_is_one_file_with_everything(app: Litestar, rt: Runtime, hall: Hall) -> None:
    async with host(app, rt, hall) as clerk:
        await go(clerk, at(hall, "ablauf"))
        await clerk.press("Nehmen")
        await go(clerk, at(hall, "druck"))
        await clerk.press("Alle freigeben")
        wanted = {"stimmkarten": "5", "gaestekarten": "1", "packen": "4", "zettel": "3"}
        button = clerk.button("PDF erzeugen")
        answer = await clerk.http.post(button.action, data=button.fields | wanted)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    with PdfDocument(io.BytesIO(answer.content)) as pdf:
        widths = sorted({round(page.get_width() * 25.4 / 72) for page in pdf})
        assert widths == [148, 210, 297]  # sheets A5, cards and checklist A4, poster A3
        assert "Infoabend Radweg" in pdf[0].get_textpage().get_text_range()
    async with rt.work.read() as uow:
        assert sum(pack.size for pack in await packs_of(uow.session, hall.meeting_id)) == 6
        assert (await plan_of(uow.session, hall.meeting_id)).printed_at is not None


@pytest.mark.needs("pango")
async def test_pack_is_told_piece_by_piece_to_scripts(app: Litestar, rt: Runtime, hall: Hall) -> None:
    async with host(app, rt, hall) as clerk:
        await go(clerk, at(hall, "druck"))
        button = clerk.button("PDF erzeugen")
        fields = button.fields | {"stimmkarten": "4", "packen": "4"}
        answer = await clerk.http.post(button.action, data=fields, headers={"Accept": "application/x-ndjson"})
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [(line["number"], line["total"]) for line in lines[:-1]] == [(1, 3), (2, 3), (3, 3)]
    assert base64.b64decode(lines[-1]["pdf"]).startswith(b"%PDF")


async def test_pack_without_pango_says_why_and_draws_no_card(
    app: Litestar, rt: Runtime, hall: Hall, no_pango: None
) -> None:
    async with host(app, rt, hall) as clerk:
        await go(clerk, at(hall, "druck"))
        button = clerk.button("PDF erzeugen")
        assert "fehlt die Bibliothek Pango" in await clerk.send(button, stimmkarten="5", packen="5")
        fields = button.fields | {"stimmkarten": "4", "packen": "4"}
        answer = await clerk.http.post(button.action, data=fields, headers={"Accept": "application/x-ndjson"})
        assert "Pango" in json.loads(answer.text.splitlines()[-1])["refused"]
    async with rt.work.read() as uow:
        assert await packs_of(uow.session, hall.meeting_id) == []
        assert (await plan_of(uow.session, hall.meeting_id)).printed_at is None


async def test_rehearsal_is_noted_and_taken_back(app: Litestar, rt: Runtime, hall: Hall) -> None:
    async with host(app, rt, hall) as clerk:
        await go(clerk, at(hall, "probe"))
        assert "Geprobt – notiert." in await clerk.press("Wir haben geprobt")
        assert "steht wieder aus" in await clerk.press("Doch noch einmal")


@pytest.mark.parametrize("step", STEPS)
async def test_preparing_is_for_hosts_of_this_town(app: Litestar, rt: Runtime, hall: Hall, step: str) -> None:
    elsewhere = await make_hall(rt, voting=1, slug="nachbarort")
    async with host(app, rt, hall, Role.TELLER) as teller, host(app, rt, elsewhere, name="fremd") as stranger:
        assert (await teller.http.get(at(hall, step))).status_code == 403
        assert (await stranger.http.get(at(hall, step))).status_code == 403
        own = at(hall, step).replace(hall.org_slug, elsewhere.org_slug)
        assert (await stranger.http.get(own)).status_code == 403
