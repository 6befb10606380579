"""Two tabs without JavaScript: questions from the hall, and the agenda."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.types import ControllerRouterHandler
from pydantic import BaseModel, ConfigDict, Field

from backend.kit.db import JsonDict
from backend.kit.errors import DomainError
from backend.kit.idempotency import once
from backend.kit.uow import UnitOfWork
from backend.live.identity import card_in_hand
from backend.live.pages.answering import AnyRequest, ballot_page, sentence_of
from backend.live.pages.code import MAX_FORM_BYTES, OPEN, CardForm, CardText, tidy
from backend.live.pages.standing import card_of, hall_of_card
from backend.meetings.actions.questions import NewQuestion, ask_question, receipt_hash, upvote_question
from backend.meetings.queries import agenda_of, own_questions, questions_of, supported_by
from backend.meetings.types import OPEN_TO_SUPPORT
from backend.runtime import Runtime
from backend.web.forms import read_form
from backend.web.source import source_of

KEY_BYTES = 16
CHANNEL = "phone"
MAX_KEYS = 20  # questions of one device that are found again


class QuestionsForm(BaseModel):
    """A card, with the keys of what this device asked before: how it finds its own questions again."""

    model_config = ConfigDict(extra="forbid")

    card: CardText
    keys: Annotated[str, Field(pattern=r"^[0-9a-f ]{0,680}$")] = ""


class AskForm(QuestionsForm):
    """A question as typed."""

    text: Annotated[str, Field(max_length=1_000)] = ""
    name: Annotated[str, Field(max_length=200)] = ""


class SupportForm(QuestionsForm):
    """Support for a question."""

    question: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]


@post("/s/ablauf", opt=OPEN, include_in_schema=False, status_code=200, request_max_body_size=MAX_FORM_BYTES)
async def show_agenda(
    request: Request[Any, Any, Any], rt: NamedDependency[Runtime], reader: NamedDependency[UnitOfWork]
) -> Response[str]:
    """Show the agenda."""
    card = card_of((await read_form(request, CardForm)).value)
    hall = await hall_of_card(rt, reader, card, source=source_of(request))
    items = await agenda_of(reader.session, hall.meeting.id)
    return ballot_page(request, "agenda", hall=hall, card=tidy(card), items=items)


@post("/s/fragen", opt=OPEN, include_in_schema=False, status_code=200, request_max_body_size=MAX_FORM_BYTES)
async def show_questions(
    request: Request[Any, Any, Any], rt: NamedDependency[Runtime], reader: NamedDependency[UnitOfWork]
) -> Response[str]:
    """Show the questions from the hall."""
    form = (await read_form(request, QuestionsForm)).value
    return await _questions(request, rt, reader, card_of(form), keys=form.keys if form else "")


@post("/s/fragen/neu", opt=OPEN, include_in_schema=False, status_code=200, request_max_body_size=MAX_FORM_BYTES)
async def ask(
    request: Request[Any, Any, Any], rt: NamedDependency[Runtime], uow: NamedDependency[UnitOfWork]
) -> Response[str]:
    """Take a question, or show it again with what to change."""
    read = await read_form(request, AskForm)
    form = read.value
    card = card_of(form)
    typed = {"text": form.text, "name": form.name} if form else {}
    keys = form.keys if form else ""
    hall = await hall_of_card(rt, uow, card, source=source_of(request))
    await card_in_hand(uow.session, hall.card.voter_hash if hall.card else None, hall.meeting.id)

    async def take() -> JsonDict:
        new = NewQuestion(typed.get("text", ""), CHANNEL, typed.get("name", ""), receipt=read.key)
        question = await ask_question(uow, hall.meeting.id, new)
        return {"id": question.id, "state": question.state}

    try:
        await once(uow, f"ask:{hall.meeting.id}", read.key, body=typed, produce=take)
    except DomainError as error:
        return await _questions(request, rt, uow, card, keys=keys, problem=sentence_of(request, error), **typed)
    return await _questions(request, rt, uow, card, keys=f"{read.key or ''} {keys}", asked=read.key or "")


@post("/s/fragen/plus", opt=OPEN, include_in_schema=False, status_code=200, request_max_body_size=MAX_FORM_BYTES)
async def support(
    request: Request[Any, Any, Any], rt: NamedDependency[Runtime], uow: NamedDependency[UnitOfWork]
) -> Response[str]:
    """Count the card's support once and show the questions again."""
    form = (await read_form(request, SupportForm)).value
    card = card_of(form)
    hall = await hall_of_card(rt, uow, card, source=source_of(request))
    held = await card_in_hand(uow.session, hall.card.voter_hash if hall.card else None, hall.meeting.id)
    if form is not None:
        await upvote_question(uow, hall.meeting.id, form.question, held.voter_hash)
    return await _questions(request, rt, uow, card, keys=form.keys if form else "")


async def _questions(
    request: AnyRequest, rt: Runtime, uow: UnitOfWork, card: str, *, keys: str, **context: str
) -> Response[str]:
    hall = await hall_of_card(rt, uow, card, source=source_of(request))
    kept = keys.split()[:MAX_KEYS]
    receipts = [receipt_hash(hall.meeting.id, key) for key in kept]
    questions = await questions_of(uow.session, hall.meeting.id)
    defaults = {"asked": "", "text": "", "name": "", "problem": ""}
    return ballot_page(
        request,
        "questions",
        hall=hall,
        card=tidy(card),
        questions=[question for question in questions if question.state in OPEN_TO_SUPPORT],
        answers=[question for question in questions if question.state not in OPEN_TO_SUPPORT],
        by_id={question.id: question for question in questions},
        own=await own_questions(uow.session, hall.meeting.id, receipts) if receipts else [],
        keys=" ".join(kept),
        supported=await supported_by(uow.session, hall.card.voter_hash) if hall.card else frozenset(),
        key=rt.entropy.bytes(KEY_BYTES).hex(),
        status_code=422 if context.get("problem") else 200,
        **(defaults | context),
    )


routes: list[ControllerRouterHandler] = [show_agenda, show_questions, ask, support]
