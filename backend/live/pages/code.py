"""`/s`: the address on the card. The code is typed or scanned here; with it, the meeting's questions.

The scanned code stands after "#" and never reaches the server as an address; typed into the form it travels in
the body, and from page to page in a hidden field. No cookie.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from pydantic import BaseModel, ConfigDict, Field

from backend.cards.codes import CodeProblem, MalformedCode, grouped, parse
from backend.cards.errors import UnknownCard
from backend.kit.errors import DomainError
from backend.kit.uow import UnitOfWork
from backend.live.pages.answering import AnyRequest, ballot_page, sentence_of
from backend.live.pages.standing import Hall, hall_of_card, only_meeting
from backend.runtime import Runtime
from backend.web.access import PUBLIC
from backend.web.forms import read_form
from backend.web.rendering import translator_of
from backend.web.security import FRAMED_HERE
from backend.web.source import source_of

MAX_FORM_BYTES = 16_384
CODE_CHARS = 13
OPEN: dict[str, Any] = {"access": PUBLIC, "policy": replace(FRAMED_HERE, is_personal=True)}

CardText = Annotated[str, Field(max_length=300)]


class CardForm(BaseModel):
    """A code as typed."""

    model_config = ConfigDict(extra="forbid")

    card: CardText = ""


@get("/s", opt=OPEN, include_in_schema=False)
async def show_code(request: Request[Any, Any, Any], reader: NamedDependency[UnitOfWork]) -> Response[str]:
    """Ask for the code."""
    return ballot_page(request, "start", hall=await only_meeting(reader), problem="")


@post("/s", opt=OPEN, include_in_schema=False, status_code=200, request_max_body_size=MAX_FORM_BYTES)
async def take_code(
    request: Request[Any, Any, Any], rt: NamedDependency[Runtime], reader: NamedDependency[UnitOfWork]
) -> Response[str]:
    """Show the questions of the card's meeting, or the code again with what to check."""
    form = await read_form(request, CardForm)
    typed = form.value.card if form.value else ""
    try:
        hall = await hall_of_card(rt, reader, typed, source=source_of(request))
    except DomainError as error:
        problem = _what_to_check(request, typed, error)
        hall_here = await only_meeting(reader)
        status = 422 if isinstance(error, UnknownCard) else error.status
        return ballot_page(request, "start", hall=hall_here, card=typed, problem=problem, status_code=status)
    return overview(request, hall, typed)


@get(
    [f"/s/{step}" for step in ("frage", "pruefen", "stimme", "fragen", "fragen/neu", "fragen/plus", "ablauf")],
    opt=OPEN,
    include_in_schema=False,
    sync_to_thread=False,
)
def begin_again() -> Redirect:
    """Lead a reloaded or bookmarked step back to the code: without a form there is no card."""
    return Redirect("/s", status_code=303)


def overview(request: AnyRequest, hall: Hall, card: str) -> Response[str]:
    """Return the list of questions."""
    return ballot_page(request, "overview", hall=hall, card=tidy(card))


def tidy(card: str) -> str:
    """Return a known code as printed."""
    return grouped(parse(card))


def _what_to_check(request: AnyRequest, typed: str, error: DomainError) -> str:
    gettext = translator_of(request).gettext
    sentences = {
        CodeProblem.EMPTY: gettext("Bitte geben Sie den Code von Ihrer Karte ein."),
        CodeProblem.LENGTH: gettext("Der Code hat 13 Zeichen. Bitte vergleichen Sie mit Ihrer Karte."),
        CodeProblem.CHARACTERS: gettext("Auf der Karte stehen nur Ziffern und Buchstaben, aber kein U."),
        CodeProblem.CHECK: gettext(
            "Ein Zeichen passt nicht. Vergleichen Sie mit Ihrer Karte. Oft verwechselt: 2 und Z, 5 und S, 8 und B."
        ),
    }
    try:
        parse(typed)
    except MalformedCode as malformed:
        return sentences[malformed.problem]
    if isinstance(error, UnknownCard):
        return gettext("Diese Karte kennen wir nicht. Vergleichen Sie den Code noch einmal mit Ihrer Karte.")
    return sentence_of(request, error)


routes: list[ControllerRouterHandler] = [show_code, take_code, begin_again]
