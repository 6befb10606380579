"""How many checks and tests passed, failed and were skipped, read from what each runner reports."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

_NODE_LINE = re.compile(r"^# (pass|fail|skipped|cancelled) (\d+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one step or of several."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    @property
    def line(self) -> str:
        """The closing line that other programs read."""
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def total(tallies: Iterable[Tally]) -> Tally:
    """Add the counts of several steps."""
    every = list(tallies)
    return Tally(
        sum(tally.passed for tally in every),
        sum(tally.failed for tally in every),
        sum(tally.skipped for tally in every),
    )


def of_status(status: int) -> Tally:
    """Count a check that only has an exit status as one."""
    return Tally(failed=1) if status else Tally(passed=1)


def of_junit(report: Path, status: int) -> Tally:
    """Count a pytest run; one that broke down without a failed test counts as one failure.

    pytest ends with 1 for failed tests and with 5 when it found none; everything else is a breakdown.
    """
    try:
        suites = ET.parse(report).getroot().iter("testsuite")  # noqa: S314  written by our own pytest a moment ago
        tally = total(_of_suite(suite) for suite in suites)
    except (OSError, ET.ParseError):
        tally = Tally()
    if status not in {0, 5} and not tally.failed:
        return Tally(tally.passed, 1, tally.skipped)
    return tally


def of_node(output: str, status: int) -> Tally:
    """Count a run of Node's test runner from its TAP output."""
    counts = {name: int(number) for name, number in _NODE_LINE.findall(output)}
    failed = counts.get("fail", 0) + counts.get("cancelled", 0)
    return Tally(counts.get("pass", 0), failed or int(status != 0), counts.get("skipped", 0))


def _of_suite(suite: ET.Element) -> Tally:
    failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
    skipped = int(suite.get("skipped", 0))
    return Tally(int(suite.get("tests", 0)) - failed - skipped, failed, skipped)
