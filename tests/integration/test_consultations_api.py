"""Consultations over JSON, through the whole application."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy import select

from backend.accounts.actions import create_token
from backend.consultations.models import ComplaintRow
from backend.runtime import Runtime
from tests.integration.consultation_setup import JONAS, KATRIN, MENTOR, ORG, Town, add_town

Client = httpx.AsyncClient
NAMES = {KATRIN: "katrin", JONAS: "jonas", MENTOR: "pia"}


@pytest.fixture
async def town(rt: Runtime) -> Town:
    """A town with an open, pre-moderated consultation."""
    async with rt.work.write() as uow:
        return await add_town(uow)


async def bearer(rt: Runtime, user_id: str) -> dict[str, str]:
    """Return the header that signs a person in."""
    async with rt.work.write() as uow:
        return {"Authorization": f"Bearer {await create_token(uow, user_name=NAMES[user_id])}"}


async def say(client: Client, town: Town, text: str = "Mehr Bäume bitte.", **fields: object) -> dict[str, Any]:
    """Send a contribution and return the answer."""
    answer = await client.post(
        f"/api/v1/consultations/{town.consultation_id}/contributions", json={"text": text} | fields
    )
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_list_and_show_only_what_is_public(client: Client, rt: Runtime, town: Town) -> None:
    listed = (await client.get("/api/v1/consultations")).json()["items"]
    assert [(each["slug"], each["is_open"]) for each in listed] == [("marktplatz", True)]
    shown = await client.get(f"/api/v1/consultations/{town.consultation_id}")
    assert shown.json()["room"]["fixed"] == [{"de": "Der Stadtbrunnen bleibt."}]
    assert (await client.get("/api/v1/consultations/nirgendwo")).json()["code"] == "unknown_consultation"


async def test_contribution_from_receipt_to_published(client: Client, rt: Runtime, town: Town) -> None:
    accepted = await say(client, town, kind="proposal", title="Bäume", nickname="Eva")
    assert accepted["state"] == "received"
    thread = f"/api/v1/consultations/{town.consultation_id}/contributions"
    assert (await client.get(thread)).json()["items"] == []
    receipt = await client.get(f"/api/v1/receipts/{accepted['receipt_code']}")
    assert receipt.headers["cache-control"] == "no-store"
    assert receipt.json()["text"] == "Mehr Bäume bitte."
    moderation = f"/api/v1/contributions/{accepted['ref']}/moderation"
    assert (await client.post(moderation, json={"outcome": "publish"})).status_code == 401
    headers = await bearer(rt, KATRIN)
    decided = await client.post(moderation, json={"outcome": "publish"}, headers=headers)
    assert (decided.status_code, decided.json()["state"]) == (201, "published")
    items = (await client.get(thread)).json()["items"]
    assert [(each["ref"], each["text"], each["nickname"]) for each in items] == [
        (accepted["ref"], "Mehr Bäume bitte.", "Eva")
    ]


async def test_contribution_repeated_key_gives_the_same_answer(client: Client, rt: Runtime, town: Town) -> None:
    path = f"/api/v1/consultations/{town.consultation_id}/contributions"
    headers = {"Idempotency-Key": "abcdefgh12345678"}
    first = await client.post(path, json={"text": "Einmal"}, headers=headers)
    assert first.json() == (await client.post(path, json={"text": "Einmal"}, headers=headers)).json()
    other = await client.post(path, json={"text": "Zweimal"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_mismatch")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": ""},
        {"text": "x", "channel": "kiosk"},
        {"text": "x", "unknown": 1},
        {"text": "x", "in_reply_to": "??"},
    ],
)
async def test_contribution_malformed_is_refused(
    client: Client, rt: Runtime, town: Town, body: dict[str, object]
) -> None:
    answer = await client.post(f"/api/v1/consultations/{town.consultation_id}/contributions", json=body)
    assert answer.status_code in {400, 422}


async def test_moderation_of_another_town_is_refused(client: Client, rt: Runtime, town: Town) -> None:
    accepted = await say(client, town)
    headers = await bearer(rt, MENTOR)
    answer = await client.post(
        f"/api/v1/contributions/{accepted['ref']}/moderation", json={"outcome": "publish"}, headers=headers
    )
    assert answer.status_code == 403


async def test_card_is_recorded_checked_and_published_by_two_people(client: Client, rt: Runtime, town: Town) -> None:
    mentor, katrin = await bearer(rt, MENTOR), await bearer(rt, KATRIN)
    body = {"channel": "paper_card", "text": "Eine Bank bitte.", "received_at": "2027-02-17T00:00:00+01:00"}
    path = f"/api/v1/consultations/{town.consultation_id}/inputs"
    recorded = (await client.post(path, json=body, headers=mentor)).json()
    check = f"/api/v1/contributions/{recorded['ref']}/transcription"
    assert (await client.post(check, json={"agrees": True}, headers=mentor)).json()["code"] == "same_person"
    assert (await client.post(check, json={"agrees": True}, headers=katrin)).json()["transcription"] == "double_checked"


async def test_complaint_goes_to_another_person(client: Client, rt: Runtime, town: Town) -> None:
    katrin, jonas = await bearer(rt, KATRIN), await bearer(rt, JONAS)
    accepted = await say(client, town, "Du Idiot. Der Platz ist gut.")
    order = {"outcome": "reject", "rule": 3, "facts": "Beleidigung im ersten Satz."}
    await client.post(f"/api/v1/contributions/{accepted['ref']}/moderation", json=order, headers=katrin)
    code = accepted["receipt_code"]
    assert (await client.post(f"/api/v1/receipts/{code}/complaints", json={"text": "Nein!"})).status_code == 201
    verdict = {"verdict": "partly", "reason": "Der zweite Satz ist zulässig.", "text_published": "Der Platz ist gut."}
    complaint = await _complaint(rt)
    path = f"/api/v1/complaints/{complaint}/decision"
    assert (await client.post(path, json=verdict, headers=katrin)).json()["code"] == "same_person"
    assert (await client.post(path, json=verdict, headers=jonas)).json() == {"state": "partly"}
    receipt = (await client.get(f"/api/v1/receipts/{code}")).json()
    assert (receipt["state"], receipt["text_published"]) == ("redacted", "Der Platz ist gut.")


async def test_withdraw_and_erase_by_receipt_code(client: Client, rt: Runtime, town: Town) -> None:
    code = (await say(client, town))["receipt_code"]
    assert (await client.post(f"/api/v1/receipts/{code}/withdrawal")).json()["state"] == "withdrawn"
    await rt.log.flush()
    assert (await client.delete(f"/api/v1/receipts/{code}")).json()["state"] == "erased"
    assert (await client.get(f"/api/v1/receipts/{code}")).json()["text"] == ""


async def test_editor_creates_publishes_and_groups(client: Client, rt: Runtime, town: Town) -> None:
    headers = await bearer(rt, KATRIN)
    created = (
        await client.post("/api/v1/consultations", json={"org": ORG, "title": {"de": "Radweg"}}, headers=headers)
    ).json()
    path = f"/api/v1/consultations/{created['id']}"
    refused = await client.post(f"{path}/transitions", json={"to": "published", "version": 1}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_ready")
    assert "phases" in refused.json()["missing"]
    assert (await client.get(path)).status_code == 404
    ref = (await say(client, town))["ref"]
    topics = f"/api/v1/consultations/{town.consultation_id}/topics"
    topic = (await client.post(topics, json={"title": {"de": "Bäume"}}, headers=headers)).json()["id"]
    await client.post(f"/api/v1/topics/{topic}/inputs", json={"add": [ref]}, headers=headers)
    assert [each["title"] for each in (await client.get(topics)).json()["items"]] == [{"de": "Bäume"}]


async def _complaint(rt: Runtime) -> str:
    async with rt.work.read() as uow:
        return (await uow.session.scalars(select(ComplaintRow.id))).one()
