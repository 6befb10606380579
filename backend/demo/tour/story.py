"""One contribution to its answer in five clicks. The visitor plays everybody; a button plays the second person."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.response import Redirect
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from backend.accounts.models import StaffUser
from backend.accounts.queries import org_by_slug
from backend.consultations.models import ConsultationRow, ContributionRow
from backend.demo.tour import acts
from backend.kit.errors import NotFound
from backend.kit.uow import UnitOfWork
from backend.runtime import Runtime
from backend.web.access import DEMO
from backend.web.forms import FormState, read_form
from backend.web.rendering import page, see_other

AnyRequest = Request[Any, Any, Any]
STAGE = "wiesgrund"  # a town of its own, so that the story of Auenfurt stays as it is
MAX_TEXT_CHARS = 1_000


class IdeaForm(BaseModel):
    """What the visitor wants to say."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(min_length=3, max_length=MAX_TEXT_CHARS)]


@dataclass(frozen=True, slots=True)
class Scene:
    """Where the story stands."""

    consultation: ConsultationRow
    contribution: ContributionRow
    org_slug: str
    act: acts.Act | None


Play = Callable[[UnitOfWork, acts.Cast], Awaitable[None]]


@get("/demo/beitrag", opt={"access": DEMO}, include_in_schema=False)
async def begin(request: AnyRequest) -> Response[str]:
    """Ask the visitor for an idea."""
    return page(request, "demo/idea.html", form=FormState())


@post("/demo/beitrag", opt={"access": DEMO}, status_code=200, include_in_schema=False)
async def send_idea(request: AnyRequest, rt: Runtime) -> Response[str] | Redirect:
    """First click: the contribution comes in and gets its receipt code."""
    form = await read_form(request, IdeaForm)
    if form.value is None:
        return page(request, "demo/idea.html", status_code=422, form=form.state)
    async with rt.work.write() as uow:
        org = await org_by_slug(uow.session, STAGE)
        consultation_id, code = await acts.send(uow, org_id=org.id, text=form.value.text)
    return see_other(request, f"/demo/beitrag/{consultation_id}/{code}")


@get("/demo/beitrag/{consultation_id:str}/{code:str}", opt={"access": DEMO}, include_in_schema=False)
async def show_scene(request: AnyRequest, consultation_id: str, code: str, reader: UnitOfWork) -> Response[str]:
    """Show what has happened and the next click."""
    return page(request, "demo/scene.html", scene=await _scene(reader, consultation_id), code=code, acts=list(acts.Act))


@post("/demo/beitrag/{consultation_id:str}/{code:str}", opt={"access": DEMO}, status_code=200, include_in_schema=False)
async def play_next(request: AnyRequest, rt: Runtime, consultation_id: str, code: str) -> Redirect:
    """Play the next act as the person whose turn it is."""
    async with rt.work.write() as uow:
        scene = await _scene(uow, consultation_id)
        if scene.act is not None:
            await acts.play(uow, scene.act, await _people(uow, scene))
    return see_other(request, f"/demo/beitrag/{consultation_id}/{code}")


async def _scene(uow: UnitOfWork, consultation_id: str) -> Scene:
    consultation = await uow.session.get(ConsultationRow, consultation_id)
    org = await org_by_slug(uow.session, STAGE)
    if consultation is None or consultation.org_id != org.id:
        raise NotFound
    query = select(ContributionRow).where(ContributionRow.consultation_id == consultation_id)
    contribution = (await uow.session.scalars(query)).one()
    act = await acts.next_act(uow, consultation_id, contribution)
    return Scene(consultation, contribution, org.slug, act)


async def _people(uow: UnitOfWork, scene: Scene) -> acts.Cast:
    rows = await uow.session.execute(select(StaffUser.name, StaffUser.id))
    users = {row.name: row.id for row in rows}
    return acts.Cast(
        consultation_id=scene.consultation.id,
        ref=scene.contribution.ref,
        contribution_id=scene.contribution.id,
        moderator=users["kraus"],
        office=users["hofmann"],
        second=users["lang"],
    )


routes = [begin, send_idea, show_scene, play_next]
