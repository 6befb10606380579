"""Without a scanner: one of two people types a whole stack in, without seeing what the other typed."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, get, post
from litestar.response import Redirect
from pydantic import BaseModel, ConfigDict, Field

from backend.accounts.types import Principal, Right
from backend.kit.errors import DomainError
from backend.paper.actions.adjudicate import decision_of
from backend.paper.actions.enter import begin_manual_batch, enter_sheets, people_who_entered
from backend.paper.queries import get_batch
from backend.paper.types import MAX_MANUAL_SHEETS
from backend.polls.types import PollDefinition
from backend.runtime import Runtime
from backend.web.access import access
from backend.web.flash import Flash, Tone
from backend.web.forms import read_form
from backend.web.rendering import see_other, translator_of
from backend.web.security import PERSONAL
from moderation.desk.frame import BASE, DESK_OF, AnyRequest, Desk, desk_page, refusal
from moderation.desk.reading import BLANK, INVALID, LETTERS, answers_of, raw_choices, shape_of
from moderation.desk.stacks import Stack

OPT = {"access": access(Right.COUNT_PAPER), "policy": PERSONAL}
MAX_SHEET_CHARS = 200
BLANK_WORD, INVALID_WORD = "0", "X"


class BeginForm(BaseModel):
    """How many sheets lie in the stack."""

    model_config = ConfigDict(extra="forbid")

    sheets: Annotated[int, Field(ge=1, le=MAX_MANUAL_SHEETS)]


class EntryForm(BaseModel):
    """One answer per sheet, in the order of the stack."""

    model_config = ConfigDict(extra="forbid")

    sheet: Annotated[list[Annotated[str, Field(max_length=MAX_SHEET_CHARS)]], Field(max_length=MAX_MANUAL_SHEETS)]


@post(
    f"{BASE}/fragen/{{poll_id:str}}/ohne-scanner",
    opt=OPT,
    dependencies=DESK_OF,
    status_code=200,
    include_in_schema=False,
)
async def begin(request: AnyRequest, desk: Desk, poll_id: str, rt: Runtime, principal: Principal) -> Redirect:
    """Begin a stack without a scanner."""
    form = await read_form(request, BeginForm)
    home = f"{desk.base}/stapel/neu?frage={desk.question(poll_id).poll.id}"
    if form.value is None:
        return see_other(request, home, flash=Flash(" ".join(form.state.errors.values()), Tone.WARN))
    try:
        async with rt.work.write() as uow:
            batch_id = await begin_manual_batch(uow, poll_id, sheets=form.value.sheets, user_id=principal.user_id)
    except DomainError as refused:
        return see_other(request, home, flash=refusal(refused))
    return see_other(request, f"{desk.base}/stapel/{batch_id}/eingabe")


@get(f"{BASE}/stapel/{{batch_id:str}}/eingabe", opt=OPT, dependencies=DESK_OF, include_in_schema=False)
async def show_entry(
    request: AnyRequest, desk: Desk, batch_id: str, rt: Runtime, principal: Principal
) -> Response[str]:
    """Show the table to type in, or say who is next."""
    async with rt.work.read() as uow:
        batch = await get_batch(uow.session, batch_id)
        authors = await people_who_entered(uow, batch_id)
    stack = Stack(desk.question(batch.poll_id), batch)
    definition = stack.question.poll.definition
    return desk_page(
        request,
        desk,
        "stacks",
        "entry",
        stack=stack,
        shape=shape_of(definition),
        answers=answers_of(definition),
        has_entered=principal.user_id in authors,
        entries=len(authors),
    )


@post(
    f"{BASE}/stapel/{{batch_id:str}}/eingabe",
    opt=OPT,
    dependencies=DESK_OF,
    status_code=200,
    include_in_schema=False,
)
async def enter(request: AnyRequest, desk: Desk, batch_id: str, rt: Runtime, principal: Principal) -> Redirect:
    """Take one person's entry of the whole stack."""
    form = await read_form(request, EntryForm)
    async with rt.work.read() as uow:
        batch = await get_batch(uow.session, batch_id)
    poll, here = desk.question(batch.poll_id).poll, f"{desk.base}/stapel/{batch_id}/eingabe"
    gettext = translator_of(request).gettext
    if form.value is None or len(form.value.sheet) != len(batch.sheets):
        return see_other(request, here, flash=Flash(gettext("Bitte füllen Sie jede Zeile aus."), Tone.WARN))
    try:
        decisions = [decision_of(poll.definition, _raw(poll.definition, typed)) for typed in form.value.sheet]
        async with rt.work.write() as uow:
            seal = rt.paper.seal_of(poll)
            await enter_sheets(uow, seal, batch_id, user_id=principal.user_id, decisions=decisions)
    except DomainError as refused:
        return see_other(request, here, flash=refusal(refused))
    return see_other(request, f"{desk.base}/stapel/{batch_id}", flash=Flash(gettext("Ihre Eingabe ist gespeichert.")))


def _raw(definition: PollDefinition, typed: str) -> object:
    """Return what a cell says: one chosen answer, or typed letters (`0` blank, `X` invalid)."""
    if shape_of(definition) == "one":
        return raw_choices(definition, typed, ticked=(), numbers=())
    letters = typed.upper().replace(" ", "").replace(",", "")
    if letters in {BLANK_WORD, INVALID_WORD}:
        return raw_choices(definition, BLANK if letters == BLANK_WORD else INVALID, ticked=(), numbers=())
    ids = dict(zip(LETTERS, (str(option.id) for option in definition.choosable), strict=False))
    return [ids.get(letter, letter) for letter in letters]


routes = [begin, show_entry, enter]
