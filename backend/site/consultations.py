"""A consultation for citizens, the organisation's rules for taking part, and where to take part without internet."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, get
from litestar.params import QueryParameter

from backend.accounts.queries import org_by_slug
from backend.consultations import limits
from backend.consultations.lookups import rules_of
from backend.consultations.queries.figures import year_figures
from backend.consultations.queries.thread import ThreadFilter, similar_contributions, supported_by, thread
from backend.consultations.queries.topics import Topic, topics_of
from backend.consultations.rules import local_day
from backend.consultations.types import Sorting
from backend.decisions.queries.outcomes import DecisionSummary, outcomes_of
from backend.kit.uow import UnitOfWork
from backend.runtime import Runtime
from backend.site.consultations_context import (
    AnyRequest,
    Place,
    form_key,
    guest_of,
    mail_is_on,
    phase_steps,
    place_of,
    supporter_of,
)
from backend.web.access import PUBLIC
from backend.web.forms import FormState
from backend.web.frame import org_view
from backend.web.rendering import language_of, page, translator_of, wording

MAX_PAGE = 10_000

Draft = Annotated[str, QueryParameter(max_length=1_000)]


@get("/{org:str}/b/{slug:str}", opt={"access": PUBLIC}, include_in_schema=False)
async def show_consultation(request: AnyRequest, org: str, slug: str, rt: Runtime, reader: UnitOfWork) -> Response[str]:
    """Show a consultation; order, topic, search and page come from the address."""
    where = await place_of(reader, org, slug)
    return await consultation_page(request, rt, reader, where=where)


@get("/{org:str}/b/{slug:str}/aehnlich", opt={"access": PUBLIC}, include_in_schema=False)
async def show_similar(request: AnyRequest, org: str, slug: str, reader: UnitOfWork, text: Draft = "") -> Response[str]:
    """Return contributions like a draft, as a piece of the page."""
    where = await place_of(reader, org, slug)
    found = await similar_contributions(reader.session, where.consultation.id, text)
    return page(request, "site/contributions/similar.html", status_code=200, **where.context(), similar=found)


async def consultation_page(
    request: AnyRequest,
    rt: Runtime,
    reader: UnitOfWork,
    *,
    where: Place,
    form: FormState | None = None,
    draft: str = "",
) -> Response[str]:
    """Render the page, perhaps with a form to correct or with contributions like a draft."""
    each, today = where.consultation, where.today
    wanted = wanted_of(request)
    result = await thread(reader.session, each.id, wanted=wanted, today=today)
    topics = await topics_of(reader.session, each.id)
    guest = guest_of(request, rt.settings)
    supported = await supported_by(
        reader.session, supporter_of(guest) if guest else None, [item.id for item in result.items]
    )
    similar = await similar_contributions(reader.session, each.id, draft) if draft else []
    context = where.context() | {
        "steps": phase_steps(each, today),
        "thread": result,
        "wanted": wanted,
        "topics": topics,
        "topic_options": _options(request, topics),
        "supported": supported,
        "similar": similar,
        "decisions": await _decisions(reader, where),
    }
    context |= form_context(request, rt, form)
    status = 422 if form is not None and not draft else 200
    return page(request, "site/consultations/page.html", status_code=status, **context)


def form_context(request: AnyRequest, rt: Runtime, form: FormState | None) -> dict[str, object]:
    """Return what the contribution form needs."""
    gettext = translator_of(request).gettext
    hint = gettext("Wird nicht veröffentlicht.")
    if not rt.settings.smtp_url:
        hint = gettext("Wird nicht veröffentlicht. In dieser Vorführung verschicken wir keine E-Mails.")
    return {"form": form, "key": form_key(rt), "mail_is_on": mail_is_on(rt.settings), "mail_hint": hint}


def wanted_of(request: AnyRequest) -> ThreadFilter:
    """Read order, topic, search and page from the address; what is no choice of ours means the default."""
    fields = request.query_params
    number = fields.get("seite", "1")
    return ThreadFilter(
        sorting=Sorting(fields["ordnung"]) if fields.get("ordnung") in set(Sorting) else Sorting.RANDOM,
        topic_id=(fields.get("thema") or "")[:40] or None,
        search=(fields.get("suche") or "")[: limits.SEARCH_CHARS],
        page=min(int(number), MAX_PAGE) if number.isascii() and number.isdigit() else 1,
    )


@get("/{org:str}/regeln", opt={"access": PUBLIC}, include_in_schema=False)
async def show_rules(request: AnyRequest, org: str, reader: UnitOfWork) -> Response[str]:
    """Show the rules for taking part and this year's figures of moderation."""
    owner = await org_by_slug(reader.session, org)
    year = local_day(reader.now).year
    return page(
        request,
        "site/consultations/rules.html",
        org=org_view(owner),
        section=None,
        rules=await rules_of(reader.session, owner.id),
        figures=await year_figures(reader.session, owner.id, year),
        year=year,
    )


async def _decisions(reader: UnitOfWork, where: Place) -> tuple[DecisionSummary, ...]:
    """Return what was decided about this procedure, newest first."""
    found = await outcomes_of(reader.session, where.owner.id)
    return next((each.decisions for each in found if each.consultation_id == where.consultation.id), ())


def _options(request: AnyRequest, topics: list[Topic]) -> list[tuple[str, str]]:
    language, gettext = language_of(request), translator_of(request).gettext
    named = [(topic.id, f"{wording(topic.title, language)} ({topic.inputs})") for topic in topics]
    return [("", gettext("Alle Themen")), *named]


routes = [show_consultation, show_similar, show_rules]
