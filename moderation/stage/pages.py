"""The stage console's page, and the way to its projector."""

from __future__ import annotations

from litestar import Response, get
from litestar.response import Redirect

from backend.accounts.types import Principal, Right
from backend.kit.uow import UnitOfWork
from backend.meetings.live_tokens import issue_live_token, projector_address
from backend.meetings.queries import get_meeting
from backend.runtime import Runtime
from backend.web.access import access
from backend.web.frame import org_view
from backend.web.rendering import page
from backend.web.security import FRAMED_HERE
from moderation.stage.carry_out import AnyRequest
from moderation.stage.health import health_of
from moderation.stage.view import stage_of

BASE = "/verwaltung/{org:str}/regie/{meeting_id:str}"
HOST = access(Right.RUN_MEETING)
CAPTIONER = "captioner"
KEY_BYTES = 16


@get(BASE, opt={"access": HOST, "policy": FRAMED_HERE}, include_in_schema=False)
async def show_stage(
    request: AnyRequest, org: str, meeting_id: str, rt: Runtime, reader: UnitOfWork, principal: Principal
) -> Response[str]:
    """Show the console."""
    wanted = request.query_params.get("frage", "")
    stage = await stage_of(reader, principal, org=org, meeting_id=meeting_id, wanted=wanted)
    token = issue_live_token(
        rt.keyring.session, role="moderator", meeting_id=meeting_id, subject=principal.user_id, now=reader.now
    )
    captioner = issue_live_token(
        rt.keyring.session, role=CAPTIONER, meeting_id=meeting_id, subject=principal.user_id, now=reader.now
    )
    rooms = request.app.state.get("rooms")
    connected = rooms.sizes().get(meeting_id, 0) if rooms else 0
    return page(
        request,
        "staff/stage/page.html",
        org=org_view(stage.owner),
        stage=stage,
        token=token,
        captioner_link=f"{rt.settings.public_url.rstrip('/')}/mitschrift/{captioner}",
        stream_hosts=sorted(rt.settings.allowed_stream_hosts),
        key=rt.entropy.bytes(KEY_BYTES).hex(),
        health=await health_of(rt, reader, stage.owner.id, connected=connected),
    )


@get(f"{BASE}/beamer", opt={"access": HOST, "policy": FRAMED_HERE}, include_in_schema=False)
async def open_projector(meeting_id: str, rt: Runtime, reader: UnitOfWork) -> Redirect:
    """Lead to the projector of this meeting; its address needs no sign-in and ends with the evening."""
    meeting = await get_meeting(reader.session, meeting_id)
    series = meeting.projector_series
    address = projector_address(rt.keyring.session, meeting_id=meeting.id, series=series, now=reader.now)
    return Redirect(address, status_code=303)


routes = [show_stage, open_projector]
