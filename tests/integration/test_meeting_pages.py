"""The public page of a meeting before, during and after; series and copies; calendars."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from icalendar import Calendar
from litestar import Litestar

from backend.kit.uow import UnitOfWork
from backend.meetings.actions.agenda import NewItem
from backend.meetings.actions.agenda_items import set_item
from backend.meetings.actions.meeting import NewMeeting, create_meeting, transition_meeting
from backend.meetings.actions.prepare import begin_with
from backend.meetings.actions.series import repeat_meeting
from backend.meetings.queries import agenda_of, get_meeting, plan_of, series_of
from backend.meetings.types import Assembly, ItemState, MeetingState
from backend.polls.queries import polls_of
from backend.polls.types import PollState
from backend.runtime import Runtime
from tests.factories import Hall, make_org
from tests.integration.stage_host import ORIGIN, host


@pytest.fixture
async def hall(rt: Runtime) -> Hall:
    """A town with one announced evening of two points."""
    async with rt.work.write() as uow:
        org = await make_org(uow)
        new = NewMeeting(
            title={"de": "Bürgerversammlung"},
            notice={"de": "Die Abstimmungen sind Empfehlungen."},
            starts_at=uow.now + timedelta(days=7),
            assembly_type=Assembly.BUERGERVERSAMMLUNG,
            treat_by=(uow.now + timedelta(days=90)).date(),
            agenda=[NewItem("1", {"de": "Begrüßung"}, 10), NewItem("2", {"de": "Marktplatz"}, 20)],
            slug="abend",
        )
        row = await create_meeting(uow, new, org_id=org.id)
        await transition_meeting(uow, row.id, MeetingState.PUBLISHED, version=1)
    return Hall(org.id, org.slug, row.id, [], [], [])


async def read(app: Litestar, path: str) -> str:
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]  # the two ASGI types differ in name only
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as http:
        answer = await http.get(path, headers={"Accept-Language": "de"})
    assert answer.status_code == 200
    return answer.text


async def step(rt: Runtime, meeting_id: str, *targets: MeetingState, note: str = "") -> None:
    for target in targets:
        async with rt.work.write() as uow:
            version = await version_of(uow, meeting_id)
            await transition_meeting(uow, meeting_id, target, version=version, pause_note=note)


async def version_of(uow: UnitOfWork, meeting_id: str) -> int:
    return (await get_meeting(uow.session, meeting_id)).version


async def test_page_is_right_before_during_and_after(app: Litestar, rt: Runtime, hall: Hall) -> None:
    before = await read(app, "/auenfurt/t/abend")
    assert "termin.ics" in before
    assert "Mit Stimmkarte abstimmen" not in before
    async with rt.work.write() as uow:
        item = (await agenda_of(uow.session, hall.meeting_id))[1]
        version = await version_of(uow, hall.meeting_id)
        await set_item(uow, hall.meeting_id, item.id, ItemState.POSTPONED, version=version)
    await step(rt, hall.meeting_id, MeetingState.CHECKIN, MeetingState.RUNNING)
    during = await read(app, "/auenfurt/t/abend")
    assert "Mit Stimmkarte abstimmen" in during
    assert "entfällt heute" in during
    await step(rt, hall.meeting_id, MeetingState.PAUSED, note="Getränke im Foyer")
    assert "Getränke im Foyer" in await read(app, "/auenfurt/t/abend")
    await step(rt, hall.meeting_id, MeetingState.CLOSED)
    after = await read(app, "/auenfurt/t/abend")
    assert "befasst sich bis zum" in after
    assert "termin.ics" not in after
    assert "Getränke" not in after


async def test_cancelled_meeting_says_so_on_its_page_and_in_calendars(app: Litestar, rt: Runtime, hall: Hall) -> None:
    await step(rt, hall.meeting_id, MeetingState.CANCELLED)
    page = await read(app, "/auenfurt/t/abend")
    assert "Diese Versammlung ist abgesagt." in page
    assert "befasst sich bis" not in page
    for path in ("/auenfurt/t/abend/termin.ics", "/auenfurt/kalender.ics"):
        (event,) = Calendar.from_ical(await read(app, path)).walk("VEVENT")
        assert event["STATUS"] == "CANCELLED"
        assert event["SEQUENCE"] == 3


async def test_copy_has_agenda_and_questions_and_nothing_that_happened(rt: Runtime, hall: Hall) -> None:
    async with rt.work.write() as uow:
        draft = NewMeeting({"de": "Workshop"}, {}, uow.now, Assembly.WORKSHOP)
        first = (await create_meeting(uow, draft, org_id=hall.org_id)).id
        await begin_with(uow, first, "workshop", version=1, n_min=10)
        for poll in await polls_of(uow.session, first):
            await rt.lifecycle.transition(uow, poll.id, PollState.READY, version=poll.version)
        again = await repeat_meeting(
            uow, first, starts_at=uow.now + timedelta(days=1), treat_by=None, series="Werkstätten"
        )
        third = await repeat_meeting(
            uow, again, starts_at=uow.now + timedelta(days=2), treat_by=None, series="ohne Wirkung"
        )
    async with rt.work.read() as reader:
        old, new = await polls_of(reader.session, first), await polls_of(reader.session, again)
        assert [poll.question for poll in old] == [poll.question for poll in new]
        assert [poll.definition.options for poll in old] == [poll.definition.options for poll in new]
        assert {poll.state for poll in new} == {PollState.DRAFT}
        assert not {poll.sheet_code for poll in old} & {poll.sheet_code for poll in new}
        items = {item.id for item in await agenda_of(reader.session, again)}
        assert {poll.agenda_item_id for poll in new} <= items
        assert (await plan_of(reader.session, again)).printed_at is None
        series = await series_of(reader.session, await get_meeting(reader.session, third), with_drafts=True)
    assert series is not None
    assert series.title == {"de": "Werkstätten"}
    assert [date.id for date in series.dates] == [first, again, third]


async def test_dates_of_a_series_lead_to_each_other(app: Litestar, rt: Runtime, hall: Hall) -> None:
    async with host(app, rt, hall) as clerk:
        clerk.path = f"/verwaltung/auenfurt/abende/{hall.meeting_id}/vorbereiten/termin"
        await clerk.open()
        button = clerk.button("Termin kopieren")
        given = {"tag": "2027-05-04", "uhrzeit": "18:00", "reihe": "Stadtteilabende"}
        assert "Der neue Termin ist angelegt" in await clerk.send(button, **given)
        await clerk.send(button, **given)
        assert "Stadtteilabende" in clerk.words
        assert "Alle Termine" not in await read(app, "/auenfurt/t/abend")
        await clerk.press("Jetzt ankündigen")
    assert "Alle Termine: Stadtteilabende" in await read(app, "/auenfurt/t/abend")
