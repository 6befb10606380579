"""Minutes by form posts: written, signed by two, published; everybody reads what was signed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path

import httpx
import pikepdf
import pytest
from click.testing import CliRunner
from litestar import Litestar

from backend.accounts.types import Role
from backend.cli import cli
from backend.commands.log import export_to
from backend.commands.printing import minutes_pdf
from backend.kit.errors import NotFound
from backend.meetings.actions.hall import notify_hall
from backend.meetings.queries import get_meeting
from backend.minutes.documents import pdf_path
from backend.runtime import Runtime
from backend.transparency.verifier import verify_directory
from tests.factories import PASSWORD, Hall, make_hall
from tests.integration.minutes_setup import Evening, closed_evening
from tests.integration.stage_host import ORIGIN, Host, host


@pytest.fixture
async def evening(rt: Runtime) -> Evening:
    """A closed meeting."""
    return await closed_evening(rt)


@asynccontextmanager
async def at_minutes(app: Litestar, rt: Runtime, hall: Hall, *roles: Role, name: str = "amt") -> AsyncIterator[Host]:
    """Sign a person in and open the minutes."""
    async with host(app, rt, hall, *roles, name=name) as person:
        person.path = f"/verwaltung/{hall.org_slug}/abende/{hall.meeting_id}/niederschrift"
        await person.open()
        yield person


async def sign_both(person: Host) -> None:
    """Sign as the host, then as the secretary beside."""
    await person.press("Als Versammlungsleitung unterschreiben")
    await person.press("Unterschreiben", name="klein", password=PASSWORD)


async def test_clerk_writes_two_sign_and_everybody_reads(app: Litestar, rt: Runtime, evening: Evening) -> None:
    async with at_minutes(app, rt, evening.hall) as clerk:
        assert "19:00 Uhr" in clerk.words
        assert "Noch nichts gespeichert." in clerk.words
        said = await clerk.press("Fassung speichern", **{"text-leitung": "Leitung: Amt."})
        assert "Die neue Fassung ist gespeichert." in said
        await sign_both(clerk)
        assert "Versammlungsleitung: Amt" in clerk.words
        said = await clerk.press("Niederschrift veröffentlichen")
        assert "Die Niederschrift ist öffentlich." in said
        async with rt.work.read() as reader:
            slug = (await get_meeting(reader.session, evening.meeting_id)).slug
        base = f"/{evening.hall.org_slug}/t/{slug}"
        shown = await clerk.http.get(f"{base}/niederschrift")
        assert "Leitung: Amt." in shown.text
        assert f"{base}/niederschrift" in (await clerk.http.get(base)).text
        pdf = (await clerk.http.get(f"{base}/niederschrift/1/niederschrift.pdf")).content
        content = (await clerk.http.get(f"{base}/niederschrift/1/inhalt.json")).content
        assert hashlib.sha256(pdf).hexdigest() in shown.text
        assert hashlib.sha256(content).hexdigest() in shown.text
        assert (await clerk.http.get(f"{base}/niederschrift/1/pruefsumme.svg")).text.startswith("<svg")
        assert (await clerk.http.get(f"{base}/niederschrift/2")).status_code == 404
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert str(opened.docinfo["/Title"]).startswith("Niederschrift: Bürgerversammlung")


async def test_published_minutes_agree_with_the_log(
    app: Litestar, rt: Runtime, evening: Evening, tmp_path: Path
) -> None:
    async with at_minutes(app, rt, evening.hall) as clerk:
        await clerk.press("Fassung speichern", **{"text-leitung": "Leitung: Amt."})
        await sign_both(clerk)
        await clerk.press("Niederschrift veröffentlichen")
    await rt.log.flush()
    await export_to(rt, tmp_path)
    report = verify_directory(tmp_path, policy=None, since=None, receipt=None)
    assert report.findings == []


async def test_second_editor_sees_both_texts_and_overwrites_nothing(
    app: Litestar, rt: Runtime, evening: Evening
) -> None:
    async with (
        at_minutes(app, rt, evening.hall) as first,
        at_minutes(app, rt, evening.hall, Role.EDITOR, name="zwei") as second,
    ):
        await first.press("Fassung speichern", **{"text-leitung": "Erste war schneller."})
        button = second.button("Fassung speichern")
        answer = await second.http.post(button.action, data={**button.fields, "text-leitung": "Zweite kam später."})
        assert answer.status_code == 422
        assert "Jemand war schneller" in answer.text
        assert "Zweite kam später." in answer.text
        assert "Erste war schneller." in answer.text
        await second.open()
        assert "Zweite kam später." not in second.words


async def test_own_sections_are_added_and_changed(app: Litestar, rt: Runtime, evening: Evening) -> None:
    async with at_minutes(app, rt, evening.hall) as clerk:
        await clerk.press("Fassung speichern", **{"text-eigener-001": "Es gab Suppe.", "titel-eigener-001": "Ausklang"})
        assert "Ausklang" in clerk.words
        assert 'name="text-eigener-002"' in clerk.page
        said = await clerk.press(
            "Fassung speichern", **{"text-eigener-001": "Es gab Kuchen.", "titel-eigener-001": "Ausklang"}
        )
        assert "Fassung 2" in said
        assert re.search(r"<del>Suppe\.</del>\s*<ins>Kuchen\.</ins>", clerk.page)


@pytest.mark.parametrize(
    ("field", "text"),
    [("text-punkt-fremd", "Den Punkt gibt es nicht."), ("text-leitung", "x" * 10_001), ("zahl", "999 Stimmen")],
)
async def test_texts_that_fit_nowhere_are_refused(
    app: Litestar, rt: Runtime, evening: Evening, field: str, text: str
) -> None:
    async with at_minutes(app, rt, evening.hall) as clerk:
        button = clerk.button("Fassung speichern")
        answer = await clerk.http.post(button.action, data={**button.fields, field: text})
        assert answer.status_code == 422
        assert "Fassung 1" not in await clerk.open()


async def test_one_person_cannot_sign_twice_nor_without_the_role(app: Litestar, rt: Runtime, evening: Evening) -> None:
    async with at_minutes(app, rt, evening.hall, Role.EDITOR) as editor:
        await editor.press("Fassung speichern", **{"text-leitung": "x"})
        button = editor.button("Als Schriftführung unterschreiben")
        refused = await editor.send(button, role="chair")
        assert "Dafür fehlt Ihnen das Recht." in refused
        await editor.send(button)
        again = await editor.send(button, role="chair", beside="true", name="amt", password=PASSWORD)
        assert "Dafür fehlt Ihnen das Recht." in again
        wrong = await editor.send(button, role="chair", beside="true", name="weber", password="falsch")
        assert "Versammlungsleitung: Weber" not in wrong
        right = await editor.send(button, role="chair", beside="true", name="weber", password=PASSWORD)
        assert "Versammlungsleitung: Weber" in right


async def test_incident_is_noted_while_the_meeting_runs(app: Litestar, rt: Runtime) -> None:
    hall = await make_hall(rt)
    async with at_minutes(app, rt, hall) as clerk:
        assert "Die Versammlung ist noch nicht geschlossen" in clerk.words
        assert not clerk.has("Fassung speichern")
        said = await clerk.press("Festhalten", vorfall="Das WLAN war weg.")
        assert "19:00 Uhr: Das WLAN war weg." in said


async def test_changed_figures_are_announced_and_hold_back_signatures(
    app: Litestar, rt: Runtime, evening: Evening
) -> None:
    async with at_minutes(app, rt, evening.hall) as clerk:
        await clerk.press("Fassung speichern", **{"text-leitung": "x"})
        async with rt.work.write() as uow:
            await notify_hall(uow, evening.meeting_id, "Gute Heimfahrt.")
        assert "Seit Fassung 1 haben sich Zahlen geändert" in await clerk.open()
        assert not clerk.has("Als Versammlungsleitung unterschreiben")


async def test_home_says_what_is_missing_until_it_is_published(app: Litestar, rt: Runtime, evening: Evening) -> None:
    async with at_minutes(app, rt, evening.hall) as clerk:
        home, list_ = f"/verwaltung/{evening.hall.org_slug}", f"/verwaltung/{evening.hall.org_slug}/abende"
        assert "Niederschrift fehlt" in (await clerk.http.get(home)).text
        assert clerk.path in (await clerk.http.get(list_)).text
        stage = await clerk.http.get(f"/verwaltung/{evening.hall.org_slug}/regie/{evening.meeting_id}")
        assert "Niederschrift schreiben" in stage.text
        await clerk.press("Fassung speichern", **{"text-leitung": "x"})
        await sign_both(clerk)
        await clerk.press("Niederschrift veröffentlichen")
        assert "Niederschrift fehlt" not in (await clerk.http.get(home)).text


@pytest.mark.parametrize("roles", [(Role.DOOR,), (Role.MODERATOR,)])
async def test_others_have_no_business_here(
    app: Litestar, rt: Runtime, evening: Evening, roles: tuple[Role, ...]
) -> None:
    async with host(app, rt, evening.hall, *roles, name="fremd") as stranger:
        path = f"/verwaltung/{evening.hall.org_slug}/abende/{evening.meeting_id}/niederschrift"
        assert (await stranger.http.get(path)).status_code == 403


async def test_draft_is_nobodys_to_read(app: Litestar, rt: Runtime, evening: Evening) -> None:
    async with rt.work.read() as reader:
        slug = (await get_meeting(reader.session, evening.meeting_id)).slug
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]  # the two ASGI types differ in name only
    async with at_minutes(app, rt, evening.hall) as clerk:
        await clerk.press("Fassung speichern", **{"text-leitung": "Geheim."})
        draft = await clerk.http.get(f"{clerk.path}/entwurf.pdf")
        assert draft.content.startswith(b"%PDF")
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as anybody:
        base = f"/{evening.hall.org_slug}/t/{slug}"
        for path in ("", "/1", "/1/niederschrift.pdf", "/1/inhalt.json", "/1/pruefsumme.svg"):
            assert (await anybody.get(f"{base}/niederschrift{path}")).status_code == 404
        assert "Geheim." not in (await anybody.get(base)).text


async def test_damaged_file_is_not_given_out(app: Litestar, rt: Runtime, evening: Evening) -> None:
    async with at_minutes(app, rt, evening.hall) as clerk:
        await clerk.press("Fassung speichern", **{"text-leitung": "x"})
        await sign_both(clerk)
        await clerk.press("Niederschrift veröffentlichen")
        async with rt.work.read() as reader:
            slug = (await get_meeting(reader.session, evening.meeting_id)).slug
        rt.storage.put(pdf_path(evening.meeting_id, 1), b"%PDF-other")
        answer = await clerk.http.get(f"/{evening.hall.org_slug}/t/{slug}/niederschrift/1/niederschrift.pdf")
        assert (answer.status_code, b"%PDF" in answer.content) == (404, False)


async def test_command_prints_drafts_only_when_asked(app: Litestar, rt: Runtime, evening: Evening) -> None:
    async with at_minutes(app, rt, evening.hall) as clerk:
        await clerk.press("Fassung speichern", **{"text-leitung": "x"})
        with pytest.raises(NotFound):
            await minutes_pdf(rt, evening.meeting_id)
        draft = await minutes_pdf(rt, evening.meeting_id, draft=True)
        assert draft == (await clerk.http.get(f"{clerk.path}/entwurf.pdf")).content


def test_command_asks_for_meeting_and_file() -> None:
    answer = CliRunner().invoke(cli, ["print", "minutes", "--help"])
    assert answer.exit_code == 0
    assert all(option in answer.output for option in ("--meeting", "--draft", "-o"))
