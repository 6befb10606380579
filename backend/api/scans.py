"""Scans over JSON: upload a stack, look at its sheets, decide doubtful ones, confirm by two people."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from pydantic import Field, JsonValue

from backend.accounts.types import Principal, Right
from backend.kit.db import JsonDict
from backend.kit.errors import NotFound
from backend.kit.uow import UnitOfWork
from backend.paper.actions.adjudicate import Opinion, adjudicate, decision_of
from backend.paper.actions.confirm import Word
from backend.paper.actions.discard import MAX_REASON_CHARS, discard_batch
from backend.paper.actions.enter import begin_manual_batch, enter_sheets
from backend.paper.queries import batches_of, evidence_by_position, evidence_of, get_batch
from backend.paper.rules import lay_in_box
from backend.paper.types import (
    MAX_FILE_BYTES,
    MAX_MANUAL_SHEETS,
    MAX_NOTE_CHARS,
    MAX_PAGES,
    BatchState,
    BatchView,
    MarkView,
    SheetStatus,
    SheetView,
)
from backend.polls.queries import get_poll
from backend.runtime import Runtime
from backend.web.access import access
from backend.web.body import Body
from backend.web.second_person import Credentials, second_person

MAX_UPLOAD_BYTES = MAX_FILE_BYTES + 1_000_000  # the files and what a form wraps around them
COUNT_PAPER = {"access": access(Right.COUNT_PAPER)}


class AdjudicationBody(Body):
    """What a person reads on a sheet: choices, `{"invalid": true}` or `{"rejected": true}`."""

    position: Annotated[int, Field(ge=1, le=10 * MAX_PAGES)]
    choices: JsonValue
    note: Annotated[str, Field(max_length=MAX_NOTE_CHARS)] = ""
    together_with: Credentials | None = None


class ConfirmationBody(Body):
    """A person's hand count."""

    hand_count: Annotated[int, Field(ge=0, le=100_000)]


class ReasonBody(Body):
    """Why a batch is thrown away."""

    reason: Annotated[str, Field(min_length=1, max_length=MAX_REASON_CHARS)]


class ManualBody(Body):
    """How many sheets two people will type in."""

    sheets: Annotated[int, Field(ge=1, le=MAX_MANUAL_SHEETS)]


class EntriesBody(Body):
    """What one person reads on every sheet of the stack, in order."""

    choices: Annotated[list[JsonValue], Field(min_length=1, max_length=MAX_MANUAL_SHEETS)]


@post(
    "/api/v1/polls/{poll_id:str}/scans",
    opt=COUNT_PAPER,
    status_code=202,
    request_max_body_size=MAX_UPLOAD_BYTES,
)
async def upload_scans(poll_id: str, request: Request[Any, Any, Any], rt: Runtime, principal: Principal) -> JsonDict:
    """Take scanned files (PDF, TIFF, PNG, JPEG) as a batch; the same file twice has no effect."""
    form = await request.form()
    files = [await value.read() for _, value in form.multi_items() if isinstance(value, UploadFile)]
    received = await rt.paper.receive(poll_id, files, user_id=principal.user_id)
    async with rt.work.read() as uow:
        return batch_view(await get_batch(uow.session, received.batch_id))


@get("/api/v1/polls/{poll_id:str}/scan-batches", opt=COUNT_PAPER)
async def list_batches(poll_id: str, reader: UnitOfWork) -> JsonDict:
    """List the batches of a poll."""
    return {"items": [batch_view(batch) for batch in await batches_of(reader.session, [poll_id])]}


@get("/api/v1/scan-batches/{batch_id:str}", opt=COUNT_PAPER)
async def show_batch(batch_id: str, rt: Runtime, reader: UnitOfWork) -> JsonDict:
    """Return a batch with its sheets; measured circles only for sheets that people must decide."""
    batch = await get_batch(reader.session, batch_id)
    sealed = await evidence_by_position(reader.session, batch_id)
    if not sealed:
        return batch_view(batch)
    seal = rt.paper.seal_of(await get_poll(reader.session, batch.poll_id))
    return batch_view(batch, {position: seal.open_evidence(each).marks for position, each in sealed.items()})


@get("/api/v1/scan-batches/{batch_id:str}/sheets/{position:int}/crop.png", opt=COUNT_PAPER)
async def show_crop(batch_id: str, position: int, rt: Runtime, reader: UnitOfWork) -> Response[bytes]:
    """Return the picture of a sheet that people must decide; gone once it is decided."""
    sealed = await evidence_of(reader.session, batch_id, position)
    batch = await get_batch(reader.session, batch_id)
    crop = None
    if sealed is not None:
        crop = rt.paper.seal_of(await get_poll(reader.session, batch.poll_id)).open_evidence(sealed).crop
    if crop is None:
        raise NotFound("Von diesem Blatt gibt es kein Bild. Nehmen Sie das Original aus dem Stapel.")
    return Response(crop, media_type="image/png", headers={"Cache-Control": "no-store"})


@post("/api/v1/scan-batches/{batch_id:str}/adjudications", opt=COUNT_PAPER, status_code=200)
async def decide_sheet(
    batch_id: str, data: AdjudicationBody, request: Request[Any, Any, Any], rt: Runtime, principal: Principal
) -> JsonDict:
    """Say what stands on a doubtful sheet; two equal decisions of two people decide."""
    async with rt.work.read() as uow:
        poll = await get_poll(uow.session, (await get_batch(uow.session, batch_id)).poll_id)
    other = None
    if data.together_with is not None:
        other = await second_person(request, rt, data.together_with, right=Right.COUNT_PAPER, org_id=poll.org_id)
    opinion = Opinion(
        user_id=principal.user_id,
        decision=decision_of(poll.definition, data.choices),
        note=data.note,
        together_with=other.user_id if other else None,
    )
    async with rt.work.write() as uow:
        await adjudicate(uow, rt.paper.seal_of(poll), batch_id, data.position, opinion=opinion)
        return batch_view(await get_batch(uow.session, batch_id))


@post("/api/v1/scan-batches/{batch_id:str}/confirmations", opt=COUNT_PAPER, status_code=200)
async def confirm_scans(batch_id: str, data: ConfirmationBody, rt: Runtime, principal: Principal) -> JsonDict:
    """Confirm a batch by one's own hand count; with the second person's its ballots enter the box."""
    await rt.paper.confirm(batch_id, Word(principal.user_id, data.hand_count))
    async with rt.work.read() as uow:
        return batch_view(await get_batch(uow.session, batch_id))


@post("/api/v1/scan-batches/{batch_id:str}/discard", opt=COUNT_PAPER, status_code=200)
async def discard_scans(batch_id: str, data: ReasonBody, uow: UnitOfWork) -> JsonDict:
    """Throw an unconfirmed batch away, so that its sheets can be scanned again."""
    await discard_batch(uow, batch_id, reason=data.reason)
    return batch_view(await get_batch(uow.session, batch_id))


@post("/api/v1/polls/{poll_id:str}/manual-batches", opt=COUNT_PAPER, status_code=201)
async def add_manual_batch(poll_id: str, data: ManualBody, uow: UnitOfWork, principal: Principal) -> JsonDict:
    """Begin a batch that two people type in without a scanner."""
    batch_id = await begin_manual_batch(uow, poll_id, sheets=data.sheets, user_id=principal.user_id)
    return batch_view(await get_batch(uow.session, batch_id))


@post("/api/v1/scan-batches/{batch_id:str}/entries", opt=COUNT_PAPER, status_code=200)
async def enter_stack(batch_id: str, data: EntriesBody, rt: Runtime, uow: UnitOfWork, principal: Principal) -> JsonDict:
    """Type a whole stack in, blind; the second person's entry is compared with the first's."""
    poll = await get_poll(uow.session, (await get_batch(uow.session, batch_id)).poll_id)
    decisions = [decision_of(poll.definition, raw) for raw in data.choices]
    await enter_sheets(uow, rt.paper.seal_of(poll), batch_id, user_id=principal.user_id, decisions=decisions)
    return batch_view(await get_batch(uow.session, batch_id))


def batch_view(batch: BatchView, marks: dict[int, tuple[MarkView, ...]] | None = None) -> JsonDict:
    """Return a batch in wire form; never what an accepted sheet says."""
    in_box = [sheet for sheet in batch.sheets if lay_in_box(sheet.status, sheet.reason)]
    return {
        "id": batch.id,
        "poll": batch.poll_id,
        "number": batch.number,
        "kind": batch.kind.value,
        "state": batch.state.value,
        "hand_count": batch.hand_count,
        "sheets": [_sheet_view(sheet, (marks or {}).get(sheet.position)) for sheet in batch.sheets],
        "counts": {
            "total": len(batch.sheets),
            "in_box": len(in_box),
            **{status.value: batch.count(status) for status in SheetStatus},
        },
        "confirmations": len(batch.confirmations),
        "refused_files": dict(batch.refused_files),
        "open": batch.state not in {BatchState.CONFIRMED, BatchState.DISCARDED, BatchState.REJECTED},
    }


def _sheet_view(sheet: SheetView, marks: tuple[MarkView, ...] | None) -> JsonDict:
    view: JsonDict = {
        "position": sheet.position,
        "status": sheet.status.value,
        "reason": sheet.reason,
        "decisions": sheet.decisions,
        "decided_by": sheet.decided_by.value if sheet.decided_by else None,
    }
    if marks is not None:
        view["marks"] = [
            {"choice": mark.choice, "level": mark.level, "state": mark.state, "fill": mark.fill} for mark in marks
        ]
    return view


routes = [
    upload_scans,
    list_batches,
    show_batch,
    show_crop,
    decide_sheet,
    confirm_scans,
    discard_scans,
    add_manual_batch,
    enter_stack,
]
