"""A kiosk over its sync interface: enrol with a code, confirm the fingerprint, hand over ballots."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import httpx

from backend.rehearsal.staff import TIMEOUT_S, Json, RehearsalError, Staff, decoded
from backend.rehearsal.vote import Vote


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
        try:
            body = {"code": offered["code"], "public_key": secrets.token_hex(32)}
            device = decoded(await http.post("/api/v1/kiosk/enrol", json=body), "kiosk")
            confirmation = {"fingerprint": device["fingerprint"]}
            await staff.post("host", f"/api/v1/kiosks/{device['kiosk']}/confirm", confirmation)
        except BaseException:
            await http.aclose()
            raise
        return cls(http, device["token"])

    async def cast(self, vote: Vote) -> Json:
        """Hand over one ballot; return the server's answer with its HTTP status as `status`."""
        headers = {**self._headers, "Idempotency-Key": vote.key}
        answer = await self._http.post("/api/v1/kiosk/casts", json={"poll": vote.poll, **vote.body()}, headers=headers)
        return {"status": answer.status_code, **answer.json()}

    async def cast_all(self, votes: Sequence[Vote]) -> None:
        """Let one person after the other vote. Raises: RehearsalError when one is refused."""
        for vote in votes:
            await self._hand_over(vote, httpx.codes.CREATED)

    async def upload(self, votes: Sequence[Vote]) -> None:
        """Hand over what was kept while there was no network, and all of it again: the device had no answer.

        Raises: RehearsalError when one is refused, or taken twice.
        """
        await self.cast_all(votes)
        for vote in votes:
            await self._hand_over(vote, httpx.codes.OK)

    async def close(self) -> None:
        """End the device's connection."""
        await self._http.aclose()

    async def _hand_over(self, vote: Vote, expected: int) -> None:
        answer = await self.cast(vote)
        if answer["status"] != expected or not vote.is_own(answer["ballot"]):
            raise RehearsalError(f"kiosk: expected {expected}, got {answer['status']} {answer.get('code', '')}")
