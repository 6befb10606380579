"""Phones that vote under faults: every card is cast until it is answered, and every answer is kept.

Three lanes in four speak over the meeting's socket, one over HTTP. A ballot keeps its request key and nonce however
often it is sent; now and then it is sent again after its answer, which must be the first answer.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import httpx
from typing_extensions import override
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException
from websockets.typing import Subprotocol

from backend.live.frames import SUBPROTOCOL
from backend.polls.choices import Choices
from backend.rehearsal.vote import Vote
from tests.faults.dice import Dice
from tests.faults.town import Town

Json = dict[str, Any]

LANES = 32
CASTS_PER_SOCKET = 15  # below the frames per second one connection may send
PAUSE_S = 0.1  # at most, before a lane's next card: a fast server must not use up the cards before the fault comes
PATIENCE_S = 90.0  # nobody answered for so long: what is still under way will not be
CHOICES: tuple[Choices, ...] = (["yes"], ["no"], ["abst"])
TRY_AGAIN = {"unavailable", "poll_key_missing"}


class Unanswered(Exception):
    """The phone does not know whether its ballot was taken."""


class Line(Protocol):
    """A way to the server."""

    async def cast(self, vote: Vote) -> Json:
        """Send a ballot; return the body of the answer. Raises: Unanswered."""
        ...

    async def close(self) -> None:
        """Forget the connection."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """An acknowledgement and when it came."""

    ballot: Json
    at: float


class Crowd:
    """The phones of one meeting and what they were told."""

    def __init__(self, town: Town, urls: Sequence[str], dice: Dice, *, answer_s: float = 5.0) -> None:
        self._town = town
        self._urls = urls
        self._dice = dice
        self._answer_s = answer_s
        self._moved = asyncio.Event()
        self._left = iter(town.hall.cards)
        self._patient_until = 0.0
        self.is_leaving = False
        self.acknowledged: dict[str, tuple[Vote, Answer]] = {}
        self.refused: Counter[str] = Counter()
        self.unanswered = 0
        self.repeated = 0
        self.contradictions: list[str] = []

    async def vote(self, lanes: int = LANES) -> None:
        """Cast every card, or until `leave`; returns when each ballot that was sent is answered."""
        async with asyncio.TaskGroup() as group:
            for number in range(lanes):
                group.create_task(self._lane(self._line(number)))

    def leave(self) -> None:
        """Send no further cards; those under way are still cast until they are answered."""
        self.is_leaving = True

    async def reached(self, number: int) -> None:
        """Wait until so many ballots are acknowledged."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.acknowledged) < number:
                self._moved.clear()
                await self._moved.wait()

    async def more(self, number: int) -> None:
        """Wait for so many acknowledgements more."""
        await self.reached(len(self.acknowledged) + number)

    @override
    def __str__(self) -> str:
        """Tell the figures of this crowd."""
        refused = sum(self.refused.values())
        told = len(self.acknowledged)
        return f"{told} acknowledged, {self.unanswered} tries without an answer, {refused} told to come back"

    def commitments(self) -> set[bytes]:
        """Return the commitments of everything acknowledged so far."""
        return {bytes.fromhex(answer.ballot["commitment"]) for _, answer in self.acknowledged.values()}

    def _line(self, number: int) -> Line:
        url = self._urls[number % len(self._urls)]
        if number % 4 == 3:
            return HttpLine(url, self._town.poll.id, self._answer_s)
        return SocketLine(url, self._town.hall.meeting_id, self._answer_s)

    async def _lane(self, line: Line) -> None:
        try:
            for card in self._cards():
                vote = Vote(self._town.poll.id, card, self._dice.pick(CHOICES), self._town.poll.pad_bytes)
                await self._until_answered(line, vote)
                if self._dice.happens(8):
                    self.repeated += 1
                    await self._until_answered(line, vote)
                await asyncio.sleep(self._dice.between(0, PAUSE_S))
        finally:
            await line.close()

    def _cards(self) -> Iterator[str]:
        while not self.is_leaving and (card := next(self._left, None)) is not None:
            yield card

    async def _until_answered(self, line: Line, vote: Vote) -> None:
        self._patient_until = max(self._patient_until, time.monotonic() + PATIENCE_S)
        while True:
            try:
                body = await line.cast(vote)
            except Unanswered:
                self.unanswered += 1
                await line.close()
            else:
                if "ballot" in body:
                    self._note(vote, body["ballot"])
                    return
                self.refused[body["code"]] += 1
                if body["code"] not in TRY_AGAIN:
                    raise AssertionError(f"a ballot was refused: {body}")
            if time.monotonic() > self._patient_until:
                raise TimeoutError("a ballot was never answered")
            await asyncio.sleep(self._dice.between(0.02, 0.2))  # as a phone does

    def _note(self, vote: Vote, ballot: Json) -> None:
        self._patient_until = time.monotonic() + PATIENCE_S
        known = self.acknowledged.get(vote.card)
        if not vote.is_own(ballot) or (known is not None and known[1].ballot != ballot):
            self.contradictions.append(vote.key)
        if known is None:
            self.acknowledged[vote.card] = (vote, Answer(ballot, time.monotonic()))
            self._moved.set()


class SocketLine:
    """A phone page: connects, says hello, casts; a new connection for every few cards."""

    def __init__(self, url: str, meeting_id: str, answer_s: float) -> None:
        self._url = f"{url.replace('http', 'ws', 1)}/live/{meeting_id}"
        self._answer_s = answer_s
        self._socket: ClientConnection | None = None
        self._casts = 0

    async def cast(self, vote: Vote) -> Json:
        """Send a ballot; return the body of the answer. Raises: Unanswered."""
        try:
            async with asyncio.timeout(self._answer_s):
                if self._socket is None or self._casts >= CASTS_PER_SOCKET:
                    await self._connect(vote.card)
                return await self._send(vote)
        except (WebSocketException, InvalidHandshake, OSError, EOFError) as error:
            raise Unanswered from error

    async def close(self) -> None:
        """Drop the connection as a phone that lost its network: without a goodbye."""
        if self._socket is not None:
            self._socket.transport.abort()
            self._socket = None

    async def _connect(self, card: str) -> None:
        await self.close()
        self._casts = 0
        self._socket = await connect(self._url, subprotocols=[Subprotocol(SUBPROTOCOL)], compression=None, proxy=None)
        await self._socket.send(json.dumps({"t": "hello", "card": card}))
        await self._hear({"welcome"}, None)

    async def _send(self, vote: Vote) -> Json:
        assert self._socket is not None
        self._casts += 1
        await self._socket.send(vote.frame().decode())
        return await self._hear({"ack", "error"}, vote.key)

    async def _hear(self, kinds: set[str], key: str | None) -> Json:
        assert self._socket is not None
        while True:
            message: Json = json.loads(await self._socket.recv())
            if message["t"] in kinds and (key is None or message.get("id") == key):
                return message


class HttpLine:
    """A phone without sockets."""

    def __init__(self, url: str, poll_id: str, answer_s: float) -> None:
        self._url = f"{url}/api/v1/polls/{poll_id}/ballots"
        self._answer_s = answer_s
        self._client: httpx.AsyncClient | None = None

    async def cast(self, vote: Vote) -> Json:
        """Send a ballot; return the body of the answer. Raises: Unanswered."""
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=self._answer_s, trust_env=False)
        body = {"card": vote.card, "choices": vote.choices, "nonce": vote.nonce}
        try:
            answer = await self._client.post(self._url, json=body, headers={"Idempotency-Key": vote.key})
        except httpx.TransportError as error:
            raise Unanswered from error
        told: Json = answer.json()
        return told

    async def close(self) -> None:
        """Forget the connection."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None
