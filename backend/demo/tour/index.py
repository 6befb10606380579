"""The tour's front page and its one-click sign-ins; bearer tokens for the rehearsal."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.response import Redirect
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from backend.accounts.actions import create_token, start_session
from backend.accounts.models import StaffUser
from backend.demo.people import DEMO_PASSWORD, STAFF
from backend.demo.tour.cards import current_poll, tonight, unused_cards
from backend.kit.db import JsonDict
from backend.kit.errors import NotFound
from backend.kit.uow import UnitOfWork
from backend.meetings.queries import get_meeting
from backend.runtime import Runtime
from backend.web.access import DEMO
from backend.web.forms import read_form
from backend.web.rendering import page, see_other
from backend.web.sign_in import session_cookie

AnyRequest = Request[Any, Any, Any]
FRESH_CARDS = 3
ROLES = {
    "leitung": ("hofmann", "/verwaltung/auenfurt/"),
    "regie": ("weber", "/verwaltung/auenfurt/regie/{meeting}"),
    "zaehltisch": ("yilmaz", "/verwaltung/auenfurt/tisch/{meeting}"),
    "moderation": ("lang", "/verwaltung/auenfurt/moderation"),
}


class RoleForm(BaseModel):
    """The role somebody wants to try."""

    model_config = ConfigDict(extra="forbid")

    rolle: Annotated[str, Field(max_length=20)]


@get("/demo", opt={"access": DEMO}, include_in_schema=False)
async def show_tour(request: AnyRequest, rt: Runtime, reader: UnitOfWork) -> Response[str]:
    """Show the ten-minute path."""
    meeting = await get_meeting(reader.session, tonight(rt).meeting_id)
    poll = await current_poll(rt)
    return page(
        request,
        "demo/index.html",
        meeting=meeting,
        cards=await unused_cards(rt, poll, FRESH_CARDS) if poll else [],
        guest=tonight(rt).guests[0],
        staff=STAFF,
        password=DEMO_PASSWORD,
    )


@post("/demo/rolle", opt={"access": DEMO}, status_code=200, include_in_schema=False)
async def take_role(request: AnyRequest, rt: Runtime, uow: UnitOfWork) -> Redirect:
    """Sign in as one of the demo's people and go to their place of work. Raises: NotFound."""
    form = await read_form(request, RoleForm)
    if form.value is None or form.value.rolle not in ROLES:
        raise NotFound
    name, path = ROLES[form.value.rolle]
    user_id = (await uow.session.scalars(select(StaffUser.id).where(StaffUser.name == name))).one()
    answer = see_other(request, path.format(meeting=tonight(rt).meeting_id))
    answer.cookies.append(session_cookie(rt.settings, await start_session(uow, user_id)))
    return answer


@post("/demo/tokens", opt={"access": DEMO}, status_code=201, include_in_schema=False)
async def hand_out_tokens(uow: UnitOfWork) -> JsonDict:
    """Give a rehearsal one bearer token per member of staff; the demo has no secrets."""
    return {name: await create_token(uow, user_name=name) for name, _, _ in STAFF}


routes = [show_tour, take_role, hand_out_tokens]
