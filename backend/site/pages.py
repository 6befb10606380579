"""Pages that explain: how voting works, accessibility, privacy, imprint, open data, places without internet."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from backend.accounts.queries import org_by_slug, organisations, places_of
from backend.kit.uow import UnitOfWork
from backend.runtime import Runtime
from backend.site.accessibility import answer_by, read_statement
from backend.site.responsible import responsible_for
from backend.web.access import PUBLIC
from backend.web.frame import org_view
from backend.web.rendering import page, translator_of

AnyRequest = Request[Any, Any, Any]


@get("/so-funktioniert-die-abstimmung", opt={"access": PUBLIC}, include_in_schema=False, sync_to_thread=False)
def voting_explained(request: AnyRequest, rt: Runtime) -> Response[str]:
    """Say what each grade guarantees and what not."""
    return page(request, "site/pages/voting.html", n_min=rt.settings.n_min)


@get("/barrierefreiheit", opt={"access": PUBLIC}, include_in_schema=False)
async def accessibility(request: AnyRequest, reader: UnitOfWork) -> Response[str]:
    """Show the accessibility statement and how to tell us of a barrier."""
    operator, _ = responsible_for(await organisations(reader.session))
    return page(
        request,
        "site/pages/accessibility.html",
        operator=operator,
        statement=read_statement(),
        answer_by=answer_by(reader.now),
    )


@get("/datenschutz", opt={"access": PUBLIC}, include_in_schema=False)
async def privacy(request: AnyRequest, reader: UnitOfWork) -> Response[str]:
    """Say what is stored of whom, why and how long."""
    operator, _ = responsible_for(await organisations(reader.session))
    return page(request, "site/pages/privacy.html", operator=operator)


@get("/impressum", opt={"access": PUBLIC}, include_in_schema=False)
async def imprint(request: AnyRequest, reader: UnitOfWork) -> Response[str]:
    """Name who answers for these pages."""
    operator, members = responsible_for(await organisations(reader.session))
    return page(request, "site/pages/imprint.html", operator=operator, members=members)


@get("/offene-daten", opt={"access": PUBLIC}, include_in_schema=False, sync_to_thread=False)
def open_data(request: AnyRequest) -> Response[str]:
    """List the data sets and interfaces."""
    return page(request, "site/pages/open_data.html")


@get(["/orte", "/hilfe"], opt={"access": PUBLIC}, include_in_schema=False)
async def places(request: AnyRequest, reader: UnitOfWork) -> Response[str]:
    """List places without internet and who helps there, town by town."""
    towns = [(org.name, await places_of(reader.session, org.id)) for org in await organisations(reader.session)]
    _ = translator_of(request).gettext
    title = _("Hilfe beim Mitmachen") if request.url.path == "/hilfe" else _("Postkarten und Kioske: wo?")
    return page(request, "site/pages/places.html", title=title, towns=[town for town in towns if town[1]])


@get("/{org:str}/orte", opt={"access": PUBLIC}, include_in_schema=False)
async def places_of_town(request: AnyRequest, org: FromPath[str], reader: UnitOfWork) -> Response[str]:
    """List one town's places without internet. Raises: NotFound."""
    town = await org_by_slug(reader.session, org)
    found = await places_of(reader.session, town.id)
    return page(
        request,
        "site/pages/places.html",
        org=org_view(town),
        title=translator_of(request).gettext("Postkarten und Kioske: wo?"),
        towns=[(town.name, found)] if found else [],
    )


routes = [voting_explained, accessibility, privacy, imprint, open_data, places, places_of_town]
