"""The WebSocket of a meeting: `/live/{meeting_id}`, subprotocol `machmit.v1`.

Guarantees: pages of other hosts cannot connect; frames beyond the limits end the connection; every message has a
unit of work of its own; an error is a frame with a code and never ends the connection by itself.
Refuses connections without the subprotocol, binary frames, silence before `hello`.
Source: docs/contract.md, "WebSocket".
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from litestar import WebSocket, websocket
from litestar.di import NamedDependency
from litestar.exceptions import WebSocketDisconnect, WebSocketException
from litestar.types import ControllerRouterHandler

from backend.kit.errors import DomainError, Invalid, NotFound, Unavailable
from backend.live.fanout import Member
from backend.live.frames import (
    MAX_FRAME_BYTES,
    MAX_FRAMES_PER_S,
    PONG,
    SUBPROTOCOL,
    Ask,
    Cast,
    ClientMessage,
    Hello,
    Ping,
    Upvote,
    decode,
    encode,
    refusal,
    request_of,
)
from backend.live.lines import Line, LineGone, QueueLine
from backend.live.protocol import EXTENSION, LentLine
from backend.live.room import Room
from backend.live.rooms import Rooms
from backend.live.speaking import Speaker
from backend.live.welcoming import receive_hello
from backend.live.wire import Outgoing
from backend.runtime import Runtime
from backend.web.access import PUBLIC
from backend.web.source import source_of

HELLO_TIMEOUT_S = 15.0
IDLE_TIMEOUT_S = 120.0  # phones ping every few seconds; the operating system of a sleeping one does not
TIMER_STEP_S = 10.0
POLICY = 1008  # close code: a limit was passed
UNREADABLE = 1003  # close code: not text
TOO_BIG = 1009
TRY_LATER = 1013
FLUSH_S = 1.0  # for the last words of a connection that is being closed

Socket = WebSocket[Any, Any, Any]


class TooFast(DomainError):
    """More frames per second than any person causes."""

    code = "too_many_frames"
    status = 429
    title = "Zu viele Nachrichten auf einmal"


class Closing(Exception):
    """The connection ends with this code."""

    def __init__(self, code: int, error: DomainError | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.error = error


class Meter:
    """Counts the frames of the running second."""

    def __init__(self, limit: int = MAX_FRAMES_PER_S) -> None:
        self._limit = limit
        self._second = 0
        self._frames = 0

    def has_room(self, now: float) -> bool:
        """Tell whether another frame may be counted."""
        return int(now) != self._second or self._frames < self._limit

    def count(self, now: float) -> None:
        """Count one frame. Raises: Closing beyond the limit."""
        if not self.has_room(now):
            raise Closing(POLICY, TooFast())
        if int(now) != self._second:
            self._second, self._frames = int(now), 0
        self._frames += 1


@websocket("/live/{meeting_id:str}", opt={"access": PUBLIC})
async def live(socket: Socket, meeting_id: str, rt: NamedDependency[Runtime]) -> None:
    """Serve one client until it leaves."""
    rooms: Rooms = socket.app.state.rooms
    if not _is_welcome(socket, rt.settings.public_url):
        await socket.close(code=POLICY)
        return
    try:
        room = await rooms.enter(meeting_id)
    except NotFound:
        await socket.close(code=POLICY)
    except Unavailable as full:
        await socket.accept(subprotocols=SUBPROTOCOL)
        async with _line(socket) as line:
            await _end(socket, line, Closing(TRY_LATER, full))
    else:
        await _serve(socket, rt, rooms, room)


async def _serve(socket: Socket, rt: Runtime, rooms: Rooms, room: Room) -> None:
    listener: Listener | None = None
    try:
        await socket.accept(subprotocols=SUBPROTOCOL)
        async with _line(socket) as line:
            listener = Listener(socket, rt, room, line)
            try:
                await listener.run()
            except Closing as closing:
                await _end(socket, line, closing)
    except WebSocketDisconnect:
        return
    finally:
        await rooms.leave(room, None if listener is None else listener.member)


async def _end(socket: Socket, line: Line, closing: Closing) -> None:
    """Say why and hang up; a client that does not read is left without."""
    if closing.error:
        line.write(Outgoing(encode(refusal(closing.error))))
    await line.flushed(FLUSH_S)
    with suppress(WebSocketException, RuntimeError, OSError, TimeoutError):
        async with asyncio.timeout(FLUSH_S):
            await socket.close(code=closing.code)


class Listener:
    """Reads one client's messages and answers them, one after the other."""

    def __init__(self, socket: Socket, rt: Runtime, room: Room, line: Line) -> None:
        self.member: Member | None = None
        self._socket = socket
        self._rt = rt
        self._room = room
        self._line = line
        self._source = source_of(socket)
        self._meter = Meter()
        self._patient_until = 0.0
        self._deadline = asyncio.timeout(HELLO_TIMEOUT_S)
        self._speaker: Speaker | None = None
        self._is_busy = False
        self._answered = asyncio.Event()  # clear while a ballot taken at once is on its way
        self._answered.set()

    async def run(self) -> None:
        """Answer until the client leaves or passes a limit. Raises: WebSocketDisconnect, Closing."""
        self._line.hear(self.hear_at_once)
        try:
            async with self._deadline:
                while True:
                    text = await self._next_text()
                    self._is_alive(self._now())
                    self._is_busy = True
                    await self._answered.wait()
                    await self._hear(text)
                    self._is_busy = False
        except TimeoutError as error:
            raise Closing(POLICY) from error
        finally:
            self._line.hear(None)

    def hear_at_once(self, text: bytes) -> bool:
        """Take a ballot in the moment its frame is there; False leaves a message to `run`.

        Everything a hall sends within a few seconds is ballots. Here each is on its way into the box without a turn of
        the event loop, a task that wakes up, or a pause of its socket.
        """
        now = self._now()
        is_waiting = self._is_busy or not self._answered.is_set()
        if self._speaker is None or is_waiting or not self._meter.has_room(now):
            return False
        try:
            message = decode(text)
        except Invalid:
            return False
        if not isinstance(message, Cast) or not self._speaker.cast_at_once(message, self._tell):
            return False
        self._answered.clear()
        self._is_alive(now)
        return True

    def _tell(self, answer: Outgoing) -> None:
        """Answer the ballot that was taken at once."""
        self._answered.set()
        self._line.write(answer)

    async def _hear(self, text: str) -> None:
        request: str | None = None
        try:
            message = decode(text)
            request = request_of(message)
            await self._answer(message)
        except DomainError as error:
            self._line.write(Outgoing(encode(refusal(error, request))))

    def _is_alive(self, now: float) -> None:
        """Give the client its time anew; the timer is moved now and then, not with every message. Raises: Closing."""
        self._meter.count(now)
        if self._patient_until < now + IDLE_TIMEOUT_S - TIMER_STEP_S:
            self._patient_until = now + IDLE_TIMEOUT_S
            self._deadline.reschedule(self._patient_until)

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()

    async def _next_text(self) -> str:
        try:
            event = await self._line.until_gone(self._socket.receive())
        except LineGone as error:
            raise Closing(TRY_LATER) from error
        if event["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(code=event.get("code") or 1005, detail="left")
        text = event.get("text")
        if not isinstance(text, str):
            raise Closing(UNREADABLE, Invalid("Hier wird nur Text verstanden."))
        if len(text.encode(errors="replace")) > MAX_FRAME_BYTES:
            raise Closing(TOO_BIG, Invalid("Diese Nachricht ist zu groß."))
        return text

    async def _answer(self, message: ClientMessage) -> None:
        if isinstance(message, Hello):
            if self.member is not None:  # e.g. the code was typed after the page had connected
                self._room.leave(self.member)
            self.member = await receive_hello(self._rt, self._room, self._line, message, source=self._source)
            self._speaker = Speaker(self._rt, self._room.meeting_id, self.member, self._source)
            return
        speaker = self._speaker
        if speaker is None:
            raise Invalid("Zuerst kommt „hello“.")
        if isinstance(message, Ping):
            self._line.write(Outgoing(PONG))
            return
        await speaker.check_stage()
        match message:
            case Cast():
                self._line.write(await speaker.cast(message))
            case Ask():
                self._line.write(await speaker.ask(message))
            case Upvote():
                self._line.write(await speaker.upvote(message))


@asynccontextmanager
async def _line(socket: Socket) -> AsyncIterator[Line]:
    """Give the way to the client: the server's transport, or ASGI where none is lent."""
    extensions: dict[str, Any] = socket.scope.get("extensions") or {}
    lent: LentLine | None = extensions.get(EXTENSION)
    if lent is not None and lent.is_usable():
        yield lent
        return
    line = QueueLine(socket.send_text)
    pump = asyncio.create_task(line.pump(), name="live line")
    try:
        yield line
    finally:
        pump.cancel()
        await asyncio.gather(pump, return_exceptions=True)


def _is_welcome(socket: Socket, public_url: str) -> bool:
    """Tell whether the client speaks our protocol and, if it is a browser, shows one of our pages."""
    if SUBPROTOCOL not in socket.scope.get("subprotocols", []):
        return False
    origin = socket.headers.get("origin")
    if origin is None:
        return True
    return origin == _origin(public_url) or urlsplit(origin).netloc == socket.headers.get("host")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


routes: list[ControllerRouterHandler] = [live]
