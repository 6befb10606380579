"""The import contracts really break: each planted violation is found, in a copy of the source."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from launcher import paths
from launcher.checks import PACKAGES

# contract → module to plant → what it imports
VIOLATIONS = {
    "Surfaces above, domain in the middle, kit below": ("backend/kit/planted.py", "backend.polls.types"),
    "One door to the ballot box": ("moderation/planted.py", "backend.ballots._box"),
    "Pure cores know no database, no web and no Redis": ("backend/tally/planted.py", "sqlalchemy"),
    "Printables import nothing of ours": ("printables/planted.py", "backend.kit.clock"),
    "The domain knows no web framework": ("backend/cards/planted.py", "litestar"),
    "Rendering knows the kit and the accounts, no other domain": ("backend/web/planted.py", "backend.polls.types"),
}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Plant every violation in a copy and return what import-linter says."""
    copy = tmp_path_factory.mktemp("source")
    shutil.copy(paths.ROOT / "pyproject.toml", copy)
    for package in PACKAGES:
        if (paths.ROOT / package).is_dir():
            shutil.copytree(paths.ROOT / package, copy / package, ignore=_only_python)
    for module, imported in VIOLATIONS.values():
        (copy / module).write_text(f'"""Planted."""\n\nimport {imported}\n', encoding="utf-8")
    script = "from importlinter.cli import lint_imports_command as run; run()"
    command = [sys.executable, "-c", script, "--no-logo", "--no-cache"]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(copy)})
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_planted_violation_breaks_its_contract(contract: str, verdicts: str) -> None:
    assert f"{contract} BROKEN" in verdicts


def test_every_contract_has_a_planted_violation(verdicts: str) -> None:
    assert "0 kept" in verdicts


def _only_python(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if not (name.endswith(".py") or (Path(folder) / name).is_dir())}
