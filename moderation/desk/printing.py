"""Ballot sheets on the table: print them, and count what is left when a question is over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from litestar import Response, get, post
from litestar.response import Redirect
from pydantic import BaseModel, ConfigDict, Field

from backend.accounts.types import Right
from backend.kit.errors import DomainError
from backend.kit.uow import UnitOfWork
from backend.meetings.sheet_heading import sheet_heading
from backend.paper.ledger import MAX_COUNTED, count_leftovers, ledgers_of
from backend.paper.types import MAX_SHEETS_PER_RUN, Ledger, PrintOrder, SheetVariant
from backend.polls.rules import accepts_ballots, may_issue_sheets
from backend.polls.types import Channel
from backend.runtime import Runtime
from backend.web.access import access
from backend.web.flash import Flash, Tone
from backend.web.forms import read_form
from backend.web.rendering import see_other, translator_of
from backend.web.security import PERSONAL
from moderation.desk.frame import BASE, DESK_OF, AnyRequest, Desk, Question, desk_page, refusal
from printables.types import Language

OPT = {"access": access(Right.ISSUE_CARDS), "policy": PERSONAL}
COUNT = {"access": access(Right.COUNT_PAPER), "policy": PERSONAL}


class PrintForm(BaseModel):
    """How many sheets, how large, in which language."""

    model_config = ConfigDict(extra="forbid")

    count: Annotated[int, Field(ge=1, le=MAX_SHEETS_PER_RUN)]
    variant: SheetVariant = SheetVariant.STANDARD
    language: Language = Language.DE


class LeftoversForm(BaseModel):
    """What people counted."""

    model_config = ConfigDict(extra="forbid")

    stock: Annotated[int, Field(ge=0, le=MAX_COUNTED)]
    missing: Annotated[int, Field(ge=0, le=MAX_COUNTED)] = 0


@dataclass(frozen=True, slots=True)
class SheetRow:
    """The sheets of one question."""

    question: Question
    ledger: Ledger
    may_print: bool
    may_count: bool


@get(f"{BASE}/zettel", opt=OPT, dependencies=DESK_OF, include_in_schema=False)
async def show_sheets(request: AnyRequest, desk: Desk, reader: UnitOfWork) -> Response[str]:
    """Show how many sheets of each question exist and where they went."""
    ledgers = await ledgers_of(reader.session, [question.poll.id for question in desk.questions])
    rows = [
        SheetRow(
            question=question,
            ledger=ledgers[question.poll.id],
            may_print=may_issue_sheets(question.poll.state, on_paper=question.poll.on_paper),
            may_count=accepts_ballots(question.poll.state, Channel.PAPER),
        )
        for question in desk.questions
    ]
    return desk_page(request, desk, "print", "sheets", rows=rows)


@post(
    f"{BASE}/fragen/{{poll_id:str}}/drucken",
    opt=OPT,
    dependencies=DESK_OF,
    status_code=200,
    include_in_schema=False,
)
async def print_sheets(request: AnyRequest, desk: Desk, poll_id: str, rt: Runtime) -> Response[bytes] | Redirect:
    """Print sheets as a PDF to download."""
    form = await read_form(request, PrintForm)
    question, home = desk.question(poll_id), f"{desk.base}/zettel"
    if form.value is None:
        return see_other(request, home, flash=Flash(" ".join(form.state.errors.values()), Tone.WARN))
    wanted = form.value
    try:
        async with rt.work.read() as uow:
            heading = await sheet_heading(uow.session, poll_id, language=wanted.language)
        order = PrintOrder(wanted.count, heading, variant=wanted.variant, language=wanted.language)
        run = await rt.paper.print_ballots(poll_id, order)
    except DomainError as refused:
        return see_other(request, home, flash=refusal(refused))
    name = f"stimmzettel-frage-{question.number}-{wanted.count}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(run.pdf, media_type="application/pdf", headers=headers)


@post(
    f"{BASE}/fragen/{{poll_id:str}}/reste",
    opt=COUNT,
    dependencies=DESK_OF,
    status_code=200,
    include_in_schema=False,
)
async def note_leftovers(request: AnyRequest, desk: Desk, poll_id: str, rt: Runtime) -> Redirect:
    """Note how many sheets are left and how many did not come back."""
    form = await read_form(request, LeftoversForm)
    question, home = desk.question(poll_id), f"{desk.base}/zettel"
    if form.value is None:
        return see_other(request, home, flash=Flash(" ".join(form.state.errors.values()), Tone.WARN))
    async with rt.work.write() as uow:
        await count_leftovers(uow, poll_id, stock=form.value.stock, missing=form.value.missing)
    text = translator_of(request).gettext("Vorrat für Frage %(n)s notiert.") % {"n": question.number}
    return see_other(request, home, flash=Flash(text))


routes = [show_sheets, print_sheets, note_leftovers]
