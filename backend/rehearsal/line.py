"""One phone's WebSocket, light enough for five thousand in one process: bytes in, whole texts out.

Guarantees: `hear` gets every text once and in order; `gone` is called once, whoever ended the connection; a server's
ping is answered. Refuses a handshake that is not "101" (`ConnectionRefusedError`).
Source: RFC 6455. A mask of zeros leaves the payload as it is (section 5.3).
"""

from __future__ import annotations

import asyncio
import base64
import secrets
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

from typing_extensions import override

from backend.live.frames import SUBPROTOCOL

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
OPCODE, FINAL, MASKED = 0x0F, 0x80, 0x80
SHORT, TWO_BYTES, EIGHT_BYTES = 125, 126, 127
NO_MASK = bytes(4)
GOING = (1001).to_bytes(2, "big")
HANDSHAKE_BYTES_MAX = 16_384
SLOW_BUFFER_BYTES = 2_048  # the kernel's room for a phone that reads slowly, else it would hide the slowness


@dataclass(frozen=True, slots=True)
class Address:
    """Where a meeting is live, taken apart once for the whole crowd."""

    host: str
    port: int
    netloc: str
    origin: str
    path: str
    tls: ssl.SSLContext | None = field(default=None, repr=False)

    @classmethod
    def of(cls, url: str, meeting_id: str) -> Address:
        """Read the address of a server."""
        parts = urlsplit(url)
        is_safe = parts.scheme == "https"
        return cls(
            host=parts.hostname or "",
            port=parts.port or (443 if is_safe else 80),
            netloc=parts.netloc,
            origin=f"{parts.scheme}://{parts.netloc}",
            path=f"/live/{meeting_id}",
            tls=ssl.create_default_context() if is_safe else None,
        )

    def upgrade(self) -> bytes:
        """Return the request that opens a WebSocket."""
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        return (
            f"GET {self.path} HTTP/1.1\r\nHost: {self.netloc}\r\nOrigin: {self.origin}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: {SUBPROTOCOL}\r\n\r\n"
        ).encode()


class Line(asyncio.Protocol):
    """A connection that is up from `connected` until `gone`."""

    def __init__(self, address: Address, hear: Callable[[bytes], None], gone: Callable[[Line], None]) -> None:
        self._address = address
        self._hear = hear
        self._gone = gone
        self._buffer = bytearray()
        self._is_upgraded = False
        self._bytes_per_s = 0
        self._transport: asyncio.Transport | None = None
        self.upgraded: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # asyncio's promise for streams
        self._transport.write(self._address.upgrade())

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self.ended.set_result(None)
        if not self.upgraded.done():
            self.upgraded.set_exception(ConnectionResetError("the server hung up"))
        self._gone(self)

    @override
    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._bytes_per_s:
            self._rest(len(data) / self._bytes_per_s)
        while self._buffer and self._take():
            pass

    def send(self, text: bytes) -> None:
        """Send a text; nothing happens on a connection that ended."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(client_frame(TEXT, text))

    def send_half(self, text: bytes) -> None:
        """Send the first half of a text's frame and cut the connection, as a phone out of reach does."""
        if self._transport is not None and not self._transport.is_closing():
            frame = client_frame(TEXT, text)
            self._transport.write(frame[: len(frame) // 2])
        self.cut()

    def read_slowly(self, bytes_per_s: int) -> None:
        """Read no faster than this from now on, 0 for as fast as it comes."""
        self._bytes_per_s = bytes_per_s
        if bytes_per_s and self._transport is not None and not self._transport.is_closing():
            plain: socket.socket = self._transport.get_extra_info("socket")
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SLOW_BUFFER_BYTES)

    def hang_up(self) -> None:
        """Say goodbye and close once it is written."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(client_frame(CLOSE, GOING))
            self._transport.close()

    def cut(self) -> None:
        """End the connection without a word."""
        if self._transport is not None:
            self._transport.abort()

    def _rest(self, seconds: float) -> None:
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        transport.pause_reading()
        asyncio.get_running_loop().call_later(seconds, _go_on, transport)

    def _take(self) -> bool:
        """Take one message off the buffer; return whether there was a whole one."""
        if not self._is_upgraded:
            return self._upgrade()
        frame = frame_at(self._buffer)
        if frame is None:
            return False
        opcode, start, end = frame
        payload = bytes(self._buffer[start:end])
        del self._buffer[:end]
        if opcode == TEXT:
            self._hear(payload)
        elif opcode == PING and self._transport is not None:
            self._transport.write(client_frame(PONG, payload))
        elif opcode == CLOSE:
            self.hang_up()
        return True

    def _upgrade(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0 and len(self._buffer) < HANDSHAKE_BYTES_MAX:
            return False
        if not self._buffer.startswith(b"HTTP/1.1 101"):
            line = bytes(self._buffer.split(b"\r\n", 1)[0][:80]).decode("ascii", "replace")
            if not self.upgraded.done():
                self.upgraded.set_exception(ConnectionRefusedError(f"expected 101, got {line}"))
            self.cut()
            return False
        self._is_upgraded = True
        del self._buffer[: end + 4]
        if not self.upgraded.done():  # who dialled may have given up meanwhile
            self.upgraded.set_result(None)
        return True


async def dial(address: Address, hear: Callable[[bytes], None], gone: Callable[[Line], None]) -> Line:
    """Open a WebSocket. Raises: OSError."""
    loop = asyncio.get_running_loop()
    _, line = await loop.create_connection(
        lambda: Line(address, hear, gone), address.host, address.port, ssl=address.tls
    )
    try:
        await line.upgraded
    except BaseException:
        line.cut()
        raise
    return line


def client_frame(opcode: int, payload: bytes) -> bytes:
    """Return a client's frame."""
    size = len(payload)
    head = bytes((FINAL | opcode,))
    if size <= SHORT:
        return head + bytes((MASKED | size,)) + NO_MASK + payload
    if size < 1 << 16:
        return head + bytes((MASKED | TWO_BYTES,)) + size.to_bytes(2, "big") + NO_MASK + payload
    return head + bytes((MASKED | EIGHT_BYTES,)) + size.to_bytes(8, "big") + NO_MASK + payload


def frame_at(buffer: bytearray) -> tuple[int, int, int] | None:
    """Return opcode, begin and end of the payload of a server's first frame, None while it is incomplete."""
    if len(buffer) < 2:  # noqa: PLR2004 - opcode and size
        return None
    size, start = buffer[1], 2
    if size > SHORT:
        start = 4 if size == TWO_BYTES else 10
        if len(buffer) < start:
            return None
        size = int.from_bytes(buffer[2:start], "big")
    return (buffer[0] & OPCODE, start, start + size) if len(buffer) >= start + size else None


def _go_on(transport: asyncio.Transport) -> None:
    if not transport.is_closing():
        transport.resume_reading()
