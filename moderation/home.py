"""The office's first page: tonight's meeting, what waits for the signed-in person, deadlines, the answer clock."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from backend.accounts.queries import organisations
from backend.accounts.types import Principal, Right
from backend.accounts.words import ROLE_NAMES
from backend.consultations.rules import local_day
from backend.decisions.queries.clock import answer_clocks
from backend.decisions.queries.tasks import council_deadlines, tasks_of
from backend.decisions.rules import deadline
from backend.kit.uow import UnitOfWork
from backend.minutes.queries import missing_minutes
from backend.web.access import SIGNED_IN, access
from backend.web.rendering import page
from backend.web.security import PERSONAL
from moderation.home_view import next_evening, reviews_of
from moderation.office import office_of

AnyRequest = Request[Any, Any, Any]
STAGE_PAGES = (
    "/verwaltung/{org:str}/regie/{meeting_id:str}",
    "/verwaltung/{org:str}/versammlungen/{meeting_id:str}/regie",
    "/verwaltung/{org:str}/buehne/{meeting_id:str}",
)
DESK_PAGES = ("/verwaltung/{org:str}/tisch/{meeting_id:str}",)
DESK_RIGHTS = (Right.ISSUE_CARDS, Right.COUNT_PAPER)


@get("/verwaltung", opt={"access": SIGNED_IN, "policy": PERSONAL}, include_in_schema=False)
async def list_offices(request: AnyRequest, reader: UnitOfWork, principal: Principal) -> Response[Any]:
    """List the organisations a person works for."""
    mine = set(principal.org_ids)
    offices = [
        (each, [ROLE_NAMES[role] for role in principal.roles_in(each.id)])
        for each in await organisations(reader.session)
        if each.id in mine
    ]
    return page(request, "staff/home/offices.html", offices=offices)


@get("/verwaltung/{org:str}", opt={"access": access(Right.SEE_OFFICE), "policy": PERSONAL}, include_in_schema=False)
async def show_home(request: AnyRequest, org: str, reader: UnitOfWork, principal: Principal) -> Response[Any]:
    """Show the day's work in one organisation."""
    office = await office_of(request, reader, principal, org=org, section="")
    owner, today = office.owner, local_day(reader.now)
    evening = await next_evening(reader.session, owner.id, reader.now)
    meeting_id = evening.meeting.id if evening else ""
    may_run = principal.may(Right.RUN_MEETING, owner.id)
    may_help = any(principal.may(right, owner.id) for right in DESK_RIGHTS)
    may_write = principal.may(Right.WRITE_MINUTES, owner.id)
    weighs = principal.may(Right.WEIGH, owner.id)
    tasks = await tasks_of(reader.session, owner.id, user_id=principal.user_id, today=today) if weighs else []
    return page(
        request,
        "staff/home/home.html",
        status_code=200,
        evening=evening,
        stage=_link(request, STAGE_PAGES, org, meeting_id) if may_run else None,
        desk=_link(request, DESK_PAGES, org, meeting_id) if may_help else None,
        reviews=await reviews_of(reader, principal, owner.id),
        minutes=await missing_minutes(reader.session, owner.id) if may_write else [],
        tasks=[(task, deadline(task.due, today) if task.due else None) for task in tasks],
        deadlines=[
            (each, deadline(each.due, today, each.decided_on))
            for each in await council_deadlines(reader.session, owner.id)
        ],
        clocks=await answer_clocks(reader.session, owner.id, today),
        today=today,
        **office.context(),
    )


def _link(request: AnyRequest, candidates: tuple[str, ...], org: str, meeting_id: str) -> str | None:
    """Return the address of the first of these pages that this installation has."""
    known = {route.path for route in request.app.routes}
    found = next((path for path in candidates if path in known), None)
    return found.replace("{org:str}", org).replace("{meeting_id:str}", meeting_id) if found and meeting_id else None


routes = [list_offices, show_home]
