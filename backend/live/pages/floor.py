"""The hall without JavaScript: the announcement, the list of speakers, live text, the way to a broadcast."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.types import ControllerRouterHandler
from pydantic import Field

from backend.kit.errors import DomainError
from backend.kit.uow import UnitOfWork
from backend.live.identity import card_in_hand
from backend.live.pages.answering import AnyRequest, ballot_page, sentence_of
from backend.live.pages.code import MAX_FORM_BYTES, OPEN, CardForm, tidy
from backend.live.pages.standing import Hall, card_of, hall_of_card
from backend.meetings.actions.speakers import MAX_GROUP_CHARS, request_to_speak, withdraw_own
from backend.meetings.floor import latest_lines, own_request, speakers_of
from backend.meetings.wire import stream_view
from backend.runtime import Runtime
from backend.web.forms import read_form
from backend.web.source import source_of

OPTIONS: dict[str, Any] = {
    "opt": OPEN,
    "include_in_schema": False,
    "status_code": 200,
    "request_max_body_size": MAX_FORM_BYTES,
}


class SpeakForm(CardForm):
    """A request to speak; the group is one of the meeting's or none."""

    gruppe: Annotated[str, Field(max_length=MAX_GROUP_CHARS)] = ""


@post("/s/saal", **OPTIONS)
async def show_hall(
    request: Request[Any, Any, Any], rt: NamedDependency[Runtime], reader: NamedDependency[UnitOfWork]
) -> Response[str]:
    """Show what the hall offers beside votes and questions."""
    card = card_of((await read_form(request, CardForm)).value)
    return await _hall_page(request, rt, reader, await hall_of_card(rt, reader, card, source=source_of(request)), card)


@post("/s/saal/wort", **OPTIONS)
async def speak(
    request: Request[Any, Any, Any], rt: NamedDependency[Runtime], uow: NamedDependency[UnitOfWork]
) -> Response[str]:
    """Put the card on the list of speakers; once, however often it is sent."""
    form = (await read_form(request, SpeakForm)).value
    card = card_of(form)
    hall = await hall_of_card(rt, uow, card, source=source_of(request))
    try:
        await request_to_speak(uow, hall.meeting.id, await _mac(rt, uow, hall), group=form.gruppe if form else "")
    except DomainError as error:
        return await _hall_page(request, rt, uow, hall, card, problem=sentence_of(request, error))
    return await _hall_page(request, rt, uow, hall, card)


@post("/s/saal/zurueck", **OPTIONS)
async def take_back(
    request: Request[Any, Any, Any], rt: NamedDependency[Runtime], uow: NamedDependency[UnitOfWork]
) -> Response[str]:
    """Take the card's request to speak back."""
    card = card_of((await read_form(request, CardForm)).value)
    hall = await hall_of_card(rt, uow, card, source=source_of(request))
    await withdraw_own(uow, hall.meeting.id, await _mac(rt, uow, hall))
    return await _hall_page(request, rt, uow, hall, card)


@post("/s/mitlesen", **OPTIONS)
async def read_along(
    request: Request[Any, Any, Any], rt: NamedDependency[Runtime], reader: NamedDependency[UnitOfWork]
) -> Response[str]:
    """Show the live text."""
    card = card_of((await read_form(request, CardForm)).value)
    hall = await hall_of_card(rt, reader, card, source=source_of(request))
    lines = await latest_lines(reader.session, hall.meeting.id) if hall.floor.captions_on else []
    return ballot_page(request, "captions", hall=hall, card=tidy(card), lines=lines)


async def _mac(rt: Runtime, uow: UnitOfWork, hall: Hall) -> bytes:
    held = await card_in_hand(uow.session, hall.card.voter_hash if hall.card else None, hall.meeting.id)
    return rt.keyring.speaker_mac(hall.meeting.id, held.voter_hash)


async def _hall_page(
    request: AnyRequest, rt: Runtime, uow: UnitOfWork, hall: Hall, card: str, *, problem: str = ""
) -> Response[str]:
    meeting_id = hall.meeting.id
    own = None
    if hall.card:
        own = await own_request(uow.session, meeting_id, rt.keyring.speaker_mac(meeting_id, hall.card.voter_hash))
    speakers = await speakers_of(uow.session, meeting_id, hall.floor.order_rule)
    return ballot_page(
        request,
        "floor",
        hall=hall,
        card=tidy(card),
        status_code=422 if problem else 200,
        own=own,
        place=speakers.place_of(own) if own else None,
        is_now=bool(own and speakers.now and speakers.now.number == own),
        stream=stream_view(hall.floor),
        problem=problem,
    )


routes: list[ControllerRouterHandler] = [show_hall, speak, take_back, read_along]
