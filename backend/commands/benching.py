"""Measure this machine: votes, fan-out and log, each beside a reference in the same run."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import uvloop
from rich.console import Console
from rich.table import Table

from backend.bench.appends import measure_log
from backend.bench.evening import Way, measure_hall
from backend.bench.fanout import measure_fanout
from backend.bench.report import Report, write
from backend.bench.scratch import BenchFailed
from backend.bench.votes import Plan, measure_votes

DOCUMENT = click.Path(exists=True, dir_okay=False, path_type=Path)
_postgres = click.option(
    "--postgres",
    envvar="MACHMIT_BENCH_POSTGRES",
    help="A PostgreSQL server on which a scratch database may be made: postgresql://…",
)
_rounds = click.option("--rounds", type=click.IntRange(1, 50), default=5, show_default=True)
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
_write = click.option("--write", "document", type=DOCUMENT, help="Replace the table in this document.")


@click.group()
def bench() -> None:
    """Measure this machine in ratios to references of the same run. Uses scratch databases only."""


@bench.command()
@click.option("--phones", type=click.IntRange(10, 8_000), default=2_000, show_default=True)
@_postgres
@click.option("--redis", envvar="MACHMIT_BENCH_REDIS", help="A Redis server, to measure two processes as well.")
@_rounds
@_json
@_write
def votes(
    phones: int,
    postgres: str | None,
    redis: str | None,
    rounds: int,
    as_json: bool,  # noqa: FBT001 - click passes options by name
    document: Path | None,
) -> None:
    """Cast votes over WebSockets and HTTP, beside pgbench of the same rows."""
    if postgres is None:
        raise click.UsageError("--postgres fehlt. / --postgres is missing.")
    _tell(measure_votes(postgres, Plan(phones, rounds, redis)), as_json=as_json, document=document)


@bench.command()
@click.option("--clients", type=click.IntRange(10, 8_000), default=1_000, show_default=True)
@_rounds
@_json
@_write
def fanout(clients: int, rounds: int, as_json: bool, document: Path | None) -> None:  # noqa: FBT001 - click passes options by name
    """Send a message to many sockets, beside `websockets.broadcast`."""
    _tell(measure_fanout(clients, rounds), as_json=as_json, document=document)


@bench.command()
@click.option("--phones", type=click.IntRange(1_000, 8_000), default=5_000, show_default=True)
@_postgres
@click.option("--redis", envvar="MACHMIT_BENCH_REDIS", help="A Redis server, to measure two processes as well.")
@_json
@_write
def hall(phones: int, postgres: str | None, redis: str | None, as_json: bool, document: Path | None) -> None:  # noqa: FBT001 - click passes options by name
    """Play an evening in a full hall: joins, a poll, a broken network, a restart, slow phones."""
    ways = [Way("SQLite")]
    if postgres is not None:
        ways.insert(0, Way("PostgreSQL", postgres))
        if redis is not None:
            ways.append(Way("two processes", postgres, redis, processes=2))
    _tell(measure_hall(ways, phones), as_json=as_json, document=document)


@bench.command()
@click.option("--entries", type=click.IntRange(1_000, 1_000_000), default=20_000, show_default=True)
@_postgres
@_rounds
@_json
@_write
def log(entries: int, postgres: str | None, rounds: int, as_json: bool, document: Path | None) -> None:  # noqa: FBT001 - click passes options by name
    """Append to the log up to the signed checkpoint, beside a bare group commit."""
    _tell(measure_log(postgres, entries, rounds), as_json=as_json, document=document)


def _tell(work: Coroutine[Any, Any, Report], *, as_json: bool, document: Path | None) -> None:
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            report = runner.run(work)
        if document is not None:
            write(report, document, datetime.now(UTC).date())
    except BenchFailed as failed:
        raise click.ClickException(str(failed)) from failed
    if as_json:
        click.echo(json.dumps(report.to_json(), ensure_ascii=False))
        return
    table = Table(title=f"machmit bench {report.name}")
    for heading in ("", "median", "ratio", "bar", ""):
        table.add_column(heading)
    for line in report.lines:
        ratio = "" if line.ratio is None else f"{line.ratio:.2f}"
        bar = "" if line.bar is None else f"≥ {line.bar:.2f}"
        table.add_row(line.what, f"{line.rate:,.0f} {line.unit}", ratio, bar, line.note)
    Console(width=120).print(table)
