"""The office's search: a number leads straight to the contribution, words to what fits."""

from __future__ import annotations

from litestar import Response, get
from litestar.response import Redirect

from backend.accounts.types import Principal, Right
from backend.consultations import limits
from backend.consultations.queries.search import search_office
from backend.kit.uow import UnitOfWork
from backend.web.access import access
from backend.web.rendering import page, see_other
from backend.web.security import PERSONAL
from moderation.office import AnyRequest, office_of


@get(
    "/verwaltung/{org:str}/suche",
    opt={"access": access(Right.SEE_OFFICE), "policy": PERSONAL},
    include_in_schema=False,
)
async def search(request: AnyRequest, org: str, reader: UnitOfWork, principal: Principal) -> Response[str] | Redirect:
    """Show what fits; one contribution found by its number opens at once."""
    words = request.query_params.get("q", "")[: limits.SEARCH_CHARS]
    office = await office_of(request, reader, principal, org=org, section="/suche")
    found = await search_office(reader.session, office.owner.id, office.owner.slug, words)
    may_moderate = principal.may(Right.MODERATE, office.owner.id)
    only = found.contributions[0] if len(found.contributions) == 1 else None
    if only and only.ref == words.strip().upper() and (may_moderate or only.text):
        queue = f"/verwaltung/{office.owner.slug}/moderation?beitrag={only.ref}"
        return see_other(request, queue if may_moderate else only.path)
    context = office.context() | {
        "words": words,
        "found": found,
        "may_moderate": may_moderate,
        "may_edit": principal.may(Right.EDIT_PROCEDURE, office.owner.id),
    }
    return page(request, "staff/queue/search.html", status_code=200, **context)


routes = [search]
