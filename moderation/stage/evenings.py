"""All meetings of an organisation, and a form for a new one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from typing import Annotated

from litestar import Response, get, post
from litestar.response import Redirect
from pydantic import BaseModel, ConfigDict, Field

from backend.accounts.queries import Org, PlaceView, places_of
from backend.accounts.types import Principal, Right
from backend.kit.db import JsonDict
from backend.kit.errors import DomainError, NotFound
from backend.kit.idempotency import once
from backend.kit.uow import UnitOfWork
from backend.meetings.actions.meeting import NewMeeting, create_meeting
from backend.meetings.assembly import rules_of, usual_assembly
from backend.meetings.queries import Meeting, meetings_of
from backend.meetings.types import Assembly, MeetingState
from backend.runtime import Runtime
from backend.web.access import access
from backend.web.flash import Flash
from backend.web.forms import FormState, read_form
from backend.web.rendering import page, see_other, translator_of
from backend.web.security import PERSONAL
from moderation.office import office_of
from moderation.stage.carry_out import AnyRequest
from moderation.stage.drafting import agenda_of, begins_at

SECTION = "/abende"
BASE = "/verwaltung/{org:str}/abende"
SEE = {"access": access(Right.SEE_OFFICE), "policy": PERSONAL}
RUN = {"access": access(Right.RUN_MEETING), "policy": PERSONAL}
KEY_BYTES = 16
NOW = frozenset({MeetingState.CHECKIN, MeetingState.RUNNING, MeetingState.PAUSED})
COMING = frozenset({MeetingState.DRAFT, MeetingState.PUBLISHED})


class MeetingForm(BaseModel):
    """A new meeting; the agenda is one point per line."""

    model_config = ConfigDict(extra="forbid")

    titel: Annotated[str, Field(min_length=3, max_length=200)]
    art: Assembly
    tag: date
    uhrzeit: time
    ort: Annotated[str, Field(max_length=40)] = ""
    hinweis: Annotated[str, Field(max_length=600)] = ""
    punkte: Annotated[str, Field(max_length=8_000)] = ""


@dataclass(frozen=True, slots=True)
class Rights:
    """What the signed-in person may open from the list."""

    may_run: bool
    may_help: bool
    may_write: bool


@get(BASE, opt=SEE, include_in_schema=False)
async def list_evenings(request: AnyRequest, org: str, reader: UnitOfWork, principal: Principal) -> Response[str]:
    """List what is on now, what comes and what was, with the ways to work there."""
    office = await office_of(request, reader, principal, org=org, section=SECTION)
    meetings = await meetings_of(reader.session, office.owner.id, with_drafts=True)
    return page(
        request,
        "staff/stage/evenings.html",
        status_code=200,
        base=f"/verwaltung/{org}",
        running=_of(meetings, NOW),
        coming=list(reversed(_of(meetings, COMING))),
        past=_of(meetings, frozenset(MeetingState) - NOW - COMING),
        places={place.id: place for place in await places_of(reader.session, office.owner.id)},
        rights=Rights(
            may_run=principal.may(Right.RUN_MEETING, office.owner.id),
            may_help=any(principal.may(right, office.owner.id) for right in (Right.ISSUE_CARDS, Right.COUNT_PAPER)),
            may_write=principal.may(Right.WRITE_MINUTES, office.owner.id),
        ),
        **office.context(),
    )


@get(f"{BASE}/neu", opt=RUN, include_in_schema=False)
async def show_form(
    request: AnyRequest, org: str, rt: Runtime, reader: UnitOfWork, principal: Principal
) -> Response[str]:
    """Show the form for a new meeting."""
    return await _form_page(request, rt, reader, principal, org=org)


@post(BASE, opt=RUN, status_code=200, include_in_schema=False)
async def add_evening(request: AnyRequest, org: str, rt: Runtime, principal: Principal) -> Response[str] | Redirect:
    """Create a draft meeting, once per form."""
    form = await read_form(request, MeetingForm)
    state, given = form.state, form.value
    if given is not None:
        try:
            async with rt.work.write() as uow:
                office = await office_of(request, uow, principal, org=org, section=SECTION)
                meeting_id = await _create(uow, given, owner=office.owner, key=form.key)
        except DomainError as refused:
            state = state.refused(refused.detail)
        else:
            text = translator_of(request).gettext(
                "Die Versammlung ist angelegt. Die Schritte führen zum fertigen Abend."
            )
            return see_other(request, f"/verwaltung/{org}/abende/{meeting_id}/vorbereiten/ablauf", flash=Flash(text))
    async with rt.work.read() as reader:
        return await _form_page(request, rt, reader, principal, org=org, form=state)


async def _create(uow: UnitOfWork, given: MeetingForm, *, owner: Org, key: str) -> str:
    if given.ort and given.ort not in {place.id for place in await places_of(uow.session, owner.id)}:
        raise NotFound("Diesen Ort gibt es nicht.")
    rules = rules_of(owner.state, given.art)

    async def add() -> JsonDict:
        new = NewMeeting(
            title={"de": given.titel},
            notice={"de": given.hinweis or rules.notice},
            starts_at=begins_at(given.tag, given.uhrzeit),
            assembly_type=given.art,
            place_id=given.ort or None,
            treat_by=rules.treat_by(given.tag),
            agenda=agenda_of(given.punkte),
        )
        return {"meeting": (await create_meeting(uow, new, org_id=owner.id)).id}

    answer, _ = await once(uow, f"stage.meeting:{owner.id}", key, body=given.model_dump(mode="json"), produce=add)
    return str(answer["meeting"])


async def _form_page(
    request: AnyRequest,
    rt: Runtime,
    reader: UnitOfWork,
    principal: Principal,
    *,
    org: str,
    form: FormState | None = None,
) -> Response[str]:
    office = await office_of(request, reader, principal, org=org, section=SECTION)
    places: list[PlaceView] = await places_of(reader.session, office.owner.id)
    gettext = translator_of(request).gettext
    usual = usual_assembly(office.owner.state)
    return page(
        request,
        "staff/stage/evening_new.html",
        status_code=200 if form is None else 422,
        base=f"/verwaltung/{org}/abende",
        form=form,
        kinds=assembly_kinds(gettext),
        places=[("", gettext("steht noch nicht fest")), *((place.id, place.name) for place in places)],
        usual=usual.value,
        notice=gettext(rules_of(office.owner.state, usual).notice),
        key=rt.entropy.bytes(KEY_BYTES).hex(),
        **office.context(),
    )


def assembly_kinds(gettext: Callable[[str], str]) -> list[tuple[str, str]]:
    """Return the kinds of assemblies for a choice."""
    return [
        (Assembly.BUERGERVERSAMMLUNG.value, gettext("Bürgerversammlung")),
        (Assembly.EINWOHNERVERSAMMLUNG.value, gettext("Einwohnerversammlung")),
        (Assembly.DIALOG.value, gettext("Dialogveranstaltung")),
        (Assembly.WORKSHOP.value, gettext("Werkstatt")),
    ]


def _of(meetings: list[Meeting], states: frozenset[MeetingState]) -> list[Meeting]:
    return [meeting for meeting in meetings if meeting.state in states]


routes = [list_evenings, show_form, add_evening]
