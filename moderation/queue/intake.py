"""What came by card, letter, telephone or word of mouth: written down here, checked by a second person."""

from __future__ import annotations

from datetime import datetime, time

from litestar import Response, get, post
from litestar.response import Redirect

from backend.accounts.types import Principal, Right
from backend.consultations.actions.record_input import check_transcription, correct_transcription, record_input
from backend.consultations.drafts import Accepted, Intake
from backend.consultations.queries.intake import written_down
from backend.consultations.queries.procedures import consultations_of
from backend.consultations.receipts import shown
from backend.consultations.rules import ZONE, intake_phase, local_day
from backend.consultations.types import INTAKE_CHANNELS, ConsultationState
from backend.kit.errors import DomainError
from backend.kit.i18n import marked
from backend.kit.uow import UnitOfWork
from backend.runtime import Runtime
from backend.web.access import access
from backend.web.flash import Flash
from backend.web.forms import FormState, read_form
from backend.web.rendering import language_of, page, see_other, translator_of, wording
from backend.web.security import PERSONAL
from moderation.office import AnyRequest, office_of
from moderation.queue.forms import CheckForm, IntakeForm

SECTION = "/eingang"
OPT = {"access": access(Right.RECORD_INPUT), "policy": PERSONAL}
DONE = {
    "stimmt": marked("%(ref)s ist geprüft und liegt jetzt bei der Moderation."),
    "stimmt_nicht": marked("%(ref)s ist als strittig vermerkt."),
    "verbessert": marked("%(ref)s ist verbessert. Eine andere Person prüft den Text."),
}


@get("/verwaltung/{org:str}/eingang", opt=OPT, include_in_schema=False)
async def show_intake(request: AnyRequest, org: str, reader: UnitOfWork, principal: Principal) -> Response[str]:
    """Show the form and what waits for a second person."""
    return await _page(request, reader, principal, org=org)


@post("/verwaltung/{org:str}/eingang", opt=OPT, status_code=201, include_in_schema=False)
async def write_down(request: AnyRequest, org: str, rt: Runtime, principal: Principal) -> Response[str]:
    """Record one contribution and show the receipt to hand over."""
    form = await read_form(request, IntakeForm)
    state = form.state
    if form.value is not None:
        try:
            accepted = await _record(rt, form.value, by=principal.user_id)
        except DomainError as refused:
            state = _refused(state, refused)
        else:
            return await _receipt(request, rt, principal, org=org, accepted=accepted)
    async with rt.work.read() as reader:
        return await _page(request, reader, principal, org=org, form=state)


@post("/verwaltung/{org:str}/eingang/{ref:str}", opt=OPT, status_code=303, include_in_schema=False)
async def check(request: AnyRequest, org: str, ref: str, rt: Runtime, principal: Principal) -> Redirect:
    """Compare a text with its original, as another person."""
    form = await read_form(request, CheckForm)
    verdict = form.value.urteil if form.value else "stimmt_nicht"
    async with rt.work.write() as uow:
        if form.value and form.value.urteil == "verbessert":
            await correct_transcription(uow, ref, text=form.value.text or "", by=principal.user_id)
        else:
            await check_transcription(uow, ref, agrees=verdict == "stimmt", by=principal.user_id)
    sentence = translator_of(request).gettext(DONE[verdict]) % {"ref": ref}
    return see_other(request, f"/verwaltung/{org}{SECTION}", flash=Flash(sentence))


async def _record(rt: Runtime, entered: IntakeForm, *, by: str) -> Accepted:
    received_at = datetime.combine(entered.eingang, time(0, 0), tzinfo=ZONE)
    intake = Intake(received_at=received_at, recorded_by=by, organisation=entered.verein, receipt_code=entered.code)
    async with rt.work.write() as uow:
        return await record_input(uow, entered.beteiligung, new=entered.new(), intake=intake)


async def _page(
    request: AnyRequest, reader: UnitOfWork, principal: Principal, *, org: str, form: FormState | None = None
) -> Response[str]:
    office = await office_of(request, reader, principal, org=org, section=SECTION)
    language, today = language_of(request), local_day(reader.now)
    procedures = [each for each in await consultations_of(reader.session, office.owner.id) if each.published_at]
    listed = sorted(procedures, key=lambda each: intake_phase(each.phases, today) is None)
    context = office.context() | {
        "procedures": [
            (each.id, wording(each.title, language)) for each in listed if each.state is ConsultationState.PUBLISHED
        ],
        "channels": [channel.value for channel in INTAKE_CHANNELS],
        "today": today,
        "waiting": await written_down(reader.session, office.owner.id, unchecked=True),
        "checked": await written_down(reader.session, office.owner.id, unchecked=False),
        "me": principal.user_id,
        "form": form,
    }
    return page(request, "staff/queue/intake.html", status_code=422 if form else 200, **context)


async def _receipt(
    request: AnyRequest, rt: Runtime, principal: Principal, *, org: str, accepted: Accepted
) -> Response[str]:
    async with rt.work.read() as reader:
        office = await office_of(request, reader, principal, org=org, section=SECTION)
    context = office.context() | {
        "accepted": accepted,
        "code": shown(accepted.receipt_code),
        "public_url": rt.settings.public_url,
    }
    return page(request, "staff/queue/recorded.html", status_code=201, **context)


def _refused(state: FormState, refused: DomainError) -> FormState:
    names = {"received_at": "eingang", "channel": "weg", "organisation": "verein"}
    name = names.get(str(refused.extra.get("field")), "")
    if name:
        return FormState(state.values, state.lists, {name: refused.detail})
    return state.refused(refused.detail)


routes = [show_intake, write_down, check]
