"""Where things lie in the checkout, and how the launcher starts commands there."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
STAMPS = VENV / "stamps"
REQUIREMENTS = ROOT / "requirements"
DEMO = ROOT / ".demo"
WINDOWS = os.name == "nt"
BIN = VENV / ("Scripts" if WINDOWS else "bin")


def venv_python() -> Path:
    """Return the path of the virtual environment's interpreter, made or not."""
    return BIN / ("python.exe" if WINDOWS else "python")


def tool(name: str) -> str:
    """Return the path of a command installed in the virtual environment."""
    return str(BIN / (f"{name}.exe" if WINDOWS else name))


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the process environment with the virtual environment first on the PATH."""
    merged = {**os.environ, **(extra or {})}
    merged["PATH"] = os.pathsep.join([str(BIN), merged.get("PATH", "")])
    merged["VIRTUAL_ENV"] = str(VENV)
    merged.setdefault("PYTHONUTF8", "1")
    merged.pop("PYTHONHOME", None)
    return merged


def run(command: Sequence[str | Path], *, env: Mapping[str, str] | None = None) -> int:
    """Run a command in the checkout with the terminal attached; return its exit status."""
    sys.stdout.flush()
    words = [str(word) for word in command]
    return subprocess.run(words, cwd=ROOT, env=environment(env), check=False).returncode
