"""Phones as fast as one process can play them: frames made beforehand, answers only counted.

Guarantees: a ballot counts when its acknowledgement is there; a refusal ends the measurement (`BenchFailed`).
Every phone has one connection and at most one ballot on its way; `AT_ONCE` ballots are on their way in all.
"""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
import time
from collections import deque
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, cast

import uvloop
from typing_extensions import override

from backend.ballots.wire import padded
from backend.bench.scratch import BenchFailed
from backend.live.frames import SUBPROTOCOL

AT_ONCE = 200
POLLS_A_ROUND = 2  # without a pause; the polls of a bench are all open, and turnout counts the cards of each
JOIN_AT_ONCE = 100
TIMEOUT_S = 120.0
_MASKED = 0x80
_NO_MASK = bytes(4)  # a mask of zeros leaves the payload as it is (RFC 6455, section 5.3)
_TWO_BYTES = 126
_SHORT = 125
_EIGHT_BYTES = 127


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who votes where: every card votes once in every poll, one poll after the other, `POLLS_A_ROUND` a round."""

    port: int
    meeting_id: str
    cards: tuple[str, ...]
    polls: tuple[str, ...]
    pad_bytes: int


@dataclass(frozen=True, slots=True)
class Round:
    """A few polls: votes acknowledged in a second, and how long an acknowledgement took (milliseconds)."""

    votes_per_s: float
    p50_ms: float
    p99_ms: float


def over_sockets(crowd: Crowd) -> list[Round]:
    """Join with every card over a WebSocket of its own, then vote, round after round."""
    return _in_loop(_rounds_over_sockets(crowd))


def over_http(crowd: Crowd) -> list[Round]:
    """Vote by HTTP over `AT_ONCE` kept connections, round after round."""
    return _in_loop(_rounds_over_http(crowd))


def cast_body(poll: str, card: str, pad_bytes: int) -> bytes:
    """Return a cast as a phone sends it over a socket, padded."""
    body: dict[str, object] = {
        "t": "cast",
        "id": secrets.token_urlsafe(16),
        "poll": poll,
        "card": card,
        "choices": [secrets.choice(("yes", "no"))],
        "nonce": secrets.token_hex(32),
    }
    return padded(body, pad_bytes)


def masked_frame(payload: bytes) -> bytes:
    """Return a client's text frame around a payload of less than 64 KiB."""
    size = len(payload)
    if size <= _SHORT:
        return bytes((0x81, _MASKED | size)) + _NO_MASK + payload
    return bytes((0x81, _MASKED | _TWO_BYTES)) + size.to_bytes(2, "big") + _NO_MASK + payload


def websocket_upgrade(path: str, port: int, key: bytes) -> bytes:
    """Return the request that opens a WebSocket of a meeting."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {base64.b64encode(key).decode()}\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Protocol: {SUBPROTOCOL}\r\n\r\n"
    ).encode()


class Ballots:
    """One round's ballots: hands the next one out when an answer came, and keeps the times."""

    def __init__(self, waiting: Sequence[tuple[Line, bytes]]) -> None:
        self._waiting = deque(waiting)
        self._left = len(waiting)
        self._total = len(waiting)
        self._times: list[float] = []
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._started = time.perf_counter()

    async def cast(self) -> Round:
        """Cast everything. Raises: BenchFailed when a ballot is refused or a connection ends."""
        self._started = time.perf_counter()
        phones = len({line for line, _ in self._waiting})
        for _ in range(min(AT_ONCE, phones)):
            self._next()
        async with asyncio.timeout(TIMEOUT_S):
            await self._done
        took_s = time.perf_counter() - self._started
        times = sorted(self._times)
        return Round(self._total / took_s, 1_000 * times[len(times) // 2], 1_000 * times[len(times) * 99 // 100])

    def answered(self, line: Line) -> None:
        """Take an acknowledgement."""
        self._times.append(time.perf_counter() - line.sent_at)
        self._left -= 1
        if not self._left:
            self._done.set_result(None)
        elif self._waiting:
            self._next()

    def failed(self, why: str) -> None:
        """End the round."""
        if not self._done.done():
            self._done.set_exception(BenchFailed(why))

    def _next(self) -> None:
        line, message = self._waiting.popleft()
        line.send(message, self)


class Line(asyncio.Protocol):
    """One phone's connection. Subclasses know where an answer ends."""

    def __init__(self) -> None:
        self.sent_at = 0.0
        self.buffer = bytearray()
        self.transport: asyncio.Transport | None = None
        self.ballots: Ballots | None = None
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # asyncio's promise for streams

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if self.ballots is not None:
            self.ballots.failed(f"the server hung up: {exc}")

    @override
    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while self.buffer and self.take():
            pass

    def take(self) -> bool:
        """Take one message off the buffer; return whether there was a whole one."""
        raise NotImplementedError

    def write(self, data: bytes) -> None:
        """Send bytes."""
        assert self.transport is not None  # noqa: S101 - connected before anything is written
        self.transport.write(data)

    def send(self, message: bytes, ballots: Ballots) -> None:
        """Send a ballot and note the moment."""
        self.ballots = ballots
        self.sent_at = time.perf_counter()
        self.write(message)


class SocketLine(Line):
    """A WebSocket: upgrade, hello, then a ballot at a time."""

    _is_upgraded = False

    def join(self, crowd: Crowd, card: str) -> None:
        """Ask for the upgrade and say hello at once."""
        self.write(websocket_upgrade(f"/live/{crowd.meeting_id}", crowd.port, secrets.token_bytes(16)))
        self._hello = masked_frame(json.dumps({"t": "hello", "card": card}).encode())

    @override
    def take(self) -> bool:
        if not self._is_upgraded:
            return self._upgraded()
        size, start = self._frame_size()
        if len(self.buffer) < start + size:
            return False
        begin = bytes(self.buffer[start : start + 16])
        if begin.startswith(b'{"t":"ack"') and self.ballots is not None:
            self._drop(start + size)
            self.ballots.answered(self)
            return True
        if begin.startswith(b'{"t":"error"') and self.ballots is not None:
            self.ballots.failed(bytes(self.buffer[start : start + size]).decode())
        if begin.startswith(b'{"t":"welcome"') and not self.ready.done():
            self.ready.set_result(None)
        self._drop(start + size)
        return True

    def _upgraded(self) -> bool:
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        if not self.buffer.startswith(b"HTTP/1.1 101"):
            self.ready.set_exception(BenchFailed(bytes(self.buffer[:end]).decode()))
            return False
        self._is_upgraded = True
        self._drop(end + 4)
        self.write(self._hello)
        return True

    def _frame_size(self) -> tuple[int, int]:
        """Return payload size and header size; more than is there while the header is incomplete."""
        short = self.buffer[1] if len(self.buffer) > 1 else _SHORT
        header = {_TWO_BYTES: 4, _EIGHT_BYTES: 10}.get(short, 2)
        if short <= _SHORT or len(self.buffer) < header:
            return min(short, _SHORT), header
        return int.from_bytes(self.buffer[2:header], "big"), header

    def _drop(self, size: int) -> None:
        if size == len(self.buffer):
            self.buffer = bytearray()
        else:
            del self.buffer[:size]


class HttpLine(Line):
    """A kept HTTP connection: a request, then its answer."""

    @override
    def take(self) -> bool:
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        size = _content_length(bytes(self.buffer[:end]))
        if len(self.buffer) < end + 4 + size:
            return False
        assert self.ballots is not None  # noqa: S101 - the server speaks only when asked
        if not self.buffer.startswith(b"HTTP/1.1 201"):
            self.ballots.failed(bytes(self.buffer).decode())
            return False
        del self.buffer[: end + 4 + size]
        self.ballots.answered(self)
        return True


def http_request(crowd: Crowd, poll: str, card: str) -> bytes:
    """Return a whole HTTP request that casts a ballot."""
    body = json.loads(cast_body(poll, card, crowd.pad_bytes))
    key = body.pop("id")
    del body["t"], body["poll"], body["pad"]
    content = padded(body, crowd.pad_bytes)
    head = (
        f"POST /api/v1/polls/{poll}/ballots HTTP/1.1\r\nHost: 127.0.0.1:{crowd.port}\r\nIdempotency-Key: {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


async def _rounds_over_sockets(crowd: Crowd) -> list[Round]:
    loop = asyncio.get_running_loop()
    gate = asyncio.Semaphore(JOIN_AT_ONCE)

    async def join(card: str) -> SocketLine:
        async with gate:
            _, line = await loop.create_connection(SocketLine, "127.0.0.1", crowd.port)
            line.join(crowd, card)
            await line.ready
            return line

    lines = await asyncio.gather(*(join(card) for card in crowd.cards))
    rounds = []
    for polls in _by_round(crowd.polls):
        waiting = [
            (line, masked_frame(cast_body(poll, card, crowd.pad_bytes)))
            for poll in polls
            for line, card in zip(lines, crowd.cards, strict=True)
        ]
        rounds.append(await Ballots(waiting).cast())
    _hang_up(lines)
    return rounds


async def _rounds_over_http(crowd: Crowd) -> list[Round]:
    loop = asyncio.get_running_loop()
    lines = [(await loop.create_connection(HttpLine, "127.0.0.1", crowd.port))[1] for _ in range(AT_ONCE)]
    rounds = []
    for polls in _by_round(crowd.polls):
        requests = [http_request(crowd, poll, card) for poll in polls for card in crowd.cards]
        rounds.append(await HttpBallots(lines, requests).cast())
    _hang_up(lines)
    return rounds


class HttpBallots(Ballots):
    """A round over few connections: the one that was answered sends the next ballot."""

    def __init__(self, lines: Sequence[Line], requests: Sequence[bytes]) -> None:
        super().__init__([(lines[number % len(lines)], request) for number, request in enumerate(requests)])

    @override
    def answered(self, line: Line) -> None:
        if self._waiting:
            self._waiting[0] = (line, self._waiting[0][1])
        super().answered(line)


def _by_round(polls: Sequence[str]) -> list[Sequence[str]]:
    return [polls[start : start + POLLS_A_ROUND] for start in range(0, len(polls), POLLS_A_ROUND)]


def _hang_up(lines: Sequence[Line]) -> None:
    for line in lines:
        line.ballots = None
        if line.transport is not None:
            line.transport.abort()


def _content_length(head: bytes) -> int:
    for field in head.split(b"\r\n"):
        name, _, value = field.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise BenchFailed("expected a content length")


def _in_loop(rounds: Coroutine[Any, Any, list[Round]]) -> list[Round]:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(rounds)
