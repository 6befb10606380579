"""What runs inside the server processes of this suite.

Preloaded once by the fork server of `tests.faults.servers`, so that starting a server again costs no imports.
"""

from __future__ import annotations

import ctypes
import faulthandler
import os
import signal
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from typing import cast

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import Pool

from backend.cli import main
from backend.commands import running
from backend.demo.serve import main as demo

__all__ = ["running"]  # imported ahead, because it takes seconds

DIES_AT = "MACHMIT_TEST_DIES_AT"
_PR_SET_PDEATHSIG = 1


def run(environment: Mapping[str, str], arguments: Sequence[str], log: str) -> None:
    """Run `machmit …` in this process, with its output in a file."""
    _settle(environment, log)
    sys.argv = ["machmit", *arguments]
    main()


def run_demo(environment: Mapping[str, str], arguments: Sequence[str], log: str) -> None:
    """Run the demo's own program in this process."""
    _settle(environment, log)
    sys.argv = ["demo", *arguments]
    demo()


def run_until(environment: Mapping[str, str], arguments: Sequence[str], log: str) -> None:
    """Run `machmit …` until it is about to send so many statements, then die as by `kill -9`."""
    left = int(environment[DIES_AT])

    @event.listens_for(Engine, "before_cursor_execute")
    def _die(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    run(environment, arguments, log)


def _settle(environment: Mapping[str, str], log: str) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # never outlive the tests
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(descriptor, sys.stdout.fileno())
    os.dup2(descriptor, sys.stderr.fileno())
    faulthandler.register(signal.SIGUSR1)
    os.environ.update(environment)


def run_without_flushing(environment: Mapping[str, str], arguments: Sequence[str], log: str) -> None:
    """Run `machmit …` on a SQLite that never flushes: the wrong setting a test of power loss must catch."""

    @event.listens_for(Pool, "checkout")
    def _weaken(connection: DBAPIConnection, *_: object) -> None:
        cursor = cast("sqlite3.Connection", connection).cursor()
        cursor.execute("PRAGMA synchronous = OFF")
        cursor.close()

    run(environment, arguments, log)
