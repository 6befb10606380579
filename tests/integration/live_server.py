"""A real uvicorn on loopback around the real application, and a small client for its sockets."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, cast

import uvicorn
from litestar import Litestar
from typing_extensions import override
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from backend.live.frames import SUBPROTOCOL
from backend.live.protocol import server_options
from backend.main import create_app
from backend.runtime import Runtime

PATIENCE_S = 20.0  # machines that run many tests at once are slow
Message = dict[str, Any]


class QuietServer(uvicorn.Server):
    """A server inside a test's event loop: it leaves the process's signals alone."""

    @override
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


@dataclass(frozen=True, slots=True)
class Served:
    """A running installation."""

    rt: Runtime
    app: Litestar
    port: int

    @property
    def http(self) -> str:
        """Return the address of its pages."""
        return f"http://127.0.0.1:{self.port}"

    def ws(self, meeting_id: str) -> str:
        """Return the address of a meeting's socket."""
        return f"ws://127.0.0.1:{self.port}/live/{meeting_id}"


@asynccontextmanager
async def serve(rt: Runtime, *, is_lent: bool = True) -> AsyncIterator[Served]:
    """Serve the application; without `is_lent` under uvicorn's own protocol, as any ASGI server would."""
    app = create_app(rt.settings, rt)
    options = dict(server_options())
    if not is_lent:
        options["ws"] = WebSocketsSansIOProtocol
    config = uvicorn.Config(app, port=0, log_level="warning", lifespan="on", access_log=False, **cast("Any", options))
    server = QuietServer(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        if task.done():
            task.result()
        await asyncio.sleep(0)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Served(rt, app, port)
    finally:
        server.should_exit = True
        await task


class Phone:
    """One socket, read and written as JSON."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def say(self, kind: str, **fields: object) -> None:
        """Send one message."""
        await self.socket.send(json.dumps({"t": kind, **fields}))

    async def hear(self, *kinds: str) -> Message:
        """Return the next message of these kinds, passing over others."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                message: Message = json.loads(await self.socket.recv())
                if not kinds or message["t"] in kinds:
                    return message

    async def hear_raw(self, kind: str) -> str:
        """Return the next message of a kind as it came over the wire."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                text = str(await self.socket.recv())
                if json.loads(text)["t"] == kind:
                    return text

    async def hello(self, **fields: object) -> Message:
        """Say hello and return the welcome."""
        await self.say("hello", **fields)
        return await self.hear("welcome")

    async def cast(self, poll: str, card: str, choices: object = None, **fields: object) -> Message:
        """Cast a ballot and return what is answered."""
        ballot = {"id": secrets.token_hex(16), "nonce": secrets.token_hex(32), "choices": choices or ["yes"]}
        await self.say("cast", **{**ballot, "poll": poll, "card": card, **fields})
        return await self.hear("ack", "error")


@asynccontextmanager
async def phone(served: Served, meeting_id: str, **options: object) -> AsyncIterator[Phone]:
    """Connect one phone."""
    settings: dict[str, object] = {"subprotocols": [Subprotocol(SUBPROTOCOL)], "proxy": None, "max_size": None}
    async with connect(served.ws(meeting_id), **cast("Any", settings | options)) as socket:
        yield Phone(socket)
