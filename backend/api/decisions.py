"""Weighing and deciding over JSON: the trace for everybody, every step of the office for staff."""

from __future__ import annotations

from typing import Annotated

from litestar import get, post
from litestar.params import HeaderParameter, JSONBody

from backend.accounts.types import Principal, Right
from backend.api.decision_bodies import (
    AnswersBody,
    DecisionBody,
    DecisionStep,
    DeliberationBody,
    EffectBody,
    MilestoneBody,
    PaperBody,
    RetractionBody,
    WeighingBody,
    WeighingStep,
)
from backend.consultations.lookups import contribution_row
from backend.consultations.types import TopicId
from backend.decisions.actions.answer import send_answers
from backend.decisions.actions.decide import publish_decision, submit_decision, write_decision
from backend.decisions.actions.deliberate import record_deliberation
from backend.decisions.actions.effects import record_effect
from backend.decisions.actions.milestones import change_milestone
from backend.decisions.actions.paper import link_paper
from backend.decisions.actions.retract import retract
from backend.decisions.actions.weigh import publish_weighing, return_weighing, submit_weighing, write_weighing
from backend.decisions.queries.proofs import proofs_of
from backend.decisions.queries.trace import facts_of, trace_of_contribution, trace_of_decision
from backend.decisions.trace import trace_forward
from backend.decisions.types import (
    DecisionDraft,
    DecisionId,
    EffectDraft,
    MilestoneId,
    PaperDraft,
)
from backend.kit.db import JsonDict
from backend.kit.idempotency import MAX_KEY_CHARS, once
from backend.kit.uow import UnitOfWork
from backend.opendata.log_entries import entries_of
from backend.opendata.trace_json import trace_document
from backend.opendata.trace_view import contribution_view, decision_view
from backend.web.access import PUBLIC, access

Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key", max_length=MAX_KEY_CHARS)]


@get("/api/v1/contributions/{ref:str}/trace", opt={"access": PUBLIC})
async def contribution_trace(ref: str, reader: UnitOfWork) -> JsonDict:
    """Return everything one contribution led to."""
    trace = await trace_of_contribution(reader.session, ref)
    return contribution_view(trace, await proofs_of(reader.session, [step.proof for step in trace.steps]))


@get("/api/v1/decisions/{decision_id:str}/trace", opt={"access": PUBLIC})
async def decision_trace(decision_id: str, reader: UnitOfWork) -> JsonDict:
    """Return everything that bore on one decision."""
    return decision_view(await trace_of_decision(reader.session, decision_id))


@get("/api/v1/consultations/{consultation_id:str}/trace", opt={"access": PUBLIC})
async def whole_trace(consultation_id: str, reader: UnitOfWork) -> JsonDict:
    """Return a procedure's whole decision trace as one document with the log entries that prove it."""
    facts = await facts_of(reader.session, consultation_id)
    steps = [step.proof for fact in facts.contributions.values() for step in trace_forward(facts, fact).steps]
    places = (await proofs_of(reader.session, steps)).positions.values()
    return trace_document(facts, await entries_of(reader.session, places))


@post("/api/v1/topics/{topic_id:str}/weighings", opt={"access": access(Right.WEIGH)}, status_code=201)
async def add_weighing(topic_id: str, data: JSONBody[WeighingBody], uow: UnitOfWork, principal: Principal) -> JsonDict:
    """Save a proposal as draft."""
    return {"id": await write_weighing(uow, TopicId(topic_id), data.draft(), by=principal.user_id)}


@post("/api/v1/topics/{topic_id:str}/weighings/transitions", opt={"access": access(Right.WEIGH)}, status_code=200)
async def step_weighing(topic_id: str, data: JSONBody[WeighingStep], uow: UnitOfWork, principal: Principal) -> JsonDict:
    """Hand a weighing in, publish it as a second person, or give it back."""
    steps = {"submitted": submit_weighing, "published": publish_weighing, "draft": return_weighing}
    return {"id": await steps[data.to](uow, TopicId(topic_id), by=principal.user_id), "state": data.to}


@post("/api/v1/consultations/{consultation_id:str}/papers", opt={"access": access(Right.WEIGH)}, status_code=201)
async def add_paper(consultation_id: str, data: JSONBody[PaperBody], uow: UnitOfWork, principal: Principal) -> JsonDict:
    """Link a council paper to the topics it carries."""
    draft = PaperDraft(data.reference, data.paper_type, data.name, data.date, tuple(data.topics))
    return {"id": await link_paper(uow, consultation_id, draft, by=principal.user_id)}


@post("/api/v1/papers/{paper_id:str}/deliberations", opt={"access": access(Right.WEIGH)}, status_code=201)
async def add_deliberation(
    paper_id: str, data: JSONBody[DeliberationBody], uow: UnitOfWork, principal: Principal
) -> JsonDict:
    """Plan a body's deliberation or record its result."""
    return {"id": await record_deliberation(uow, paper_id, data.draft(), by=principal.user_id)}


@post("/api/v1/papers/{paper_id:str}/decisions", opt={"access": access(Right.WEIGH)}, status_code=201)
async def add_decision(paper_id: str, data: JSONBody[DecisionBody], uow: UnitOfWork, principal: Principal) -> JsonDict:
    """Save the wording of a paper's decision as draft."""
    draft = DecisionDraft(data.resolution, data.decided_on, data.treat_by)
    return {"id": await write_decision(uow, paper_id, draft, by=principal.user_id)}


@post("/api/v1/decisions/{decision_id:str}/transitions", opt={"access": access(Right.WEIGH)}, status_code=200)
async def step_decision(
    decision_id: str, data: JSONBody[DecisionStep], uow: UnitOfWork, principal: Principal
) -> JsonDict:
    """Hand a decision in, or publish it as a second person."""
    step = submit_decision if data.to == "submitted" else publish_decision
    await step(uow, DecisionId(decision_id), by=principal.user_id)
    return {"id": decision_id, "state": data.to}


@post("/api/v1/decisions/{decision_id:str}/effects", opt={"access": access(Right.WEIGH)}, status_code=201)
async def add_effect(decision_id: str, data: JSONBody[EffectBody], uow: UnitOfWork, principal: Principal) -> JsonDict:
    """Record what a decision changes for one topic."""
    draft = EffectDraft(data.topic, data.effect, data.after, data.before, data.deviation_reason)
    return {"id": await record_effect(uow, DecisionId(decision_id), draft, by=principal.user_id)}


@post("/api/v1/decisions/{decision_id:str}/milestones", opt={"access": access(Right.WEIGH)}, status_code=201)
async def add_milestone(
    decision_id: str, data: JSONBody[MilestoneBody], uow: UnitOfWork, principal: Principal, key: Key = None
) -> JsonDict:
    """Add a milestone, or write the next version of one."""
    known = MilestoneId(data.id) if data.id else None

    async def produce() -> JsonDict:
        decision = DecisionId(decision_id)
        return {"id": await change_milestone(uow, decision, data.draft(), by=principal.user_id, milestone_id=known)}

    scope = f"milestone:{principal.user_id}:{decision_id}"
    answer, _ = await once(uow, scope, key, body=data.model_dump(mode="json"), produce=produce)
    return answer


@post("/api/v1/decisions/{decision_id:str}/feedback", opt={"access": access(Right.WEIGH)}, status_code=201)
async def add_answers(decision_id: str, data: JSONBody[AnswersBody], uow: UnitOfWork, principal: Principal) -> JsonDict:
    """Answer contributions, each by its way; all or none."""
    answers = {
        (await contribution_row(uow.session, answer.ref)).id: (answer.medium, answer.text) for answer in data.answers
    }
    return {"sent": await send_answers(uow, DecisionId(decision_id), answers, by=principal.user_id)}


@post("/api/v1/consultations/{consultation_id:str}/retractions", opt={"access": access(Right.WEIGH)}, status_code=201)
async def add_retraction(
    consultation_id: str, data: JSONBody[RetractionBody], uow: UnitOfWork, principal: Principal
) -> JsonDict:
    """Take a public step back, as another person than the one who published it."""
    who, why = principal.user_id, data.reason
    await retract(uow, data.kind, data.subject, reason=why, by=who, consultation_id=consultation_id)
    return {"kind": data.kind.value, "subject": data.subject}


routes = [
    contribution_trace,
    decision_trace,
    whole_trace,
    add_weighing,
    step_weighing,
    add_paper,
    add_deliberation,
    add_decision,
    step_decision,
    add_effect,
    add_milestone,
    add_answers,
    add_retraction,
]
