"""Saying something as a citizen: contribute, answer, support, report. Works without JavaScript."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, get, post
from litestar.response import Redirect
from pydantic import BaseModel, ConfigDict, Field

from backend.consultations import limits
from backend.consultations.actions.complain import give_notice
from backend.consultations.actions.respond import support, take_support_back
from backend.consultations.actions.submit_contribution import submit_contribution
from backend.consultations.contacts import ContactBox, add_contact, check_address
from backend.consultations.drafts import Accepted, NewContribution
from backend.consultations.errors import UnknownContribution, WritingClosed
from backend.consultations.queries.public_view import Contribution
from backend.consultations.queries.thread import contribution_by_ref
from backend.consultations.receipts import shown
from backend.consultations.rules import local_day, review_by
from backend.consultations.types import AuthorGroup, ContributionKind, NoticeReason
from backend.kit.errors import DomainError
from backend.kit.uow import UnitOfWork
from backend.runtime import Runtime
from backend.site.consultations import consultation_page, form_context
from backend.site.consultations_context import (
    AnyRequest,
    Place,
    form_key,
    guest_of,
    input_source,
    mail_is_on,
    new_guest,
    place_of,
    supporter_of,
)
from backend.web.access import PUBLIC
from backend.web.forms import Form, FormState, read_form
from backend.web.links import is_local
from backend.web.rendering import page, see_other
from backend.web.security import PERSONAL

Ref = Annotated[str, Field(pattern=r"^[A-Z]{2}\d{2}-\d{3,6}$")]
STEP_FIELD = "_schritt"
SIMILAR_FIRST = "aehnlich"


class ContributionForm(BaseModel):
    """What somebody wants to say."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(min_length=1, max_length=limits.TEXT_CHARS)]
    name: Annotated[str, Field(max_length=limits.NICKNAME_CHARS)] | None = None
    email: Annotated[str, Field(max_length=limits.EMAIL_CHARS)] | None = None
    alter: AuthorGroup = AuthorGroup.UNKNOWN
    antwort_auf: Ref | None = None

    def new(self) -> NewContribution:
        """Return the domain's value."""
        kind = ContributionKind.REPLY if self.antwort_auf else ContributionKind.COMMENT
        return NewContribution(
            text=self.text, kind=kind, nickname=self.name, author_group=self.alter, in_reply_to=self.antwort_auf
        )


class NoticeForm(BaseModel):
    """Why somebody reports a contribution."""

    model_config = ConfigDict(extra="forbid")

    grund: NoticeReason
    text: Annotated[str, Field(max_length=limits.NOTICE_CHARS)] = ""


class SupportForm(BaseModel):
    """A support or its withdrawal, and where to go back to."""

    model_config = ConfigDict(extra="forbid")

    wahl: Annotated[str, Field(pattern=r"^(unterstuetzen|zuruecknehmen)$")]
    zurueck: Annotated[str, Field(max_length=500)] = "/"


@post("/{org:str}/b/{slug:str}/beitraege", opt={"access": PUBLIC, "policy": PERSONAL}, include_in_schema=False)
async def contribute(request: AnyRequest, org: str, slug: str, rt: Runtime) -> Response[str]:
    """Take in a contribution; show the receipt, the form with what to change, or similar ones first."""
    form = await read_form(request, ContributionForm)
    step = (await request.form()).get(STEP_FIELD)
    async with rt.work.read() as reader:
        where = await place_of(reader, org, slug)
    if step == SIMILAR_FIRST or form.value is None:
        return await _again(request, rt, where, form=form.state, draft=_draft(form) if step == SIMILAR_FIRST else "")
    try:
        accepted = await _take_in(request, rt, where, form=form)
    except WritingClosed:
        raise  # there is no form to show again
    except DomainError as refused:
        return await _again(request, rt, where, form=_with_refusal(form.state, refused))
    return _receipt(request, rt, where, accepted=accepted, entered=form.value)


@get("/{org:str}/b/{slug:str}/{ref:str}/antworten", opt={"access": PUBLIC}, include_in_schema=False)
async def show_reply(
    request: AnyRequest, org: str, slug: str, ref: str, rt: Runtime, reader: UnitOfWork
) -> Response[str]:
    """Show the form for an answer."""
    where = await place_of(reader, org, slug)
    parent = await _public(reader, where, ref)
    return _reply_page(request, rt, where, parent=parent, form=None)


@post(
    "/{org:str}/b/{slug:str}/{ref:str}/unterstuetzen",
    opt={"access": PUBLIC, "policy": PERSONAL},
    status_code=303,
    include_in_schema=False,
)
async def support_contribution(request: AnyRequest, org: str, slug: str, ref: str, rt: Runtime) -> Redirect:
    """Add or take back a support and return to where the reader was."""
    form = await read_form(request, SupportForm)
    back = form.value.zurueck if form.value and is_local(form.value.zurueck) else f"/{org}/b/{slug}"
    known = guest_of(request, rt.settings)
    cookie = None if known else new_guest(rt)
    token = known or (str(cookie.value) if cookie else "")
    async with rt.work.write() as uow:
        if form.value and form.value.wahl == "zuruecknehmen":
            await take_support_back(uow, ref, supporter=supporter_of(token))
        else:
            await support(uow, ref, supporter=supporter_of(token), source=input_source(request, rt, uow))
    answer = see_other(request, back)
    if cookie:
        answer.cookies.append(cookie)
    return answer


@get("/{org:str}/b/{slug:str}/{ref:str}/melden", opt={"access": PUBLIC}, include_in_schema=False)
async def show_notice(
    request: AnyRequest, org: str, slug: str, ref: str, rt: Runtime, reader: UnitOfWork
) -> Response[str]:
    """Show the form for a report."""
    where = await place_of(reader, org, slug)
    reported = await _public(reader, where, ref)
    context = where.context() | {"reported": reported, "form": None, "key": form_key(rt)}
    return page(request, "site/contributions/notice.html", status_code=200, **context)


@post("/{org:str}/b/{slug:str}/{ref:str}/melden", opt={"access": PUBLIC, "policy": PERSONAL}, include_in_schema=False)
async def notice(request: AnyRequest, org: str, slug: str, ref: str, rt: Runtime) -> Response[str]:
    """Take in a report and show its code."""
    form = await read_form(request, NoticeForm)
    async with rt.work.read() as reader:
        where = await place_of(reader, org, slug)
        reported = await _public(reader, where, ref)
    if form.value is None:
        context = where.context() | {"reported": reported, "form": form.state, "key": form_key(rt)}
        return page(request, "site/contributions/notice.html", status_code=422, **context)
    async with rt.work.write() as uow:
        source = input_source(request, rt, uow)
        code = await give_notice(uow, ref, reason=form.value.grund, text=form.value.text, source=source)
    context = where.context() | {"ref": ref, "code": shown(code)}
    return page(request, "site/contributions/noticed.html", status_code=201, **context)


async def _take_in(request: AnyRequest, rt: Runtime, where: Place, *, form: Form[ContributionForm]) -> Accepted:
    entered = form.value
    if entered is None:
        raise UnknownContribution
    wants_mail = bool(entered.email) and mail_is_on(rt.settings)
    if wants_mail and entered.email:
        check_address(entered.email)
    async with rt.work.write() as uow:
        accepted = await submit_contribution(
            uow,
            where.consultation.id,
            new=entered.new(),
            source=input_source(request, rt, uow),
            request_key=form.key or None,
        )
        if wants_mail and entered.email:
            box = ContactBox(rt.keyring.contacts)
            await add_contact(uow, accepted.receipt_code, address=entered.email, box=box)
    return accepted


async def _again(request: AnyRequest, rt: Runtime, where: Place, *, form: FormState, draft: str = "") -> Response[str]:
    answered = form.values.get("antwort_auf")
    async with rt.work.read() as reader:
        if answered:
            parent = await _public(reader, where, answered)
            return _reply_page(request, rt, where, parent=parent, form=form)
        return await consultation_page(request, rt, reader, where=where, form=form, draft=draft)


def _reply_page(
    request: AnyRequest, rt: Runtime, where: Place, *, parent: Contribution, form: FormState | None
) -> Response[str]:
    context = where.context() | form_context(request, rt, form) | {"parent": parent}
    return page(request, "site/contributions/reply.html", status_code=422 if form else 200, **context)


def _receipt(
    request: AnyRequest, rt: Runtime, where: Place, *, accepted: Accepted, entered: ContributionForm
) -> Response[str]:
    reply_to = f"-{entered.antwort_auf}" if entered.antwort_auf else ""
    context = where.context() | {
        "accepted": accepted,
        "code": shown(accepted.receipt_code),
        "read_by": review_by(local_day(rt.clock.now())),
        "mail_is_asked": bool(entered.email) and bool(rt.settings.smtp_url),
        "public_url": rt.settings.public_url,
        "sent": where.consultation.id + reply_to,
    }
    return page(request, "site/contributions/accepted.html", status_code=201, **context)


async def _public(reader: UnitOfWork, where: Place, ref: str) -> Contribution:
    found = await contribution_by_ref(reader.session, ref)
    if not found.is_public or found.consultation_id != where.consultation.id:
        raise UnknownContribution("Diesen Beitrag gibt es nicht, oder er ist nicht öffentlich.")
    return found


def _draft(form: Form[ContributionForm]) -> str:
    return form.state.values.get("text", "") or " "


def _with_refusal(state: FormState, refused: DomainError) -> FormState:
    name = refused.extra.get("field")
    if isinstance(name, str) and name in state.values:
        return FormState(state.values, state.lists, {name: refused.detail})
    return state.refused(refused.detail)


routes = [contribute, show_reply, support_contribution, show_notice, notice]
