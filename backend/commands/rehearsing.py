"""Rehearse a whole evening against a running server."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import textwrap
from functools import partial
from pathlib import Path
from typing import TypedDict

import click
import uvloop
from rich.console import Console
from rich.table import Table
from typing_extensions import Unpack

from backend.kit.clock import SystemClock
from backend.rehearsal.chaos import Chaos
from backend.rehearsal.evening import Plan, Rehearsal
from backend.rehearsal.evening import rehearse as play
from backend.rehearsal.own_evening import InvalidEvening, read_evening
from backend.rehearsal.report import report_json
from backend.rehearsal.restart import restart_with
from backend.rehearsal.script import DEFAULT_CASE, load_script
from backend.rehearsal.staff import RehearsalError
from moderation.rehearsal.file import render_file

QUESTION_CHARS = 40
DEFAULT_URL = "http://127.0.0.1:8000"
PHONES_MAX = 5_000
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
SPARE_FILES = 200  # beside one for each phone: the kiosk, staff, the second tabs of a moment


class Options(TypedDict):
    """What was asked for on the command line."""

    url: str
    case_id: str
    phones: int | None
    script: Path | None
    no_paper: bool
    chaos: bool
    seed: int
    restart_command: str | None
    tokens: Path | None
    report: Path | None


@click.command()
@click.option("--url", default=DEFAULT_URL, show_default=True, help="The running server.")
@click.option("--case", "case_id", default=DEFAULT_CASE, show_default=True, help="Which evening to replay.")
@click.option("--script", type=FILE, help="Rehearse the evening written in this JSON file instead of a case.")
@click.option("--phones", type=click.IntRange(1, PHONES_MAX), help="Scale the crowd of phones to this number.")
@click.option("--no-paper", is_flag=True, help="Leave out printing, filling in and scanning sheets.")
@click.option("--chaos", is_flag=True, help="Cut connections, repeat requests, vote twice and late.")
@click.option("--seed", type=click.IntRange(0, 2**31), default=1, show_default=True, help="The same mishaps again.")
@click.option("--restart-command", help="Restarts the server while people vote, with --chaos.")
@click.option("--tokens", type=FILE, help="JSON with tokens: host, teller, second.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write the report as one HTML file.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def rehearse(*, as_json: bool, **options: Unpack[Options]) -> None:
    """Replay a case over the real interfaces and compare every number. Exit status 0 when all agree."""
    try:
        report = _play(options)
        if options["report"] is not None:
            options["report"].write_text(render_file(report_json(report), SystemClock()), encoding="utf-8")
    except (RehearsalError, InvalidEvening, LookupError, OSError) as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(report_json(report), ensure_ascii=False))
    else:
        _print(report)
    sys.exit(0 if report.ok else 1)


def _play(options: Options) -> Rehearsal:
    restart = options["restart_command"]
    plan = Plan(
        chaos=Chaos(options["seed"]) if options["chaos"] else None,
        restart=restart_with(restart, options["url"]) if restart and options["chaos"] else None,
        tell=partial(click.echo, err=True),
    )
    script = (
        read_evening(options["script"])
        if options["script"]
        else load_script(options["case_id"], phones=options["phones"], with_paper=not options["no_paper"])
    )
    allow_files(script.cards + SPARE_FILES)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(play(options["url"], script, plan, tokens=options["tokens"]))


def allow_files(wanted: int) -> None:
    """Let this process open a connection for each phone. Raises: RehearsalError when the machine forbids it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        if hard != resource.RLIM_INFINITY and hard < wanted:
            raise RehearsalError(f"Dieser Rechner erlaubt {hard} Verbindungen, die Probe braucht {wanted} (ulimit -n).")
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _print(report: Rehearsal) -> None:
    console = Console(width=120)
    table = Table(title=f"Probe / rehearsal: {report.case}")
    for heading in ("Frage / question", "Handy", "Kiosk", "Papier", "gültig", "ungültig", "Stand", "Vergleich"):
        table.add_column(heading)
    for each in report.outcomes:
        channels = [str(each.counted["by_channel"][name]["ballots"]) for name in ("phone", "kiosk", "paper")]
        verdict = "[green]stimmt[/green]" if not each.differences else "[red]" + "; ".join(each.differences) + "[/red]"
        counted = each.counted
        question = textwrap.shorten(each.question, QUESTION_CHARS, placeholder=" …")
        table.add_row(question, *channels, str(counted["valid"]), str(counted["invalid"]), counted["status"], verdict)
    console.print(table)
    console.print("Handys / phones:", report.figures.to_json())
    log = report.log
    if log is not None:
        console.print("Protokoll / log:", "[green]stimmt[/green]" if log.ok else "[red]Befunde[/red]")
        for finding in log.findings:
            console.print(" ", finding.line)
    console.print("[bold green]Bereit.[/bold green]" if report.ok else "[bold red]Noch nicht bereit.[/bold red]")
