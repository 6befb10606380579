"""Pages of decisions: one decision with everything that bore on it, and what came of an organisation's procedures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get

from backend.accounts.queries import org_by_slug
from backend.consultations.rules import local_day
from backend.decisions import log_keys
from backend.decisions.log_keys import ProofRef
from backend.decisions.queries.clock import answer_clock, answer_clocks
from backend.decisions.queries.outcomes import outcomes_of
from backend.decisions.queries.proofs import proofs_of
from backend.decisions.queries.trace import trace_of_decision
from backend.decisions.rules import deadline
from backend.decisions.steps import DecisionTrace
from backend.kit.errors import NotFound
from backend.kit.uow import UnitOfWork
from backend.site.decision_picture import in_reading_order, picture_of
from backend.web.access import PUBLIC
from backend.web.frame import org_view
from backend.web.rendering import page

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Keys:
    """Where the steps a decision page proves stand in the log."""

    decision: ProofRef
    paper: ProofRef
    deliberations: dict[str, ProofRef]


@get("/{org:str}/beschluss/{decision_id:str}", opt={"access": PUBLIC}, include_in_schema=False)
async def decision_page(request: AnyRequest, org: str, decision_id: str, reader: UnitOfWork) -> Response[Any]:
    """Show one decision, its topics with before and after, its bodies' votes and the way there."""
    trace = await trace_of_decision(reader.session, decision_id)
    if trace.consultation.org_slug != org:
        raise NotFound("In dieser Gemeinde gibt es diesen Beschluss nicht.")
    keys = _keys(trace)
    treat = trace.decision.treat_by
    today = local_day(reader.now)
    return page(
        request,
        "site/decisions/page.html",
        org=org_view(await org_by_slug(reader.session, org)),
        section="ergebnisse",
        trace=trace,
        rows=in_reading_order(trace.rows),
        picture=picture_of(trace),
        polls=list({(poll.poll_id, str(poll.option)): poll for row in trace.rows for poll in row.polls}.values()),
        treat=deadline(treat, today, met_on=trace.decision.decided_on) if treat else None,
        clock=await answer_clock(reader.session, trace.consultation.id, today),
        keys=keys,
        proofs=await proofs_of(reader.session, [keys.decision, keys.paper, *keys.deliberations.values()]),
    )


@get("/{org:str}/ergebnisse", opt={"access": PUBLIC}, include_in_schema=False)
async def outcomes_page(request: AnyRequest, org: str, reader: UnitOfWork) -> Response[Any]:
    """List what was decided, what is being weighed, and how people were answered."""
    owner = await org_by_slug(reader.session, org)
    today = local_day(reader.now)
    return page(
        request,
        "site/decisions/outcomes.html",
        org=org_view(owner),
        section="ergebnisse",
        outcomes=await outcomes_of(reader.session, owner.id),
        clocks=await answer_clocks(reader.session, owner.id, today),
        today=today,
    )


def _keys(trace: DecisionTrace) -> Keys:
    return Keys(
        decision=log_keys.decision(trace.decision.id),
        paper=log_keys.paper(trace.paper.id),
        deliberations={step.id: log_keys.deliberation(step.id) for step in trace.chain},
    )


routes = [decision_page, outcomes_page]
