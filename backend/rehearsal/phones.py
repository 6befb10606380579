"""Phones over WebSockets: join with a card, vote, repeat what was not answered, check the own Prüfnummer.

With `chaos` connections are cut and requests repeated, as on bad Wi-Fi; the totals must not change.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from backend.polls.choices import Choices
from backend.transparency.ballots import ballot_commitment, tracking_code

Json = dict[str, Any]

SUBPROTOCOL = Subprotocol("machmit.v1")
ANSWER_TIMEOUT_S = 20.0
ATTEMPTS = 5
CHAOS_SHARE = 10  # one phone in so many loses its connection before the answer
AT_ONCE = 200  # phones that vote at the same moment


@dataclass(slots=True)
class Figures:
    """What the phones saw."""

    latencies_ms: list[float] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    retries: int = 0
    drops: int = 0
    wrong_codes: int = 0

    def percentile(self, share: float) -> float:
        """Return a latency percentile in milliseconds, 0 without any."""
        ordered = sorted(self.latencies_ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


@dataclass(frozen=True, slots=True)
class Vote:
    """One card's ballot for one poll; key and nonce stay the same however often it is sent."""

    poll: str
    card: str
    choices: Choices
    pad_bytes: int
    key: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    nonce: str = field(default_factory=lambda: secrets.token_hex(32))

    def frame(self) -> str:
        """Return the frame, padded to the poll's size."""
        body: Json = {
            "t": "cast",
            "id": self.key,
            "poll": self.poll,
            "card": self.card,
            "choices": self.choices,
            "nonce": self.nonce,
            "pad": "",
        }
        bare = len(json.dumps(body, ensure_ascii=False).encode())
        body["pad"] = "." * max(0, self.pad_bytes - bare)
        return json.dumps(body, ensure_ascii=False)

    def is_own(self, ballot: Json) -> bool:
        """Tell whether an acknowledgement carries the Prüfnummer this device computed itself."""
        commitment = ballot_commitment(self.poll, bytes.fromhex(self.nonce), self.choices)
        own = {"commitment": commitment.hex(), "tracking_code": tracking_code(commitment)}
        return {key: ballot.get(key) for key in own} == own


class Phones:
    """The crowd of one meeting."""

    def __init__(self, url: str, meeting_id: str, *, chaos: bool) -> None:
        self._url = f"{url.replace('http', 'ws', 1)}/live/{meeting_id}"
        self._origin = Origin(url)
        self._chaos = chaos
        self.figures = Figures()

    async def vote(self, votes: Sequence[Vote]) -> None:
        """Let every phone cast its ballot, all at about the same time."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(number: int, vote: Vote) -> None:
            async with gate:
                await self._cast(vote, is_cut=self._chaos and number % CHAOS_SHARE == 0)

        await asyncio.gather(*(one(number, vote) for number, vote in enumerate(votes)))

    async def _cast(self, vote: Vote, *, is_cut: bool) -> None:
        for attempt in range(ATTEMPTS):
            try:
                answer, took_ms = await self._send(vote, is_cut=is_cut and attempt == 0)
            except (ConnectionClosed, OSError, TimeoutError):
                self.figures.retries += 1
                await asyncio.sleep(0.05 * 2**attempt * (1 + secrets.randbelow(100) / 100))
                continue
            if answer["t"] == "error":
                self.figures.refused[answer["code"]] = self.figures.refused.get(answer["code"], 0) + 1
            else:
                self.figures.latencies_ms.append(took_ms)
                self.figures.wrong_codes += not vote.is_own(answer["ballot"])
            return
        self.figures.drops += 1

    async def _send(self, vote: Vote, *, is_cut: bool) -> tuple[Json, float]:
        """Join, cast, and return the answer with the milliseconds from cast to answer."""
        async with connect(
            self._url,
            subprotocols=[SUBPROTOCOL],
            origin=self._origin,
            compression=None,
        ) as socket:
            await socket.send(json.dumps({"t": "hello", "card": vote.card}))
            await _until(socket, {"welcome"})
            started = time.perf_counter()
            await socket.send(vote.frame())
            if is_cut:
                await socket.close()  # the ballot may be in the box by now; the phone cannot know
                raise ConnectionAbortedError
            answer = await _until(socket, {"ack", "error"})
            return answer, (time.perf_counter() - started) * 1_000


async def _until(socket: ClientConnection, kinds: set[str]) -> Json:
    async with asyncio.timeout(ANSWER_TIMEOUT_S):
        while True:
            message: Json = json.loads(await socket.recv())
            if message["t"] in kinds:
                return message
