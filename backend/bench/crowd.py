"""A hall full of phones in one process: they join, see a question open, vote, lose the network and come back.

Like the phone's own script they resume after the last number they know, wait a random time before each attempt, and
keep a ballot until it is acknowledged. Unlike it they only count what they hear.
Guarantees: what was acknowledged, refused, heard is counted once; times are of one clock (seconds).
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections import Counter
from collections.abc import Sequence
from typing import cast

from typing_extensions import override

from backend.bench.phones import cast_body, masked_frame, websocket_upgrade
from backend.bench.scratch import BenchFailed

TIMEOUT_S = 120.0
JOIN_AT_ONCE = 200
FIRST_WAIT_S = 0.5  # before the first new attempt, at most; doubled with each (as the phone's script does)
LONGEST_WAIT_S = 15.0
_chance = secrets.SystemRandom()
_HEAD_END = b"\r\n\r\n"
_SMALL, _TWO_BYTES, _EIGHT_BYTES = 125, 126, 127


class Arrivals:
    """The moments at which one phone after the other had something."""

    def __init__(self, wanted: int) -> None:
        self.began = time.perf_counter()
        self.moments: list[float] = []
        self._wanted = wanted
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def note(self, moment: float) -> None:
        """Take one more."""
        self.moments.append(moment)
        if len(self.moments) == self._wanted:
            self._done.set_result(None)

    async def all(self) -> list[float]:
        """Return them once everybody had it. Raises: BenchFailed after a while."""
        try:
            async with asyncio.timeout(TIMEOUT_S):
                await self._done
        except TimeoutError as error:
            raise BenchFailed(f"{len(self.moments)} of {self._wanted} phones") from error
        return self.moments

    async def last(self) -> float:
        """Return how long it took until everybody had it (seconds). Raises: BenchFailed after a while."""
        return max(await self.all()) - self.began


class Vote:
    """One poll as the crowd lives it. Each phone votes at a moment of its own within `window_s` after it opened."""

    def __init__(self, poll_id: str, phones: int, window_s: float, pad_bytes: int) -> None:
        self.poll_id = poll_id
        self.window_s = window_s
        self.pad_bytes = pad_bytes
        self.opened = Arrivals(phones)
        self.acked = Arrivals(phones)
        self.closed = Arrivals(phones)
        self.took_s: list[float] = []
        self.name = poll_id.encode()


class Crowd:
    """All phones and what they have counted."""

    def __init__(self, port: int, meeting_id: str, cards: Sequence[str]) -> None:
        self.port = port
        self.meeting_id = meeting_id
        self.phones = [Phone(self, card) for card in cards]
        self.vote: Vote | None = None
        self.joins = Arrivals(len(self.phones))
        self.notices: Arrivals | None = None
        self.refusals: Counter[str] = Counter()
        self.attempts = self.turned_away = 0

    async def join(self) -> list[float]:
        """Connect everybody, a few at a time; return how long each took until its welcome."""
        self.joins = Arrivals(len(self.phones))
        gate = asyncio.Semaphore(JOIN_AT_ONCE)

        async def one(phone: Phone) -> float:
            async with gate:
                began = time.perf_counter()
                await phone.connect()
                await phone.is_welcome.wait()
                return time.perf_counter() - began

        return list(await asyncio.gather(*(one(phone) for phone in self.phones)))

    async def rejoin(self, within_s: float) -> float:
        """Cut every connection at once; return how long it took until all were back, each waiting up to `within_s`."""
        self.joins = Arrivals(len(self.phones))
        for phone in self.phones:
            phone.cut(_somewhere_in(within_s))
        return await self.joins.last()

    def leave(self) -> None:
        """Hang up for good."""
        for phone in self.phones:
            phone.leave()


class Phone(asyncio.Protocol):
    """One phone with one card."""

    def __init__(self, crowd: Crowd, card: str) -> None:
        self.card = card
        self.is_welcome = asyncio.Event()
        self.tallies: Counter[int] = Counter()  # by second
        self._crowd = crowd
        self._seq = 0
        self._buffer = b""
        self._is_upgraded = False
        self._transport: asyncio.Transport | None = None
        self._is_gone = False
        self._next_wait_s: float | None = None
        self._failures = 0
        self._waiting: tuple[Vote, bytes] | None = None
        self._sent_at = 0.0

    async def connect(self) -> None:
        """Try until a connection stands, waiting longer after each failure."""
        loop = asyncio.get_running_loop()
        while not self._is_gone:
            self._crowd.attempts += 1
            try:
                await loop.create_connection(lambda: self, "127.0.0.1", self._crowd.port)
            except OSError:
                await asyncio.sleep(self._wait_s())
            else:
                return

    def cut(self, wait_s: float) -> None:
        """Lose the connection and come back after so long."""
        self._next_wait_s = wait_s
        if self._transport is not None:
            self._transport.abort()

    def leave(self) -> None:
        """Hang up for good."""
        self._is_gone = True
        if self._transport is not None:
            self._transport.abort()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # asyncio's promise for streams
        self._buffer, self._is_upgraded = b"", False
        self.is_welcome.clear()
        path = f"/live/{self._crowd.meeting_id}"
        self._transport.write(websocket_upgrade(path, self._crowd.port, secrets.token_bytes(16)))

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if not self._is_gone:
            asyncio.get_running_loop().call_later(self._wait_s(), self._connect_again)

    @override
    def data_received(self, data: bytes) -> None:
        buffer = self._buffer + data if self._buffer else data
        if not self._is_upgraded:
            end = buffer.find(_HEAD_END)
            if end < 0:
                self._buffer = buffer
                return
            self._upgraded(buffer[:end])
            buffer = buffer[end + len(_HEAD_END) :]
        self._buffer = self._hear_all(buffer)

    def vote(self, vote: Vote) -> None:
        """Send a ballot, now or as soon as there is a connection."""
        self._waiting = (vote, masked_frame(cast_body(vote.poll_id, self.card, vote.pad_bytes)))
        self._sent_at = time.perf_counter()
        self._send_ballot()

    def _send_ballot(self) -> None:
        if self._waiting is not None and self._transport is not None and self.is_welcome.is_set():
            self._transport.write(self._waiting[1])

    def _wait_s(self) -> float:
        if self._next_wait_s is not None:
            wait_s, self._next_wait_s = self._next_wait_s, None
            return wait_s
        longest = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2**self._failures)
        self._failures += 1
        return _somewhere_in(longest)

    def _connect_again(self) -> None:
        task = asyncio.ensure_future(self.connect())
        task.add_done_callback(lambda done: done.exception() and self._crowd.refusals.update(["connect"]))

    def _upgraded(self, head: bytes) -> None:
        if not head.startswith(b"HTTP/1.1 101"):
            self._crowd.turned_away += 1  # e.g. by a server that is just stopping; it hangs up, the phone tries again
            return
        self._is_upgraded = True
        hello: dict[str, object] = {"t": "hello", "card": self.card} | ({"since": self._seq} if self._seq else {})
        if self._transport is not None:
            self._transport.write(masked_frame(json.dumps(hello).encode()))

    def _hear_all(self, buffer: bytes) -> bytes:
        """Hear every whole frame; return the rest."""
        start = 0
        while len(buffer) - start > 1:
            size, header = buffer[start + 1], 2
            if size > _SMALL:
                header = 4 if size == _TWO_BYTES else 10
                if len(buffer) - start < header:
                    break
                size = int.from_bytes(buffer[start + 2 : start + header], "big")
            end = start + header + size
            if len(buffer) < end:
                break
            self._hear(buffer[start + header : end])
            start = end
        return buffer[start:]

    def _hear(self, text: bytes) -> None:
        now = time.perf_counter()
        match text[:9]:
            case b'{"t":"tal':
                self.tallies[int(now)] += 1
            case b'{"t":"ack':
                self._acked(now)
            case b'{"t":"wel':
                self._welcomed(text, now)
            case b'{"t":"err':
                self._crowd.refusals[text.decode()[:200]] += 1
            case _ if b'"seq":' in text:
                self._told(text, now)

    def _welcomed(self, text: bytes, now: float) -> None:
        if b'"state":' in text:  # otherwise the events missed follow, each with its number
            self._seq = _number_after(text, b'"seq":')
        self._failures = 0
        self.is_welcome.set()
        self._crowd.joins.note(now)
        self._send_ballot()

    def _told(self, event: bytes, now: float) -> None:
        seq = _number_after(event, b'"seq":', last=True)
        if seq <= self._seq:  # a gap is no loss: of some events a room tells only the latest
            self._crowd.refusals["told again"] += 1
        self._seq = seq
        vote = self._crowd.vote
        if vote is not None and b'"kind":"poll.opened"' in event and vote.name in event:
            vote.opened.note(now)
            loop = asyncio.get_running_loop()
            loop.call_later(_somewhere_in(vote.window_s), self.vote, vote)
        elif vote is not None and b'"kind":"poll.closed"' in event and vote.name in event:
            vote.closed.note(now)
        elif self._crowd.notices is not None and b'"kind":"notice"' in event:
            self._crowd.notices.note(now)

    def _acked(self, now: float) -> None:
        if self._waiting is None:
            self._crowd.refusals["acknowledged twice"] += 1
            return
        vote, self._waiting = self._waiting[0], None
        vote.took_s.append(now - self._sent_at)
        vote.acked.note(now)


def _somewhere_in(span: float) -> float:
    return _chance.uniform(0, span)


def _number_after(text: bytes, name: bytes, *, last: bool = False) -> int:
    start = (text.rfind(name) if last else text.find(name)) + len(name)
    end = start
    while text[end : end + 1].isdigit():
        end += 1
    return int(text[start:end])
