"""Staff weigh, decide and answer by clicking; a web comment and a postcard show what became of them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visitor
from tests.journeys.pages import OPEN_CONSULTATION, clean, heading, press, publish, sign_in, write_contribution

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
OFFICE = "/verwaltung/auenfurt"
TOPIC = "Armlehnen und Aufstehen"
AFTER = "Alle 14 Bänke mit zwei Armlehnen"
REASON = "Armlehnen helfen beim Aufstehen. Das hat das Probesitzen gezeigt."


def test_decision_by_clicking_reaches_web_comment_and_postcard(visitor: Visitor) -> None:
    comment, _ = write_contribution(visitor.page(), "Bitte Armlehnen an jeder Bank, auf beiden Seiten.")
    postcard = record_postcard(sign_in(visitor, "patin", f"{OFFICE}/eingang"), "Ich komme ohne Lehne nicht mehr hoch.")
    second = sign_in(visitor, "lang", f"{OFFICE}/eingang")
    compare(second, postcard)
    moderation = sign_in(visitor, "kraus", f"{OFFICE}/moderation")
    for ref in (comment, postcard):
        publish(moderation, ref)
    reader = visitor.page()
    for ref in (comment, postcard):
        reader.goto(f"{OPEN_CONSULTATION}/{ref}")
        expect(reader.locator("main")).to_contain_text("Noch keinem Thema zugeordnet")

    office = sign_in(visitor, "hofmann", f"{OFFICE}/abwaegung/cons-probesitzen")
    weigh(office)
    second.goto(office.url)
    press(second, "Freigeben und veröffentlichen")
    expect(second.locator("main")).to_contain_text("fertig")
    for ref in (comment, postcard):
        reader.goto(f"{OPEN_CONSULTATION}/{ref}")
        expect(reader.locator("main")).to_contain_text("Noch nicht entschieden")

    decide(office)
    second.goto(office.url.partition("?")[0])
    clean(second)
    press(second, "Jetzt veröffentlichen")
    expect(second.locator("main")).to_contain_text("Veröffentlicht am")
    answer(office)

    for ref in (comment, postcard):
        reader.goto(f"{OPEN_CONSULTATION}/{ref}")
        expect(reader.locator(".mm-ergebnis")).to_contain_text(AFTER)
        expect(reader.locator("main")).to_contain_text("Die Antwort an Sie")
    clean(reader)
    reader.get_by_role("link", name="Beschluss mit allen Themen").click()
    for ref in (comment, postcard):
        expect(reader.locator(".mm-beitraege")).to_contain_text(ref)
    clean(reader)


def record_postcard(page: Page, text: str) -> str:
    """Write a postcard down; return its number."""
    page.get_by_label("Beteiligung", exact=True).select_option("cons-probesitzen")
    page.locator("input[name=weg][value=paper_card]").check()
    page.get_by_label("Text, Wort für Wort").fill(text)
    clean(page)
    press(page, "Aufschreiben")
    heading(page, "ist aufgeschrieben")
    clean(page)
    return page.get_by_role("heading", level=1).inner_text().split()[0]


def compare(page: Page, ref: str) -> None:
    """Compare the copy with the original as the second person."""
    page.reload()
    press(page.locator(f"li[id='{ref}']"), "Stimmt mit dem Original überein")
    expect(page.get_by_role("heading", name="Zuletzt geprüft")).to_be_visible()


def weigh(page: Page) -> None:
    """Make a topic, assign everything to it, propose with a reason, hand in."""
    page.get_by_label("Neues Thema").fill(TOPIC)
    press(page, "Anlegen")
    expect(page.get_by_role("heading", name=TOPIC)).to_be_visible()
    loose = page.get_by_role("button", name=re.compile("^Zu „Armlehnen"))
    for left in range(loose.count(), 0, -1):
        expect(loose).to_have_count(left)
        loose.first.click()
    expect(loose).to_have_count(0)
    clean(page)
    page.locator("input[name=proposal][value=uebernommen]").check()
    page.get_by_label("Begründung", exact=True).fill(REASON)
    press(page, "Thema fertig melden")
    expect(page.locator("main")).to_contain_text("Freigeben muss jemand anderes.")


def decide(page: Page) -> None:
    """Link the paper, let the body decide, write the wording and the effect, hand in."""
    page.goto(f"{OFFICE}/beschluesse")
    page.get_by_label("Verfahren", exact=True).select_option("cons-probesitzen")
    page.get_by_role("textbox", name="Nummer", exact=True).fill("BA/2027/077")
    page.get_by_role("textbox", name="Titel", exact=True).fill("Bänke für den Marktplatz: Modellwahl")
    press(page, "Verknüpfen")
    page.get_by_role("link", name="Gremium", exact=True).click()
    page.get_by_label("Gremium", exact=True).select_option("org-bauausschuss-auenfurt")
    page.get_by_label("Dieses Gremium entscheidet").check()
    page.locator("select#result").select_option("beschlossen")
    page.get_by_label("Ja-Stimmen").fill("9")
    page.get_by_label("Nein-Stimmen").fill("2")
    page.get_by_label("Enthaltungen").fill("0")
    press(page, "Eintragen")
    expect(page.locator("#beratung")).to_contain_text("1. ")
    page.get_by_label("Wortlaut", exact=True).fill("Der Bauausschuss beschließt Bänke mit zwei Armlehnen.")
    press(page, "Wortlaut speichern")
    page.get_by_role("link", name=f"{TOPIC} ändern").click()
    page.locator("#before").fill("Modell offen")
    page.locator("#after").fill(AFTER)
    press(page, "Festhalten")
    clean(page)
    press(page, "Einreichen")
    expect(page.locator("main")).to_contain_text("Freigeben muss jemand anderes.")


def answer(page: Page) -> None:
    """Send everybody their answer."""
    page.reload()
    press(page, "Antworten senden")
    expect(page.locator("#antworten")).to_contain_text("Alle haben eine Antwort bekommen")
