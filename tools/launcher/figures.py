"""Sizes of files and functions and the measured coverage, as ``./mach check`` reports them."""

import ast
import json
import statistics
from collections.abc import Iterator
from pathlib import Path

from launcher import paths
from launcher.checks import PACKAGES
from launcher.words import say, words

LOW_COVERAGE = 95.0
LOW_SHOWN = 8


def report() -> None:
    """Print the figures of the product's packages."""
    files = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in _sources()}
    if not files:
        return
    longest = max(files, key=lambda path: files[path])
    say(
        "figures",
        files=len(files),
        lines=sum(files.values()),
        median=int(statistics.median(files.values())),
        longest=files[longest],
        longest_name=longest.relative_to(paths.ROOT),
    )
    functions = sorted(length for path in files for length in _function_lengths(path))
    if functions:
        size, name = functions[-1]
        p90 = functions[int(len(functions) * 0.9)][0]
        say("functions", count=len(functions), p90=p90, longest=size, longest_name=name)
    _report_coverage(paths.CACHE / "coverage.json")


def _sources() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((paths.ROOT / package).rglob("*.py"))


def _function_lengths(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            place = f"{path.relative_to(paths.ROOT)}:{node.lineno} {node.name}"
            yield (node.end_lineno or node.lineno) - node.lineno + 1, place


def _report_coverage(file: Path) -> None:
    if not file.is_file():
        say("uncovered")
        return
    report = json.loads(file.read_text(encoding="utf-8"))
    percents = {name: content["summary"]["percent_covered"] for name, content in report["files"].items()}
    low = sorted((percent, name) for name, percent in percents.items() if percent < LOW_COVERAGE)
    listing = ", ".join(f"{name} {percent:.0f}" for percent, name in low[:LOW_SHOWN])
    more = " …" if len(low) > LOW_SHOWN else ""
    say("covered", percent=report["totals"]["percent_covered"], low=(listing + more) or words("none"))
