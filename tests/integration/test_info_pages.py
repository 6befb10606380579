"""The pages that explain, on the whole application: imprint, privacy, accessibility, voting, interface."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from backend.accounts.models import Organisation, Place
from backend.kit.clock import FixedClock
from backend.kit.uow import Work
from backend.site.accessibility import answer_by, read_statement
from backend.site.apidocs import example_of, subjects

PATHS = [
    "/so-funktioniert-die-abstimmung",
    "/barrierefreiheit",
    "/datenschutz",
    "/impressum",
    "/offene-daten",
    "/orte",
    "/hilfe",
    "/api",
]
IMPRINT = {
    "street": "Marktplatz 1",
    "postcode": "99999",
    "town": "Auenfurt",
    "phone": "09999 12-34",
    "email": "beteiligung@example.org",
    "represented_by": "Erste Bürgermeisterin Jana Winter",
    "data_protection_officer": "datenschutz@example.org",
}


async def seed_towns(work: Work) -> None:
    async with work.write() as uow:
        county = Organisation(
            id="o1", slug="kreis", name="Landkreis Auenfurt", short_name="Auenfurt", kind="landkreis", imprint={}
        )
        town = Organisation(
            id="o2", slug="auenfurt", name="Stadt Auenfurt", short_name="Auenfurt", kind="gemeinde", imprint=IMPRINT
        )
        town.parent_id = "o1"
        uow.session.add(county)
        await uow.session.flush()
        uow.session.add(town)
        await uow.session.flush()
        uow.session.add(
            Place(
                id="p1",
                org_id="o2",
                name="Seniorentreff",
                kind="kiosk",
                address="Brunnengasse 11",
                mentor_hours=["Di 10:00-12:00", "Do 14:00-16:00"],
                step_free=True,
            )
        )


@pytest.mark.parametrize("path", PATHS)
async def test_page_answers_before_anything_was_entered(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)
    assert response.status_code == 200
    assert "<h1" in response.text


async def test_imprint_names_operator_and_towns(client: httpx.AsyncClient, work: Work) -> None:
    await seed_towns(work)
    text = (await client.get("/impressum")).text
    assert "Landkreis Auenfurt" in text
    assert "Stadt Auenfurt" in text
    assert "99999 Auenfurt" in text


async def test_places_name_hours_of_help(client: httpx.AsyncClient, work: Work) -> None:
    await seed_towns(work)
    text = (await client.get("/orte")).text
    assert "Seniorentreff" in text
    assert "Hilfe vor Ort: Di 10:00-12:00 und Do 14:00-16:00" in text
    assert "ohne Stufen erreichbar" in text
    assert "Seniorentreff" in (await client.get("/auenfurt/orte")).text
    assert "Hier stehen noch keine Orte." in (await client.get("/kreis/orte")).text
    assert (await client.get("/nirgends/orte")).status_code == 404


async def test_accessibility_page_counts_six_weeks(client: httpx.AsyncClient, clock: FixedClock) -> None:
    assert answer_by(clock.now()) - clock.now() == timedelta(weeks=6)
    text = (await client.get("/barrierefreiheit")).text
    assert "Donnerstag, 22. April 2027" in text
    for gap in read_statement().gaps:
        assert gap.what in text


async def test_voting_page_names_the_installations_smallest_number(client: httpx.AsyncClient) -> None:
    assert "mindestens 50 Stimmen" in (await client.get("/so-funktioniert-die-abstimmung")).text


async def test_interface_page_lists_every_route(client: httpx.AsyncClient) -> None:
    schema = (await client.get("/api/openapi.json")).json()
    text = (await client.get("/api")).text
    for path in schema["paths"]:
        assert path in text
    assert "<script" in text
    assert "://" not in text.replace("http://www.w3.org", "")


def test_examples_follow_references_and_stop() -> None:
    document = {"components": {"schemas": {"Node": {"properties": {"next": {"$ref": "#/components/schemas/Node"}}}}}}
    example = example_of({"$ref": "#/components/schemas/Node"}, document)
    assert str(example).count("next") == 7
    assert example_of({"type": "array", "items": {"enum": ["a", "b"]}}, {}) == ["a | b"]
    assert example_of({"anyOf": [{"type": "integer"}, {"type": "null"}]}, {}) == "integer"
    assert example_of({}, {}) == "…"


def test_subjects_are_the_first_words_of_paths() -> None:
    described = {"responses": {"200": {"description": "Good"}}, "parameters": [{"name": "id", "in": "path"}]}
    schema = {"paths": {"/api/v1/polls/{id}": {"get": described}, "/health/live": {"get": described}}}
    found = subjects(schema)
    assert list(found) == ["health", "polls"]
    assert found["polls"][0].anchor == "get-api-v1-polls-id"
    assert found["polls"][0].parameters == ("id (path)",)
