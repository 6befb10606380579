"""The other tabs without JavaScript: questions from the hall, and the agenda."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.types import ControllerRouterHandler
from pydantic import BaseModel, ConfigDict, Field

from backend.kit.db import JsonDict
from backend.kit.errors import DomainError, NotFound
from backend.kit.idempotency import once
from backend.kit.uow import UnitOfWork
from backend.live.identity import card_in_hand
from backend.live.pages.answering import AnyRequest, ballot_page, sentence_of
from backend.live.pages.code import MAX_FORM_BYTES, OPEN, CardForm, CardText, tidy
from backend.live.pages.standing import hall_of_card
from backend.live.speaking import support_question
from backend.meetings.actions.questions import ask_question
from backend.meetings.queries import agenda_of, questions_of, supported_by
from backend.runtime import Runtime
from backend.web.forms import read_form
from backend.web.source import source_of

KEY_BYTES = 16
CHANNEL = "phone"


class AskForm(BaseModel):
    """A question as typed."""

    model_config = ConfigDict(extra="forbid")

    card: CardText
    text: Annotated[str, Field(max_length=1_000)] = ""


class SupportForm(BaseModel):
    """Support for a question."""

    model_config = ConfigDict(extra="forbid")

    card: CardText
    question: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]


@post("/s/ablauf", opt=OPEN, include_in_schema=False, status_code=200, request_max_body_size=MAX_FORM_BYTES)
async def show_agenda(
    request: Request[Any, Any, Any], rt: NamedDependency[Runtime], reader: NamedDependency[UnitOfWork]
) -> Response[str]:
    """Show the agenda."""
    card = _card((await read_form(request, CardForm)).value)
    hall = await hall_of_card(rt, reader, card, source=source_of(request))
    items = await agenda_of(reader.session, hall.meeting.id)
    return ballot_page(request, "agenda", hall=hall, card=tidy(card), items=items)


@post("/s/fragen", opt=OPEN, include_in_schema=False, status_code=200, request_max_body_size=MAX_FORM_BYTES)
async def show_questions(
    request: Request[Any, Any, Any], rt: NamedDependency[Runtime], reader: NamedDependency[UnitOfWork]
) -> Response[str]:
    """Show the questions from the hall."""
    return await _questions(request, rt, reader, _card((await read_form(request, CardForm)).value))


@post("/s/fragen/neu", opt=OPEN, include_in_schema=False, status_code=200, request_max_body_size=MAX_FORM_BYTES)
async def ask(
    request: Request[Any, Any, Any], rt: NamedDependency[Runtime], uow: NamedDependency[UnitOfWork]
) -> Response[str]:
    """Take a question, or show it again with what to change."""
    read = await read_form(request, AskForm)
    form = read.value
    card = _card(form)
    text = form.text if form else ""
    hall = await hall_of_card(rt, uow, card, source=source_of(request))
    voter = hall.card.voter_hash if hall.card else None
    await card_in_hand(uow.session, voter, hall.meeting.id)

    async def take() -> JsonDict:
        question = await ask_question(uow, hall.meeting.id, text=text, channel=CHANNEL)
        return {"id": question.id, "state": question.state}

    try:
        await once(uow, f"ask:{hall.meeting.id}", read.key, body={"text": text}, produce=take)
    except DomainError as error:
        return await _questions(request, rt, uow, card, text=text, problem=sentence_of(request, error))
    return await _questions(request, rt, uow, card, own=text)


@post("/s/fragen/plus", opt=OPEN, include_in_schema=False, status_code=200, request_max_body_size=MAX_FORM_BYTES)
async def support(
    request: Request[Any, Any, Any], rt: NamedDependency[Runtime], uow: NamedDependency[UnitOfWork]
) -> Response[str]:
    """Count the card's support once and show the questions again."""
    form = (await read_form(request, SupportForm)).value
    card = _card(form)
    hall = await hall_of_card(rt, uow, card, source=source_of(request))
    held = await card_in_hand(uow.session, hall.card.voter_hash if hall.card else None, hall.meeting.id)
    if form is not None:
        await support_question(uow, hall.meeting.id, form.question, voter=held.voter_hash)
    return await _questions(request, rt, uow, card)


async def _questions(request: AnyRequest, rt: Runtime, uow: UnitOfWork, card: str, **context: str) -> Response[str]:
    hall = await hall_of_card(rt, uow, card, source=source_of(request))
    questions = await questions_of(uow.session, hall.meeting.id)
    defaults = {"own": "", "text": "", "problem": ""}
    return ballot_page(
        request,
        "questions",
        hall=hall,
        card=tidy(card),
        questions=questions,
        supported=await supported_by(uow.session, hall.card.voter_hash) if hall.card else frozenset(),
        key=rt.entropy.bytes(KEY_BYTES).hex(),
        status_code=422 if context.get("problem") else 200,
        **(defaults | context),
    )


def _card(form: CardForm | AskForm | SupportForm | None) -> str:
    if form is None or not form.card:
        raise NotFound("Bitte beginnen Sie noch einmal mit dem Code Ihrer Karte.")
    return form.card


routes: list[ControllerRouterHandler] = [show_agenda, show_questions, ask, support]
