"""Staff over the JSON API, each with their own bearer token: two-person rules compare persons."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

Json = dict[str, Any]

TIMEOUT_S = 60.0
BUSY_TRIES = 10
BUSY_WAIT_S = 2.0
ROLES = {"host": "weber", "teller": "yilmaz", "second": "brandt"}
"""Roles of a rehearsal and the demo's people who play them."""


class RehearsalError(RuntimeError):
    """The server answered something a rehearsal cannot go on with."""


class Staff:
    """The people who run the evening."""

    def __init__(self, url: str, tokens: dict[str, str]) -> None:
        self.url = url.rstrip("/")
        self._tokens = tokens
        self._http = httpx.AsyncClient(base_url=self.url, timeout=TIMEOUT_S)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def post(self, role: str, path: str, body: Json | None = None, **more: Any) -> Any:  # noqa: ANN401 - JSON
        """Send a request as a person; return the decoded answer. Raises: RehearsalError."""
        return decoded(await self._send("POST", role, path, json=body, **more), path)

    async def get(self, role: str | None, path: str) -> Any:  # noqa: ANN401 - JSON
        """Read something, perhaps as a person. Raises: RehearsalError."""
        return decoded(await self._send("GET", role, path), path)

    async def text(self, path: str) -> str | None:
        """Read a public file; None where there is none. Raises: RehearsalError."""
        answer = await self._send("GET", None, path)
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        if answer.is_error:
            raise RehearsalError(f"{path}: {answer.status_code}")
        return answer.text

    async def download(self, role: str, path: str, body: Json) -> bytes:
        """Return a file. Raises: RehearsalError."""
        answer = await self._send("POST", role, path, json=body)
        if answer.is_error:
            raise RehearsalError(f"{path}: {answer.status_code} {answer.text[:300]}")
        return answer.content

    async def step(self, poll: Json, target: str) -> Json:
        """Move a poll one step."""
        body = {"to": target, "version": poll["version"]}
        answer: Json = await self.post("host", f"/api/v1/polls/{poll['id']}/transitions", body)
        return answer

    async def _send(self, method: str, role: str | None, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - JSON
        """Send a request; send it again while the server says that it is too busy to have carried it out."""
        headers = self._headers(role) if role else {}
        for _ in range(BUSY_TRIES):
            answer = await self._http.request(method, path, headers=headers, **more)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                return answer
            await asyncio.sleep(BUSY_WAIT_S)
        raise RehearsalError(f"{path}: der Server ist überlastet")

    def _headers(self, role: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._tokens[role]}"}


async def sign_in(url: str, tokens_file: Path | None) -> Staff:
    """Return the staff of a demo, or those of a file `{"host": token, "teller": …, "second": …}`.

    Raises: RehearsalError when the server is no demo and no file is given.
    """
    if tokens_file is not None:
        return Staff(url, json.loads(await asyncio.to_thread(tokens_file.read_text, encoding="utf-8")))
    async with httpx.AsyncClient(base_url=url, timeout=TIMEOUT_S) as http:
        answer = await http.post("/demo/tokens")
    if answer.is_error:
        raise RehearsalError("Der Server ist keine Vorführung. Bitte geben Sie --tokens DATEI an.")
    given = answer.json()
    return Staff(url, {role: given[name] for role, name in ROLES.items()})


def decoded(answer: httpx.Response, path: str) -> Any:  # noqa: ANN401 - JSON
    """Return the JSON of an answer. Raises: RehearsalError when it is a refusal."""
    if answer.is_error:
        raise RehearsalError(f"{path}: {answer.status_code} {answer.text[:300]}")
    return answer.json() if answer.content else None
