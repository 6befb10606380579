"""``./mach test``: sets up, checks and tests everything, and ends with one line of counts."""

import os
import time
from collections.abc import Sequence
from pathlib import Path

from launcher import paths, system, tally
from launcher.checks import all_checks, run_checks
from launcher.processes import python, run
from launcher.setup import build_assets, prepare
from launcher.tally import Tally
from launcher.words import say, words

MOST_WORKERS = 4
FAST_MARKERS = "not browser and not postgres and not redis and not slow"
FAST_PATHS = (
    "tests/unit",
    "tests/properties",
    "tests/integration/test_casting.py",
    "tests/integration/test_transactions.py",
)


def command(selected: Sequence[str], *, ci: bool, fast: bool, coverage: bool) -> int:
    """Run the checks and tests, or only the tests under the given paths."""
    started = time.monotonic()
    prepare("run", "test")
    build_assets(with_tools=True)
    if ci:
        system.install_missing()
    tallies = [] if selected else _checks(fast=fast)
    journeys = [path for path in selected if _is_journey(path)]
    others = [path for path in selected if not _is_journey(path)]
    env = _environment(ci=ci, fast=fast)
    if others or not selected:
        say("tests")
        tallies.append(_tests(others, fast=fast, coverage=coverage, env=env))
    if journeys or not (selected or fast):
        say("journeys")
        tallies.append(_journeys(journeys, env))
    result = tally.total(tallies)
    minutes, seconds = divmod(time.monotonic() - started, 60)
    print(f"\n{words('took', minutes=minutes, seconds=seconds)}")
    print(result.line)
    return 1 if result.failed or not result.passed else 0


def mutate(package: str, tests: Sequence[str]) -> int:
    """Try every small mistake in a package on the given tests (docs/quality.md)."""
    prepare("run", "test")
    build_assets()
    return run(python("-m", "mutation", package, *tests), env={"PYTHONPATH": str(paths.ROOT / "tools")}).status


def _checks(*, fast: bool) -> list[Tally]:
    say("checks")
    return run_checks(check for check in all_checks() if not (fast and check.is_slow))


def _tests(selected: Sequence[str], *, fast: bool, coverage: bool, env: dict[str, str]) -> Tally:
    options = _workers("worksteal")
    if fast:
        options += ["-m", FAST_MARKERS]
    if coverage:
        options += ["--cov", f"--cov-report=json:{paths.CACHE / 'coverage.json'}", "--cov-report="]
    everything = FAST_PATHS if fast else ("tests", f"--ignore={paths.JOURNEYS}")
    chosen = [*selected] or [*everything]
    return _pytest("tests", [*options, *chosen], env)


def _journeys(selected: Sequence[str], env: dict[str, str]) -> Tally:
    if not selected and not any(paths.JOURNEYS.rglob("test_*.py")):
        return Tally()
    options = _workers("loadfile")  # the tests of a file share an evening
    return _pytest("journeys", [*options, *(selected or [str(paths.JOURNEYS)])], env)


def _workers(share: str) -> list[str]:
    workers = min(os.cpu_count() or 1, MOST_WORKERS)
    return ["-n", str(workers), "--dist", share] if workers > 1 else []


def _pytest(name: str, arguments: Sequence[str], env: dict[str, str]) -> Tally:
    report = paths.CACHE / "reports" / f"{name}.xml"
    report.unlink(missing_ok=True)
    done = run(python("-m", "pytest", "-q", f"--junitxml={report}", *arguments), env=env)
    return tally.of_junit(report, done.status)


def _environment(*, ci: bool, fast: bool) -> dict[str, str]:
    env = {}
    if ci:
        env["MACHMIT_TEST_STRICT"] = "1"
    if fast:
        env["MACHMIT_TEST_SERVERS"] = "none"
    return env


def _is_journey(path: str) -> bool:
    return Path(path.partition("::")[0]).resolve().is_relative_to(paths.JOURNEYS)
