"""Rules of the house that no linter knows: sizes, who may commit, no addresses of other places."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher import paths
from launcher.checks import PACKAGES

MOST_LINES = 500
MOST_FUNCTION_LINES = 60
MAY_COMMIT = {"backend/kit/db.py", "backend/kit/uow.py", "backend/kit/raw.py"}
FOREIGN_PLACES = re.compile("npm" r"js[.]|pypi[.]org|python" r"hosted|jsdelivr|unpkg[.]com|googleapis|gstatic")


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((paths.ROOT / folder).rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(paths.ROOT).as_posix()


def ends_a_transaction(call: ast.Call) -> bool:
    """Tell a session's `commit()` from methods of that name that take something."""
    return isinstance(call.func, ast.Attribute) and call.func.attr == "commit" and not call.args


def tracked_texts() -> Iterator[tuple[str, str]]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=paths.ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, listing.stdout.split("\0")):
        path = paths.ROOT / name
        if path.is_file() and path.suffix not in {".png", ".woff2", ".pdf", ".ico", ".jpg"}:
            yield name, path.read_text(encoding="utf-8", errors="replace")


def test_no_file_is_over_the_hard_cap() -> None:
    long = []
    for path in sources(*PACKAGES, "tests", "tools"):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > MOST_LINES:
            long.append(f"{name_of(path)} {lines}")
    assert not long


def test_no_function_is_over_the_hard_cap() -> None:
    long = []
    for path in sources(*PACKAGES, "tools"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if (node.end_lineno or 0) - node.lineno + 1 > MOST_FUNCTION_LINES:
                long.append(f"{name_of(path)}:{node.lineno} {node.name}")
    assert not long


def test_nobody_commits_but_the_unit_of_work() -> None:
    offenders = [
        f"{name_of(path)}:{node.lineno}"
        for path in sources(*PACKAGES)
        if name_of(path) not in MAY_COMMIT
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ends_a_transaction(node)
    ]
    assert not offenders


@pytest.mark.skipif(not (paths.ROOT / ".git").exists(), reason="an unpacked release has no list of tracked files")
def test_no_tracked_file_names_a_registry_or_a_cdn() -> None:
    allowed = {name_of(Path(__file__)), "backend/web/vendor.py"}
    found = [name for name, text in tracked_texts() if name not in allowed and FOREIGN_PLACES.search(text)]
    assert not found
