"""A host rehearses the evening from its page: start, watch, read the report, throw it away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE, Visitor, evening
from tests.journeys.pages import clean, heading, press

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
OFFICE = {"width": 1440, "height": 900}
PLAYED_MS = 150_000


@pytest.fixture(scope="module")
def server(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An evening of its own: its meeting is closed here."""
    with evening(seeded, tmp_path_factory) as url:
        yield url


def end_meeting(server: str, meeting_id: str) -> None:
    """Call off what the demo's running meeting votes on and close it: nobody rehearses while people vote."""
    with httpx.Client(base_url=server, timeout=30) as http:
        http.headers["Authorization"] = f"Bearer {http.post('/demo/tokens').json()['weber']}"
        state = http.get(f"/api/v1/meetings/{meeting_id}/state").json()
        for poll in (each for each in state["polls"] if each["state"] == "open"):
            off = {"to": "cancelled", "version": poll["version"], "reason": "Der Abend endet früher."}
            http.post(f"/api/v1/polls/{poll['id']}/transitions", json=off).raise_for_status()
        body = {"to": "closed", "version": state["meeting"]["version"]}
        http.post(f"/api/v1/meetings/{meeting_id}/transitions", json=body).raise_for_status()


def test_rehearsal_is_started_watched_read_and_deleted(visitor: Visitor, server: str) -> None:
    page = visitor.staff("regie", OFFICE)
    stage = re.sub(r"\?.*", "", page.url)
    page.goto(f"{stage}/probe")
    expect(page.get_by_text("Gerade läuft eine Versammlung.")).to_be_visible()
    end_meeting(server, stage.rpartition("/")[2])
    page.goto(stage.replace("/regie/", "/abende/"))
    page.get_by_role("link", name="Den Abend proben").click()
    heading(page, "Den Abend proben")
    clean(page)
    page.get_by_label("So viele Handys").fill("20")
    press(page, "Probe starten")
    heading(page, "Die Probe läuft")
    clean(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bestanden: Alle", timeout=PLAYED_MS)
    in_every_light(page)
    page.get_by_text("Als Tabelle").first.click()
    expect(page.get_by_role("table", name="Wartezeit nach „Abstimmen“")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Bericht speichern").click()
    assert "Bestanden: Alle" in Path(saved.value.path()).read_text(encoding="utf-8")
    press(page, "Probe löschen")
    heading(page, "Den Abend proben")
    expect(page.get_by_text("Die Probe ist gelöscht")).to_be_visible()


def in_every_light(page: Page) -> None:
    """Ask axe about the report in light, dark and on a phone."""
    clean(page)
    page.emulate_media(color_scheme="dark")
    clean(page)
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    clean(page)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": OFFICE["width"], "height": OFFICE["height"]})
