"""The ways a ballot takes into the box, as devices and people use them."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any

import httpx

from backend.accounts.actions import create_token
from backend.accounts.types import Role
from backend.ballots.wire import padded
from backend.paper.actions.adjudicate import decision_of
from backend.paper.actions.enter import begin_manual_batch, enter_sheets
from backend.polls.queries import Poll
from backend.polls.types import Channel
from backend.runtime import Runtime
from tests.factories import Hall, make_person
from tests.integration.live_server import Phone
from tests.integration.paper_setup import PaperHall

PIECE_BYTES = 48
TELLERS = ("roth", "weber", "keller")
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Vote:
    """What a device knows of its ballot."""

    card: str
    choice: str
    nonce: str
    key: str
    channel: Channel

    @classmethod
    def drawn(cls, card: str, choice: str, channel: Channel) -> Vote:
        """Draw nonce and request key as a device does."""
        return cls(card, choice, secrets.token_hex(32), secrets.token_hex(16), channel)

    @property
    def body(self) -> dict[str, object]:
        """The ballot as it is sent."""
        return {"card": self.card, "choices": [self.choice], "nonce": self.nonce}


async def by_socket(one: Phone, poll: Poll, vote: Vote) -> Answer:
    """Cast over a phone's socket."""
    frame = padded({"t": "cast", "id": vote.key, "poll": poll.id, **vote.body}, poll.pad_bytes)
    await one.socket.send(frame.decode())
    return await one.hear("ack", "error")


async def by_request(http: httpx.AsyncClient, poll: Poll, vote: Vote) -> httpx.Response:
    """Cast by a phone's plain request."""
    body = padded(vote.body, poll.pad_bytes)
    return await _post(http, f"/api/v1/polls/{poll.id}/ballots", body, {"Idempotency-Key": vote.key})


async def at_kiosk(http: httpx.AsyncClient, device: str, poll: Poll, vote: Vote) -> httpx.Response:
    """Cast at a kiosk."""
    body = padded({"poll": poll.id, **vote.body}, poll.pad_bytes)
    headers = {"Idempotency-Key": vote.key, "Authorization": f"Bearer {device}"}
    return await _post(http, "/api/v1/kiosk/casts", body, headers)


async def enrol_kiosk(rt: Runtime, http: httpx.AsyncClient, hall: Hall) -> str:
    """Set up a kiosk and return its token."""
    async with rt.work.write() as uow:
        await make_person(uow, "weber-admin", hall.org_id, Role.ADMIN)
        token = await create_token(uow, user_name="weber-admin")
    staff = {"Authorization": f"Bearer {token}"}
    offered = await http.post(f"/api/v1/organisations/{hall.org_slug}/kiosks", json={"name": "Foyer"}, headers=staff)
    enrolment = {"code": offered.json()["code"], "public_key": "k" * 64}
    device = (await http.post("/api/v1/kiosk/enrol", json=enrolment)).json()
    confirmed = {"fingerprint": device["fingerprint"]}
    await http.post(f"/api/v1/kiosks/{device['kiosk']}/confirm", json=confirmed, headers=staff)
    return str(device["token"])


async def paper_of(rt: Runtime, hall: Hall, poll: Poll) -> PaperHall:
    """Give a hall its tellers."""
    async with rt.work.write() as uow:
        people = {name: await make_person(uow, f"{name}-paper", hall.org_id, Role.TELLER) for name in TELLERS}
    return PaperHall(rt, hall, poll, people)


async def scan_and_type(town: PaperHall, scanned: list[str], typed: list[str]) -> bytes:
    """Count some sheets by a scan and some by hand, both confirmed; return a piece of the scanned picture."""
    run = await town.print(len(scanned))
    scan = town.scan(run, [[choice] for choice in scanned])
    batch = await town.upload(scan)
    await town.confirm(batch.id, len(scanned))
    async with town.rt.work.write() as uow:
        by_hand = await begin_manual_batch(uow, town.poll.id, sheets=len(typed), user_id=town.people["roth"])
    seal = town.rt.paper.seal_of(town.poll)
    for name in TELLERS[:2]:
        async with town.rt.work.write() as uow:
            decisions = [decision_of(town.poll.definition, [choice]) for choice in typed]
            await enter_sheets(uow, seal, by_hand, user_id=town.people[name], decisions=decisions)
    await town.confirm(by_hand, len(typed), "keller")
    return scan[len(scan) // 2 :][:PIECE_BYTES]


async def _post(http: httpx.AsyncClient, path: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
    return await http.post(path, content=body, headers={"Content-Type": "application/json", **headers})


def acknowledged(answer: httpx.Response | Answer) -> Answer:
    """Return the acknowledgement in an answer; fail on a refusal."""
    told: Answer = json.loads(answer.content) if isinstance(answer, httpx.Response) else answer
    assert "ballot" in told, told
    return told
