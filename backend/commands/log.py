"""Check a log, or copy it so that others can."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import click
from sqlalchemy import select

from backend.ballots.results import published_openings
from backend.commands.session import runtime
from backend.kit.errors import NotFound
from backend.polls.models import PollRow
from backend.polls.queries import get_poll
from backend.polls.types import PollState
from backend.runtime import Runtime
from backend.transparency.export import export
from backend.transparency.verifier import Report, verify_directory, verify_url


@click.command()
@click.argument("source")
@click.option("--policy", type=click.Path(exists=True, path_type=Path), help="Trust file with the keys to believe.")
@click.option("--since", type=click.Path(exists=True, path_type=Path), help="An older checkpoint the log must extend.")
@click.option("--receipt", help="A Prüfnummer to look up.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(source: str, policy: Path | None, since: Path | None, receipt: str | None, as_json: bool) -> None:  # noqa: FBT001 - click passes it
    """Check a server's address or a copied directory. Exit status 0 when nothing was found, else 1."""
    trust = policy.read_text(encoding="utf-8") if policy else None
    older = since.read_bytes() if since else None
    if source.startswith(("http://", "https://")):
        report = verify_url(source, policy=trust, since=older, receipt=receipt)
    else:
        report = verify_directory(Path(source), policy=trust, since=older, receipt=receipt)
    click.echo(json.dumps(report.to_json(), ensure_ascii=False) if as_json else _in_words(report))
    sys.exit(report.exit_status)


@click.group()
def log() -> None:
    """Copy the public log."""


@log.command("export")
@click.argument("directory", type=click.Path(path_type=Path))
def export_log(directory: Path) -> None:
    """Copy the published log, its openings and keys into a directory."""

    async def copy() -> None:
        async with runtime() as rt:
            await export_to(rt, directory)

    asyncio.run(copy())
    click.echo(f"{directory}")


async def export_to(rt: Runtime, directory: Path) -> None:
    """Write what anybody needs to check the log without the server."""
    async with rt.work.read() as uow:
        published = select(PollRow.id).where(PollRow.state == PollState.PUBLISHED)
        ballots: dict[str, bytes] = {}
        for poll_id in await uow.session.scalars(published):
            try:
                ballots[poll_id] = await published_openings(uow.session, await get_poll(uow.session, poll_id))
            except NotFound:
                continue  # withheld: so few ballots would tell who voted how
        await export(uow.session, rt.storage, directory, signer=rt.log.signer, ballots=ballots)


def _in_words(report: Report) -> str:
    lines = [finding.line for finding in report.findings]
    lines += [f"Hinweis: {notice}" for notice in report.notices]
    lines += [f"{log.origin}: {log.size} Einträge" for log in report.logs]
    lines.append("Alles stimmt. / Everything agrees." if report.ok else f"{len(report.findings)} Befunde / findings")
    return "\n".join(lines)
