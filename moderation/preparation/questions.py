"""Questions of the evening: formats and common questions to begin with, and the list of what is asked."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, get, post
from litestar.response import Redirect
from pydantic import BaseModel, ConfigDict, Field

from backend.accounts.queries import org_by_slug
from backend.accounts.types import Principal
from backend.kit.db import JsonDict
from backend.kit.idempotency import once
from backend.kit.uow import UnitOfWork
from backend.meetings.actions.prepare import add_common_question, begin_with
from backend.meetings.formats import COMMON
from backend.meetings.preparation import Step
from backend.meetings.queries import agenda_of
from backend.runtime import Runtime
from backend.web.forms import read_form
from backend.web.rendering import translator_of
from moderation.preparation.frame import HERE, OPT, home, prep_page, preparation_of
from moderation.stage.carry_out import AnyRequest, Version, carry_out, rejected

QUESTIONS = f"{HERE}/fragen"


class FormatForm(BaseModel):
    """The format to begin with."""

    model_config = ConfigDict(extra="forbid")

    vorlage: Annotated[str, Field(max_length=40)]
    version: Version


class CommonForm(BaseModel):
    """A common question to add."""

    model_config = ConfigDict(extra="forbid")

    vorlage: Annotated[str, Field(max_length=40)]


@get(QUESTIONS, opt=OPT, include_in_schema=False)
async def show_questions(
    request: AnyRequest, org: str, meeting_id: str, rt: Runtime, reader: UnitOfWork, principal: Principal
) -> Response[str]:
    """Show the questions by the point they belong to, and the ways to add one."""
    prep = await preparation_of(request, reader, principal, org=org, meeting_id=meeting_id)
    items = {item.id: item for item in await agenda_of(reader.session, meeting_id)}
    return prep_page(request, rt, prep, Step.QUESTIONS, items=items, common=COMMON)


@post(f"{HERE}/vorlage", opt=OPT, status_code=200, include_in_schema=False)
async def choose_format(request: AnyRequest, org: str, meeting_id: str, rt: Runtime) -> Redirect:
    """Begin with a format: its points and its questions."""
    form = await read_form(request, FormatForm)
    given, back = form.value, home(org, meeting_id, Step.AGENDA)
    if given is None:
        return rejected(request, form, back=back)

    async def act(uow: UnitOfWork) -> None:
        owner = await org_by_slug(uow.session, org)
        await begin_with(uow, meeting_id, given.vorlage, version=given.version, n_min=owner.n_min)

    said = translator_of(request).gettext("Tagesordnung und Fragen sind da. Ändern Sie, was nicht passt.")
    return await carry_out(request, rt, act, back=back, said=said)


@post(QUESTIONS, opt=OPT, status_code=200, include_in_schema=False)
async def add_common(request: AnyRequest, org: str, meeting_id: str, rt: Runtime) -> Redirect:
    """Add a common question, once per form."""
    form = await read_form(request, CommonForm)
    given, back = form.value, home(org, meeting_id, Step.QUESTIONS, "#h-fragen")
    if given is None:
        return rejected(request, form, back=back)

    async def act(uow: UnitOfWork) -> None:
        owner = await org_by_slug(uow.session, org)

        async def produce() -> JsonDict:
            return {"poll": await add_common_question(uow, meeting_id, given.vorlage, n_min=owner.n_min)}

        body = given.model_dump(mode="json")
        await once(uow, f"prep.common:{meeting_id}:{given.vorlage}", form.key, body=body, produce=produce)

    said = translator_of(request).gettext("Die Frage steht auf der Liste.")
    return await carry_out(request, rt, act, back=back, said=said)


routes = [show_questions, choose_format, add_common]
