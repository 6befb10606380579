"""Take down what goes over the wire: a proxy between client and server that keeps every byte.

Guarantees: a byte is noted before it is passed on, so whoever got an answer finds it here in full.
Source: RFC 6455 section 5.2 for the frames.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

CHUNK_BYTES = 65_536
_TEXT = 1


@dataclass(slots=True)
class Recording:
    """The bytes of all connections, each way."""

    port: int = 0
    sent: bytearray = field(default_factory=bytearray)
    answered: bytearray = field(default_factory=bytearray)

    def take(self) -> tuple[bytes, bytes]:
        """Return what was sent and answered since the last time."""
        taken = bytes(self.sent), bytes(self.answered)
        self.sent.clear()
        self.answered.clear()
        return taken


@asynccontextmanager
async def recording_proxy(target_port: int) -> AsyncIterator[Recording]:
    """Forward connections to a port of this machine and record them."""
    recording = Recording()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        target_reader, target_writer = await asyncio.open_connection("127.0.0.1", target_port)
        await asyncio.gather(
            _pump(reader, target_writer, recording.sent), _pump(target_reader, writer, recording.answered)
        )

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    recording.port = server.sockets[0].getsockname()[1]
    try:
        yield recording
    finally:
        server.close()
        await server.wait_closed()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, note: bytearray) -> None:
    with suppress(ConnectionError):
        while chunk := await reader.read(CHUNK_BYTES):
            note += chunk
            writer.write(chunk)
            await writer.drain()
    with suppress(ConnectionError):
        writer.close()
        await writer.wait_closed()


def text_frame_lengths(stream: bytes) -> list[int]:
    """Return the payload lengths of the text frames in one direction of an established socket."""
    return [length for opcode, length in _frames(stream) if opcode == _TEXT]


def _frames(stream: bytes) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(stream):
        opcode, second = stream[at] & 0x0F, stream[at + 1]
        length, at = second & 0x7F, at + 2
        extended = {126: 2, 127: 8}.get(length, 0)
        if extended:
            length = int.from_bytes(stream[at : at + extended], "big")
        at += extended + (4 if second & 0x80 else 0) + length
        yield opcode, length
