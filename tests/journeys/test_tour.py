"""The tour at /demo, station by station, in German and in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visitor, evening
from tests.journeys.pages import clean, fresh_cards, heading, press

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
TITLES = (("de", "In zehn Minuten durch Mach mit"), ("en", "Mach mit in ten minutes"))
FORGERIES = ("Ein Zeichen ändern", "Eine Stimme ändern", "Einträge verschwinden lassen")


@pytest.fixture(scope="module")
def server(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An evening of its own: sixty phones vote here."""
    with evening(seeded, tmp_path_factory) as url:
        yield url


@pytest.mark.parametrize(
    ("lang", "title"), [("de", "In zehn Minuten durch Mach mit"), ("en", "Mach mit in ten minutes")]
)
def test_tour_offers_roles_and_stations(visitor: Visitor, lang: str, title: str) -> None:
    page = visitor.page()
    page.goto(f"/demo?lang={lang}")
    heading(page, title)
    expect(page.locator(".mm-tour__stop")).to_have_count(6)
    expect(page.locator(".mm-tour__roles > li")).to_have_count(5)
    clean(page)


@pytest.mark.parametrize("role", ["regie", "zaehltisch", "leitung", "moderation"])
def test_one_click_signs_in_at_a_place_of_work(visitor: Visitor, role: str) -> None:
    page = visitor.staff(role)
    expect(page).to_have_url(re.compile("/verwaltung/auenfurt"))
    expect(page.locator("main")).to_be_visible()
    clean(page)


def test_full_hall_moves_the_projector(visitor: Visitor) -> None:
    page = visitor.staff("regie")
    page.goto("/demo/saal")
    projector = page.frame_locator("iframe[title=Beamer]")
    used = projector.locator("[data-tick=used], [data-used]").first
    before = used.inner_text()
    press(page, "Saal füllen: 60 Handys stimmen ab")
    expect(page.get_by_role("status").first).to_contain_text("60 Handys")
    expect(used).not_to_have_text(before, timeout=30_000)


def test_five_clicks_from_an_idea_to_its_answer(visitor: Visitor) -> None:
    page = visitor.page()
    page.goto("/demo/beitrag")
    clean(page)
    press(page, "1 · Beitrag absenden")
    for number in range(2, 6):
        page.get_by_role("button", name=re.compile(f"^{number} ·")).click()
    expect(page.locator("main")).to_contain_text("Fertig. Sehen Sie selbst:")
    clean(page)
    page.get_by_role("link", name="Die Spur Ihres Beitrags").click()
    expect(page.locator("main")).to_contain_text("Ein Versuch für ein Jahr")
    page.go_back()
    page.get_by_role("link", name="Damit nachsehen").click()
    heading(page, "Mein Beitrag")


@pytest.mark.parametrize("forgery", FORGERIES)
def test_forged_copy_turns_red_and_names_the_place(visitor: Visitor, forgery: str) -> None:
    page = visitor.page()
    page.goto("/demo/protokoll")
    expect(page.locator("main")).to_contain_text("Alles stimmt.")
    press(page, forgery)
    verdict = page.locator(".mm-urteil--bad")
    expect(verdict).to_contain_text("Diese Kopie wurde verändert")
    expect(verdict.locator("li").first).to_contain_text("–")
    clean(page)


def test_sample_sheets_are_a_pdf(visitor: Visitor) -> None:
    page = visitor.page()
    page.goto("/demo")
    with page.expect_download() as download:
        page.get_by_role("link", name="Ausgefüllte Zettel (PDF)").click()
    scan = download.value.path().read_bytes()
    assert scan.startswith(b"%PDF")
    assert page.request.get("/demo/stimmzettel.pdf").body() == scan  # no second dozen that nobody could ever count


def test_sample_sheets_leave_alone_the_cards_a_visitor_sees(visitor: Visitor) -> None:
    page = visitor.page()
    shown = fresh_cards(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Ausgefüllte Zettel (PDF)").click()
    assert download.value.path().is_file()
    assert fresh_cards(page) == shown
