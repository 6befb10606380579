"""Databases that fail for real: a trigger refuses a ballot's row, or lets the COMMIT itself fail."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from sqlalchemy import text

from backend.kit.db import Database

_REFUSAL = {
    "sqlite": ["CREATE TRIGGER broken BEFORE INSERT ON cast_request BEGIN SELECT RAISE(ABORT, 'broken'); END"],
    "postgresql": [
        "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''row %'', NEW; END'",
        "CREATE TRIGGER broken BEFORE INSERT ON cast_request FOR EACH ROW EXECUTE FUNCTION broken()",
    ],
}
# A row that breaks a deferred foreign key is noticed by COMMIT, after everything else went well.
_TABLE = "CREATE TABLE broken (id varchar(40) REFERENCES poll (id) DEFERRABLE INITIALLY DEFERRED)"
_COMMIT = {
    "sqlite": [
        _TABLE,
        "CREATE TRIGGER broken AFTER INSERT ON cast_request BEGIN INSERT INTO broken VALUES ('no poll'); END",
    ],
    "postgresql": [
        _TABLE,
        (
            "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN INSERT INTO broken VALUES (''no poll''); RETURN NEW; END'"
        ),
        "CREATE TRIGGER broken AFTER INSERT ON cast_request FOR EACH ROW EXECUTE FUNCTION broken()",
    ],
}
_MEND = {
    "sqlite": ["DROP TRIGGER broken", "DROP TABLE IF EXISTS broken"],
    "postgresql": ["DROP TRIGGER broken ON cast_request", "DROP FUNCTION broken", "DROP TABLE IF EXISTS broken"],
}


@asynccontextmanager
async def refusing_ballots(db: Database) -> AsyncIterator[None]:
    """Let every ballot fail while it is written; PostgreSQL's error quotes the whole row."""
    await _run(db, _REFUSAL[db.dialect])
    yield
    await _run(db, _MEND[db.dialect])


@asynccontextmanager
async def failing_commits(db: Database) -> AsyncIterator[None]:
    """Let the COMMIT of every transaction that holds a ballot fail."""
    await _run(db, _COMMIT[db.dialect])
    yield
    await _run(db, _MEND[db.dialect])


async def _run(db: Database, statements: Sequence[str]) -> None:
    async with db.write() as session:
        for statement in statements:
            await session.execute(text(statement))
