"""The office's pages for moderation and intake: who sees what, and what a click does."""

from __future__ import annotations

import re

import httpx
import pytest
from sqlalchemy import select

from backend.accounts.actions import start_session
from backend.consultations.actions.complain import complain, give_notice
from backend.consultations.actions.moderate import moderate
from backend.consultations.actions.submit_contribution import submit_contribution
from backend.consultations.drafts import Accepted, ModerationOrder, NewContribution
from backend.consultations.lookups import contribution_row
from backend.consultations.models import ComplaintRow, NoticeRow, OriginalViewRow
from backend.consultations.types import NoticeReason, Outcome
from backend.runtime import Runtime
from backend.web.sign_in import cookie_name
from tests.integration.consultation_setup import JONAS, KATRIN, MENTOR, Town, add_town

QUEUE, INTAKE = "/verwaltung/auenfurt/moderation", "/verwaltung/auenfurt/eingang"
FLAGGED = "Rufen Sie mich an: 0931 0000000."


@pytest.fixture
async def town(rt: Runtime) -> Town:
    """A town with an open consultation that is read first."""
    async with rt.work.write() as uow:
        return await add_town(uow)


class Desk:
    """A browser with somebody signed in."""

    def __init__(self, client: httpx.AsyncClient, headers: dict[str, str], csrf: str = "") -> None:
        self.client, self.headers, self.csrf = client, headers, csrf

    async def get(self, path: str) -> httpx.Response:
        answer = await self.client.get(path, headers=self.headers)
        found = re.search(r'name="_csrf" value="([0-9a-f]+)"', answer.text)
        self.csrf = found.group(1) if found else self.csrf
        return answer

    async def post(self, path: str, **fields: str) -> httpx.Response:
        return await self.client.post(path, data={"_csrf": self.csrf} | fields, headers=self.headers)


async def desk(client: httpx.AsyncClient, rt: Runtime, user_id: str) -> Desk:
    """Sign somebody in and open the first page they may see, for its form token."""
    async with rt.work.write() as uow:
        cookie = await start_session(uow, user_id)
    headers = {
        "Cookie": f"{cookie_name(rt.settings)}={cookie}",
        "Sec-Fetch-Site": "same-origin",
        "Accept": "text/html",
        "Accept-Language": "de",
    }
    person = Desk(client, headers)
    await person.get(INTAKE if user_id == MENTOR else QUEUE)
    return person


async def say(rt: Runtime, town: Town, text: str = FLAGGED) -> Accepted:
    async with rt.work.write() as uow:
        return await submit_contribution(uow, town.consultation_id, new=NewContribution(text=text))


async def state_of(rt: Runtime, ref: str) -> str:
    async with rt.work.read() as uow:
        return (await contribution_row(uow.session, ref)).state


async def test_queue_needs_a_sign_in_and_the_right(client: httpx.AsyncClient, rt: Runtime, town: Town) -> None:
    assert (await client.get(QUEUE, headers={"Accept": "application/json"})).status_code == 401
    mentor = await desk(client, rt, MENTOR)
    assert (await mentor.get(QUEUE)).status_code == 403
    assert (await mentor.get(INTAKE)).status_code == 200
    assert (await (await desk(client, rt, KATRIN)).get("/verwaltung/nachbar/moderation")).status_code == 403


async def test_queue_shows_flags_and_proposes_a_redaction(client: httpx.AsyncClient, rt: Runtime, town: Town) -> None:
    accepted = await say(rt, town)
    katrin = await desk(client, rt, KATRIN)
    answer = await katrin.get(QUEUE)
    assert "<mark>0931 0000000</mark>" in answer.text
    assert "[Telefonnummer entfernt]" in answer.text
    assert 'value="redact" checked' in answer.text
    assert answer.headers["cache-control"] == "no-store"
    decided = await katrin.post(
        f"{QUEUE}/{accepted.ref}/entscheiden",
        ergebnis="redact",
        regel="5",
        genau="Telefonnummer im ersten Satz.",
        oeffentlich="Rufen Sie mich an: [Telefonnummer entfernt].",
    )
    assert decided.status_code == 303
    assert await state_of(rt, accepted.ref) == "redacted"


async def test_decide_without_reason_explains_and_keeps_the_form(
    client: httpx.AsyncClient, rt: Runtime, town: Town
) -> None:
    accepted = await say(rt, town)
    katrin = await desk(client, rt, KATRIN)
    answer = await katrin.post(f"{QUEUE}/{accepted.ref}/entscheiden", ergebnis="reject", genau="Beleidigung")
    assert answer.status_code == 422
    assert "Nennen Sie die Regel" in answer.text
    assert ">Beleidigung</textarea>" in answer.text
    assert await state_of(rt, accepted.ref) == "received"


async def test_decide_without_form_token_is_refused(client: httpx.AsyncClient, rt: Runtime, town: Town) -> None:
    accepted = await say(rt, town)
    katrin = await desk(client, rt, KATRIN)
    answer = await katrin.post(f"{QUEUE}/{accepted.ref}/entscheiden", ergebnis="publish", _csrf="0" * 64)
    assert answer.status_code == 403


async def test_letter_shows_what_the_author_would_read(client: httpx.AsyncClient, rt: Runtime, town: Town) -> None:
    accepted = await say(rt, town)
    katrin = await desk(client, rt, KATRIN)
    letter = await katrin.post(
        f"{QUEUE}/{accepted.ref}/begruendung", ergebnis="reject", regel="3", genau="Im ersten <Satz>."
    )
    assert "Im ersten &lt;Satz&gt;." in letter.text
    assert "Nr. 3" in letter.text


async def test_assign_puts_it_on_ones_desk_and_back(client: httpx.AsyncClient, rt: Runtime, town: Town) -> None:
    accepted = await say(rt, town)
    katrin = await desk(client, rt, KATRIN)
    await katrin.post(f"{QUEUE}/{accepted.ref}/zuweisen", wer="ich")
    assert "Zurücklegen" in (await katrin.get(QUEUE)).text
    await katrin.post(f"{QUEUE}/{accepted.ref}/zuweisen", wer="niemand")
    assert "Mir zuweisen" in (await katrin.get(QUEUE)).text


async def test_complaint_hides_the_original_until_the_look_is_noted(
    client: httpx.AsyncClient, rt: Runtime, town: Town
) -> None:
    accepted = await say(rt, town, "Du Trottel. Der Platz ist gut.")
    async with rt.work.write() as uow:
        await moderate(uow, accepted.ref, order=ModerationOrder(Outcome.REJECT, 3, "Beleidigung."), by=KATRIN)
        await complain(uow, accepted.receipt_code, text="Das ist meine Meinung.")
        complaint_id = (await uow.session.scalars(select(ComplaintRow.id))).one()
    katrin, jonas = await desk(client, rt, KATRIN), await desk(client, rt, JONAS)
    page = f"{QUEUE}?beschwerde={complaint_id}"
    assert "Sie haben zuerst entschieden." in (await katrin.get(page)).text
    before = (await jonas.get(page)).text
    assert "Der Originaltext ist verborgen" in before
    assert "Trottel" not in before
    await jonas.post(f"{QUEUE}/beschwerden/{complaint_id}/{accepted.ref}")
    assert "Trottel" in (await jonas.get(page)).text
    async with rt.work.read() as uow:
        assert (await uow.session.scalars(select(OriginalViewRow.user_id))).all() == [JONAS]
    verdict = {
        "ergebnis": "partly",
        "begruendung": "Der zweite Satz ist zulässig.",
        "oeffentlich": "Der Platz ist gut.",
    }
    refused = await katrin.post(f"{QUEUE}/beschwerden/{complaint_id}", **verdict)
    assert refused.status_code == 422
    assert (await jonas.post(f"{QUEUE}/beschwerden/{complaint_id}", **verdict)).status_code == 303
    assert await state_of(rt, accepted.ref) == "redacted"


async def test_notice_is_answered_from_the_queue(client: httpx.AsyncClient, rt: Runtime, town: Town) -> None:
    accepted = await say(rt, town, "Kaufen Sie Bänke!")
    async with rt.work.write() as uow:
        await moderate(uow, accepted.ref, order=ModerationOrder(Outcome.PUBLISH), by=KATRIN)
        await give_notice(uow, accepted.ref, reason=NoticeReason.ADVERTISING, text="Werbung?")
        notice_id = (await uow.session.scalars(select(NoticeRow.id))).one()
    katrin = await desk(client, rt, KATRIN)
    assert "Werbung?" in (await katrin.get(QUEUE)).text
    assert (await katrin.post(f"{QUEUE}/meldungen/{notice_id}", text=" ")).status_code == 422
    assert (await katrin.post(f"{QUEUE}/meldungen/{notice_id}", text="Er bleibt.")).status_code == 303
    assert "Alles entschieden." in (await katrin.get(QUEUE)).text


async def test_answer_officially_from_the_queue(client: httpx.AsyncClient, rt: Runtime, town: Town) -> None:
    accepted = await say(rt, town, "Mehr Bäume!")
    katrin = await desk(client, rt, KATRIN)
    await katrin.post(f"{QUEUE}/{accepted.ref}/entscheiden", ergebnis="publish")
    answer = await katrin.post(f"{QUEUE}/{accepted.ref}/antworten", text="Wir prüfen acht.", amt="Stadtbauamt")
    assert answer.status_code == 303
    assert "Antwort der Verwaltung" in (await katrin.get("/auenfurt/b/marktplatz")).text


async def test_card_goes_from_mentor_to_second_person_to_queue(
    client: httpx.AsyncClient, rt: Runtime, town: Town
) -> None:
    mentor, katrin = await desk(client, rt, MENTOR), await desk(client, rt, KATRIN)
    card = {"beteiligung": town.consultation_id, "weg": "paper_card", "eingang": "2027-02-17", "text": "Eine Bank."}
    recorded = await mentor.post(INTAKE, **card)
    assert recorded.status_code == 201
    assert re.search(r'mm-beleg__code">[0-9A-Z-]{21}<', recorded.text)
    assert "Eine andere Person vergleicht." in (await mentor.get(INTAKE)).text
    assert "Erst prüft eine zweite Person" in (await katrin.get(QUEUE)).text
    refused = await mentor.post(f"{INTAKE}/MP27-001", urteil="stimmt")
    assert refused.status_code == 403
    assert (await katrin.post(f"{INTAKE}/MP27-001", urteil="stimmt")).status_code == 303
    assert "von zwei Personen geprüft" in (await katrin.get(QUEUE)).text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"eingang": "2027-01-20"}, "war keine Phase zum Beitragen"),
        ({"eingang": "2027-04-20"}, "liegt in der Zukunft"),
        ({"text": ""}, "Bitte füllen Sie dieses Feld aus."),
        ({"code": "B4TN"}, "17 Zeichen"),
    ],
)
async def test_card_that_does_not_fit_explains_why(
    client: httpx.AsyncClient, rt: Runtime, town: Town, change: dict[str, str], sentence: str
) -> None:
    mentor = await desk(client, rt, MENTOR)
    card = {"beteiligung": town.consultation_id, "weg": "paper_card", "eingang": "2027-02-17", "text": "Eine Bank."}
    answer = await mentor.post(INTAKE, **(card | change))
    assert answer.status_code == 422
    assert sentence in answer.text


async def test_search_opens_a_number_and_lists_words(client: httpx.AsyncClient, rt: Runtime, town: Town) -> None:
    accepted = await say(rt, town, "Große Bäume am Platz")
    katrin, mentor = await desk(client, rt, KATRIN), await desk(client, rt, MENTOR)
    search = "/verwaltung/auenfurt/suche?q="
    assert "nichts gefunden" in (await katrin.get(f"{search}große+bäume")).text
    await katrin.post(f"{QUEUE}/{accepted.ref}/entscheiden", ergebnis="publish")
    assert accepted.ref in (await katrin.get(f"{search}GROSSE+baeume")).text
    assert "Umgestaltung" in (await katrin.get(f"{search}marktplatz")).text
    opened = await katrin.get(search + accepted.ref.lower())
    assert opened.headers["location"] == f"{QUEUE}?beitrag={accepted.ref}"
    assert (await mentor.get(search + accepted.ref)).headers["location"] == f"/auenfurt/b/marktplatz/{accepted.ref}"
