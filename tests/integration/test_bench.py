"""The benches run as documented and say what they measured; how fast is not a test's business."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from backend.bench.report import Line, Report, write
from backend.bench.scratch import BenchFailed
from backend.commands.benching import bench
from tests.postgres import PostgresServer, postgres_binaries
from tests.services import missing

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]  # starts servers and crowds of its own


def measured(*arguments: str) -> dict[str, Any]:
    done = CliRunner().invoke(bench, [*arguments, "--rounds", "1", "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    report: dict[str, Any] = json.loads(done.output)
    assert all(line["rate"] > 0 for line in report["lines"])
    return report


@pytest.mark.postgres
def test_votes_are_measured_beside_pgbench(postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    if not (postgres_binaries() / "pgbench").exists():
        missing("pgbench", "apt-get install postgresql-contrib")
    monkeypatch.setenv("PATH", str(postgres_binaries()), prepend=":")
    report = measured("votes", "--phones", "40", "--rounds", "2", "--postgres", postgres_server.url())
    assert [line["ratio"] is None for line in report["lines"]] == [True, False, False, False]


def test_fanout_is_measured_beside_websockets_broadcast() -> None:
    report = measured("fanout", "--clients", "20")
    assert [line["ratio"] is None for line in report["lines"]] == [True, False]


def test_log_is_measured_beside_a_bare_group_commit() -> None:
    report = measured("log", "--entries", "1000")
    assert [line["ratio"] is None for line in report["lines"]] == [True, False]


def test_write_replaces_only_its_own_table(tmp_path: Path) -> None:
    document = tmp_path / "performance.md"
    document.write_text(
        "before\n<!-- log: written by `machmit bench log --write` -->\nold\n<!-- end of log -->\nafter\n",
        encoding="utf-8",
    )
    report = Report("log", (Line("a log", (10.0, 30.0, 20.0), "appends/s", 0.5, 0.25),))
    write(report, document, date(2026, 11, 28))
    text = document.read_text(encoding="utf-8")
    assert "old" not in text
    assert "| a log | 20 appends/s | 10.0 · 30 · 20 | **0.50** | ≥ 0.25 |" in text
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")


def test_write_into_a_document_without_a_place_is_refused(tmp_path: Path) -> None:
    document = tmp_path / "performance.md"
    document.write_text("nothing", encoding="utf-8")
    with pytest.raises(BenchFailed):
        write(Report("log", ()), document, date(2026, 11, 28))
