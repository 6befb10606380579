"""The hall's state for networks that let no WebSocket through: a request that is answered with the next event."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from backend.live.rooms import Rooms
from backend.meetings.actions.hall import notify_hall
from backend.runtime import Runtime
from tests.factories import make_hall, make_poll
from tests.integration.live_server import Served, serve


@pytest.fixture
async def served(rt: Runtime) -> AsyncIterator[Served]:
    """The application behind a real server."""
    async with serve(rt) as running:
        yield running


@pytest.fixture
async def client(served: Served) -> AsyncIterator[httpx.AsyncClient]:
    """A client of that server."""
    async with httpx.AsyncClient(base_url=served.http) as one:
        yield one


def state_url(meeting_id: str, **query: int) -> httpx.URL:
    """Return the address of a meeting's state."""
    return httpx.URL(f"/api/v1/meetings/{meeting_id}/state", params=query)


async def test_waiting_request_is_answered_with_the_next_event(served: Served, client: httpx.AsyncClient) -> None:
    hall = await make_hall(served.rt)
    first = (await client.get(state_url(hall.meeting_id))).json()
    waiting = asyncio.create_task(client.get(state_url(hall.meeting_id, since=first["seq"], wait=25)))
    poll = await make_poll(served.rt, hall)
    state = (await waiting).json()
    assert [each["id"] for each in state["polls"]] == [poll.id]
    assert state["seq"] >= first["seq"] + 1


async def test_room_closes_behind_the_last_who_waited(served: Served) -> None:
    hall = await make_hall(served.rt)
    rooms: Rooms = served.app.state.rooms
    room = await rooms.enter(hall.meeting_id)
    waiting = asyncio.create_task(rooms.state_after(hall.meeting_id, room.seq, 25))
    await rooms.leave(room, None)
    poll = await make_poll(served.rt, hall)
    assert poll.id.encode() in (await waiting or b"")
    assert rooms.sizes() == {}


async def test_request_that_missed_something_is_answered_at_once(served: Served, client: httpx.AsyncClient) -> None:
    hall = await make_hall(served.rt)
    first = (await client.get(state_url(hall.meeting_id))).json()
    async with served.rt.work.write() as uow:
        await notify_hall(uow, hall.meeting_id, "Es geht weiter.")
    state = (await client.get(state_url(hall.meeting_id, since=first["seq"], wait=25))).json()
    assert state["seq"] == first["seq"] + 1
    assert "unchanged" not in state


async def test_request_hears_after_its_time_that_nothing_came(served: Served, client: httpx.AsyncClient) -> None:
    hall = await make_hall(served.rt)
    seq = (await client.get(state_url(hall.meeting_id))).json()["seq"]
    assert (await client.get(state_url(hall.meeting_id, since=seq, wait=1))).json() == {"seq": seq, "unchanged": True}


@pytest.mark.parametrize("query", [{"since": 0, "wait": 26}, {"since": 0, "wait": -1}])
async def test_wait_beyond_its_limit_is_refused(
    served: Served, client: httpx.AsyncClient, query: dict[str, int]
) -> None:
    hall = await make_hall(served.rt)
    assert (await client.get(state_url(hall.meeting_id, **query))).status_code == 422


async def test_waiting_for_an_unknown_meeting_is_not_found(client: httpx.AsyncClient) -> None:
    assert (await client.get(state_url("nowhere", since=0, wait=5))).status_code == 404
