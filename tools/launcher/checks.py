"""Style, types and structure: the checks that read the source without running the product."""

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from launcher import paths, tally
from launcher.processes import Done, python, run
from launcher.tally import Tally

AT_ONCE = 2
PACKAGES = ("backend", "kiosk", "moderation", "printables")
TEMPLATES = ("backend", "kiosk", "moderation")
_IMPORT_LINTER = "from importlinter.cli import lint_imports_command as run; run()"
_CODESPELL = "import sys; from codespell_lib import main; sys.exit(main(*sys.argv[1:]))"


@dataclass(frozen=True, slots=True)
class Check:
    """One command and how its result is counted."""

    name: str
    command: Sequence[str | Path]
    count: Callable[[Done], Tally] = lambda done: tally.of_status(done.status)
    is_slow: bool = False


def all_checks() -> list[Check]:
    """Return the checks of this checkout; those of scripts only when there are scripts."""
    checks = [
        Check("mypy", python("-m", "mypy"), is_slow=True),
        Check("ruff", python("-m", "ruff", "check", "--quiet")),
        Check("ruff format", python("-m", "ruff", "format", "--check", "--quiet")),
        Check("import-linter", python("-c", _IMPORT_LINTER, "--no-logo")),
        Check("codespell", python("-c", _CODESPELL)),
        Check("deptry", python("-m", "deptry", ".")),
    ]
    if _any("templates/**/*.html"):
        checks.append(Check("djlint", python("-m", "djlint", "--lint", "--quiet", *_folders(TEMPLATES)), is_slow=True))
    if _any("static/**/*.js"):
        types = python("-m", "backend.web.node", "node_modules/typescript/bin/tsc", "-p", "build/tsconfig.json")
        checks.append(Check("tsc", types))
    scripts = sorted(str(path.relative_to(paths.ROOT)) for path in (paths.ROOT / "tests").rglob("*.test.*js"))
    if scripts:
        tests = python("-m", "backend.web.node", "--test", "--test-reporter=tap", *scripts)
        checks.append(Check("node --test", tests, lambda done: tally.of_node(done.output, done.status)))
    return checks


def run_checks(checks: Iterable[Check]) -> list[Tally]:
    """Run checks two at a time, print one line for each and the output of those that fail."""
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        return list(pool.map(_run_one, checks))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _run_one(check: Check) -> Tally:
    started = time.monotonic()
    done = run(check.command, capture=True)
    result = check.count(done)
    mark = "✗" if result.failed else "✓"
    text = f"  {mark} {check.name} ({time.monotonic() - started:.1f} s)"
    print(f"{text}\n{done.output}" if result.failed else text, flush=True)
    return result


def _any(pattern: str) -> bool:
    return any(next((paths.ROOT / package).rglob(pattern), None) for package in PACKAGES)


def _folders(names: Iterable[str]) -> list[str]:
    return [name for name in names if (paths.ROOT / name).is_dir()]
