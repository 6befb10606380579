"""The minutes' page, and the draft as a PDF to sign on paper."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from backend.accounts.types import Principal, Right
from backend.kit.errors import NotFound
from backend.kit.uow import UnitOfWork
from backend.minutes.documents import print_version
from backend.minutes.types import SignerRole
from backend.runtime import Runtime
from backend.web.access import access
from backend.web.crests import crest_of
from backend.web.forms import FormState
from backend.web.rendering import page
from backend.web.security import PERSONAL
from moderation.minutes.desk import MinutesDesk, desk_of
from moderation.office import office_of

AnyRequest = Request[Any, Any, Any]
BASE = "/verwaltung/{org:str}/abende/{meeting_id:str}/niederschrift"
SECTION = "/abende"
OPT = {"access": access(Right.WRITE_MINUTES), "policy": PERSONAL}


@get(BASE, opt=OPT, include_in_schema=False)
async def show_minutes(
    request: AnyRequest, org: str, meeting_id: str, rt: Runtime, reader: UnitOfWork, principal: Principal
) -> Response[Any]:
    """Show the minutes of a meeting: figures, places to write, signatures, versions."""
    desk = await desk_of(rt, reader, principal, org=org, meeting_id=meeting_id)
    return await render(request, reader, principal, desk)


@get(f"{BASE}/entwurf.pdf", opt=OPT, include_in_schema=False)
async def download_draft(
    org: str, meeting_id: str, rt: Runtime, reader: UnitOfWork, principal: Principal
) -> Response[bytes]:
    """Return the newest version as a PDF, with a line for each signature still missing. Raises: NotFound."""
    desk = await desk_of(rt, reader, principal, org=org, meeting_id=meeting_id)
    if desk.latest is None:
        raise NotFound("Es gibt noch keine Fassung. Speichern Sie zuerst.")
    headers = {"Content-Disposition": f'inline; filename="niederschrift-fassung-{desk.latest.number}.pdf"'}
    return Response(await pdf_of(desk), media_type="application/pdf", headers=headers)


async def pdf_of(desk: MinutesDesk) -> bytes:
    """Return the newest version as it is printed. Raises: NotFound, NoPrinting."""
    if desk.latest is None:
        raise NotFound
    title = desk.meeting.title.get("de", "")
    return await print_version(desk.latest, title=title, org_name=desk.owner.name, crest=crest_of(desk.owner))


async def render(
    request: AnyRequest,
    reader: UnitOfWork,
    principal: Principal,
    desk: MinutesDesk,
    *,
    form: FormState | None = None,
    sign_form: FormState | None = None,
) -> Response[Any]:
    """Render the page, perhaps with a refused form."""
    office = await office_of(request, reader, principal, org=desk.owner.slug, section=SECTION)
    refused = form or sign_form
    return page(
        request,
        "staff/minutes/page.html",
        status_code=422 if refused else 200,
        desk=desk,
        roles=list(SignerRole),
        form=form,
        sign_form=sign_form,
        **office.context(),
    )


routes = [show_minutes, download_draft]
