"""The editor: from a name to a public procedure, by forms alone."""

from __future__ import annotations

import re

import httpx
import pytest

from backend.consultations.lookups import consultation_row, phases_of
from backend.consultations.queries.procedures import consultations_of
from backend.consultations.types import ConsultationState
from backend.runtime import Runtime
from moderation.consultation_editor.reading import reading
from tests.integration.consultation_setup import JONAS, KATRIN, ORG, Town, add_town
from tests.integration.test_moderation_pages import Desk, desk

BASE = "/verwaltung/auenfurt/beteiligungen"
COMPLETE = {
    "titel": "Schulwege in der Nordstadt",
    "kurz": "Zeigen Sie uns Stellen, an denen Kinder schlecht über die Straße kommen.",
    "fest": "Die Schule bleibt.",
    "offen": "Tempo\nQuerungen\n",
    "gremium": "body-stadtrat",
    "wege": "paper_card",
    "antwort_bis": "2027-06-30",
    "schritt-0-am": "2027-04-30",
    "schritt-0-titel": "Beiträge enden",
    "phase-0-art": "collect",
    "phase-0-von": "2027-03-01",
    "phase-0-bis": "2027-04-30",
    "phase-0-rechte": "write",
    "phase-0-moderation": "pre",
    "phase-1-art": "collect",
    "phase-1-von": "",
}


@pytest.fixture
async def town(rt: Runtime) -> Town:
    """A town with one consultation."""
    async with rt.work.write() as uow:
        return await add_town(uow)


@pytest.fixture
async def katrin(client: httpx.AsyncClient, rt: Runtime, town: Town) -> Desk:
    """An editor at her desk."""
    return await desk(client, rt, KATRIN)


async def new_draft(katrin: Desk) -> str:
    """Create a draft and return its address."""
    created = await katrin.post(BASE, titel="Schulwege")
    assert created.status_code == 303
    return created.headers["location"].split("?")[0]


async def version_of(katrin: Desk, path: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', (await katrin.get(path)).text)
    assert found
    return found.group(1)


async def test_editor_leads_from_a_name_to_a_public_page(katrin: Desk, rt: Runtime) -> None:
    path = await new_draft(katrin)
    assert "Zeitplan mit einer Phase zum Beitragen" in (await katrin.get(path)).text
    saved = await katrin.post(path, version=await version_of(katrin, path), **COMPLETE)
    assert saved.status_code == 303, saved.text
    shown = (await katrin.get(path)).text
    assert "Alles da." in shown
    published = await katrin.post(f"{path}/veroeffentlichen", version=await version_of(katrin, path))
    assert published.status_code == 303
    public = await katrin.get("/auenfurt/b/schulwege")
    assert "Die Schule bleibt." in public.text
    async with rt.work.read() as uow:
        phases = await phases_of(uow.session, path.rsplit("/", 1)[1])
        assert [phase.rights for phase in phases] == ["write"]


async def test_publish_incomplete_draft_names_what_is_missing(katrin: Desk) -> None:
    path = await new_draft(katrin)
    refused = await katrin.post(f"{path}/veroeffentlichen", version=await version_of(katrin, path))
    assert refused.status_code == 422
    assert "Schreiben Sie auf, wie es weitergeht." in refused.text


@pytest.mark.parametrize(
    ("change", "anchor"),
    [
        ({"phase-0-bis": ""}, "#phase-0-bis"),
        ({"schritt-0-am": "bald"}, "#schritt-0-am"),
        ({"titel": ""}, "#titel"),
        ({"antwort_bis": "30.06."}, "#antwort_bis"),
    ],
)
async def test_save_with_a_mistake_points_to_the_field_and_keeps_the_rest(
    katrin: Desk, change: dict[str, str], anchor: str
) -> None:
    path = await new_draft(katrin)
    answer = await katrin.post(path, version=await version_of(katrin, path), **(COMPLETE | change))
    assert answer.status_code == 422
    assert f'href="{anchor}"' in answer.text
    assert "Die Schule bleibt." in answer.text


async def test_save_of_an_old_version_is_refused(katrin: Desk) -> None:
    path = await new_draft(katrin)
    await katrin.post(path, version="1", **COMPLETE)
    answer = await katrin.post(path, version="1", **COMPLETE)
    assert answer.status_code == 422
    assert "Laden Sie die Seite neu" in answer.text


async def test_save_of_a_public_procedure_keeps_what_has_no_field(katrin: Desk, rt: Runtime, town: Town) -> None:
    path = f"{BASE}/{town.consultation_id}"
    version = await version_of(katrin, path)
    saved = await katrin.post(path, version=version, **(COMPLETE | {"titel": "Marktplatz neu"}))
    assert saved.status_code == 303
    async with rt.work.read() as uow:
        row = await consultation_row(uow.session, town.consultation_id)
        assert (row.slug, row.title["de"], row.state) == ("marktplatz", "Marktplatz neu", "published")


async def test_end_closes_for_good(katrin: Desk, rt: Runtime, town: Town) -> None:
    path = f"{BASE}/{town.consultation_id}"
    await katrin.post(f"{path}/beenden", version=await version_of(katrin, path))
    async with rt.work.read() as uow:
        assert [each.state for each in await consultations_of(uow.session, ORG)] == [ConsultationState.CLOSED]
    assert "Diese Beteiligung ist beendet" in (await katrin.get("/auenfurt/b/marktplatz")).text


async def test_editor_is_for_editors_of_this_town(client: httpx.AsyncClient, rt: Runtime, town: Town) -> None:
    jonas = await desk(client, rt, JONAS)
    assert (await jonas.get(BASE)).status_code == 403
    katrin = await desk(client, rt, KATRIN)
    assert (await katrin.get(f"/verwaltung/nachbar/beteiligungen/{town.consultation_id}")).status_code == 403
    assert (await katrin.post(f"{BASE}/{town.consultation_id}/quatsch", version="2")).status_code == 404


def test_reading_counts_sentences_and_the_longest() -> None:
    text = "Der Platz wird neu. Was ist Ihnen bei Schatten, Sitzplätzen und Wegen wichtig?"
    assert (reading(text).sentences, reading(text).longest_words, reading(text).is_easy) == (2, 9, True)
    assert not reading("wort " * 30).is_easy
    assert reading("").sentences == 0
