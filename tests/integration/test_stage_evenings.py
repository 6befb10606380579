"""Preparing a meeting by plain forms: list, new meeting, questions, cards to print."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from litestar import Litestar
from pypdfium2 import PdfDocument

from backend.accounts.types import Role
from backend.cards.queries import packs_of
from backend.meetings.queries import Meeting, agenda_of, meetings_of
from backend.polls.queries import polls_of
from backend.polls.types import Channel, PollType
from backend.runtime import Runtime
from tests.factories import Hall, make_hall
from tests.integration.stage_host import Host, host

NEW = {
    "titel": "Werkstatt Spielplatz",
    "art": "workshop",
    "tag": "2027-04-08",
    "uhrzeit": "18:30",
    "punkte": "Begrüßung\nIdeen sammeln, 40 Min.",
}


@pytest.fixture
async def hall(rt: Runtime) -> Hall:
    """An organisation with a running meeting."""
    return await make_hall(rt, voting=3)


async def drafts(rt: Runtime, hall: Hall) -> list[Meeting]:
    """Return the meetings beside the running one."""
    async with rt.work.read() as uow:
        found = await meetings_of(uow.session, hall.org_id, with_drafts=True)
    return [meeting for meeting in found if meeting.id != hall.meeting_id]


async def go(host: Host, path: str) -> str:
    """Open another page of the same office."""
    host.path = path
    return await host.open()


async def test_list_leads_to_the_tables_a_person_may_use(app: Litestar, rt: Runtime, hall: Hall) -> None:
    async with host(app, rt, hall) as weber, host(app, rt, hall, Role.TELLER, name="yilmaz") as yilmaz:
        await go(weber, f"/verwaltung/{hall.org_slug}/abende")
        assert f"/regie/{hall.meeting_id}" in weber.page
        await go(yilmaz, f"/verwaltung/{hall.org_slug}/abende")
        assert f"/tisch/{hall.meeting_id}" in yilmaz.page
        assert "/regie/" not in yilmaz.page
        assert "Neue Versammlung" not in yilmaz.words


async def test_new_meeting_is_added_once_with_its_agenda(app: Litestar, rt: Runtime, hall: Hall) -> None:
    async with host(app, rt, hall) as weber:
        await go(weber, f"/verwaltung/{hall.org_slug}/abende/neu")
        button = weber.button("Anlegen")
        assert "Die Versammlung ist angelegt." in await weber.send(button, **NEW)
        await weber.send(button, **NEW)
    (meeting,) = await drafts(rt, hall)
    assert meeting.starts_at == datetime(2027, 4, 8, 16, 30, tzinfo=UTC)
    assert meeting.treat_by is None
    assert "binden niemanden" in meeting.notice["de"]
    async with rt.work.read() as uow:
        items = await agenda_of(uow.session, meeting.id)
    assert [(item.number, item.title["de"], item.minutes) for item in items] == [
        ("1", "Begrüßung", 10),
        ("2", "Ideen sammeln", 40),
    ]


async def test_new_meeting_with_gaps_says_what_is_missing(app: Litestar, rt: Runtime, hall: Hall) -> None:
    async with host(app, rt, hall) as weber:
        await go(weber, f"/verwaltung/{hall.org_slug}/abende/neu")
        button = weber.button("Anlegen")
        answer = await weber.http.post(button.action, data=button.fields | {"titel": "Werkstatt", "tag": "morgen"})
        assert answer.status_code == 422
        assert "Bitte geben Sie ein Datum ein" in answer.text
        assert 'value="Werkstatt"' in answer.text
        elsewhere = await weber.http.post(button.action, data=button.fields | NEW | {"ort": "nirgends"})
        assert "Diesen Ort gibt es nicht." in elsewhere.text
    assert await drafts(rt, hall) == []


async def test_question_is_added_once_and_a_bad_one_is_explained(app: Litestar, rt: Runtime, hall: Hall) -> None:
    async with host(app, rt, hall) as weber:
        await go(weber, f"/verwaltung/{hall.org_slug}/abende/{hall.meeting_id}")
        button = weber.button("Hinzufügen")
        bad = {**button.fields, "art": "multi", "text": "Was fehlt?", "antworten": "Bänke"}
        answer = await weber.http.post(button.action, data=bad)
        assert answer.status_code == 422
        assert "mindestens zwei verschiedene Antworten" in answer.text
        good = {"art": "multi", "text": "Was fehlt?", "antworten": "Bänke\nBäume\nWasser", "hoechstens": "2"}
        assert "Die Frage steht auf der Liste." in await weber.send(button, **good, geheim="1")
        await weber.send(button, **good, geheim="1")
    async with rt.work.read() as uow:
        (poll,) = await polls_of(uow.session, hall.meeting_id)
    assert poll.definition.type is PollType.MULTI
    assert poll.definition.limit == 2
    assert poll.definition.channels == {Channel.PAPER}


@pytest.mark.parametrize("kind", PollType)
async def test_every_offered_kind_can_be_prepared(app: Litestar, rt: Runtime, hall: Hall, kind: str) -> None:
    lines = {PollType.BUDGET: "So; 12000 Euro\nAnders; 8.000 €"}.get(PollType(kind), "So\nAnders")
    fields = {"art": kind, "text": "Wie soll es sein?", "antworten": lines, "betrag": "15.000", "enthaltung": "1"}
    async with host(app, rt, hall) as weber:
        await go(weber, f"/verwaltung/{hall.org_slug}/abende/{hall.meeting_id}")
        said = await weber.press("Hinzufügen", **fields)
        assert ("Für diese Frage gibt es keinen Stimmzettel." in said) == (kind == PollType.WORDS)
        await go(weber, f"/verwaltung/{hall.org_slug}/regie/{hall.meeting_id}")
        await weber.press("Bereit machen")
        assert "Offen seit" in await weber.press("Öffnen")


@pytest.mark.needs("pango")
async def test_cards_are_drawn_and_printed_in_one_file(app: Litestar, rt: Runtime, hall: Hall) -> None:
    async with host(app, rt, hall) as weber:
        await go(weber, f"/verwaltung/{hall.org_slug}/abende/{hall.meeting_id}")
        button = weber.button("PDF erzeugen")
        none = await weber.send(button)
        assert "wie viele Karten" in none
        wanted = {"stimmkarten": "5", "gaestekarten": "1", "packen": "4"}
        answer = await weber.http.post(button.action, data=button.fields | wanted)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    with PdfDocument(io.BytesIO(answer.content)) as pdf:
        assert len(pdf) == 4
    async with rt.work.read() as uow:
        fresh = [pack for pack in await packs_of(uow.session, hall.meeting_id) if not pack.is_open]
    assert [pack.size for pack in fresh] == [4, 1, 1]


async def test_cards_without_pango_are_refused_in_words_and_not_drawn(
    app: Litestar, rt: Runtime, hall: Hall, no_pango: None
) -> None:
    async with host(app, rt, hall) as weber:
        await go(weber, f"/verwaltung/{hall.org_slug}/abende/{hall.meeting_id}")
        refused = await weber.press("PDF erzeugen", stimmkarten="5")
    assert "fehlt die Bibliothek Pango" in refused
    async with rt.work.read() as uow:
        assert all(pack.is_open for pack in await packs_of(uow.session, hall.meeting_id))


@pytest.mark.parametrize("role", [Role.TELLER, Role.DOOR, Role.MODERATOR, Role.COUNCIL])
async def test_preparing_is_for_hosts_only(app: Litestar, rt: Runtime, hall: Hall, role: Role) -> None:
    async with host(app, rt, hall, role) as other:
        for path in ("/neu", f"/{hall.meeting_id}"):
            answer = await other.http.get(f"/verwaltung/{hall.org_slug}/abende{path}")
            assert answer.status_code == 403
