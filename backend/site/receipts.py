"""`/spur`: what became of my contribution, and what I may do with it.

Guarantees: the code travels in forms, never in an address, so no log or history keeps it.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Annotated

from litestar import Response, get, post
from pydantic import BaseModel, ConfigDict, Field

from backend.accounts.queries import org_by_slug
from backend.cards.codes import TEXT_LENGTH_MAX
from backend.consultations import limits
from backend.consultations.actions.complain import complain
from backend.consultations.actions.take_back import erase, withdraw
from backend.consultations.contacts import ContactBox, add_contact, confirm_contact, remove_contact
from backend.consultations.errors import MalformedReceipt, UnknownReceipt
from backend.consultations.journal import received_key
from backend.consultations.queries.receipts import OwnContribution, export, own_contribution, own_notice
from backend.consultations.receipts import read, shown
from backend.decisions.facts import FeedbackFact
from backend.decisions.queries.trace import trace_of_contribution
from backend.decisions.steps import Answered
from backend.kit.errors import DomainError
from backend.kit.uow import UnitOfWork
from backend.runtime import Runtime
from backend.site.consultations_context import AnyRequest, mail_is_on
from backend.transparency.queries import position_of
from backend.transparency.types import LogType
from backend.web.access import PUBLIC
from backend.web.forms import FormState, read_form
from backend.web.frame import org_view
from backend.web.rendering import page, translator_of
from backend.web.security import PERSONAL
from backend.web.source import source_of

PURPOSE = "receipt"
OPT = {"access": PUBLIC, "policy": PERSONAL}

Code = Annotated[str, Field(max_length=TEXT_LENGTH_MAX)]


class CodeForm(BaseModel):
    """A receipt code as typed."""

    model_config = ConfigDict(extra="forbid")

    code: Code


class SureForm(CodeForm):
    """A step that cannot be undone, with the box ticked."""

    sicher: Annotated[str, Field(pattern="^1$")]


class ComplaintForm(CodeForm):
    """A complaint."""

    text: Annotated[str, Field(min_length=1, max_length=limits.COMPLAINT_CHARS)]


class EmailForm(CodeForm):
    """An address for the answer; empty removes the one that is kept."""

    email: Annotated[str, Field(max_length=limits.EMAIL_CHARS)] | None = None


Step = Callable[[UnitOfWork], Awaitable[object]]


@get("/spur", opt=OPT, include_in_schema=False)
async def show_lookup(request: AnyRequest) -> Response[str]:
    """Ask for the code; a code behind `#` is sent by a small script."""
    return page(request, "site/receipts/lookup.html", section=None, form=None)


@post("/spur", opt=OPT, status_code=200, include_in_schema=False)
async def look_up(request: AnyRequest, rt: Runtime) -> Response[str]:
    """Show what the code opens."""
    form = await read_form(request, CodeForm)
    if form.value is None:
        return _lookup_again(request, form.state)
    return await _show(request, rt, form.value.code)


@post("/spur/zurueckziehen", opt=OPT, status_code=200, include_in_schema=False)
async def withdraw_own(request: AnyRequest, rt: Runtime) -> Response[str]:
    """Take one's contribution back."""
    form = await read_form(request, CodeForm)
    code = form.value.code if form.value else ""
    done = translator_of(request).gettext("Ihr Beitrag ist zurückgezogen. Niemand kann ihn mehr lesen.")
    return await _do(request, rt, code, step=lambda uow: withdraw(uow, code), done=done)


@post("/spur/loeschen", opt=OPT, status_code=200, include_in_schema=False)
async def erase_own(request: AnyRequest, rt: Runtime) -> Response[str]:
    """Delete everything one wrote."""
    form = await read_form(request, SureForm)
    if form.value is None:
        gettext = translator_of(request).gettext
        return await _show(
            request,
            rt,
            form.state.values.get("code", ""),
            problem=gettext("Bitte bestätigen Sie, dass Sie löschen wollen."),
        )
    code = form.value.code
    done = translator_of(request).gettext("Alles, was Sie geschrieben haben, ist gelöscht.")
    return await _do(request, rt, code, step=lambda uow: erase(uow, code), done=done)


@post("/spur/beschwerde", opt=OPT, status_code=200, include_in_schema=False)
async def complain_own(request: AnyRequest, rt: Runtime) -> Response[str]:
    """Complain about the last decision."""
    form = await read_form(request, ComplaintForm)
    gettext = translator_of(request).gettext
    code = form.state.values.get("code", "")
    if form.value is None:
        return await _show(request, rt, code, problem=gettext("Schreiben Sie, womit Sie nicht einverstanden sind."))
    text = form.value.text
    done = gettext("Ihre Beschwerde ist da. Eine andere Person prüft sie.")
    return await _do(request, rt, code, step=lambda uow: complain(uow, code, text=text), done=done)


@post("/spur/email", opt=OPT, status_code=200, include_in_schema=False)
async def change_email(request: AnyRequest, rt: Runtime) -> Response[str]:
    """Add an address for the answer, or forget it."""
    form = await read_form(request, EmailForm)
    gettext = translator_of(request).gettext
    code = form.state.values.get("code", "")
    address = form.value.email if form.value else None
    if not address or not mail_is_on(rt.settings):
        done = gettext("Ihre E-Mail-Adresse ist gelöscht.")
        return await _do(request, rt, code, step=lambda uow: remove_contact(uow, code), done=done)
    box, wanted = ContactBox(rt.keyring.contacts), address
    done = gettext("Fast fertig: Bestätigen Sie Ihre Adresse mit dem Link in der E-Mail, die wir Ihnen schicken.")
    return await _do(request, rt, code, step=lambda uow: add_contact(uow, code, address=wanted, box=box), done=done)


@post("/spur/daten", opt=OPT, status_code=200, include_in_schema=False)
async def export_own(request: AnyRequest, rt: Runtime) -> Response[bytes] | Response[str]:
    """Give the author everything that is kept, as a file."""
    form = await read_form(request, CodeForm)
    code = form.value.code if form.value else ""
    try:
        own = await _own(request, rt, code)
    except (UnknownReceipt, MalformedReceipt) as refused:
        return _lookup_again(request, form.state.refused(refused.detail))
    content = json.dumps(export(own), ensure_ascii=False, indent=2).encode()
    headers = {"Content-Disposition": f'attachment; filename="{own.ref}.json"'}
    return Response(content, media_type="application/json", headers=headers)


@get("/spur/email/{token:str}", opt=OPT, include_in_schema=False)
async def show_confirm(request: AnyRequest, token: str) -> Response[str]:
    """Ask for the click that confirms an address; a link alone changes nothing."""
    return page(request, "site/receipts/confirm.html", section=None, token=token[:200], ref=None)


@post("/spur/email/{token:str}", opt=OPT, status_code=200, include_in_schema=False)
async def confirm(request: AnyRequest, token: str, rt: Runtime, uow: UnitOfWork) -> Response[str]:
    """Confirm an address."""
    ref = await confirm_contact(uow, token[:200], box=ContactBox(rt.keyring.contacts))
    return page(request, "site/receipts/confirm.html", section=None, token=None, ref=ref)


async def _do(request: AnyRequest, rt: Runtime, code: str, *, step: Step, done: str) -> Response[str]:
    try:
        async with rt.work.write() as uow:
            await step(uow)
    except (UnknownReceipt, MalformedReceipt) as refused:
        rt.throttle.failed(PURPOSE, source_of(request))
        return _lookup_again(request, FormState(values={"code": code}).refused(refused.detail))
    except DomainError as refused:
        return await _show(request, rt, code, problem=refused.detail)
    return await _show(request, rt, code, done=done)


async def _show(request: AnyRequest, rt: Runtime, code: str, *, done: str = "", problem: str = "") -> Response[str]:
    try:
        own = await _own(request, rt, code)
    except UnknownReceipt:
        return await _show_notice(request, rt, code)
    except MalformedReceipt as refused:
        return _lookup_again(request, FormState(values={"code": code}).refused(refused.detail))
    async with rt.work.read() as reader:
        owner = await org_by_slug(reader.session, own.org_slug)
        place = await position_of(reader.session, LogType.INPUT_RECEIVED, received_key(own.id))
        answers = await _answers(reader, own)
    return page(
        request,
        "site/receipts/own.html",
        org=org_view(owner),
        section=None,
        own=own,
        code=shown(read(code)),
        done=done,
        problem=problem,
        may_complain=own.may_complain(rt.clock.now()),
        place=place,
        answers=answers,
        mail_is_on=mail_is_on(rt.settings),
        is_demo=not rt.settings.smtp_url,
    )


async def _answers(reader: UnitOfWork, own: OwnContribution) -> list[FeedbackFact]:
    """Return the answers that were given, newest last."""
    if not own.may_take_back:
        return []
    trace = await trace_of_contribution(reader.session, own.ref)
    return [step.feedback for step in trace.closing if isinstance(step, Answered)]


async def _show_notice(request: AnyRequest, rt: Runtime, code: str) -> Response[str]:
    try:
        async with rt.work.read() as reader:
            found = await own_notice(reader.session, code)
            owner = await org_by_slug(reader.session, found.org_slug)
    except UnknownReceipt as refused:
        rt.throttle.failed(PURPOSE, source_of(request))
        return _lookup_again(request, FormState(values={"code": code}).refused(refused.detail))
    return page(request, "site/receipts/notice.html", org=org_view(owner), section=None, notice=found)


async def _own(request: AnyRequest, rt: Runtime, code: str) -> OwnContribution:
    rt.throttle.check(PURPOSE, source_of(request))
    async with rt.work.read() as reader:
        return await own_contribution(reader.session, code)


def _lookup_again(request: AnyRequest, form: FormState) -> Response[str]:
    return page(request, "site/receipts/lookup.html", status_code=422, section=None, form=form)


routes = [
    show_lookup,
    look_up,
    withdraw_own,
    erase_own,
    complain_own,
    change_email,
    export_own,
    show_confirm,
    confirm,
]
