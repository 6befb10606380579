"""The one way out of the ballot box: open all ballots at once, shuffle, count, commit, forget.

Guarantees: after sealing every counted ballot exists once, without channel, voter or order; its commitment is in
the log; the partition that held ciphertexts is empty and its key is destroyed after the commit.
Refuses while paper is outstanding (`BatchesOpen`) or a ballot does not match its commitment (`CorruptBox`).
Source: docs/adr/0004-ballot-secrecy.md.
"""

from __future__ import annotations

import hashlib
import json

import msgspec
from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.ballots import envelope
from backend.ballots._box import Ballot, CastRequest, SealedBallot
from backend.ballots.errors import CorruptBox
from backend.ballots.models import CountRecordRow
from backend.ballots.record import CountInputs, CountRecord, OutsideFacts, make_record
from backend.ballots.redemptions import refused_duplicates, turnout
from backend.ballots.types import BallotContent, OpenedBallot
from backend.kit.errors import Conflict
from backend.kit.uow import UnitOfWork
from backend.polls.actions import advance, announce
from backend.polls.keys import PollKeys
from backend.polls.models import PollRow
from backend.polls.queries import definition_of
from backend.polls.rules import is_moderated
from backend.polls.types import PollState, PollType
from backend.transparency.ballots import (
    CHOICES_BYTES_MAX,
    Opening,
    batch_bodies,
    openings_file,
    sealed_totals,
    spelt_commitment,
)
from backend.transparency.canonical import JsonObject, encode
from backend.transparency.intents import record
from backend.transparency.types import LogType


class BatchesOpen(Conflict):
    """Scans are still undecided; nothing is sealed before the last batch."""

    code = "batches_open"
    title = "Es sind noch nicht alle Stimmzettel gezählt"


async def seal_poll(uow: UnitOfWork, row: PollRow, *, version: int, keys: PollKeys, facts: OutsideFacts) -> CountRecord:
    """Seal a locked poll and return its count record. Raises: BatchesOpen, CorruptBox, InvalidTransition."""
    if facts.open_batches:
        raise BatchesOpen
    await advance(uow, row, PollState.SEALED, version=version)
    ballots = uow.entropy.shuffled(await open_ballots(uow.session, row.id, keys.get(row.id)))
    result = make_record(
        CountInputs(
            definition=definition_of(row),
            ballots=ballots,
            turnout=(await turnout(uow.session, [row.id]))[row.id],
            entitled=row.entitled,
            rejected_duplicates=await refused_duplicates(uow.session, row.id),
            n_min=row.n_min,
            facts=facts,
        )
    )
    await _keep(uow, row, ballots, result)
    if not row.is_practice:
        await _log(uow, row, ballots, result)
    await uow.later("poll.destroy_key", row.id, {"poll_id": row.id})
    await announce(uow, row)
    return result


async def open_ballots(session: AsyncSession, poll_id: str, key: bytes) -> list[OpenedBallot]:
    """Return a poll's ballots in clear, for counting only: what holds them lives no longer than the count.

    Raises: CorruptBox.
    """
    rows = await session.execute(select(Ballot.sealed).where(Ballot.poll_id == poll_id))
    return [_open(poll_id, key, each.sealed) for each in rows]


async def openings(session: AsyncSession, poll_id: str) -> list[Opening]:
    """Return a sealed poll's ballots, sorted by commitment."""
    query = (
        select(SealedBallot.nonce, SealedBallot.choices)
        .where(SealedBallot.poll_id == poll_id)
        .order_by(SealedBallot.commitment)
    )
    return [Opening(row.nonce, json.loads(row.choices)) for row in await session.execute(query)]


def _open(poll_id: str, key: bytes, sealed: bytes) -> OpenedBallot:
    content = msgspec.msgpack.decode(envelope.unseal(key, poll_id, sealed), type=BallotContent)
    if spelt_commitment(poll_id, content.nonce, content.spelt) != content.commitment:
        raise CorruptBox
    return OpenedBallot(
        nonce=content.nonce,
        commitment=content.commitment,
        choices=json.loads(content.spelt),
        channel=content.channel,
    )


async def _keep(uow: UnitOfWork, row: PollRow, ballots: list[OpenedBallot], result: CountRecord) -> None:
    """Write each ballot once without its channel; empty the partition."""
    rows = [
        {
            "poll_id": row.id,
            "commitment": ballot.commitment,
            "nonce": ballot.nonce,
            "choices": encode(ballot.choices, bytes_max=CHOICES_BYTES_MAX).decode(),
        }
        for ballot in ballots
    ]
    if rows:
        await uow.session.execute(insert(SealedBallot), rows)
    await uow.session.execute(delete(Ballot).where(Ballot.poll_id == row.id))
    await uow.session.execute(delete(CastRequest).where(CastRequest.poll_id == row.id))
    uow.session.add(
        CountRecordRow(poll_id=row.id, content=result.content, is_balanced=result.is_balanced, sealed_at=uow.now)
    )
    await uow.session.flush()


async def _log(uow: UnitOfWork, row: PollRow, ballots: list[OpenedBallot], result: CountRecord) -> None:
    for body in batch_bodies(row.id, [ballot.commitment for ballot in ballots]):
        await record(uow, LogType.BALLOT_BATCH, f"{row.id}:{body['part']}", public=body)
    file = openings_file(row.id, [Opening(ballot.nonce, ballot.choices) for ballot in ballots])
    sealed: JsonObject = {
        "poll": row.id,
        "n": len(ballots),
        "openings_sha256": hashlib.sha256(file).hexdigest(),
        "totals": {} if is_moderated(PollType(row.type)) else sealed_totals(result.total.totals),
        "valid": result.total.valid,
        "invalid": result.total.invalid,
        "blank": result.total.blank,
    }
    await record(uow, LogType.POLL_SEALED, row.id, public=sealed)
