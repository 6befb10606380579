"""Transactions on the bare driver, for the one path where a toolkit's work would cost more than the database's.

Guarantees: the connection comes from the pool with all its settings and stays open between transactions; one
transaction at a time; it commits when the block ends and rolls back when it raises. After any failure the connection
is thrown away, so that the next transaction begins on a sound one.
Refuses nothing of its own: what the driver raises becomes a `DatabaseError` that keeps no value of a statement.
Source: asyncpg "Transactions", aiosqlite; docs/adr/0002-unit-of-work-and-committer.md.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol, TypeAlias

import aiosqlite
import asyncpg
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from backend.kit.causes import cause_of, is_away, is_no_room
from backend.kit.db import log_cause

Rows: TypeAlias = Sequence[Sequence[Any]]
"""Rows as tuples, columns by position."""

_NUMBERED = re.compile(r"\$\d+")
_LOCKED = ("SQLITE_BUSY", "SQLITE_LOCKED")
_FAILURES = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    sqlite3.Error,
    SQLAlchemyError,
    OSError,
    TimeoutError,
)


class DatabaseError(Exception):
    """A transaction did not commit, as far as we know. `kind` is the driver's name for it, without its text.

    `hits_every_row`: the database is away or out of room, so that no other row would have fared better.
    """

    def __init__(self, kind: str, *, hits_every_row: bool) -> None:
        super().__init__(kind)
        self.kind = kind
        self.hits_every_row = hits_every_row


class RawConnection(Protocol):
    """A connection inside a transaction."""

    @property
    def is_postgresql(self) -> bool:
        """Tell whether the dialect has arrays."""
        ...

    async def fetch(self, statement: str, *values: object) -> Rows:
        """Run one statement and return its rows; its placeholders are `$1`, `$2`, … in this order, or `?` in SQLite."""
        ...

    async def repeat(self, statement: str, rows: Rows) -> None:
        """Run one statement for each row of values."""
        ...


class RawTransactions:
    """Opens transactions, one after the other, on one connection of an engine."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._held: AsyncConnection | None = None
        self._raw: PostgresqlConnection | SqliteConnection | None = None

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[RawConnection]:
        """Run one transaction. Raises: DatabaseError when the database failed; whatever the block raises."""
        try:
            raw = await self._begun()
            yield raw
            await raw.commit()
        except BaseException as error:
            await self._throw_away()
            if isinstance(error, _FAILURES):
                raise _named(error) from None
            raise

    async def close(self) -> None:
        """Give the connection back and close the engine."""
        await self._throw_away()
        await self._engine.dispose()

    async def _begun(self) -> PostgresqlConnection | SqliteConnection:
        """Open the transaction; a connection that broke while nobody used it is replaced, as nothing is lost yet."""
        was_held = self._raw is not None
        try:
            raw = await self._connection()
            await raw.begin()
        except _FAILURES:
            if not was_held:
                raise
            await self._throw_away()
            raw = await self._connection()
            await raw.begin()
        return raw

    async def _connection(self) -> PostgresqlConnection | SqliteConnection:
        if self._raw is None:
            self._held = await self._engine.connect()
            driver = (await self._held.get_raw_connection()).driver_connection
            self._raw = SqliteConnection(driver) if isinstance(driver, aiosqlite.Connection) else _postgresql(driver)
        return self._raw

    async def _throw_away(self) -> None:
        held, self._held, self._raw = self._held, None, None
        if held is not None:
            with suppress(*_FAILURES):
                await held.invalidate()
            with suppress(*_FAILURES):
                await held.close()


class PostgresqlConnection:
    """asyncpg: statements are prepared once and sent in binary."""

    is_postgresql = True

    def __init__(self, driver: asyncpg.Connection) -> None:
        self._driver = driver

    async def begin(self) -> None:
        """Open the transaction."""
        await self._driver.execute("BEGIN")

    async def commit(self) -> None:
        """Make it durable."""
        await self._driver.execute("COMMIT")

    async def fetch(self, statement: str, *values: object) -> Rows:
        """Run one statement and return its rows."""
        rows: Rows = await self._driver.fetch(statement, *values)
        return rows

    async def repeat(self, statement: str, rows: Rows) -> None:
        """Run one statement for each row of values."""
        await self._driver.executemany(statement, rows)


class SqliteConnection:
    """aiosqlite: each call is one hop to the connection's thread."""

    is_postgresql = False

    def __init__(self, driver: aiosqlite.Connection) -> None:
        self._driver = driver

    async def begin(self) -> None:
        """Open the transaction as a writer."""
        await self._driver.execute_fetchall("BEGIN IMMEDIATE")

    async def commit(self) -> None:
        """Make it durable."""
        await self._driver.execute_fetchall("COMMIT")

    async def fetch(self, statement: str, *values: object) -> Rows:
        """Run one statement and return its rows."""
        return list(await self._driver.execute_fetchall(_in_sqlite(statement), values))

    async def repeat(self, statement: str, rows: Rows) -> None:
        """Run one statement for each row of values."""
        await self._driver.executemany(_in_sqlite(statement), rows)


class UnitConnection:
    """The same statements inside a unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self.is_postgresql = connection.dialect.name == "postgresql"

    async def fetch(self, statement: str, *values: object) -> Rows:
        """Run one statement and return its rows."""
        text = statement if self.is_postgresql else _in_sqlite(statement)
        result = await self._connection.exec_driver_sql(text, values)
        return [tuple(row) for row in result] if result.returns_rows else []

    async def repeat(self, statement: str, rows: Rows) -> None:
        """Run one statement for each row of values."""
        text = statement if self.is_postgresql else _in_sqlite(statement)
        await self._connection.exec_driver_sql(text, [tuple(row) for row in rows])


def _postgresql(driver: object) -> PostgresqlConnection:
    return PostgresqlConnection(driver)


def _in_sqlite(statement: str) -> str:
    return _NUMBERED.sub("?", statement)


def _named(error: BaseException) -> DatabaseError:
    """Name an error without its values; say in the log what an operator must mend."""
    log_cause(error)
    cause = cause_of(error)
    is_lost = isinstance(error, asyncpg.InterfaceError) and not isinstance(error, ValueError)  # those are of a value
    is_locked = getattr(error, "sqlite_errorname", "").startswith(_LOCKED)
    hits_every_row = is_lost or is_locked or is_away(error) or (cause is not None and is_no_room(cause))
    return DatabaseError(type(error).__name__, hits_every_row=hits_every_row)
