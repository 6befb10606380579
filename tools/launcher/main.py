"""The command line of ``./mach``."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from launcher import checks, demo, doctor, figures, lock, tally, testing
from launcher.processes import python, run
from launcher.setup import SetupFailed, build_assets, prepare
from launcher.words import complain, say, words

DEFAULT_PORT = 8000
STOPPED_STATUS = 130


def main(arguments: Sequence[str]) -> int:
    """Run one command; return its exit status."""
    options = _parser().parse_args(arguments or ["--help"])
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    try:
        return _dispatch(options)
    except SetupFailed as failed:
        print(failed, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        complain("stopped")
        sys.stdout.flush()
        os._exit(STOPPED_STATUS)  # does not wait for a check; the kernel ends it with us


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _dispatch(options: argparse.Namespace) -> int:
    if options.command == "demo":
        return demo.command(port=options.port, lan=options.lan, reset=options.reset, no_open=options.no_open)
    if options.command == "test":
        return testing.command(options.paths, ci=options.ci, fast=options.fast, coverage=options.coverage)
    if options.command == "mutate":
        return testing.mutate(options.package, options.paths)
    return _SIMPLE[options.command]()


def _build() -> int:
    prepare("run")
    build_assets(always=True)
    return 0


def _check() -> int:
    prepare("run", "test")
    build_assets(with_tools=True)
    say("checks")
    result = tally.total(checks.run_checks(checks.all_checks()))
    figures.report()
    print(result.line)
    return 1 if result.failed else 0


def _format() -> int:
    prepare("run", "test")
    fixed = run(python("-m", "ruff", "check", "--fix", "--quiet"))
    return run(python("-m", "ruff", "format")).status or fixed.status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./mach", description=words("about"))
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="demo|test|doctor|check|fmt|build|lock|mutate"
    )
    for_demo = commands.add_parser("demo", help=words("demo"), description=words("demo"))
    for_demo.add_argument("--port", type=_port, default=DEFAULT_PORT, help=words("port"))
    for_demo.add_argument("--lan", action="store_true", help=words("lan"))
    for_demo.add_argument("--reset", action="store_true", help=words("reset"))
    for_demo.add_argument("--no-open", action="store_true", help=words("no_open"))
    for_test = commands.add_parser("test", help=words("test"), description=words("test"))
    kind = for_test.add_mutually_exclusive_group()
    kind.add_argument("--ci", action="store_true", help=words("ci"))
    kind.add_argument("--fast", action="store_true", help=words("fast"))
    for_test.add_argument("--coverage", action="store_true", help=words("coverage"))
    for_test.add_argument("paths", nargs="*", help=words("paths"))
    for_mutants = commands.add_parser("mutate", help=words("mutate"), description=words("mutate"))
    for_mutants.add_argument("package", help=words("package"))
    for_mutants.add_argument("paths", nargs="+", help=words("paths"))
    for name in _SIMPLE:
        commands.add_parser(name, help=words(name), description=words(name))
    return parser


def _port(text: str) -> int:
    number = int(text)
    if not 0 < number < 2**16:
        raise argparse.ArgumentTypeError(text)
    return number


_SIMPLE = {"doctor": doctor.command, "check": _check, "fmt": _format, "build": _build, "lock": lock.command}
