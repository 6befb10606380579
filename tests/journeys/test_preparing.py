"""One clerk prepares an evening with the keyboard alone: from an empty form to the printed pack and the checklist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from pypdfium2 import PdfDocument

from tests.journeys.conftest import PHONE, Visitor
from tests.journeys.pages import clean, heading, press

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180), pytest.mark.needs("pango")]
MAX_TABS = 80  # more stops than any of these pages has
LEAST_PAGES = 68  # 60 sheets, 8 sides of cards, checklist and poster


def test_evening_is_prepared_by_keyboard_in_one_sitting(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.staff("regie")
    begin_with_a_format(page)
    add_a_question(page)
    plan_the_crew(page)
    release_and_print(page, tmp_path)
    rehearse_and_tick(page)
    announce(page)
    expect(page.get_by_role("heading", level=2).first).to_contain_text("7 von 7 Schritten fertig")
    clean(page)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # playwright's own dictionary
    clean(page)


def test_point_is_dragged_to_another_place(visitor: Visitor) -> None:
    page = visitor.staff("regie")
    page.goto("/verwaltung/auenfurt/abende/neu")
    page.get_by_label("Titel", exact=True).fill("Werkstatt")
    page.get_by_label("Tag", exact=True).fill("2027-05-04")
    page.locator("#punkte").fill("Eins\nZwei\nDrei")
    press(page, "Anlegen")
    points = page.locator(".mm-ag__t")
    expect(points).to_have_text(["Eins", "Zwei", "Drei"])
    rows = page.locator(".mm-ag__row")
    rows.nth(2).locator(".mm-ag__t").drag_to(rows.nth(0).locator(".mm-ag__t"))
    expect(points).to_have_text(["Drei", "Eins", "Zwei"])


def begin_with_a_format(page: Page) -> None:
    """Create a meeting, take a format, move a point."""
    page.goto("/verwaltung/auenfurt/abende")
    reach(page, page.get_by_role("link", name="Neue Versammlung"))
    page.keyboard.press("Enter")
    heading(page, "Neue Versammlung")
    type_into(page, "Titel", "Infoabend Radweg")
    type_into(page, "Tag", "2027-04-08")
    go(page, "Anlegen")
    heading(page, "Tagesordnung")
    clean(page)
    reach(page, page.get_by_role("button", name="Nehmen").nth(1))
    page.keyboard.press("Enter")
    expect(page.locator(".mm-ag > li")).to_have_count(5)
    move_up(page, "Stimmungsbild", "Fragen aus dem Saal")
    clean(page)
    go_on(page, "Fragen")


def add_a_question(page: Page) -> None:
    """Add a common question to those of the format."""
    go(page, "Rangfolge …")
    expect(page.locator(".mm-evening")).to_have_count(3)
    clean(page)
    go_on(page, "Orte und Team")


def plan_the_crew(page: Page) -> None:
    """Say how many people come and help."""
    type_into(page, "Erwartete Personen", "24")
    type_into(page, "Personen, die zugesagt haben", "6")
    go(page, "Berechnen und speichern")
    expect(page.get_by_role("heading", name="Mindestens 6 Personen")).to_be_visible()
    clean(page)
    go_on(page, "Drucken")


def release_and_print(page: Page, folder: Path) -> None:
    """Release the questions and make the pack."""
    go(page, "Alle freigeben")
    expect(page.locator("main")).to_contain_text("Stimmzettel für 3 Fragen")
    clean(page)
    assert pages_of(print_all(page, folder)) > LEAST_PAGES
    expect(page.get_by_role("status").last).to_contain_text("Fertig.")
    go_on(page, "Probe")


def rehearse_and_tick(page: Page) -> None:
    """Note the rehearsal and tick everything."""
    clean(page)
    go(page, "Wir haben geprobt")
    expect(page.locator("main")).to_contain_text("Geprobt")
    go_on(page, "Checkliste")
    tick_everything(page)
    clean(page)


def announce(page: Page) -> None:
    """Choose a place and announce the meeting."""
    go_back_to_the_date(page)
    page.get_by_label("Ort", exact=True).focus()
    page.keyboard.press("ArrowDown")
    go(page, "Speichern")
    go(page, "Jetzt ankündigen")


def reach(page: Page, target: Locator) -> None:
    """Press Tab until this has the focus, as somebody without a mouse does."""
    expect(target).to_be_visible()
    for _ in range(MAX_TABS):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{target} is not reached by keyboard")


def go(page: Page, name: str) -> None:
    """Reach a button and press Enter; wait for the page that follows."""
    reach(page, page.get_by_role("button", name=name, exact=True))
    with page.expect_navigation():
        page.keyboard.press("Enter")


def go_on(page: Page, step: str) -> None:
    """Go to the next step by its link at the end."""
    reach(page, page.get_by_role("link", name=f"Weiter: {step}"))
    page.keyboard.press("Enter")
    heading(page, step)


def type_into(page: Page, label: str, text: str) -> None:
    """Reach a field and type; dates are typed as the browser takes them."""
    field = page.get_by_label(label, exact=True)
    field.focus()
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        field.fill(text)
        return
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def move_up(page: Page, title: str, over: str) -> None:
    """Move a point up; the focus stays on its button, so it could go further."""
    button = page.get_by_role("button", name=f"{title} nach oben")
    reach(page, button)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    titles = page.locator(".mm-ag__t").all_inner_texts()
    assert titles.index(title) == titles.index(over) - 1
    expect(button).to_be_focused()


def print_all(page: Page, folder: Path) -> Path:
    """Have the pack made and keep it."""
    button = page.get_by_role("button", name="PDF erzeugen", exact=True)
    reach(page, button)
    with page.expect_download(timeout=60_000) as download:
        page.keyboard.press("Enter")
    target = folder / download.value.suggested_filename
    download.value.save_as(target)
    return target


def pages_of(path: Path) -> int:
    """Return how many pages a file has."""
    with PdfDocument(path) as pdf:
        return len(pdf)


def tick_everything(page: Page) -> None:
    """Tick every task; each is saved with its own click and keeps the focus."""
    open_tasks = page.locator(".mm-prep__ticks button[aria-pressed=false]")
    while left := open_tasks.count():
        reach(page, open_tasks.first)
        with page.expect_navigation():
            page.keyboard.press("Space")
        expect(open_tasks).to_have_count(left - 1)


def go_back_to_the_date(page: Page) -> None:
    """Go to the first step by the list of steps."""
    page.locator("main").focus()
    reach(page, page.get_by_role("link", name=re.compile("Termin und Ort")))
    page.keyboard.press("Enter")
    heading(page, "Termin und Ort")
