"""Servers as child processes of the tests: own folder, own port, root dropped, gone when the test process dies."""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

START_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 10.0
POLL_S = 0.02
PREFIX = "machmit-test-"
_PR_SET_PDEATHSIG = 1


class MissingServer(RuntimeError):
    """The machine has no binaries for this server."""


def wheel_folder(package: str, inside: str) -> list[Path]:
    """Return a folder inside an installed package, if it is installed."""
    found = importlib.util.find_spec(package)
    return [Path(found.origin).parent / inside] if found and found.origin else []


@contextlib.contextmanager
def private_folder(kind: str) -> Iterator[Path]:
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


def unprivileged(folder: Path) -> pwd.struct_passwd | None:
    """Hand the folder to ``nobody`` when we are root, which PostgreSQL refuses to run as."""
    if os.geteuid() != 0:
        return None
    account = pwd.getpwnam("nobody")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return account


def start_process(
    command: Sequence[object], folder: Path, *, account: pwd.struct_passwd | None, stop: signal.Signals
) -> subprocess.Popen[bytes]:
    """Start a server in its folder, with its log there; `stop` is its signal when this process dies."""

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


def started(server: subprocess.Popen[bytes], folder: Path, is_ready: Callable[[], bool]) -> None:
    """Wait until a server is ready. Raises: RuntimeError with its log when it is not."""
    give_up_at = time.monotonic() + START_TIMEOUT_S
    while not is_ready():
        if server.poll() is not None or time.monotonic() > give_up_at:
            raise RuntimeError(f"no start:\n{(folder / 'server.log').read_text(encoding='utf-8')}")
        time.sleep(POLL_S)


def stopped(server: subprocess.Popen[bytes], stop: signal.Signals) -> None:
    """Stop a server, by force when it does not listen; nothing when it has ended."""
    server.send_signal(stop)
    try:
        server.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
