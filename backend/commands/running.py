"""Serve, work in the background, bring the database up to date."""

from __future__ import annotations

import asyncio

import click
from uvicorn.supervisors import Multiprocess

from backend.jobs import build_worker
from backend.kit.logging import configure_logging
from backend.kit.migrate import upgrade
from backend.kit.settings import load_settings
from backend.kit.sole_use import is_file, sole_use
from backend.kit.supervision import keep_running
from backend.main import create_app
from backend.runtime import build_runtime
from backend.server import serve as serve_app
from backend.server import server_config


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=1, show_default=True, help="Processes; more than one needs PostgreSQL and Redis.")
def serve(host: str, port: int, workers: int) -> None:
    """Serve the platform. Refuses missing or demo secrets in production."""
    settings = load_settings()
    settings.check_production()
    if workers == 1:
        serve_app(create_app(settings), host=host, port=port)
        return
    if not settings.redis_url:
        raise click.UsageError(
            "Mehrere Prozesse brauchen MACHMIT_REDIS_URL. / Several processes need MACHMIT_REDIS_URL."
        )
    if is_file(settings.db_url):
        raise click.UsageError("Mehrere Prozesse brauchen PostgreSQL. / Several processes need PostgreSQL.")
    config = server_config("backend.server:app_from_environment", host=host, port=port, workers=workers)
    Multiprocess(config, sockets=[config.bind_socket()]).run()


@click.command()
def worker() -> None:
    """Do what must happen after commits: close polls in time, send mail, write the log."""
    settings = load_settings()
    settings.check_production()
    configure_logging(settings.log_level)

    async def work() -> None:
        rt = build_runtime(settings)
        try:
            await asyncio.gather(keep_running("worker", build_worker(rt).run), keep_running("log", rt.log.run))
        finally:
            await rt.close()

    with sole_use(settings.db_url):
        asyncio.run(work())


@click.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    settings = load_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with sole_use(settings.db_url):
        upgrade(settings.db_url)
    click.echo("Die Datenbank ist auf dem neuesten Stand. / The database is up to date.")
