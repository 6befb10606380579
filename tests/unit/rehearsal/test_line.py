"""A phone's line against an independent WebSocket server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from backend.live.frames import SUBPROTOCOL
from backend.rehearsal.line import TEXT, Address, Line, client_frame, dial, frame_at

Talk = Callable[[ServerConnection], Awaitable[None]]


@asynccontextmanager
async def served(talk: Talk) -> AsyncIterator[Address]:
    async with serve(talk, "127.0.0.1", 0, subprotocols=[Subprotocol(SUBPROTOCOL)], compression=None) as server:
        port = server.sockets[0].getsockname()[1]
        yield Address.of(f"http://127.0.0.1:{port}", "m1")


class Ear:
    """Keeps what a line hears."""

    def __init__(self) -> None:
        self.texts: asyncio.Queue[bytes] = asyncio.Queue()
        self.gone = 0

    async def dial(self, address: Address) -> Line:
        return await dial(address, self.texts.put_nowait, self._left)

    def _left(self, line: Line) -> None:
        assert line.ended.done()
        self.gone += 1


async def echo(socket: ServerConnection) -> None:
    async for text in socket:
        await socket.send(text)


@pytest.mark.parametrize("size", [1, 125, 126, 65_535, 65_536, 200_000])
async def test_text_of_any_length_comes_back_whole(size: int) -> None:
    async with served(echo) as address:
        ear = Ear()
        line = await ear.dial(address)
        line.send(b"x" * size)
        assert await ear.texts.get() == b"x" * size
        line.hang_up()
        await line.ended
        assert ear.gone == 1


async def test_ping_is_answered() -> None:
    answered = asyncio.Event()

    async def ping(socket: ServerConnection) -> None:
        await (await socket.ping(b"are you there"))
        answered.set()

    async with served(ping) as address:
        line = await Ear().dial(address)
        await answered.wait()
        await line.ended


async def test_slow_reader_hears_everything() -> None:
    async def speak(socket: ServerConnection) -> None:
        await socket.recv()
        for number in range(20):
            await socket.send(f"{number:05}" + "." * 200)
        await socket.wait_closed()

    async with served(speak) as address:
        ear = Ear()
        line = await ear.dial(address)
        line.read_slowly(100_000)
        line.send(b"go")
        assert [int((await ear.texts.get())[:5]) for _ in range(20)] == list(range(20))
        line.cut()
        await line.ended


async def test_half_a_frame_never_arrives() -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()

    async def listen(socket: ServerConnection) -> None:
        try:
            await socket.recv()
        except ConnectionClosed:
            heard.put_nowait("closed")
        else:
            heard.put_nowait("a text")

    async with served(listen) as address:
        line = await Ear().dial(address)
        line.send_half(b"x" * 1_000)
        assert await heard.get() == "closed"
        await line.ended
        line.send(b"nobody hears this")


async def test_server_that_refuses_is_named() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 503 Service Unavailable\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(ConnectionRefusedError, match="503"):
            await Ear().dial(Address.of(f"http://127.0.0.1:{port}", "m1"))


def test_address_of_a_safe_server_is_encrypted() -> None:
    address = Address.of("https://beteiligung.example", "m1")
    assert (address.host, address.port, address.tls is not None) == ("beteiligung.example", 443, True)
    assert b"Origin: https://beteiligung.example\r\n" in address.upgrade()


def test_frame_is_found_only_when_it_is_whole() -> None:
    frame = bytearray(client_frame(TEXT, b"x" * 300))
    frame[1] &= 0x7F  # as a server sends it, unmasked
    del frame[4:8]
    assert frame_at(frame) == (TEXT, 4, 304)
    assert all(frame_at(frame[:size]) is None for size in range(len(frame)))
