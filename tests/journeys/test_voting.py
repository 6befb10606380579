"""One vote on a phone: with scripts, without, and the friendly refusal of a second one."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE, Visitor
from tests.journeys.pages import TRACKING, clean, fresh_cards, heading, phone_with, press, vote

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


def test_vote_on_a_phone_arrives_with_a_tracking_code(visitor: Visitor) -> None:
    card = fresh_cards(visitor.page())[0]
    phone = phone_with(visitor, card)
    expect(phone.locator("#ballot .mm-option").first).to_be_visible()
    clean(phone)
    assert TRACKING.fullmatch(vote(phone))
    clean(phone)


def test_check_page_goes_back_to_the_same_choice(visitor: Visitor) -> None:
    phone = phone_with(visitor, fresh_cards(visitor.page())[0])
    phone.locator("#ballot .mm-option").nth(1).click()
    press(phone, "Weiter: Auswahl prüfen")
    heading(phone, "Stimmt das so?")
    clean(phone)
    press(phone, "Zurück und ändern")
    expect(phone.locator("#ballot input").nth(1)).to_be_checked()


def test_vote_without_an_answer_asks_for_one(visitor: Visitor) -> None:
    phone = phone_with(visitor, fresh_cards(visitor.page())[0])
    press(phone, "Weiter: Auswahl prüfen")
    expect(phone.locator("[data-hint]")).to_contain_text("Wählen Sie zuerst eine Antwort.")


def test_second_use_of_a_card_names_the_channel(visitor: Visitor) -> None:
    card = fresh_cards(visitor.page())[0]
    vote(phone_with(visitor, card))
    second = phone_with(visitor, card)
    heading(second, "Mit dieser Karte wurde schon abgestimmt")
    expect(second.locator("main")).to_contain_text("Handy")
    clean(second)


def test_vote_without_scripts_goes_by_form(visitor: Visitor) -> None:
    card = fresh_cards(visitor.page())[0]
    phone = visitor.page(PHONE, java_script_enabled=False)
    phone.goto("/s")
    phone.get_by_label("Code", exact=True).fill(card.lower())
    press(phone, "Weiter")
    press(phone, "Jetzt abstimmen")
    phone.locator("#ballot .mm-option").first.click()
    press(phone, "Weiter: Auswahl prüfen")
    heading(phone, "Stimmt das so?")
    press(phone, "Stimme jetzt abgeben")
    heading(phone, "Ihre Stimme ist angekommen")
    assert TRACKING.fullmatch(phone.locator(".mm-track").inner_text().strip())

    again = visitor.page(PHONE, java_script_enabled=False)
    again.goto("/s")
    again.get_by_label("Code", exact=True).fill(card)
    press(again, "Weiter")
    expect(again.locator("main")).to_contain_text("Handy abgegeben")


def test_guest_card_may_ask_and_not_vote(visitor: Visitor) -> None:
    guest = phone_with(visitor, fresh_cards(visitor.page())[-1])
    heading(guest, "Schön, dass Sie da sind")
    clean(guest)


def test_mistyped_code_is_explained(visitor: Visitor) -> None:
    phone = visitor.page(PHONE)
    phone.goto("/s")
    clean(phone)
    phone.get_by_label("Code", exact=True).fill("AAAA-AAAA-AAAA-A")
    press(phone, "Weiter")
    expect(phone.get_by_role("alert")).to_contain_text("Vergleichen Sie mit Ihrer Karte")
