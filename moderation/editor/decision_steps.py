"""What the decision editor's forms do: paper, bodies, wording, effects, steps, and the second person."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from litestar import Response, post

from backend.accounts.queries import org_by_slug
from backend.accounts.types import Principal
from backend.consultations.lookups import consultation_row
from backend.decisions.actions.decide import publish_decision, submit_decision, write_decision
from backend.decisions.actions.deliberate import record_deliberation
from backend.decisions.actions.effects import record_effect
from backend.decisions.actions.milestones import change_milestone
from backend.decisions.actions.paper import link_paper
from backend.decisions.actions.retract import retract
from backend.decisions.lookups import decision_of_paper
from backend.decisions.types import DecisionId, MilestoneId, StepKind
from backend.kit.errors import Forbidden
from backend.kit.uow import UnitOfWork
from backend.runtime import Runtime
from backend.web.flash import Flash, Tone
from backend.web.forms import FormState, read_form
from backend.web.rendering import see_other
from moderation.editor.attempt import attempt
from moderation.editor.decisions import OPT, AnyRequest, Opened, render_paper, render_papers
from moderation.editor.forms import (
    DecisionForm,
    DeliberationForm,
    EffectForm,
    MilestoneForm,
    PaperForm,
    RetractForm,
    StepForm,
)

Act: TypeAlias = Callable[[UnitOfWork], Awaitable[object]]
BASE = "/verwaltung/{org:str}/beschluesse"


@dataclass(frozen=True, slots=True)
class Step:
    """One form of the editor: where it is, what it does, what to say afterwards."""

    place: tuple[str, str]
    part: str
    done: str
    opened: Opened


@post(BASE, opt=OPT, status_code=200, include_in_schema=False)
async def add_paper(request: AnyRequest, org: str, rt: Runtime, principal: Principal) -> Response[Any]:
    """Link a council paper."""
    form = await read_form(request, PaperForm)
    state = form.state
    if form.value is not None:
        entered = form.value
        linked: list[str] = []

        async def act(uow: UnitOfWork) -> None:
            await _check_home(uow, org, entered.consultation)
            linked.append(await link_paper(uow, entered.consultation, entered.draft(), by=principal.user_id))

        refused = await attempt(rt, act)
        if refused is None:
            return see_other(
                request, f"/verwaltung/{org}/beschluesse/{linked[0]}", flash=Flash("Die Vorlage ist verknüpft.")
            )
        state = state.refused(refused.detail)
    async with rt.work.read() as reader:
        return await render_papers(request, reader, principal, org=org, form=state)


@post(BASE + "/{paper_id:str}/beratung", opt=OPT, status_code=200, include_in_schema=False)
async def add_body(request: AnyRequest, org: str, paper_id: str, rt: Runtime, principal: Principal) -> Response[Any]:
    """Plan a body's deliberation or record its result."""
    form = await read_form(request, DeliberationForm)
    entered = form.value

    async def act(uow: UnitOfWork) -> None:
        if entered:
            await record_deliberation(uow, paper_id, entered.draft(), by=principal.user_id)

    at = form.state.values.get("position", "")
    opened = Opened(position=int(at) if at.isdigit() else None)
    step = Step((org, paper_id), "beratung", "Die Beratung ist eingetragen.", opened)
    return await _take(request, rt, principal, step=step, state=form.state, act=act if entered else None)


@post(BASE + "/{paper_id:str}/wortlaut", opt=OPT, status_code=200, include_in_schema=False)
async def save_decision(
    request: AnyRequest, org: str, paper_id: str, rt: Runtime, principal: Principal
) -> Response[Any]:
    """Save the wording of the decision."""
    form = await read_form(request, DecisionForm)
    entered = form.value

    async def act(uow: UnitOfWork) -> None:
        if entered:
            await write_decision(uow, paper_id, entered.draft(), by=principal.user_id)

    step = Step((org, paper_id), "wortlaut", "Der Wortlaut ist gespeichert.", Opened())
    return await _take(request, rt, principal, step=step, state=form.state, act=act if entered else None)


@post(BASE + "/{paper_id:str}/wirkung", opt=OPT, status_code=200, include_in_schema=False)
async def save_effect(request: AnyRequest, org: str, paper_id: str, rt: Runtime, principal: Principal) -> Response[Any]:
    """Record what the decision changes for one topic."""
    form = await read_form(request, EffectForm)
    entered = form.value

    async def act(uow: UnitOfWork) -> None:
        if entered:
            decision = await decision_of_paper(uow.session, paper_id)
            await record_effect(uow, DecisionId(decision.id), entered.draft(), by=principal.user_id)

    opened = Opened(topic_id=form.state.values.get("topic"))
    step = Step((org, paper_id), "wirkung", "Die Wirkung ist festgehalten.", opened)
    return await _take(request, rt, principal, step=step, state=form.state, act=act if entered else None)


@post(BASE + "/{paper_id:str}/schritt", opt=OPT, status_code=200, include_in_schema=False)
async def save_milestone(
    request: AnyRequest, org: str, paper_id: str, rt: Runtime, principal: Principal
) -> Response[Any]:
    """Add a step of the implementation, or change one."""
    form = await read_form(request, MilestoneForm)
    entered = form.value

    async def act(uow: UnitOfWork) -> None:
        if entered:
            decision = await decision_of_paper(uow.session, paper_id)
            known = MilestoneId(entered.milestone) if entered.milestone else None
            draft, by = entered.draft(), principal.user_id
            await change_milestone(uow, DecisionId(decision.id), draft, by=by, milestone_id=known)

    opened = Opened(milestone_id=form.state.values.get("milestone") or "neu")
    step = Step((org, paper_id), "schritt", "Der Schritt ist gespeichert.", opened)
    return await _take(request, rt, principal, step=step, state=form.state, act=act if entered else None)


@post(BASE + "/{paper_id:str}/veroeffentlichen", opt=OPT, status_code=200, include_in_schema=False)
async def step_decision(
    request: AnyRequest, org: str, paper_id: str, rt: Runtime, principal: Principal
) -> Response[Any]:
    """Hand the decision in, or publish it as the second person."""
    form = await read_form(request, StepForm)
    publishes = form.value is not None and form.value.to == "publish"
    move = publish_decision if publishes else submit_decision

    async def act(uow: UnitOfWork) -> None:
        decision = await decision_of_paper(uow.session, paper_id)
        await move(uow, DecisionId(decision.id), by=principal.user_id)

    done = "Der Beschluss ist öffentlich." if publishes else "Eingereicht. Jetzt gibt jemand anderes frei."
    refused = await attempt(rt, act)
    flash = Flash(refused.detail, Tone.BAD) if refused else Flash(done)
    return see_other(request, f"/verwaltung/{org}/beschluesse/{paper_id}", flash=flash)


@post(BASE + "/{paper_id:str}/zuruecknehmen", opt=OPT, status_code=200, include_in_schema=False)
async def take_back(request: AnyRequest, org: str, paper_id: str, rt: Runtime, principal: Principal) -> Response[Any]:
    """Take a public decision back, as another person than the one who published it."""
    form = await read_form(request, RetractForm)
    entered = form.value

    async def act(uow: UnitOfWork) -> None:
        if entered:
            decision = await decision_of_paper(uow.session, paper_id)
            await retract(uow, StepKind.DECISION, decision.id, reason=entered.reason, by=principal.user_id)

    step = Step(
        (org, paper_id), "zuruecknehmen", "Der Beschluss ist zurückgenommen. Der Grund ist öffentlich.", Opened()
    )
    return await _take(request, rt, principal, step=step, state=form.state, act=act if entered else None)


async def _take(
    request: AnyRequest, rt: Runtime, principal: Principal, *, step: Step, state: FormState, act: Act | None
) -> Response[Any]:
    """Run a form's action; show the editor again, with the form open when it was refused."""
    org, paper_id = step.place
    if act is not None:
        refused = await attempt(rt, act)
        if refused is None:
            return see_other(request, f"/verwaltung/{org}/beschluesse/{paper_id}#{step.part}", flash=Flash(step.done))
        state = state.refused(refused.detail)
    opened = Opened(
        step.opened.topic_id, step.opened.milestone_id, step.opened.position, part=step.part, form=state, status=422
    )
    async with rt.work.read() as reader:
        return await render_paper(request, reader, principal, place=step.place, opened=opened)


async def _check_home(uow: UnitOfWork, org: str, consultation_id: str) -> None:
    """Refuse a procedure of another organisation than the office one works in. Raises: Forbidden."""
    owner = await org_by_slug(uow.session, org)
    if (await consultation_row(uow.session, consultation_id)).org_id != owner.id:
        raise Forbidden


routes = [add_paper, add_body, save_decision, save_effect, save_milestone, step_decision, take_back]
