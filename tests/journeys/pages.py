"""What people do on pages, in their words; used by the journeys.

Nothing here sleeps: every step waits for the text or the element that shows it worked.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.axe import violations
from tests.journeys.conftest import PHONE, Visitor

OPEN_CONSULTATION = "/auenfurt/b/probesitzen"
PASSWORD = "mach-mit-vorfuehrung"
TRACKING = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")


def clean(page: Page) -> None:
    """Ask axe; nothing may be wrong with the page as it is now."""
    if found := violations(page):
        pytest.fail("\n".join(found))


def heading(page: Page, text: str | re.Pattern[str]) -> None:
    """Wait until the page's main heading says this."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(text)


def press(page: Page | Locator, name: str) -> None:
    """Press the button of this name."""
    page.get_by_role("button", name=name, exact=True).click()


def sign_in(visitor: Visitor, name: str, path: str, size: dict[str, int] | None = None) -> Page:
    """Sign in with name and password and go to a place of work."""
    page = visitor.page(size)
    page.goto("/verwaltung/anmelden")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Passwort").fill(PASSWORD)
    press(page, "Anmelden")
    expect(page).not_to_have_url(re.compile("anmelden"))
    page.goto(path)
    return page


# ── contributions ────────────────────────────────────────────────────────────────────────────────


def write_contribution(page: Page, text: str, path: str = OPEN_CONSULTATION) -> tuple[str, str]:
    """Write something into the open consultation; return its number and receipt code."""
    page.goto(path)
    form = page.locator("form#beitrag")
    form.get_by_label("Was ist Ihnen wichtig?").fill(text)
    press(form, "Beitrag absenden")
    heading(page, "Ihr Beitrag ist gespeichert")
    receipt = page.locator(".mm-beleg")
    return receipt.locator(".mm-ref").inner_text(), receipt.locator(".mm-beleg__code").inner_text()


def look_up(page: Page, code: str) -> None:
    """Ask what became of a contribution."""
    page.goto("/spur")
    page.get_by_label("Quittungscode").fill(code)
    press(page, "Nachsehen")
    heading(page, "Mein Beitrag")


def publish(page: Page, ref: str, org: str = "auenfurt") -> None:
    """Publish a waiting contribution as the moderation."""
    page.goto(f"/verwaltung/{org}/moderation?beitrag={ref}")
    expect(page.get_by_role("heading", name=ref)).to_be_visible()
    page.get_by_label("Veröffentlichen", exact=False).first.check()
    press(page, "Entscheidung speichern")
    page.wait_for_load_state()


# ── the evening ──────────────────────────────────────────────────────────────────────────────────


def fresh_cards(page: Page) -> list[str]:
    """Return codes of cards nobody used yet, as the tour shows them; the guest's card is the last."""
    page.goto("/demo")
    return [code.strip() for code in page.locator(".mm-tour__list li:has(a) .mm-code").all_inner_texts()]


def phone_with(visitor: Visitor, card: str) -> Page:
    """Scan a card with a phone."""
    page = visitor.page(PHONE)
    page.goto(f"/s#{card}")
    return page


def vote(page: Page, option: int = 0) -> str:
    """Choose, check and cast on a phone; return the Prüfnummer."""
    page.locator("#ballot .mm-option").nth(option).click()
    press(page, "Weiter: Auswahl prüfen")
    heading(page, "Stimmt das so?")
    press(page, "Stimme jetzt abgeben")
    heading(page, "Ihre Stimme ist angekommen")
    return page.locator(".mm-track").inner_text().strip()
