"""The kiosk in the foyer: a card before the camera, a code by hand, one vote, and nothing left behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import qrcode
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.journeys.conftest import KIOSK, QUIET, Visitor, chromium
from tests.journeys.pages import TRACKING, clean, fresh_cards, heading, phone_with, press

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
WIDTH, HEIGHT, FRAMES = 640, 480, 10
MODULE_PX = 8

Filmed = Callable[[str], Page]


@pytest.fixture
def filmed(playwright: Playwright, server: str, tmp_path: Path) -> Iterator[Filmed]:
    """A kiosk whose camera sees one card; every kiosk is a browser of its own."""
    browsers: list[Browser] = []
    visitors: list[Visitor] = []

    def start(card: str) -> Page:
        film = tmp_path / "card.y4m"
        film.write_bytes(film_of(f"{server}/s#{card}"))
        camera = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
        args = [*QUIET, *camera, f"--use-file-for-fake-video-capture={film}"]
        browsers.append(playwright.chromium.launch(executable_path=chromium(), args=args))
        visitors.append(Visitor(browsers[-1], server))
        return kiosk_of(visitors[-1], permissions=["camera"])

    yield start
    for browser in browsers:
        browser.close()
    assert [problem for each in visitors for problem in each.watch.problems] == []


def test_card_before_the_camera_votes_and_leaves_nothing(visitor: Visitor, filmed: Filmed) -> None:
    card = fresh_cards(visitor.page())[0]
    kiosk = filmed(card)
    clean(kiosk)
    press(kiosk, "Hier berühren")
    clean(kiosk)
    kiosk.get_by_role("link", name="Abstimmen").click()
    expect(kiosk.locator("#ballot .mm-option").first).to_be_visible(timeout=20_000)
    cast(kiosk)
    code = kiosk.locator("main .mm-ktrack").inner_text().strip()
    assert TRACKING.fullmatch(code)
    press(kiosk, "Fertig")
    heading(kiosk, "Guten Tag.")
    nothing_left(kiosk, card, code)

    phone = phone_with(visitor, card)
    heading(phone, "Mit dieser Karte wurde schon abgestimmt")
    expect(phone.locator("main")).to_contain_text("Kiosk")


def test_typed_code_votes_and_a_second_use_names_the_channel(visitor: Visitor) -> None:
    card = fresh_cards(visitor.page())[0]
    kiosk = kiosk_of(visitor)
    type_code(kiosk, card)
    expect(kiosk.locator("#ballot .mm-option").first).to_be_visible()
    cast(kiosk)
    press(kiosk, "Fertig")
    heading(kiosk, "Guten Tag.")
    type_code(kiosk, card)
    heading(kiosk, "Mit dieser Karte wurde schon abgestimmt")
    expect(kiosk.locator("main")).to_contain_text("Kiosk")
    clean(kiosk)


def test_unknown_code_is_explained_and_high_contrast_is_accessible(visitor: Visitor) -> None:
    kiosk = kiosk_of(visitor)
    press(kiosk, "Kontrast")
    type_code(kiosk, "0123-4567-89AB-C")
    expect(kiosk.locator("main [data-bad]")).to_be_visible()
    clean(kiosk)


def kiosk_of(visitor: Visitor, **options: object) -> Page:
    """Stand before a kiosk that has set itself up."""
    page = visitor.page(KIOSK, **options)
    page.goto("/kiosk")
    heading(page, "Guten Tag.")
    return page


def type_code(page: Page, card: str) -> None:
    """Go to the keypad and type a card's code."""
    press(page, "Hier berühren")
    page.get_by_role("link", name="Abstimmen").click()
    press(page, "Code tippen")
    heading(page, "Tippen Sie den Code von Ihrer Karte")
    for sign in card.replace("-", ""):
        page.locator(f"main [data-key='{sign}']").click()
    page.locator(".mm-k__act").get_by_role("button", name="Weiter").click()


def cast(page: Page) -> None:
    """Choose the first answer, check and cast it."""
    clean(page)
    page.locator("#ballot .mm-option").first.click()
    press(page, "Weiter: prüfen")
    heading(page, "Stimmt das so?")
    clean(page)
    press(page, "Stimme jetzt abgeben")
    heading(page, "Ihre Stimme ist angekommen")
    clean(page)


def nothing_left(page: Page, *secrets: str) -> None:
    """Neither page nor storage knows the last person any more."""
    kept = page.evaluate("""async () => {
        const rows = [document.body.innerText, JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
        for (const { name } of await indexedDB.databases()) {
            const db = await new Promise((done) => { indexedDB.open(name).onsuccess = (e) => done(e.target.result); });
            for (const store of db.objectStoreNames) {
                const all = db.transaction(store).objectStore(store).getAll();
                rows.push(JSON.stringify(await new Promise((done) => { all.onsuccess = () => done(all.result); })));
            }
            db.close();
        }
        return rows.join(" ");
    }""")
    for secret in secrets:
        assert secret not in kept
        assert secret.replace("-", "") not in kept


def film_of(text: str) -> bytes:
    """Film a printed QR code: a still picture in the format Chromium's pretended camera reads."""
    code = qrcode.QRCode(box_size=1, border=4)
    code.add_data(text)
    dots = np.kron(~np.array(code.get_matrix(), dtype=bool), np.ones((MODULE_PX, MODULE_PX), dtype=bool))
    picture = np.full((HEIGHT, WIDTH), 200, dtype=np.uint8)
    top, left = (HEIGHT - dots.shape[0]) // 2, (WIDTH - dots.shape[1]) // 2
    picture[top : top + dots.shape[0], left : left + dots.shape[1]] = np.where(dots, 235, 16)
    frame = b"FRAME\n" + picture.tobytes() + bytes([128]) * (WIDTH * HEIGHT // 2)
    return f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420mpeg2\n".encode() + frame * FRAMES
