"""What host, door, paper desk and phones do on an evening, by clicking; used by the journey through a whole evening.

Nothing here sleeps: a step is repeated until the page says that it was done.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from printables.layout import from_json
from printables.simulate import fill_in, scan_file
from tests.journeys.conftest import Visitor
from tests.journeys.pages import heading, phone_with, press, vote
from tests.journeys.test_stage import TRIES, carry_out
from tests.unit.printables.reading import page_count, qr_texts

Json = dict[str, Any]
DPI = 200


@dataclass
class Hall:
    """The places of one evening, each with its person."""

    visitor: Visitor
    stage: Page
    door: Page
    second: Page
    desk: str
    cards: list[str]
    phones: list[Page] = field(default_factory=list)


def cards_in(pdf: bytes) -> list[str]:
    """Return the codes a printer would put on cards."""
    found = [text.partition("#")[2] for page in range(page_count(pdf)) for text in qr_texts(pdf, page)]
    return sorted(set(found))


def open_door(hall: Hall) -> None:
    """Open the pack, hand every card out, count the people."""
    hall.door.goto(f"{hall.desk}/packen")
    press(hall.door, "Öffnen Packen 1")
    expect(hall.door.locator("main")).to_contain_text("Packen geöffnet")
    hall.door.goto(hall.desk)
    given = hall.door.locator(".mm-count dd").first
    for number, _ in enumerate(hall.cards, start=1):
        hall.door.locator("button[name=kind][value=voting]").click()
        expect(given).to_have_text(str(number))
    unfold(hall.stage, "Personen zählen")
    hall.stage.locator("#personen-zahl").fill(str(len(hall.cards) + 2))
    press(hall.stage, "Notieren")
    expect(hall.stage.locator("#saal")).to_contain_text(f"{len(hall.cards) + 2} Personen gezählt")


def step_until(page: Page, name: str | re.Pattern[str], then: Locator) -> None:
    """Press a button until something else stands there."""
    button = page.get_by_role("button", name=name)
    for _ in range(TRIES):
        if button.count() and button.first.is_enabled():
            button.first.click()
        try:
            expect(then.first).to_be_visible(timeout=3_000)
        except AssertionError:
            continue
        return
    pytest.fail(f"{name} led nowhere")


def next_point(hall: Hall, title: str) -> None:
    """Go on with the agenda until a point is active."""
    active = hall.stage.locator("[aria-current=step]").filter(has_text=title)
    while not active.count():
        number = hall.stage.locator("[aria-current=step] .mm-agenda__n").inner_text()
        following = hall.stage.locator("[aria-current=step] .mm-agenda__n").filter(has_text=str(int(number) + 1))
        step_until(hall.stage, re.compile("^Weiter zu Punkt"), following)


def practise(hall: Hall) -> None:
    """Ask something on the spot that does not count, let the phones answer, break off."""
    unfold(hall.stage, "Neue Frage stellen")
    hall.stage.locator("#saal #text").fill("Probe: Mögen Sie Vanilleeis?")
    press(hall.stage, "Bereit machen und zeigen")
    carry_out(hall.stage, "Öffnen", "sieht vor dem Ende niemand")
    for card in hall.cards[:2]:
        phone = phone_with(hall.visitor, card)
        vote(phone)
        hall.phones.append(phone)
    unfold(hall.stage, re.compile("^Abbrechen"))
    hall.stage.locator("#grund-abbrechen").fill("Das war nur die Probe.")
    press(hall.stage, "Abstimmung abbrechen")
    expect(hall.stage.locator("#warum")).to_contain_text("Diese Abstimmung ist beendet.")


def choose(hall: Hall, question: str) -> None:
    """Put a prepared question into the middle of the console."""
    hall.stage.locator(".mm-polls a").filter(has_text=question[:30]).click()
    expect(hall.stage.locator("#h-poll")).to_have_text(question)


def open_poll(hall: Hall, question: str, *, sheets: int = 0) -> bytes:
    """Make a question ready, print its sheets, open it; return the printed sheets."""
    choose(hall, question)
    carry_out(hall.stage, "Bereit machen", "Mit dem Öffnen steht fest, wer abstimmen kann.")
    pdf = print_sheets(hall, question, sheets) if sheets else b""
    carry_out(hall.stage, "Öffnen", "sieht vor dem Ende niemand")
    return pdf


def print_sheets(hall: Hall, question: str, sheets: int) -> bytes:
    """Print paper ballots at the desk."""
    hall.door.goto(f"{hall.desk}/zettel")
    row = hall.door.locator("section").filter(has_text=question)
    row.get_by_label("Zettel drucken, Anzahl").fill(str(sheets))
    with hall.door.expect_download() as download:
        press(row, "PDF laden")
    return Path(download.value.path()).read_bytes()


def exchange(hall: Hall, card: str) -> None:
    """Exchange a card for the sheet of the open question."""
    hall.door.goto(hall.desk)
    hall.door.get_by_label("Karte scannen oder Code eintippen").fill(card)
    press(hall.door, "Prüfen")
    hall.door.get_by_role("button", name=re.compile("^Stimmzettel ausgeben")).click()
    expect(hall.door.locator(".mm-perq")).to_contain_text("Zettel ist ausgegeben")


def close_poll(hall: Hall, then: str) -> None:
    """Announce the last call and close."""
    carry_out(hall.stage, "Letzter Aufruf, 60 Sekunden", "Letzter Aufruf, noch")
    carry_out(hall.stage, "Schließen", then)


def count_late(hall: Hall, question: str, pdf: bytes, marks: list[int]) -> None:
    """Mark one circle on each sheet, scan them, confirm by two, count what is left over."""
    poll = hall.stage.locator(".mm-polls a").filter(has_text=question[:30]).get_attribute("href") or ""
    poll_id = re.search(r"frage=([^#&]+)", poll)
    assert poll_id is not None
    layouts = hall.door.request.get(f"/api/v1/polls/{poll_id[1]}/layouts").json()["items"]
    rng, layout = np.random.default_rng(1), from_json(layouts[0])
    pages = [
        fill_in(pdf, layout, [layout.circles[mark].choice], rng=rng, page=number, dpi=DPI)
        for number, mark in enumerate(marks)
    ]
    hall.door.goto(f"{hall.desk}/stapel/neu?frage={poll_id[1]}")
    scan = {"name": "scan.pdf", "mimeType": "application/pdf", "buffer": scan_file(pages, dpi=DPI)}
    hall.door.locator("#scans").set_input_files(scan)  # type: ignore[arg-type]  # a file as a plain dict
    press(hall.door, "Hochladen und lesen")
    read = hall.door.get_by_role("heading", name=f"{len(marks)} Blätter gelesen")
    expect(read).to_be_visible(timeout=60_000)
    stack = hall.door.url.partition("?")[0]
    for person, button in ((hall.door, "Bestätigen"), (hall.second, "Als zweite Person bestätigen")):
        person.goto(f"{stack}/schliessen?gezaehlt={len(marks)}")
        press(person, button)
        person.wait_for_load_state()
    expect(hall.second.locator("main")).to_contain_text("Stapel geschlossen", timeout=20_000)
    hall.door.goto(f"{hall.desk}/zettel")
    row = hall.door.locator("section").filter(has_text=question)
    row.get_by_label("Vorrat gezählt").fill("0")
    press(row, "Eintragen")
    expect(hall.door.locator("main")).to_contain_text("notiert")


def settle(hall: Hall, question: str, *, votes: int) -> None:
    """Seal, let two people sign, show and publish."""
    choose(hall, question)
    carry_out(hall.stage, "Versiegeln und auszählen", f"{votes} gültige Stimmen")
    press(hall.stage, "Unterschreiben")
    expect(hall.stage.locator(".mm-count-s")).to_contain_text("Eine zweite Person fehlt.")
    hall.door.goto(hall.stage.get_by_role("link", name="Zählprotokoll").get_attribute("href") or "")
    press(hall.door, "Ergebnis feststellen")
    expect(hall.door.locator(".mm-sign--done")).to_have_count(2)
    carry_out(hall.stage, "Ergebnis zeigen", "Mit dem Veröffentlichen kann jede Person nachzählen.")
    carry_out(hall.stage, "Veröffentlichen", "Diese Abstimmung ist fertig.")


def vote_again(phone: Page, option: int) -> None:
    """Answer the question that opened now on a phone that answered one before."""
    expect(phone.locator("#ballot .mm-option").first).to_be_visible(timeout=20_000)
    vote(phone, option)
    heading(phone, "Ihre Stimme ist angekommen")


def unfold(page: Page, name: str | re.Pattern[str]) -> None:
    """Open what is folded away."""
    page.locator("summary").filter(has_text=name).first.click()
