"""The agenda editor: works by plain buttons, one form for each; a script adds dragging."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from litestar import Response, get, post
from litestar.response import Redirect
from pydantic import BaseModel, ConfigDict, Field

from backend.accounts.types import Principal
from backend.kit.db import JsonDict
from backend.kit.idempotency import once
from backend.kit.uow import UnitOfWork
from backend.meetings import live_state
from backend.meetings.actions.agenda import NewItem
from backend.meetings.actions.agenda_items import (
    MAX_MINUTES,
    MAX_NUMBER_CHARS,
    MAX_POINTS,
    MAX_REASON_CHARS,
    MAX_TITLE_CHARS,
    add_item,
    edit_item,
    move_item,
    remove_item,
    set_item,
)
from backend.meetings.formats import FORMATS
from backend.meetings.preparation import Step
from backend.meetings.queries import agenda_of, agenda_steps
from backend.meetings.types import AHEAD, EDITABLE, SET_ASIDE, ItemState
from backend.runtime import Runtime
from backend.web.forms import read_form
from backend.web.rendering import translator_of
from moderation.preparation.frame import HERE, OPT, home, prep_page, preparation_of
from moderation.stage.carry_out import AnyRequest, Version, carry_out, rejected
from moderation.stage.drafting import USUAL_MINUTES
from moderation.stage.timetable import ends_at, lines_of

AGENDA = f"{HERE}/ablauf"
ITEM = f"{AGENDA}/{{item_id:str}}"


class ItemForm(BaseModel):
    """A point with the version of the meeting it was written for."""

    model_config = ConfigDict(extra="forbid")

    nummer: Annotated[str, Field(max_length=MAX_NUMBER_CHARS)] = ""
    titel: Annotated[str, Field(min_length=1, max_length=MAX_TITLE_CHARS)]
    minuten: Annotated[int, Field(ge=0, le=MAX_MINUTES)] = USUAL_MINUTES
    version: Version

    @property
    def new(self) -> NewItem:
        """Return the point as the domain takes it."""
        return NewItem(self.nummer, {"de": self.titel}, self.minuten)


class PlaceForm(BaseModel):
    """The place a point goes to, counted from 1."""

    model_config = ConfigDict(extra="forbid")

    zu: Annotated[int, Field(ge=1, le=MAX_POINTS)]
    version: Version


class StateForm(BaseModel):
    """Postpone, withdraw or plan again."""

    model_config = ConfigDict(extra="forbid")

    zu: ItemState
    grund: Annotated[str, Field(max_length=MAX_REASON_CHARS)] = ""
    version: Version


class RemoveForm(BaseModel):
    """Delete a point."""

    model_config = ConfigDict(extra="forbid")

    version: Version


@get(AGENDA, opt=OPT, include_in_schema=False)
async def show_agenda(
    request: AnyRequest, org: str, meeting_id: str, rt: Runtime, reader: UnitOfWork, principal: Principal
) -> Response[str]:
    """Show the agenda with times, the form for a new point, and what happened to points."""
    prep = await preparation_of(request, reader, principal, org=org, meeting_id=meeting_id)
    state = await live_state.state(reader.session, meeting_id, for_stage=True)
    lines = lines_of(state, reader.now)
    return prep_page(
        request,
        rt,
        prep,
        Step.AGENDA,
        lines=lines,
        numbers={line.id: line.number for line in lines},
        minutes=sum(line.minutes for line in lines if line.state not in SET_ASIDE),
        ends_at=ends_at(state, reader.now),
        trace=await agenda_steps(reader.session, meeting_id),
        is_ahead=prep.meeting.state in AHEAD,
        may_edit=prep.meeting.state in EDITABLE,
        formats=FORMATS,
    )


@post(AGENDA, opt=OPT, status_code=200, include_in_schema=False)
async def add(request: AnyRequest, org: str, meeting_id: str, rt: Runtime) -> Redirect:
    """Add a point at the end, once per form."""
    form = await read_form(request, ItemForm)
    given, back = form.value, home(org, meeting_id, Step.AGENDA, "#titel")
    if given is None:
        return rejected(request, form, back=back)

    async def act(uow: UnitOfWork) -> None:
        async def produce() -> JsonDict:
            return {"item": await add_item(uow, meeting_id, given.new, version=given.version)}

        body = given.model_dump(mode="json")
        await once(uow, f"agenda.add:{meeting_id}", form.key, body=body, produce=produce)

    said = translator_of(request).gettext("Der Punkt steht auf der Tagesordnung.")
    return await carry_out(request, rt, act, back=back, said=said)


@post(ITEM, opt=OPT, status_code=200, include_in_schema=False)
async def edit(request: AnyRequest, org: str, meeting_id: str, item_id: str, rt: Runtime) -> Redirect:
    """Change number, title and minutes."""
    form = await read_form(request, ItemForm)
    given, back = form.value, home(org, meeting_id, Step.AGENDA, f"#punkt-{item_id}")
    if given is None:
        return rejected(request, form, back=back)
    said = translator_of(request).gettext("Der Punkt ist geändert.")
    return await carry_out(
        request,
        rt,
        _on(edit_item, meeting_id, item_id, new=given.new, version=given.version),
        back=back,
        said=said,
    )


@post(f"{ITEM}/platz", opt=OPT, status_code=200, include_in_schema=False)
async def move(request: AnyRequest, org: str, meeting_id: str, item_id: str, rt: Runtime) -> Redirect:
    """Move a point; the browser comes back to the button that was pressed, or to the point at an end."""
    form = await read_form(request, PlaceForm)
    given, back = form.value, home(org, meeting_id, Step.AGENDA, f"#punkt-{item_id}")
    if given is None:
        return rejected(request, form, back=back)

    async def act(uow: UnitOfWork) -> str:
        before = [item.id for item in await agenda_of(uow.session, meeting_id)]
        await move_item(uow, meeting_id, item_id, to=given.zu, version=given.version)
        after = [item.id for item in await agenda_of(uow.session, meeting_id)]
        way = "hoch" if after.index(item_id) < before.index(item_id) else "runter"
        return home(org, meeting_id, Step.AGENDA, f"#{way}-{item_id}")

    said = translator_of(request).gettext("Der Punkt ist verschoben.")
    return await carry_out(request, rt, act, back=back, said=said)


@post(f"{ITEM}/stand", opt=OPT, status_code=200, include_in_schema=False)
async def set_aside(request: AnyRequest, org: str, meeting_id: str, item_id: str, rt: Runtime) -> Redirect:
    """Postpone, withdraw or take up again."""
    form = await read_form(request, StateForm)
    given, back = form.value, home(org, meeting_id, Step.AGENDA, f"#punkt-{item_id}")
    if given is None:
        return rejected(request, form, back=back)
    gettext = translator_of(request).gettext
    said = {
        ItemState.POSTPONED: gettext("Der Punkt ist vertagt. Handys und Leinwand zeigen es."),
        ItemState.WITHDRAWN: gettext("Der Punkt ist abgesetzt. Handys und Leinwand zeigen es."),
        ItemState.PLANNED: gettext("Der Punkt steht wieder auf der Tagesordnung."),
    }
    act = _on(set_item, meeting_id, item_id, target=given.zu, version=given.version, reason=given.grund)
    return await carry_out(request, rt, act, back=back, said=said.get(given.zu, ""))


@post(f"{ITEM}/loeschen", opt=OPT, status_code=200, include_in_schema=False)
async def remove(request: AnyRequest, org: str, meeting_id: str, item_id: str, rt: Runtime) -> Redirect:
    """Delete a point nobody has heard of."""
    form = await read_form(request, RemoveForm)
    given, back = form.value, home(org, meeting_id, Step.AGENDA, "#h-ablauf")
    if given is None:
        return rejected(request, form, back=back)
    said = translator_of(request).gettext("Der Punkt ist gelöscht.")
    return await carry_out(
        request, rt, _on(remove_item, meeting_id, item_id, version=given.version), back=back, said=said
    )


def _on(
    action: Callable[..., Awaitable[None]], meeting_id: str, item_id: str, **given: object
) -> Callable[[UnitOfWork], Awaitable[None]]:
    """Return an action on one point, ready to be carried out."""

    async def act(uow: UnitOfWork) -> None:
        await action(uow, meeting_id, item_id, **given)

    return act


routes = [show_agenda, add, edit, move, set_aside, remove]
