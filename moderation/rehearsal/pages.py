"""Start a rehearsal of a meeting, watch it, read its report, throw it away.

Guarantees: whoever may run the meeting may rehearse it, nobody else; nothing of a rehearsal is public. A page that
waits looks again by itself; without scripts it has a link that does.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.response import Redirect
from pydantic import BaseModel, ConfigDict, Field

from backend.accounts.types import Principal, Right
from backend.kit.errors import DomainError, NotFound
from backend.kit.i18n import marked
from backend.kit.uow import UnitOfWork
from backend.meetings.queries import Meeting, get_meeting
from backend.polls.queries import polls_of
from backend.practice.actions import ask_for_rehearsal, forget_run
from backend.practice.queries import get_run, is_meeting_running, runs_of
from backend.practice.script import may_be_rehearsed
from backend.practice.types import PHONES_MAX, Run, Wish, is_silent
from backend.runtime import Runtime
from backend.web.access import access
from backend.web.flash import Flash, Tone
from backend.web.forms import FormState, read_form
from backend.web.rendering import language_of, page, see_other, translator_of
from backend.web.security import PERSONAL
from moderation.office import Office, office_of
from moderation.rehearsal.file import render_file
from moderation.rehearsal.sheet import sheet_of
from moderation.rehearsal.tongue import Tongue

SECTION = "/abende"
BASE = "/verwaltung/{org:str}/regie/{meeting_id:str}/probe"
RUN = {"access": access(Right.RUN_MEETING), "policy": PERSONAL}
PHONES = 100
STAGES = (
    (marked("Karten und Einlass"), "Karten"),
    (marked("Handys kommen herein"), "Handys"),
    (marked("Die Fragen, eine nach der anderen"), "Frage"),
    (marked("Protokoll nachrechnen"), "Protokoll"),
)
"""What a rehearsal does in turn, each with the word its player begins with when it is there."""

AnyRequest = Request[Any, Any, Any]


class StartForm(BaseModel):
    """What the rehearsal should be like."""

    model_config = ConfigDict(extra="forbid")

    handys: Annotated[int, Field(ge=1, le=PHONES_MAX)] = PHONES
    stoerungen: bool = False


class NoForm(BaseModel):
    """A button without fields."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Place:
    """The meeting that is rehearsed, in its office."""

    office: Office
    meeting: Meeting

    @property
    def base(self) -> str:
        """The address of its rehearsals."""
        return f"/verwaltung/{self.office.owner.slug}/regie/{self.meeting.id}/probe"

    def context(self) -> dict[str, object]:
        """Return what every page here needs."""
        return {"meeting": self.meeting, "base": self.base, **self.office.context()}


@get(BASE, opt=RUN, include_in_schema=False)
async def show_rehearsals(
    request: AnyRequest, meeting_id: str, reader: UnitOfWork, principal: Principal
) -> Response[str]:
    """Show the form that starts one, and those that were."""
    return await _start_page(request, reader, await _place(request, reader, principal, meeting_id))


@post(BASE, opt=RUN, status_code=200, include_in_schema=False)
async def start(
    request: AnyRequest, org: str, meeting_id: str, rt: Runtime, principal: Principal
) -> Response[str] | Redirect:
    """Ask for a rehearsal and go to its page."""
    form = await read_form(request, StartForm)
    state, given = form.state, form.value
    if given is not None:
        seed = int.from_bytes(rt.entropy.bytes(3), "big")
        try:
            async with rt.work.write() as uow:
                wish = Wish(given.handys, given.stoerungen, seed)
                run_id = await ask_for_rehearsal(uow, meeting_id, wish, asked_by=principal.user_id)
        except DomainError as refused:
            state = state.refused(f"{refused.title}. {refused.detail}")
        else:
            return see_other(request, f"/verwaltung/{org}/regie/{meeting_id}/probe/{run_id}")
    async with rt.work.read() as reader:
        place = await _place(request, reader, principal, meeting_id)
        return await _start_page(request, reader, place, form=state)


@get(f"{BASE}/{{run_id:str}}", opt=RUN, include_in_schema=False)
async def show_run(
    request: AnyRequest, meeting_id: str, run_id: str, rt: Runtime, reader: UnitOfWork, principal: Principal
) -> Response[str]:
    """Show how far a rehearsal is, or what it came to."""
    place = await _place(request, reader, principal, meeting_id)
    run = await get_run(reader.session, meeting_id, run_id)
    report = _report(rt, run)
    return page(
        request,
        "staff/rehearsal/run.html",
        status_code=200,
        run=run,
        is_silent=is_silent(run, reader.now),
        stages=STAGES,
        sheet=sheet_of(report, Tongue.of(language_of(request), translator_of(request))) if report else None,
        **place.context(),
    )


@get(f"{BASE}/{{run_id:str}}/bericht", opt=RUN, include_in_schema=False)
async def save_report(meeting_id: str, run_id: str, rt: Runtime, reader: UnitOfWork) -> Response[str]:
    """Give the report as a file of its own."""
    report = _report(rt, await get_run(reader.session, meeting_id, run_id))
    if report is None:
        raise NotFound
    headers = {"Content-Disposition": 'attachment; filename="generalprobe.html"', "Cache-Control": "no-store"}
    return Response(render_file(report, rt.clock), media_type="text/html", headers=headers)


@post(f"{BASE}/{{run_id:str}}/loeschen", opt=RUN, status_code=303, include_in_schema=False)
async def forget(request: AnyRequest, org: str, meeting_id: str, run_id: str, rt: Runtime) -> Redirect:
    """Delete a rehearsal with everything that was made for it."""
    await read_form(request, NoForm)
    back, gettext = f"/verwaltung/{org}/regie/{meeting_id}/probe", translator_of(request).gettext
    try:
        async with rt.work.write() as uow:
            await forget_run(uow, rt.storage, await get_run(uow.session, meeting_id, run_id))
    except DomainError as refused:
        return see_other(request, f"{back}/{run_id}", flash=Flash(f"{refused.title}. {refused.detail}", Tone.WARN))
    return see_other(
        request, back, flash=Flash(gettext("Die Probe ist gelöscht, mit allem, was für sie angelegt war."))
    )


async def _place(request: AnyRequest, reader: UnitOfWork, principal: Principal, meeting_id: str) -> Place:
    org = str(request.path_params["org"])
    office = await office_of(request, reader, principal, org=org, section=SECTION)
    return Place(office, await get_meeting(reader.session, meeting_id))


async def _start_page(
    request: AnyRequest, reader: UnitOfWork, place: Place, form: FormState | None = None
) -> Response[str]:
    polls = await polls_of(reader.session, place.meeting.id)
    return page(
        request,
        "staff/rehearsal/start.html",
        status_code=422 if form else 200,
        form=form,
        phones=PHONES,
        phones_max=PHONES_MAX,
        asked=[poll for poll in polls if may_be_rehearsed(poll)],
        left_out=[poll for poll in polls if not may_be_rehearsed(poll)],
        must_wait=await is_meeting_running(reader.session),
        runs=await runs_of(reader.session, place.meeting.id),
        **place.context(),
    )


def _report(rt: Runtime, run: Run) -> dict[str, Any] | None:
    content = rt.storage.get(run.report_path)
    report: dict[str, Any] | None = json.loads(content) if content else None
    return report


routes = [show_rehearsals, start, show_run, save_report, forget]
