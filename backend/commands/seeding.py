"""Fill an empty installation with the demo's story."""

from __future__ import annotations

import asyncio

import click

from backend.demo.seed import seed_if_empty
from backend.kit.clock import FixedClock, SystemClock
from backend.kit.migrate import upgrade_async
from backend.kit.settings import load_settings
from backend.kit.sole_use import sole_use
from backend.runtime import build_runtime


@click.group()
def seed() -> None:
    """Fill in example data."""


@seed.command("demo")
def demo() -> None:
    """Tell the demo's story into an empty database. Refuses one that has an organisation."""
    settings = load_settings()
    settings.check_production()
    settings.data_dir.mkdir(parents=True, exist_ok=True)

    async def tell() -> bool:
        await upgrade_async(settings.db_url)
        clock = FixedClock(SystemClock().now())
        rt = build_runtime(settings, clock=clock)
        rt.committer.start()
        try:
            return await seed_if_empty(rt, clock)
        finally:
            await rt.close()

    with sole_use(settings.db_url):
        is_new = asyncio.run(tell())
    if not is_new:
        raise click.ClickException("Es gibt schon Daten. / There are data already.")
    click.echo("Die Vorführung ist eingerichtet. / The demo is seeded.")
