"""Published minutes for everybody: as a page, as the PDF that was signed, as the canonical content behind the hash."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from backend.accounts.queries import org_by_slug
from backend.kit.uow import UnitOfWork
from backend.meetings.queries import Meeting, meeting_by_slug
from backend.minutes.actions import log_key
from backend.minutes.closing_log import read_aloud_of
from backend.minutes.documents import published_pdf
from backend.minutes.queries import Version, public_version, public_versions
from backend.minutes.rules import content_of
from backend.runtime import Runtime
from backend.transparency.queries import position_of
from backend.transparency.types import LogType
from backend.web.access import PUBLIC
from backend.web.frame import org_view
from backend.web.rendering import page
from backend.web.security import OPEN
from printables import qr

AnyRequest = Request[Any, Any, Any]
BASE = "/{org:str}/t/{slug:str}/niederschrift"
ONE = f"{BASE}/{{number:int}}"
FILE = {"access": PUBLIC, "policy": OPEN}


@get(BASE, opt={"access": PUBLIC}, include_in_schema=False)
async def show_newest(request: AnyRequest, org: str, slug: str, reader: UnitOfWork) -> Response[str]:
    """Show the newest public minutes of a meeting. Raises: NotFound."""
    return await _page(request, reader, org=org, slug=slug)


@get(ONE, opt={"access": PUBLIC}, include_in_schema=False)
async def show_version(request: AnyRequest, org: str, slug: str, number: int, reader: UnitOfWork) -> Response[str]:
    """Show one public version; its address never changes. Raises: NotFound."""
    return await _page(request, reader, org=org, slug=slug, number=number)


@get(f"{ONE}/niederschrift.pdf", opt=FILE, include_in_schema=False)
async def download_pdf(org: str, slug: str, number: int, rt: Runtime, reader: UnitOfWork) -> Response[bytes]:
    """Return the PDF whose hash is in the log. Raises: NotFound, DamagedMinutes."""
    meeting, version = await _version(reader, org=org, slug=slug, number=number)
    headers = {"Content-Disposition": f'inline; filename="niederschrift-{meeting.slug}-fassung-{number}.pdf"'}
    return Response(await published_pdf(rt.storage, version), media_type="application/pdf", headers=headers)


@get(f"{ONE}/inhalt.json", opt=FILE, include_in_schema=False)
async def download_content(org: str, slug: str, number: int, reader: UnitOfWork) -> Response[bytes]:
    """Return the canonical content whose hash two people signed. Raises: NotFound."""
    meeting, version = await _version(reader, org=org, slug=slug, number=number)
    content = content_of(meeting.id, version.number, meeting.title.get("de", ""), version.sections)
    return Response(content, media_type="application/json")


@get(f"{ONE}/pruefsumme.svg", opt=FILE, include_in_schema=False)
async def show_code(org: str, slug: str, number: int, reader: UnitOfWork) -> Response[bytes]:
    """Return the log's signed note as a code to scan. Raises: NotFound."""
    _, version = await _version(reader, org=org, slug=slug, number=number)
    return Response(qr.svg(version.checkpoint or "").encode(), media_type="image/svg+xml")


async def _page(
    request: AnyRequest, reader: UnitOfWork, *, org: str, slug: str, number: int | None = None
) -> Response[str]:
    owner = await org_by_slug(reader.session, org)
    meeting, version = await _version(reader, org=org, slug=slug, number=number)
    position = await position_of(reader.session, LogType.MINUTES_PUBLISHED, log_key(meeting.id, version.number))
    return page(
        request,
        "site/minutes/page.html",
        org=org_view(owner),
        section="termine",
        meeting=meeting,
        version=version,
        versions=await public_versions(reader.session, meeting.id),
        position=position,
        read_aloud=read_aloud_of(version.checkpoint) if version.checkpoint else "",
        base=f"/{owner.slug}/t/{meeting.slug}",
    )


async def _version(reader: UnitOfWork, *, org: str, slug: str, number: int | None) -> tuple[Meeting, Version]:
    owner = await org_by_slug(reader.session, org)
    meeting = await meeting_by_slug(reader.session, owner.id, slug)
    return meeting, await public_version(reader.session, meeting.id, number)


routes = [show_newest, show_version, download_pdf, download_content, show_code]
