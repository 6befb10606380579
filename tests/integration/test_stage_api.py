"""What the console does, over JSON: provisional results, repeats, the way to paper and back."""

from __future__ import annotations

import httpx
import pytest

from backend.accounts.actions import create_token
from backend.accounts.types import Role
from backend.polls.types import PollState
from backend.runtime import Runtime
from tests.factories import Hall, make_hall, make_person, make_poll, move_poll


@pytest.fixture
async def hall(rt: Runtime) -> Hall:
    """A running meeting."""
    return await make_hall(rt)


@pytest.fixture
async def api(client: httpx.AsyncClient, rt: Runtime, hall: Hall) -> httpx.AsyncClient:
    """A host's client."""
    async with rt.work.write() as uow:
        await make_person(uow, "weber", hall.org_id, Role.HOST)
        token = await create_token(uow, user_name="weber")
    client.headers["Authorization"] = f"Bearer {token}"
    return client


async def test_paper_and_back(api: httpx.AsyncClient, rt: Runtime, hall: Hall) -> None:
    poll = await make_poll(rt, hall)
    path = f"/api/v1/meetings/{hall.meeting_id}"
    version = (await api.get(path)).json()["version"]
    answer = await api.post(f"{path}/paper", json={"on": True, "version": version})
    assert (answer.status_code, answer.json()["on_paper"]) == (200, True)
    told = (await api.get(f"/api/v1/polls/{poll.id}")).json()
    assert (told["state"], told["on_paper"]) == ("closing", True)
    late = await api.post(f"{path}/paper", json={"on": False, "version": version})
    assert (late.status_code, late.json()["code"]) == (409, "stale_version")
    back = await api.post(f"{path}/paper", json={"on": False, "version": version + 1})
    assert back.json()["on_paper"] is False


async def test_successor_is_made_once_and_only_of_an_ended_poll(
    api: httpx.AsyncClient, rt: Runtime, hall: Hall
) -> None:
    poll = await make_poll(rt, hall)
    path = f"/api/v1/polls/{poll.id}/successor"
    assert (await api.post(path)).json()["code"] == "invalid_transition"
    await move_poll(rt, poll, PollState.CANCELLED, reason="Die Frage war unklar.")
    first, second = (await api.post(path)), (await api.post(path))
    assert first.status_code == 201
    assert first.json() == second.json()
    assert (first.json()["supersedes"], first.json()["state"]) == (poll.id, "draft")


async def test_provisional_of_an_open_poll_is_refused(api: httpx.AsyncClient, rt: Runtime, hall: Hall) -> None:
    poll = await make_poll(rt, hall)
    answer = await api.post(f"/api/v1/polls/{poll.id}/provisional", json={"version": poll.version})
    assert (answer.status_code, answer.json()["code"]) == (409, "invalid_transition")


async def test_nobody_without_the_right_leaves_for_paper(client: httpx.AsyncClient, hall: Hall) -> None:
    answer = await client.post(f"/api/v1/meetings/{hall.meeting_id}/paper", json={"on": True, "version": 1})
    assert answer.status_code == 401
