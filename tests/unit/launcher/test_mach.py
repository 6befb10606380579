"""./mach as a newcomer meets it: readable by old Pythons, plain about what is wrong, gone when it is gone."""

import ast
import os
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from launcher import demo, paths, setup, system
from launcher.processes import Done
from launcher.setup import SetupFailed

MACH = paths.ROOT / "mach"
OLDEST_THAT_EXPLAINS = (3, 7)
GONE_WITHIN_S = 10.0


def run_mach(*arguments: str, lang: str = "en_GB.UTF-8") -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "LC_ALL": lang, "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, MACH, *arguments], env=env, capture_output=True, text=True, check=False, cwd="/"
    )


def test_mach_parses_on_old_pythons_to_say_so() -> None:
    ast.parse(MACH.read_text(encoding="utf-8"), feature_version=OLDEST_THAT_EXPLAINS)
    assert os.access(MACH, os.X_OK)


def test_mach_on_an_old_python_says_what_to_install() -> None:
    script = (
        "import runpy, shutil, sys\n"
        "sys.version_info = (3, 9, 0, 'final', 0)\n"
        "shutil.which = lambda name: None\n"
        f"sys.argv = [{str(MACH)!r}, 'demo']\n"
        f"runpy.run_path({str(MACH)!r}, run_name='__main__')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "braucht Python 3.11" in done.stderr
    assert "needs Python 3.11" in done.stderr


def test_launcher_imports_the_standard_library_only() -> None:
    for path in (paths.ROOT / "tools" / "launcher").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            roots = {name.partition(".")[0] for name in names}
            assert roots <= sys.stdlib_module_names | {"launcher"}, path.name


def test_demo_on_a_used_port_names_a_free_one() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        german = run_mach("demo", "--port", str(port), lang="de_DE.UTF-8")
        english = run_mach("demo", "--port", str(port))
    assert german.returncode == english.returncode == 1
    assert f"Port {port} ist schon belegt" in german.stderr
    assert f"Port {port} is in use" in english.stderr
    assert "./mach demo --port" in english.stderr


@pytest.mark.parametrize("port", ["0", "65536", "eight"])
def test_demo_with_an_impossible_port_is_refused(port: str) -> None:
    assert run_mach("demo", "--port", port).returncode == 2


def test_is_free_of_a_listening_port_is_false() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert not demo.is_free("127.0.0.1", other.getsockname()[1])


def test_setup_without_the_venv_module_names_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "PYTHON", tmp_path / "absent")
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(SetupFailed, match="python3-venv"):
        setup._make_venv()


@pytest.mark.parametrize(
    "output",
    [
        "WARNING: Retrying ... NewConnectionError('<pip...>: Failed to establish a new connection')",
        "npm error code ENOTFOUND",
        "ERROR: Could not find a version that satisfies the requirement x==1 (from versions: none)",
        "error: Failed to fetch ... dns error",
    ],
)
def test_setup_without_network_says_so(output: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert setup._explain("run.lock", Done(1, output)).startswith("No network")


def test_setup_failure_of_another_kind_shows_the_end_of_the_output() -> None:
    text = setup._explain("run.lock", Done(1, "\n".join(f"line {number}" for number in range(100))))
    assert "run.lock" in text
    assert "line 99" in text
    assert "line 1\n" not in text


def test_lock_is_current_only_with_its_own_stamp(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "STAMPS", tmp_path)
    assert not setup.is_current("run")
    setup._remember("run", setup._state_of(paths.REQUIREMENTS / "run.lock"))
    assert setup.is_current("run")
    setup._remember("run", "an older state")
    assert not setup.is_current("run")


def test_piece_that_is_missing_comes_with_one_command() -> None:
    piece = system.Piece("espeak", lambda: False, ("espeak-ng",))
    assert piece.remedy == "apt-get install espeak-ng"
    assert not system._loads("no-such-library")


@pytest.mark.parametrize("user_id", [0, 1000])
def test_install_missing_calls_apt_as_root_and_names_the_command_otherwise(
    user_id: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    apt = tmp_path / "apt-get"
    apt.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\n', encoding="ascii")
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    monkeypatch.setattr(os, "geteuid", lambda: user_id)
    monkeypatch.setattr(system, "PIECES", (system.Piece("espeak", lambda: False, ("espeak-ng", "more")),))
    system.install_missing()
    said = capsys.readouterr().out
    if user_id:
        assert "apt-get install espeak-ng more" in said
        assert not (tmp_path / "calls").exists()
        return
    assert "Installing system packages: espeak-ng, more" in said
    update, install = (tmp_path / "calls").read_text(encoding="ascii").splitlines()
    assert update.startswith("update")
    assert install.endswith("espeak-ng more")


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help exists on Linux only")
def test_kill_the_launcher_ends_what_it_started() -> None:
    script = (
        "import sys\n"
        f"sys.path.insert(0, {str(paths.ROOT / 'tools')!r})\n"
        "from launcher.processes import run\n"
        "run([sys.executable, '-c', 'import os; print(os.getpid(), flush=True); input()'])\n"
    )
    launcher = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert launcher.stdout is not None
    child = int(launcher.stdout.readline())
    launcher.send_signal(signal.SIGKILL)
    launcher.wait()
    give_up_at = time.monotonic() + GONE_WITHIN_S
    while Path(f"/proc/{child}").exists() and time.monotonic() < give_up_at:
        select.select([], [], [], 0.02)
    assert not Path(f"/proc/{child}").exists()
    launcher.communicate()
