"""What became of a postcard: the trace of a contribution and the page of the decision say the same."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import PHONE, Visitor
from tests.journeys.pages import clean, heading

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
POSTCARD = "/auenfurt/b/marktplatz/MP27-011"
DECISION = "/auenfurt/beschluss/dec-marktplatz"


@pytest.fixture
def page(visitor: Visitor) -> Page:
    """Somebody who reads."""
    return visitor.page()


def test_postcard_shows_every_step_with_its_proof(page: Page) -> None:
    page.goto(POSTCARD)
    heading(page, "So hat Ihr Beitrag gewirkt")
    steps = page.get_by_role("region", name="Die Spur Ihres Beitrags")
    for words in ("Ihre Postkarte kommt an", "Die Verwaltung schlägt vor", "Das ändert sich", "Die Antwort an Sie"):
        expect(steps).to_contain_text(words)
    expect(steps.get_by_role("link", name="Protokoll").first).to_be_visible()
    clean(page)


def test_decision_and_traces_name_the_same_effect(page: Page) -> None:
    page.goto(DECISION)
    clean(page)
    topics = [
        (
            topic.locator("b").first.inner_text(),
            [link.get_attribute("href") or "" for link in topic.locator(".mm-beitraege a").all()],
        )
        for topic in page.locator(".mm-themen > li").all()
    ]
    assert any(listed for _, listed in topics)
    for after, listed in topics:
        for href in listed:
            page.goto(href)
            expect(page.locator("main")).to_contain_text(after)
            expect(page.locator(f"main a[href='{DECISION}']").first).to_be_attached()


def test_trace_leads_to_the_decision_that_lists_it(page: Page) -> None:
    page.goto(POSTCARD)
    page.get_by_role("link", name="Beschluss mit allen Themen").first.click()
    heading(page, "Beschluss:")
    expect(page.locator(f".mm-themen a[href='{POSTCARD}']").first).to_be_attached()


def test_trace_speaks_leichte_sprache_and_says_it_is_a_draft(visitor: Visitor) -> None:
    page = visitor.page(PHONE)
    page.goto(POSTCARD)
    page.get_by_role("group", name="Sprache dieser Seite").get_by_role("link", name="Leichte Sprache").click()
    heading(page, "Das ist mit Ihrer Meinung passiert")
    expect(page.locator("main")).to_contain_text("Entwurf")
    expect(page.locator("main")).to_contain_text("Das Rat-Haus sagt")
    clean(page)


def test_every_proof_of_the_trace_leads_to_its_entry(page: Page) -> None:
    page.goto(POSTCARD)
    proofs = set(hrefs(page.locator("main a[href*='/protokoll']")))
    assert len(proofs) > 3
    for href in sorted(proofs):
        answer = page.goto(href)
        assert answer is not None
        assert answer.ok, href


def hrefs(links: Locator) -> list[str]:
    """Return where links lead."""
    return [link.get_attribute("href") or "" for link in links.all()]
