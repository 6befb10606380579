"""A hall in which some phones hardly read: what that costs the others.

The slow ones read a kilobyte a second through a small buffer of the kernel, so that what the room sends them piles up
at the server. The same announcements are sent without and with them.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

from backend.bench.crowd import Arrivals, Crowd
from backend.bench.phones import masked_frame, websocket_upgrade

FAST, SLOW = 900, 100
NOTICES = 60
TEXT = "Bitte die Plätze einnehmen. " * 10
PAUSE_S = 0.05
READ_BYTES, READ_EVERY_S = 512, 0.5
KERNEL_BYTES = 4_096  # the receive buffer of a slow phone; the kernel doubles it

Say = Callable[[str], Awaitable[Any]]


async def with_and_without(
    port: int, meeting_id: str, cards: Sequence[str], say: Say
) -> tuple[list[float], list[float]]:
    """Return how long announcements took to the fast phones (seconds), without and with slow ones beside them."""
    crowd = Crowd(port, meeting_id, cards[:FAST])
    await crowd.join()
    alone = await _announce(crowd, say)
    readers = [asyncio.create_task(_read_slowly(port, meeting_id, card)) for card in cards[FAST : FAST + SLOW]]
    beside = await _announce(crowd, say)
    for reader in readers:
        reader.cancel()
    await asyncio.gather(*readers, return_exceptions=True)
    crowd.leave()
    return alone, beside


async def _announce(crowd: Crowd, say: Say) -> list[float]:
    took = []
    for number in range(NOTICES):
        crowd.notices = Arrivals(len(crowd.phones))
        began = time.perf_counter()
        await say(f"{number} {TEXT}")
        took += [moment - began for moment in await crowd.notices.all()]
        await asyncio.sleep(PAUSE_S)
    return took


async def _read_slowly(port: int, meeting_id: str, card: str) -> None:
    """Join and then read `READ_BYTES` every `READ_EVERY_S`, until cancelled or thrown out."""
    loop = asyncio.get_running_loop()
    with socket.socket() as line, suppress(ConnectionError):
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, KERNEL_BYTES)
        line.setblocking(False)
        await loop.sock_connect(line, ("127.0.0.1", port))
        await loop.sock_sendall(line, websocket_upgrade(f"/live/{meeting_id}", port, secrets.token_bytes(16)))
        await loop.sock_recv(line, READ_BYTES)
        await loop.sock_sendall(line, masked_frame(json.dumps({"t": "hello", "card": card}).encode()))
        while await loop.sock_recv(line, READ_BYTES):  # noqa: ASYNC110 - it reads at its own pace
            await asyncio.sleep(READ_EVERY_S)
