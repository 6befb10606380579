"""Weighing and deciding over JSON, through the whole application: every step, its right and its second person."""

from __future__ import annotations

import json
from typing import Any

import httpx
import jsonschema_rs
import pytest

from backend.accounts.actions import create_token
from backend.kit.clock import FixedClock
from backend.kit.settings import Settings
from backend.runtime import Runtime
from tests.integration.decision_setup import BEN, COMMITTEE, COUNCIL, TOILET, TREES, Case, decided, grouped
from tests.machine import standard

Client = httpx.AsyncClient
REASON = {"de": "Das ist zu teuer.", "ls": "Das kostet zu viel Geld."}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings without background work: the tests publish the log themselves."""
    return settings.model_copy(update={"embedded_worker": False})


async def bearer(rt: Runtime, name: str) -> dict[str, str]:
    """Return the header that signs a person in."""
    async with rt.work.write() as uow:
        return {"Authorization": f"Bearer {await create_token(uow, user_name=name)}"}


async def created(client: Client, path: str, body: dict[str, Any], who: dict[str, str]) -> dict[str, Any]:
    """Post and return the answer, which must be a success."""
    answer = await client.post(f"/api/v1{path}", json=body, headers=who)
    assert answer.is_success, answer.text
    result: dict[str, Any] = answer.json()
    return result


async def weigh(client: Client, case: Case, anna: dict[str, str], ben: dict[str, str]) -> None:
    """Weigh every topic over the API."""
    for title, topic in case.topics.items():
        proposal = "nicht_uebernommen" if title == TOILET else "teilweise"
        body = {"proposal": proposal, "reason_code": "kosten", "reason": REASON, "office": "Stadtbauamt"}
        await created(client, f"/topics/{topic}/weighings", body, anna)
        await created(client, f"/topics/{topic}/weighings/transitions", {"to": "submitted"}, anna)
        own = await client.post(f"/api/v1/topics/{topic}/weighings/transitions", json={"to": "published"}, headers=anna)
        assert (own.status_code, own.json()["code"]) == (403, "second_person_needed")
        await created(client, f"/topics/{topic}/weighings/transitions", {"to": "published"}, ben)


async def test_steps_from_weighing_to_answer(client: Client, rt: Runtime, clock: FixedClock) -> None:
    case = await grouped(rt.work, clock)
    anna, ben = await bearer(rt, "anna"), await bearer(rt, "ben")
    await weigh(client, case, anna, ben)
    paper = {"reference": "SR/2027/041", "name": {"de": "Umgestaltung"}, "date": case.today.isoformat()}
    paper_id = (await created(client, f"/consultations/{case.consultation_id}/papers", paper, anna))["id"]
    bodies = ((COMMITTEE, False, "geaendert_empfohlen"), (COUNCIL, True, "geaendert_beschlossen"))
    for position, (body, authoritative, result) in enumerate(bodies, start=1):
        sitting = {
            "body": body,
            "position": position,
            "role": "Entscheidung" if authoritative else "Vorberatung",
            "authoritative": authoritative,
            "date": case.today.isoformat(),
            "result": result,
            "votes": {"yes": 19, "no": 4, "abstain": 1},
        }
        await created(client, f"/papers/{paper_id}/deliberations", sitting, anna)
    wording = {"resolution": {"de": "Der Rat stimmt zu."}, "decided_on": case.today.isoformat()}
    decision = (await created(client, f"/papers/{paper_id}/decisions", wording, anna))["id"]
    for title, effect in ((TOILET, "uebernommen"), (TREES, "teilweise")):
        change = {
            "topic": case.topics[title],
            "effect": effect,
            "after": {"de": "Neu"},
            "before": {"de": "Alt"},
            "deviation_reason": {"de": "Die Versammlung wollte es."} if title == TOILET else None,
        }
        await created(client, f"/decisions/{decision}/effects", change, anna)
    await created(client, f"/decisions/{decision}/transitions", {"to": "submitted"}, anna)
    await created(client, f"/decisions/{decision}/transitions", {"to": "published"}, ben)
    step = {"title": {"de": "Baubeginn"}, "due": "2028-03-01"}
    keyed = anna | {"Idempotency-Key": "once"}
    first = await created(client, f"/decisions/{decision}/milestones", step, keyed)
    assert await created(client, f"/decisions/{decision}/milestones", step, keyed) == first
    answer = {"ref": case.refs[TREES][0], "medium": "letter", "text": {"de": "Danke."}}
    assert await created(client, f"/decisions/{decision}/feedback", {"answers": [answer]}, anna) == {"sent": 1}

    trace = (await client.get(f"/api/v1/contributions/{case.refs[TOILET][0]}/trace")).json()
    assert trace["topics"][0] == {
        "id": case.topics[TOILET],
        "title": {"de": TOILET},
        "outcome": "uebernommen",
        "final": True,
        "deviates": True,
    }
    assert [step["step"] for step in trace["steps"]][-1] == "ahead"
    backward = (await client.get(f"/api/v1/decisions/{decision}/trace")).json()
    assert {ref["ref"] for topic in backward["topics"] for ref in topic["contributions"]} == {
        ref for refs in case.refs.values() for ref in refs
    }


async def test_weighing_by_a_stranger_is_refused(client: Client, rt: Runtime, clock: FixedClock) -> None:
    case = await grouped(rt.work, clock)
    body = {"proposal": "teilweise", "reason_code": "kosten", "reason": REASON}
    path = f"/api/v1/topics/{case.topics[TOILET]}/weighings"
    assert (await client.post(path, json=body)).status_code == 401
    moderator = await bearer(rt, "jonas")
    assert (await client.post(path, json=body, headers=moderator)).status_code == 403
    anna = await bearer(rt, "anna")
    assert (await client.post(path, json=body | {"state": "published"}, headers=anna)).status_code == 422


async def test_retraction_names_a_step_of_the_consultation(client: Client, rt: Runtime, clock: FixedClock) -> None:
    case = await decided(rt.work, clock)
    anna = await bearer(rt, "anna")
    body = {"kind": "decision", "subject": case.decision_id, "reason": "Formfehler."}
    await created(client, f"/consultations/{case.consultation_id}/retractions", body, anna)
    gone = await client.get(f"/api/v1/decisions/{case.decision_id}/trace")
    assert (gone.status_code, gone.json()["code"]) == (404, "unknown_trace")
    again = await client.post(
        f"/api/v1/consultations/{case.consultation_id}/retractions", json=body, headers=await bearer(rt, "ben")
    )
    assert again.status_code in {403, 409}


async def test_whole_trace_is_valid_against_the_schema(client: Client, rt: Runtime, clock: FixedClock) -> None:
    schema = standard("decision-trace.schema.json")
    case = await decided(rt.work, clock)
    await rt.log.flush()
    document = (await client.get(f"/api/v1/consultations/{case.consultation_id}/trace")).json()
    validator = jsonschema_rs.validator_for(json.loads(schema.read_text(encoding="utf-8")))
    assert [error.message for error in validator.iter_errors(document)] == []
    assert len(document["log"]) == 13
    assert {effect["cluster"] for effect in document["effects"]} == set(case.topics.values())
    assert BEN
