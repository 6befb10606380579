"""A whole poll: phones and paper, last call, two people at the desk, sealed, shown on the projector, published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import BEAMER, Visitor, evening
from tests.journeys.pages import clean, fresh_cards, heading, phone_with, press, sign_in, vote

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
STAGE = {"width": 1440, "height": 900}
SHEETS = 12
TRIES = 8  # of three seconds; the console takes a click right after a change for a double click


@pytest.fixture(scope="module")
def server(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An evening of its own: its first question is decided here."""
    with evening(seeded, tmp_path_factory) as url:
        yield url


def test_poll_from_open_to_published_over_phone_and_paper(visitor: Visitor, tmp_path: Path) -> None:
    stage = visitor.staff("regie", STAGE)
    clean(stage)
    desk = stage.url.replace("/regie/", "/tisch/")
    wall = visitor.page(BEAMER)
    wall.goto(wall_of(stage))
    expect(wall.locator("body")).to_contain_text("Wie viele Stellplätze")
    clean(wall)
    scan = sample_sheets(visitor, tmp_path)
    phone = phone_with(visitor, fresh_cards(visitor.page())[0])
    vote(phone)
    expect(stage.locator("[data-tick=phone]")).to_have_text("1")
    expect(stage.locator("[data-tick=paper]").first).to_have_text(str(SHEETS))

    carry_out(stage, "Letzter Aufruf, 60 Sekunden", "Letzter Aufruf, noch")
    clean(stage)
    carry_out(stage, "Schließen", "Stimmzettel sind ausgegeben")
    heading(phone, "Die Abstimmung ist beendet")
    clean(phone)

    first = visitor.staff("zaehltisch", STAGE)
    stack = upload(first, desk, scan)
    second = sign_in(visitor, "brandt", stack, STAGE)
    close_stack(first, second, stack)

    expect(stage.locator("#warum")).to_contain_text("Alle Stimmen sind da.", timeout=20_000)
    carry_out(stage, "Versiegeln und auszählen", "gültige Stimmen")
    clean(stage)
    press(stage, "Unterschreiben")
    expect(stage.locator(".mm-count-s")).to_contain_text("Eine zweite Person fehlt.")
    sign(first, stage.get_by_role("link", name="Zählprotokoll").get_attribute("href") or "")
    carry_out(stage, "Ergebnis zeigen", "Mit dem Veröffentlichen kann jede Person nachzählen.")
    expect(wall.locator("body")).to_contain_text("12 gültige Stimmen")
    clean(wall)
    carry_out(stage, "Veröffentlichen", "Diese Abstimmung ist fertig.")
    clean(stage)


def carry_out(stage: Page, name: str, then: str) -> None:
    """Press the big button until the console says what follows; answer it where it asks."""
    button = stage.get_by_role("button", name=name, exact=True)
    question = stage.locator("summary", has_text=f"{name} …")
    for _ in range(TRIES):
        if question.count() and not button.count():
            question.click()
        if button.count() and button.is_enabled():
            button.click()
        try:
            expect(stage.locator("main")).to_contain_text(then, timeout=3_000)
        except AssertionError:
            continue
        return
    pytest.fail(f"{name}: expected {then}")


def wall_of(stage: Page) -> str:
    """Return the address of the projector that the stage opens."""
    href = stage.get_by_role("link", name="Leinwand öffnen").get_attribute("href") or ""
    return stage.request.get(href, max_redirects=0).headers["location"]


def sample_sheets(visitor: Visitor, folder: Path) -> Path:
    """Download the filled-in sample sheets."""
    page = visitor.page()
    page.goto("/demo")
    with page.expect_download() as download:
        page.get_by_role("link", name="Ausgefüllte Zettel (PDF)").click()
    download.value.save_as(folder / "scan.pdf")
    return folder / "scan.pdf"


def upload(page: Page, desk: str, scan: Path) -> str:
    """Upload a scan and wait until it is read; return the stack's address."""
    page.goto(desk)
    clean(page)
    page.goto(f"{desk}/stapel/neu")
    page.locator("#scans").set_input_files(scan)
    clean(page)
    press(page, "Hochladen und lesen")
    expect(page.get_by_role("heading", name=f"{SHEETS} Blätter gelesen")).to_be_visible(timeout=60_000)
    clean(page)
    return page.url.partition("?")[0]


def close_stack(first: Page, second: Page, stack: str) -> None:
    """Decide doubtful sheets alike, then confirm, each person at her own screen."""
    while decide_next(first, stack):
        decide_next(second, stack)
    for person, button in ((first, "Bestätigen"), (second, "Als zweite Person bestätigen")):
        person.goto(f"{stack}/schliessen?gezaehlt={SHEETS}")
        clean(person)
        press(person, button)
        person.wait_for_load_state()
    expect(second.locator("main")).to_contain_text("Stapel geschlossen", timeout=20_000)


def decide_next(person: Page, stack: str) -> bool:
    """Decide the first sheet that waits as invalid; False when none waits."""
    person.goto(stack)
    waiting = person.locator(".mm-tiles .is-rev a")
    if not waiting.count():
        return False
    waiting.first.click()
    clean(person)
    person.locator("input[name=decision][value*=invalid]").check()
    press(person, "Entscheiden")
    person.wait_for_load_state()
    return True


def sign(page: Page, record: str) -> None:
    """Sign the count record as the second person."""
    page.goto(record)
    clean(page)
    press(page, "Ergebnis feststellen")
    expect(page.locator(".mm-sign--done")).to_have_count(2)
