"""Places and crew: how many people, doors and kiosks; the least crew follows. And the checklist of the evening."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from litestar import Response, get, post
from litestar.response import Redirect
from pydantic import BaseModel, ConfigDict, Field

from backend.accounts.queries import place_by_id
from backend.accounts.types import Principal
from backend.kit.uow import UnitOfWork
from backend.meetings.actions.prepare import keep_plan, tick
from backend.meetings.checklist import Moment, tasks_of
from backend.meetings.plan import (
    MAX_ENTRANCES,
    MAX_HELPERS,
    MAX_KIOSKS,
    MAX_PEOPLE,
    PEOPLE_PER_DOOR,
    least_crew,
    people_needed,
)
from backend.meetings.preparation import Step
from backend.meetings.queries import plan_of, ticks_of
from backend.runtime import Runtime
from backend.web.forms import FormState, read_form
from backend.web.rendering import translator_of
from moderation.preparation.frame import HERE, OPT, home, prep_page, preparation_of
from moderation.stage.carry_out import AnyRequest, carry_out, rejected


class PlanForm(BaseModel):
    """The plan; an unticked box is not sent."""

    model_config = ConfigDict(extra="forbid")

    personen: Annotated[int, Field(ge=0, le=MAX_PEOPLE)]
    eingaenge: Annotated[int, Field(ge=1, le=MAX_ENTRANCES)]
    kioske: Annotated[int, Field(ge=0, le=MAX_KIOSKS)] = 0
    papier: bool = False
    helfende: Annotated[int, Field(ge=0, le=MAX_HELPERS)] = 0


class TickForm(BaseModel):
    """A task and whether it is done."""

    model_config = ConfigDict(extra="forbid")

    aufgabe: Annotated[str, Field(max_length=32)]
    erledigt: bool = False


@get(f"{HERE}/team", opt=OPT, include_in_schema=False)
async def show_crew(
    request: AnyRequest, org: str, meeting_id: str, rt: Runtime, reader: UnitOfWork, principal: Principal
) -> Response[str]:
    """Show the plan and the least crew."""
    prep = await preparation_of(request, reader, principal, org=org, meeting_id=meeting_id)
    plan = prep.plan
    place = await place_by_id(reader.session, prep.meeting.place_id) if prep.meeting.place_id else None
    values = {
        "personen": str(plan.people or (place.seats if place and place.seats else 100)),
        "eingaenge": str(plan.entrances),
        "kioske": str(plan.kiosks),
        "helfende": str(plan.helpers),
    }
    lists: dict[str, tuple[str, ...]] = {"papier": ("1",)} if plan.with_paper else {}
    return prep_page(
        request,
        rt,
        prep,
        Step.CREW,
        form=FormState(values=values, lists=lists),
        place=place,
        crew=least_crew(plan),
        needed=people_needed(plan),
        per_door=PEOPLE_PER_DOOR,
    )


@post(f"{HERE}/team", opt=OPT, status_code=200, include_in_schema=False)
async def set_plan(request: AnyRequest, org: str, meeting_id: str, rt: Runtime) -> Redirect:
    """Keep the plan."""
    form = await read_form(request, PlanForm)
    given, back = form.value, home(org, meeting_id, Step.CREW)
    if given is None:
        return rejected(request, form, back=back)

    async def act(uow: UnitOfWork) -> None:
        plan = replace(
            await plan_of(uow.session, meeting_id),
            people=given.personen,
            entrances=given.eingaenge,
            kiosks=given.kioske,
            with_paper=given.papier,
            helpers=given.helfende,
            is_set=True,
        )
        await keep_plan(uow, meeting_id, plan)

    said = translator_of(request).gettext("Der Plan ist gespeichert.")
    return await carry_out(request, rt, act, back=back, said=said)


@get(f"{HERE}/abend", opt=OPT, include_in_schema=False)
async def show_checklist(
    request: AnyRequest, org: str, meeting_id: str, rt: Runtime, reader: UnitOfWork, principal: Principal
) -> Response[str]:
    """Show the checklist with its ticks."""
    prep = await preparation_of(request, reader, principal, org=org, meeting_id=meeting_id)
    tasks = tasks_of(prep.plan)
    ticks = await ticks_of(reader.session, meeting_id)
    groups = [(moment.value, [task for task in tasks if task.moment is moment]) for moment in Moment]
    return prep_page(request, rt, prep, Step.EVENING, groups=groups, ticks=ticks, total=len(tasks))


@post(f"{HERE}/abend", opt=OPT, status_code=200, include_in_schema=False)
async def set_tick(request: AnyRequest, org: str, meeting_id: str, rt: Runtime) -> Redirect:
    """Save a tick at once."""
    form = await read_form(request, TickForm)
    given, back = form.value, home(org, meeting_id, Step.EVENING)
    if given is None:
        return rejected(request, form, back=back)

    async def act(uow: UnitOfWork) -> None:
        await tick(uow, meeting_id, given.aufgabe, is_done=given.erledigt)

    return await carry_out(request, rt, act, back=f"{back}#aufgabe-{given.aufgabe}")


routes = [show_crew, set_plan, show_checklist, set_tick]
