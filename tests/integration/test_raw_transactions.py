"""Transactions on the bare driver: whole or not at all, on a sound connection, without a value in an error."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from backend.kit.db import Database
from backend.kit.raw import DatabaseError, RawTransactions, UnitConnection

pytestmark = pytest.mark.both_databases
INSERT = "INSERT INTO bench (id, word) VALUES ($1, $2)"


@pytest.fixture
async def transactions(db: Database) -> AsyncIterator[RawTransactions]:
    async with db.write() as session:
        await session.execute(text("CREATE TABLE bench (id INTEGER PRIMARY KEY, word VARCHAR(20))"))
    raw = RawTransactions(db.ballot_engine())
    yield raw
    await raw.close()


async def stored(db: Database) -> list[tuple[int, str]]:
    async with db.read() as session:
        return [(row.id, row.word) for row in await session.execute(text("SELECT id, word FROM bench ORDER BY id"))]


async def test_a_transaction_commits_when_its_block_ends(db: Database, transactions: RawTransactions) -> None:
    async with transactions.begin() as connection:
        await connection.fetch(INSERT, 1, "eins")
        await connection.repeat(INSERT, [(2, "zwei"), (3, "drei")])
        assert await connection.fetch("SELECT word FROM bench WHERE id = $1", 2)
    assert await stored(db) == [(1, "eins"), (2, "zwei"), (3, "drei")]


async def test_a_block_that_raises_leaves_nothing(db: Database, transactions: RawTransactions) -> None:
    async def stumble() -> None:
        async with transactions.begin() as connection:
            await connection.fetch(INSERT, 1, "eins")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await stumble()
    async with transactions.begin() as connection:
        await connection.fetch(INSERT, 2, "zwei")
    assert await stored(db) == [(2, "zwei")]


async def test_a_failure_of_the_database_names_its_kind_and_no_value(
    db: Database, transactions: RawTransactions
) -> None:
    with pytest.raises(DatabaseError) as failed:
        async with transactions.begin() as connection:
            await connection.repeat(INSERT, [(1, "geheim"), (1, "geheim")])
    assert "geheim" not in f"{failed.value!r} {failed.value.__cause__!r}"
    assert failed.value.kind in {"IntegrityError", "UniqueViolationError"}
    assert not failed.value.hits_every_row
    assert await stored(db) == []


async def test_a_unit_of_work_runs_the_same_statements(db: Database, transactions: RawTransactions) -> None:
    async with db.write() as session:
        connection = UnitConnection(await session.connection())
        await connection.repeat(INSERT, [(1, "eins"), (2, "zwei")])
        rows = await connection.fetch("SELECT id, word FROM bench WHERE id = $1", 2)
    assert rows == [(2, "zwei")]
    assert await stored(db) == [(1, "eins"), (2, "zwei")]


async def test_a_connection_that_broke_while_idle_is_replaced(db: Database, transactions: RawTransactions) -> None:
    async with transactions.begin() as connection:
        await connection.fetch(INSERT, 1, "eins")
    await _break(transactions, db)
    async with transactions.begin() as connection:
        await connection.fetch(INSERT, 2, "zwei")
    assert await stored(db) == [(1, "eins"), (2, "zwei")]


async def test_a_lost_connection_hits_every_row(db: Database, transactions: RawTransactions) -> None:
    if db.dialect == "sqlite":
        pytest.skip("a file does not hang up")

    async def lose() -> None:
        async with transactions.begin() as connection:
            [[pid]] = await connection.fetch("SELECT pg_backend_pid()")
            async with db.write() as session:
                await session.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
            await connection.fetch("SELECT 1")

    with pytest.raises(DatabaseError) as failed:
        await lose()
    assert failed.value.hits_every_row


async def _break(transactions: RawTransactions, db: Database) -> None:
    """End the held connection from outside, as a restarted server does; a file does not hang up."""
    if db.dialect == "sqlite":
        return
    async with transactions.begin() as connection:
        [[pid]] = await connection.fetch("SELECT pg_backend_pid()")
    async with db.write() as session:
        await session.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
