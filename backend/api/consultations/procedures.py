"""Procedures: list, read, create, change, publish, close."""

from __future__ import annotations

from litestar import get, post, put
from litestar.params import JSONBody

from backend.accounts.queries import org_by_slug
from backend.accounts.types import Principal, Right
from backend.api.consultations.bodies import ChangedConsultationBody, ConsultationStep, NewConsultationBody
from backend.api.consultations.views import consultation_view
from backend.consultations.actions.edit_consultation import amend_consultation, create_consultation
from backend.consultations.actions.publish_consultation import close_consultation, publish_consultation
from backend.consultations.errors import InvalidTransition, UnknownConsultation
from backend.consultations.queries.procedures import consultation_by_id, contribution_counts, public_consultations
from backend.consultations.rules import is_hidden, local_day
from backend.consultations.types import ConsultationState
from backend.kit.db import JsonDict
from backend.kit.uow import UnitOfWork
from backend.web.access import PUBLIC, access, access_in_body, require
from backend.web.body import ShortId


@get("/api/v1/consultations", opt={"access": PUBLIC})
async def list_consultations(reader: UnitOfWork, org: ShortId | None = None) -> JsonDict:
    """List public procedures; what is open now comes first."""
    today = local_day(reader.now)
    org_id = (await org_by_slug(reader.session, org)).id if org else None
    found = await public_consultations(reader.session, today=today, org_id=org_id)
    counts = await contribution_counts(reader.session, [each.id for each in found])
    return {"items": [consultation_view(each, today=today, contributions=counts.get(each.id, 0)) for each in found]}


@get("/api/v1/consultations/{consultation_id:str}", opt={"access": PUBLIC})
async def show_consultation(consultation_id: str, reader: UnitOfWork) -> JsonDict:
    """Return one public procedure."""
    today = local_day(reader.now)
    found = await consultation_by_id(reader.session, consultation_id)
    if found.state is ConsultationState.DRAFT or is_hidden(found.phases, today):
        raise UnknownConsultation
    counts = await contribution_counts(reader.session, [found.id])
    return consultation_view(found, today=today, contributions=counts.get(found.id, 0))


@post("/api/v1/consultations", opt={"access": access_in_body(Right.EDIT_PROCEDURE)}, status_code=201)
async def add_consultation(data: JSONBody[NewConsultationBody], uow: UnitOfWork, principal: Principal) -> JsonDict:
    """Create a draft."""
    org = await org_by_slug(uow.session, data.org)
    require(principal, Right.EDIT_PROCEDURE, org.id)
    consultation_id = await create_consultation(uow, org.id, draft=data.draft())
    return await _view(uow, consultation_id)


@put("/api/v1/consultations/{consultation_id:str}", opt={"access": access(Right.EDIT_PROCEDURE)})
async def change_consultation(
    consultation_id: str, data: JSONBody[ChangedConsultationBody], uow: UnitOfWork
) -> JsonDict:
    """Replace what an editor settled."""
    await amend_consultation(uow, consultation_id, draft=data.draft(), version=data.version)
    return await _view(uow, consultation_id)


@post(
    "/api/v1/consultations/{consultation_id:str}/transitions",
    opt={"access": access(Right.EDIT_PROCEDURE)},
    status_code=200,
)
async def step_consultation(consultation_id: str, data: JSONBody[ConsultationStep], uow: UnitOfWork) -> JsonDict:
    """Publish or close."""
    if data.to is ConsultationState.PUBLISHED:
        await publish_consultation(uow, consultation_id, version=data.version)
    elif data.to is ConsultationState.CLOSED:
        await close_consultation(uow, consultation_id, version=data.version)
    else:
        raise InvalidTransition("Eine veröffentlichte Beteiligung wird nicht wieder zum Entwurf.")
    return await _view(uow, consultation_id)


async def _view(uow: UnitOfWork, consultation_id: str) -> JsonDict:
    return consultation_view(await consultation_by_id(uow.session, consultation_id), today=local_day(uow.now))


routes = [list_consultations, show_consultation, add_consultation, change_consultation, step_consultation]
