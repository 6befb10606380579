"""Pictures of the main screens, light and dark, to look at; two of them are the README's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import BEAMER, DESKTOP, KIOSK, PHONE, Visitor
from tests.journeys.pages import OPEN_CONSULTATION, fresh_cards, heading, press, sign_in
from tests.journeys.test_kiosk import type_code
from tests.journeys.test_stage import STAGE, wall_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(180),
    pytest.mark.skipif("MACHMIT_WRITE_SCREENSHOTS" not in os.environ, reason="set MACHMIT_WRITE_SCREENSHOTS=1"),
]
ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "tests" / ".artifacts"
README = ROOT / "docs" / "images"
PUBLIC = {
    "start": ("/auenfurt/", DESKTOP),
    "start-phone": ("/auenfurt/", PHONE),
    "consultation": (OPEN_CONSULTATION, DESKTOP),
    "consultation-phone": (OPEN_CONSULTATION, PHONE),
    "trace": ("/auenfurt/b/marktplatz/MP27-011", DESKTOP),
    "trace-phone": ("/auenfurt/b/marktplatz/MP27-011", PHONE),
    "decision": ("/auenfurt/beschluss/dec-marktplatz", DESKTOP),
    "log": ("/protokoll", DESKTOP),
    "tour": ("/demo", DESKTOP),
}
OFFICE = {
    "home": ("hofmann", "/verwaltung/auenfurt"),
    "weighing": ("hofmann", "/verwaltung/auenfurt/abwaegung/cons-probesitzen"),
    "moderation": ("kraus", "/verwaltung/auenfurt/moderation"),
}
COLOURS = 128  # enough for flat screens, and the files stay small


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    """Light and dark."""
    return str(request.param)


@pytest.mark.parametrize("name", PUBLIC)
def test_picture_of_a_public_page(visitor: Visitor, name: str, scheme: str) -> None:
    path, size = PUBLIC[name]
    page = visitor.page(size, color_scheme=scheme)
    page.goto(path)
    keep(page, f"{name}-{scheme}")
    if name == "start" and scheme == "light":
        for_readme(page, "start")


@pytest.mark.parametrize("name", OFFICE)
def test_picture_of_an_office_page(visitor: Visitor, name: str, scheme: str) -> None:
    who, path = OFFICE[name]
    page = sign_in(visitor, who, path, STAGE)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    keep(page, f"office-{name}-{scheme}")


def test_picture_of_the_phone_ballot(visitor: Visitor, scheme: str) -> None:
    card = fresh_cards(visitor.page())[0]
    page = visitor.page(PHONE, color_scheme=scheme)
    page.goto(f"/s#{card}")
    expect(page.locator("#ballot .mm-option").first).to_be_visible()
    keep(page, f"phone-{scheme}")
    page.locator("#ballot .mm-option").first.click()
    press(page, "Weiter: Auswahl prüfen")
    heading(page, "Stimmt das so?")
    keep(page, f"phone-check-{scheme}")


def test_picture_of_the_kiosk(visitor: Visitor, scheme: str) -> None:
    card = fresh_cards(visitor.page())[0]
    page = visitor.page(KIOSK, color_scheme=scheme)
    page.goto("/kiosk")
    heading(page, "Guten Tag.")
    keep(page, f"kiosk-{scheme}")
    type_code(page, card)
    expect(page.locator("#ballot .mm-option").first).to_be_visible()
    keep(page, f"kiosk-ballot-{scheme}")


def test_picture_of_stage_desk_and_projector(visitor: Visitor, scheme: str) -> None:
    stage = visitor.staff("regie", STAGE)
    stage.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    keep(stage, f"stage-{scheme}")
    desk = sign_in(visitor, "yilmaz", stage.url.replace("/regie/", "/tisch/"), STAGE)
    desk.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    keep(desk, f"desk-{scheme}")
    wall = visitor.page(BEAMER)
    wall.goto(wall_of(stage))
    expect(wall.locator("body")).to_contain_text("Stellplätze")
    keep(wall, f"projector-{scheme}")


def test_picture_of_the_hall_on_one_screen(visitor: Visitor) -> None:
    page = visitor.staff("regie", {"width": 1440, "height": 1100})
    page.goto("/demo/saal")
    press(page, "Saal füllen: 60 Handys stimmen ab")
    expect(page.frame_locator("iframe[title=Handy]").locator("#ballot .mm-option").first).to_be_visible()
    expect(page.frame_locator("iframe[title=Kiosk]").get_by_role("heading", level=1)).to_contain_text("Guten Tag.")
    keep(page, "hall")
    for_readme(page.locator(".mm-hall"), "evening")


def keep(page: Page, name: str) -> None:
    """Save a picture of the whole page."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


def for_readme(shown: Page | Locator, name: str) -> None:
    """Save what is on the screen as a small picture for the README."""
    README.mkdir(parents=True, exist_ok=True)
    path = README / f"{name}.png"
    shown.screenshot(path=path)
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(COLOURS).save(path, optimize=True)
