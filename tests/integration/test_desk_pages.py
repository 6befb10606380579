"""The pages of the paper desk in a browser's hands: forms, refusals, what is shown to whom."""

from __future__ import annotations

import re

import httpx
import pytest

from backend.accounts.actions import sign_in
from backend.paper.codes import sheet_key
from backend.paper.types import BatchState, SheetVariant
from backend.runtime import Runtime
from backend.web.sign_in import cookie_name
from printables.sheet_code import SheetCode, encode
from tests.factories import PASSWORD, TO_SEALED, move_poll
from tests.integration.paper_setup import PaperHall, make_paper_hall

pytestmark = pytest.mark.timeout(120)


class Browser:
    """A signed-in person who reads pages and sends their forms."""

    def __init__(self, town: PaperHall, http: httpx.AsyncClient) -> None:
        self.town, self.http = town, http
        self.base = f"/verwaltung/{town.hall.org_slug}/tisch/{town.hall.meeting_id}"
        self.cookies: dict[str, str] = {}
        self.who = "roth"

    async def enter(self, who: str) -> None:
        """Sit down at the desk as somebody."""
        self.who = who
        if who not in self.cookies:
            async with self.town.rt.work.write() as uow:
                self.cookies[who] = await sign_in(uow, name=f"{who}-auenfurt", password=PASSWORD)

    async def get(self, path: str = "", *, status: int = 200) -> str:
        """Open a page of the desk."""
        answer = await self._send("GET", path)
        assert answer.status_code == status, answer.text[:2_000]
        return answer.text

    async def upload(self, path: str, *files: bytes) -> httpx.Response:
        """Send files as the form of a page does, and follow to the next page."""
        uploads = [("files", (f"{number}.pdf", content)) for number, content in enumerate(files)]
        return await self._send("POST", path, data={"_csrf": await self._token()}, files=uploads)

    async def post(self, path: str, **fields: object) -> httpx.Response:
        """Send a form with the token of the page, and follow to the next page."""
        return await self._send("POST", path, data={"_csrf": await self._token(), **fields})

    async def _token(self) -> str:
        page = await self.get()
        token = re.search(r'name="_csrf" value="([0-9a-f]+)"', page)
        assert token is not None
        return token.group(1)

    async def _send(self, method: str, path: str, **more: object) -> httpx.Response:
        await self.enter(self.who)
        url = path if path.startswith("/verwaltung") else self.base + path
        cookies = {"Cookie": f"{cookie_name(self.town.rt.settings)}={self.cookies[self.who]}"}
        headers = cookies | {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
        answer = await self.http.request(method, url, headers=headers, **more)  # type: ignore[arg-type]
        if answer.is_redirect:
            return await self._send("GET", answer.headers["location"])
        return answer


@pytest.fixture
async def browser(rt: Runtime, client: httpx.AsyncClient) -> Browser:
    return Browser(await make_paper_hall(rt), client)


async def test_door_counts_cards_and_exchanges_them(browser: Browser) -> None:
    await browser.enter("door")
    counted = (await browser.post("/einlass", kind="voting")).text
    assert re.search(r"<dt>Stimmkarten</dt><dd>1</dd>", counted)
    assert "Rückgängig" in counted
    undone = (await browser.post("/einlass", kind="voting", by="-1")).text
    assert re.search(r"<dt>Stimmkarten</dt><dd>0</dd>", undone)

    card = browser.town.hall.cards[0]
    shown = await browser.post("/karte", card=card)
    assert "Gültige Stimmkarte" in shown.text
    assert shown.headers["refresh"].startswith("30;")
    assert card not in str(shown.url)
    issued = (await browser.post("/ausgeben", card=card, poll=browser.town.poll.id)).text
    assert "Zettel für Frage 1 ausgegeben" in issued
    assert "kein Tausch" in issued
    again = (await browser.post("/ausgeben", card=card, poll=browser.town.poll.id)).text
    assert "schon abgestimmt" in again
    assert "Diese Karte kennen wir nicht" in (await browser.post("/karte", card="K7Q2-9WDM-X4TR-5")).text
    assert "abstimmen nein" in (await browser.post("/karte", card=browser.town.hall.guests[0])).text


async def test_door_exchanges_and_takes_back_sheets(browser: Browser) -> None:
    town = browser.town
    run = await town.print(2)
    layout = int(str(run.layout["layout"]))
    key = sheet_key(town.rt.keyring, town.poll.id)
    texts = [encode(SheetCode(town.poll.sheet_code, layout, serial), key) for serial in run.serials]
    card = town.hall.cards[0]
    await town.issue(card)
    await browser.enter("door")
    assert "Zettel entwertet" in (await browser.post("/verdorben", sheet=texts[0])).text
    assert "gilt nicht mehr" in (await browser.post("/verdorben", sheet=texts[0])).text
    assert "wieder frei" in (await browser.post("/zurueck", sheet=texts[1], card=card)).text
    assert "kein Stimmzettel" in (await browser.post("/verdorben", sheet="hallo")).text
    assert "scannen Sie das Muster" in (await browser.post("/zurueck", sheet="", card=card)).text


async def test_packs_are_opened_and_rests_voided(browser: Browser) -> None:
    await browser.enter("door")
    assert "Packen öffnen" in await browser.get("/packen")
    opened = await browser.post(f"/packen/{browser.town.hall.packs[0]}/oeffnen")
    assert "schon geöffnet" in opened.text
    codes = "\n".join(browser.town.hall.cards[-2:])
    assert "2 Karten entwertet" in (await browser.post("/packen/entwerten", codes=codes)).text
    assert "kennen wir nicht" in (await browser.post("/packen/entwerten", codes="K7Q2-9WDM-X4TR-5")).text


@pytest.mark.needs("pango")
async def test_sheets_are_printed_and_leftovers_counted(browser: Browser) -> None:
    poll = browser.town.poll.id
    printed = await browser.post(f"/fragen/{poll}/drucken", count="3", variant="large", language="en")
    assert printed.headers["content-type"] == "application/pdf"
    assert printed.content.startswith(b"%PDF")
    assert "Vorrat für Frage 1 notiert" in (await browser.post(f"/fragen/{poll}/reste", stock="3", missing="0")).text
    assert re.search(r"<dt>gedruckt</dt><dd>3</dd>", await browser.get("/zettel"))
    assert "Zettel drucken" in (await browser.post(f"/fragen/{poll}/drucken", count="0")).text


async def test_sheets_without_pango_are_refused_in_words_and_not_booked(browser: Browser, no_pango: None) -> None:
    poll = browser.town.poll.id
    refused = await browser.post(f"/fragen/{poll}/drucken", count="3", variant="large", language="de")
    assert refused.status_code == 200
    assert "fehlt die Bibliothek Pango" in refused.text
    assert re.search(r"<dt>gedruckt</dt><dd>0</dd>", refused.text)


async def test_stack_from_upload_to_closing(browser: Browser) -> None:
    town, poll = browser.town, browser.town.poll.id
    assert "Scan hochladen" in await browser.get("/stapel")
    run = await town.print(3)
    scan = [town.scan(run, [["a"], ["b"]]), town.correction(run, page=2)]
    reading = await browser.upload(f"/fragen/{poll}/scans", *scan)
    assert reading.status_code == 200
    await town.rt.paper.settle()
    stack = await browser.get("/stapel")
    assert "3 Blätter gelesen" in stack
    assert "1 Blatt prüfen" in stack
    path = re.search(r'href="([^"]+/blatt/3)"', stack)
    assert path is not None

    sheet = await browser.get("/pruefen")
    assert "Was ist gemeint?" in sheet
    assert "ausgemalt" in sheet
    noted = await browser.post(path.group(1), decision='["b"]', note="A ist gestrichen")
    assert "wartet noch auf eine andere Person" in noted.text
    await browser.enter("weber")
    assert "entschieden, verdeckt" in await browser.get(path.group(1))
    await browser.post(path.group(1), decision='{"invalid":true}')
    await browser.enter("keller")
    conflict = await browser.get("/pruefen")
    assert "Dritte Person" in conflict
    assert "B · 8 Kurzzeit-Stellplätze" in conflict
    assert "A ist gestrichen" in conflict
    assert "ist entschieden" in (await browser.post(path.group(1), decision='["b"]', note="klar")).text
    assert "Kein Blatt wartet" in await browser.get("/pruefen")


async def test_stack_is_closed_by_two_when_it_adds_up(browser: Browser) -> None:
    town = browser.town
    await town.upload(town.scan(await town.print(3), [["a"], ["b"], []]))
    stack = await browser.get("/stapel")
    close = re.search(r'/stapel/([^"/]+)/schliessen', stack)
    assert close is not None
    batch = close.group(1)
    mismatch = await browser.get(f"/stapel/{batch}?gezaehlt=4")
    assert "Kleben zwei Blätter aneinander?" in mismatch
    assert 'aria-disabled="true"' in mismatch
    refused = await browser.post(f"/stapel/{batch}/schliessen", hand_count="4")
    assert (refused.status_code, "stimmen nicht überein" in refused.text) == (422, True)
    first = await browser.post(f"/stapel/{batch}/schliessen", hand_count="3")
    assert "Zweite Person" in first.text
    wrong = await browser.post(
        f"/stapel/{batch}/schliessen", hand_count="3", beside="true", name="weber-auenfurt", password="falsch"
    )
    assert "Name oder Passwort stimmt nicht" in wrong.text
    same = await browser.post(
        f"/stapel/{batch}/schliessen", hand_count="3", beside="true", name="roth-auenfurt", password=PASSWORD
    )
    assert "andere Person" in same.text
    done = await browser.post(
        f"/stapel/{batch}/schliessen", hand_count="3", beside="true", name="weber-auenfurt", password=PASSWORD
    )
    assert "Stapel geschlossen" in done.text
    assert (await town.batch(batch)).state is BatchState.CONFIRMED


async def test_bad_scan_is_thrown_away_with_a_reason(browser: Browser) -> None:
    town = browser.town
    batch = await town.upload(town.scan(await town.print(1), [["a"]]))
    assert "kurz, warum" in (await browser.post(f"/stapel/{batch.id}/verwerfen", reason="  ")).text
    gone = await browser.post(f"/stapel/{batch.id}/verwerfen", reason="Zwei Blätter klebten.")
    assert "Scan verworfen" in gone.text
    garbage = await browser.upload(f"/fragen/{town.poll.id}/scans", b"kein Bild")
    await town.rt.paper.settle()
    assert "kein PDF und kein Bild" in await browser.get(str(garbage.url.path))
    assert "mindestens eine Datei" in (await browser.upload(f"/fragen/{town.poll.id}/scans")).text


async def test_stack_without_scanner(browser: Browser) -> None:
    begun = await browser.post(f"/fragen/{browser.town.poll.id}/ohne-scanner", sheets="2")
    assert "Blatt 2" in begun.text
    path = str(begun.url.path)
    assert "jede Zeile" in (await browser.post(path, sheet=['["a"]'])).text
    assert "gespeichert" in (await browser.post(path, sheet=['["a"]', "[]"])).text
    assert "zweite Person" in await browser.get(path)
    await browser.enter("weber")
    await browser.post(path, sheet=['["a"]', "[]"])
    close = path.replace("/eingabe", "/schliessen")
    refused = await browser.post(close, hand_count="2")
    assert "kann ihn nicht bestätigen" in refused.text
    await browser.enter("keller")
    assert "Stapel geschlossen" in (await browser.post(close, hand_count="2")).text


async def test_count_record_is_shown_printed_and_signed_by_two(browser: Browser) -> None:
    town = browser.town
    run = await town.print(3)
    await town.issue(*town.hall.cards[:2])
    stuck = await town.upload(town.scan(run, [["a"]], seed=2))
    await browser.post(f"/stapel/{stuck.id}/verwerfen", reason="Zwei Blätter klebten.")
    sample = await town.print(1, SheetVariant.TEST)
    batch = await town.upload(town.scan(run, [["a"], ["b"]]), town.scan(sample, [["a"]]))
    await town.confirm(batch.id, 3)
    assert "noch nicht versiegelt" in await browser.get("/protokoll")
    await browser.get(f"/fragen/{town.poll.id}/protokoll", status=404)
    await move_poll(town.rt, await town.refreshed(), *TO_SEALED)
    shown = await browser.get(f"/fragen/{town.poll.id}/protokoll")
    assert "A · Keine, außer 2 Behinderten-Stellplätzen" in shown
    assert "Zwei Blätter klebten." in shown
    assert "1 Blatt abgewiesen:" in shown
    assert "Warum gilt das Ergebnis trotz des Unterschieds?" in shown  # nobody counted the stock
    assert "Bitte schreiben Sie, warum" in (await browser.post(f"/fragen/{town.poll.id}/unterschrift")).text
    reason = "Der Vorrat wurde nicht gezählt."
    signed = await browser.post(f"/fragen/{town.poll.id}/unterschrift", reason=reason)
    assert "hat unterschrieben" in signed.text
    second: dict[str, object] = {
        "beside": "true",
        "name": "weber-auenfurt",
        "password": PASSWORD,
        "reason": reason,
    }
    assert "festgestellt" in (await browser.post(f"/fragen/{town.poll.id}/unterschrift", **second)).text
    pdf = await browser._send("GET", f"/fragen/{town.poll.id}/protokoll.pdf")
    assert pdf.content.startswith(b"%PDF")


async def test_other_meetings_and_missing_rights_are_closed(browser: Browser, rt: Runtime) -> None:
    other = await make_paper_hall(rt, slug="moosbach")
    batch = await other.upload(other.scan(await other.print(1), [["a"]]))
    await browser.get(f"/stapel/{batch.id}", status=403)
    await browser.get(f"/verwaltung/auenfurt/tisch/{other.hall.meeting_id}", status=403)
    await browser.enter("door")
    assert "Stapel scannen" not in await browser.get()
    await browser.get("/stapel", status=403)
