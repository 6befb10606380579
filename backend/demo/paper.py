"""Seed: the paper of an evening, through the box's own commands. Sheets get serials of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from backend.ballots.redemptions import exchange_for_sheet
from backend.ballots.types import CastBallot, VoterKey
from backend.polls.choices import Choices
from backend.polls.queries import Poll
from backend.polls.types import Channel, VoterKind
from backend.runtime import Runtime

SERIAL_BYTES = 8


async def exchange_cards(rt: Runtime, poll: Poll, cards: Sequence[str]) -> None:
    """Exchange cards for paper ballots at the desk."""
    for card in cards:
        voter = await rt.desk.voter(poll.id, card)
        async with rt.work.write() as uow:
            await exchange_for_sheet(uow.session, poll.id, voter)


async def scan_sheets(rt: Runtime, poll: Poll, ballots: Sequence[Choices], *, tellers: Sequence[str]) -> None:
    """Put the sheets into the box as a confirmed batch does."""
    del tellers
    await asyncio.gather(*(_cast_sheet(rt, poll, choices) for choices in ballots))


async def _cast_sheet(rt: Runtime, poll: Poll, choices: Choices) -> None:
    serial = rt.entropy.bytes(SERIAL_BYTES)
    await rt.desk.cast(
        CastBallot(
            poll_id=poll.id,
            voter=VoterKey(kind=VoterKind.SHEET, hashed=rt.keyring.sheet_hash(serial)),
            choices=choices,
            nonce=rt.entropy.bytes(32),
            channel=Channel.PAPER,
            request_key=serial.hex(),
        )
    )
