"""uvicorn's sans-IO WebSocket protocol, lending its transport to the room.

A room writes one framed message to thousands of sockets; going through ASGI costs three times as much per socket.
So the handler finds a line in its scope (`EXTENSION`) and writes to the transport itself. In the same way it may hear
a text in the moment it comes: ASGI pauses and resumes the socket for each, and wakes a task. Only this module leans
on uvicorn's inside (the version is pinned, `tests/integration/test_live_protocol.py` is its contract); under any
other server the extension is missing and the room sends through ASGI.
Guarantees: nothing is written before the handshake ended or after closing began, or if an extension of the
protocol (compression) was negotiated. Source: ASGI 3.0 "extensions"; RFC 6455.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any, TypedDict, TypeVar

import structlog
from typing_extensions import override
from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.http11 import Request
from websockets.protocol import State

from backend.live.frames import MAX_FRAME_BYTES
from backend.live.wire import Outgoing

EXTENSION = "machmit.line"
PING_INTERVAL_S = 25.0  # keeps proxies and mobile networks from forgetting the connection
PING_TIMEOUT_S = 30.0
BACKLOG = 4_096  # a whole hall joins within seconds


T = TypeVar("T")
log = structlog.get_logger(__name__)


class LentLine:
    """The transport of one socket as a line; written to thousands of times a second, hence flat and with slots."""

    __slots__ = ("_file", "_protocol", "_transport", "is_over")

    def __init__(self, protocol: LiveProtocol) -> None:
        self.is_over = False
        self._protocol = protocol
        self._transport = protocol.transport
        self._file = _plain_file(protocol.transport)

    def is_usable(self) -> bool:
        """Tell whether frames may be written as they are: accepted, open, and not compressed."""
        connection = self._protocol.conn
        return self._protocol.handshake_complete and connection.state is State.OPEN and not connection.extensions

    def write(self, message: Outgoing) -> None:
        """Write the shared frame; nothing once the socket is closing."""
        if not self.is_over and not self._transport.is_closing():
            self._transport.write(message.frame)

    def tell(self, message: Outgoing, limit: int) -> bool:
        """Write the shared frame unless more than `limit` bytes still wait; return False when they do.

        While nothing waits the frame goes to the kernel at once: a turn through the transport's own queue costs a
        fifth of the whole. A transport that is not closing has not closed its file.
        """
        transport = self._transport
        waiting = transport.get_write_buffer_size()
        if waiting > limit:
            return False
        if self.is_over or transport.is_closing():
            return True
        frame, sent = message.frame, 0
        if not waiting and self._file is not None:
            try:
                sent = os.write(self._file, frame)
            except OSError:  # full, or gone: the transport finds out by itself
                sent = 0
        if sent < len(frame):
            transport.write(frame[sent:])
        return True

    def waiting_bytes(self) -> int:
        """Return the size of the transport's buffer."""
        return self._transport.get_write_buffer_size()

    def drop(self) -> None:
        """Close at once, losing what is buffered."""
        self._transport.abort()

    def hear(self, listener: Callable[[bytes], bool] | None) -> None:
        """Offer every text to a listener before the application; what it refuses is the application's."""
        self._protocol.listener = listener

    async def until_gone(self, work: Awaitable[T]) -> T:
        """Just wait: an aborted transport ends the waiting itself."""
        return await work

    async def flushed(self, timeout_s: float) -> None:
        """Return at once: the transport has it all, and closing sends it first."""


class LiveProtocol(WebSocketsSansIOProtocol):
    """The protocol class for uvicorn's `ws` option."""

    listener: Callable[[bytes], bool] | None = None
    line: LentLine | None = None

    @override
    def handle_connect(self, event: Request) -> None:
        """Begin the handshake, then put the line into the scope before the application runs."""
        super().handle_connect(event)
        scope = getattr(self, "scope", None)  # missing when the handshake was refused
        if scope is not None:
            extensions: dict[str, Any] = scope["extensions"]
            extensions[EXTENSION] = self.line = LentLine(self)

    @override
    async def send(self, message: ASGISendEvent) -> None:
        """Send for the application; after its goodbye nothing more is written."""
        if message["type"] == "websocket.close" and self.line is not None:
            self.line.is_over = True
        await super().send(message)

    @override
    def handle_text(self, event: Frame) -> None:
        """Let the listener take a whole text, unless an earlier one still waits for the application."""
        is_next = event.fin and not self.close_sent and self.queue.empty()
        if not (is_next and self.listener is not None and self._is_heard(self.listener, bytes(event.data))):
            super().handle_text(event)

    @staticmethod
    def _is_heard(listener: Callable[[bytes], bool], text: bytes) -> bool:
        try:
            return listener(text)
        except Exception as error:  # noqa: BLE001 - here it would end the connection; the long way answers it
            log.warning("live.listener", error=type(error).__name__)
            return False


def _plain_file(transport: asyncio.Transport) -> int | None:
    """Return the file a transport writes its bytes to as they are; None behind TLS."""
    socket = transport.get_extra_info("socket")
    return None if socket is None or transport.get_extra_info("sslcontext") else int(socket.fileno())


class ServerOptions(TypedDict):
    """The options of `uvicorn.Config` that live rooms rely on."""

    ws: type[LiveProtocol]
    ws_max_size: int
    ws_per_message_deflate: bool
    ws_ping_interval: float
    ws_ping_timeout: float
    backlog: int


def server_options() -> ServerOptions:
    """Return what `uvicorn.Config` must be given; compression is off because it costs more than it saves."""
    return ServerOptions(
        ws=LiveProtocol,
        ws_max_size=MAX_FRAME_BYTES,
        ws_per_message_deflate=False,
        ws_ping_interval=PING_INTERVAL_S,
        ws_ping_timeout=PING_TIMEOUT_S,
        backlog=BACKLOG,
    )
