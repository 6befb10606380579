"""What devices and desks do in a race, and how it ended."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Sequence
from typing import TypeVar

from backend.ballots.results import count_record
from backend.ballots.seal import openings
from backend.ballots.types import Acknowledgement
from backend.kit.db import JsonDict
from backend.paper.actions.issue import issue_sheet
from backend.polls.queries import Poll
from backend.polls.types import Channel
from backend.runtime import Runtime
from tests.factories import TO_SEALED, move_poll

T = TypeVar("T")


async def cast(
    rt: Runtime,
    poll: Poll,
    card: str,
    *choices: str,
    key: str = "",
    nonce: bytes = b"",
    channel: Channel = Channel.PHONE,
) -> Acknowledgement:
    """Cast as a device does; without choices it says yes."""
    return await rt.desk.cast_with_card(
        poll.id,
        card,
        choices=list(choices or ("yes",)),
        nonce=nonce or secrets.token_bytes(32),
        channel=channel,
        request_key=key or secrets.token_hex(16),
    )


async def exchange(rt: Runtime, poll: Poll, card: str) -> Channel:
    """Hand out a sheet for a card, as the desk does."""
    async with rt.work.write() as uow:
        await issue_sheet(uow, rt.keyring, poll.id, card)
    return Channel.PAPER


async def at_once(*racers: Awaitable[T]) -> list[T | BaseException]:
    """Run all racers together and return how each ended."""
    return await asyncio.gather(*racers, return_exceptions=True)


def of_kind(outcomes: Sequence[object], kind: type[T]) -> list[T]:
    """Return the outcomes of a kind."""
    return [each for each in outcomes if isinstance(each, kind)]


async def sealed(rt: Runtime, poll: Poll) -> tuple[JsonDict, set[bytes]]:
    """Close, count and seal an open poll; return its count record and the nonces of its ballots."""
    poll = await move_poll(rt, poll, *TO_SEALED)
    async with rt.work.read() as uow:
        record = await count_record(uow.session, poll.id)
        nonces = {ballot.nonce for ballot in await openings(uow.session, poll.id)}
    return record, nonces
