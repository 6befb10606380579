"""A whole evening by clicking: prepared, doors, practice, polls with late paper, closed; then its minutes, to the log.

Title, agenda, questions and answers are those of the story's first case; the crowd is small enough for a browser.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from backend.demo.story import load_story
from tests.journeys.conftest import DESKTOP, PHONE, Visitor, evening
from tests.journeys.hall import (
    Hall,
    Json,
    cards_in,
    close_poll,
    count_late,
    exchange,
    next_point,
    open_door,
    open_poll,
    practise,
    settle,
    step_until,
    unfold,
    vote_again,
)
from tests.journeys.pages import clean, heading, press, sign_in
from tests.journeys.test_stage import STAGE, TRIES
from tests.server import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.needs("pango"), pytest.mark.timeout(420)]
OFFICE = "/verwaltung/auenfurt"
CROWD = 4  # two vote by phone, two on paper
CHAIR = "Als Versammlungsleitung unterschreiben"
SECRETARY = "Als Schriftführung unterschreiben"


@pytest.fixture(scope="module")
def server(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An evening of its own."""
    with evening(seeded, tmp_path_factory) as url:
        yield url


def test_evening_from_preparation_to_published_minutes(visitor: Visitor, server: str) -> None:
    meeting: Json = load_story(date(2027, 5, 12)).case("case-marktplatz")["meeting"]
    spaces, trees = (poll["question"]["de"] for poll in meeting["polls"][:2])
    clerk = sign_in(visitor, "weber", f"{OFFICE}/abende/neu", STAGE)
    cards = prepare(clerk, meeting)
    meeting_id = clerk.url.rpartition("/")[2].partition("#")[0].partition("?")[0]
    desk = f"{OFFICE}/tisch/{meeting_id}"
    hall = Hall(
        visitor,
        stage=clerk,
        door=sign_in(visitor, "yilmaz", desk, STAGE),
        second=sign_in(visitor, "brandt", desk, STAGE),
        desk=desk,
        cards=cards,
    )
    clerk.goto(f"{OFFICE}/regie/{meeting_id}")
    run_evening(hall, meeting, spaces, trees)
    clerk.get_by_role("link", name="Niederschrift schreiben").click()
    write_minutes(hall)
    public = read_minutes(visitor, clerk, spaces)
    find_in_log(public, server)


def prepare(page: Page, meeting: Json) -> list[str]:
    """Create meeting, questions and cards as a clerk does today; return the cards' codes."""
    page.get_by_label("Titel", exact=True).fill(meeting["title"]["de"])
    page.get_by_label("Tag", exact=True).fill(date.today().isoformat())  # noqa: DTZ011 - the browser's own day
    points = [f"{item['title_de']}, {item['minutes']} Min." for item in meeting["agenda"]]
    page.get_by_label("Tagesordnung").fill("\n".join(points))
    press(page, "Anlegen")
    expect(page).to_have_url(re.compile("/vorbereiten"))
    page.goto(page.url.partition("/vorbereiten")[0])
    heading(page, meeting["title"]["de"])
    voting = next(item for item in meeting["agenda"] if item.get("polls"))
    for poll in meeting["polls"][:2]:
        page.get_by_label("Frage", exact=True).fill(poll["question"]["de"])
        page.locator("#art").select_option(poll["type"])
        if poll["type"] == "single":
            answers = [option["de"] for option in poll["options"] if not option.get("abstain")]
            page.locator("#antworten").fill("\n".join(answers))
        page.locator("#punkt").select_option(label=f"{voting['no']} {voting['title_de']}")
        press(page, "Hinzufügen")
        expect(page.locator("#fragen")).to_contain_text(poll["question"]["de"])
    page.get_by_label("Stimmkarten", exact=True).fill(str(CROWD))
    page.get_by_label("Gästekarten", exact=True).fill("0")
    page.get_by_label("Karten je Packen").fill(str(CROWD))
    with page.expect_download() as download:
        press(page, "PDF erzeugen")
    cards = cards_in(Path(download.value.path()).read_bytes())
    assert len(cards) == CROWD
    return cards


def run_evening(hall: Hall, meeting: Json, spaces: str, trees: str) -> None:
    """Open the doors, practise, ask two questions – the paper of the first comes late – and close."""
    stage, agenda = hall.stage, [item["title_de"] for item in meeting["agenda"]]
    for name, then in (("Ankündigen", "Einlass beginnen"), ("Einlass beginnen", "Versammlung eröffnen")):
        step_until(stage, name, stage.get_by_role("button", name=then))
    open_door(hall)
    step_until(stage, "Versammlung eröffnen", stage.locator("[aria-current=step]").filter(has_text=agenda[0]))
    practise(hall)
    next_point(hall, agenda[3])
    sheets = open_poll(hall, spaces, sheets=2)
    for card in hall.cards[2:]:
        exchange(hall, card)
    for phone in hall.phones:
        vote_again(phone, 1)
    close_poll(hall, "Stimmzettel sind ausgegeben")
    open_poll(hall, trees)
    for phone in hall.phones:
        vote_again(phone, 0)
    close_poll(hall, "Alle Stimmen sind da.")
    settle(hall, trees, votes=2)
    count_late(hall, spaces, sheets, [0, 1])
    settle(hall, spaces, votes=4)
    next_point(hall, agenda[-1])
    unfold(stage, "Versammlung schließen")
    step_until(stage, "Versammlung schließen", stage.get_by_role("link", name="Niederschrift schreiben"))


def write_minutes(hall: Hall) -> None:
    """Write two versions, sign the second by two people at their own screens, publish."""
    page = hall.stage
    expect(page.locator("form#text")).to_contain_text("Das war nur die Probe.")
    clean(page)
    page.get_by_label("Namen und Ämter").fill("Leitung: Jonas Weber.\n\nSchriftführung: Elif Yılmaz.")
    press(page, "Fassung speichern")
    expect(page.locator("#fassungen")).to_contain_text("Fassung 1")
    press(page, CHAIR)
    expect(page.locator("#unterschriften")).to_contain_text("Versammlungsleitung: Jonas Weber")
    page.locator("summary").filter(has_text="Abschnitt hinzufügen").click()
    page.get_by_label("Überschrift").last.fill("Ausblick")
    page.get_by_label("Text", exact=True).last.fill("Der Stadtrat berät im Mai.")
    press(page, "Fassung speichern")
    expect(page.locator("#fassungen")).to_contain_text("Fassung 2")
    press(page, CHAIR)
    expect(page.locator("#unterschriften")).to_contain_text("Versammlungsleitung: Jonas Weber")
    clean(page)
    hall.door.goto(page.url.partition("?")[0].partition("#")[0])
    press(hall.door, SECRETARY)
    expect(hall.door.locator("#unterschriften")).to_contain_text("Schriftführung: Elif Yılmaz")
    page.reload()
    press(page, "Niederschrift veröffentlichen")
    expect(page.locator("#unterschriften")).to_contain_text("Öffentlich seit")
    clean(page)


def read_minutes(visitor: Visitor, clerk: Page, question: str) -> Page:
    """Read the minutes as anybody, on the page and as the PDF that was published."""
    page = visitor.page()
    page.goto(clerk.get_by_role("link", name="Öffentliche Seite").get_attribute("href") or "")
    heading(page, "Niederschrift: Bürgerversammlung Innenstadt")
    said = page.locator("article")
    for text in ("Leitung: Jonas Weber.", "Ausblick", "Abgebrochen und nicht ausgezählt.", question):
        expect(said).to_contain_text(text)
    expect(said).to_contain_text("4 Stimmen: 4 gültig, 0 ungültig, 0 leer.")
    expect(said).to_contain_text("festgestellt, von zwei Personen unterschrieben")
    clean(page)
    for size, scheme in ((PHONE, "dark"), (PHONE, "light"), (DESKTOP, "dark")):
        other = visitor.page(size, color_scheme=scheme)
        other.goto(page.url)
        clean(other)
    pdf = page.request.get(page.get_by_role("link", name="Als PDF").get_attribute("href") or "").body()
    expect(page.locator("aside")).to_contain_text(hashlib.sha256(pdf).hexdigest())
    page.get_by_role("navigation", name="Sie sind hier").get_by_role("link").last.click()
    page.get_by_role("link", name="Niederschrift lesen").click()
    heading(page, "Niederschrift: Bürgerversammlung Innenstadt")
    return page


def find_in_log(page: Page, server: str) -> None:
    """Follow the minutes into the log, then check the whole log from outside."""
    digest = page.locator(".mm-min__sum").first.inner_text()
    link = page.get_by_role("link", name=re.compile("im Protokoll, Eintrag"))
    for _ in range(TRIES):
        try:
            expect(link).to_be_visible(timeout=3_000)
        except AssertionError:
            page.reload()
            continue
        break
    link.click()
    expect(page.locator("main")).to_contain_text("Niederschrift veröffentlicht")
    expect(page.locator("main")).to_contain_text(digest)
    command = [sys.executable, "-m", "backend.cli", "verify", server]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "Alles stimmt." in checked.stdout
