"""Citizens' pages without JavaScript: read, write, get a receipt, look it up, take it back, report."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from xml.etree.ElementTree import fromstring

import httpx
import pytest
from icalendar import Calendar

from backend.consultations.actions.moderate import moderate
from backend.consultations.actions.submit_contribution import submit_contribution
from backend.consultations.drafts import ModerationOrder, NewContribution
from backend.consultations.types import ModerationMode, Outcome
from backend.kit.clock import FixedClock
from backend.runtime import Runtime
from tests.integration.consultation_setup import KATRIN, Town, add_town

PAGE = "/auenfurt/b/marktplatz"
HERE = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html", "Accept-Language": "de"}


@pytest.fixture
async def town(rt: Runtime) -> Town:
    """A town with an open consultation that is read afterwards."""
    async with rt.work.write() as uow:
        return await add_town(uow, moderation=ModerationMode.POST)


async def get(client: httpx.AsyncClient, path: str) -> httpx.Response:
    return await client.get(path, headers=HERE)


async def post(client: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    return await client.post(path, data=fields, headers=HERE)


def code_of(page: httpx.Response) -> str:
    found = re.search(r'mm-beleg__code">([0-9A-Z-]+)<', page.text)
    assert found, page.text
    return found.group(1)


async def say(rt: Runtime, town: Town, text: str) -> str:
    async with rt.work.write() as uow:
        return (await submit_contribution(uow, town.consultation_id, new=NewContribution(text=text))).ref


async def test_first_pages_show_what_is_open(client: httpx.AsyncClient, town: Town) -> None:
    for path in ("/", "/auenfurt/", "/auenfurt"):
        answer = await get(client, path)
        assert answer.status_code == 200
        assert "Umgestaltung des Marktplatzes" in answer.text


async def test_page_has_the_form_before_the_thread(client: httpx.AsyncClient, rt: Runtime, town: Town) -> None:
    await say(rt, town, "Mehr Bäume bitte.")
    text = (await get(client, PAGE)).text
    assert text.index('id="beitrag"') < text.index('id="lesen"') < text.index("Mehr Bäume bitte.")
    assert "Der Stadtbrunnen bleibt." in text
    assert "noch 3 Tage" in text


async def test_contribute_without_javascript_gives_a_receipt_that_opens_it(
    client: httpx.AsyncClient, town: Town
) -> None:
    accepted = await post(client, f"{PAGE}/beitraege", text="Eine Bank am Brunnen.", name="Eva", _key="a" * 26)
    assert accepted.status_code == 201
    assert accepted.headers["cache-control"] == "no-store"
    code = code_of(accepted)
    again = await post(client, f"{PAGE}/beitraege", text="Eine Bank am Brunnen.", name="Eva", _key="a" * 26)
    assert code_of(again) == code
    own = await post(client, "/spur", code=code.lower().replace("-", " "))
    assert "Eine Bank am Brunnen." in own.text
    assert "Ihr Beitrag ist öffentlich." in own.text
    assert (await get(client, PAGE)).text.count("Eine Bank am Brunnen.") == 1


async def test_contribute_empty_explains_and_keeps_what_was_typed(client: httpx.AsyncClient, town: Town) -> None:
    answer = await post(client, f"{PAGE}/beitraege", text="  ", name="Eva")
    assert answer.status_code == 422
    assert 'value="Eva"' in answer.text
    assert 'href="#text"' in answer.text
    assert f'href="{PAGE}?lang=en"' in answer.text  # the form's own address cannot be opened


async def test_contribute_shows_similar_ones_first_when_asked(
    client: httpx.AsyncClient, rt: Runtime, town: Town
) -> None:
    await say(rt, town, "Es fehlt eine öffentliche Toilette.")
    answer = await post(client, f"{PAGE}/beitraege", text="Eine Toilette fehlt hier.", _schritt="aehnlich")
    assert answer.status_code == 200
    assert "Das klingt ähnlich" in answer.text
    piece = await get(client, f"{PAGE}/aehnlich?text=öffentliche+Toilette")
    assert "MP27-001" in piece.text


async def test_contribute_from_another_site_is_refused(client: httpx.AsyncClient, town: Town) -> None:
    answer = await client.post(f"{PAGE}/beitraege", data={"text": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


async def test_page_after_the_phase_has_no_form(
    client: httpx.AsyncClient, rt: Runtime, clock: FixedClock, town: Town
) -> None:
    await say(rt, town, "Mehr Bäume bitte.")
    clock.set(datetime(2027, 3, 20, 12, tzinfo=UTC))
    text = (await get(client, PAGE)).text
    assert 'id="beitrag"' not in text
    assert "Mehr Bäume bitte." in text
    refused = await post(client, f"{PAGE}/beitraege", text="Zu spät")
    assert refused.status_code == 409
    assert "Das Beitragen ist gerade nicht offen" in refused.text


async def test_markup_in_a_contribution_is_shown_not_run(client: httpx.AsyncClient, rt: Runtime, town: Town) -> None:
    await say(rt, town, "<script>alert(1)</script> & <b>fett</b>")
    text = (await get(client, PAGE)).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;fett" in text


async def test_redacted_and_rejected_have_their_own_wording(client: httpx.AsyncClient, rt: Runtime, town: Town) -> None:
    redacted = await say(rt, town, "Ein Platz. Tel. 0931 0000000")
    rejected = await say(rt, town, "Sie Idiot!")
    async with rt.work.write() as uow:
        order = ModerationOrder(Outcome.REDACT, 5, "Telefonnummer.", "Ein Platz. [Telefonnummer entfernt]")
        await moderate(uow, redacted, order=order, by=KATRIN)
        await moderate(uow, rejected, order=ModerationOrder(Outcome.REJECT, 3, "Beleidigung."), by=KATRIN)
    text = (await get(client, PAGE)).text
    assert '<span class="mm-redact">Telefonnummer entfernt</span>' in text
    assert "Nicht veröffentlicht" in text
    for secret in ("0000000", "Idiot", "Beleidigung."):
        assert secret not in text


async def test_search_topic_and_order_narrow_the_thread(client: httpx.AsyncClient, rt: Runtime, town: Town) -> None:
    await say(rt, town, "Große Bäume.")
    await say(rt, town, "Ein Wasserspiel.")
    found = (await get(client, f"{PAGE}?suche=GROSSE&ordnung=newest")).text
    assert "Große Bäume." in found
    assert "Ein Wasserspiel." not in found
    nothing = (await get(client, f"{PAGE}?suche=Rakete")).text
    assert "Dazu haben wir nichts gefunden." in nothing
    assert (await get(client, f"{PAGE}?ordnung=quatsch&seite=-3&thema=nix")).status_code == 200


async def test_support_is_one_per_browser_and_can_be_taken_back(
    client: httpx.AsyncClient, rt: Runtime, town: Town
) -> None:
    ref = await say(rt, town, "Mehr Bäume bitte.")
    path = f"{PAGE}/{ref}/unterstuetzen"
    first = await post(client, path, wahl="unterstuetzen", zurueck=f"{PAGE}#{ref}")
    assert (first.status_code, first.headers["location"]) == (303, f"{PAGE}#{ref}")
    await post(client, path, wahl="unterstuetzen", zurueck="https://example.org/")
    assert 'aria-pressed="true"' in (await get(client, PAGE)).text
    away = await post(client, path, wahl="zuruecknehmen", zurueck="//example.org")
    assert away.headers["location"] == PAGE
    assert 'aria-pressed="true"' not in (await get(client, PAGE)).text


async def test_reply_appears_below_its_contribution(client: httpx.AsyncClient, rt: Runtime, town: Town) -> None:
    ref = await say(rt, town, "Mehr Bäume bitte.")
    assert "Ihre Antwort auf" in (await get(client, f"{PAGE}/{ref}/antworten")).text
    await post(client, f"{PAGE}/beitraege", text="Aber keine Linden.", antwort_auf=ref)
    text = (await get(client, PAGE)).text
    assert text.index("Mehr Bäume bitte.") < text.index("Aber keine Linden.")


async def test_notice_gives_a_code_that_shows_the_answer(client: httpx.AsyncClient, rt: Runtime, town: Town) -> None:
    ref = await say(rt, town, "Kaufen Sie Bänke!")
    assert (await post(client, f"{PAGE}/{ref}/melden", text="?")).status_code == 422
    noticed = await post(client, f"{PAGE}/{ref}/melden", grund="advertising", text="Werbung")
    own = await post(client, "/spur", code=code_of(noticed))
    assert f"Meine Meldung zu {ref}" in own.text


async def test_receipt_withdraw_erase_export_and_complain(client: httpx.AsyncClient, rt: Runtime, town: Town) -> None:
    accepted = await post(client, f"{PAGE}/beitraege", text="Geheimes Wort Zitronenfalter.")
    code, ref = code_of(accepted), "MP27-001"
    async with rt.work.write() as uow:
        await moderate(uow, ref, order=ModerationOrder(Outcome.REJECT, 1, "Nicht zum Thema."), by=KATRIN)
    assert "Eine andere Person prüft sie." in (await post(client, "/spur/beschwerde", code=code, text="Doch!")).text
    export = await post(client, "/spur/daten", code=code)
    assert export.headers["content-disposition"] == f'attachment; filename="{ref}.json"'
    assert export.json()["decisions"][0]["complaint"] == "Doch!"
    assert "zurückgezogen" in (await post(client, "/spur/zurueckziehen", code=code)).text
    await rt.log.flush()
    assert "Bitte bestätigen Sie" in (await post(client, "/spur/loeschen", code=code)).text
    gone = await post(client, "/spur/loeschen", code=code, sicher="1")
    assert "ist gelöscht" in gone.text
    assert "Zitronenfalter" not in gone.text


@pytest.mark.parametrize("code", ["", "B4TN-7WQX-2", "0000-0000-0000-0000-0", "<script>"])
async def test_receipt_that_is_none_says_what_to_check(client: httpx.AsyncClient, town: Town, code: str) -> None:
    answer = await post(client, "/spur", code=code)
    assert answer.status_code == 422
    assert "<script>" not in answer.text.split("<main")[1]


async def test_feeds_and_calendar_are_well_formed(client: httpx.AsyncClient, rt: Runtime, town: Town) -> None:
    ref = await say(rt, town, "Mehr Bäume & Bänke < Autos")
    feeds = [(await client.get(path)).text for path in ("/feed.atom", "/auenfurt/feed.atom", f"{PAGE}/feed.atom")]
    assert all(fromstring(feed).tag.endswith("feed") for feed in feeds)  # noqa: S314 - our own answer
    assert f"Beitrag {ref}" in feeds[-1]
    items = (await client.get("/feed.json")).json()["items"]
    assert items[0]["url"].endswith(PAGE)
    for path in ("/calendar.ics", "/auenfurt/kalender.ics", f"{PAGE}/kalender.ics"):
        content = Calendar.from_ical((await client.get(path)).text)
        assert "Abwägen" in str(content.walk("VEVENT")[0]["summary"])


@pytest.mark.parametrize("path", ["/auenfurt/regeln", "/spur", "/spur/email/abc.def"])
async def test_other_pages_answer(client: httpx.AsyncClient, town: Town, path: str) -> None:
    assert (await get(client, path)).status_code == 200


@pytest.mark.parametrize(
    "path", ["/nirgendwo/", "/auenfurt/b/nix", f"{PAGE}/MP27-999/antworten", f"{PAGE}/MP27-999/melden"]
)
async def test_unknown_pages_are_not_found(client: httpx.AsyncClient, town: Town, path: str) -> None:
    assert (await get(client, path)).status_code == 404
