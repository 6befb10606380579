"""uvicorn's sans-IO WebSocket protocol, lending its transport to the room.

A room writes one framed message to thousands of sockets; going through ASGI costs three times as much per socket.
So the handler finds `EXTENSION` in its scope and writes to the transport itself. In the same way it may hear a text in
the moment it comes: ASGI pauses and resumes the socket for each, and wakes a task. Only this module leans on
uvicorn's inside (the version is pinned, `tests/integration/test_live_protocol.py` is its contract); under any
other server the extension is missing and the room sends through ASGI.
Guarantees: nothing is written before the handshake ended or after closing began, or if an extension of the
protocol (compression) was negotiated. Source: ASGI 3.0 "extensions"; RFC 6455.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict

import structlog
from typing_extensions import override
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.http11 import Request
from websockets.protocol import State

from backend.live.frames import MAX_FRAME_BYTES

EXTENSION = "machmit.transport"
PING_INTERVAL_S = 25.0  # keeps proxies and mobile networks from forgetting the connection
PING_TIMEOUT_S = 30.0
BACKLOG = 4_096  # a whole hall joins within seconds


log = structlog.get_logger(__name__)


class LentTransport:
    """The transport of one accepted socket."""

    def __init__(self, protocol: LiveProtocol) -> None:
        self._protocol = protocol

    def is_writable(self) -> bool:
        """Tell whether frames may be written: accepted, open, and not compressed."""
        inner = self._protocol
        return (
            inner.handshake_complete
            and not inner.close_sent
            and not inner.transport.is_closing()
            and inner.conn.state is State.OPEN
            and not inner.conn.extensions
        )

    def write(self, frame: bytes) -> None:
        """Write the bytes of a frame."""
        self._protocol.transport.write(frame)

    def waiting_bytes(self) -> int:
        """Return the size of the write buffer."""
        return self._protocol.transport.get_write_buffer_size()

    def abort(self) -> None:
        """Close at once, losing what is buffered."""
        self._protocol.transport.abort()

    def hear(self, listener: Callable[[bytes], bool] | None) -> None:
        """Offer every text to a listener before the application; what it refuses is the application's."""
        self._protocol.listener = listener


class LiveProtocol(WebSocketsSansIOProtocol):
    """The protocol class for uvicorn's `ws` option."""

    listener: Callable[[bytes], bool] | None = None

    @override
    def handle_connect(self, event: Request) -> None:
        """Begin the handshake, then put the transport into the scope before the application runs."""
        super().handle_connect(event)
        scope = getattr(self, "scope", None)  # missing when the handshake was refused
        if scope is not None:
            extensions: dict[str, Any] = scope["extensions"]
            extensions[EXTENSION] = LentTransport(self)

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
