"""Print what the installation holds as PDF files."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from backend.accounts.queries import org_by_id
from backend.commands.session import runtime
from backend.meetings.queries import get_meeting
from backend.minutes.documents import print_version
from backend.minutes.queries import public_version, versions_of
from backend.runtime import Runtime
from backend.web.crests import crest_of


@click.group("print")
def print_() -> None:
    """Print minutes as a PDF."""


@print_.command()
@click.option("--meeting", "meeting_id", required=True, help="The meeting's id.")
@click.option("--draft", is_flag=True, help="The newest version, public or not.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File to write.")
def minutes(meeting_id: str, draft: bool, output: Path) -> None:  # noqa: FBT001 - click passes options by name
    """Print the minutes of a meeting; without --draft the newest public version."""

    async def printed() -> bytes:
        async with runtime() as rt:
            return await minutes_pdf(rt, meeting_id, draft=draft)

    output.write_bytes(asyncio.run(printed()))
    click.echo(f"{output}")


async def minutes_pdf(rt: Runtime, meeting_id: str, *, draft: bool = False) -> bytes:
    """Return the printed minutes of a meeting. Raises: NotFound, NoPrinting."""
    async with rt.work.read() as reader:
        meeting = await get_meeting(reader.session, meeting_id)
        owner = await org_by_id(reader.session, meeting.org_id)
        versions = await versions_of(reader.session, meeting_id) if draft else []
        version = versions[-1] if versions else await public_version(reader.session, meeting_id)
    title = meeting.title.get("de", "")
    return await print_version(version, title=title, org_name=owner.name, crest=crest_of(owner))
