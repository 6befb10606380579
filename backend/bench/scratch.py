"""A scratch installation: a database of its own, a data folder, a server process. Gone when the bench ends.

Guarantees: nothing of the real installation is touched; the server is the one `machmit serve` starts, with the
settings of production.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from backend.kit.migrate import upgrade_async
from backend.kit.settings import Settings, load_settings

START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 15.0
POLL_S = 0.05


class BenchFailed(RuntimeError):
    """A sentence for the person at the terminal."""


@asynccontextmanager
async def installation(server_url: str | None, redis_url: str | None = None) -> AsyncIterator[Settings]:
    """Give a migrated installation: SQLite, or a database of its own on the PostgreSQL server of `server_url`."""
    folder = Path(tempfile.mkdtemp(prefix="machmit-bench-"))
    try:
        async with _database(server_url, folder) as url:
            settings = _settings(folder, url, redis_url)
            await upgrade_async(settings.db_url)
            yield settings
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def served(settings: Settings, processes: int = 1) -> Iterator[int]:
    """Run `machmit serve` on a free port of loopback; yield the port once it is ready."""
    port = free_port()
    environ = os.environ | _environment(settings)
    command = [sys.executable, "-m", "backend.cli", "serve", "--port", str(port), "--workers", str(processes)]
    with (settings.data_dir / "server.log").open("wb") as log:
        process = subprocess.Popen(command, env=environ, stdout=log, stderr=log)  # noqa: S603 - our own command line
    try:
        _wait_until_ready(process, port, settings.data_dir / "server.log")
        yield port
    finally:
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """Return a port of loopback nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def _database(server_url: str | None, folder: Path) -> AsyncIterator[str]:
    if server_url is None:
        yield f"sqlite+aiosqlite:///{folder / 'machmit.db'}"
        return
    server = make_url(load_settings({}, database_url=server_url).db_url)
    name = f"machmit_bench_{secrets.token_hex(6)}"
    engine = create_async_engine(server, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            await connection.execute(text(f'CREATE DATABASE "{name}"'))
        try:
            yield server.set(database=name).render_as_string(hide_password=False)
        finally:
            async with engine.connect() as connection:
                await connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    finally:
        await engine.dispose()


def _settings(folder: Path, database_url: str, redis_url: str | None) -> Settings:
    return load_settings(
        {},
        mode="production",
        database_url=database_url,
        redis_url=redis_url,
        data_dir=folder / "data",
        secret_key=secrets.token_hex(32),
        card_key=secrets.token_hex(32),
        log_signing_key=secrets.token_hex(32),
    )


def _environment(settings: Settings) -> dict[str, str]:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    redis = {"MACHMIT_REDIS_URL": settings.redis_url} if settings.redis_url else {}
    return redis | {
        "MACHMIT_MODE": settings.mode,
        "MACHMIT_DATABASE_URL": settings.database_url,
        "MACHMIT_DATA_DIR": str(settings.data_dir),
        "MACHMIT_SECRET_KEY": settings.secret_key.get_secret_value(),
        "MACHMIT_CARD_KEY": settings.card_key.get_secret_value(),
        "MACHMIT_LOG_SIGNING_KEY": settings.log_signing_key.get_secret_value(),
    }


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    give_up_at = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < give_up_at:
        if process.poll() is not None:
            break
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"http://127.0.0.1:{port}/health/ready").is_success:
                return
        time.sleep(POLL_S)
    raise BenchFailed(f"Der Server startet nicht. / The server does not start.\n{log.read_text(encoding='utf-8')}")
