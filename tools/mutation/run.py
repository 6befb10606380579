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
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Final, NoReturn, TypeAlias

import coverage
import hypothesis
import pytest
from _pytest.runner import runtestprotocol

from launcher import paths
from mutation.sites import Mutant, Owner, mutants

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
_STATUS_KILLED: Final = 1
_STATUS_BROKEN: Final = 70

Costs: TypeAlias = Mapping[str, tuple[float, float]]
"""Processor and elapsed seconds of a test without a mistake."""
Reached: TypeAlias = Mapping[str, Mapping[int, Sequence[str]]]
"""Per file and line the tests that reach it."""
Functions: TypeAlias = Mapping[tuple[str, str, int], Sequence[FunctionType]]
"""The loaded functions of a file by name and first line."""


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
        reached, costs = json.loads(self._survey_file.read_text(encoding="utf-8"))
        totals: Counter[str] = Counter()
        started = time.monotonic()
        self._functions = _functions(self._files)
        gc.freeze()  # the collector would copy every page in every child
        for file in self._files:
            for outcome in self._try_file(file, reached.get(str(file), {}), costs, items):
                totals[outcome] += 1
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
        self, file: Path, reached: Mapping[str, Sequence[str]], costs: Costs, items: Mapping[str, pytest.Item]
    ) -> Iterator[str]:
        source = file.read_text(encoding="utf-8")
        module = ast.parse(source)
        for mutant in mutants(module):
            lines = reached if mutant.owner.first_line == 0 else map(str, mutant.lines)
            names = {name for line in lines for name in reached.get(line, ()) if name}
            if mutant.owner.first_line == 0:
                names |= {name for name, item in items.items() if _knows(item, mutant.owner.name)}
            tests = [items[name] for name in sorted(names, key=lambda name: costs[name])]
            outcome = NOT_COVERED
            if tests:
                status = _in_child(lambda: self._try(file, module, mutant, tests, costs))  # noqa: B023  runs at once
                outcome = _OUTCOMES.get(status, KILLED)
            if outcome in {SURVIVED, NOT_COVERED}:
                line = source.splitlines()[mutant.lines[-1] - 1].strip()
                place = f"{file.relative_to(paths.ROOT)}:{mutant.lines[-1]}"
                print(f"{place}  {outcome}  [{mutant.what}]  {line}", flush=True)
            yield outcome

    def _try(self, file: Path, module: ast.Module, mutant: Mutant, tests: Sequence[pytest.Item], costs: Costs) -> None:
        self._is_trying = True
        mutant.apply()
        self._exchange(file, compile(module, str(file), "exec"), mutant.owner)
        for item in tests:
            cpu_s, wall_s = costs[item.nodeid]
            signal.setitimer(signal.ITIMER_PROF, CPU_LIMIT_S + LIMIT_FACTOR * cpu_s)
            item.add_marker(pytest.mark.timeout(WALL_LIMIT_S + LIMIT_FACTOR * wall_s), append=False)
            runtestprotocol(item, log=False)

    def _exchange(self, file: Path, code: CodeType, owner: Owner) -> None:
        if owner.first_line == 0:
            _exchange_constant(file, code, owner.name)
            return
        place = (owner.name, owner.first_line)
        (new,) = [each for each in _codes(code) if (each.co_qualname, each.co_firstlineno) == place]
        for function in self._functions[str(file), *place]:
            function.__code__ = new


def _knows(item: pytest.Item, name: str) -> bool:
    return isinstance(item, pytest.Function) and hasattr(item.module, name)


_OUTCOMES: Final = {0: SURVIVED, -signal.SIGPROF: OUT_OF_TIME}


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
    if not os.environ.get("MUTATION_VERBOSE"):
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    status = _STATUS_BROKEN
    with contextlib.suppress(BaseException):
        job()
        status = 0
    os._exit(status)


def _exchange_constant(file: Path, code: CodeType, name: str) -> None:
    """Put the constant's other value wherever the module's own went."""
    for loaded in [each for each in sys.modules.values() if getattr(each, "__file__", None) == str(file)]:
        copy = ModuleType(loaded.__name__)
        exec(code, copy.__dict__)  # noqa: S102  our own module once more
        old = getattr(loaded, name)
        for other in list(sys.modules.values()):
            if getattr(other, "__dict__", {}).get(name) is old:
                setattr(other, name, getattr(copy, name))


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


def _functions(files: Sequence[Path]) -> Functions:
    """Find every function of these files, wherever decorators and classes keep it."""
    names = {str(file) for file in files}
    found = defaultdict(list)
    for each in gc.get_objects():
        if isinstance(each, FunctionType) and each.__code__.co_filename in names:
            found[each.__code__.co_filename, each.__code__.co_qualname, each.__code__.co_firstlineno].append(each)
    return found
