"""The console by keyboard alone, and by two hosts at once who never get in each other's way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import BEAMER, Visitor, evening
from tests.journeys.pages import clean, fresh_cards, phone_with, press, vote
from tests.journeys.test_phone_resilience import tab_to
from tests.journeys.test_stage import wall_of

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
NOTICE = "Steht auf der Leinwand und auf allen Handys"
STAGE = {"width": 1440, "height": 900}
TRIES = 12  # of two seconds; the console takes a key right after a change for a double one
STEP_MS = 2_000
CLOSED_MS = 20_000
CLOSING = "details[data-key=fragt-schliessen]"


@pytest.fixture
def server(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An evening of its own."""
    with evening(seeded, tmp_path_factory) as url:
        yield url


def next_step(stage: Page, then: str) -> None:
    """Press Shift+Enter until the console says what follows."""
    for _ in range(TRIES):
        stage.keyboard.press("Shift+Enter")
        try:
            expect(stage.locator("main")).to_contain_text(then, timeout=STEP_MS)
        except AssertionError:
            continue
        return
    pytest.fail(f"expected {then}")


def close_by_keyboard(stage: Page) -> None:
    """Close the open poll: the console asks, Enter answers."""
    stage.keyboard.press("Shift+Enter")
    expect(stage.locator(f"{CLOSING} form button")).to_be_focused()
    stage.keyboard.press("Enter")
    expect(stage.locator(".mm-go__b")).to_contain_text("Versiegeln und auszählen", timeout=CLOSED_MS)


def test_whole_poll_and_the_way_on_by_keyboard_alone(visitor: Visitor) -> None:
    stage = visitor.staff("regie", STAGE)
    wall = visitor.page(BEAMER)
    wall.goto(wall_of(stage))
    for card in fresh_cards(visitor.page())[:2]:
        vote(phone_with(visitor, card))
    stage.mouse.move(0, 0)
    stage.locator("h1").click()  # the last use of the mouse: into the page
    next_step(stage, "Letzter Aufruf, noch")
    close_by_keyboard(stage)
    next_step(stage, "gültige Stimmen")
    next_step(stage, "Beteiligung zeigen")
    expect(wall.locator("main")).to_have_attribute("data-screen", "reveal")
    assert "2 von" not in wall.locator("main").inner_text()
    next_step(stage, "Balken zeigen, nacheinander")
    expect(wall.locator("main")).to_contain_text("2 von")
    next_step(stage, "Mit dem Veröffentlichen kann jede Person nachzählen.")
    expect(wall.locator("main")).to_have_attribute("data-screen", "result")
    next_step(stage, "Diese Abstimmung ist fertig.")
    stage.keyboard.press("b")
    expect(wall.locator("main")).to_have_attribute("data-screen", "black")
    expect(stage.get_by_role("button", name="Beamer an")).to_be_visible()
    stage.keyboard.press("b")
    expect(wall.locator("main")).not_to_have_attribute("data-screen", "black")
    expect(stage.get_by_role("button", name="Beamer schwarz")).to_be_visible()
    stage.keyboard.press("n")
    expect(stage.locator(".mm-agenda__i.is-now")).to_contain_text("Was passiert als Nächstes?")
    tab_to(stage, "summary:has-text('Versammlung schließen')", most=120)
    stage.keyboard.press("Enter")
    stage.keyboard.press("Tab")
    stage.keyboard.press("Enter")
    expect(wall.locator("main")).to_have_attribute("data-screen", "over")
    clean(stage)


def test_single_keys_can_be_switched_off_and_never_fire_in_fields(visitor: Visitor) -> None:
    stage = visitor.staff("regie", STAGE)
    wall = visitor.page(BEAMER)
    wall.goto(wall_of(stage))
    expect(wall.locator("main")).to_have_attribute("data-screen", "open")
    stage.locator("summary", has_text="Nachricht an alle").click()
    field = stage.get_by_label(NOTICE)
    field.press_sequentially("b n f ?")
    field.press("Shift+Enter")
    expect(field).to_have_value("b n f ?")
    stage.locator("h1").click()
    stage.keyboard.press("?")
    expect(stage.get_by_role("switch", name="Kürzel an")).not_to_be_checked()
    stage.keyboard.press("b")
    stage.keyboard.press("?")
    expect(stage.get_by_role("switch", name="Kürzel an")).to_be_checked()
    expect(wall.locator("main")).to_have_attribute("data-screen", "open")
    keys = stage.locator("[aria-keyshortcuts]").evaluate_all(
        "(all) => all.map((each) => each.ariaKeyShortcuts ?? each.getAttribute('aria-keyshortcuts'))"
    )
    assert {"Shift+Enter", "N", "B", "F"} <= set(keys)


def test_two_hosts_never_disturb_each_other(visitor: Visitor) -> None:
    first = visitor.staff("regie", STAGE)
    path = first.url.removeprefix(visitor.url)
    second = visitor.staff("regie", STAGE)
    second.goto(path)
    fold = second.locator("details[data-key=nachricht]")
    fold.locator("summary").click()
    field = second.get_by_label(NOTICE)
    field.fill("Halb geschrieben")
    press(first, "Letzter Aufruf, 60 Sekunden")
    expect(second.locator("#geaendert")).to_contain_text("Letzter Aufruf")
    expect(second.locator("main")).to_contain_text("Letzter Aufruf, noch")
    expect(field).to_be_focused()
    expect(field).to_have_value("Halb geschrieben")
    expect(first.locator("#geaendert")).to_be_hidden()  # one's own deed is no news
    first.locator(f"{CLOSING} > summary").click()
    stale = second.locator(CLOSING)
    stale.locator("summary").click()
    second.route("**/regie/**", lambda route: route.abort() if route.request.method == "GET" else route.continue_())
    first.locator(f"{CLOSING} form button").click()
    expect(first.locator(".mm-go__b")).to_contain_text("Schließt gleich")
    stale.locator("form button").click()  # late: the page could not be refreshed meanwhile
    second.unroute_all()
    second.goto(path)
    expect(second.locator(".mm-go__b")).to_contain_text("Versiegeln und auszählen", timeout=CLOSED_MS)
    clean(second)


def test_late_click_of_a_second_host_is_a_sentence_and_nothing_else(visitor: Visitor) -> None:
    first = visitor.staff("regie", STAGE)
    path = first.url.removeprefix(visitor.url)
    second = visitor.page(STAGE, java_script_enabled=False)  # nothing tells this page of the other's click
    second.goto("/demo")
    second.locator("form:has(input[value=regie]) button").first.click()
    second.goto(path)
    expect(second.locator(".mm-go__b")).to_contain_text("Letzter Aufruf")
    press(first, "Letzter Aufruf, 60 Sekunden")
    expect(first.locator("main")).to_contain_text("Letzter Aufruf, noch")
    ends = first.locator("[data-ends]").get_attribute("data-ends")
    press(second, "Letzter Aufruf, 60 Sekunden")
    expect(second.locator("#meldungen")).to_contain_text("Jemand war schneller.")
    expect(second.locator("main")).to_contain_text("Letzter Aufruf, noch")
    assert second.locator("[data-ends]").get_attribute("data-ends") == ends
