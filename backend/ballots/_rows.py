"""The statements of the ballot box: a whole batch at a time, in both dialects.

Guarantees: a batch is written by as many statements as there are tables, however many ballots it holds; nothing
here decides anything. Only `backend.ballots.cast` may use it (see the import contracts).
Refuses to commit: the caller owns the transaction.
Source: PostgreSQL 15, 7.2.1.4 (`unnest`); SQLite, "INSERT" (`VALUES` as a source); docs/performance.md.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple, TypeAlias

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import DeclarativeBase

from backend.ballots._box import Ballot, CastRequest, Participation, Refusal
from backend.cards.models import Card
from backend.polls.models import PollRow
from backend.polls.types import Channel, PollState

Voter: TypeAlias = tuple[str, bytes]
"""Poll id and voter hash: the pair that may be redeemed once."""
Upsert = PostgresqlInsert | SqliteInsert


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
_REDEEM_POSTGRESQL = _REDEEM.format(
    columns="won.poll_id, won.voter_hash, won.kind, won.channel",
    source="unnest($1::text[], $2::bytea[], $3::text[], $4::text[]) AS won (poll_id, voter_hash, kind, channel)",
    voter="won.voter_hash",
)
_PUT = "INSERT INTO {table} (poll_id, {name}, sealed) "
_FROM_ARRAYS = "SELECT * FROM unnest($1::text[], $2::bytea[], $3::bytea[])"
_FROM_ROW = "VALUES (?, ?, ?)"
_BALLOT = _PUT.format(table="ballot", name="ballot_id")
_REQUEST = _PUT.format(table="cast_request", name="request_mac")


async def lock_states(connection: AsyncConnection, poll_ids: Collection[str]) -> dict[str, PollState]:
    """Return the polls' states, locked against closing until this transaction ends."""
    query = select(PollRow.id, PollRow.state).where(PollRow.id.in_(sorted(poll_ids)))
    rows = await connection.execute(query.with_for_update(read=True))
    return {row.id: PollState(row.state) for row in rows}


async def redeem(connection: AsyncConnection, rows: Sequence[Redemption]) -> set[Voter]:
    """Redeem voters, each named once; return those that were neither redeemed before nor void."""
    if not rows:
        return set()
    if connection.dialect.name == "postgresql":
        won = await connection.exec_driver_sql(_REDEEM_POSTGRESQL, _arrays(rows))
    else:
        values = ",".join(("(?,?,?,?)",) * len(rows))
        statement = _REDEEM.format(columns="*", source=f"(VALUES {values})", voter="column2")
        won = await connection.exec_driver_sql(statement, tuple(field for row in rows for field in row))
    return {(row.poll_id, row.voter_hash) for row in won}


async def put(connection: AsyncConnection, ballots: Sequence[SealedRow], requests: Sequence[SealedRow]) -> None:
    """Put ballots and the acknowledgements of their requests into the box, in the order given."""
    for insert, rows in ((_BALLOT, ballots), (_REQUEST, requests)):
        if not rows:
            continue
        if connection.dialect.name == "postgresql":
            await connection.exec_driver_sql(insert + _FROM_ARRAYS, _arrays(rows))
        else:
            await connection.exec_driver_sql(insert + _FROM_ROW, [tuple(row) for row in rows])


async def replace(connection: AsyncConnection, ballot: SealedRow, request: SealedRow, voter: Redemption) -> None:
    """Put a changed ballot in the place of the voter's first one."""
    changed = _insert(connection, Ballot).values(poll_id=ballot.poll_id, ballot_id=ballot.name, sealed=ballot.sealed)
    await connection.execute(
        changed.on_conflict_do_update(
            index_elements=[Ballot.poll_id, Ballot.ballot_id], set_={"sealed": changed.excluded.sealed}
        )
    )
    await put(connection, (), [request])
    await connection.execute(
        update(Participation)
        .where(Participation.poll_id == voter.poll_id, Participation.voter_hash == voter.voter_hash)
        .values(channel=voter.channel)
    )


async def answers(
    connection: AsyncConnection, poll_ids: Collection[str], macs: Collection[bytes]
) -> dict[bytes, bytes]:
    """Return the sealed first answers to these requests, by request MAC."""
    query = select(CastRequest.request_mac, CastRequest.sealed).where(
        CastRequest.poll_id.in_(poll_ids), CastRequest.request_mac.in_(macs)
    )
    return {row.request_mac: row.sealed for row in await connection.execute(query)}


async def channels(connection: AsyncConnection, voters: Collection[Voter]) -> dict[Voter, Channel]:
    """Return the channel each of these voters was redeemed through."""
    query = select(Participation.poll_id, Participation.voter_hash, Participation.channel).where(
        Participation.poll_id.in_({poll_id for poll_id, _ in voters}),
        Participation.voter_hash.in_({hashed for _, hashed in voters}),
    )
    rows = await connection.execute(query)
    return {(row.poll_id, row.voter_hash): Channel(row.channel) for row in rows}


async def void_among(connection: AsyncConnection, hashes: Collection[bytes]) -> set[bytes]:
    """Return the void cards among these."""
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


def _arrays(rows: Sequence[tuple[object, ...]]) -> tuple[list[object], ...]:
    """Turn rows into columns, as `unnest` takes them."""
    return tuple(list(column) for column in zip(*rows, strict=True))


def _insert(connection: AsyncConnection, table: type[DeclarativeBase]) -> Upsert:
    return insert_postgresql(table) if connection.dialect.name == "postgresql" else insert_sqlite(table)
