"""Kiosks over HTTP: becoming one, voting at one, and everything a kiosk must be refused."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from backend.accounts.actions import create_token
from backend.accounts.devices import devices_of, offer_again
from backend.accounts.types import Role
from backend.kit.clock import FixedClock
from backend.kit.errors import NotFound
from backend.polls.queries import Poll
from backend.runtime import Runtime
from backend.transparency.ballots import ballot_commitment, tracking_code
from backend.transparency.models import IntentRow
from tests.factories import Hall, make_hall, make_person, make_poll

KEY = "MCowBQYDK2VwAyEA" + "k" * 43 + "="


@dataclass(slots=True)
class Town:
    """A hall with somebody who may manage devices."""

    hall: Hall
    poll: Poll
    http: httpx.AsyncClient
    staff: dict[str, str] = field(default_factory=dict)

    @property
    def offers(self) -> str:
        return f"/api/v1/organisations/{self.hall.org_slug}/kiosks"

    async def offered(self) -> tuple[str, str]:
        """Return a new kiosk's id and its code."""
        made = (await self.http.post(self.offers, json={"name": "Foyer"}, headers=self.staff)).json()
        return made["id"], made["code"]

    async def enrol(self, code: str) -> httpx.Response:
        return await self.http.post("/api/v1/kiosk/enrol", json={"code": code, "public_key": KEY})

    async def confirm(self, kiosk: str, fingerprint: str) -> httpx.Response:
        body = {"fingerprint": fingerprint}
        return await self.http.post(f"/api/v1/kiosks/{kiosk}/confirm", json=body, headers=self.staff)

    async def kiosk(self) -> tuple[str, dict[str, str]]:
        """Return a working kiosk's id and its headers."""
        kiosk, code = await self.offered()
        enrolled = (await self.enrol(code)).json()
        await self.confirm(kiosk, enrolled["fingerprint"])
        return kiosk, bearer(enrolled["token"])

    async def cast(self, device: dict[str, str], card: str, *, key: str = "", **extra: object) -> httpx.Response:
        body = {"poll": self.poll.id, "card": card, "choices": ["yes"], "nonce": "ab" * 32, **extra}
        headers = device | {"Idempotency-Key": key or secrets.token_hex(16)}
        return await self.http.post("/api/v1/kiosk/casts", json=body, headers=headers)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def make_town(rt: Runtime, http: httpx.AsyncClient, slug: str = "auenfurt") -> Town:
    hall = await make_hall(rt, slug=slug)
    town = Town(hall, await make_poll(rt, hall), http)
    async with rt.work.write() as uow:
        await make_person(uow, f"berger-{slug}", hall.org_id, Role.ADMIN)
        town.staff = bearer(await create_token(uow, user_name=f"berger-{slug}"))
    return town


@pytest.fixture
async def town(rt: Runtime, client: httpx.AsyncClient) -> Town:
    return await make_town(rt, client)


async def test_enrol_right_code_waits_for_a_person_then_works(town: Town) -> None:
    kiosk, code = await town.offered()
    enrolled = (await town.enrol(code.lower().replace("-", " "))).json()
    device = bearer(enrolled["token"])
    assert (await town.http.get("/api/v1/kiosk/state", headers=device)).json()["meeting"] is None
    assert (await town.confirm(kiosk, enrolled["fingerprint"])).json()["state"] == "active"
    state = (await town.http.get("/api/v1/kiosk/state", headers=device)).json()
    assert state["meeting"]["meeting"]["id"] == town.hall.meeting_id


async def test_enrol_wrong_code_is_refused(town: Town) -> None:
    answer = await town.enrol("ZZZZ-ZZZZ")
    assert (answer.status_code, answer.json()["code"]) == (403, "unknown_code")


async def test_enrol_used_code_is_refused(town: Town) -> None:
    _, code = await town.offered()
    assert (await town.enrol(code)).status_code == 201
    assert (await town.enrol(code)).json()["code"] == "unknown_code"


async def test_enrol_expired_code_is_refused(town: Town, clock: FixedClock) -> None:
    _, code = await town.offered()
    clock.advance(timedelta(minutes=10))
    assert (await town.enrol(code)).json()["code"] == "unknown_code"


async def test_confirm_other_fingerprint_leaves_the_device_without_rights(town: Town) -> None:
    kiosk, code = await town.offered()
    enrolled = (await town.enrol(code)).json()
    assert (await town.confirm(kiosk, "0000-0000")).json()["code"] == "other_fingerprint"
    assert (await town.cast(bearer(enrolled["token"]), town.hall.cards[0])).status_code == 403


async def test_cast_pending_device_is_refused(town: Town) -> None:
    _, code = await town.offered()
    device = bearer((await town.enrol(code)).json()["token"])
    assert (await town.cast(device, town.hall.cards[0])).status_code == 403
    assert (await town.http.get("/api/v1/kiosk/surroundings", headers=device)).status_code == 403


async def test_cast_revoked_device_is_unknown(town: Town) -> None:
    kiosk, device = await town.kiosk()
    assert (await town.http.post(f"/api/v1/kiosks/{kiosk}/revoke", headers=town.staff)).status_code == 204
    assert (await town.cast(device, town.hall.cards[0])).status_code == 401


async def test_cast_without_a_device_is_refused(town: Town) -> None:
    assert (await town.cast({}, town.hall.cards[0])).status_code == 401
    assert (await town.cast(town.staff, town.hall.cards[0])).status_code == 401


async def test_cast_working_device_acknowledges_as_kiosk(town: Town) -> None:
    _, device = await town.kiosk()
    answer = await town.cast(device, town.hall.cards[0])
    own = ballot_commitment(town.poll.id, bytes.fromhex("ab" * 32), ["yes"])
    assert (answer.status_code, answer.json()["channel"]) == (201, "kiosk")
    assert answer.json()["ballot"]["commitment"] == own.hex()
    assert answer.json()["ballot"]["tracking_code"] == tracking_code(own)
    assert len(answer.content) % 256 == 0
    assert answer.headers["cache-control"] == "no-store"


async def test_cast_same_request_again_is_the_same_ballot(town: Town) -> None:
    _, device = await town.kiosk()
    first = await town.cast(device, town.hall.cards[0], key="a-lost-answer")
    again = await town.cast(device, town.hall.cards[0], key="a-lost-answer")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["ballot"]["commitment"] == again.json()["ballot"]["commitment"]


async def test_cast_used_card_names_the_first_channel(town: Town) -> None:
    _, device = await town.kiosk()
    card = town.hall.cards[0]
    body = {"card": card, "choices": ["no"], "nonce": "cd" * 32}
    path = f"/api/v1/polls/{town.poll.id}/ballots"
    assert (await town.http.post(path, json=body, headers={"Idempotency-Key": "from-a-phone"})).status_code == 201
    answer = await town.cast(device, card)
    assert (answer.status_code, answer.json()["code"], answer.json()["channel"]) == (409, "already_voted", "phone")


async def test_cast_guest_card_is_refused(town: Town) -> None:
    _, device = await town.kiosk()
    assert (await town.cast(device, town.hall.guests[0])).json()["code"] == "not_entitled"


async def test_cast_other_organisations_poll_is_refused(town: Town, rt: Runtime) -> None:
    other = await make_town(rt, town.http, "talbrunn")
    _, device = await town.kiosk()
    answer = await town.cast(device, other.hall.cards[0], poll=other.poll.id)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_confirm_and_revoke_other_organisations_staff_is_refused(town: Town, rt: Runtime) -> None:
    other = await make_town(rt, town.http, "talbrunn")
    kiosk, _ = await town.kiosk()
    answer = await town.http.post(f"/api/v1/kiosks/{kiosk}/revoke", headers=other.staff)
    assert answer.status_code == 403


async def test_page_has_strict_policy_and_every_aid(town: Town) -> None:
    page = await town.http.get("/kiosk", headers={"Accept-Language": "en"})
    policy = page.headers["content-security-policy"]
    assert "'wasm-unsafe-eval'" in policy
    assert "'unsafe-inline'" not in policy
    assert 'lang="de"' in page.text
    for action in ("languages", "easy", "contrast", "size", "read", "help"):
        assert f'data-do="{action}"' in page.text
    assert "data-demo" not in page.text
    assert 'lang="en-GB"' in (await town.http.get("/kiosk?lang=en")).text


async def test_demo_route_exists_in_the_demo_only(town: Town) -> None:
    assert (await town.http.post("/demo/kiosk", json={"public_key": KEY})).status_code == 404


async def test_place_of_a_device_is_given_to_another_browser_and_logged(town: Town, rt: Runtime) -> None:
    kiosk, before = await town.kiosk()
    async with rt.work.write() as uow:
        code = await offer_again(uow, kiosk)
    assert (await town.http.get("/api/v1/kiosk/state", headers=before)).status_code == 401
    other = (await town.http.post("/api/v1/kiosk/enrol", json={"code": code, "public_key": KEY[::-1]})).json()
    await town.confirm(kiosk, other["fingerprint"])
    assert (await town.http.get("/api/v1/kiosk/state", headers=bearer(other["token"]))).status_code == 200
    async with rt.work.read() as uow:
        assert [device.id for device in await devices_of(uow.session, town.hall.org_id)] == [kiosk]
        logged = select(IntentRow.dedup_key).where(IntentRow.dedup_key.startswith("device.enrolled"))
        assert len((await uow.session.scalars(logged)).all()) == 2
    async with rt.work.write() as uow:
        with pytest.raises(NotFound):
            await offer_again(uow, "nobody")


async def test_office_page_offers_compares_and_revokes(town: Town) -> None:
    office = f"/verwaltung/{town.hall.org_slug}/kioske"
    made = await town.http.post(office, data={"name": "Galerie"}, headers=town.staff)
    found = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", made.text)
    assert found
    enrolled = (await town.enrol(found.group())).json()
    listed = await town.http.get(office, headers=town.staff)
    assert enrolled["fingerprint"] in listed.text
    assert found.group() not in listed.text
    path = f"{office}/{enrolled['kiosk']}"
    wrong = {"zeichen": "0000-0000", "urteil": "gleich"}
    assert (await town.http.post(f"{path}/vergleich", data=wrong, headers=town.staff)).status_code == 303
    device = bearer(enrolled["token"])
    assert (await town.cast(device, town.hall.cards[0])).status_code == 403
    right = wrong | {"zeichen": enrolled["fingerprint"]}
    assert (await town.http.post(f"{path}/vergleich", data=right, headers=town.staff)).status_code == 303
    assert (await town.cast(device, town.hall.cards[0])).status_code == 201
    assert (await town.http.post(f"{path}/sperren", headers=town.staff)).status_code == 303
    assert (await town.cast(device, town.hall.cards[1])).status_code == 401


async def test_office_page_other_characters_reject_the_device(town: Town) -> None:
    kiosk, code = await town.offered()
    enrolled = (await town.enrol(code)).json()
    path = f"/verwaltung/{town.hall.org_slug}/kioske/{kiosk}/vergleich"
    form = {"zeichen": enrolled["fingerprint"], "urteil": "verschieden"}
    assert (await town.http.post(path, data=form, headers=town.staff)).status_code == 303
    answer = await town.http.get("/api/v1/kiosk/state", headers=bearer(enrolled["token"]))
    assert answer.status_code == 401


async def test_office_page_without_the_right_is_refused(town: Town, rt: Runtime) -> None:
    async with rt.work.write() as uow:
        await make_person(uow, "lang", town.hall.org_id, Role.MODERATOR)
        token = await create_token(uow, user_name="lang")
    answer = await town.http.get(f"/verwaltung/{town.hall.org_slug}/kioske", headers=bearer(token))
    assert answer.status_code == 403


async def test_service_worker_may_look_after_the_kiosk_alone(town: Town) -> None:
    answer = await town.http.get("/kiosk/dienst.js")
    assert (answer.status_code, answer.headers["service-worker-allowed"]) == (200, "/kiosk")
    assert answer.headers["cache-control"] == "no-cache"
    assert "/api" not in answer.text.split("*/", 1)[1]
