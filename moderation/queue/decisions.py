"""What moderators do with an entry of the queue: decide, assign, answer, look at a hidden original."""

from __future__ import annotations

from litestar import Response, post
from litestar.response import Redirect

from backend.accounts.types import Principal, Right
from backend.consultations.actions.complain import answer_notice, decide_complaint, open_original
from backend.consultations.actions.moderate import assign, moderate
from backend.consultations.actions.respond import answer_officially
from backend.consultations.lookups import rules_of
from backend.consultations.queries.case import case_of
from backend.consultations.types import ComplaintState, Outcome
from backend.kit.errors import DomainError
from backend.kit.uow import UnitOfWork
from backend.runtime import Runtime
from backend.web.access import access
from backend.web.flash import Flash
from backend.web.forms import read_form
from backend.web.rendering import page, see_other, translator_of
from backend.web.security import PERSONAL
from moderation.office import AnyRequest, office_of
from moderation.queue.forms import AnswerForm, AssignForm, DecisionForm, VerdictForm
from moderation.queue.pages import OPT, SECTION, case_page, complaint_page, notice_page, preview

DONE = {
    Outcome.PUBLISH: "%(ref)s ist veröffentlicht.",
    Outcome.REDACT: "%(ref)s ist mit Schwärzung veröffentlicht.",
    Outcome.REJECT: "%(ref)s ist abgelehnt. Die Person bekommt die Begründung.",
    Outcome.HOLD: "%(ref)s ist zurückgestellt.",
}


@post("/verwaltung/{org:str}/moderation/{ref:str}/entscheiden", opt=OPT, status_code=200, include_in_schema=False)
async def decide(
    request: AnyRequest, org: str, ref: str, rt: Runtime, principal: Principal
) -> Response[str] | Redirect:
    """Decide about a contribution and go on with the next one."""
    form = await read_form(request, DecisionForm)
    state = form.state
    if form.value is not None:
        try:
            async with rt.work.write() as uow:
                await moderate(uow, ref, order=form.value.order(), by=principal.user_id)
        except DomainError as refused:
            state = state.refused(refused.detail)
        else:
            return see_other(request, _home(org), flash=_done(request, DONE[form.value.ergebnis], ref))
    async with rt.work.read() as reader:
        office = await office_of(request, reader, principal, org=org, section=SECTION)
        return await case_page(request, reader, principal, office=office, ref=ref, form=state)


@post("/verwaltung/{org:str}/moderation/{ref:str}/begruendung", opt=OPT, status_code=200, include_in_schema=False)
async def show_letter(
    request: AnyRequest, org: str, ref: str, reader: UnitOfWork, principal: Principal
) -> Response[str]:
    """Return the letter a decision would lead to, as a piece of the page."""
    form = await read_form(request, DecisionForm)
    office = await office_of(request, reader, principal, org=org, section=SECTION)
    case = await case_of(reader.session, office.owner.id, ref)
    rules = await rules_of(reader.session, office.owner.id)
    entered = form.value or DecisionForm(ergebnis=Outcome.PUBLISH)
    paragraphs = preview(
        case, rules, outcome=entered.ergebnis, now=reader.now, rule_number=entered.regel, facts=entered.genau
    )
    return page(request, "staff/queue/letter.html", paragraphs=paragraphs)


@post("/verwaltung/{org:str}/moderation/{ref:str}/zuweisen", opt=OPT, status_code=303, include_in_schema=False)
async def take(request: AnyRequest, org: str, ref: str, rt: Runtime, principal: Principal) -> Redirect:
    """Put a contribution on one's own desk or back."""
    form = await read_form(request, AssignForm)
    mine = form.value is not None and form.value.wer == "ich"
    async with rt.work.write() as uow:
        await assign(uow, ref, to=principal.user_id if mine else None)
    return see_other(request, f"{_home(org)}?beitrag={ref}")


@post(
    "/verwaltung/{org:str}/moderation/{ref:str}/antworten",
    opt={"access": access(Right.WEIGH), "policy": PERSONAL},
    status_code=303,
    include_in_schema=False,
)
async def answer(request: AnyRequest, org: str, ref: str, rt: Runtime, principal: Principal) -> Redirect:
    """Publish the office's answer below a contribution."""
    form = await read_form(request, AnswerForm)
    entered = form.value
    async with rt.work.write() as uow:
        text, office = (entered.text, entered.amt) if entered else ("", "")
        await answer_officially(uow, ref, text=text, office=office, by=principal.user_id)
    return see_other(
        request, f"{_home(org)}?beitrag={ref}", flash=_done(request, "Ihre Antwort auf %(ref)s steht.", ref)
    )


@post("/verwaltung/{org:str}/moderation/meldungen/{notice_id:str}", opt=OPT, status_code=200, include_in_schema=False)
async def close_notice(
    request: AnyRequest, org: str, notice_id: str, rt: Runtime, principal: Principal
) -> Response[str] | Redirect:
    """Answer a report."""
    form = await read_form(request, AnswerForm)
    state = form.state
    if form.value is not None:
        try:
            async with rt.work.write() as uow:
                await answer_notice(uow, notice_id, answer=form.value.text, by=principal.user_id)
        except DomainError as refused:
            state = state.refused(refused.detail)
        else:
            return see_other(request, _home(org), flash=_done(request, "Die Meldung ist beantwortet.", ""))
    async with rt.work.read() as reader:
        office = await office_of(request, reader, principal, org=org, section=SECTION)
        return await notice_page(request, reader, office=office, notice_id=notice_id, form=state)


@post(
    "/verwaltung/{org:str}/moderation/beschwerden/{complaint_id:str}",
    opt=OPT,
    status_code=200,
    include_in_schema=False,
)
async def close_complaint(
    request: AnyRequest, org: str, complaint_id: str, rt: Runtime, principal: Principal
) -> Response[str] | Redirect:
    """Decide about a complaint, as another person."""
    form = await read_form(request, VerdictForm)
    state = form.state
    if form.value is not None and form.value.ergebnis in {
        ComplaintState.UPHELD,
        ComplaintState.PARTLY,
        ComplaintState.DISMISSED,
    }:
        try:
            async with rt.work.write() as uow:
                await decide_complaint(
                    uow, complaint_id, verdict=form.value.ergebnis, order=form.value.order(), by=principal.user_id
                )
        except DomainError as refused:
            state = state.refused(refused.detail)
        else:
            return see_other(request, _home(org), flash=_done(request, "Die Beschwerde ist entschieden.", ""))
    async with rt.work.read() as reader:
        office = await office_of(request, reader, principal, org=org, section=SECTION)
        return await complaint_page(request, reader, principal, office=office, complaint_id=complaint_id, form=state)


@post(
    "/verwaltung/{org:str}/moderation/beschwerden/{complaint_id:str}/{ref:str}",
    opt=OPT,
    status_code=303,
    include_in_schema=False,
)
async def look_at_original(
    request: AnyRequest, org: str, complaint_id: str, ref: str, rt: Runtime, principal: Principal
) -> Redirect:
    """Show the hidden original of a complaint; the look is noted."""
    async with rt.work.write() as uow:
        await open_original(uow, ref, by=principal.user_id)
    return see_other(request, f"{_home(org)}?beschwerde={complaint_id}")


def _home(org: str) -> str:
    return f"/verwaltung/{org}{SECTION}"


def _done(request: AnyRequest, sentence: str, ref: str) -> Flash:
    return Flash(translator_of(request).gettext(sentence) % {"ref": ref})


routes = [decide, show_letter, take, answer, close_notice, close_complaint, look_at_original]
