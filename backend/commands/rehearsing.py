"""Rehearse a whole evening against a running server."""

from __future__ import annotations

import asyncio
import json
import sys
import textwrap
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from backend.rehearsal.evening import Rehearsal
from backend.rehearsal.evening import rehearse as play
from backend.rehearsal.script import DEFAULT_CASE, load_script
from backend.rehearsal.staff import RehearsalError

QUESTION_CHARS = 40
DEFAULT_URL = "http://127.0.0.1:8000"


@click.command()
@click.option("--url", default=DEFAULT_URL, show_default=True, help="The running server.")
@click.option("--case", "case_id", default=DEFAULT_CASE, show_default=True, help="Which evening to replay.")
@click.option("--phones", type=click.IntRange(1, 20_000), help="Scale the crowd of phones to this number.")
@click.option("--chaos", is_flag=True, help="Cut connections and repeat requests.")
@click.option("--tokens", type=click.Path(exists=True, path_type=Path), help="JSON with tokens: host, teller, second.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def rehearse(url: str, case_id: str, phones: int | None, chaos: bool, tokens: Path | None, as_json: bool) -> None:  # noqa: FBT001 - click passes options by name
    """Replay a case over the real interfaces and compare every number. Exit status 0 when all agree."""
    try:
        script = load_script(case_id, phones=phones)
        report = asyncio.run(play(url, script, tokens=tokens, chaos=chaos))
    except (RehearsalError, LookupError, OSError) as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(_as_json(report), ensure_ascii=False))
    else:
        _print(report)
    sys.exit(0 if report.ok else 1)


def _as_json(report: Rehearsal) -> dict[str, object]:
    return {
        "ok": report.ok,
        "case": report.case,
        "polls": [
            {
                "question": each.question,
                "expected": each.expected,
                "counted": {key: each.counted[key] for key in ("totals", "valid", "invalid", "blank", "status")},
                "differences": each.differences,
                "reviewed": each.reviewed,
            }
            for each in report.outcomes
        ],
        "phones": report.phones,
        "log": report.log.to_json() if report.log else None,
    }


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
    console.print("Handys / phones:", report.phones)
    log = report.log
    if log is not None:
        console.print("Protokoll / log:", "[green]stimmt[/green]" if log.ok else "[red]Befunde[/red]")
        for finding in log.findings:
            console.print(" ", finding.line)
    console.print("[bold green]Bereit.[/bold green]" if report.ok else "[bold red]Noch nicht bereit.[/bold red]")
