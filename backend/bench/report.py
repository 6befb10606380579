"""What was measured, as a table for the terminal and for docs/performance.md."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from backend.bench.scratch import BenchFailed

BEGIN = "<!-- {name}: written by `machmit bench {name} --write` -->"
EXACT_BELOW = 20  # smaller figures are shown with a decimal
END = "<!-- end of {name} -->"


@dataclass(frozen=True, slots=True)
class Line:
    """One figure. `ratio` is to the reference of the same run, `bar` what it should at least be.

    `limit` says in words where the bar is no ratio.
    """

    what: str
    rates: tuple[float, ...]
    unit: str
    ratio: float | None = None
    bar: float | None = None
    note: str = ""
    limit: str = ""

    @property
    def rate(self) -> float:
        """The middle of the rounds."""
        return median(self.rates)


@dataclass(frozen=True, slots=True)
class Report:
    """One bench."""

    name: str
    lines: tuple[Line, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {"name": self.name, "lines": [asdict(line) | {"rate": line.rate} for line in self.lines]}

    def to_markdown(self, today: date) -> str:
        """Return a table with the machine it was measured on."""
        head = ["| figure | median | rounds | ratio | bar | |", "|---|---:|---|---:|---:|---|"]
        where = f"{today.isoformat()}, {os.cpu_count()} cores, Python {platform.python_version()}"
        return "\n".join([*head, *(_row(line) for line in self.lines), "", f"*Measured {where}.*"])


def ratio(rates: Sequence[float], reference: Sequence[float]) -> float:
    """Return the ratio of the middle rounds."""
    return median(rates) / median(reference)


def write(report: Report, path: Path, today: date) -> None:
    """Replace the bench's table in a document. Raises: BenchFailed when it has no place for it."""
    begin, end = BEGIN.format(name=report.name), END.format(name=report.name)
    text = path.read_text(encoding="utf-8")
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise BenchFailed(f"{path}: {begin} … {end}?")
    path.write_text(f"{before}{begin}\n{report.to_markdown(today)}\n{end}{after}", encoding="utf-8")


def _row(line: Line) -> str:
    rounds = " · ".join(_number(rate) for rate in line.rates)
    ratio_text = "" if line.ratio is None else f"**{line.ratio:.2f}**"
    bar = line.limit if line.bar is None else f"≥ {line.bar:.2f}"
    return f"| {line.what} | {_number(line.rate)} {line.unit} | {rounds} | {ratio_text} | {bar} | {line.note} |"


def _number(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= EXACT_BELOW else f"{rate:.1f}"
