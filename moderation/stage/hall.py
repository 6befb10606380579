"""What a host does with the evening: its phases and points, the projector, the people in the rooms."""

from __future__ import annotations

from typing import Annotated

from litestar import post
from litestar.response import Redirect
from pydantic import Field

from backend.kit.uow import UnitOfWork
from backend.meetings.actions.agenda import next_item
from backend.meetings.actions.hall import (
    MAX_ATTENDANCE_CHARS,
    MAX_PEOPLE,
    count_people,
    end_projectors,
    show_on_screen,
)
from backend.meetings.actions.meeting import MAX_PAUSE_CHARS, transition_meeting
from backend.meetings.actions.paper import go_back_to_phones, go_on_by_paper
from backend.meetings.queries import get_meeting
from backend.meetings.screens import Screen
from backend.meetings.types import MeetingState
from backend.runtime import Runtime
from backend.web.forms import read_form
from backend.web.rendering import translator_of
from backend.web.security import FRAMED_HERE
from moderation.stage.carry_out import AnyRequest, PollRef, StageForm, Version, carry_out, place, rejected
from moderation.stage.pages import BASE, HOST

OPT = {"access": HOST, "policy": FRAMED_HERE}


class PhaseForm(StageForm):
    """The next phase of the meeting, with the version it was decided on."""

    zu: MeetingState
    version: Version
    hinweis: Annotated[str, Field(max_length=MAX_PAUSE_CHARS)] = ""


class PointForm(StageForm):
    """The version on which the next point was decided."""

    version: Version


class ScreenForm(StageForm):
    """What the projector shows; with `poll` the one that is meant."""

    zeigen: Annotated[str, Field(max_length=20)]
    poll: PollRef | None = None


class PeopleForm(StageForm):
    """People counted in the rooms."""

    personen: Annotated[int, Field(ge=0, le=MAX_PEOPLE)]
    vermerk: Annotated[str, Field(max_length=MAX_ATTENDANCE_CHARS)] = ""


@post(f"{BASE}/phase", opt=OPT, status_code=200, include_in_schema=False)
async def change_phase(request: AnyRequest, org: str, meeting_id: str, rt: Runtime) -> Redirect:
    """Move the meeting one phase: publish, let people in, begin, pause, close."""
    form = await read_form(request, PhaseForm)
    given = form.value
    if given is None:
        return rejected(request, form, back=place(org, meeting_id, None))

    async def act(uow: UnitOfWork) -> None:
        await transition_meeting(uow, meeting_id, given.zu, version=given.version, pause_note=given.hinweis)

    return await carry_out(request, rt, act, back=place(org, meeting_id, given.frage))


@post(f"{BASE}/punkt", opt=OPT, status_code=200, include_in_schema=False)
async def go_on(request: AnyRequest, org: str, meeting_id: str, rt: Runtime) -> Redirect:
    """Go on with the next point of the agenda; the projector follows."""
    form = await read_form(request, PointForm)
    given = form.value
    if given is None:
        return rejected(request, form, back=place(org, meeting_id, None))

    async def act(uow: UnitOfWork) -> None:
        await next_item(uow, meeting_id, version=given.version)
        if (await get_meeting(uow.session, meeting_id)).screen.get("show") != Screen.BLACK:
            await show_on_screen(uow, meeting_id, "auto")

    return await carry_out(request, rt, act, back=place(org, meeting_id, None))


@post(f"{BASE}/papier", opt=OPT, status_code=200, include_in_schema=False)
async def continue_on_paper(request: AnyRequest, org: str, meeting_id: str, rt: Runtime) -> Redirect:
    """Take the emergency exit: no more votes by phone and kiosk, sheets go on."""
    form = await read_form(request, PointForm)
    given = form.value
    if given is None:
        return rejected(request, form, back=place(org, meeting_id, None))

    async def act(uow: UnitOfWork) -> None:
        await go_on_by_paper(uow, rt.lifecycle, meeting_id, version=given.version)

    said = translator_of(request).gettext("Ab jetzt auf Papier. Leinwand und Handys sagen es allen.")
    return await carry_out(request, rt, act, back=place(org, meeting_id, given.frage), said=said)


@post(f"{BASE}/handy", opt=OPT, status_code=200, include_in_schema=False)
async def return_to_phones(request: AnyRequest, org: str, meeting_id: str, rt: Runtime) -> Redirect:
    """Let phones and kiosks vote again from the next poll on."""
    form = await read_form(request, PointForm)
    given = form.value
    if given is None:
        return rejected(request, form, back=place(org, meeting_id, None))

    async def act(uow: UnitOfWork) -> None:
        await go_back_to_phones(uow, meeting_id, version=given.version)

    said = translator_of(request).gettext("Die nächste Abstimmung geht wieder mit Handy und Kiosk.")
    return await carry_out(request, rt, act, back=place(org, meeting_id, given.frage), said=said)


@post(f"{BASE}/leinwand", opt=OPT, status_code=200, include_in_schema=False)
async def choose_screen(request: AnyRequest, org: str, meeting_id: str, rt: Runtime) -> Redirect:
    """Choose what the projector shows."""
    form = await read_form(request, ScreenForm)
    given = form.value
    if given is None:
        return rejected(request, form, back=place(org, meeting_id, None))

    async def act(uow: UnitOfWork) -> None:
        await show_on_screen(uow, meeting_id, given.zeigen, poll_id=given.poll)

    return await carry_out(request, rt, act, back=place(org, meeting_id, given.frage))


@post(f"{BASE}/leinwand/abmelden", opt=OPT, status_code=200, include_in_schema=False)
async def sign_screens_off(request: AnyRequest, org: str, meeting_id: str, rt: Runtime) -> Redirect:
    """Make every address of a projector handed out so far worthless."""
    form = await read_form(request, StageForm)
    frage = form.value.frage if form.value else None

    async def act(uow: UnitOfWork) -> None:
        await end_projectors(uow, meeting_id)

    said = translator_of(request).gettext("Alle Leinwände sind abgemeldet. Öffnen Sie die Leinwand neu.")
    return await carry_out(request, rt, act, back=place(org, meeting_id, frage), said=said)


@post(f"{BASE}/personen", opt=OPT, status_code=200, include_in_schema=False)
async def note_people(request: AnyRequest, org: str, meeting_id: str, rt: Runtime) -> Redirect:
    """Note how many people were counted in the rooms."""
    form = await read_form(request, PeopleForm)
    given = form.value
    if given is None:
        return rejected(request, form, back=place(org, meeting_id, None, "#saal"))

    async def act(uow: UnitOfWork) -> None:
        await count_people(uow, meeting_id, given.personen, note=given.vermerk)

    back = place(org, meeting_id, given.frage, "#saal")
    said = translator_of(request).gettext("Die gezählten Personen sind notiert.")
    return await carry_out(request, rt, act, back=back, said=said)


routes = [change_phase, go_on, continue_on_paper, return_to_phones, choose_screen, sign_screens_off, note_people]
