"""Pages of the editor: the list, a new procedure, its sections with the checks beside them."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.response import Redirect

from backend.accounts.queries import bodies_of
from backend.accounts.types import Principal, Right
from backend.consultations.actions.edit_consultation import amend_consultation, create_consultation
from backend.consultations.actions.publish_consultation import close_consultation, publish_consultation
from backend.consultations.drafts import ConsultationDraft
from backend.consultations.queries.procedures import (
    Consultation,
    consultation_by_id,
    consultations_of,
    contribution_counts,
)
from backend.consultations.rules import Plan, local_day, readiness
from backend.consultations.types import ANALOGUE_CHANNELS, Channel, ConsultationState
from backend.kit.errors import DomainError, NotFound
from backend.kit.uow import UnitOfWork
from backend.runtime import Runtime
from backend.web.access import access
from backend.web.flash import Flash
from backend.web.forms import FormState, read_form
from backend.web.rendering import page, see_other, translator_of
from backend.web.security import PERSONAL
from moderation.consultation_editor.forms import NewForm, VersionForm, read_editor, row_numbers, state_of
from moderation.consultation_editor.reading import reading
from moderation.office import AnyRequest, office_of

SECTION = "/beteiligungen"
OPT = {"access": access(Right.EDIT_PROCEDURE), "policy": PERSONAL}
PUBLISH, END = STEPS = ("veroeffentlichen", "beenden")
OFFERED = (
    Channel.WEB,
    Channel.EMAIL,
    Channel.KIOSK,
    Channel.PAPER_CARD,
    Channel.LETTER,
    Channel.TELEPHONE,
    Channel.ORAL,
)


@get("/verwaltung/{org:str}/beteiligungen", opt=OPT, include_in_schema=False)
async def show_list(request: AnyRequest, org: str, reader: UnitOfWork, principal: Principal) -> Response[str]:
    """List the organisation's procedures."""
    return await _list(request, reader, principal, org=org)


@post("/verwaltung/{org:str}/beteiligungen", opt=OPT, status_code=200, include_in_schema=False)
async def create(request: AnyRequest, org: str, rt: Runtime, principal: Principal) -> Response[str] | Redirect:
    """Create a draft from its name and open it."""
    form = await read_form(request, NewForm)
    async with rt.work.read() as reader:
        if form.value is None:
            return await _list(request, reader, principal, org=org, form=form.state)
        office = await office_of(request, reader, principal, org=org, section=SECTION)
    async with rt.work.write() as uow:
        draft = ConsultationDraft(title={"de": form.value.titel}, channels=(Channel.WEB, Channel.PAPER_CARD))
        consultation_id = await create_consultation(uow, office.owner.id, draft=draft)
    return see_other(request, _path(org, consultation_id))


@get("/verwaltung/{org:str}/beteiligungen/{consultation_id:str}", opt=OPT, include_in_schema=False)
async def show_editor(
    request: AnyRequest, org: str, consultation_id: str, reader: UnitOfWork, principal: Principal
) -> Response[str]:
    """Show the sections with the checks beside them."""
    return await _editor(request, reader, principal, org=org, consultation_id=consultation_id)


@post("/verwaltung/{org:str}/beteiligungen/{consultation_id:str}", opt=OPT, status_code=200, include_in_schema=False)
async def save(
    request: AnyRequest, org: str, consultation_id: str, rt: Runtime, principal: Principal
) -> Response[str] | Redirect:
    """Save what was settled."""
    async with rt.work.read() as reader:
        kept = await consultation_by_id(reader.session, consultation_id)
    state = FormState()
    try:
        edited = await read_editor(request, kept=kept)
        state = edited.state
        if edited.draft is not None:
            async with rt.work.write() as uow:
                await amend_consultation(uow, consultation_id, draft=edited.draft, version=edited.version)
            return see_other(request, _path(org, consultation_id), flash=_say(request, "Gespeichert."))
    except DomainError as refused:
        state = state.refused(refused.detail)
    async with rt.work.read() as reader:
        return await _editor(request, reader, principal, org=org, consultation_id=consultation_id, form=state)


@post(
    "/verwaltung/{org:str}/beteiligungen/{consultation_id:str}/{step:str}",
    opt=OPT,
    status_code=200,
    include_in_schema=False,
)
async def take_step(
    request: AnyRequest, org: str, consultation_id: str, step: str, rt: Runtime, principal: Principal
) -> Response[str] | Redirect:
    """Publish or end a procedure."""
    if step not in STEPS:
        raise NotFound
    form = await read_form(request, VersionForm)
    version = form.value.version if form.value else 0
    try:
        async with rt.work.write() as uow:
            if step == END:
                await close_consultation(uow, consultation_id, version=version)
                done = "Die Beteiligung ist beendet. Alles bleibt lesbar."
            else:
                await publish_consultation(uow, consultation_id, version=version)
                done = "Die Beteiligung ist öffentlich."
    except DomainError as refused:
        async with rt.work.read() as reader:
            state = state_of(await consultation_by_id(reader.session, consultation_id)).refused(refused.detail)
            return await _editor(request, reader, principal, org=org, consultation_id=consultation_id, form=state)
    return see_other(request, _path(org, consultation_id), flash=_say(request, done))


def plan_of(each: Consultation) -> Plan:
    """Return what the checks look at."""
    return Plan(
        title=each.title,
        summary=each.summary,
        fixed=each.fixed,
        open=each.open,
        deciding_body_id=each.deciding_body_id,
        channels=each.channels,
        no_analogue_reason=each.no_analogue_reason,
        next_steps=len(each.next_steps),
        promised_feedback_by=each.promised_feedback_by,
        phases=each.phases,
    )


async def _list(
    request: AnyRequest, reader: UnitOfWork, principal: Principal, *, org: str, form: FormState | None = None
) -> Response[str]:
    office = await office_of(request, reader, principal, org=org, section=SECTION)
    found = await consultations_of(reader.session, office.owner.id)
    context = office.context() | {
        "found": found,
        "counts": await contribution_counts(reader.session, [each.id for each in found]),
        "today": local_day(reader.now),
        "base": f"/verwaltung/{office.owner.slug}{SECTION}",
        "form": form,
    }
    return page(request, "staff/consultations/list.html", status_code=422 if form else 200, **context)


async def _editor(
    request: AnyRequest,
    reader: UnitOfWork,
    principal: Principal,
    *,
    org: str,
    consultation_id: str,
    form: FormState | None = None,
) -> Response[str]:
    office = await office_of(request, reader, principal, org=org, section=SECTION)
    each = await consultation_by_id(reader.session, consultation_id)
    state = form or state_of(each)
    checks = readiness(plan_of(each))
    bodies = {"": "–", each.deciding_body_id or "": each.deciding_body or "–"}
    bodies |= {body.id: body.name for body in await bodies_of(reader.session, [office.owner.id])}
    context = office.context() | {
        "c": each,
        "form": state,
        "checks": checks,
        "done": {line.check.value for line in checks if line.is_done},
        "blocking": sum(line.blocks for line in checks),
        "phase_rows": row_numbers(state, "phase"),
        "step_rows": row_numbers(state, "schritt"),
        "bodies": list(bodies.items()),
        "offered": [channel.value for channel in OFFERED],
        "has_offline_way": bool(ANALOGUE_CHANNELS & set(each.channels)),
        "reading": reading(each.summary.get("de", "")),
        "is_draft": each.state is ConsultationState.DRAFT,
        "is_closed": each.state is ConsultationState.CLOSED,
        "base": f"/verwaltung/{office.owner.slug}{SECTION}",
        "today": local_day(reader.now),
    }
    return page(request, "staff/consultations/edit.html", status_code=422 if form else 200, **context)


def _path(org: str, consultation_id: str) -> str:
    return f"/verwaltung/{org}{SECTION}/{consultation_id}"


def _say(request: AnyRequest, sentence: str) -> Flash:
    return Flash(translator_of(request).gettext(sentence))


routes = [show_list, create, show_editor, save, take_step]
