"""What the office does with contributions: write down, check, decide, answer."""

from __future__ import annotations

from litestar import post
from litestar.params import JSONBody

from backend.accounts.types import Principal, Right
from backend.api.consultations.bodies import AnswerBody, CheckBody, InputBody, ModerationBody, VerdictBody
from backend.consultations.actions.complain import answer_notice, decide_complaint
from backend.consultations.actions.moderate import moderate
from backend.consultations.actions.record_input import check_transcription, correct_transcription, record_input
from backend.consultations.actions.respond import answer_officially
from backend.consultations.drafts import Intake, ModerationOrder
from backend.consultations.lookups import contribution_row
from backend.consultations.receipts import shown
from backend.consultations.types import ComplaintState, Outcome
from backend.kit.db import JsonDict
from backend.kit.uow import UnitOfWork
from backend.web.access import access


@post("/api/v1/consultations/{consultation_id:str}/inputs", opt={"access": access(Right.RECORD_INPUT)}, status_code=201)
async def add_input(consultation_id: str, data: JSONBody[InputBody], uow: UnitOfWork, principal: Principal) -> JsonDict:
    """Record what came by card, letter, telephone or word of mouth."""
    intake = Intake(
        received_at=data.received_at,
        recorded_by=principal.user_id,
        organisation=data.organisation,
        receipt_code=data.receipt_code,
    )
    accepted = await record_input(uow, consultation_id, new=data.new(data.channel), intake=intake)
    return {"ref": accepted.ref, "receipt_code": shown(accepted.receipt_code), "state": accepted.state}


@post("/api/v1/contributions/{ref:str}/transcription", opt={"access": access(Right.RECORD_INPUT)}, status_code=200)
async def check_input(ref: str, data: JSONBody[CheckBody], uow: UnitOfWork, principal: Principal) -> JsonDict:
    """Confirm, dispute or correct what another person wrote down."""
    if data.text is not None:
        await correct_transcription(uow, ref, text=data.text, by=principal.user_id)
    else:
        await check_transcription(uow, ref, agrees=data.agrees, by=principal.user_id)
    return {"ref": ref, "transcription": (await contribution_row(uow.session, ref)).transcription}


@post("/api/v1/contributions/{ref:str}/moderation", opt={"access": access(Right.MODERATE)}, status_code=201)
async def decide(ref: str, data: JSONBody[ModerationBody], uow: UnitOfWork, principal: Principal) -> JsonDict:
    """Decide about a contribution; the answer holds the letter its author gets."""
    decision = await moderate(uow, ref, order=data.order(), by=principal.user_id)
    row = await contribution_row(uow.session, ref)
    return {
        "ref": ref,
        "decision": decision.id,
        "state": row.state,
        "outcome": decision.outcome,
        "statement": decision.statement,
        "complaint_until": decision.complaint_until.isoformat() if decision.complaint_until else None,
    }


@post("/api/v1/contributions/{ref:str}/answers", opt={"access": access(Right.WEIGH)}, status_code=201)
async def add_answer(ref: str, data: JSONBody[AnswerBody], uow: UnitOfWork, principal: Principal) -> JsonDict:
    """Publish the office's answer below a contribution."""
    return {"ref": await answer_officially(uow, ref, text=data.text, office=data.office, by=principal.user_id)}


@post("/api/v1/notices/{notice_id:str}/answer", opt={"access": access(Right.MODERATE)}, status_code=200)
async def close_notice(notice_id: str, data: JSONBody[AnswerBody], uow: UnitOfWork, principal: Principal) -> JsonDict:
    """Answer a report."""
    await answer_notice(uow, notice_id, answer=data.text, by=principal.user_id)
    return {"state": "closed"}


@post("/api/v1/complaints/{complaint_id:str}/decision", opt={"access": access(Right.MODERATE)}, status_code=200)
async def decide_on_complaint(
    complaint_id: str, data: JSONBody[VerdictBody], uow: UnitOfWork, principal: Principal
) -> JsonDict:
    """Answer a complaint, as another person than the one who decided first."""
    outcome = Outcome.PUBLISH if data.verdict is ComplaintState.UPHELD else Outcome.REDACT
    order = ModerationOrder(outcome, data.rule, data.reason, data.text_published)
    complaint = await decide_complaint(uow, complaint_id, verdict=data.verdict, order=order, by=principal.user_id)
    return {"state": complaint.state}


routes = [add_input, check_input, decide, add_answer, close_notice, decide_on_complaint]
