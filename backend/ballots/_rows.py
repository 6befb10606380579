"""The statements of the ballot box: a whole batch at a time, in both dialects.

Guarantees: a batch is written by as many statements as there are tables, however many ballots it holds; nothing
here decides anything. Only `backend.ballots.cast` may put ballots in (see the import contracts).
Refuses to commit: the caller owns the transaction.
Source: PostgreSQL 15, 7.2.1.4 (`unnest`); SQLite, "INSERT" (`VALUES` as a source); docs/performance.md.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from backend.kit.raw import RawConnection, Rows
from backend.polls.types import Channel, PollState

Voter: TypeAlias = tuple[str, bytes]
"""Poll id and voter hash: the pair that may be redeemed once."""


class Redemption(NamedTuple):
    """A row of `participation`."""

    poll_id: str
    voter_hash: bytes
    kind: str
    channel: str


class SealedRow(NamedTuple):
    """A row of `ballot` or of `cast_request`: a random or keyed name, and ciphertext."""

    poll_id: str
    name: bytes
    sealed: bytes


# A card declared void before this statement is not redeemed; of two that redeem one voter the first one wins.
_REDEEM = """
INSERT INTO participation (poll_id, voter_hash, kind, channel)
SELECT {columns} FROM {source}
WHERE NOT EXISTS (SELECT 1 FROM card WHERE card.voter_hash = {voter} AND card.is_void)
ON CONFLICT DO NOTHING RETURNING poll_id, voter_hash"""
_REDEEM_ARRAYS = _REDEEM.format(
    columns="voter.poll_id, voter.hash, voter.kind, voter.channel",
    source="unnest($1::text[], $2::bytea[], $3::text[], $4::text[]) AS voter (poll_id, hash, kind, channel)",
    voter="voter.hash",
)
_PUT_BALLOT = "INSERT INTO ballot (poll_id, ballot_id, sealed) VALUES ($1, $2, $3)"
_PUT_REQUEST = "INSERT INTO cast_request (poll_id, request_mac, sealed) VALUES ($1, $2, $3)"
_PUT_ARRAYS = """
WITH ballots AS (
  INSERT INTO ballot (poll_id, ballot_id, sealed) SELECT * FROM unnest($1::text[], $2::bytea[], $3::bytea[]))
INSERT INTO cast_request (poll_id, request_mac, sealed) SELECT * FROM unnest($4::text[], $5::bytea[], $6::bytea[])"""
_REPLACE_BALLOT = _PUT_BALLOT + " ON CONFLICT (poll_id, ballot_id) DO UPDATE SET sealed = excluded.sealed"
_CHANGE_CHANNEL = "UPDATE participation SET channel = $1 WHERE poll_id = $2 AND voter_hash = $3"
_COUNT_REFUSALS = """
INSERT INTO refusal (poll_id, duplicates) VALUES ($1, $2)
ON CONFLICT (poll_id) DO UPDATE SET duplicates = refusal.duplicates + excluded.duplicates"""
_LOCK_ARRAY = "SELECT id, state FROM poll WHERE id = ANY($1) ORDER BY id FOR SHARE"
_STATE = "SELECT id, state FROM poll WHERE id = $1"  # in SQLite the writer's transaction is the lock
_ANSWERS = """
SELECT request_mac, sealed FROM cast_request
JOIN {source} ON cast_request.poll_id = {poll} AND cast_request.request_mac = {name}"""
_CHANNELS = """
SELECT participation.poll_id, participation.voter_hash, channel FROM participation
JOIN {source} ON participation.poll_id = {poll} AND participation.voter_hash = {name}"""
_VOID = "SELECT card.voter_hash FROM card JOIN {source} ON card.voter_hash = {name} WHERE card.is_void"


async def lock_states(connection: RawConnection, poll_ids: Collection[str]) -> dict[str, PollState]:
    """Return the polls' states, locked against closing until this transaction ends."""
    polls = sorted(poll_ids)
    if connection.is_postgresql:
        rows = await connection.fetch(_LOCK_ARRAY, polls)
    else:
        rows = [row for poll_id in polls for row in await connection.fetch(_STATE, poll_id)]
    return {poll_id: PollState(state) for poll_id, state in rows}


async def redeem(connection: RawConnection, rows: Sequence[Redemption]) -> set[Voter]:
    """Redeem voters, each named once; return those that were neither redeemed before nor void."""
    if not rows:
        return set()
    if connection.is_postgresql:
        won = await connection.fetch(_REDEEM_ARRAYS, *_columns(rows))
    else:
        statement = _REDEEM.format(columns="*", source=_values(rows), voter="column2")
        won = await connection.fetch(statement, *(field for row in rows for field in row))
    return {(poll_id, voter_hash) for poll_id, voter_hash in won}


async def put(connection: RawConnection, ballots: Sequence[SealedRow], requests: Sequence[SealedRow]) -> None:
    """Put ballots and the acknowledgements of their requests into the box, in the order given."""
    if not ballots:
        return
    if connection.is_postgresql:
        await connection.fetch(_PUT_ARRAYS, *_columns(ballots), *_columns(requests))
    else:
        await connection.repeat(_PUT_BALLOT, ballots)
        await connection.repeat(_PUT_REQUEST, requests)


async def replace(connection: RawConnection, ballot: SealedRow, request: SealedRow, voter: Redemption) -> None:
    """Put a changed ballot in the place of the voter's first one."""
    await connection.fetch(_REPLACE_BALLOT, *ballot)
    await connection.fetch(_PUT_REQUEST, *request)
    await connection.fetch(_CHANGE_CHANNEL, voter.channel, voter.poll_id, voter.voter_hash)


async def answers(connection: RawConnection, requests: Sequence[tuple[str, bytes]]) -> dict[bytes, bytes]:
    """Return the sealed first answers to these requests (poll id and MAC), by MAC."""
    return {row[0]: row[1] for row in await _look_up(connection, _ANSWERS, requests)}


async def channels(connection: RawConnection, voters: Sequence[Voter]) -> dict[Voter, Channel]:
    """Return the channel each of these voters was redeemed through."""
    rows = await _look_up(connection, _CHANNELS, voters)
    return {(poll_id, hashed): Channel(channel) for poll_id, hashed, channel in rows}


async def void_among(connection: RawConnection, voters: Sequence[Voter]) -> set[bytes]:
    """Return the hashes of the void cards among these voters."""
    return {hashed for [hashed] in await _look_up(connection, _VOID, voters)}


async def count_refusals(connection: RawConnection, refused: Mapping[str, int]) -> None:
    """Add refused second attempts to each poll's number."""
    for poll_id, number in sorted(refused.items()):
        await connection.fetch(_COUNT_REFUSALS, poll_id, number)


async def _look_up(connection: RawConnection, query: str, pairs: Sequence[tuple[str, bytes]]) -> Rows:
    """Run a query that joins pairs of a poll id and a name."""
    if not pairs:
        return []
    if connection.is_postgresql:
        source = "unnest($1::text[], $2::bytea[]) AS wanted (poll_id, name)"
        statement = query.format(source=source, poll="wanted.poll_id", name="wanted.name")
        return await connection.fetch(statement, *_columns(pairs))
    statement = query.format(source=_values(pairs), poll="column1", name="column2")
    return await connection.fetch(statement, *(field for pair in pairs for field in pair))


def _columns(rows: Rows) -> list[list[object]]:
    """Turn rows into columns, as `unnest` takes them."""
    return [list(column) for column in zip(*rows, strict=True)]


def _values(rows: Rows) -> str:
    """Return rows of placeholders as a table of SQLite, whose columns are `column1`, `column2` and so on."""
    row = f"({','.join('?' * len(rows[0]))})"
    return f"(VALUES {','.join([row] * len(rows))})"
