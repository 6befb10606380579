"""Restart the server in the middle of a vote, as a power cut or an update would."""

from __future__ import annotations

import asyncio
import shlex

import httpx

from backend.rehearsal.phones import Restart
from backend.rehearsal.staff import RehearsalError

READY_S = 60.0
LOOK_S = 0.2


def restart_with(command: str, url: str) -> Restart:
    """Return what runs a command without a shell, and waits until the server is ready again."""
    words = shlex.split(command)

    async def restart() -> None:
        process = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.DEVNULL)
        if status := await process.wait():
            raise RehearsalError(f"Der Befehl für den Neustart endete mit {status}.")
        await until_ready(url)

    return restart


async def until_ready(url: str) -> None:
    """Wait until a server says that it is ready. Raises: RehearsalError."""
    try:
        async with asyncio.timeout(READY_S), httpx.AsyncClient(base_url=url) as http:
            while not await _is_ready(http):  # noqa: ASYNC110 - a server that is away has no event
                await asyncio.sleep(LOOK_S)
    except TimeoutError as error:
        raise RehearsalError("Der Server ist nach dem Neustart nicht wiedergekommen.") from error


async def _is_ready(http: httpx.AsyncClient) -> bool:
    try:
        return (await http.get("/health/ready")).is_success
    except httpx.TransportError:
        return False
