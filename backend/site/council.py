"""The council's page: what comes up, what is due, what was decided and how people were answered."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from backend.accounts.queries import org_by_slug
from backend.consultations.rules import local_day
from backend.decisions.queries.clock import answer_clocks
from backend.decisions.queries.council import coming_deliberations, plain_language_debt, public_steps
from backend.decisions.queries.outcomes import outcomes_of
from backend.decisions.queries.tasks import council_deadlines
from backend.decisions.rules import deadline
from backend.kit.uow import UnitOfWork
from backend.web.access import PUBLIC
from backend.web.frame import org_view
from backend.web.rendering import page


@get("/{org:str}/rat", opt={"access": PUBLIC}, include_in_schema=False)
async def council_page(request: Request[Any, Any, Any], org: str, reader: UnitOfWork) -> Response[Any]:
    """Show the council's view of participation; everything on it is public."""
    owner = await org_by_slug(reader.session, org)
    session, today = reader.session, local_day(reader.now)
    deadlines = await council_deadlines(session, owner.id)
    return page(
        request,
        "site/council/page.html",
        org=org_view(owner),
        section="ergebnisse",
        deadlines=[(each, deadline(each.due, today, each.decided_on)) for each in deadlines],
        coming=await coming_deliberations(session, owner.id),
        outcomes=[outcome for outcome in await outcomes_of(session, owner.id) if outcome.decisions],
        steps=await public_steps(session, owner.id),
        debt=await plain_language_debt(session, owner.id, today),
        clocks=await answer_clocks(session, owner.id, today),
        today=today,
    )


routes = [council_page]
