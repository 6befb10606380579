"""The door: cards counted without names, and a card exchanged for a paper ballot, question by question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from litestar import Response, get, post
from litestar.response import Redirect
from pydantic import BaseModel, ConfigDict, Field

from backend.accounts.types import Right
from backend.ballots.redemptions import channels_of
from backend.cards.queries import find_card, voter_hash
from backend.cards.types import CardKind
from backend.kit.errors import DomainError
from backend.kit.uow import UnitOfWork
from backend.paper.actions.issue import issue_sheet, return_sheet, spoil_sheet
from backend.paper.codes import MAX_CODE_CHARS
from backend.paper.door import card_equations, count_card, handed_out
from backend.paper.facts import paper_numbers, poll_equations
from backend.polls.rules import may_issue_sheets
from backend.polls.types import Channel
from backend.runtime import Runtime
from backend.tally.equations import EquationName
from backend.web.access import access
from backend.web.flash import Flash, Tone
from backend.web.forms import read_form
from backend.web.rendering import see_other, translator_of
from backend.web.security import DESK
from moderation.desk.equations import Line, lines_of
from moderation.desk.frame import BASE, DESK_OF, AnyRequest, Desk, Question, desk_page, refusal
from moderation.desk.waits import waiting_for

OPT = {"access": access(Right.ISSUE_CARDS), "policy": DESK}
CARD_SHOWN_S = 30  # then the code leaves the screen
MAX_CARD_CHARS = 300
SCAN_SHEET = "Bitte scannen Sie das Muster auf dem Zettel."

CardText = Annotated[str, Field(min_length=1, max_length=MAX_CARD_CHARS)]
SheetText = Annotated[str, Field(min_length=1, max_length=MAX_CODE_CHARS)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CountForm(_Form):
    """A card handed out, or taken back."""

    kind: CardKind
    by: Literal["1", "-1"] = "1"


class CardForm(_Form):
    """A card to look at."""

    card: CardText


class IssueForm(_Form):
    """A card to exchange for the sheet of one question."""

    card: CardText
    poll: Annotated[str, Field(max_length=40)]


class SpoilForm(_Form):
    """A spoilt sheet to exchange."""

    sheet: SheetText


class ReturnForm(_Form):
    """An unused sheet and the card it was handed out for."""

    sheet: SheetText
    card: CardText


@dataclass(frozen=True, slots=True)
class CardLine:
    """What a card can still do for one question."""

    question: Question
    channel: Channel | None
    may_issue: bool


@dataclass(frozen=True, slots=True)
class CardState:
    """A card on the table: valid or not, and its use per question; never a person."""

    code: str
    refused: DomainError | None = None
    is_guest: bool = False
    is_void: bool = False
    lines: tuple[CardLine, ...] = ()


@get(BASE, opt=OPT, dependencies=DESK_OF, include_in_schema=False)
async def show_door(request: AnyRequest, desk: Desk, reader: UnitOfWork) -> Response[str]:
    """Show the door without a card on the table."""
    return await _door(request, reader, desk)


@post(f"{BASE}/einlass", opt=OPT, dependencies=DESK_OF, status_code=200, include_in_schema=False)
async def count_handed_out(request: AnyRequest, desk: Desk, rt: Runtime) -> Redirect:
    """Count a card handed out at the door, or take the last one back."""
    form = await read_form(request, CountForm)
    if form.value is not None:
        async with rt.work.write() as uow:
            await count_card(uow, desk.meeting.id, form.value.kind, by=int(form.value.by))
    if form.value is None or form.value.by == "-1":
        return see_other(request, desk.base)
    return see_other(request, f"{desk.base}?zuletzt={form.value.kind.value}")


@post(f"{BASE}/karte", opt=OPT, dependencies=DESK_OF, status_code=200, include_in_schema=False)
async def look_at_card(request: AnyRequest, desk: Desk, rt: Runtime) -> Response[str]:
    """Show what a card can still do; the code is shown for half a minute and never enters an address."""
    form = await read_form(request, CardForm)
    async with rt.work.read() as uow:
        card = await _card(uow, rt, desk, form.state.values.get("card", ""))
        return await _door(request, uow, desk, card=card)


@post(f"{BASE}/ausgeben", opt=OPT, dependencies=DESK_OF, status_code=200, include_in_schema=False)
async def hand_out_sheet(request: AnyRequest, desk: Desk, rt: Runtime) -> Response[str]:
    """Exchange the card for a sheet and show the card again."""
    form = await read_form(request, IssueForm)
    flash = Flash(translator_of(request).gettext("Bitte scannen Sie die Karte noch einmal."), Tone.WARN)
    if form.value is not None:
        question = desk.question(form.value.poll)
        try:
            async with rt.work.write() as uow:
                await issue_sheet(uow, rt.keyring, question.poll.id, form.value.card)
            text = translator_of(request).gettext("Zettel für Frage %(number)s ausgegeben. Geben Sie ihn jetzt her.")
            flash = Flash(text % {"number": question.number})
        except DomainError as refused:
            flash = refusal(refused)
    async with rt.work.read() as uow:
        card = await _card(uow, rt, desk, form.state.values.get("card", ""))
        return await _door(request, uow, desk, card=card, flash=flash)


@post(f"{BASE}/verdorben", opt=OPT, dependencies=DESK_OF, status_code=200, include_in_schema=False)
async def exchange_spoilt(request: AnyRequest, desk: Desk, rt: Runtime) -> Redirect:
    """Void a spoilt sheet; a new one is handed out for it."""
    form = await read_form(request, SpoilForm)
    gettext = translator_of(request).gettext
    if form.value is None:
        return see_other(request, desk.base, flash=Flash(gettext(SCAN_SHEET), Tone.WARN))
    try:
        async with rt.work.write() as uow:
            poll = await spoil_sheet(uow, rt.keyring, form.value.sheet, meeting_id=desk.meeting.id)
    except DomainError as refused:
        return see_other(request, desk.base, flash=refusal(refused))
    text = gettext("Zettel entwertet. Lochen Sie ihn und geben Sie einen neuen für Frage %(n)s.")
    return see_other(request, desk.base, flash=Flash(text % {"n": desk.question(poll.id).number}))


@post(f"{BASE}/zurueck", opt=OPT, dependencies=DESK_OF, status_code=200, include_in_schema=False)
async def take_sheet_back(request: AnyRequest, desk: Desk, rt: Runtime) -> Redirect:
    """Take an unused sheet back; the card may be used another way."""
    form = await read_form(request, ReturnForm)
    gettext = translator_of(request).gettext
    if form.value is None:
        return see_other(request, desk.base, flash=Flash(gettext(SCAN_SHEET), Tone.WARN))
    try:
        async with rt.work.write() as uow:
            poll = await return_sheet(uow, rt.keyring, form.value.sheet, form.value.card, meeting_id=desk.meeting.id)
    except DomainError as refused:
        return see_other(request, desk.base, flash=refusal(refused))
    text = gettext("Zettel zurückgenommen. Die Karte ist für Frage %(n)s wieder frei.")
    return see_other(request, desk.base, flash=Flash(text % {"n": desk.question(poll.id).number}))


async def _card(uow: UnitOfWork, rt: Runtime, desk: Desk, text: str) -> CardState:
    try:
        card = await find_card(uow.session, voter_hash(rt.keyring, text))
    except DomainError as refused:
        return CardState(text, refused=refused)
    used: Mapping[str, Channel] = await channels_of(
        uow.session, card.voter_hash, [question.poll.id for question in desk.questions]
    )
    if card.is_void or card.meeting_id != desk.meeting.id:
        return CardState(text, is_void=True)
    is_guest = card.kind is CardKind.GUEST
    lines = [
        CardLine(
            question=question,
            channel=used.get(question.poll.id),
            may_issue=not is_guest
            and question.poll.id not in used
            and may_issue_sheets(question.poll.state, on_paper=question.poll.on_paper),
        )
        for question in desk.questions
    ]
    return CardState(text, is_guest=is_guest, lines=tuple(lines))


async def _door(
    request: AnyRequest, uow: UnitOfWork, desk: Desk, *, card: CardState | None = None, flash: Flash | None = None
) -> Response[str]:
    given = await handed_out(uow.session, desk.meeting.id)
    answer = desk_page(
        request,
        desk,
        "door",
        "door",
        given={kind.value: number for kind, number in given.items()},
        last=request.query_params.get("zuletzt"),
        card=card,
        lines=await _lines(uow, desk),
        message=flash,
    )
    if card is not None:
        answer.headers["Refresh"] = f"{CARD_SHOWN_S}; url={desk.base}"
    return answer


async def _lines(uow: UnitOfWork, desk: Desk) -> list[tuple[str, Line]]:
    """Return the door's equations with what they are about."""
    found: list[tuple[str, Line]] = []
    for kind, equations in (await card_equations(uow.session, desk.meeting.id)).items():
        cards = [each for each in equations if each.name is EquationName.OPENED_CARDS]
        is_more = any(each.difference < 0 for each in cards)
        waits = frozenset() if is_more else frozenset({EquationName.OPENED_CARDS})
        found += [(kind.value, line) for line in lines_of(cards, waiting=waits)]
    shown = {EquationName.SHEETS_PRINTED, EquationName.SHEETS_ISSUED}
    for question in desk.questions:
        numbers = await paper_numbers(uow.session, question.poll.id)
        if numbers.is_used:
            waits = waiting_for(question.poll, numbers)
            own = [each for each in poll_equations(numbers) if each.name in shown]
            found += [("sheets", line) for line in lines_of(own, waiting=waits, number=question.number)]
    return found


routes = [show_door, count_handed_out, look_at_card, hand_out_sheet, exchange_spoilt, take_sheet_back]
