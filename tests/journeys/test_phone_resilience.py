"""A phone that survives everything: news, two tabs, no network, a server that goes, a poll that ends, a lock screen.

Nothing here waits for a time: every step waits for what the person would see.
"""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.cable import Cable, cable_to
from tests.journeys.conftest import PHONE, Visitor, evening
from tests.journeys.pages import TRACKING, clean, fresh_cards, heading, phone_with, press
from tests.journeys.test_stage import carry_out
from tests.server import restartable

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
STAGE = {"width": 1440, "height": 900}
LONG_MS = 30_000  # a phone's own wait for the next try may be fifteen seconds


@pytest.fixture
def server(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An evening of its own: every test leaves it in another state."""
    with evening(seeded, tmp_path_factory) as url:
        yield url


def chosen(phone: Page, option: int = 0) -> Page:
    """Mark an answer without casting it."""
    phone.locator("#ballot .mm-option").nth(option).click()
    expect(phone.locator("#ballot input").nth(option)).to_be_checked()
    return phone


def to_check(phone: Page) -> None:
    """Go on to the last look before casting."""
    press(phone, "Weiter: Auswahl prüfen")
    heading(phone, "Stimmt das so?")


def phone_at(visitor: Visitor, cable: Cable, card: str) -> Page:
    """Scan a card with a phone that hangs on a cable."""
    visitor.watch.hosts.add(cable.host)
    phone = visitor.page(PHONE, base_url=cable.url)
    phone.goto(f"/s#{card}")
    return phone


def close(stage: Page) -> None:
    """Close the open poll; nobody voted on paper."""
    carry_out(stage, "Letzter Aufruf, 60 Sekunden", "Letzter Aufruf, noch")
    carry_out(stage, "Schließen", "Schließt gleich …")
    expect(stage.locator(".mm-go__b")).to_contain_text("Versiegeln und auszählen", timeout=LONG_MS)


def used(stage: Page, cards: int) -> None:
    """Wait until the stage says that so many cards were used."""
    expect(stage.locator("[data-tick=used]").first).to_have_text(str(cards))


def test_update_during_a_half_filled_ballot_loses_nothing_and_keeps_the_focus(visitor: Visitor) -> None:
    stage = visitor.staff("regie", STAGE)
    cards = fresh_cards(visitor.page())
    phone = chosen(phone_with(visitor, cards[0]), 1)
    phone.locator("#ballot input").nth(1).focus()
    stage.locator("summary", has_text="Nachricht an alle").click()
    stage.get_by_label("Steht auf der Leinwand und auf allen Handys").fill("In der Pause gibt es Kaffee.")
    press(stage, "Senden")
    carry_out(stage, "Letzter Aufruf, 60 Sekunden", "Letzter Aufruf, noch")
    expect(phone.locator("[data-timer]").first).to_be_visible()
    other = chosen(phone_with(visitor, cards[1]))
    to_check(other)
    press(other, "Stimme jetzt abgeben")
    heading(other, "Ihre Stimme ist angekommen")
    expect(stage.locator("[data-tick=phone]")).to_have_text("1")
    expect(phone.locator("#ballot input").nth(1)).to_be_checked()
    expect(phone.locator("#ballot input").nth(1)).to_be_focused()
    to_check(phone)
    press(phone, "Stimme jetzt abgeben")
    heading(phone, "Ihre Stimme ist angekommen")


def test_two_tabs_of_one_card_cast_one_vote_and_the_second_is_told(visitor: Visitor) -> None:
    stage = visitor.staff("regie", STAGE)
    card = fresh_cards(visitor.page())[0]
    first = phone_with(visitor, card)
    second = first.context.new_page()
    visitor.watch.watch(second)
    second.goto(f"/s#{card}")
    for tab in (chosen(first, 0), chosen(second, 1)):
        to_check(tab)
    press(first, "Stimme jetzt abgeben")
    heading(first, "Ihre Stimme ist angekommen")
    press(second, "Stimme jetzt abgeben")
    expect(second.locator("h1")).to_contain_text("abgestimmt")
    expect(second.locator("main")).to_contain_text("Jede Karte zählt bei jeder Frage genau einmal.")
    expect(stage.locator("[data-tick=phone]")).to_have_text("1")
    used(stage, 1)


def test_vote_without_network_is_kept_over_a_reload_and_sent_once(visitor: Visitor) -> None:
    stage = visitor.staff("regie", STAGE)
    card = fresh_cards(visitor.page())[0]
    with cable_to(visitor.url) as cable:
        phone = chosen(phone_at(visitor, cable, card))
        to_check(phone)
        cable.cut()
        press(phone, "Stimme jetzt abgeben")
        heading(phone, "Noch nicht gesendet")
        clean(phone)
        used(stage, 0)
        cable.mend()
        phone.reload()
        arrived(phone)
        expect(stage.locator("[data-tick=phone]")).to_have_text("1")
        phone.reload()
        arrived(phone)
    used(stage, 1)


def test_vote_without_network_is_sent_by_itself_when_it_is_back(visitor: Visitor) -> None:
    stage = visitor.staff("regie", STAGE)
    card = fresh_cards(visitor.page())[0]
    with cable_to(visitor.url) as cable:
        phone = chosen(phone_at(visitor, cable, card))
        to_check(phone)
        cable.cut()
        press(phone, "Stimme jetzt abgeben")
        heading(phone, "Noch nicht gesendet")
        cable.mend()
        arrived(phone)
    used(stage, 1)


def test_vote_after_the_end_is_told_truthfully(visitor: Visitor) -> None:
    stage = visitor.staff("regie", STAGE)
    card = fresh_cards(visitor.page())[0]
    with cable_to(visitor.url) as cable:
        phone = chosen(phone_at(visitor, cable, card))
        to_check(phone)
        cable.cut()
        press(phone, "Stimme jetzt abgeben")
        heading(phone, "Noch nicht gesendet")
        close(stage)
        cable.mend()
        press(phone, "Jetzt noch einmal senden")
        expect(phone.get_by_role("heading", level=1)).to_contain_text("Ihre Stimme kam zu spät", timeout=LONG_MS)
        expect(phone.locator("main")).to_contain_text("Diese Stimme zählt nicht.")
        clean(phone)
    used(stage, 0)


def test_phone_of_a_hall_that_goes_on_by_paper_says_where_to_go(visitor: Visitor) -> None:
    stage = visitor.staff("regie", STAGE)
    phone = phone_with(visitor, fresh_cards(visitor.page())[0])
    expect(phone.locator("#ballot .mm-option").first).to_be_visible()
    stage.locator("summary", has_text="Auf Papier weitermachen").click()
    press(stage, "Ja, auf Papier weitermachen")
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Wir machen auf Papier weiter", timeout=LONG_MS)
    expect(phone.locator("main")).to_contain_text("Dort bekommen Sie Ihren Stimmzettel.")
    clean(phone)
    clean(stage)


def test_phone_that_was_locked_shows_what_is_now(visitor: Visitor) -> None:
    stage = visitor.staff("regie", STAGE)
    card = fresh_cards(visitor.page())[0]
    with cable_to(visitor.url) as cable:
        phone = phone_at(visitor, cable, card)
        expect(phone.locator("#ballot .mm-option").first).to_be_visible()
        cable.cut()  # a sleeping phone loses its line
        lock(phone, is_hidden=True)
        close(stage)
        cable.mend()
        lock(phone, is_hidden=False)
        expect(phone.get_by_role("heading", level=1)).to_contain_text("Die Abstimmung ist beendet", timeout=LONG_MS)


def test_vote_at_twice_the_size_with_the_keyboard_alone(visitor: Visitor) -> None:
    card = fresh_cards(visitor.page())[0]
    half = {"width": PHONE["width"] // 2, "height": PHONE["height"] // 2}  # 200 % zoom halves what fits
    phone = visitor.page(half, device_scale_factor=2)
    phone.goto(f"/s#{card}")
    expect(phone.locator("#ballot .mm-option").first).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    clean(phone)
    tab_to(phone, "#ballot input")
    phone.keyboard.press("Space")
    tab_to(phone, "button:has-text('Weiter: Auswahl prüfen')")
    phone.keyboard.press("Enter")
    heading(phone, "Stimmt das so?")
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab_to(phone, "button:has-text('Stimme jetzt abgeben')")
    phone.keyboard.press("Enter")
    heading(phone, "Ihre Stimme ist angekommen")
    assert phone.evaluate("document.activeElement.tagName") == "H1"
    assert TRACKING.search(phone.locator("main").inner_text())


def test_server_that_restarts_mid_ballot_costs_neither_choice_nor_vote(
    seeded: Path, tmp_path: Path, visitor: Visitor
) -> None:
    shutil.copytree(seeded, tmp_path / "data")
    with restartable(tmp_path / "data") as town:
        visitor.watch.hosts.add(town.host)
        card = fresh_cards(visitor.page(base_url=town.url))[0]
        phone = visitor.page(PHONE, base_url=town.url)
        phone.goto(f"/s#{card}")
        chosen(phone, 1)
        town.stop(signal.SIGKILL)
        to_check(phone)
        press(phone, "Stimme jetzt abgeben")
        heading(phone, "Noch nicht gesendet")
        town.start()
        expect(phone.get_by_role("heading", level=1)).to_contain_text("Ihre Stimme ist angekommen", timeout=LONG_MS)
        again = visitor.page(PHONE, base_url=town.url)
        again.goto(f"/s#{card}")
        heading(again, "Mit dieser Karte wurde schon abgestimmt")


def arrived(phone: Page) -> None:
    """Wait until a kept vote has arrived by itself."""
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Ihre Stimme ist angekommen", timeout=LONG_MS)


def lock(phone: Page, *, is_hidden: bool) -> None:
    """Let the page believe that the screen is locked, or awake again."""
    phone.evaluate(
        """(isHidden) => {
          Object.defineProperty(document, "hidden", { configurable: true, get: () => isHidden });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        is_hidden,
    )


def tab_to(phone: Page, what: str, most: int = 40) -> None:
    """Press Tab until an element of this kind has the focus."""
    for _ in range(most):
        phone.keyboard.press("Tab")
        if phone.locator(what).evaluate_all("(all) => all.includes(document.activeElement)"):
            return
    pytest.fail(f"no way by keyboard to {what}")
