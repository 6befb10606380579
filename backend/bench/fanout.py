"""One message to a hall of sockets: our room beside `websockets.broadcast`, each in a process of its own.

Both servers hold the same plain clients of a third process; a round ends when the last client has the last byte.
The reference is `broadcast` of the websockets package on its own asyncio server, without compression.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import secrets
import time
from collections.abc import Coroutine
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import uvicorn
import uvloop
from litestar import Litestar, WebSocket, websocket
from typing_extensions import override
from websockets.asyncio.server import Server, ServerConnection, broadcast, serve
from websockets.typing import Subprotocol

from backend.bench.phones import websocket_upgrade
from backend.bench.report import Line, Report, ratio
from backend.bench.scratch import free_port
from backend.live.fanout import Member, fan_out
from backend.live.frames import SUBPROTOCOL, Role
from backend.live.protocol import EXTENSION, server_options
from backend.live.wire import Outgoing, text_frame

BAR = 1.25
MESSAGE_BYTES = 530
DELIVERIES = 100_000  # in a round
TIMEOUT_S = 120.0
UNIT = "deliveries/s"
ROOM, REFERENCE = "room", "websockets"


@dataclass(frozen=True, slots=True)
class Hall:
    """What clients and servers agree on."""

    port: int
    clients: int
    rounds: int

    @property
    def round_bytes(self) -> int:
        """What one client reads in a round."""
        return self.messages * len(text_frame(message()))

    @property
    def messages(self) -> int:
        """How many messages a round has."""
        return DELIVERIES // self.clients


def message() -> bytes:
    """Return a turnout message of a usual size."""
    body = json.dumps({"t": "tally", "poll": "x" * 26, "used": 117, "pad": ""})
    return json.dumps(json.loads(body) | {"pad": "." * (MESSAGE_BYTES - len(body))}).encode()


async def measure_fanout(clients: int, rounds: int) -> Report:
    """Measure both in turn, twice, so that a machine that slows down slows both."""
    rates: dict[str, list[float]] = {ROOM: [], REFERENCE: []}
    for _ in range(2):
        for name in rates:
            rates[name] += await asyncio.to_thread(_measure, name, clients, rounds)
    ours, theirs = tuple(rates[ROOM]), tuple(rates[REFERENCE])
    return Report(
        "fanout",
        (
            Line(f"`websockets.broadcast`, {clients:,} sockets", theirs, UNIT, note="the reference"),
            Line(f"a room, {clients:,} sockets", ours, UNIT, ratio(ours, theirs), BAR, "with back-pressure, in slices"),
        ),
    )


def _measure(name: str, clients: int, rounds: int) -> list[float]:
    hall = Hall(free_port(), clients, rounds)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=_serve, args=(name, hall, theirs), daemon=True)
    server.start()
    try:
        ours.recv()  # it listens
        with ProcessPoolExecutor(1, mp_context=context) as pool:
            answers = pool.submit(_listen, hall)
            times = [ours.recv() for _ in range(rounds)]
            ends = answers.result()
    finally:
        server.terminate()
        server.join()
    return [clients * hall.messages / (end - began) for began, end in zip(times, ends, strict=True)]


def _run(work: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 - what the work returns
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def _serve(name: str, hall: Hall, pipe: Connection) -> None:
    _run(_room(hall, pipe) if name == ROOM else _reference(hall, pipe))


async def _room(hall: Hall, pipe: Connection) -> None:
    """Hold the sockets under our server and protocol; write to them as a room does."""
    members: list[Member] = []
    is_full = asyncio.Event()

    @websocket("/live")
    async def live(socket: WebSocket[Any, Any, Any]) -> None:
        await socket.accept(subprotocols=SUBPROTOCOL)
        extensions: dict[str, Any] = socket.scope.get("extensions") or {}
        members.append(Member(extensions[EXTENSION], Role.ATTENDEE))
        if len(members) == hall.clients:
            is_full.set()
        while True:
            await socket.receive_text()

    app = Litestar([live], openapi_config=None, logging_config=None)
    config = uvicorn.Config(app, port=hall.port, log_level="error", access_log=False, **server_options())
    listening = config.bind_socket()
    listening.listen(hall.clients)
    task = asyncio.create_task(uvicorn.Server(config).serve(sockets=[listening]))
    pipe.send(None)
    await _until(is_full)
    for _ in range(hall.rounds):
        pipe.send(time.monotonic())
        for _ in range(hall.messages):
            await fan_out(members, Outgoing(message()))
        await asyncio.sleep(1)
    await task


async def _reference(hall: Hall, pipe: Connection) -> None:
    connections: list[ServerConnection] = []
    is_full = asyncio.Event()

    async def hold(connection: ServerConnection) -> None:
        connections.append(connection)
        if len(connections) == hall.clients:
            is_full.set()
        await connection.wait_closed()

    server: Server = await serve(
        hold, "127.0.0.1", hall.port, compression=None, subprotocols=[Subprotocol(SUBPROTOCOL)], backlog=4_096
    )
    pipe.send(None)
    await _until(is_full)
    text = message().decode()
    for _ in range(hall.rounds):
        pipe.send(time.monotonic())
        for _ in range(hall.messages):
            broadcast(connections, text)
            await asyncio.sleep(0)
        await asyncio.sleep(1)
    await server.wait_closed()


async def _until(is_full: asyncio.Event) -> None:
    """Wait until everybody is there and the machine has come to rest."""
    async with asyncio.timeout(TIMEOUT_S):
        await is_full.wait()
    await asyncio.sleep(1)


def _listen(hall: Hall) -> list[float]:
    ends: list[float] = _run(_clients(hall))
    return ends


async def _clients(hall: Hall) -> list[float]:
    """Connect everybody; return the moment of each round in which the last client had its last byte."""
    loop = asyncio.get_running_loop()
    crowd = _Crowd(hall)
    for _ in range(hall.clients):
        _, reader = await loop.create_connection(lambda: _Reader(crowd), "127.0.0.1", hall.port)
        await reader.upgraded
    async with asyncio.timeout(TIMEOUT_S):
        return await crowd.done


class _Crowd:
    """Counts the clients that have read a round."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.done: asyncio.Future[list[float]] = asyncio.get_running_loop().create_future()
        self._left = [hall.clients] * hall.rounds
        self._ends: list[float] = []

    def has_read(self, number: int) -> None:
        """Take note of a client that has read that round."""
        self._left[number] -= 1
        if self._left[number] == 0:
            self._ends.append(time.monotonic())
            if len(self._ends) == self.hall.rounds:
                self.done.set_result(self._ends)


class _Reader(asyncio.Protocol):
    """A client that only counts bytes."""

    def __init__(self, crowd: _Crowd) -> None:
        self.upgraded: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._crowd = crowd
        self._round = 0
        self._left = crowd.hall.round_bytes

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.write(websocket_upgrade("/live", self._crowd.hall.port, secrets.token_bytes(16)))  # type: ignore[attr-defined]

    @override
    def data_received(self, data: bytes) -> None:
        if not self.upgraded.done():
            data = data.partition(b"\r\n\r\n")[2]
            self.upgraded.set_result(None)
        self._left -= len(data)
        while self._left <= 0 and self._round < self._crowd.hall.rounds:
            self._crowd.has_read(self._round)
            self._round += 1
            self._left += self._crowd.hall.round_bytes
