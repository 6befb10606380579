"""``./mach doctor``: what this machine has and lacks, each lack with the one command that helps."""

import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from launcher import paths, setup, system
from launcher.words import say, words

NEEDED_GB = 2
SLOW_FSYNC_MS = 50.0
FSYNC_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    name: str
    is_fine: bool
    remedy: str
    is_needed: bool = False


def command() -> int:
    """Print every finding; end with a failure only if something needed is missing."""
    findings = [*_needed(), *_pieces(), *_others()]
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        mark = "✓" if finding.is_fine else ("✗" if finding.is_needed else "–")
        state = words("ok") if finding.is_fine else f"{words('lacking')} → {finding.remedy}"
        print(f"{mark} {finding.name:<{width}}  {state}")
    lacks = any(finding.is_needed and not finding.is_fine for finding in findings)
    say("doctor_lacks" if lacks else "doctor_fine")
    return 1 if lacks else 0


def _needed() -> Iterator[Finding]:
    version = platform.python_version()
    yield Finding(words("python", version=version), sys.version_info >= (3, 11), "apt-get install python3.11", True)
    free = shutil.disk_usage(paths.ROOT).free // 10**9
    name = words("disk", free=free, needed=NEEDED_GB)
    yield Finding(name, free >= NEEDED_GB, words("free_disk"), True)


def _pieces() -> Iterator[Finding]:
    for piece in system.PIECES:
        yield Finding(words(piece.name), piece.is_there(), piece.remedy)


def _others() -> Iterator[Finding]:
    yield Finding(words("environment"), setup.is_current("run"), words("run_demo"))
    yield Finding(words("modules"), (paths.ROOT / "node_modules" / ".stamp").is_file(), words("run_demo"))
    yield Finding(words("node"), bool(shutil.which("node") and shutil.which("npm")), "apt-get install nodejs npm")
    postgres = shutil.which("postgres") or any(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    yield Finding(words("postgres"), bool(postgres), "apt-get install postgresql")
    redis = shutil.which("redis-server") or shutil.which("valkey-server")
    yield Finding(words("redis"), bool(redis), "apt-get install redis-server")
    ms = _fsync_ms()
    yield Finding(words("fsync", ms=ms), ms < SLOW_FSYNC_MS, words("slow_disk"))


def _fsync_ms() -> float:
    """Measure how long one small durable write takes where the demo keeps its data."""
    with tempfile.TemporaryFile(dir=paths.ROOT) as file:
        started = time.monotonic()
        for _ in range(FSYNC_ROUNDS):
            file.write(b"x" * 512)
            file.flush()
            os.fsync(file.fileno())
        return (time.monotonic() - started) * 1000 / FSYNC_ROUNDS
