"""The one door into the ballot box.

Guarantees: a ballot is acknowledged only after its transaction committed; a card or sheet is redeemed at most
once per poll, whatever the channel; a repeated request gets its first answer; nothing stored links a voter to a
ballot or tells an order. No ballot of a phone or kiosk enters after "closed" was committed.
Refuses by the codes of `errors`. Never called inside a unit of work: the committer owns the transaction.
Source: docs/flow.md, docs/adr/0004-ballot-secrecy.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import DeclarativeBase

from backend.ballots import envelope
from backend.ballots._box import Ballot, CastRequest, Participation, Refusal
from backend.ballots.errors import AlreadyVoted, IdempotencyMismatch
from backend.ballots.types import Acknowledgement, CastBallot, FrozenPoll, Turnout, VoterKey
from backend.cards.errors import CardVoid
from backend.cards.models import Card
from backend.kit.entropy import Entropy
from backend.kit.errors import DomainError
from backend.polls.choices import Choices
from backend.polls.errors import PollNotOpen
from backend.polls.models import PollRow
from backend.polls.rules import accepts_ballots, may_issue_sheets
from backend.polls.types import Channel, PollState, VoterKind
from backend.transparency.ballots import ballot_commitment, tracking_code
from backend.transparency.canonical import encode
from backend.transparency.receipts import BLIND_SIZE, Receipt

BALLOT_ID_BYTES = 16
ANSWER_BYTES = 2_048  # room for a receipt over a batch of 4,096 ballots

Upsert = PostgresqlInsert | SqliteInsert
Outcome = Acknowledgement | DomainError


@dataclass(frozen=True, slots=True, repr=False)
class Prepared:
    """A validated command on its way into the box: canonical, committed to, keyed."""

    command: CastBallot
    poll: FrozenPoll
    poll_key: bytes
    choices: Choices
    commitment: bytes
    request_mac: bytes
    blind: bytes

    @property
    def voter(self) -> tuple[str, bytes]:
        """The pair that may exist once."""
        return self.poll.id, self.command.voter.hashed

    @property
    def body_digest(self) -> str:
        """What a repeat of the request must equal."""
        return hashlib.sha256(self.command.nonce + self.commitment).hexdigest()


def prepare(command: CastBallot, poll: FrozenPoll, choices: Choices, *, poll_key: bytes, entropy: Entropy) -> Prepared:
    """Commit to canonical choices and key the request."""
    return Prepared(
        command=command,
        poll=poll,
        poll_key=poll_key,
        choices=choices,
        commitment=ballot_commitment(poll.id, command.nonce, choices),
        request_mac=envelope.request_mac(poll_key, command.voter.hashed, command.request_key),
        blind=entropy.bytes(BLIND_SIZE),
    )


async def states_for_cast(connection: AsyncConnection, poll_ids: Iterable[str]) -> dict[str, PollState]:
    """Return the polls' states, locked against closing until this transaction ends."""
    query = select(PollRow.id, PollRow.state).where(PollRow.id.in_(sorted(set(poll_ids))))
    rows = await connection.execute(query.with_for_update(read=True))
    return {row.id: PollState(row.state) for row in rows}


async def redeem(connection: AsyncConnection, batch: Sequence[Prepared]) -> set[tuple[str, bytes]]:
    """Redeem voters of distinct pairs; return the pairs that were new."""
    if not batch:
        return set()
    rows = [
        {
            "poll_id": cast.poll.id,
            "voter_hash": cast.command.voter.hashed,
            "kind": cast.command.voter.kind.value,
            "channel": cast.command.channel.value,
        }
        for cast in batch
    ]
    statement = _insert(connection, Participation).on_conflict_do_nothing()
    won = await connection.execute(statement.returning(Participation.poll_id, Participation.voter_hash), rows)
    return {(row.poll_id, row.voter_hash) for row in won}


async def put(
    connection: AsyncConnection, batch: Sequence[tuple[Prepared, Receipt]], entropy: Entropy, *, replace: bool = False
) -> None:
    """Put sealed ballots and their sealed acknowledgements into the box, in random order."""
    if not batch:
        return
    ballots = [_ballot_row(cast, entropy) for cast, _ in batch]
    statement = _insert(connection, Ballot)
    if replace:
        statement = statement.on_conflict_do_update(
            index_elements=[Ballot.poll_id, Ballot.ballot_id], set_={"sealed": statement.excluded.sealed}
        )
    await connection.execute(statement, entropy.shuffled(ballots))
    requests = [_request_row(cast, receipt, entropy) for cast, receipt in batch]
    await connection.execute(_insert(connection, CastRequest), entropy.shuffled(requests))


async def first_answers(connection: AsyncConnection, casts: Sequence[Prepared]) -> dict[bytes, bytes]:
    """Return the sealed first answers to these requests, by request MAC."""
    macs = [cast.request_mac for cast in casts]
    query = select(CastRequest.request_mac, CastRequest.sealed).where(
        CastRequest.poll_id.in_({cast.poll.id for cast in casts}), CastRequest.request_mac.in_(macs)
    )
    return {row.request_mac: row.sealed for row in await connection.execute(query)}


async def redeemed_channels(connection: AsyncConnection, casts: Sequence[Prepared]) -> dict[tuple[str, bytes], Channel]:
    """Return the channel each of these voters was redeemed through."""
    hashes = [cast.command.voter.hashed for cast in casts]
    query = select(Participation.poll_id, Participation.voter_hash, Participation.channel).where(
        Participation.poll_id.in_({cast.poll.id for cast in casts}), Participation.voter_hash.in_(hashes)
    )
    rows = await connection.execute(query)
    return {(row.poll_id, row.voter_hash): Channel(row.channel) for row in rows}


async def void_cards_among(connection: AsyncConnection, casts: Sequence[Prepared]) -> set[bytes]:
    """Return the void ones among the cards of these casts."""
    hashes = [cast.command.voter.hashed for cast in casts if cast.command.voter.kind is VoterKind.CARD]
    if not hashes:
        return set()
    query = select(Card.voter_hash).where(Card.voter_hash.in_(hashes), Card.is_void.is_(True))
    return set(await connection.scalars(query))


async def count_refusals(connection: AsyncConnection, refused: dict[str, int]) -> None:
    """Add refused second attempts to each poll's number."""
    for poll_id, count in sorted(refused.items()):
        statement = _insert(connection, Refusal).values(poll_id=poll_id, duplicates=count)
        await connection.execute(
            statement.on_conflict_do_update(
                index_elements=[Refusal.poll_id], set_={"duplicates": Refusal.duplicates + count}
            )
        )


def acknowledge(cast: Prepared, receipt: Receipt, *, is_first: bool = True) -> Acknowledgement:
    """Return what the voter is told."""
    return Acknowledgement(
        commitment=cast.commitment,
        tracking_code=tracking_code(cast.commitment),
        receipt=receipt,
        channel=cast.command.channel,
        is_first=is_first,
    )


def repeat_answer(cast: Prepared, sealed: bytes) -> Outcome:
    """Return the first answer to a repeated request, or the mismatch when its body differs."""
    key = envelope.request_cipher_key(cast.poll_key, cast.command.voter.hashed, cast.command.request_key)
    stored = json.loads(envelope.unseal(key, cast.poll.id, sealed))
    if stored["body"] != cast.body_digest:
        return IdempotencyMismatch()
    return acknowledge(cast, Receipt.from_json(stored["receipt"]), is_first=False)


def refusal(cast: Prepared, state: PollState | None, channel: Channel | None, *, is_void: bool) -> DomainError | None:
    """Return why a voter without a stored request may not vote now, or None."""
    if channel is not None:
        may_change = cast.poll.definition.change_until_close and Channel.PAPER not in {channel, cast.command.channel}
        if not (may_change and state is not None and accepts_ballots(state, cast.command.channel)):
            return AlreadyVoted(channel)
    if state is None or not accepts_ballots(state, cast.command.channel):
        return PollNotOpen()
    return CardVoid() if is_void else None


async def turnout(session: AsyncSession, poll_ids: Sequence[str]) -> dict[str, Turnout]:
    """Return cards used and sheets scanned for each poll."""
    query = (
        select(Participation.poll_id, Participation.kind, Participation.channel, func.count().label("n"))
        .where(Participation.poll_id.in_(poll_ids))
        .group_by(Participation.poll_id, Participation.kind, Participation.channel)
    )
    cards: dict[str, dict[Channel, int]] = {poll_id: {} for poll_id in poll_ids}
    sheets: dict[str, int] = {}
    for row in await session.execute(query):
        if row.kind == VoterKind.CARD:
            cards[row.poll_id][Channel(row.channel)] = row.n
        else:
            sheets[row.poll_id] = row.n
    return {poll_id: Turnout(cards=used, sheets_scanned=sheets.get(poll_id, 0)) for poll_id, used in cards.items()}


async def channels_of(session: AsyncSession, hashed: bytes, poll_ids: Sequence[str]) -> dict[str, Channel]:
    """Return through which channel one card was redeemed, per poll; for the holder of the card only."""
    query = select(Participation.poll_id, Participation.channel).where(
        Participation.poll_id.in_(poll_ids), Participation.voter_hash == hashed
    )
    return {row.poll_id: Channel(row.channel) for row in await session.execute(query)}


async def refused_duplicates(session: AsyncSession, poll_id: str) -> int:
    """Return how many second attempts a poll has refused."""
    return await session.scalar(select(Refusal.duplicates).where(Refusal.poll_id == poll_id)) or 0


async def exchange_for_sheet(session: AsyncSession, poll_id: str, voter: VoterKey) -> None:
    """Redeem a card because its holder gets a paper ballot. Part of the caller's transaction.

    Raises: PollNotOpen, AlreadyVoted.
    """
    connection = await session.connection()
    state = (await states_for_cast(connection, [poll_id])).get(poll_id)
    if state is None or not may_issue_sheets(state):
        raise PollNotOpen
    row = {
        "poll_id": poll_id,
        "voter_hash": voter.hashed,
        "kind": VoterKind.CARD.value,
        "channel": Channel.PAPER.value,
    }
    statement = _insert(connection, Participation).values(row).on_conflict_do_nothing()
    won = await connection.execute(statement.returning(Participation.poll_id))
    if won.one_or_none() is None:
        known = await channels_of(session, voter.hashed, [poll_id])
        raise AlreadyVoted(known[poll_id])


async def return_sheet(session: AsyncSession, poll_id: str, voter: VoterKey) -> bool:
    """Free a card whose unused sheet came back. Part of the caller's transaction; tells whether it was out."""
    statement = delete(Participation).where(
        Participation.poll_id == poll_id,
        Participation.voter_hash == voter.hashed,
        Participation.kind == VoterKind.CARD.value,
        Participation.channel == Channel.PAPER.value,
    )
    freed = await session.execute(statement.returning(Participation.poll_id))
    return freed.one_or_none() is not None


async def change_channel(connection: AsyncConnection, cast: Prepared) -> None:
    """Note the channel of a changed vote."""
    await connection.execute(
        update(Participation)
        .where(Participation.poll_id == cast.poll.id, Participation.voter_hash == cast.command.voter.hashed)
        .values(channel=cast.command.channel.value)
    )


def _ballot_row(cast: Prepared, entropy: Entropy) -> dict[str, object]:
    content = {
        "nonce": cast.command.nonce.hex(),
        "commitment": cast.commitment.hex(),
        "choices": cast.choices,
        "channel": cast.command.channel.value,
    }
    if cast.poll.definition.change_until_close:
        ballot_id = envelope.changeable_id(cast.poll_key, cast.command.voter.hashed)
    else:
        ballot_id = entropy.bytes(BALLOT_ID_BYTES)
    plain = encode(content, bytes_max=cast.poll.pad_bytes)
    size = cast.poll.pad_bytes
    sealed = envelope.seal(cast.poll_key, cast.poll.id, plain, size=size, entropy=entropy)
    return {"poll_id": cast.poll.id, "ballot_id": ballot_id, "sealed": sealed}


def _request_row(cast: Prepared, receipt: Receipt, entropy: Entropy) -> dict[str, object]:
    key = envelope.request_cipher_key(cast.poll_key, cast.command.voter.hashed, cast.command.request_key)
    plain = json.dumps({"body": cast.body_digest, "receipt": receipt.to_json()}).encode()
    sealed = envelope.seal(key, cast.poll.id, plain, size=ANSWER_BYTES, entropy=entropy)
    return {"poll_id": cast.poll.id, "request_mac": cast.request_mac, "sealed": sealed}


def _insert(connection: AsyncConnection, table: type[DeclarativeBase]) -> Upsert:
    return insert_postgresql(table) if connection.dialect.name == "postgresql" else insert_sqlite(table)
