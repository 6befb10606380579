"""The closing line counts what every runner reported, and a runner that broke down counts as a failure."""

from pathlib import Path

import pytest

from launcher import tally
from launcher.tally import Tally

REPORT = '<testsuites><testsuite tests="10" failures="2" errors="1" skipped="3"/></testsuites>'


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.xml"
    path.write_text(REPORT, encoding="utf-8")
    return path


def test_line_of_a_total_is_the_one_other_programs_read() -> None:
    every = tally.total([Tally(2, 0, 1), Tally(3, 1, 0), tally.of_status(0), tally.of_status(2)])
    assert every.line == "6 passed, 2 failed, 1 skipped"


def test_junit_report_counts_errors_as_failures(report: Path) -> None:
    assert tally.of_junit(report, 1) == Tally(4, 3, 3)


def test_junit_without_a_report_is_one_failure(tmp_path: Path) -> None:
    assert tally.of_junit(tmp_path / "absent.xml", 2) == Tally(failed=1)


@pytest.mark.parametrize(("status", "failed"), [(0, 0), (5, 0), (2, 1), (-9, 1)])
def test_junit_report_without_failures_obeys_the_exit_status(tmp_path: Path, status: int, failed: int) -> None:
    path = tmp_path / "report.xml"
    path.write_text('<testsuites><testsuite tests="1" failures="0" errors="0" skipped="0"/></testsuites>')
    assert tally.of_junit(path, status).failed == failed


def test_node_output_is_counted_from_its_summary() -> None:
    assert tally.of_node("ok 1\n# pass 4\n# fail 1\n# cancelled 1\n# skipped 2\n", 1) == Tally(4, 2, 2)


def test_node_crash_without_a_summary_is_one_failure() -> None:
    assert tally.of_node("SyntaxError", 1) == Tally(failed=1)
