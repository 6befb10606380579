"""Weigh, decide, publish and answer by filling in forms; the public trace changes with every step."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import select

from backend.accounts.models import StaffSession
from backend.accounts.types import Role
from backend.consultations.actions.moderate import moderate
from backend.consultations.drafts import ModerationOrder
from backend.consultations.types import Outcome as Verdict
from backend.decisions.actions.answer import send_feedback
from backend.decisions.models import DecisionRow, PaperRow
from backend.decisions.types import Medium
from backend.kit.clock import FixedClock
from backend.kit.settings import Settings
from backend.runtime import Runtime
from tests.factories import PASSWORD, make_person
from tests.integration.consultation_setup import ORG
from tests.integration.decision_setup import ANNA, COMMITTEE, COUNCIL, TOILET, TREES, Case, contribute, decided, grouped

SAME = {"Sec-Fetch-Site": "same-origin"}
DESK, PAPERS = f"/verwaltung/{ORG}/abwaegung", f"/verwaltung/{ORG}/beschluesse"


@dataclass(slots=True)
class Person:
    """Somebody in front of a browser."""

    http: httpx.AsyncClient

    async def reads(self, path: str, *, status: int = 200) -> str:
        """Open a page and return its text."""
        answer = await self.http.get(path, follow_redirects=True)
        assert answer.status_code == status, answer.text
        return answer.text

    async def sends(self, page: str, path: str, status: int = 303, /, **fields: str | list[str]) -> httpx.Response:
        """Fill in a form found on a page."""
        found = re.search(r'name="_csrf" value="([0-9a-f]{64})"', await self.reads(page))
        assert found, page
        answer = await self.http.post(path, data={"_csrf": found[1], **fields}, headers=SAME)
        assert answer.status_code == status, answer.text
        return answer


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings without background work."""
    return settings.model_copy(update={"embedded_worker": False})


@pytest.fixture
async def people(app: Litestar, rt: Runtime) -> AsyncIterator[dict[str, Person]]:
    """Browsers; `carla` and `dora` sign in once the organisation exists."""
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]  # the two ASGI types differ in name only
    browsers = {
        name: httpx.AsyncClient(transport=transport, base_url="http://testserver.local")
        for name in ("carla", "dora", "citizen")
    }
    yield {name: Person(http) for name, http in browsers.items()}
    for http in browsers.values():
        await http.aclose()


async def sign_in(rt: Runtime, people: dict[str, Person]) -> None:
    """Give two editors an account and sign them in."""
    async with rt.work.write() as uow:
        for name in ("carla", "dora"):
            await make_person(uow, name, ORG, Role.EDITOR)
    for name in ("carla", "dora"):
        form = {"name": name, "password": PASSWORD}
        answer = await people[name].http.post("/verwaltung/anmelden", data=form, headers=SAME)
        assert answer.status_code == 303, answer.text


async def weigh_all(case: Case, people: dict[str, Person]) -> None:
    """Carla writes and hands in, Dora publishes."""
    for title, topic in case.topics.items():
        here = f"{DESK}/{case.consultation_id}"
        page = f"{here}?thema={topic}"
        proposal = "nicht_uebernommen" if title == TOILET else "teilweise"
        fields = {"proposal": proposal, "reason_code": "kosten", "reason_de": "Das ist zu teuer.", "then": "submit"}
        await people["carla"].sends(page, f"{here}/{topic}", **fields)
        await people["dora"].sends(page, f"{here}/{topic}/freigabe", do="publish")


async def test_weighing_by_clicking_changes_the_public_trace(
    rt: Runtime, clock: FixedClock, people: dict[str, Person]
) -> None:
    case = await grouped(rt.work, clock)
    await sign_in(rt, people)
    trace = f"/auenfurt/b/marktplatz/{case.refs[TOILET][0]}"
    assert "Noch nicht abgewogen" in await people["citizen"].reads(trace)
    await weigh_all(case, people)
    text = await people["citizen"].reads(trace)
    assert "Die Verwaltung schlägt vor: nicht übernehmen" in text
    assert "Das ist zu teuer." in text


async def test_weighing_refused_shows_what_was_typed(rt: Runtime, clock: FixedClock, people: dict[str, Person]) -> None:
    case = await grouped(rt.work, clock)
    await sign_in(rt, people)
    topic = case.topics[TOILET]
    here = f"{DESK}/{case.consultation_id}"
    fields = {"proposal": "weitergeleitet", "reason_code": "kosten", "reason_de": "Das geht uns nichts an."}
    refused = await people["carla"].sends(f"{here}?thema={topic}", f"{here}/{topic}", 422, then="submit", **fields)
    assert "an wen das Anliegen weitergeleitet wird" in refused.text
    assert "Das geht uns nichts an." in refused.text
    assert "Noch nicht abgewogen" in await people["citizen"].reads(f"/auenfurt/b/marktplatz/{case.refs[TOILET][0]}")


async def test_second_pair_of_eyes_is_somebody_else(rt: Runtime, clock: FixedClock, people: dict[str, Person]) -> None:
    case = await grouped(rt.work, clock)
    await sign_in(rt, people)
    topic, here = case.topics[TREES], f"{DESK}/{case.consultation_id}"
    fields = {"proposal": "teilweise", "reason_code": "technisch", "reason_de": "Es ist eng.", "then": "submit"}
    await people["carla"].sends(f"{here}?thema={topic}", f"{here}/{topic}", **fields)
    own = await people["carla"].reads(f"{here}?thema={topic}")
    assert "Freigeben muss jemand anderes" in own
    await people["carla"].sends(f"{here}?thema={topic}", f"{here}/{topic}/freigabe", do="publish")
    assert "Freigeben muss jemand anderes" in await people["carla"].reads(f"{here}?thema={topic}")
    await people["dora"].sends(f"{here}?thema={topic}", f"{here}/{topic}/freigabe", do="publish")
    assert "fertig" in await people["carla"].reads(f"{here}?thema={topic}")


async def test_topics_are_made_named_and_filled_by_clicking(
    rt: Runtime, clock: FixedClock, people: dict[str, Person]
) -> None:
    case = await grouped(rt.work, clock)
    await sign_in(rt, people)
    async with rt.work.write() as uow:
        ref = await contribute(uow, case.consultation_id, "Eine saubere Toilette, die offen ist, wäre gut.")
    here, carla = f"{DESK}/{case.consultation_id}", people["carla"]
    page = await carla.reads(here)
    assert "1 Punkt fehlt noch" not in page
    assert f"ähnlich wie {case.refs[TOILET][1]}" in page
    made = await carla.sends(here, f"{here}/themen", title="Fahrräder")
    topic = made.headers["location"].partition("thema=")[2].partition("&")[0]
    await carla.sends(here, f"{here}/zuordnen", ref=ref, topic=topic)
    assert "Herausnehmen" in await carla.reads(f"{here}?thema={topic}")
    await carla.sends(here, f"{here}/{topic}/name", title="Fahrradbügel")
    await carla.sends(here, f"{here}/zuordnen", ref=ref, topic=topic, do="remove")
    assert "Fahrradbügel" in await carla.reads(here)
    short = await carla.sends(here, f"{here}/themen", 422, title="x")
    assert "mindestens 2 Zeichen" in short.text


@pytest.mark.both_databases
async def test_decision_from_paper_to_answers_by_clicking(
    rt: Runtime, clock: FixedClock, people: dict[str, Person]
) -> None:
    case = await grouped(rt.work, clock)
    await sign_in(rt, people)
    await weigh_all(case, people)
    carla, dora, citizen = people["carla"], people["dora"], people["citizen"]
    day = case.today.isoformat()
    linked = await carla.sends(
        PAPERS, PAPERS, consultation=case.consultation_id, reference="SR/2027/041", name="Umgestaltung", dated_on=day
    )
    paper = linked.headers["location"].partition("?")[0]
    for position, (body, result) in enumerate(((COMMITTEE, "geaendert_empfohlen"), (COUNCIL, "beschlossen")), start=1):
        fields = {"body": body, "position": str(position), "role": "Beratung", "held_on": day, "result": result}
        fields |= {"yes": "9", "no": "2"} | ({"authoritative": "true"} if position == 2 else {})
        fields |= {"departs": case.topics[TOILET], "departs_to": "uebernommen"}
        await carla.sends(paper, f"{paper}/beratung", **fields)
    await carla.sends(paper, f"{paper}/wortlaut", resolution_de="Der Rat stimmt zu.", decided_on=day)
    for title, effect in ((TOILET, "uebernommen"), (TREES, "teilweise")):
        fields = {"topic": case.topics[title], "effect": effect, "before": "Alt", "after": "Eine neue Toilette"}
        await carla.sends(paper, f"{paper}/wirkung", **fields)
    page = await carla.reads(paper)
    assert "weicht beim Thema" in page
    assert 'aria-disabled="true"' in page
    fields = {"topic": case.topics[TOILET], "effect": "uebernommen", "after": "Eine neue Toilette"}
    await carla.sends(paper, f"{paper}/wirkung", reason="Die Versammlung wollte es.", **fields)
    await carla.sends(paper, f"{paper}/schritt", title="Baubeginn", due="2028-03-01")
    await carla.sends(paper, f"{paper}/veroeffentlichen", to="submit")
    trace = f"/auenfurt/b/marktplatz/{case.refs[TOILET][0]}"
    assert "Noch nicht entschieden" in await citizen.reads(trace)
    await dora.sends(paper, f"{paper}/veroeffentlichen", to="publish")
    text = await citizen.reads(trace)
    assert "Anders als vorgeschlagen" in text
    assert "Die Versammlung wollte es." in text
    answer = "Danke für {ref}. Ergebnis: {effect}. Grund: {reason}"
    await carla.sends(paper, f"{paper}/antworten", refs=case.refs[TOILET], medium="letter", text=answer)
    text = await citizen.reads(trace)
    assert f"Danke für {case.refs[TOILET][0]}. Ergebnis: übernommen (Eine neue Toilette)." in text
    assert "Sie haben die Antwort als Brief bekommen." in text
    async with rt.work.read() as uow:
        decision = (await uow.session.scalars(select(DecisionRow.id))).one()
    backward = await citizen.reads(f"/auenfurt/beschluss/{decision}")
    assert all(ref in backward for refs in case.refs.values() for ref in refs)


async def test_decision_and_start_page_agree_on_who_still_waits_for_an_answer(
    rt: Runtime, clock: FixedClock, people: dict[str, Person]
) -> None:
    """Whoever was rejected has the reasons under the receipt code and waits for nothing."""
    case = await decided(rt.work, clock)
    rude, refs = case.refs[TREES][0], case.refs[TOILET]
    async with rt.work.write() as uow:
        order = ModerationOrder(Verdict.REJECT, 3, "Der Satz beleidigt alle, die geplant haben.")
        await moderate(uow, rude, order=order, by="user-katrin")
    for number, ref in enumerate(refs, start=1):
        contribution = await case.contribution_id(ref)
        async with rt.work.write() as uow:
            text = {"de": "Vielen Dank."}
            await send_feedback(uow, case.decision_id, contribution, medium=Medium.LETTER, text=text, by=ANNA)
        decision = await people["citizen"].reads(f"/auenfurt/beschluss/{case.decision_id}")
        left = len(refs) - number
        assert ("steht noch aus" in decision or "stehen noch aus" in decision) == (left > 0)
        assert ("Alle haben eine Antwort bekommen" in decision) == (left == 0)
        assert f">{number + 1}/{len(refs) + 1}</text>" in await people["citizen"].reads("/auenfurt")


async def test_editor_shows_the_form_again_with_what_is_wrong(
    rt: Runtime, clock: FixedClock, people: dict[str, Person]
) -> None:
    case = await grouped(rt.work, clock)
    await sign_in(rt, people)
    carla, day = people["carla"], case.today.isoformat()
    empty = await carla.sends(PAPERS, PAPERS, 422, consultation=case.consultation_id, name="Umgestaltung")
    assert "Bitte füllen Sie dieses Feld aus." in empty.text
    fields = {"consultation": case.consultation_id, "reference": "SR/1", "name": "Umgestaltung", "dated_on": day}
    paper = (await carla.sends(PAPERS, PAPERS, **fields)).headers["location"].partition("?")[0]
    early = {"body": COMMITTEE, "position": "1", "role": "Vorberatung", "held_on": day, "result": "empfohlen"}
    refused = await carla.sends(paper, f"{paper}/beratung", 422, **early)
    assert "hat noch keine veröffentlichte Abwägung" in refused.text
    missing = await carla.sends(paper, f"{paper}/wirkung", 422, topic="x", effect="teilweise", after="Neu")
    assert "zuerst den Wortlaut" in missing.text
    async with rt.work.read() as uow:
        assert (await uow.session.scalars(select(PaperRow.reference))).all() == ["SR/1"]


async def test_pages_of_the_office_are_closed_to_strangers(
    rt: Runtime, clock: FixedClock, people: dict[str, Person]
) -> None:
    case = await grouped(rt.work, clock)
    await sign_in(rt, people)
    for path in (DESK, f"{DESK}/{case.consultation_id}", PAPERS, f"/verwaltung/{ORG}", "/verwaltung/"):
        answer = await people["citizen"].http.get(path)
        assert answer.status_code in {302, 303, 307, 401}, path
    assert (await people["carla"].http.get("/verwaltung/nachbar/abwaegung")).status_code == 403
    async with rt.work.read() as uow:
        assert (await uow.session.scalars(select(StaffSession.user_id))).all()


async def test_home_lists_what_waits_and_the_offices(rt: Runtime, clock: FixedClock, people: dict[str, Person]) -> None:
    case = await grouped(rt.work, clock)
    await sign_in(rt, people)
    home = await people["carla"].reads(f"/verwaltung/{ORG}")
    assert "2 Themen abwägen" in home
    assert "Stadt Auenfurt" in await people["carla"].reads("/verwaltung/")
    topic, here = case.topics[TREES], f"{DESK}/{case.consultation_id}"
    fields = {"proposal": "teilweise", "reason_code": "technisch", "reason_de": "Es ist eng.", "then": "submit"}
    await people["carla"].sends(f"{here}?thema={topic}", f"{here}/{topic}", **fields)
    assert "1 Abwägung freigeben" in await people["dora"].reads(f"/verwaltung/{ORG}")
    assert "1 Abwägung freigeben" not in await people["carla"].reads(f"/verwaltung/{ORG}")


@pytest.mark.parametrize("language", ["de", "ls", "en"])
async def test_public_pages_answer_in_every_language(
    rt: Runtime, clock: FixedClock, people: dict[str, Person], language: str
) -> None:
    case = await decided(rt.work, clock)
    await rt.log.flush()
    citizen = people["citizen"]
    paths = (
        f"/auenfurt/b/marktplatz/{case.refs[TOILET][0]}",
        f"/auenfurt/beschluss/{case.decision_id}",
        "/auenfurt/ergebnisse",
        "/auenfurt/rat",
        "/protokoll",
        "/protokoll?eintrag=3",
        f"/protokoll?suche={case.refs[TOILET][0]}",
        "/protokoll?art=weighing.published&vor=99",
    )
    for path in paths:
        mark = "&" if "?" in path else "?"
        assert "<h1" in await citizen.reads(f"{path}{mark}lang={language}"), path


async def test_pages_in_english_mark_and_name_their_german_texts(
    rt: Runtime, clock: FixedClock, people: dict[str, Person]
) -> None:
    case = await decided(rt.work, clock)
    page = f"/auenfurt/beschluss/{case.decision_id}"
    english, german = await people["citizen"].reads(f"{page}?lang=en"), await people["citizen"].reads(f"{page}?lang=de")
    assert f'<h3><span lang="de" dir="ltr">{TOILET}</span></h3>' in english
    assert "Some texts on this page exist only in the German original." in english
    assert f"<h3>{TOILET}</h3>" in german
    assert "nur im deutschen Original" not in german


async def test_trace_address_of_another_town_leads_home(
    rt: Runtime, clock: FixedClock, people: dict[str, Person]
) -> None:
    case = await decided(rt.work, clock)
    ref = case.refs[TOILET][0]
    moved = await people["citizen"].http.get(f"/nachbar/b/anderes/{ref.lower()}")
    assert (moved.status_code, moved.headers["location"]) == (301, f"/auenfurt/b/marktplatz/{ref}")
    await people["citizen"].reads(f"/nachbar/beschluss/{case.decision_id}", status=404)
    await people["citizen"].reads("/auenfurt/b/marktplatz/MP27-999", status=404)
    await people["citizen"].reads("/protokoll?jahr=1999", status=404)


async def test_log_page_finds_the_entries_of_one_trace(
    rt: Runtime, clock: FixedClock, people: dict[str, Person]
) -> None:
    case = await decided(rt.work, clock)
    await rt.log.flush()
    found = await people["citizen"].reads(f"/protokoll?suche={case.refs[TOILET][0]}")
    assert found.count('<tr class="kern-table__row') == 8  # the head and seven steps
    nothing = await people["citizen"].reads("/protokoll?suche=MP27-999")
    assert "Dazu gibt es keinen Eintrag." in nothing


async def test_decision_is_taken_back_by_another_person(
    rt: Runtime, clock: FixedClock, people: dict[str, Person]
) -> None:
    case = await decided(rt.work, clock)
    await sign_in(rt, people)
    paper, carla = f"{PAPERS}/{case.paper_id}", people["carla"]
    refused = await carla.sends(paper, f"{paper}/zuruecknehmen", 422, reason="kurz")
    assert "mindestens 10 Zeichen" in refused.text
    await carla.sends(paper, f"{paper}/zuruecknehmen", reason="Die Ladung war fehlerhaft.")
    assert "Die Ladung war fehlerhaft." in await carla.reads(paper)
    trace = await people["citizen"].reads(f"/auenfurt/b/marktplatz/{case.refs[TOILET][0]}")
    assert "Noch nicht entschieden" in trace
    assert "Die Ladung war fehlerhaft." in trace
