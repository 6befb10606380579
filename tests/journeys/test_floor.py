"""What the hall says, live: a guest asks to speak and to know, a captioner types, the chair announces."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import BEAMER, Visitor, evening
from tests.journeys.pages import clean, fresh_cards, heading, phone_with, press

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
STAGE = {"width": 1440, "height": 900}


@pytest.fixture(scope="module")
def server(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An evening of its own: its list of speakers is used here."""
    with evening(seeded, tmp_path_factory) as url:
        yield url


@pytest.fixture
def stage(visitor: Visitor) -> Page:
    """The console."""
    return visitor.staff("regie", STAGE)


@pytest.fixture
def guest(visitor: Visitor) -> Page:
    """A phone with a guest's card."""
    phone = phone_with(visitor, fresh_cards(visitor.page())[-1])
    heading(phone, "Schön, dass Sie da sind")
    return phone


def fold(stage: Page, key: str) -> Page:
    """Open a fold of the console."""
    details = stage.locator(f'details[data-key="{key}"]')
    if details.get_attribute("open") is None:
        details.locator("summary").first.click()
    return stage


def wall(visitor: Visitor, stage: Page) -> Page:
    """Open the projector."""
    href = stage.get_by_role("link", name="Leinwand öffnen").get_attribute("href") or ""
    page = visitor.page(BEAMER)
    page.goto(stage.request.get(href, max_redirects=0).headers["location"])
    return page


def test_guest_waits_sees_the_place_and_is_called_by_one_key(visitor: Visitor, stage: Page, guest: Page) -> None:
    fold(stage, "rede-regeln").get_by_label("Wortmeldungen mit dem Handy annehmen").check()
    stage.locator("#gruppen").fill("Nordstadt\nSüdstadt")
    stage.locator('details[data-key="rede-regeln"]').get_by_role("button").click()
    expect(stage.locator("#redeliste .mm-panel__h")).to_contain_text("der Reihe nach")
    fold(stage, "wort-neu").get_by_label("Thema, kein Name").fill("Wochenmarkt in der Bauzeit")
    press(stage, "Auf die Liste")
    expect(stage.locator(".mm-speakers")).to_contain_text("Wochenmarkt")
    clean(stage)

    press(guest, "Saal")
    guest.get_by_label("Für wen sprechen Sie?").select_option("Nordstadt")
    press(guest, "Ich möchte etwas sagen")
    turn = guest.locator("[data-turn]")
    expect(turn).to_have_text("Sie sind als 2. dran.")
    clean(guest)

    stage.locator("h1").first.click()
    stage.keyboard.press("r")
    expect(stage.locator(".mm-speak__n")).to_have_text("Wortmeldung 1")
    expect(turn).to_have_text("Sie sind als 1. dran.")
    fold(stage, "fragt-schliessen").get_by_role("button", name="Sofort schließen").click()
    screen = wall(visitor, stage)
    expect(screen.get_by_role("heading", name="Wortmeldung 1")).to_be_visible(timeout=15_000)
    expect(screen.locator(".mm-next")).to_contain_text("Nordstadt")
    clean(screen)
    stage.keyboard.press("p")
    expect(screen.locator(".mm-ring")).to_contain_text("Die Uhr steht")
    stage.keyboard.press("r")
    expect(turn).to_have_text("Sie sind jetzt dran.")
    expect(screen.get_by_role("heading", name="Wortmeldung 2")).to_be_visible()
    stage.keyboard.press("r")
    expect(turn).to_have_text("Ihre Wortmeldung ist erledigt. Danke.")
    expect(stage.locator("#redeliste")).to_contain_text("Niemand wartet.")


def test_typed_words_reach_phone_and_wall_without_a_reload(visitor: Visitor, stage: Page, guest: Page) -> None:
    fold(stage, "mitlesen")
    press(stage, "Einschalten")
    expect(stage.locator('details[data-key="mitlesen"] > summary')).to_have_text("Live-Text: an")
    link = fold(stage, "mitlesen").locator("#mitschrift-link").input_value()
    typist = visitor.page(STAGE)
    typist.goto(link)
    clean(typist)
    field = typist.get_by_label("Was wird gerade gesagt?")
    field.fill("Guten Abend zusammen.")
    field.press("Enter")
    expect(typist.locator("#gesagt")).to_contain_text("Guten Abend zusammen.")

    press(guest, "Saal")
    press(guest, "Mitlesen, was gesagt wird")
    lines = guest.locator("[data-lines]")
    expect(lines).to_contain_text("Guten Abend zusammen.")
    screen = wall(visitor, stage)
    expect(screen.locator("#mitlesen")).to_contain_text("Guten Abend zusammen.")
    aloud = guest.get_by_role("button", name="Neue Zeilen vorlesen lassen")
    expect(lines).not_to_have_attribute("aria-live", "polite")
    aloud.click()
    expect(aloud).to_have_attribute("aria-pressed", "true")
    expect(lines).to_have_attribute("aria-live", "polite")
    for text in ("Wir beginnen mit dem Marktplatz.", "Danach kommen Ihre Fragen."):
        field.fill(text)
        field.press("Enter")
        expect(lines).to_contain_text(text)
        expect(screen.locator("#mitlesen")).to_contain_text(text)
    expect(lines.locator("li")).to_have_count(3)
    clean(guest)
    clean(screen)
    press(fold(stage, "mitlesen"), "Ausschalten")
    expect(guest.get_by_text("Gerade schreibt niemand mit.")).to_be_visible()
    expect(screen.locator("#mitlesen")).to_be_hidden()


def test_announcement_stands_after_a_reload_until_it_is_taken_away(visitor: Visitor, stage: Page, guest: Page) -> None:
    fold(stage, "nachricht").locator("#nachricht-text").fill("Der Aufzug ist wieder frei.")
    press(stage, "Senden")
    said = guest.locator("#ansage")
    expect(said).to_have_text("Der Aufzug ist wieder frei.")
    guest.reload()
    heading(guest, "Schön, dass Sie da sind")
    expect(said).to_have_text("Der Aufzug ist wieder frei.")
    screen = wall(visitor, stage)
    expect(screen.locator("#nachricht")).to_have_text("Der Aufzug ist wieder frei.")
    clean(screen)
    press(stage, "Wegnehmen")
    expect(said).to_be_hidden()
    expect(screen.locator("#nachricht")).to_be_hidden()


def test_phone_that_asked_learns_why_its_question_is_not_shown(stage: Page, guest: Page) -> None:
    press(guest, "Fragen")
    guest.get_by_text("Frage stellen").click()
    guest.get_by_label("Was möchten Sie wissen?").fill("Warum wohnt Herr X so schön?")
    press(guest, "Frage abschicken")
    expect(guest.locator(".mm-own")).to_contain_text("Die Moderation sieht sie gerade durch")
    clean(guest)
    row = stage.locator("li", has_text="Warum wohnt Herr X so schön?")
    row.locator("summary").click()
    row.get_by_label("Weil sie").select_option("names_people")
    row.get_by_role("button", name="Ablehnen").click()
    expect(stage.get_by_text("Warum wohnt Herr X so schön?")).to_have_count(0)
    guest.reload()
    heading(guest, "Schön, dass Sie da sind")
    press(guest, "Fragen")
    expect(guest.locator(".mm-own")).to_contain_text("Diese Frage zeigen wir nicht. Sie nennt eine Person.")
