"""One meeting being prepared: its questions, its cards as a PDF to print, and the ways to the other tables."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from litestar import Response, get, post
from litestar.response import Redirect
from pydantic import BaseModel, ConfigDict, Field

from backend.accounts.queries import place_by_id
from backend.accounts.types import Principal
from backend.cards.actions import DEFAULT_PACK_SIZE, MAX_PACK_SIZE
from backend.cards.queries import packs_of
from backend.kit.db import JsonDict
from backend.kit.errors import DomainError, NotFound
from backend.kit.idempotency import once
from backend.kit.uow import UnitOfWork
from backend.meetings.queries import Meeting, agenda_of, get_meeting
from backend.polls.actions import NewPoll, create_poll
from backend.polls.queries import polls_of
from backend.runtime import Runtime
from backend.web.flash import Flash, Tone
from backend.web.forms import FormState, read_form
from backend.web.rendering import page, see_other, translator_of
from moderation.office import Office, office_of
from moderation.stage.cards import MAX_PRINTED, draw_and_print
from moderation.stage.carry_out import AnyRequest
from moderation.stage.evenings import KEY_BYTES, RUN, SECTION
from moderation.stage.question_form import QuestionFields, caution_words, cautions, new_poll

HERE = "/verwaltung/{org:str}/abende/{meeting_id:str}"


class PollForm(QuestionFields):
    """A question to prepare, and the point of the agenda it belongs to."""

    punkt: Annotated[str, Field(max_length=40)] = ""


class CardsForm(BaseModel):
    """How many cards to draw and print."""

    model_config = ConfigDict(extra="forbid")

    stimmkarten: Annotated[int, Field(ge=0, le=MAX_PRINTED)] = 0
    gaestekarten: Annotated[int, Field(ge=0, le=MAX_PRINTED)] = 0
    packen: Annotated[int, Field(ge=1, le=MAX_PACK_SIZE)] = DEFAULT_PACK_SIZE


@get(HERE, opt=RUN, include_in_schema=False)
async def show_evening(
    request: AnyRequest, org: str, meeting_id: str, rt: Runtime, reader: UnitOfWork, principal: Principal
) -> Response[str]:
    """Show a meeting with its questions and packs."""
    office = await office_of(request, reader, principal, org=org, section=SECTION)
    return await _evening_page(request, rt, reader, office=office, meeting_id=meeting_id)


@post(f"{HERE}/fragen", opt=RUN, status_code=200, include_in_schema=False)
async def add_question(
    request: AnyRequest, org: str, meeting_id: str, rt: Runtime, principal: Principal
) -> Response[str] | Redirect:
    """Add a draft poll, once per form."""
    form = await read_form(request, PollForm)
    state, given = form.state, form.value
    if given is not None:
        try:
            new = new_poll(given)
            async with rt.work.write() as uow:
                office = await office_of(request, uow, principal, org=org, section=SECTION)
                await _add(uow, given, new, office=office, meeting_id=meeting_id, key=form.key)
        except DomainError as refused:
            state = state.refused(refused.detail)
        else:
            return see_other(request, f"/verwaltung/{org}/abende/{meeting_id}#fragen", flash=_added(request, new))
    async with rt.work.read() as reader:
        office = await office_of(request, reader, principal, org=org, section=SECTION)
        return await _evening_page(request, rt, reader, office=office, meeting_id=meeting_id, form=state)


@post(f"{HERE}/karten", opt=RUN, status_code=200, include_in_schema=False)
async def print_cards(request: AnyRequest, org: str, meeting_id: str, rt: Runtime) -> Response[bytes] | Redirect:
    """Draw cards and answer with the PDF; their codes are in this file and nowhere else."""
    form = await read_form(request, CardsForm)
    given, back = form.value, f"/verwaltung/{org}/abende/{meeting_id}#karten"
    if given is None or not given.stimmkarten + given.gaestekarten:
        text = translator_of(request).gettext("Bitte sagen Sie, wie viele Karten gedruckt werden sollen.")
        return see_other(request, back, flash=Flash(text, Tone.WARN))
    try:
        pdf = await draw_and_print(
            rt, meeting_id, voting=given.stimmkarten, guest=given.gaestekarten, pack_size=given.packen
        )
    except DomainError as refused:
        return see_other(request, back, flash=Flash(refused.detail, Tone.WARN))
    headers = {"Content-Disposition": 'attachment; filename="karten.pdf"', "Cache-Control": "no-store"}
    return Response(pdf, media_type="application/pdf", headers=headers)


def _added(request: AnyRequest, new: NewPoll) -> Flash:
    """Return what is said after a question was added, with what to know before asking it."""
    gettext = translator_of(request).gettext
    warnings = [caution_words(each, gettext) for each in cautions(new)]
    said = " ".join([gettext("Die Frage steht auf der Liste."), *warnings])
    return Flash(said, Tone.WARN) if warnings else Flash(said)


async def _add(uow: UnitOfWork, given: PollForm, new: NewPoll, *, office: Office, meeting_id: str, key: str) -> None:
    meeting = await _own(uow, office, meeting_id)
    items = {item.id for item in await agenda_of(uow.session, meeting.id)}

    async def add() -> JsonDict:
        placed = replace(new, agenda_item_id=given.punkt if given.punkt in items else None)
        row = await create_poll(uow, placed, org_id=office.owner.id, meeting_id=meeting.id, n_min=office.owner.n_min)
        return {"poll": row.id}

    await once(uow, f"stage.poll:{meeting.id}", key, body=given.model_dump(mode="json"), produce=add)


async def _evening_page(
    request: AnyRequest,
    rt: Runtime,
    reader: UnitOfWork,
    *,
    office: Office,
    meeting_id: str,
    form: FormState | None = None,
) -> Response[str]:
    meeting = await _own(reader, office, meeting_id)
    return page(
        request,
        "staff/stage/evening.html",
        status_code=200 if form is None else 422,
        base=f"/verwaltung/{office.owner.slug}",
        meeting=meeting,
        place=await place_by_id(reader.session, meeting.place_id) if meeting.place_id else None,
        agenda=await agenda_of(reader.session, meeting_id),
        polls=[poll for poll in await polls_of(reader.session, meeting_id) if not poll.is_waiting_stack],
        packs=await packs_of(reader.session, meeting_id),
        form=form,
        key=rt.entropy.bytes(KEY_BYTES).hex(),
        **office.context(),
    )


async def _own(uow: UnitOfWork, office: Office, meeting_id: str) -> Meeting:
    meeting = await get_meeting(uow.session, meeting_id)
    if meeting.org_id != office.owner.id:
        raise NotFound
    return meeting


routes = [show_evening, add_question, print_cards]
