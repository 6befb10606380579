"""The count record of a question: result, equations, incidents, two signatures; the same as a PDF."""

from __future__ import annotations

import asyncio
from typing import Annotated

from litestar import Response, get, post
from litestar.response import Redirect
from pydantic import BaseModel, ConfigDict, Field

from backend.accounts.queries import display_names, place_by_id
from backend.accounts.types import Principal, Right
from backend.ballots.results import count_record, sign_count
from backend.kit.errors import DomainError, NotFound
from backend.kit.uow import UnitOfWork
from backend.meetings.sheet_heading import sheet_heading
from backend.paper.incidents import incidents_of
from backend.paper.press import press
from backend.runtime import Runtime
from backend.web.access import access
from backend.web.flash import Flash
from backend.web.forms import read_form
from backend.web.rendering import see_other, translator_of
from backend.web.second_person import Credentials, second_person
from backend.web.security import PERSONAL
from moderation.desk.frame import BASE, DESK_OF, AnyRequest, Desk, Question, desk_page, refusal
from moderation.desk.record_sheet import Record, record_document, record_of
from moderation.desk.words import words_in
from printables.count_record import print_count_record

SEE = {"access": access(Right.SEE_COUNT_RECORD), "policy": PERSONAL}
SIGN = {"access": access(Right.CONFIRM_RESULT), "policy": PERSONAL}
MAX_REASON_CHARS = 2_000


class SignForm(BaseModel):
    """A signature; a reason where an equation is open; perhaps by the person beside."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(max_length=MAX_REASON_CHARS)] = ""
    beside: bool = False
    name: Annotated[str, Field(max_length=80)] = ""
    password: Annotated[str, Field(max_length=200)] = ""


@get(f"{BASE}/protokoll", opt=SEE, dependencies=DESK_OF, include_in_schema=False)
async def list_records(request: AnyRequest, desk: Desk, reader: UnitOfWork) -> Response[str]:
    """List the questions with the status of their count."""
    rows = [(question, await _record(reader, question)) for question in desk.all_questions]
    return desk_page(request, desk, "record", "records", rows=rows)


@get(f"{BASE}/fragen/{{poll_id:str}}/protokoll", opt=SEE, dependencies=DESK_OF, include_in_schema=False)
async def show_record(
    request: AnyRequest, desk: Desk, poll_id: str, reader: UnitOfWork, principal: Principal
) -> Response[str]:
    """Show a count record. Raises: NotFound before sealing."""
    question = desk.any_question(poll_id)
    record = await _record(reader, question)
    if record is None:
        raise NotFound("Es gibt noch kein Zählprotokoll.")
    names = await display_names(reader.session, {each.user_id for each in record.signatures})
    return desk_page(
        request,
        desk,
        "record",
        "record",
        question=question,
        record=record,
        names=names,
        has_signed=principal.user_id in names,
        may_sign=principal.may(Right.CONFIRM_RESULT, desk.owner.id),
    )


@get(f"{BASE}/fragen/{{poll_id:str}}/protokoll.pdf", opt=SEE, dependencies=DESK_OF, include_in_schema=False)
async def download_record(request: AnyRequest, desk: Desk, poll_id: str, reader: UnitOfWork) -> Response[bytes]:
    """Return the count record as a PDF to sign on paper."""
    question = desk.any_question(poll_id)
    record = await _record(reader, question)
    if record is None:
        raise NotFound("Es gibt noch kein Zählprotokoll.")
    heading = await sheet_heading(reader.session, poll_id)
    place = await place_by_id(reader.session, desk.meeting.place_id) if desk.meeting.place_id else None
    names = await display_names(reader.session, {each.user_id for each in record.signatures})
    document = record_document(
        record,
        question.poll,
        heading=heading,
        place=place.name if place else desk.owner.name,
        signers=tuple(names[each.user_id] for each in record.signatures),
        words=words_in(translator_of(request).gettext),
    )
    with press():
        pdf = await asyncio.to_thread(print_count_record, document)
    headers = {"Content-Disposition": f'attachment; filename="zaehlprotokoll-frage-{question.number}.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


@post(
    f"{BASE}/fragen/{{poll_id:str}}/unterschrift",
    opt=SIGN,
    dependencies=DESK_OF,
    status_code=200,
    include_in_schema=False,
)
async def sign(request: AnyRequest, desk: Desk, poll_id: str, rt: Runtime, principal: Principal) -> Redirect:
    """Confirm a count as one of two persons."""
    form = await read_form(request, SignForm)
    given, who = form.value or SignForm(), principal
    here = f"{desk.base}/fragen/{desk.any_question(poll_id).poll.id}/protokoll"
    try:
        if given.beside:
            beside = Credentials(name=given.name or " ", password=given.password or " ")
            who = await second_person(request, rt, beside, right=Right.CONFIRM_RESULT, org_id=desk.owner.id)
        async with rt.work.write() as uow:
            await sign_count(uow, poll_id, user_id=who.user_id, reason=given.reason)
    except DomainError as refused:
        return see_other(request, here, flash=refusal(refused))
    text = translator_of(request).gettext("%(name)s hat unterschrieben.")
    return see_other(request, here, flash=Flash(text % {"name": who.display_name}))


async def _record(reader: UnitOfWork, question: Question) -> Record | None:
    try:
        content = await count_record(reader.session, question.poll.id)
    except NotFound:
        return None
    return record_of(content, question.poll, await incidents_of(reader.session, question.poll.id))


routes = [list_records, show_record, download_record, sign]
