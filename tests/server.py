"""A real demo server as a process of its own, for tests that come in from outside."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from backend.demo.secrets import demo_settings
from backend.demo.serve import prepare

ROOT = Path(__file__).parents[1]
START_S = 90
STOP_S = 20


@contextmanager
def demo_server(data: Path) -> Iterator[str]:
    """Run the demo on a free port and yield its address."""
    with restartable(data) as town:
        yield town.url


@contextmanager
def restartable(data: Path) -> Iterator[DemoTown]:
    """Run the demo on a free port; whoever asks may stop it and start it again there."""
    town = DemoTown(data)
    data.mkdir(parents=True, exist_ok=True)
    town.start()
    try:
        yield town
    finally:
        town.stop()


class DemoTown:
    """A demo server that can go away and come back at the same address."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.host = f"127.0.0.1:{self._port}"
        self.url = f"http://{self.host}"

    def start(self) -> None:
        """Start the server and wait until it is ready."""
        where = ["--port", str(self._port), "--data", str(self._data), "--no-open"]
        with (self._data / "server.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-m", "backend.demo.serve", *where],
                cwd=ROOT,
                env=os.environ | {"PYTHONPATH": str(ROOT)},
                stdout=log,
                stderr=log,
            )
        wait_until_ready(self.url, self._process)

    def stop(self, how: int = signal.SIGTERM) -> None:
        """End the server, politely unless told otherwise."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(STOP_S)
            self._process = None


def demo_story(folders: pytest.TempPathFactory, worker: str) -> Path:
    """Return the data of a demo whose story was told once for all processes of this test run; never write to it."""
    alone = worker == "master"
    run = folders.getbasetemp() if alone else folders.getbasetemp().parent
    data, done = run / "story", run / "story.done"
    with (run / "story.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(data, ignore_errors=True)
            with ThreadPoolExecutor(1) as thread:  # a browser's driver may keep a loop in this one
                thread.submit(asyncio.run, prepare(demo_settings(data, "http://127.0.0.1:8000"))).result()
            done.touch()
    return data


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait for the server's own word that it is ready. Raises: RuntimeError when it ends, TimeoutError."""
    ends = time.monotonic() + START_S
    while time.monotonic() < ends:
        if process.poll() is not None:
            msg = "the demo server ended"
            raise RuntimeError(msg)
        try:
            with urllib.request.urlopen(f"{url}/health/ready", timeout=2):  # noqa: S310 - loopback
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    msg = "the demo server did not become ready"
    raise TimeoutError(msg)
