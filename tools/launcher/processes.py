"""Commands the launcher starts in the checkout.

Guarantees: a command never outlives the launcher; Ctrl-C and a kill reach it (by the kernel on Linux, where even
a killed launcher takes its commands along).
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from launcher import paths

GRACE_S = 1  # Ctrl-C reached the command too; let it clean up
STOP_TIMEOUT_S = 10
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended and, if it was captured, what it printed."""

    status: int
    output: str = ""


def python(*words: str | Path) -> list[str]:
    """Return a command of the virtual environment's Python."""
    return [str(paths.PYTHON), *(str(word) for word in words)]


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the process environment with the virtual environment first on the PATH."""
    merged = {**os.environ, **(extra or {})}
    merged["PATH"] = os.pathsep.join([str(paths.BIN), merged.get("PATH", "")])
    merged["VIRTUAL_ENV"] = str(paths.VENV)
    merged["PYTHONUTF8"] = "1"
    merged.pop("PYTHONHOME", None)
    merged.pop("PYTHONDONTWRITEBYTECODE", None)  # packages come uncompiled; every start would compile them again
    return merged


def run(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    capture: bool = False,
    on_line: Callable[[str], None] | None = None,
) -> Done:
    """Run a command to its end, on the terminal or with its output captured line by line."""
    sys.stdout.flush()
    captured = capture or on_line is not None
    child = subprocess.Popen(
        [str(word) for word in command],
        cwd=paths.ROOT,
        env=environment(env),
        stdin=subprocess.DEVNULL if captured else None,
        stdout=subprocess.PIPE if captured else None,
        stderr=subprocess.STDOUT if captured else None,
        text=True,
        encoding="utf-8",
        errors="replace",
        preexec_fn=_die_with_launcher if sys.platform == "linux" else None,  # noqa: PLW1509  one prctl call
    )
    lines = []
    try:
        for line in child.stdout or ():
            lines.append(line)
            if on_line:
                on_line(line)
        return Done(child.wait(), "".join(lines))
    finally:
        _stop(child)


def _die_with_launcher() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _stop(child: subprocess.Popen[str]) -> None:
    if child.poll() is not None:
        return
    for wait_s, signal_next in ((GRACE_S, signal.SIGINT), (STOP_TIMEOUT_S, signal.SIGTERM)):
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(wait_s)
            return
        child.send_signal(signal_next)
    child.kill()
    child.wait()
