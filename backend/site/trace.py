"""The page of one contribution: "So hat Ihr Beitrag gewirkt"."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.response import Redirect

from backend.accounts.queries import org_by_slug
from backend.decisions.queries.proofs import proofs_of
from backend.decisions.queries.trace import trace_of_contribution
from backend.kit.uow import UnitOfWork
from backend.web.access import PUBLIC
from backend.web.frame import org_view
from backend.web.rendering import links_of, page


@get("/{org:str}/b/{slug:str}/{ref:str}", opt={"access": PUBLIC}, include_in_schema=False)
async def trace_page(
    request: Request[Any, Any, Any], org: str, slug: str, ref: str, reader: UnitOfWork
) -> Response[Any]:
    """Show what one contribution led to, in standard German or (`?lang=ls`) in Leichte Sprache."""
    trace = await trace_of_contribution(reader.session, ref.upper())
    home = trace.consultation
    if (org, slug, ref) != (home.org_slug, home.slug, trace.contribution.ref):
        return Redirect(links_of(request)(f"/{home.org_slug}/b/{home.slug}/{trace.contribution.ref}"), status_code=301)
    steps = [step.proof for step in trace.steps]
    proofs = await proofs_of(reader.session, steps)
    return page(
        request,
        "site/trace/page.html",
        org=org_view(await org_by_slug(reader.session, org)),
        section="ergebnisse",
        trace=trace,
        proofs=proofs,
        entered=proofs.entered(steps),
        waiting=proofs.waiting(steps),
    )


routes = [trace_page]
