"""The log's page: how it stands, what it proves and what not, its entries, one entry in full."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get
from sqlalchemy.ext.asyncio import AsyncSession

from backend.consultations.rules import REF_PATTERN
from backend.decisions.queries.proofs import proofs_of
from backend.decisions.queries.trace import trace_of_contribution
from backend.kit.errors import NotFound
from backend.kit.uow import UnitOfWork
from backend.runtime import Runtime
from backend.site.log_overview import Panel, log_state, panel_of, rows_of
from backend.transparency.queries import PlacedEntry, entries_at, entries_before, log_years
from backend.transparency.types import LogType, Position
from backend.web.access import PUBLIC
from backend.web.rendering import page

PAGE_SIZE = 20
ABOVE = 6  # newer entries shown above a chosen one
MAX_SEARCH_CHARS = 40
MAX_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Search:
    """What the reader asked for."""

    year: int
    text: str
    type: LogType | None
    before: int | None
    index: int | None


@get("/protokoll", opt={"access": PUBLIC}, include_in_schema=False)
async def log_page(request: Request[Any, Any, Any], rt: Runtime, reader: UnitOfWork) -> Response[Any]:
    """Show the log; `?jahr=`, `?eintrag=`, `?vor=`, `?suche=` and `?art=` choose what is listed."""
    years = await log_years(reader.session)
    search = _search(years or [reader.now.year], request.query_params)
    entries, more = await _entries(reader.session, search)
    return page(
        request,
        "site/log/page.html",
        section="protokoll",
        state=await log_state(rt, reader, search.year),
        years=years,
        search=search,
        rows=await rows_of(reader.session, entries),
        more=more,
        panel=await _panel(reader.session, search),
        types=list(LogType),
        verify_url=rt.settings.public_url,
    )


def _search(years: list[int], query: Mapping[str, str]) -> Search:
    """Read what was asked for; nonsense counts as not asked. Raises: NotFound for a year without a log."""
    year = _number(query.get("jahr"))
    if year is not None and year not in years:
        raise NotFound("Für dieses Jahr gibt es kein Protokoll.")
    text, kind = query.get("suche", "").strip().upper()[:MAX_SEARCH_CHARS], query.get("art", "")
    number = _number(text)
    return Search(
        year=year or years[0],
        text="" if number is not None else text,
        type=LogType(kind) if kind in set(LogType) else None,
        before=_number(query.get("vor")),
        index=number if number is not None else _number(query.get("eintrag")),
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS else None


async def _entries(session: AsyncSession, search: Search) -> tuple[list[PlacedEntry], int | None]:
    """Return a page of entries, and the index below which the next page begins."""
    if search.text:
        return await _entries_of_trace(session, search), None
    before = search.before
    if before is None and search.index is not None and search.type is None:
        before = search.index + ABOVE
    found = await entries_before(session, search.year, before=before, limit=PAGE_SIZE + 1, type_=search.type)
    shown = found[:PAGE_SIZE]
    return shown, shown[-1].position.index if len(found) > PAGE_SIZE else None


async def _entries_of_trace(session: AsyncSession, search: Search) -> list[PlacedEntry]:
    """Return the entries of one contribution's trace."""
    if not REF_PATTERN.match(search.text):
        return []
    try:
        trace = await trace_of_contribution(session, search.text)
    except NotFound:
        return []
    positions = (await proofs_of(session, [step.proof for step in trace.steps])).positions.values()
    return await entries_at(session, [place for place in positions if place.year == search.year])


async def _panel(session: AsyncSession, search: Search) -> Panel | None:
    if search.index is None:
        return None
    found = await entries_at(session, [Position(search.year, search.index)])
    return await panel_of(session, found[0]) if found else None


routes = [log_page]
