"""Every screen of the projector at 1920×1080: nothing runs over, and the big code can be read from the last row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import BEAMER, Visitor, evening
from tests.journeys.pages import clean, fresh_cards, phone_with, press, vote
from tests.journeys.test_phone_resilience import close
from tests.journeys.test_screens import PICTURES
from tests.journeys.test_stage import carry_out, wall_of

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
STAGE = {"width": 1440, "height": 900}
LONG_QUESTION = (
    "Soll die Stadt im kommenden Jahr prüfen, ob der Wochenmarkt an den Samstagen bis in den Nachmittag hinein öffnen "
    "kann, wenn dafür einige Stellplätze wegfallen?"
)
LONG_ANSWERS = (
    "Ja, an jedem Samstag bis 16 Uhr",
    "Ja, aber nur in den Sommermonaten von April bis September",
    "Nur an den Adventssamstagen und zum Stadtfest",
    "Nein, alles soll bleiben, wie es ist",
    "Das soll der Stadtrat ohne Empfehlung entscheiden",
)
QR_SHARE_MIN = 0.4  # of the height of the picture
SMALLEST_TEXT_PX = 32  # 3 % of the height: read from 15 m on a picture two metres high


@pytest.fixture
def server(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An evening of its own."""
    with evening(seeded, tmp_path_factory) as url:
        yield url


def push(stage: Page, name: str, *, then: str) -> None:
    """Press a button and wait for the one that takes its place; the console does one thing at a time."""
    button = stage.get_by_role("button", name=name)
    expect(stage.locator("main[aria-busy=true]")).to_have_count(0)
    button.click()
    if then:
        expect(stage.get_by_role("button", name=then)).to_be_visible()
    else:
        expect(button).to_have_count(0)


def look(wall: Page, screen: str) -> None:
    """Wait for a screen, keep its picture, and see that all of it is on the wall."""
    expect(wall.locator("main")).to_have_attribute("data-screen", screen)
    expect(wall.locator(".is-coming")).to_have_count(0, timeout=15_000)
    PICTURES.mkdir(parents=True, exist_ok=True)
    wall.screenshot(path=PICTURES / f"projector-{screen}.png")
    over = wall.evaluate(
        """() => [...document.querySelectorAll("header *, main *, footer *")]
          .filter((each) => each.checkVisibility() && !each.closest("svg, .mm-hide, .kern-sr-only"))
          .filter((each) => { const box = each.getBoundingClientRect();
            return box.width && (box.right > innerWidth + 1 || box.bottom > innerHeight + 1 || box.left < -1); })
          .map((each) => `${each.tagName} ${each.className} ${each.textContent.trim().slice(0, 40)}`)"""
    )
    assert over == [], screen
    assert wall.evaluate("document.documentElement.scrollHeight <= innerHeight"), screen
    main, foot = wall.locator("main").bounding_box(), wall.locator("footer").bounding_box()
    assert main is not None
    assert foot is not None
    lowest = wall.evaluate(
        """() => Math.max(0, ...[...document.querySelectorAll("main *")]
          .filter((each) => each.checkVisibility() && !each.closest(".mm-black, .mm-hide"))
          .map((each) => each.getBoundingClientRect().bottom))"""
    )
    assert lowest <= foot["y"] + 1, f"{screen}: {lowest} runs into the footer at {foot['y']}"
    clean(wall)


def test_every_screen_fits_and_the_code_is_large(visitor: Visitor) -> None:
    stage = visitor.staff("regie", STAGE)
    wall = visitor.page(BEAMER, reduced_motion="reduce")
    wall.goto(wall_of(stage))
    look(wall, "open")
    for card in fresh_cards(visitor.page())[:2]:
        vote(phone_with(visitor, card))

    push(stage, "QR zum Mitmachen", then="Zurück zum Ablauf")
    look(wall, "join")
    code_is_readable(wall)
    push(stage, "Zurück zum Ablauf", then="QR zum Mitmachen")
    close(stage)
    look(wall, "closed")
    carry_out(stage, "Versiegeln und auszählen", "Der Saal sieht das Ergebnis noch nicht.")
    carry_out(stage, "Ergebnis: erst die Frage", "Beteiligung zeigen")
    look(wall, "reveal")
    carry_out(stage, "Beteiligung zeigen", "Balken zeigen, nacheinander")
    expect(wall.locator("main")).to_contain_text("2 von")
    look(wall, "reveal")
    carry_out(stage, "Balken zeigen, nacheinander", "Mit dem Veröffentlichen")
    look(wall, "result")
    push(stage, "Prüfsumme", then="Zurück zum Ablauf")
    look(wall, "checksum")
    stage.locator("summary", has_text="Pause …").click()
    push(stage, "Pause beginnen", then="Weiter geht es")
    push(stage, "Zurück zum Ablauf", then="Prüfsumme")
    look(wall, "pause")
    push(stage, "Weiter geht es", then="")
    push(stage, "Weiter zu Punkt 5", then="")
    look(wall, "agenda")
    stage.locator("summary", has_text="Auf Papier weitermachen").click()
    push(stage, "Ja, auf Papier weitermachen", then="Wieder mit Handy")
    expect(wall.locator("header")).to_contain_text("Wir machen auf Papier weiter")
    look(wall, "agenda")
    push(stage, "Beamer schwarz", then="Beamer an")
    look(wall, "black")
    push(stage, "Beamer an", then="Beamer schwarz")
    stage.locator("summary", has_text="Versammlung schließen").click()
    press(stage, "Versammlung schließen")
    look(wall, "over")


def test_screens_around_a_vote_fit_also_with_long_texts(visitor: Visitor) -> None:
    stage = visitor.staff("regie", STAGE)
    wall = visitor.page(BEAMER, reduced_motion="reduce")
    wall.goto(wall_of(stage))
    stage.locator("summary", has_text="Abbrechen …").click()
    stage.get_by_label("Grund, öffentlich").fill("Die Frage war missverständlich.")
    press(stage, "Abstimmung abbrechen")
    look(wall, "ended")
    stage.locator("summary", has_text="Neue Frage stellen").click()
    stage.get_by_label("Frage", exact=True).fill(LONG_QUESTION)
    stage.get_by_label("So wird geantwortet").select_option("single")
    stage.get_by_label("Antworten, Aussagen oder Vorhaben").fill("\n".join(LONG_ANSWERS))
    press(stage, "Bereit machen und zeigen")
    look(wall, "ready")
    carry_out(stage, "Öffnen", "Offen seit")
    look(wall, "open")
    vote(phone_with(visitor, fresh_cards(visitor.page())[0]))
    close(stage)
    carry_out(stage, "Versiegeln und auszählen", "Der Saal sieht das Ergebnis noch nicht.")
    carry_out(stage, "Ergebnis zeigen", "Mit dem Veröffentlichen")
    look(wall, "result")
    push(stage, "Weiter zu Punkt 5", then="")
    stage.get_by_role("button", name="Auf die Bühne").first.click()
    look(wall, "question")


def test_screen_that_hears_nothing_says_how_old_it_is(visitor: Visitor) -> None:
    stage = visitor.staff("regie", STAGE)
    wall = visitor.page(BEAMER)
    wall.clock.install()
    wall.goto(wall_of(stage))
    expect(wall.locator("#stand")).to_be_hidden()
    wall.context.set_offline(offline=True)
    wall.evaluate("() => { globalThis.WebSocket = class { close() {} send() {} }; }")
    wall.clock.fast_forward(30_000)
    expect(wall.locator("#stand")).to_contain_text("Verbindung wird gesucht")


def code_is_readable(wall: Page) -> None:
    """Measure the code without its quiet margin, a module, and the words beside it."""
    box = wall.locator(".mm-join__qr .mm-qr path").bounding_box()
    assert box is not None
    assert box["height"] >= QR_SHARE_MIN * BEAMER["height"], box
    modules = int(wall.locator(".mm-join__qr .mm-qr").evaluate("(each) => each.viewBox.baseVal.width")) - 8
    assert box["height"] / modules >= 10, "a module is at least ten pixels"
    says = wall.get_by_text("Dieser Code öffnet die Seite. Abstimmen kann nur, wer eine Stimmkarte hat.")
    expect(says).to_be_visible()
    assert float(says.evaluate("(each) => parseFloat(getComputedStyle(each).fontSize)")) >= SMALLEST_TEXT_PX
