"""The application server as processes that can be killed, frozen and started again.

Each is a real `machmit serve` with a process id, a port and a log of its own; a fork server has the imports ready.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import httpx

from tests.faults import child
from tests.processes import free_port

READY_S = 60.0
STOP_S = 20.0
LOOK_S = 0.02

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # a process with threads cannot be forked safely
_FORK_SERVER = multiprocessing.get_context("forkserver")
_FORK_SERVER.set_forkserver_preload(["tests.faults.child"])


class App:
    """One server process after the other on one port."""

    def __init__(self, environment: Mapping[str, str], log: Path, *, run: Callable[..., None] = child.run) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        self._environment = dict(environment)
        self._run = run
        self._process: ForkServerProcess | None = None

    @property
    def pid(self) -> int:
        """The id of the running process."""
        return self._running().pid or 0

    def launch(self, *words: str) -> None:
        """Start a process without waiting for it; by default one that serves."""
        arguments = words or ("serve", "--port", str(self.port))
        target = (self._environment, arguments, str(self.log))
        process = _FORK_SERVER.Process(target=self._run, args=target, daemon=True)
        process.start()
        self._process = process

    async def start(self) -> float:
        """Start a process; return the seconds until it says that it is ready."""
        begun = time.monotonic()
        self.launch()
        await self.ready()
        return time.monotonic() - begun

    async def ready(self) -> None:
        """Wait until the server says that it is ready. Raises: RuntimeError when it ended, TimeoutError."""
        give_up_at = time.monotonic() + READY_S
        while await self.readiness() != httpx.codes.OK:
            if not self._running().is_alive():
                raise RuntimeError(f"the server ended:\n{self.words()}")
            if time.monotonic() > give_up_at:
                os.kill(self.pid, signal.SIGUSR1)  # it writes into its log where it stands
                await until(lambda: "Current thread" in self.words())
                raise TimeoutError("the server did not become ready")
            await asyncio.sleep(LOOK_S)

    async def readiness(self, timeout_s: float = 2.0) -> int:
        """Return the status of `/health/ready`, 0 when nobody answers."""
        async with httpx.AsyncClient(timeout=timeout_s, trust_env=False) as client:
            try:
                return (await client.get(f"{self.url}/health/ready")).status_code
            except httpx.TransportError:
                return 0

    def kill(self) -> None:
        """Let the process die at once, with whatever it was doing."""
        process = self._running()
        process.kill()
        process.join()

    def stop(self) -> int | None:
        """Ask the process to end; return its exit status."""
        process = self._running()
        process.terminate()
        process.join(STOP_S)
        return process.exitcode

    async def ended(self) -> int:
        """Wait until the process has ended by itself; return its exit status."""
        process = self._running()
        await until(lambda: process.exitcode is not None)
        return process.exitcode or 0

    def end(self) -> None:
        """Make sure that nothing runs any more."""
        if self._process is not None and self._process.is_alive():
            os.kill(self.pid, signal.SIGCONT)
            self.kill()

    def words(self) -> str:
        """Return what the processes have logged so far."""
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""

    def _running(self) -> ForkServerProcess:
        assert self._process is not None, "the server was never started"
        return self._process


async def machmit(environment: Mapping[str, str], *words: str, log: Path) -> tuple[int, str]:
    """Run a command in a process of its own; return its exit status and what it said."""
    process = _FORK_SERVER.Process(target=child.run, args=(dict(environment), list(words), str(log)), daemon=True)
    process.start()
    await until(lambda: process.exitcode is not None)
    said = await asyncio.to_thread(log.read_text, encoding="utf-8")
    return process.exitcode or 0, said


@contextlib.contextmanager
def frozen(pids: Iterable[int]) -> Iterator[None]:
    """Stop processes in the middle of whatever they do; let them go on afterwards."""
    stopped = list(pids)
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)


def family(pid: int) -> list[int]:
    """Return a process and its children, the parent first."""
    children = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if stat.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[1] == str(pid):
                children.append(int(stat.parent.name))
    return [pid, *children]


async def until(is_so: Callable[[], bool], timeout_s: float = READY_S) -> None:
    """Look again and again until something is so. Raises: TimeoutError."""
    async with asyncio.timeout(timeout_s):
        while not is_so():  # noqa: ASYNC110 - other processes set no event
            await asyncio.sleep(LOOK_S)
