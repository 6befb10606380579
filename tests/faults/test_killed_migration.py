"""A migration killed between any two statements leaves the schema as it was; the next start finishes it."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from backend.kit.db import Database
from backend.kit.migrate import alembic_config
from backend.tables import ALL_TABLES
from tests.faults import child
from tests.faults.dice import POINTS, Dice
from tests.faults.servers import App, machmit

KILLS = POINTS or 3
STATEMENTS = {"base": 120, "r03_paper": 50}  # a little fewer than each upgrade takes, so that every point is reached

pytestmark = [pytest.mark.both_databases, pytest.mark.timeout(60 + 10 * KILLS)]  # a program for every kill


@pytest.mark.parametrize("start", list(STATEMENTS))
async def test_killed_migration_changes_nothing_and_the_next_one_finishes(
    tmp_path: Path, durable_url: str, dice: Dice, start: str
) -> None:
    url = durable_url or f"sqlite+aiosqlite:///{tmp_path / 'machmit.db'}"
    await asyncio.to_thread(command.upgrade, alembic_config(url), start)
    before = await schema(url)
    environment = {"MACHMIT_DATA_DIR": str(tmp_path), "MACHMIT_DATABASE_URL": url}
    for number in range(KILLS):
        point = str(1 + dice.below(STATEMENTS[start]))
        dying = App(environment | {child.DIES_AT: point}, tmp_path / f"{number}.log", run=child.run_until)
        dying.launch("migrate")
        assert await dying.ended() == -signal.SIGKILL, dying.words()
        assert await schema(url) == before
    status, said = await machmit(environment, "migrate", log=tmp_path / "last.log")
    assert status == 0, said
    tables, revision = await schema(url)
    assert tables == {table.name for table in ALL_TABLES} | {"alembic_version"}
    assert revision == ScriptDirectory.from_config(alembic_config(url)).get_current_head()


async def schema(url: str) -> tuple[set[str], str | None]:
    """Return the tables and the revision of a database."""
    db = Database(url)
    try:
        async with db.reader.connect() as connection:
            tables = set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))
            version = text("SELECT version_num FROM alembic_version")
            return tables, await connection.scalar(version) if "alembic_version" in tables else None
    finally:
        await db.close()
