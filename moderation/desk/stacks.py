"""Stacks of scanned sheets: upload, what was read, what must add up, throwing a scan away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from litestar import Response, get, post
from litestar.response import Redirect
from pydantic import BaseModel, ConfigDict, Field

from backend.accounts.types import Principal, Right
from backend.ballots.redemptions import turnout
from backend.kit.errors import DomainError
from backend.kit.uow import UnitOfWork
from backend.paper.actions.discard import MAX_REASON_CHARS, discard_batch
from backend.paper.actions.issue import takes_scans
from backend.paper.facts import batch_equations, paper_numbers
from backend.paper.queries import batches_of, contents_of, get_batch
from backend.paper.rules import OPEN_STATES, SCAN_AGAIN, UNDECIDED_STATES, figures, lay_in_box
from backend.paper.types import MAX_FILE_BYTES, BatchState, BatchView, Figures, SheetStatus
from backend.runtime import Runtime
from backend.web.access import access
from backend.web.flash import Flash
from backend.web.forms import read_form
from backend.web.rendering import see_other, translator_of
from backend.web.security import PERSONAL
from moderation.desk.equations import Line, lines_of, open_first
from moderation.desk.frame import BASE, DESK_OF, AnyRequest, Desk, Question, desk_page, refusal
from moderation.desk.waits import waiting_for

OPT = {"access": access(Right.COUNT_PAPER), "policy": PERSONAL}
MAX_UPLOAD_BYTES = MAX_FILE_BYTES + 1_000_000
READING_S = 2  # a page that waits for the reader looks again this often


class UploadForm(BaseModel):
    """Files come beside the fields."""

    model_config = ConfigDict(extra="forbid")


class DiscardForm(BaseModel):
    """Why a scan is thrown away."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(min_length=1, max_length=MAX_REASON_CHARS)]


@dataclass(frozen=True, slots=True)
class Stack:
    """A batch with its question, as listed at the side."""

    question: Question
    batch: BatchView

    @property
    def in_box(self) -> int:
        """Return how many sheets were read."""
        return sum(lay_in_box(sheet.status, sheet.reason) for sheet in self.batch.sheets)

    @property
    def is_open(self) -> bool:
        """Tell whether something is left to do."""
        return self.batch.state in OPEN_STATES

    @property
    def may_be_discarded(self) -> bool:
        """Tell whether the scan may still be thrown away."""
        return self.batch.state in UNDECIDED_STATES

    @property
    def scan_again(self) -> int:
        """Return how many sheets were scanned too badly to count."""
        rejected = [sheet for sheet in self.batch.sheets if sheet.status is SheetStatus.REJECTED]
        return sum(sheet.reason in SCAN_AGAIN for sheet in rejected)


@get(f"{BASE}/stapel", opt=OPT, dependencies=DESK_OF, include_in_schema=False)
async def show_stacks(request: AnyRequest, desk: Desk, reader: UnitOfWork) -> Response[str] | Redirect:
    """Lead to the stack that needs somebody, or to the upload."""
    stacks = await stacks_of(reader, desk)
    chosen = next((each for each in stacks if each.is_open), None) or (stacks[-1] if stacks else None)
    if chosen is None:
        return see_other(request, f"{desk.base}/stapel/neu")
    return see_other(request, f"{desk.base}/stapel/{chosen.batch.id}")


@get(f"{BASE}/stapel/neu", opt=OPT, dependencies=DESK_OF, include_in_schema=False)
async def show_upload(request: AnyRequest, desk: Desk, reader: UnitOfWork) -> Response[str]:
    """Show where files are dropped, for one question at a time."""
    countable = [each for each in desk.questions if takes_scans(each.poll)]
    wanted = request.query_params.get("frage")
    chosen = next((each for each in countable if each.poll.id == wanted), None) or _likely(countable)
    return desk_page(
        request,
        desk,
        "stacks",
        "upload",
        stacks=await stacks_of(reader, desk),
        countable=countable,
        chosen=chosen,
    )


@post(
    f"{BASE}/fragen/{{poll_id:str}}/scans",
    opt=OPT,
    dependencies=DESK_OF,
    status_code=200,
    request_max_body_size=MAX_UPLOAD_BYTES,
    include_in_schema=False,
)
async def upload(request: AnyRequest, desk: Desk, poll_id: str, rt: Runtime, principal: Principal) -> Redirect:
    """Take files in and show the stack they make."""
    form = await read_form(request, UploadForm)
    desk.question(poll_id)
    files = [await file.read() for uploads in form.files.values() for file in uploads]
    try:
        received = await rt.paper.receive(poll_id, files, user_id=principal.user_id)
    except DomainError as refused:
        return see_other(request, f"{desk.base}/stapel/neu?frage={poll_id}", flash=refusal(refused))
    known = Flash(translator_of(request).gettext("Diese Dateien waren schon da. Nichts hat sich geändert."))
    flash = None if received.is_new else known
    return see_other(request, f"{desk.base}/stapel/{received.batch_id}", flash=flash)


@get(f"{BASE}/stapel/{{batch_id:str}}", opt=OPT, dependencies=DESK_OF, include_in_schema=False)
async def show_stack(request: AnyRequest, desk: Desk, batch_id: str, rt: Runtime) -> Response[str]:
    """Show what was read of a stack and what must add up."""
    async with rt.work.read() as uow:
        batch = await get_batch(uow.session, batch_id)
        stack = Stack(desk.question(batch.poll_id), batch)
        stacks = await stacks_of(uow, desk)
        hand_count = _hand_count(request, batch)
        lines = await stack_lines(uow, rt, stack, hand_count=hand_count)
        used = (await turnout(uow.session, [batch.poll_id]))[batch.poll_id]
    answer = desk_page(
        request,
        desk,
        "stacks",
        "stack",
        stack=stack,
        stacks=stacks,
        hand_count=hand_count,
        missing=max(0, (hand_count or 0) - stack.in_box),
        lines=open_first(lines),
        used=used,
    )
    if batch.state in {BatchState.DECODING, BatchState.CONFIRMING}:
        answer.headers["Refresh"] = str(READING_S)
    return answer


@post(
    f"{BASE}/stapel/{{batch_id:str}}/verwerfen", opt=OPT, dependencies=DESK_OF, status_code=200, include_in_schema=False
)
async def discard(request: AnyRequest, desk: Desk, batch_id: str, rt: Runtime) -> Redirect:
    """Throw a scan away, so that the stack can be scanned again."""
    form = await read_form(request, DiscardForm)
    async with rt.work.read() as uow:
        batch = await get_batch(uow.session, batch_id)
        desk.question(batch.poll_id)
    try:
        async with rt.work.write() as uow:
            await discard_batch(uow, batch_id, reason=form.value.reason if form.value else "")
    except DomainError as refused:
        return see_other(request, f"{desk.base}/stapel/{batch_id}", flash=refusal(refused))
    text = translator_of(request).gettext("Scan verworfen. Scannen Sie den Stapel jetzt noch einmal.")
    return see_other(request, f"{desk.base}/stapel/neu?frage={batch.poll_id}", flash=Flash(text))


async def stacks_of(reader: UnitOfWork, desk: Desk) -> list[Stack]:
    """Return the stacks of a meeting by question and number; thrown away ones are left out."""
    batches = await batches_of(reader.session, [question.poll.id for question in desk.questions])
    shown = [batch for batch in batches if batch.state is not BatchState.DISCARDED]
    stacks = [Stack(desk.question(batch.poll_id), batch) for batch in shown]
    return sorted(stacks, key=lambda stack: (stack.question.number, stack.batch.number))


async def stack_lines(uow: UnitOfWork, rt: Runtime, stack: Stack, *, hand_count: int | None) -> list[Line]:
    """Return the equations of a stack."""
    batch = stack.batch
    numbers = await paper_numbers(uow.session, batch.poll_id)
    equations = batch_equations(numbers, batch, await said_by(uow, rt, stack), hand_count=hand_count)
    waits = waiting_for(stack.question.poll, numbers, unread=1 if stack.is_open else 0)
    return lines_of(equations, waiting=waits)


async def said_by(uow: UnitOfWork, rt: Runtime, stack: Stack) -> Figures:
    """Return how many accepted sheets of a stack are valid, invalid or blank."""
    if stack.batch.state not in OPEN_STATES or not stack.batch.count(SheetStatus.ACCEPTED):
        return stack.batch.figures
    seal = rt.paper.seal_of(stack.question.poll)
    return figures(content.choices for content in await contents_of(uow.session, seal, stack.batch.id))


def _hand_count(request: AnyRequest, batch: BatchView) -> int | None:
    """Return what people counted: as confirmed, else as just entered."""
    if batch.hand_count is not None:
        return batch.hand_count
    entered = request.query_params.get("gezaehlt", "")
    return int(entered) if entered.isdigit() and len(entered) < len(str(MAX_FILE_BYTES)) else None


def _likely(countable: list[Question]) -> Question | None:
    """Return the question whose sheets probably lie on the table: closed last, else the first."""
    closed = [each for each in countable if not each.is_open]
    return closed[-1] if closed else (countable[0] if countable else None)


routes = [show_stacks, show_upload, upload, show_stack, discard]
