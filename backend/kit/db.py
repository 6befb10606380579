"""Database access: one schema for SQLite (embedded) and PostgreSQL (production).

Guarantees: a writer holds exactly one transaction, SQLite writers begin IMMEDIATE with `synchronous=FULL`,
readers cannot write; the text of an error shows no value of its statement. Refuses implicit commits: only
`Database.write` ends a transaction.
Sources: SQLite WAL and PRAGMA documentation; SQLAlchemy 2.1 "pysqlite transaction" notes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar

import structlog
from sqlalchemy import JSON, DateTime, LargeBinary, MetaData, String, event, text
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import AsyncAdaptedQueuePool
from sqlalchemy.types import TypeDecorator
from typing_extensions import override

from backend.kit.causes import cause_of, is_no_room

JsonDict = dict[str, Any]
JsonList = list[Any]

BUSY_TIMEOUT_MS = 10_000  # a SQLite writer waits this long for the one before it
POOL_SIZE = 10
POOL_OVERFLOW = 10
POOL_TIMEOUT_S = 10
STATEMENT_TIMEOUT_MS = 30_000
SQLITE_READERS = 4

log = structlog.get_logger(__name__)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC datetimes on both dialects (SQLite stores them without a zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive values and store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"expected an aware datetime, got {value!r}"
            raise ValueError(msg)
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Id = String(40)
Kind = String(32)

_NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """All tables of the project."""

    metadata = MetaData(naming_convention=_NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        bytes: LargeBinary(),
        JsonDict: JSON(),
        JsonList: JSON(),
    }


class Database:
    """Two engines on one database: a writing one and one that cannot write."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.dialect = make_url(url).get_backend_name()
        self.writer = _engine(url, readonly=False)
        self.reader = _engine(url, readonly=True)
        self._question: asyncio.Task[bool] | None = None

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """Open one transaction; commit when the block ends, roll back when it raises."""
        async with AsyncSession(self.writer, expire_on_commit=False) as session, session.begin():
            yield session

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """Open one read-only transaction on a consistent snapshot."""
        async with (
            AsyncSession(self.reader, expire_on_commit=False, autoflush=False) as session,
            session.begin(),
        ):
            yield session

    def ballot_engine(self) -> AsyncEngine:
        """Return an engine of its own for the committer, so that ballots never wait for a pooled request."""
        return _engine(self.url, readonly=False)

    async def answers(self, within_s: float) -> bool:
        """Tell whether the database answers in time. One question is under way at a time, however many ask."""
        if self._question is None or self._question.done():
            self._question = asyncio.create_task(self._ask())
        done, _ = await asyncio.wait([self._question], timeout=within_s)
        return any(question.result() for question in done)

    async def _ask(self) -> bool:
        try:
            async with self.read() as session:
                return bool(await session.scalar(text("SELECT 1")))
        except (SQLAlchemyError, OSError):
            return False

    async def close(self) -> None:
        """Close every connection."""
        if self._question is not None:
            await asyncio.wait([self._question], timeout=POOL_TIMEOUT_S)
            self._question.cancel()
        await self.writer.dispose()
        await self.reader.dispose()


def _engine(url: str, *, readonly: bool) -> AsyncEngine:
    is_sqlite = make_url(url).get_backend_name() == "sqlite"
    engine = _sqlite_engine(url, readonly=readonly) if is_sqlite else _postgresql_engine(url, readonly=readonly)
    event.listen(engine.sync_engine, "handle_error", _on_error)
    return engine


def log_cause(error: BaseException) -> None:
    """Say in the log what an operator must mend; whoever asked is answered elsewhere."""
    code = cause_of(error)
    if code is not None:
        log.error("database.failed", code=code, detail="no space left" if is_no_room(code) else None)


def _on_error(failed: ExceptionContext) -> None:
    log_cause(failed.original_exception)


def _postgresql_engine(url: str, *, readonly: bool) -> AsyncEngine:
    server_settings = {
        "statement_timeout": str(STATEMENT_TIMEOUT_MS),
        "application_name": "machmit",
    }
    if readonly:
        server_settings["default_transaction_read_only"] = "on"
    return create_async_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
        pool_timeout=POOL_TIMEOUT_S,
        pool_pre_ping=True,
        connect_args={"server_settings": server_settings},
        hide_parameters=True,
    )


def _sqlite_engine(url: str, *, readonly: bool) -> AsyncEngine:
    engine = create_async_engine(
        url,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=SQLITE_READERS if readonly else 1,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT_S,
        hide_parameters=True,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: DBAPIConnection, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy's "begin" below opens every transaction
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.execute(f"PRAGMA query_only = {'ON' if readonly else 'OFF'}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")

    return engine
