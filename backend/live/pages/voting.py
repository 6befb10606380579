"""Voting without JavaScript: question, check, arrival. Each step a form; nothing is kept between them.

Without a script the phone cannot draw the nonce, so the server does, when the check page is made; the page says
so. Key and nonce stand in that page's form: sending it twice gives the same answer. Radio values and the form of
the check page have one length for every choice.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.types import ControllerRouterHandler
from pydantic import BaseModel, ConfigDict, Field

from backend.ballots.errors import AlreadyVoted, BadChoices
from backend.ballots.results import shown_result
from backend.kit.errors import DomainError, NotFound
from backend.kit.uow import UnitOfWork
from backend.live.pages.answering import AnyRequest, ballot_page, sentence_of
from backend.live.pages.code import MAX_FORM_BYTES, OPEN, CardText, overview, tidy
from backend.live.pages.marks import (
    FIELD_CHARS,
    PLACE_CHARS,
    WORD_FIELD_CHARS,
    choices_of,
    lines_of,
    padding,
    rows_of,
    steps_of,
)
from backend.live.pages.picture import letters_of, picture_of
from backend.live.pages.standing import Hall, Row, Standing, hall_of_card
from backend.polls.choices import WORD_LENGTH_MAX, ChoiceFault, Choices, InvalidChoices, canonical
from backend.polls.errors import PollNotOpen
from backend.polls.types import OPTIONS_MAX, WORDS_MAX, Channel, PollType
from backend.runtime import Runtime
from backend.web.forms import read_form
from backend.web.rendering import translator_of
from backend.web.source import source_of

NONCE_BYTES = 32
KEY_BYTES = 16
PADDING_MAX = OPTIONS_MAX * FIELD_CHARS + WORDS_MAX * WORD_FIELD_CHARS

PollText = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
Mark = Annotated[str, Field(pattern=r"^([0-9]{2,3}|---)$")]
Word = Annotated[str, Field(max_length=4 * WORD_LENGTH_MAX)]

Sent = TypeVar("Sent", bound=BaseModel)


class PollForm(BaseModel):
    """A question and a card."""

    model_config = ConfigDict(extra="forbid")

    card: CardText
    poll: PollText
    again: bool = False


class MarkForm(PollForm):
    """What was marked (see marks.py): places of options, best first for a ranking; numbers of rows; words."""

    choice: list[Mark] = Field(default_factory=list, max_length=OPTIONS_MAX + 1)
    wort: list[Word] = Field(default_factory=list, max_length=WORDS_MAX)


class CastForm(MarkForm):
    """A checked ballot."""

    nonce: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    pad: Annotated[str, Field(max_length=PADDING_MAX)] = ""


@post("/s/frage", opt=OPEN, include_in_schema=False, status_code=200, request_max_body_size=MAX_FORM_BYTES)
async def show_question(
    request: Request[Any, Any, Any], rt: NamedDependency[Runtime], reader: NamedDependency[UnitOfWork]
) -> Response[str]:
    """Show a question as this card finds it: to fill in, used, closed, counted."""
    form = _required((await read_form(request, PollForm)).value)
    hall = await hall_of_card(rt, reader, form.card, source=source_of(request))
    row = hall.row(form.poll)
    result = await shown_result(reader.session, row.poll)
    if hall.is_guest and result is None:
        return overview(request, hall, form.card)
    if result is not None:
        picture = picture_of(row.poll, result)
        return ballot_page(request, "result", hall=hall, card=tidy(form.card), row=row, picture=picture)
    if row.standing is Standing.OPEN or (form.again and row.may_change):
        return _question(request, hall, row, card=form.card)
    return ballot_page(request, "standing", hall=hall, card=tidy(form.card), row=row)


@post("/s/pruefen", opt=OPEN, include_in_schema=False, status_code=200, request_max_body_size=MAX_FORM_BYTES)
async def check_ballot(
    request: Request[Any, Any, Any], rt: NamedDependency[Runtime], reader: NamedDependency[UnitOfWork]
) -> Response[str]:
    """Show what was marked before it is cast, or the question again with what is missing."""
    form = _required((await read_form(request, MarkForm)).value)
    hall = await hall_of_card(rt, reader, form.card, source=source_of(request))
    row = hall.row(form.poll)
    if row.standing is not Standing.OPEN and not row.may_change:
        return ballot_page(request, "standing", hall=hall, card=tidy(form.card), row=row)
    choices, hint = _checked(request, row, form)
    if hint:
        return _question(request, hall, row, card=form.card, form=form, hint=hint)
    return ballot_page(
        request,
        "check",
        hall=hall,
        card=tidy(form.card),
        row=row,
        chosen=lines_of(row, choices),
        fields=[*(("choice", mark) for mark in form.choice), *(("wort", word) for word in form.wort)],
        nonce=rt.entropy.bytes(NONCE_BYTES).hex(),
        key=rt.entropy.bytes(KEY_BYTES).hex(),
        pad=padding(row, form.choice, form.wort),
    )


@post("/s/stimme", opt=OPEN, include_in_schema=False, status_code=200, request_max_body_size=MAX_FORM_BYTES)
async def cast_ballot(request: Request[Any, Any, Any], rt: NamedDependency[Runtime]) -> Response[str]:
    """Put the ballot into the box and show its Prüfnummer. Holds no unit of work while it waits."""
    read = await read_form(request, CastForm)
    form = _required(read.value)
    refused: DomainError | None = None
    code = ""
    hall = await _hall(rt, request, form.card)
    row = hall.row(form.poll)
    try:
        answer = await rt.desk.cast_with_card(
            form.poll,
            form.card,
            choices=choices_of(row, form.choice, form.wort),
            nonce=bytes.fromhex(form.nonce),
            channel=Channel.PHONE,
            request_key=read.key,
        )
        code = answer.tracking_code
    except DomainError as error:
        refused = error
    if refused is None:
        return ballot_page(request, "arrived", hall=hall, card=tidy(form.card), row=row, code=code)
    return await _refused(rt, request, form, refused)


async def _hall(rt: Runtime, request: AnyRequest, card: str) -> Hall:
    async with rt.work.read() as uow:
        return await hall_of_card(rt, uow, card, source=source_of(request))


async def _refused(rt: Runtime, request: AnyRequest, form: CastForm, error: DomainError) -> Response[str]:
    hall = await _hall(rt, request, form.card)
    row = hall.row(form.poll)
    is_late = isinstance(error, PollNotOpen)
    if isinstance(error, AlreadyVoted):
        return ballot_page(request, "standing", hall=hall, card=tidy(form.card), row=row, status_code=error.status)
    detail = sentence_of(request, error)
    context = {"row": row, "detail": detail, "is_late": is_late}
    return ballot_page(request, "refused", hall=hall, card=tidy(form.card), status_code=error.status, **context)


def _question(
    request: AnyRequest, hall: Hall, row: Row, *, card: str, form: MarkForm | None = None, hint: str = ""
) -> Response[str]:
    definition = row.poll.definition
    marks = form.choice if form else []
    return ballot_page(
        request,
        "question",
        hall=hall,
        card=tidy(card),
        row=row,
        letters=letters_of(row.options, definition.type),
        rows=rows_of(definition),
        steps=steps_of(definition),
        marked=[mark for mark in marks if len(mark) == PLACE_CHARS],
        numbers=[mark for mark in marks if len(mark) != PLACE_CHARS],
        typed=form.wort if form else [],
        hint=hint,
        status_code=422 if hint else 200,
    )


def _checked(request: AnyRequest, row: Row, form: MarkForm) -> tuple[Choices, str]:
    """Return the choices, and what is still to do in words; no words when the ballot may be cast."""
    gettext = translator_of(request).gettext
    try:
        choices: Choices = canonical(row.poll.definition, choices_of(row, form.choice, form.wort))
    except BadChoices:
        return [], _too_much(request, row, None)
    except InvalidChoices as error:
        return [], _too_much(request, row, error.fault)
    return choices, "" if choices else gettext("Wählen Sie zuerst eine Antwort.")


def _too_much(request: AnyRequest, row: Row, fault: ChoiceFault | None) -> str:
    gettext, definition = translator_of(request).gettext, row.poll.definition
    if fault is ChoiceFault.ABSTENTION_NOT_ALONE:
        return gettext("Enthaltung geht nur allein.")
    match definition.type:
        case PollType.RANKING:
            return gettext("Jede Antwort darf nur auf einem Platz stehen.")
        case PollType.CUMULATIVE:
            return gettext("Das sind zu viele Punkte. Sie haben %(n)s.") % {"n": definition.limit}
        case PollType.BUDGET:
            return gettext("Das kostet zusammen mehr Geld, als da ist. Nehmen Sie ein Vorhaben weg.")
        case PollType.WORDS:
            return gettext("Ein Wort hat höchstens 24 Zeichen: Buchstaben und Ziffern. Schreiben Sie jedes nur einmal.")
        case _:
            return gettext("Das sind zu viele Antworten. Enthaltung geht nur allein.")


def _required(form: Sent | None) -> Sent:
    """Return a form that our pages always send whole. Raises: NotFound for anything else."""
    if form is None:
        raise NotFound("Bitte beginnen Sie noch einmal mit dem Code Ihrer Karte.")
    return form


routes: list[ControllerRouterHandler] = [show_question, check_ballot, cast_ballot]
