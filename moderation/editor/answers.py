"""Answering everybody after a decision: the same words with each one's reference, effect and reason."""

from __future__ import annotations

from typing import Any

from litestar import Response, post

from backend.accounts.types import Principal
from backend.consultations.types import Texts
from backend.decisions.actions.answer import send_answers
from backend.decisions.lookups import decision_of_paper
from backend.decisions.queries.council_desk import CouncilDesk, Unanswered, council_desk
from backend.decisions.queries.trace import facts_of
from backend.decisions.rules import answer_text
from backend.decisions.steps import ContributionTrace, Verdict, Weighed
from backend.decisions.trace import trace_forward
from backend.decisions.types import DecisionId, Medium, Outcome
from backend.kit.uow import UnitOfWork
from backend.runtime import Runtime
from backend.web.flash import Flash
from backend.web.forms import read_form
from backend.web.rendering import see_other
from moderation.editor.attempt import attempt
from moderation.editor.decisions import OPT, AnyRequest, Opened, render_paper
from moderation.editor.forms import AnswersForm

SAID = {
    Outcome.ADOPTED: "übernommen",
    Outcome.PARTLY: "teilweise übernommen",
    Outcome.NOT_ADOPTED: "nicht übernommen",
    Outcome.ALREADY_PLANNED: "war schon geplant",
    Outcome.FORWARDED: "weitergeleitet",
    Outcome.NOTED: "zur Kenntnis genommen",
}
NOT_PUBLIC = "wurde nicht veröffentlicht und deshalb nicht beraten"


@post("/verwaltung/{org:str}/beschluesse/{paper_id:str}/antworten", opt=OPT, status_code=200, include_in_schema=False)
async def answer(request: AnyRequest, org: str, paper_id: str, rt: Runtime, principal: Principal) -> Response[Any]:
    """Answer the chosen contributions, each by the way that fits or by the one chosen for all."""
    form = await read_form(request, AnswersForm)
    state, sent = form.state, [0]
    if form.value is not None:
        entered = form.value

        async def act(uow: UnitOfWork) -> None:
            decision = await decision_of_paper(uow.session, paper_id)
            desk = await council_desk(uow.session, paper_id)
            wanted = [each for each in desk.unanswered if each.ref in entered.refs]
            answers = await _answers(uow, desk, wanted, template=entered.text, medium=entered.medium)
            sent[0] = await send_answers(uow, DecisionId(decision.id), answers, by=principal.user_id)

        refused = await attempt(rt, act)
        if refused is None:
            done = f"{sent[0]} Antworten sind unterwegs." if sent[0] != 1 else "Eine Antwort ist unterwegs."
            return see_other(request, f"/verwaltung/{org}/beschluesse/{paper_id}#antworten", flash=Flash(done))
        state = state.refused(refused.detail)
    opened = Opened(part="antworten", form=state, status=422)
    async with rt.work.read() as reader:
        return await render_paper(request, reader, principal, place=(org, paper_id), opened=opened)


async def _answers(
    uow: UnitOfWork, desk: CouncilDesk, wanted: list[Unanswered], *, template: str, medium: Medium | None
) -> dict[str, tuple[Medium, Texts]]:
    facts = await facts_of(uow.session, desk.consultation_id)
    answers: dict[str, tuple[Medium, Texts]] = {}
    for each in wanted:
        trace = trace_forward(facts, facts.contributions[each.id])
        answers[each.id] = (medium or each.suggested, {"de": answer_text(template, _values(trace))})
    return answers


def _values(trace: ContributionTrace) -> dict[str, str]:
    """Return what stands for `{ref}`, `{effect}` and `{reason}` in one person's answer."""
    verdicts = [strand.verdict for strand in trace.strands if strand.verdict]
    reasons = [step.weighing.reason.get("de", "") for step in trace.steps if isinstance(step, Weighed)]
    departures = [
        (verdict.after.deviation_reason or {}).get("de", "")
        for verdict in verdicts
        if verdict.after and verdict.deviates
    ]
    return {
        "ref": trace.contribution.ref,
        "effect": "; ".join(map(_said, verdicts)) or NOT_PUBLIC,
        "reason": " ".join(departures or reasons) or "Der Grund steht unter Ihrem Quittungscode.",
    }


def _said(verdict: Verdict) -> str:
    said = SAID[verdict.outcome]
    return f"{said} ({verdict.after.after['de']})" if verdict.after else said


routes = [answer]
