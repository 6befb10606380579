"""Errors: problem details for programs, a page in plain German for people, secrets for nobody."""

from __future__ import annotations

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from structlog.testing import capture_logs

from backend.web.advice import ADVICE, advice_for


def test_domain_error_keeps_code_status_and_facts_for_programs(client: TestClient[Litestar]) -> None:
    response = client.get("/api/v1/refused")
    assert response.status_code == 409
    assert response.headers["content-type"].startswith("application/problem+json")
    assert response.json() == {
        "type": "urn:machmit:problem:already_voted",
        "title": "Diese Karte hat schon abgestimmt",
        "status": 409,
        "detail": "Mit dem Handy, um 20:14 Uhr.",
        "code": "already_voted",
        "channel": "phone",
    }


def test_domain_error_is_a_page_for_people(client: TestClient[Litestar]) -> None:
    response = client.get("/refused", headers={"accept": "text/html"})
    assert response.status_code == 409
    assert '<h1 class="mm-h1">Diese Karte hat schon abgestimmt</h1>' in response.text
    assert "Mit dem Handy, um 20:14 Uhr." in response.text
    assert "Laden Sie die Seite neu" in response.text


def test_program_outside_the_api_gets_problem_details_too(client: TestClient[Litestar]) -> None:
    response = client.get("/refused", headers={"accept": "application/json"})
    assert response.json()["code"] == "already_voted"


def test_page_inside_leads_to_the_sign_in_in_the_readers_language(client: TestClient[Litestar]) -> None:
    response = client.get("/inside?lang=en", headers={"accept": "text/html"}, follow_redirects=False)
    assert response.headers["location"] == "/verwaltung/anmelden?lang=en&weiter=%2Finside"


def test_busy_answer_says_when_to_come_back(client: TestClient[Litestar]) -> None:
    response = client.get("/busy")
    assert response.status_code == 503
    assert response.headers["retry-after"] == "3"


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_unknown_exception_shows_and_logs_nothing_of_itself(client: TestClient[Litestar], accept: str) -> None:
    with capture_logs() as logs:
        response = client.get("/crash", headers={"accept": accept})
    assert response.status_code == 500
    assert "K7Q2" not in response.text
    assert "RuntimeError" not in response.text
    assert [entry["kind"] for entry in logs] == ["RuntimeError"]
    assert "K7Q2" not in str(logs)


def test_broken_template_still_answers(client: TestClient[Litestar]) -> None:
    response = client.get("/broken")
    assert response.status_code == 500
    assert "schiefgegangen" in response.text


def test_missing_page_says_what_to_do(client: TestClient[Litestar]) -> None:
    response = client.get("/no-such-page")
    assert response.status_code == 404
    assert "Diese Seite gibt es nicht" in response.text
    assert "Quittungscode" in response.text


def test_missing_api_route_is_a_problem(client: TestClient[Litestar]) -> None:
    response = client.get("/api/v1/nothing")
    assert response.json()["code"] == "not_found"


def test_wrong_method_is_named(client: TestClient[Litestar]) -> None:
    response = client.get("/form")
    assert response.status_code == 405
    assert "POST" in response.headers["allow"]


@pytest.mark.parametrize(
    "payload",
    [{"text": "ab"}, {"text": "Mehr Bänke", "old": 1}, {}, {"text": 5}],
)
def test_malformed_payload_is_422_with_the_field(client: TestClient[Litestar], payload: dict[str, object]) -> None:
    response = client.post("/api/v1/thoughts", json=payload)
    assert response.status_code == 422
    assert response.json()["code"] == "invalid"
    assert response.json()["errors"][0]["field"] in {"text", "old"}
    assert "pydantic" not in response.text


def test_broken_json_is_refused_as_such(client: TestClient[Litestar]) -> None:
    response = client.post("/api/v1/thoughts", content=b"{", headers={"content-type": "application/json"})
    assert response.status_code == 400
    assert response.json()["code"] == "bad_request"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503])
def test_advice_tells_what_to_do(status: int) -> None:
    advice = ADVICE[status]
    assert advice.steps
    assert all(sentence.endswith(".") for sentence in (advice.happened, *advice.steps))
    assert "ungültig" not in " ".join((advice.title, advice.happened, *advice.steps)).lower()


def test_advice_for_a_status_without_words_is_general() -> None:
    assert advice_for(418) is ADVICE[400]
    assert advice_for(507) is ADVICE[500]
