"""Somebody reads, writes, gets a receipt, looks it up, is published, and takes it back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE, Visitor
from tests.journeys.pages import OPEN_CONSULTATION, clean, heading, look_up, press, publish, write_contribution

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_comment_from_the_form_to_the_public_page_and_back(visitor: Visitor, *, scripts: bool) -> None:
    text = f"Eine Bank im Schatten, bitte ({'mit' if scripts else 'ohne'} Skript)."
    citizen = visitor.page(PHONE, java_script_enabled=scripts)
    citizen.goto(OPEN_CONSULTATION)
    heading(citizen, "Welche Bank passt auf den Marktplatz?")
    ref, code = write_contribution(citizen, text)
    look_up(citizen, code)
    expect(citizen.locator("main")).to_contain_text("Ein Mensch liest ihn")

    moderation = visitor.staff("moderation")
    publish(moderation, ref)
    citizen.goto(OPEN_CONSULTATION + "?suche=Schatten")
    expect(citizen.locator(f"#{ref}")).to_contain_text(text)

    look_up(citizen, code)
    expect(citizen.locator("main")).to_contain_text("Ihr Beitrag ist öffentlich.")
    press(citizen, "Beitrag zurückziehen")
    expect(citizen.locator("main")).to_contain_text("zurückgezogen")
    citizen.goto(OPEN_CONSULTATION)
    expect(citizen.locator("main")).not_to_contain_text(text)


def test_every_page_of_commenting_is_accessible(visitor: Visitor) -> None:
    citizen = visitor.page(PHONE)
    citizen.goto(OPEN_CONSULTATION)
    clean(citizen)
    ref, code = write_contribution(citizen, "Bitte auch an Rollatoren denken.")
    clean(citizen)
    look_up(citizen, code)
    clean(citizen)
    moderation = visitor.staff("moderation")
    moderation.goto(f"/verwaltung/auenfurt/moderation?beitrag={ref}")
    clean(moderation)
    publish(moderation, ref)
    clean(moderation)


def test_write_nothing_says_what_is_missing(visitor: Visitor) -> None:
    citizen = visitor.page(java_script_enabled=False)
    citizen.goto(OPEN_CONSULTATION)
    citizen.locator("form#beitrag textarea").fill("  ")
    press(citizen.locator("form#beitrag"), "Beitrag absenden")
    expect(citizen.locator("#fehler")).to_be_visible()


def test_look_up_with_a_wrong_code_answers_kindly(visitor: Visitor) -> None:
    citizen = visitor.page()
    citizen.goto("/spur")
    citizen.get_by_label("Quittungscode").fill("0000-0000-0000-0000-0")
    press(citizen, "Nachsehen")
    expect(citizen.get_by_role("alert")).to_be_visible()
    heading(citizen, "Was wurde aus meinem Beitrag?")
    clean(citizen)
