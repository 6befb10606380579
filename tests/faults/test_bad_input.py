"""More than the committer can queue, requests doubled and out of order, connections that only half exist."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Self

import httpx
import pytest
from sqlalchemy import text

from backend.ballots.committer import BATCH_LIMIT, QUEUE_LIMIT
from backend.ballots.types import Acknowledgement
from backend.kit.db import Database
from backend.kit.errors import Unavailable
from backend.live import socket as live_socket
from backend.polls.types import Channel
from backend.rehearsal.vote import Vote
from backend.runtime import Runtime
from tests.factories import make_hall, make_poll
from tests.faults.audit import look_into_box
from tests.faults.crowd import HttpLine, SocketLine
from tests.integration.live_server import Served, serve

BEYOND = BATCH_LIMIT + 100  # casts more than the queue takes
WAVES = 10
DEADLINE_S = 0.5
IDLERS = 100

pytestmark = [pytest.mark.timeout(90)]  # thousands of casts


@pytest.fixture
async def served(rt: Runtime) -> AsyncIterator[Served]:
    """A server on loopback."""
    async with serve(rt) as running:
        yield running


async def test_burst_beyond_the_queue_is_told_when_to_come_back_and_counts_once(served: Served) -> None:
    rt = served.rt
    hall = await make_hall(rt, voting=QUEUE_LIMIT + BEYOND + 1)
    poll = await make_poll(rt, hall)
    *burst, late = (Vote(poll.id, card, ["yes"], poll.pad_bytes) for card in hall.cards)
    await rt.desk.voter(poll.id, late.card)  # the register and the poll are read ahead of the burst
    await rt.desk.frozen(poll.id)

    async def cast(vote: Vote) -> Acknowledgement:
        return await rt.desk.cast_with_card(
            vote.poll,
            vote.card,
            choices=vote.choices,
            nonce=bytes.fromhex(vote.nonce),
            channel=Channel.PHONE,
            request_key=vote.key,
        )

    answers: dict[str, asyncio.Task[Acknowledgement]] = {}
    async with locked(rt.settings.db_url):
        for _ in range(WAVES):  # the committer takes a batch out of the full queue before it is stuck
            answers |= {vote.card: asyncio.create_task(cast(vote)) for vote in burst if is_refused(answers, vote)}
            await asyncio.wait(answers.values(), return_when=asyncio.FIRST_COMPLETED)
        async with httpx.AsyncClient(base_url=served.http, trust_env=False) as client:
            refused = await client.post(
                f"/api/v1/polls/{poll.id}/ballots",
                json={"card": late.card, "choices": late.choices, "nonce": late.nonce},
                headers={"Idempotency-Key": late.key},
            )
        assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
        assert int(refused.headers["Retry-After"]) > 0
    again = [vote for vote in burst if is_refused(answers, vote)]
    kept = await asyncio.gather(*(answers[vote.card] for vote in burst if vote not in again))
    assert len(again) >= BEYOND - BATCH_LIMIT
    assert len(kept) >= QUEUE_LIMIT
    for vote in again:
        await cast(vote)
    line = HttpLine(served.http, poll.id, 5.0)
    assert late.is_own((await line.cast(late))["ballot"])
    await line.close()
    box = await look_into_box(rt, poll.id)
    assert (len(box.commitments), box.redeemed) == (len(hall.cards), len(hall.cards))


def is_refused(answers: dict[str, asyncio.Task[Acknowledgement]], vote: Vote) -> bool:
    """Tell whether a ballot has to be sent: never sent before, or told to come back."""
    task = answers.get(vote.card)
    return task is None or (task.done() and isinstance(task.exception(), Unavailable))


@asynccontextmanager
async def locked(url: str) -> AsyncIterator[None]:
    """Keep everybody else from committing."""
    blocker = Database(url)
    try:
        async with blocker.write() as session:
            await session.execute(text("SELECT 1"))
            yield
    finally:
        await blocker.close()


async def test_requests_doubled_and_out_of_order_get_one_answer(served: Served) -> None:
    hall = await make_hall(served.rt)
    poll = await make_poll(served.rt, hall)
    vote = Vote(poll.id, hall.cards[0], ["yes"], poll.pad_bytes)
    later = Vote(poll.id, hall.cards[0], ["no"], poll.pad_bytes)
    lines = [
        line
        for _ in range(5)
        for line in (SocketLine(served.http, hall.meeting_id, 10.0), HttpLine(served.http, poll.id, 10.0))
    ]
    first = await asyncio.gather(*(line.cast(vote) for line in lines))
    changed = await asyncio.gather(*(line.cast(later) for line in lines))
    delayed = await asyncio.gather(*(line.cast(vote) for line in lines))  # a copy that was long on its way
    for line in lines:
        await line.close()
    told = {body["ballot"]["commitment"] for body in (*first, *delayed)}
    assert len(told) == 1
    assert vote.is_own(first[0]["ballot"])
    assert {body["ballot"]["receipt"]["signature"] for body in (*first, *delayed)} == {
        first[0]["ballot"]["receipt"]["signature"]
    }
    assert {body["code"] for body in changed} == {"already_voted"}
    box = await look_into_box(served.rt, poll.id)
    assert (sum(box.commitments.values()), box.redeemed, box.answers) == (1, 1, 1)


async def test_silent_and_dribbling_sockets_are_closed_and_phones_vote_meanwhile(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = await make_hall(served.rt)
    poll = await make_poll(served.rt, hall)
    monkeypatch.setattr(live_socket, "HELLO_TIMEOUT_S", DEADLINE_S)
    async with AsyncExitStack() as open_sockets:
        idlers = [await open_sockets.enter_async_context(RawSocket(served, hall.meeting_id)) for _ in range(IDLERS)]
        dribbling = [asyncio.create_task(idler.dribble()) for idler in idlers[::2]]
        vote = Vote(poll.id, hall.cards[0], ["yes"], poll.pad_bytes)
        line = SocketLine(served.http, hall.meeting_id, 10.0)
        assert vote.is_own((await line.cast(vote))["ballot"])
        await line.close()
        async with asyncio.timeout(30):
            await asyncio.gather(*(idler.until_closed() for idler in idlers))
        for task in dribbling:
            task.cancel()
        await asyncio.gather(*dribbling, return_exceptions=True)
    assert served.app.state.rooms.sizes() == {}


class RawSocket:
    """A client that shakes hands and then says nothing, or a frame of one byte a moment that never ends."""

    def __init__(self, served: Served, meeting_id: str) -> None:
        self._served = served
        self._path = f"/live/{meeting_id}"

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._served.port)
        key = secrets.token_bytes(16).hex()[:22] + "=="
        lines = [
            f"GET {self._path} HTTP/1.1",
            f"Host: 127.0.0.1:{self._served.port}",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Protocol: machmit.v1",
        ]
        self._writer.write("\r\n".join([*lines, "", ""]).encode())
        head = await self._reader.readuntil(b"\r\n\r\n")
        assert b" 101 " in head.splitlines()[0], head
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.transport.abort()

    async def dribble(self) -> None:
        """Begin a text frame of a thousand bytes and send it byte by byte."""
        self._writer.write(b"\x81\xfe\x03\xe8\x00\x00\x00\x00")
        while not self._writer.is_closing():
            self._writer.write(b" ")
            await asyncio.sleep(DEADLINE_S / 10)

    async def until_closed(self) -> None:
        """Read until the server has ended the connection."""
        try:
            while await self._reader.read(4_096):
                pass
        except ConnectionError:
            pass
