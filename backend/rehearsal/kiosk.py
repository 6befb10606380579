"""A kiosk over its sync interface: enrol with a code, confirm the fingerprint, hand over ballots."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import httpx

from backend.polls.choices import Choices
from backend.rehearsal.staff import TIMEOUT_S, Json, RehearsalError, Staff


class Kiosk:
    """One enrolled device."""

    def __init__(self, http: httpx.AsyncClient, token: str) -> None:
        self._http = http
        self._headers = {"Authorization": f"Bearer {token}"}

    @classmethod
    async def enrol(cls, staff: Staff, org: str, *, name: str) -> Kiosk:
        """Enrol a device as staff and device do it together. Raises: RehearsalError."""
        offered = await staff.post("host", f"/api/v1/organisations/{org}/kiosks", {"name": name})
        http = httpx.AsyncClient(base_url=staff.url, timeout=TIMEOUT_S)
        body = {"code": offered["code"], "public_key": secrets.token_hex(32)}
        answer = await http.post("/api/v1/kiosk/enrol", json=body)
        if answer.is_error:
            raise RehearsalError(f"kiosk: {answer.status_code} {answer.text[:300]}")
        device = answer.json()
        await staff.post("host", f"/api/v1/kiosks/{device['kiosk']}/confirm", {"fingerprint": device["fingerprint"]})
        return cls(http, device["token"])

    async def cast(self, poll: Json, card: str, choices: Choices) -> Json:
        """Hand over one ballot; return the server's answer with its HTTP status as `status`."""
        body = {"poll": poll["id"], "card": card, "choices": choices, "nonce": secrets.token_hex(32)}
        headers = {**self._headers, "Idempotency-Key": secrets.token_urlsafe(16)}
        answer = await self._http.post("/api/v1/kiosk/casts", json=body, headers=headers)
        return {"status": answer.status_code, **answer.json()}

    async def cast_all(self, poll: Json, cards: Sequence[str], ballots: Sequence[Choices]) -> None:
        """Let one person after the other vote. Raises: RehearsalError when one is refused."""
        for card, choices in zip(cards, ballots, strict=False):
            answer = await self.cast(poll, card, choices)
            if answer["status"] != httpx.codes.CREATED:
                raise RehearsalError(f"kiosk: {answer}")

    async def close(self) -> None:
        """End the device's connection."""
        await self._http.aclose()
