"""The virtual environment and the web assets, made once and again only when a lock changes.

Guarantees: packages come from the locks with their hashes, wheels only; a run that was broken off is repeated.
"""

import contextlib
import hashlib
import importlib.util
import re
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from launcher import paths
from launcher.processes import Done, python, run
from launcher.words import say, words

if sys.platform != "win32":
    import fcntl

NO_NODE_STATUS = 3
OUTPUT_TAIL_LINES = 25
_NO_NETWORK = re.compile(
    r"NewConnectionError|Name or service not known|Temporary failure in name resolution|getaddrinfo failed|"
    r"Failed to establish|ConnectTimeout|Network is unreachable|dns error|error sending request|"
    r"ProxyError|\(from versions: none\)|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH"
)
_COLLECTING = re.compile(r"^(?:Collecting|Requirement already satisfied:) ([\w.-]+)")


class SetupFailed(RuntimeError):
    """A sentence for the person at the terminal."""


def prepare(*locks: str) -> None:
    """Make the environment hold the packages of these locks and the project itself. Raises: SetupFailed."""
    with _one_at_a_time():
        _make_venv()
        for lock in locks:
            _install_lock(lock)
        _install_project()


def build_assets(*, with_tools: bool = False, always: bool = False) -> None:
    """Assemble the web assets, with a Node.js from the package index if the machine has none. Raises: SetupFailed."""
    command = python("-m", "backend.web.build")
    command += [] if always else ["--if-changed"]
    command += ["--dev"] if with_tools else []
    if always or not (paths.ROOT / "build" / "web" / "manifest.json").is_file():
        say("assets")
    with _one_at_a_time():
        done = run(command, capture=True)
    if done.status == NO_NODE_STATUS:
        prepare("node")
        done = run(command, capture=True)
    if done.status:
        raise SetupFailed(_explain("backend.web.build", done))
    if done.output.strip():
        print("  " + done.output.strip().splitlines()[-1])


def is_current(lock: str) -> bool:
    """Tell whether the packages of this lock are installed as pinned."""
    stamp = paths.STAMPS / lock
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == _state_of(paths.REQUIREMENTS / f"{lock}.lock")


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    if sys.platform == "win32":
        yield
        return
    paths.CACHE.mkdir(exist_ok=True)
    with (paths.CACHE / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make_venv() -> None:
    if paths.PYTHON.exists() and run(python("-c", "import pip"), capture=True).status == 0:
        return
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise SetupFailed(words("no_venv"))
    say("venv")
    uv = shutil.which("uv")
    with_uv = [str(uv), "venv", "--seed", "--clear", "--quiet", "--python", sys.executable]
    with_python = [sys.executable, "-m", "venv", "--clear"]
    done = run([*(with_uv if uv else with_python), paths.VENV], capture=True)
    if done.status:
        raise SetupFailed(_explain("venv", done))


def _install_lock(lock: str) -> None:
    if is_current(lock):
        return
    file = paths.REQUIREMENTS / f"{lock}.lock"
    count = sum("==" in line for line in file.read_text(encoding="utf-8").splitlines())
    say("install", count=count, lock=file.name)
    started = time.monotonic()
    done = _install(["--require-hashes", "--only-binary", ":all:", "-r", file], count)
    if done.status:
        raise SetupFailed(_explain(file.name, done))
    say("installed", seconds=time.monotonic() - started)
    _remember(lock, _state_of(file))


def _install_project() -> None:
    packages = sorted(path.parent.name for path in paths.ROOT.glob("*/__init__.py"))
    state = f"{_state_of(paths.ROOT / 'pyproject.toml')} {' '.join(packages)}"
    stamp = paths.STAMPS / "project"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == state:
        return
    done = _install(["--no-build-isolation", "-e", paths.ROOT], 1)
    if done.status:
        raise SetupFailed(_explain("machmit", done))
    _remember("project", state)


def _install(arguments: list[str | Path], count: int) -> Done:
    uv = shutil.which("uv")
    if uv:
        done = run([uv, "pip", "install", "--quiet", "--python", paths.PYTHON, "--no-deps", *arguments], capture=True)
        if not done.status:
            return done
        say("fallback")
    quiet = ["--no-input", "--disable-pip-version-check", "--no-warn-script-location", "--progress-bar", "off"]
    progress = _Progress(count)
    pip = python("-m", "pip", "install", "--no-deps", "--no-compile", *quiet)
    try:
        return run([*pip, *arguments], on_line=progress.see)
    finally:
        progress.clear()


class _Progress:
    """A line that counts packages, on terminals only."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._seen = 0

    def see(self, line: str) -> None:
        found = _COLLECTING.match(line)
        if found and sys.stdout.isatty():
            self._seen += 1
            print(f"\r\x1b[K  {self._seen}/{self._count} {found.group(1)}", end="", flush=True)

    def clear(self) -> None:
        if sys.stdout.isatty():
            print("\r\x1b[K", end="", flush=True)


def _state_of(file: Path) -> str:
    """Hash a file together with the environment's Python and place."""
    config = (paths.VENV / "pyvenv.cfg").read_bytes() if (paths.VENV / "pyvenv.cfg").is_file() else b""
    return hashlib.sha256(file.read_bytes() + config + str(paths.VENV).encode()).hexdigest()


def _remember(name: str, state: str) -> None:
    paths.STAMPS.mkdir(parents=True, exist_ok=True)
    (paths.STAMPS / name).write_text(state, encoding="utf-8")


def _explain(what: str, done: Done) -> str:
    if _NO_NETWORK.search(done.output):
        return words("no_network")
    tail = "\n".join(done.output.strip().splitlines()[-OUTPUT_TAIL_LINES:])
    return f"{words('failed', what=what)}\n{tail}"
