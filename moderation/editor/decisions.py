"""The decision editor's pages: the organisation's papers, and one paper from its chain to the answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get

from backend.accounts.types import Principal, Right
from backend.consultations.queries.procedures import consultations_of
from backend.consultations.rules import local_day
from backend.consultations.types import ConsultationState
from backend.decisions.edges import NodeKind
from backend.decisions.queries.council_desk import CouncilDesk, council_desk, papers_of
from backend.decisions.queries.trace import preview_facts
from backend.decisions.rules import deadline
from backend.decisions.steps import ContributionTrace
from backend.decisions.trace import trace_forward
from backend.decisions.types import Medium, MilestoneState, Outcome, Result
from backend.kit.uow import UnitOfWork
from backend.web.access import access
from backend.web.forms import FormState
from backend.web.rendering import page
from backend.web.security import PERSONAL
from moderation.office import office_of

AnyRequest = Request[Any, Any, Any]
SECTION = "/beschluesse"
OPT = {"access": access(Right.WEIGH), "policy": PERSONAL}


@dataclass(frozen=True, slots=True)
class Opened:
    """Which part of the editor is open, and the form that was refused there."""

    topic_id: str | None = None
    milestone_id: str | None = None
    position: int | None = None
    part: str = ""
    form: FormState | None = None
    status: int = 200

    def form_of(self, part: str) -> FormState | None:
        """Return the refused form of one part of the page."""
        return self.form if self.part == part else None


@get("/verwaltung/{org:str}/beschluesse", opt=OPT, include_in_schema=False)
async def list_papers(request: AnyRequest, org: str, reader: UnitOfWork, principal: Principal) -> Response[Any]:
    """List papers with where their decision stands, and offer to link a new one."""
    return await render_papers(request, reader, principal, org=org, form=None)


async def render_papers(
    request: AnyRequest, reader: UnitOfWork, principal: Principal, *, org: str, form: FormState | None
) -> Response[Any]:
    """Render the list, perhaps with a refused form."""
    office = await office_of(request, reader, principal, org=org, section=SECTION)
    known = await consultations_of(reader.session, office.owner.id)
    return page(
        request,
        "staff/editor/papers.html",
        status_code=422 if form else 200,
        papers=await papers_of(reader.session, office.owner.id),
        consultations=[each for each in known if each.state is not ConsultationState.DRAFT],
        form=form,
        today=local_day(reader.now),
        **office.context(),
    )


@get("/verwaltung/{org:str}/beschluesse/{paper_id:str}", opt=OPT, include_in_schema=False)
async def show_paper(
    request: AnyRequest, org: str, paper_id: str, reader: UnitOfWork, principal: Principal
) -> Response[Any]:
    """Show the editor; `?thema=`, `?schritt=` and `?gremium=` open a row."""
    query = request.query_params
    place = query.get("gremium", "")
    opened = Opened(
        query.get("thema"), query.get("schritt"), int(place) if place.isascii() and place.isdigit() else None
    )
    return await render_paper(request, reader, principal, place=(org, paper_id), opened=opened)


async def render_paper(
    request: AnyRequest, reader: UnitOfWork, principal: Principal, *, place: tuple[str, str], opened: Opened
) -> Response[Any]:
    """Render the editor, perhaps with a refused form."""
    org, paper_id = place
    office = await office_of(request, reader, principal, org=org, section=SECTION)
    desk = await council_desk(reader.session, paper_id)
    today = local_day(reader.now)
    decision = desk.decision
    due = desk.treat_by
    return page(
        request,
        "staff/editor/decision.html",
        status_code=opened.status,
        desk=desk,
        opened=opened,
        preview=await _preview(reader, desk),
        treat=deadline(due, today, decision.decided_on if decision else None) if due else None,
        may_publish=bool(
            decision and decision.submitted_at and principal.user_id not in {decision.written_by, decision.submitted_by}
        ),
        outcomes=list(Outcome),
        results=list(Result),
        milestone_states=list(MilestoneState),
        media=list(Medium),
        today=today,
        **office.context(),
    )


async def _preview(reader: UnitOfWork, desk: CouncilDesk) -> ContributionTrace | None:
    """Return the way of one contribution as its author will see it: of the topic with a departure, else the first."""
    facts = await preview_facts(reader.session, desk.consultation_id)
    rows = sorted(desk.topics, key=lambda topic: not (topic.effect and topic.effect.deviates))
    for topic in rows:
        contributions = facts.edges.before(NodeKind.TOPIC, topic.id, NodeKind.CONTRIBUTION)
        if contributions:
            return trace_forward(facts, facts.contributions[contributions[0]])
    return None


routes = [list_papers, show_paper]
