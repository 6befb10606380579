"""Sizes of files and functions and the measured coverage, as ``./mach check`` reports them."""

import ast
import json
import statistics
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from launcher import paths
from launcher.checks import PACKAGES
from launcher.words import say, words

DOMAIN_BAR = 95.0
BARS = dict.fromkeys(("backend/ballots", "backend/cards", "backend/tally", "backend/transparency"), 100.0)
DOMAIN = {
    *BARS,
    *("backend/accounts", "backend/consultations", "backend/decisions", "backend/meetings"),
    *("backend/minutes", "backend/paper"),
    *("backend/polls", "backend/practice"),
}
NAME_WIDTH = 24


@dataclass(frozen=True, slots=True)
class Covered:
    """Statements and branches that ran, of all there are."""

    covered: float
    all: float

    @property
    def percent(self) -> float:
        """Return the share; nothing to run is all of it."""
        return 100.0 * self.covered / self.all if self.all else 100.0


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
    counts = coverage_by_package(json.loads(file.read_text(encoding="utf-8"))["files"])
    domain = total(counts[name] for name in counts if name in DOMAIN)
    everything = total(counts.values())
    say("covered", percent=everything.percent)
    for name, count in [*sorted(counts.items()), (words("domain"), domain)]:
        bar = BARS.get(name, DOMAIN_BAR if count is domain else None)
        shown = words("bar", bar=bar, mark="✓" if count.percent >= bar else "✗") if bar else ""
        print(f"  {name:<{NAME_WIDTH}} {count.percent:6.1f} %  {shown}".rstrip())


def coverage_by_package(files: Mapping[str, Mapping[str, Mapping[str, float]]]) -> dict[str, Covered]:
    """Add up a coverage report's files: one entry per package of `backend` and per other surface."""
    found: dict[str, list[Covered]] = {}
    for name, content in files.items():
        folder, _, rest = name.replace("\\", "/").partition("/")
        package = f"{folder}/{rest.partition('/')[0]}" if folder == "backend" and "/" in rest else folder
        summary = content["summary"]
        seen = summary["covered_lines"] + summary.get("covered_branches", 0)
        found.setdefault(package, []).append(Covered(seen, summary["num_statements"] + summary.get("num_branches", 0)))
    return {name: total(counts) for name, counts in found.items()}


def total(counts: Iterable[Covered]) -> Covered:
    """Add counts."""
    every = list(counts)
    return Covered(sum(count.covered for count in every), sum(count.all for count in every))
