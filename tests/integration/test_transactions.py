"""A request's writes and its answer agree: a failing COMMIT is an error response, never a success."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from sqlalchemy import event

from backend.accounts.actions import create_token
from backend.accounts.types import Role
from backend.runtime import Runtime
from tests.broken import failing_commits
from tests.factories import Hall, make_hall, make_person, make_poll

BALLOT = {"choices": ["yes"], "nonce": "ab" * 32}


@contextmanager
def broken_commits(engine: object) -> Iterator[None]:
    """Make every COMMIT on an engine fail as a dead disk would."""

    def fail(_connection: object) -> None:
        msg = "no space left on device"
        raise OSError(msg)

    event.listen(engine, "commit", fail)
    yield
    event.remove(engine, "commit", fail)


async def token_for(rt: Runtime, hall: Hall, role: Role, name: str = "weber") -> dict[str, str]:
    """Return the authorisation header of a new person."""
    async with rt.work.write() as uow:
        await make_person(uow, name, hall.org_id, role)
        token = await create_token(uow, user_name=name)
    return {"Authorization": f"Bearer {token}"}


async def test_staff_write_with_failing_commit_answers_an_error(rt: Runtime, client: httpx.AsyncClient) -> None:
    hall = await make_hall(rt)
    headers = await token_for(rt, hall, Role.HOST)
    with broken_commits(rt.db.writer.sync_engine):
        answer = await client.post(
            f"/api/v1/meetings/{hall.meeting_id}/cards", json={"voting": 5, "guest": 0}, headers=headers
        )
    assert answer.status_code == 500
    assert "packs" not in answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")


async def test_cast_with_failing_commit_answers_503_and_the_repeat_succeeds_later(
    rt: Runtime, client: httpx.AsyncClient
) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    headers = {"Idempotency-Key": "phone-request-1"}
    body = BALLOT | {"card": hall.cards[0]}
    async with failing_commits(rt.db):
        first = await client.post(f"/api/v1/polls/{poll.id}/ballots", json=body, headers=headers)
    assert first.status_code == 503
    assert first.headers["retry-after"]
    again = await client.post(f"/api/v1/polls/{poll.id}/ballots", json=body, headers=headers)
    assert again.status_code == 201


async def test_cast_over_http_follows_the_contract(rt: Runtime, client: httpx.AsyncClient) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    body = BALLOT | {"card": hall.cards[0], "pad": "." * 40}
    url = f"/api/v1/polls/{poll.id}/ballots"
    first = await client.post(url, json=body, headers={"Idempotency-Key": "phone-request-1"})
    again = await client.post(url, json=body, headers={"Idempotency-Key": "phone-request-1"})
    other = await client.post(url, json=body | {"choices": ["no"]}, headers={"Idempotency-Key": "phone-request-1"})
    second = await client.post(url, json=body, headers={"Idempotency-Key": "phone-request-2"})
    assert (first.status_code, again.status_code, other.status_code, second.status_code) == (201, 200, 409, 409)
    assert first.json()["ballot"] == again.json()["ballot"]
    assert len(first.content) == len(again.content) == poll.pad_bytes
    assert other.json()["code"] == "idempotency_mismatch"
    assert second.json()["code"] == "already_voted"
    assert second.json()["channel"] == "phone"


async def test_cast_hostile_bodies_are_refused_by_name(rt: Runtime, client: httpx.AsyncClient) -> None:
    hall = await make_hall(rt)
    poll = await make_poll(rt, hall)
    url, key = f"/api/v1/polls/{poll.id}/ballots", {"Idempotency-Key": "phone-request-1"}
    body = BALLOT | {"card": hall.cards[0]}
    assert (await client.post(url, json=body | {"channel": "paper"}, headers=key)).status_code == 422
    assert (await client.post(url, json=body | {"nonce": "ab"}, headers=key)).status_code == 422
    assert (await client.post(url, content=b"{", headers=key)).status_code in {400, 422}
    assert (await client.post(url, json=body | {"pad": "x" * 20_000}, headers=key)).status_code in {413, 422}
    assert (await client.post(url, json=body)).status_code == 422
    refused = await client.post(url, json=body | {"choices": ["maybe"]}, headers=key)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_choices")
