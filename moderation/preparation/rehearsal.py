"""Note that the evening was rehearsed: a person says so, because only a person knows."""

from __future__ import annotations

from dataclasses import replace

from litestar import post
from litestar.response import Redirect
from pydantic import BaseModel, ConfigDict

from backend.kit.uow import UnitOfWork
from backend.meetings.actions.prepare import keep_plan
from backend.meetings.preparation import Step
from backend.meetings.queries import plan_of
from backend.runtime import Runtime
from backend.web.forms import read_form
from backend.web.rendering import translator_of
from moderation.preparation.frame import HERE, OPT, home
from moderation.stage.carry_out import AnyRequest, carry_out, rejected


class RehearsedForm(BaseModel):
    """Whether it was rehearsed."""

    model_config = ConfigDict(extra="forbid")

    geprobt: bool = False


@post(f"{HERE}/probe", opt=OPT, status_code=200, include_in_schema=False)
async def note_rehearsal(request: AnyRequest, org: str, meeting_id: str, rt: Runtime) -> Redirect:
    """Note or take back."""
    form = await read_form(request, RehearsedForm)
    given, back = form.value, home(org, meeting_id, Step.REHEARSAL)
    if given is None:
        return rejected(request, form, back=back)

    async def act(uow: UnitOfWork) -> None:
        plan = await plan_of(uow.session, meeting_id)
        at = uow.now.isoformat() if given.geprobt else None
        await keep_plan(uow, meeting_id, replace(plan, rehearsed_at=at))

    gettext = translator_of(request).gettext
    said = gettext("Geprobt – notiert.") if given.geprobt else gettext("Die Probe steht wieder aus.")
    return await carry_out(request, rt, act, back=back, said=said)


routes = [note_rehearsal]
