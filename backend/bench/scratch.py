"""A scratch installation: a database of its own, a data folder, a server process. Gone when the bench ends.

Guarantees: nothing of the real installation is touched; the server is the one `machmit serve` starts, with the
settings of production.
"""

from __future__ import annotations

import contextlib
import os
import re
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


class Server:
    """`machmit serve` on a port of loopback, which keeps its port when it is started again."""

    def __init__(self, settings: Settings, processes: int = 1) -> None:
        self.port = free_port()
        self._settings = settings
        self._processes = processes
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it is ready. Raises: BenchFailed."""
        environ = os.environ | _environment(self._settings)
        command = [sys.executable, "-m", "backend.cli", "serve", "--port", str(self.port)]
        command += ["--workers", str(self._processes)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, env=environ, stdout=log, stderr=log)  # noqa: S603 - our own command
        _wait_until_ready(self._process, self.port, self._log)

    def stop(self) -> None:
        """Ask it to end; after a while make it."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def resident_kb(self) -> int:
        """Return the memory of its processes in KiB, as Linux counts it (VmRSS)."""
        return sum(_resident_kb(pid) for pid in _family(self._process.pid)) if self._process else 0

    @property
    def _log(self) -> Path:
        return self._settings.data_dir / "server.log"


@contextmanager
def served(settings: Settings, processes: int = 1) -> Iterator[Server]:
    """Run a server until the block ends. Raises: BenchFailed."""
    server = Server(settings, processes)
    try:
        server.start()
        yield server
    finally:
        server.stop()


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


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text(encoding="ascii").split():
            yield from _family(int(child))


def _resident_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    found = re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found.group(1)) if found else 0


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
