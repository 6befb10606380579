"""Paper ballots over JSON: print them, hand them out for cards, exchange and take them back, count what is left."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, get, post
from pydantic import Field

from backend.accounts.types import Right
from backend.ballots.record import equation_json
from backend.kit.db import JsonDict
from backend.kit.uow import UnitOfWork
from backend.meetings.sheet_heading import sheet_heading
from backend.paper.actions.issue import issue_sheet, return_sheet, spoil_sheet
from backend.paper.codes import MAX_CODE_CHARS
from backend.paper.errors import NotASheet
from backend.paper.facts import paper_numbers, poll_equations
from backend.paper.ledger import MAX_COUNTED, count_leftovers
from backend.paper.queries import layouts_of
from backend.paper.types import MAX_SHEETS_PER_RUN, PrintOrder, SheetVariant
from backend.polls.queries import get_poll
from backend.runtime import Runtime
from backend.web.access import access
from backend.web.body import Body, CardText
from printables.types import Language

ISSUE_CARDS = {"access": access(Right.ISSUE_CARDS)}

SheetText = Annotated[str, Field(min_length=1, max_length=MAX_CODE_CHARS)]


class PrintBody(Body):
    """A print run."""

    count: Annotated[int, Field(ge=1, le=MAX_SHEETS_PER_RUN)]
    variant: SheetVariant = SheetVariant.STANDARD
    language: Language = Language.DE


class IssueBody(Body):
    """A card to exchange for a sheet."""

    card: CardText


class SpoilBody(Body):
    """The scanned code of a sheet."""

    sheet: SheetText


class ReturnBody(Body):
    """The scanned code of an unused sheet, and the card it was handed out for."""

    sheet: SheetText
    card: CardText


class LeftoversBody(Body):
    """What people counted after the vote."""

    stock: Annotated[int, Field(ge=0, le=MAX_COUNTED)]
    missing: Annotated[int, Field(ge=0, le=MAX_COUNTED)] = 0


@post("/api/v1/polls/{poll_id:str}/ballots.pdf", opt=ISSUE_CARDS, status_code=201)
async def print_sheets(poll_id: str, data: PrintBody, rt: Runtime) -> Response[bytes]:
    """Print numbered sheets as a PDF; each call draws new numbers and adds them to the ledger."""
    async with rt.work.read() as uow:
        heading = await sheet_heading(uow.session, poll_id, language=data.language)
    order = PrintOrder(count=data.count, heading=heading, variant=data.variant, language=data.language)
    run = await rt.paper.print_ballots(poll_id, order)
    return pdf_answer(run.pdf, f"stimmzettel-{data.count}.pdf", status_code=201)


@get("/api/v1/polls/{poll_id:str}/layouts", opt=ISSUE_CARDS)
async def list_layouts(poll_id: str, reader: UnitOfWork) -> JsonDict:
    """Return where the circles of the poll's printed sheets are, in millimetres."""
    return {"items": await layouts_of(reader.session, poll_id)}


@get("/api/v1/polls/{poll_id:str}/sheets", opt=ISSUE_CARDS)
async def show_ledger(poll_id: str, reader: UnitOfWork) -> JsonDict:
    """Return how many sheets were printed, handed out, exchanged and returned, with their equations."""
    return await ledger_view(reader, poll_id)


@post("/api/v1/polls/{poll_id:str}/sheets/issue", opt=ISSUE_CARDS, status_code=200)
async def issue(poll_id: str, data: IssueBody, rt: Runtime, uow: UnitOfWork) -> JsonDict:
    """Redeem a card for a paper ballot."""
    await issue_sheet(uow, rt.keyring, poll_id, data.card)
    return await ledger_view(uow, poll_id)


@post("/api/v1/polls/{poll_id:str}/sheets/spoil", opt=ISSUE_CARDS, status_code=200)
async def spoil(poll_id: str, data: SpoilBody, rt: Runtime, uow: UnitOfWork) -> JsonDict:
    """Exchange a spoilt sheet that has not been in the box."""
    meeting_id = (await get_poll(uow.session, poll_id)).meeting_id
    poll = await spoil_sheet(uow, rt.keyring, data.sheet, meeting_id=meeting_id)
    _same_poll(poll.id, poll_id)
    return await ledger_view(uow, poll_id)


@post("/api/v1/polls/{poll_id:str}/sheets/return", opt=ISSUE_CARDS, status_code=200)
async def take_back(poll_id: str, data: ReturnBody, rt: Runtime, uow: UnitOfWork) -> JsonDict:
    """Take an unused sheet back and free its card."""
    meeting_id = (await get_poll(uow.session, poll_id)).meeting_id
    poll = await return_sheet(uow, rt.keyring, data.sheet, data.card, meeting_id=meeting_id)
    _same_poll(poll.id, poll_id)
    return await ledger_view(uow, poll_id)


@post(
    "/api/v1/polls/{poll_id:str}/sheets/leftovers",
    opt={"access": access(Right.COUNT_PAPER)},
    status_code=200,
)
async def note_leftovers(poll_id: str, data: LeftoversBody, uow: UnitOfWork) -> JsonDict:
    """Note how many sheets were never handed out, and how many did not come back."""
    await count_leftovers(uow, poll_id, stock=data.stock, missing=data.missing)
    return await ledger_view(uow, poll_id)


async def ledger_view(uow: UnitOfWork, poll_id: str) -> JsonDict:
    """Return a poll's ledger in wire form."""
    numbers = await paper_numbers(uow.session, poll_id)
    ledger = numbers.ledger
    return {
        "poll": poll_id,
        "printed": ledger.printed,
        "issued": ledger.issued,
        "spoilt": ledger.spoilt,
        "returned": ledger.returned,
        "missing": ledger.missing,
        "stock": ledger.stock,
        "in_box": numbers.hand_counted,
        "open_batches": numbers.open_batches,
        "equations": [equation_json(each) for each in poll_equations(numbers)],
    }


def pdf_answer(content: bytes, name: str, *, status_code: int = 200) -> Response[bytes]:
    """Return a PDF as a download."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/pdf", status_code=status_code, headers=headers)


def _same_poll(found: str, expected: str) -> None:
    if found != expected:
        raise NotASheet("Dieser Zettel gehört zu einer anderen Frage.")


routes = [
    print_sheets,
    list_layouts,
    show_ledger,
    issue,
    spoil,
    take_back,
    note_leftovers,
]
