"""Two ways from a request into the box: whoever takes which, answers and refusals are the same."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from backend.accounts.actions import create_token
from backend.accounts.types import Role
from backend.ballots.redemptions import refused_duplicates, turnout
from backend.ballots.wire import padded
from backend.polls.queries import Poll
from backend.runtime import Runtime
from tests.factories import Hall, make_hall, make_person, make_poll
from tests.integration.live_server import PATIENCE_S, Served, serve

JSON = "application/json"
LONG_WAY = {"content-type": "application/json; charset=utf-8"}  # not our pages' spelling
AT_ONCE = {"content-type": JSON}


@dataclass(slots=True)
class Booth:
    """An open poll and somebody who sends requests."""

    served: Served
    http: httpx.AsyncClient
    hall: Hall
    poll: Poll

    async def cast(self, headers: dict[str, str], **changed: object) -> httpx.Response:
        """Send a ballot of the second card; `changed` are fields of its body, and `key`."""
        key = str(changed.pop("key", secrets.token_urlsafe(16)))
        body = {"card": self.hall.cards[1], "choices": ["yes"], "nonce": secrets.token_hex(32)} | changed
        content = padded(body, self.poll.pad_bytes)
        return await self.http.post(
            f"/api/v1/polls/{self.poll.id}/ballots", content=content, headers={"Idempotency-Key": key} | headers
        )


@pytest.fixture
async def booth(rt: Runtime) -> AsyncIterator[Booth]:
    async with serve(rt) as served, httpx.AsyncClient(base_url=served.http, timeout=PATIENCE_S) as http:
        hall = await make_hall(rt)
        ready = Booth(served, http, hall, await make_poll(rt, hall))
        assert (await ready.cast(AT_ONCE, card=hall.cards[0])).status_code == 201  # poll and register have been read
        yield ready


def fields(response: httpx.Response) -> dict[str, str]:
    """Return the headers that do not depend on the moment."""
    return {name: value for name, value in response.headers.items() if name != "date"}


@pytest.mark.both_databases
async def test_both_ways_answer_alike(booth: Booth) -> None:
    short = await booth.cast(AT_ONCE)
    long = await booth.cast(LONG_WAY, card=booth.hall.cards[2])
    assert (short.status_code, long.status_code) == (201, 201)
    assert fields(short) == fields(long)
    assert "content-security-policy" in short.headers
    assert len(short.content) == len(long.content) == booth.poll.pad_bytes
    assert short.json().keys() == long.json().keys()
    async with booth.served.rt.work.read() as uow:
        assert (await turnout(uow.session, [booth.poll.id]))[booth.poll.id].used == 3


@pytest.mark.parametrize(("first", "second"), [(AT_ONCE, LONG_WAY), (LONG_WAY, AT_ONCE), (AT_ONCE, AT_ONCE)])
async def test_repeat_gets_the_first_answer_whichever_way_it_takes(
    booth: Booth, first: dict[str, str], second: dict[str, str]
) -> None:
    same = {"key": "k" * 16, "nonce": "ab" * 32}
    answers = [await booth.cast(way, **same) for way in (first, second)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json()["ballot"] == answers[1].json()["ballot"]


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("already_voted", {}),
        ("invalid_choices", {"choices": ["nonsense"]}),
        ("unknown_card", {"card": "K7Q2-9WDM-X4TR-5"}),
        ("unknown_card", {"card": "no card at all"}),
    ],
)
async def test_both_ways_refuse_alike(booth: Booth, code: str, changed: dict[str, Any]) -> None:
    voted = {"card": booth.hall.cards[0]}
    short, long = [await booth.cast(way, **voted | changed) for way in (AT_ONCE, LONG_WAY)]
    assert short.json() == long.json()
    assert (short.json()["code"], short.status_code) == (code, long.status_code)
    assert fields(short) == fields(long)
    async with booth.served.rt.work.read() as uow:
        assert await refused_duplicates(uow.session, booth.poll.id) == (2 if code == "already_voted" else 0)


async def test_guest_card_is_refused_both_ways(booth: Booth) -> None:
    short, long = [await booth.cast(way, card=booth.hall.guests[0]) for way in (AT_ONCE, LONG_WAY)]
    assert short.json()["code"] == long.json()["code"] == "not_entitled"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 201),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
    ],
)
async def test_ballot_from_another_page_is_refused(booth: Booth, headers: dict[str, str], status: int) -> None:
    assert (await booth.cast(AT_ONCE | headers)).status_code == status


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"nonce": "ab"}, 422),
        ({"nonce": "ab" * 32 + "\n"}, 422),
        ({"extra": 1}, 422),
        ({"key": "short"}, 422),
        ({"key": "x" * 101}, 422),
        ({"key": "with blank and ."}, 201),
        ({"card": None}, 422),
        ({"pad": "x" * 17_000}, 413),
    ],
)
async def test_unusual_requests_are_judged_by_the_handler(booth: Booth, changed: dict[str, Any], status: int) -> None:
    assert (await booth.cast(AT_ONCE, **changed)).status_code == status


@pytest.mark.parametrize("card", ["K7Q2-9WDM-X4TR-5", "misspelt"])
async def test_guessing_cards_is_throttled(booth: Booth, card: str) -> None:
    answers = [await booth.cast(AT_ONCE, card=card) for _ in range(21)]
    assert [answers[0].json()["code"], answers[-1].json()["code"]] == ["unknown_card", "too_many_attempts"]


async def test_body_in_pieces_is_put_together(booth: Booth) -> None:
    body = padded({"card": booth.hall.cards[1], "choices": ["yes"], "nonce": "ab" * 32}, booth.poll.pad_bytes)

    async def pieces() -> AsyncIterator[bytes]:
        yield body[:40]
        yield body[40:]

    address = f"/api/v1/polls/{booth.poll.id}/ballots"
    sent = await booth.http.post(address, content=pieces(), headers=AT_ONCE | {"Idempotency-Key": "k" * 16})
    assert sent.status_code == 201


async def test_staff_with_a_token_cast_like_everybody(booth: Booth) -> None:
    async with booth.served.rt.work.write() as uow:
        await make_person(uow, "weber", booth.hall.org_id, Role.ADMIN)
        token = await create_token(uow, user_name="weber")
    answer = await booth.cast(AT_ONCE | {"authorization": f"Bearer {token}"})
    assert answer.status_code == 201
