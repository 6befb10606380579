"""Alembic environment: one transaction per upgrade, lock and statement limits, the same history for both dialects."""

from __future__ import annotations

import asyncio

from alembic import context
from sqlalchemy import text
from sqlalchemy.engine import Connection

from backend.kit.db import Base, Database
from backend.tables import ALL_TABLES

LOCK_TIMEOUT = "5s"
STATEMENT_TIMEOUT = "60s"
ADVISORY_LOCK = 727_001

if not ALL_TABLES:
    msg = "no tables are known"
    raise RuntimeError(msg)


def _migrate(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
        connection.execute(text(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT}'"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        transaction_per_migration=False,
        compare_type=False,
    )
    context.run_migrations()


async def _run() -> None:
    db = Database(context.config.attributes["url"])
    try:
        async with db.writer.begin() as connection:
            await connection.run_sync(_migrate)
    finally:
        await db.close()


asyncio.run(_run())
