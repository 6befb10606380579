"""What a receipt code opens and allows, without an account."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, delete, get, post
from litestar.params import JSONBody

from backend.api.consultations.bodies import ComplaintBody
from backend.consultations.actions.complain import complain
from backend.consultations.actions.take_back import erase, withdraw
from backend.consultations.errors import UnknownReceipt
from backend.consultations.queries.receipts import export, own_contribution
from backend.kit.db import JsonDict
from backend.kit.uow import UnitOfWork
from backend.runtime import Runtime
from backend.web.access import PUBLIC
from backend.web.source import source_of

NO_STORE = {"Cache-Control": "no-store"}


@get("/api/v1/receipts/{code:str}", opt={"access": PUBLIC})
async def show_receipt(
    code: str, rt: Runtime, reader: UnitOfWork, request: Request[Any, Any, Any]
) -> Response[JsonDict]:
    """Return what happened to one's own contribution."""
    source = source_of(request)
    rt.throttle.check("receipt", source)
    try:
        own = await own_contribution(reader.session, code)
    except UnknownReceipt:
        rt.throttle.failed("receipt", source)
        raise
    return Response(export(own), headers=NO_STORE)


@post("/api/v1/receipts/{code:str}/withdrawal", opt={"access": PUBLIC}, status_code=200)
async def withdraw_contribution(code: str, uow: UnitOfWork) -> JsonDict:
    """Take one's own contribution back."""
    return {"ref": await withdraw(uow, code), "state": "withdrawn"}


@post("/api/v1/receipts/{code:str}/complaints", opt={"access": PUBLIC}, status_code=201)
async def add_complaint(code: str, data: JSONBody[ComplaintBody], uow: UnitOfWork) -> JsonDict:
    """Complain about the last decision."""
    complaint = await complain(uow, code, text=data.text)
    return {"state": complaint.state, "promised_by": complaint.promised_by.isoformat()}


@delete("/api/v1/receipts/{code:str}", opt={"access": PUBLIC}, status_code=200)
async def erase_contribution(code: str, uow: UnitOfWork) -> JsonDict:
    """Delete everything one wrote."""
    return {"ref": await erase(uow, code), "state": "erased"}


routes = [show_receipt, withdraw_contribution, add_complaint, erase_contribution]
