"""Run the tests that reach a mistake, once for every mistake.

Guarantees: no file is changed – every mutant lives in a forked process, where the code of one function or one
constant is exchanged after the tests were collected; a mutant meets only the tests that reached its lines, the
fastest first; time limits per test, mostly of processor time, so that a busy machine kills no mutant.
Refuses:    tests that fail without a mistake.
"""

import ast
import contextlib
import gc
import json
import os
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NoReturn, TypeAlias

import coverage
import hypothesis
import pytest
from _pytest.runner import runtestprotocol

from launcher import paths
from mutation.exchange import Functions, constants_from, exchange, loaded_functions
from mutation.sites import Mutant, mutants

MARKERS: Final = "not browser and not postgres and not redis"
CPU_LIMIT_S: Final = 2.0
WALL_LIMIT_S: Final = 10.0
LIMIT_FACTOR: Final = 5.0
"""A test may take this much longer than without a mistake, and the limit above on top."""
MEMORY_BYTES: Final = 4 << 30

SURVIVED: Final = "survived"
KILLED: Final = "killed"
OUT_OF_TIME: Final = "out of time"
NOT_COVERED: Final = "not covered"
NOT_LOADED: Final = "does not load"
"""The mistake stops the module from loading; so does a second loading where tables are declared."""
_STATUS_KILLED: Final = 1
_STATUS_BROKEN: Final = 70

Costs: TypeAlias = Mapping[str, tuple[float, float]]
"""Processor and elapsed seconds of a test without a mistake."""
Reached: TypeAlias = Mapping[str, Mapping[int, Sequence[str]]]
"""Per file and line the tests that reach it."""


def main(package: str, tests: Sequence[str]) -> int:
    """Try every mutant of a package or module on these tests; print the survivors and the totals."""
    os.environ["MACHMIT_TEST_SERVERS"] = "none"
    with tempfile.TemporaryDirectory() as folder:
        without = [f"-pno:{plugin}" for plugin in ("randomly", "cacheprovider", "xdist")]
        options = [
            "-q",
            "-s",
            "-Wignore::pytest.PytestAssertRewriteWarning",
            "-m",
            MARKERS,
            "--basetemp",
            str(Path(folder) / "tests"),
            *without,
        ]
        return int(pytest.main([*options, *tests], plugins=[MutationRun(paths.ROOT / package, Path(folder))]))


class MutationRun:
    """Takes over after the tests were collected."""

    def __init__(self, package: Path, folder: Path) -> None:
        self._files = sorted(package.rglob("*.py")) if package.is_dir() else [package]
        self._survey_file = folder / "survey.json"
        self._functions: Functions = {}
        self._costs: Costs = {}
        self._is_trying = False

    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> None:
        """End a mutant's process at the first failure, without tidying up."""
        failed = call.excinfo is not None and not call.excinfo.errisinstance(pytest.skip.Exception)
        if self._is_trying and failed:
            os._exit(_STATUS_KILLED)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Measure the tests, then try one mutant after the other."""
        profile = hypothesis.settings(
            derandomize=True, deadline=None, database=None, phases=[hypothesis.Phase.generate]
        )
        hypothesis.settings.register_profile("mutation", profile)
        hypothesis.settings.load_profile("mutation")
        items = {item.nodeid: item for item in session.items}
        if _in_child(lambda: self._survey(items)) != 0:
            pytest.exit("a test fails without a mistake", returncode=1)
        reached, self._costs = json.loads(self._survey_file.read_text(encoding="utf-8"))
        totals: Counter[str] = Counter()
        started = time.monotonic()
        self._functions = loaded_functions(self._files)
        gc.freeze()  # the collector would copy every page in every child
        for file in self._files:
            for outcome in self._try_file(file, reached.get(str(file), {}), items):
                totals[outcome] += 1
        gc.unfreeze()
        listing = ", ".join(f"{number} {outcome}" for outcome, number in sorted(totals.items()))
        print(f"\n{totals.total()} mutants: {listing}; {time.monotonic() - started:.0f} s")
        return True

    def _survey(self, items: Mapping[str, pytest.Item]) -> None:
        """Run every test once, noting what it reaches and costs."""
        self._is_trying = True
        watch = coverage.Coverage(
            data_file=None,
            config_file=False,
            include=[str(file) for file in self._files],
            concurrency=["greenlet", "thread"],
        )
        costs = {}
        with watch.collect():
            for name, item in items.items():
                watch.switch_context(name)
                before = time.process_time(), time.monotonic()
                runtestprotocol(item, log=False)
                costs[name] = time.process_time() - before[0], time.monotonic() - before[1]
        data = watch.get_data()
        reached = {file: data.contexts_by_lineno(file) for file in data.measured_files()}
        self._survey_file.write_text(json.dumps([reached, costs]), encoding="utf-8")

    def _try_file(
        self, file: Path, reached: Mapping[str, Sequence[str]], items: Mapping[str, pytest.Item]
    ) -> Iterator[str]:
        source = file.read_text(encoding="utf-8")
        module = ast.parse(source)
        for mutant in list(mutants(module)):
            constants = constants_from(module, mutant.owner)
            lines = reached if constants else map(str, mutant.lines)
            names = {name for line in lines for name in reached.get(line, ()) if name}
            names |= {name for name, item in items.items() if _knows(item, constants)}
            tests = [items[name] for name in sorted(names, key=lambda name: self._costs[name])]
            outcome = NOT_COVERED
            if tests:
                status = _in_child(lambda: self._try(file, module, mutant, constants, tests))  # noqa: B023  runs at once
                outcome = _OUTCOMES.get(status, KILLED)
            if outcome not in {KILLED, OUT_OF_TIME}:
                line = source.splitlines()[mutant.lines[-1] - 1].strip()
                place = f"{file.relative_to(paths.ROOT)}:{mutant.lines[-1]}"
                print(f"{place}  {outcome}  [{mutant.what}]  {line}", flush=True)
            yield outcome

    def _try(
        self, file: Path, module: ast.Module, mutant: Mutant, constants: Sequence[str], tests: Sequence[pytest.Item]
    ) -> None:
        mutant.apply()
        exchange(file, compile(module, str(file), "exec"), mutant.owner, self._functions, constants)
        self._is_trying = True
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        for item in tests:
            cpu_s, wall_s = self._costs[item.nodeid]
            signal.setitimer(signal.ITIMER_PROF, CPU_LIMIT_S + LIMIT_FACTOR * cpu_s)
            signal.setitimer(signal.ITIMER_REAL, WALL_LIMIT_S + LIMIT_FACTOR * wall_s)  # one that waits for ever
            runtestprotocol(item, log=False)


def _knows(item: pytest.Item, constants: Sequence[str]) -> bool:
    return isinstance(item, pytest.Function) and any(hasattr(item.module, name) for name in constants)


_OUTCOMES: Final = {
    0: SURVIVED,
    _STATUS_BROKEN: NOT_LOADED,
    -signal.SIGPROF: OUT_OF_TIME,
    -signal.SIGALRM: OUT_OF_TIME,
}


def _in_child(job: Callable[[], None]) -> int:
    """Do something in a forked process; return its exit status, or the signal that ended it as -number."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        _work(job)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _work(job: Callable[[], None]) -> NoReturn:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.dup2(nowhere, sys.stderr.fileno())
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    status = _STATUS_BROKEN
    with contextlib.suppress(BaseException):
        job()
        status = 0
    os._exit(status)
