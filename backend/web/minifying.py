"""Our joined scripts made small for slow lines, by terser, at build time.

Guarantees: the same behaviour with shorter names and without white space; nothing is renamed that a page or another
file could name (top-level names only in what is a module of its own). Refuses: nothing; without Node.js or terser the
script stays as it was joined, which is bigger but complete.
Source: docs/adr/0011-minified-phone-script.md.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from backend.web.node import NoNode, node_command

TERSER = Path("terser") / "bin" / "terser"
OPTIONS = ("--module", "--ecma", "2020", "--compress", "passes=2", "--mangle", "--comments", "false")
TIMEOUT_S = 60


def minified(script: str, modules: Path) -> str:
    """Return a script as small as terser makes it, or as it is where terser cannot run.

    `modules` is the folder of npm packages. Raises: CalledProcessError when terser does not understand the script.
    """
    terser = modules / TERSER
    if not terser.is_file():
        return script
    try:
        words = [*node_command(), str(terser), *OPTIONS]
    except NoNode:
        return script
    done = subprocess.run(words, input=script, capture_output=True, text=True, check=True, timeout=TIMEOUT_S)
    return done.stdout.rstrip("\n") + "\n"
