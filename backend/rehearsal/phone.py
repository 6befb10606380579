"""One phone: joins with its card, stays for the evening, votes, comes back when it lost the hall.

Guarantees: a ballot is repeated under its own key until it is answered or the phone gives up (`Lost`); every event
is expected by its number, so a missing one is counted.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from backend.kit.db import JsonDict
from backend.rehearsal.chaos import SLOW_BYTES_PER_S, Mischief
from backend.rehearsal.figures import Figures, Round
from backend.rehearsal.line import Address, Line, dial
from backend.rehearsal.vote import Vote

ANSWER_TIMEOUT_S = 20.0
JOIN_TIMEOUT_S = 60.0  # a full hall at the door: giving up earlier would only lengthen the queue
BACK_S = 180.0
ATTEMPTS = 10
BACKOFF_S = (0.2, 0.5, 1.0, 2.0, 4.0)
JOIN_AT_ONCE = 100  # handshakes on their way: a hall comes through a door, not through the roof
GONE_S = 5.0
TRY_AGAIN = frozenset({"unavailable", "too_many_frames"})


class Lost(Exception):
    """The phone gave up: it could not get in, or got no answer."""


class Heard(msgspec.Struct, frozen=True):
    """What a phone reads of a server's message; the rest is skipped."""

    t: str
    seq: int = 0
    kind: str = ""
    id: str = ""
    code: str = ""
    state: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    ballot: JsonDict = {}


@dataclass(slots=True)
class Hall:
    """What all phones of an evening share."""

    address: Address
    figures: Figures
    began: float
    door: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(JOIN_AT_ONCE))
    round: Round = field(default_factory=lambda: Round(""))
    clicked_at: float | None = None  # while people vote: when the host opened the poll


_decode = msgspec.json.Decoder(Heard).decode


class Phone:
    """A card in somebody's hand."""

    def __init__(self, hall: Hall, number: int, card: str) -> None:
        self.number = number
        self.card = card
        self.seq = 0
        self.retries = 0
        self._hall = hall
        self._line: Line | None = None
        self._welcomed = asyncio.Event()
        self._welcome: asyncio.Future[None] | None = None
        self._is_leaving = False
        self._waiting: dict[str, asyncio.Future[Heard]] = {}
        self._acked: dict[str, JsonDict] = {}
        self._return: asyncio.Task[None] | None = None
        self._back_in_s: Callable[[], float] | None = None

    async def join(self, *, is_counted: bool = True) -> None:
        """Come in for the first time. Raises: Lost."""
        figures, loop = self._hall.figures, asyncio.get_running_loop()
        async with self._hall.door:
            started = loop.time()
            await self._come_in()
            if is_counted:
                figures.welcome_ms.append(1_000 * (loop.time() - started))
        if is_counted:
            figures.joined_at.append(loop.time() - self._hall.began)

    async def cast(self, vote: Vote, mischief: Mischief | None = None) -> Heard:
        """Send a ballot until it is answered; return the answer. Raises: Lost."""
        started = asyncio.get_running_loop().time()
        for attempt in range(ATTEMPTS):
            try:
                answer = await self._ask(vote, None if attempt else mischief)
                if answer.code not in TRY_AGAIN:
                    self._note(vote, answer, started)
                    return answer
            except (OSError, TimeoutError):
                pass  # what became of the ballot is unknown, not bad: ask again under the same key
            self.retries += 1
            self._hall.figures.retries += 1
            await asyncio.sleep(_jitter(attempt))
        raise Lost

    def lose_network(self, back_in_s: float) -> None:
        """Cut the connection; the phone comes back after this time."""
        self._back_in_s = lambda: back_in_s
        if self._line is not None:
            self._line.cut()

    async def is_back(self) -> None:
        """Wait until the phone is in the hall. Raises: TimeoutError."""
        async with asyncio.timeout(BACK_S):
            await self._welcomed.wait()

    def read_slowly(self, *, is_slow: bool) -> None:
        """Begin or end reading as slowly as the worst corner of a hall."""
        if self._line is not None:
            self._line.read_slowly(SLOW_BYTES_PER_S if is_slow else 0)

    async def leave(self) -> bool:
        """Hang up; return whether the connection ended cleanly."""
        self._is_leaving = True
        if self._return is not None:
            self._return.cancel()
            await asyncio.gather(self._return, return_exceptions=True)
        if self._line is None:
            return True
        self._line.hang_up()
        await asyncio.wait([self._line.ended], timeout=GONE_S)
        is_clean = self._line.ended.done()
        self._line.cut()
        return is_clean

    async def _come_in(self) -> None:
        for attempt in range(ATTEMPTS):
            try:
                async with asyncio.timeout(JOIN_TIMEOUT_S):
                    await self._say_hello()
            except (OSError, TimeoutError):
                await asyncio.sleep(_jitter(attempt))
            else:
                return
        raise Lost

    async def _say_hello(self) -> None:
        self._line = await dial(self._hall.address, self._hear, self._gone)
        self._welcome = asyncio.get_running_loop().create_future()
        since = {"since": self.seq} if self.seq else {}
        self._line.send(msgspec.json.encode({"t": "hello", "card": self.card, **since}))
        if self._line.ended.done():
            raise ConnectionResetError("the connection ended before it was welcomed")
        await self._welcome

    async def _come_back(self) -> None:
        wait_s, self._back_in_s = self._back_in_s() if self._back_in_s else _jitter(0), None
        await asyncio.sleep(wait_s)
        try:
            await self._come_in()
        except Lost:
            return  # whoever waits for this phone runs into its own time limit
        self._hall.figures.reconnects += 1

    async def _ask(self, vote: Vote, mischief: Mischief | None) -> Heard:
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            await self._welcomed.wait()
            assert self._line is not None  # noqa: S101 - welcomed on it
            answer = self._waiting[vote.key] = asyncio.get_running_loop().create_future()
            try:
                if mischief is Mischief.CUT_HALFWAY:
                    self._line.send_half(vote.frame())
                else:
                    self._line.send(vote.frame())
                if mischief is Mischief.TWICE:
                    self._line.send(vote.frame())
                if mischief is Mischief.CUT_WAITING:
                    self._line.hang_up()
                heard: Heard = await answer
                return heard
            finally:
                self._waiting.pop(vote.key, None)

    def _note(self, vote: Vote, answer: Heard, started: float) -> None:
        figures, now = self._hall.figures, asyncio.get_running_loop().time()
        if answer.t == "error":
            figures.refused[answer.code] += 1
            return
        figures.wrong_codes += not vote.is_own(answer.ballot)
        if self._hall.clicked_at is not None:
            self._hall.round.ack_ms.append(1_000 * (now - started))
            self._hall.round.acked_at.append(now - self._hall.clicked_at)

    def _hear(self, text: bytes) -> None:
        heard = _decode(text)
        match heard.t:
            case "tally":
                self._hall.figures.tallies += self._hall.clicked_at is not None
            case "event":
                self._follow(heard)
            case "welcome":
                if heard.state is not msgspec.UNSET:
                    self.seq = heard.seq
                self._is_welcome()
            case "ack" | "error":
                self._answered(heard)

    def _is_welcome(self) -> None:
        self._welcomed.set()
        if self._welcome is not None and not self._welcome.done():
            self._welcome.set_result(None)

    def _follow(self, event: Heard) -> None:
        figures, expected = self._hall.figures, self.seq + 1
        if event.seq < expected:
            return
        figures.missed += event.seq - expected
        self.seq = event.seq
        if event.kind == "poll.opened" and self._hall.clicked_at is not None:
            self._hall.round.opening_ms.append(1_000 * (asyncio.get_running_loop().time() - self._hall.clicked_at))

    def _answered(self, heard: Heard) -> None:
        """Hand an answer to whoever waits; a second one to the same key must be the same ballot."""
        if heard.t == "ack":
            first = self._acked.setdefault(heard.id, heard.ballot)
            self._hall.figures.wrong_codes += first["commitment"] != heard.ballot["commitment"]
        waiting = self._waiting.get(heard.id)
        if waiting is not None and not waiting.done():
            waiting.set_result(heard)
        elif heard.t == "error":
            self._hall.figures.refused[heard.code] += 1

    def _gone(self, line: Line) -> None:
        if line is not self._line:
            return
        was_in, ended = self._welcomed.is_set(), ConnectionResetError("the connection ended")
        self._welcomed.clear()
        for waiting in (*self._waiting.values(), self._welcome):
            if waiting is not None and not waiting.done():
                waiting.set_exception(ended)
        if was_in and not self._is_leaving:
            self._return = asyncio.get_running_loop().create_task(self._come_back())


def _jitter(attempt: int) -> float:
    """Return a full-jitter pause, so that a crowd does not come back in step."""
    return BACKOFF_S[min(attempt, len(BACKOFF_S) - 1)] * (0.1 + secrets.randbelow(900) / 1_000)
